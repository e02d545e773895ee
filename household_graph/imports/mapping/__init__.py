"""Mappings: what the columns of an export mean, read from files, compiled, guessed."""
