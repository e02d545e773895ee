"""Days: in ISO form, in the declared order, or with the month named."""

import re
from datetime import date
from functools import cache

from babel.core import Locale, UnknownLocaleError
from babel.languages import get_official_languages

from household_graph.imports.cleaning.text import (
    CleaningError,
    Conventions,
    value_in,
    without_accents,
)

_TIME = (
    r"(?:(?:T|,? )[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:[.,][0-9]+)?)?"
    r"(?: ?(?:[AaPp]\.?[Mm]\.?|Z|UTC|[+-][0-9]{2}:?[0-9]{2}))?)?"
)
_ISO = re.compile(rf"([0-9]{{4}})-([0-9]{{1,2}})-([0-9]{{1,2}}){_TIME}")
_NUMBERS = re.compile(
    rf"([0-9]{{1,4}})(?P<gap> ?[/.-] ?| )([0-9]{{1,2}})(?P=gap)([0-9]{{1,4}})\.?{_TIME}"
)
_JOINED = re.compile(r"[0-9]{8}")
_ORDINAL = r"(?:st|nd|rd|th|er|\.)?"
_NAMED = re.compile(
    rf"(?:(?P<before>[0-9]{{1,4}}){_ORDINAL}[ -]?)?(?P<month>[^\W\d_]+)\.?[ -]?"
    rf"(?P<after>[0-9]{{1,4}})(?:{_ORDINAL},?[ -](?P<last>[0-9]{{2,4}}))?{_TIME}",
    re.IGNORECASE,
)
_SERIAL = re.compile(r"[0-9]{5}(?:[.,][0-9]+)?")
# How systems write that there is no day, or no end.
_NO_DAY = re.compile(
    rf"(?:0000-00-00|00[/.]00[/.]0000|9999[-/.]?12[-/.]?31|(?:31[/.-]12|12[/.-]31)[/.-]9999){_TIME}"
)
_SHORT, _LONG = 2, 4  # digits of a year
_PIVOT = 69
_EARLIEST, _LATEST = 1800, 2199


def day(text: str, conventions: Conventions, *, latest: date | None = None) -> date | None:
    """Read a day; a time behind it is ignored, whatever its zone.

    A year of two digits is 1969 to 2068, as POSIX has it, unless `latest` forbids that.

    Args:
        text: ISO form is always understood; other numbers in the declared order, separated by
            `/`, `.`, `-` or a blank; months named in English or a language of the country.
        conventions: the declared order, and the country.
        latest: no day after this one is possible, as today for a birth date. A year of two digits
            that comes after it is of the century before.

    Raises:
        CleaningError: it is no day, fits only another order, or is a number of a spreadsheet.

    Returns:
        The day; None if blank, `0000-00-00`, or `9999-12-31` in any order, which means no end.
    """
    written = value_in(text)
    if written is None or _NO_DAY.fullmatch(written):
        return None
    found = _calendar_day(written, conventions, latest)
    if found is None:
        raise _day_error(written, conventions)
    if latest is not None and found > latest:
        raise CleaningError(
            f"`{written}` is after {latest.isoformat()}", hint="correct the day, or leave it empty"
        )
    return found


def _calendar_day(written: str, conventions: Conventions, latest: date | None) -> date | None:
    if iso := _ISO.fullmatch(written):
        return _date(iso[1], iso[2], iso[3], latest)
    parts = _in_numbers(written, conventions) or _with_month_name(written, conventions)
    return _date(*parts, latest) if parts else None


def _in_numbers(written: str, conventions: Conventions) -> tuple[str, str, str] | None:
    """Return year, month and day of a day in numbers, in the declared order."""
    order = conventions.date_order
    if _JOINED.fullmatch(written):
        # With a year from 1800 no other order has a month in the middle of eight digits.
        if order == "ymd" or (_EARLIEST <= int(written[:4]) <= _LATEST and written[4:6] <= "12"):
            return written[:4], written[4:6], written[6:]
        parts = (written[:2], written[2:4], written[4:])
    elif found := _NUMBERS.fullmatch(written):
        parts = (found[1], found[3], found[4])
    else:
        return None
    return parts[order.index("y")], parts[order.index("m")], parts[order.index("d")]


def _with_month_name(written: str, conventions: Conventions) -> tuple[str, str, str] | None:
    """Return year, month and day; a named month tells which number is which."""
    found = _NAMED.fullmatch(written)
    name = _bare(found["month"]) if found else ""
    month = _month_names(conventions.country).get(name)
    if found is None or month is None:
        return None
    before, after, last = found["before"], found["after"], found["last"]
    if before and not last:
        is_year_first = len(before) > _SHORT or (
            conventions.date_order == "ymd" and len(after) <= _SHORT
        )
        return (before, str(month), after) if is_year_first else (after, str(month), before)
    return (last, str(month), after) if last and not before else None


def _date(year: str, month: str, number: str, latest: date | None) -> date | None:
    if len(year) not in (_SHORT, _LONG) or len(number) > _SHORT:
        return None
    full_year = int(year)
    if len(year) == _SHORT:
        full_year += 1900 if full_year >= _PIVOT else 2000
    try:
        found = date(full_year, int(month), int(number))
        if len(year) == _SHORT and latest is not None and found > latest:
            found = date(full_year - 100, int(month), int(number))
    except ValueError:
        return None
    return found if _EARLIEST <= found.year <= _LATEST else None


def _day_error(written: str, conventions: Conventions) -> CleaningError:
    if _SERIAL.fullmatch(written):
        return CleaningError(
            f"`{written}` is the number that a spreadsheet has for a day",
            hint="the spreadsheet has changed it: format the column as YYYY-MM-DD and export again",
        )
    names = {"y": "year", "m": "month", "d": "day"}
    order = ", ".join(names[part] for part in conventions.date_order)
    return CleaningError(
        f"`{written}` is not a day in the order {order}",
        hint=f"write it as YYYY-MM-DD, or declare another order than `{conventions.date_order}`",
    )


def languages_of(country: str) -> tuple[str, ...]:
    """Return the official languages of a country.

    Args:
        country: ISO 3166 code of two letters.

    Returns:
        Language codes, English first and always.
    """
    official = get_official_languages(country, de_facto=True)
    return ("en", *(language for language in official if language != "en"))


@cache
def _month_names(country: str) -> dict[str, int]:
    """Return the names of months, without those that differ between languages -> 1 to 12."""
    found: dict[str, set[int]] = {}
    for locale in _locales(country):
        for context in ("format", "stand-alone"):
            for width in ("wide", "abbreviated"):
                for month, name in locale.months[context][width].items():
                    for spelling in (name, name.replace("ä", "ae")):
                        found.setdefault(_bare(spelling), set()).add(month)
    return {name: months.pop() for name, months in found.items() if len(months) == 1}


def _locales(country: str) -> list[Locale]:
    locales = [Locale("en", "GB")]
    for language in languages_of(country):
        try:
            locales.append(Locale(language))
        except UnknownLocaleError:
            continue
    return locales


def _bare(name: str) -> str:
    return without_accents(name).replace(".", "")
