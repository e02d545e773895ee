"""Imports of legacy CRM exports; `pipeline` lists the steps, from files to households."""
