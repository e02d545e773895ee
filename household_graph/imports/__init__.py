"""Legacy CRM exports: read, cleaned, made households of, and written, again and again."""
