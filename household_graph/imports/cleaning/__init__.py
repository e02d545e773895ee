"""Cleaning: text as an export has it, to values; what cannot be understood is never guessed.

Every function takes a text as written, returns None if it is blank, and raises `CleaningError`,
with a reason and a hint, for what it does not understand.
"""
