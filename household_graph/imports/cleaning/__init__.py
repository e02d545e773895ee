"""Cleaning: text as an export has it, to values; what cannot be understood is never guessed.

Every function takes a text as written, returns None if it is blank, and raises `CleaningError`,
with a reason and a hint, for what it does not understand.
"""

from household_graph.imports.cleaning.addresses import address, address_key, country
from household_graph.imports.cleaning.cells import (
    charge,
    choice,
    code,
    email,
    money,
    months,
    phone,
    truth,
    whole,
)
from household_graph.imports.cleaning.dates import day
from household_graph.imports.cleaning.names import names
from household_graph.imports.cleaning.text import CleaningError, Conventions

__all__ = [
    "CleaningError",
    "Conventions",
    "address",
    "address_key",
    "charge",
    "choice",
    "code",
    "country",
    "day",
    "email",
    "money",
    "months",
    "names",
    "phone",
    "truth",
    "whole",
]
