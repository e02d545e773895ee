"""Cleaning: text as an export has it, to values; what cannot be understood is never guessed.

Every function takes a text as written, gives None for one that says that there is nothing, and
raises `CleaningError`, with a reason and a hint, for what it does not understand.
"""

from household_graph.imports.cleaning.address_keys import address_key
from household_graph.imports.cleaning.addresses import address
from household_graph.imports.cleaning.amounts import charge, money, months, share, whole
from household_graph.imports.cleaning.codes import choice, code
from household_graph.imports.cleaning.conventions import Conventions
from household_graph.imports.cleaning.countries import country
from household_graph.imports.cleaning.days import day
from household_graph.imports.cleaning.emails import email
from household_graph.imports.cleaning.names import names
from household_graph.imports.cleaning.phones import phone
from household_graph.imports.cleaning.problems import CleaningError
from household_graph.imports.cleaning.truths import truth

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
    "share",
    "truth",
    "whole",
]
