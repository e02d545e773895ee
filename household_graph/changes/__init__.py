"""Changes of households: planned on drafts, authorized, written, recorded, and undone."""
