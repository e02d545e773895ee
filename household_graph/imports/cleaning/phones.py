"""Phone numbers, to E.164."""

import re
from collections.abc import Iterator
from functools import lru_cache

import phonenumbers

from household_graph.imports.cleaning.blanks import is_blank, tidied
from household_graph.imports.cleaning.conventions import Conventions
from household_graph.imports.cleaning.problems import CleaningError

# Kept free for examples by the British regulator; the library does not count them as valid.
FOR_EXAMPLES = re.compile(r"\+44(?:7700900|1632960)[0-9]{3}")
SHORTENED = re.compile(r"[+-]?\d+(?:[.,]\d+)?[eE]\+?\d+|\d+[.,]0")
EXTENSION = re.compile(r"\d\D*(?:ext|x|#|durchwahl|poste|wew)[^\d]*\d+\s*$", re.IGNORECASE)
WRITTEN = re.compile(r"\+?[0-9 ().\-/\u2010-\u2015]+")


def phone(text: str, conventions: Conventions) -> str | None:
    """Read a phone number, in its national form or an international one.

    Args:
        text: as written: with blanks, brackets, dots, dashes, `+`, `00` or `(0)`.
        conventions: its country is the one of a number without a country code.

    Raises:
        CleaningError: it is not one valid number, or it has an extension.

    Returns:
        The number in E.164 form; None if blank.
    """
    written = tidied(text).removeprefix("'")
    if is_blank(written):
        return None
    check_form(written)
    for spelling in spellings(written, conventions.country):
        if number := parsed(spelling, conventions.country):
            return number
    raise CleaningError(
        f"`{written}` is not a valid phone number in {conventions.country}",
        hint="correct it, or write it with `+` and its country code",
    )


def check_form(written: str) -> None:
    if SHORTENED.fullmatch(written):
        raise CleaningError(
            f"`{written}` is a phone number that a spreadsheet has turned into a decimal number",
            hint="the spreadsheet has changed it: export the column as text",
        )
    if EXTENSION.search(written):
        raise CleaningError(
            f"`{written}` has an extension", hint="give the number alone, without its extension"
        )
    if not WRITTEN.fullmatch(written):
        raise CleaningError(
            f"`{written}` is not a phone number", hint="give one number, in digits alone"
        )


def spellings(written: str, country: str) -> Iterator[str]:
    """Give the number as it stands, then with a plus in the place of `00` or of nothing."""
    yield written
    if written.startswith("00"):
        yield "+" + written[2:]
    if written.startswith(str(phonenumbers.country_code_for_region(country))):
        yield "+" + written


@lru_cache(maxsize=4096)  # the tables of an export repeat the numbers of their people
def parsed(written: str, country: str) -> str | None:
    try:
        number = phonenumbers.parse(written, country)
    except phonenumbers.NumberParseException:
        return None
    text = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return text if phonenumbers.is_valid_number(number) or FOR_EXAMPLES.fullmatch(text) else None
