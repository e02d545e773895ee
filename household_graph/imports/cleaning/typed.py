"""What people type on a terminal, in the forms of their country."""

from datetime import date
from functools import cache
from typing import Literal

from babel import Locale, UnknownLocaleError

from household_graph.errors import BadInputError
from household_graph.imports.cleaning.addresses import country
from household_graph.imports.cleaning.cells import day
from household_graph.imports.cleaning.text import CleaningError, Conventions


def typed_day(text: str, home: str) -> date:
    """Return the day that a text means in a country, by its ISO 3166 code of two letters.

    It is ISO 8601, the numbers in the order of the country, or has the month in words.

    Raises:
        BadInputError: if it cannot be read.
    """
    try:
        found = day(text, _conventions(home))
    except CleaningError as error:
        raise _unreadable(text) from error
    if found is None:
        raise _unreadable(text)
    return found


def typed_country(text: str, home: str) -> str:
    """Return the ISO 3166 code of two letters of a country, by its code or its name.

    Raises:
        BadInputError: if there is no such country.
    """
    found = country(text, _conventions(home))
    if found is None:
        raise BadInputError(f"`{text}` is not a country", hint="use its code, such as GB")
    return found


def _unreadable(text: str) -> BadInputError:
    return BadInputError(
        f"cannot read the date `{text}`", hint="write it as 2013-05-14 or 14 May 2013"
    )


def _conventions(home: str) -> Conventions:
    return Conventions(home, _order(home), ".")


@cache
def _order(home: str) -> Literal["ymd", "dmy", "mdy"]:
    """Return in which order a country writes a day; what is not known is ISO."""
    try:
        pattern = Locale.parse(f"und_{home}").date_formats["short"].pattern
    except (UnknownLocaleError, ValueError):
        return "ymd"
    order = "".join(sorted("ymd", key=pattern.lower().find))
    return "mdy" if order == "mdy" else "dmy" if order == "dmy" else "ymd"
