"""Phone numbers and e-mail addresses."""

import re
from collections.abc import Iterator
from functools import lru_cache

import phonenumbers

from household_graph.imports.cleaning.text import CleaningError, Conventions, tidied, value_in

# Reserved for examples by the British regulator; phonenumbers does not count them as valid.
_FOR_EXAMPLES = re.compile(r"\+44(?:7700900|1632960)[0-9]{3}")
_SHORTENED = re.compile(r"[+-]?\d+(?:[.,]\d+)?[eE]\+?\d+|\d+[.,]0")
_EXTENSION = re.compile(r"\d\D*(?:ext|x|#|durchwahl|poste|wew)[^\d]*\d+\s*$", re.IGNORECASE)
_WRITTEN = re.compile(r"\+?[0-9 ().\-/\u2010-\u2015]+")

_LONGEST_EMAIL = 254
_LOCAL = r"[\w!#$%&'*+/=?^`{|}~-]+(?:\.[\w!#$%&'*+/=?^`{|}~-]+)*"
_LABEL = r"[^\W_](?:[\w-]*[^\W_])?"
_EMAIL = re.compile(rf"{_LOCAL}@(?:{_LABEL}\.)+(?:[^\W\d_]{{2,}}|xn--[a-z0-9-]+)", re.IGNORECASE)


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
    written = value_in(tidied(text).removeprefix("'"))
    if written is None:
        return None
    _check_form(written)
    for spelling in _spellings(written, conventions.country):
        if number := _e164(spelling, conventions.country):
            return number
    raise CleaningError(
        f"`{written}` is not a valid phone number in {conventions.country}",
        hint="correct it, or write it with `+` and its country code",
    )


def email(text: str) -> str | None:
    """Read one e-mail address.

    Raises:
        CleaningError: it is not exactly one address.

    Returns:
        The address in small letters; None if blank.
    """
    written = value_in(text)
    if written is None:
        return None
    address = written.lower().removeprefix("mailto:")
    if len(address) > _LONGEST_EMAIL or not _EMAIL.fullmatch(address):
        raise CleaningError(
            f"`{written}` is not an e-mail address",
            hint="give one address, such as `name@example.com`, and nothing else",
        )
    return address


def _check_form(written: str) -> None:
    if _SHORTENED.fullmatch(written):
        raise CleaningError(
            f"`{written}` is a phone number that a spreadsheet has turned into a decimal number",
            hint="the spreadsheet has changed it: export the column as text",
        )
    if _EXTENSION.search(written):
        raise CleaningError(
            f"`{written}` has an extension", hint="give the number alone, without its extension"
        )
    if not _WRITTEN.fullmatch(written):
        raise CleaningError(
            f"`{written}` is not a phone number", hint="give one number, in digits alone"
        )


def _spellings(written: str, country: str) -> Iterator[str]:
    """Yield the number as written, then with a plus in the place of `00` or of nothing."""
    yield written
    if written.startswith("00"):
        yield "+" + written[2:]
    if written.startswith(str(phonenumbers.country_code_for_region(country))):
        yield "+" + written


@lru_cache(maxsize=4096)  # the tables of an export repeat the numbers of their people
def _e164(written: str, country: str) -> str | None:
    try:
        number = phonenumbers.parse(written, country)
    except phonenumbers.NumberParseException:
        return None
    text = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return text if phonenumbers.is_valid_number(number) or _FOR_EXAMPLES.fullmatch(text) else None
