"""Days: in ISO form, in a declared order, or with the month named."""

import re
from datetime import date

from household_graph.imports.cleaning.blanks import is_blank, tidied
from household_graph.imports.cleaning.conventions import Conventions
from household_graph.imports.cleaning.months import month_named
from household_graph.imports.cleaning.problems import CleaningError

TIME = (
    r"(?:(?:T|,? )[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:[.,][0-9]+)?)?"
    r"(?: ?(?:[AaPp]\.?[Mm]\.?|Z|UTC|[+-][0-9]{2}:?[0-9]{2}))?)?"
)
ISO = re.compile(rf"([0-9]{{4}})-([0-9]{{1,2}})-([0-9]{{1,2}}){TIME}")
NUMBERS = re.compile(
    rf"([0-9]{{1,4}})(?P<gap> ?[/.-] ?| )([0-9]{{1,2}})(?P=gap)([0-9]{{1,4}})\.?{TIME}"
)
JOINED = re.compile(r"[0-9]{8}")
ORDINAL = r"(?:st|nd|rd|th|er|\.)?"
NAMED = re.compile(
    rf"(?:(?P<before>[0-9]{{1,4}}){ORDINAL}[ -]?)?(?P<month>[^\W\d_]+)\.?[ -]?"
    rf"(?P<after>[0-9]{{1,4}})(?:{ORDINAL},?[ -](?P<last>[0-9]{{2,4}}))?{TIME}",
    re.IGNORECASE,
)
SERIAL = re.compile(r"[0-9]{5}(?:[.,][0-9]+)?")
# How systems write that there is no day, or that something never ends.
NO_DAY = re.compile(
    rf"(?:0000-00-00|00[/.]00[/.]0000|9999[-/.]?12[-/.]?31|(?:31[/.-]12|12[/.-]31)[/.-]9999){TIME}"
)
# How many digits years have.
SHORT, LONG = 2, 4
PIVOT = 69
EARLIEST, LATEST = 1800, 2199


def day(text: str, conventions: Conventions, *, latest: date | None = None) -> date | None:
    """Read a day; a time behind it is left off, as written, in whatever zone.

    A year of two digits is 1969 to 2068, as POSIX has it, unless `latest` forbids that.

    Args:
        text: ISO form is always understood; other numbers in the declared order, parted by `/`,
            `.`, `-` or a blank; months named in English or a language of the country.
        conventions: the declared order, and the country.
        latest: no day after this one is possible, as today for a birth date. A year of two digits
            that comes after it is of the century before.

    Raises:
        CleaningError: it is no day, fits only another order, or is a number of a spreadsheet.

    Returns:
        The day; None if blank, `0000-00-00`, or `9999-12-31` in any order, which says that there
        is no end.
    """
    written = tidied(text)
    if is_blank(written) or NO_DAY.fullmatch(written):
        return None
    found = calendar_day(written, conventions, latest)
    if found is None:
        raise day_error(written, conventions)
    if latest is not None and found > latest:
        raise CleaningError(
            f"`{written}` is after {latest.isoformat()}", hint="correct the day, or leave it empty"
        )
    return found


def calendar_day(written: str, conventions: Conventions, latest: date | None) -> date | None:
    """Find the day, or None if there is none in the text."""
    if iso := ISO.fullmatch(written):
        return made(iso[1], iso[2], iso[3], latest)
    parts = numbered(written, conventions) or named(written, conventions)
    return made(*parts, latest) if parts else None


def numbered(written: str, conventions: Conventions) -> tuple[str, str, str] | None:
    """Year, month and day of a day in numbers, in the declared order."""
    order = conventions.date_order
    if JOINED.fullmatch(written):
        # With a year from 1800 no other order has a month in the middle of eight digits.
        if order == "ymd" or (EARLIEST <= int(written[:4]) <= LATEST and written[4:6] <= "12"):
            return written[:4], written[4:6], written[6:]
        parts = (written[:2], written[2:4], written[4:])
    elif found := NUMBERS.fullmatch(written):
        parts = (found[1], found[3], found[4])
    else:
        return None
    return parts[order.index("y")], parts[order.index("m")], parts[order.index("d")]


def named(written: str, conventions: Conventions) -> tuple[str, str, str] | None:
    """Year, month and day of a day with the month named: it says which number is which."""
    found = NAMED.fullmatch(written)
    month = month_named(found["month"], conventions.country) if found else None
    if found is None or month is None:
        return None
    before, after, last = found["before"], found["after"], found["last"]
    if before and not last:
        year_first = len(before) > SHORT or (
            conventions.date_order == "ymd" and len(after) <= SHORT
        )
        return (before, str(month), after) if year_first else (after, str(month), before)
    return (last, str(month), after) if last and not before else None


def made(year: str, month: str, number: str, latest: date | None) -> date | None:
    if len(year) not in (SHORT, LONG) or len(number) > SHORT:
        return None
    try:
        found = date(full_year(year), int(month), int(number))
        if len(year) == SHORT and latest is not None and found > latest:
            found = date(full_year(year) - 100, int(month), int(number))
    except ValueError:
        return None
    return found if EARLIEST <= found.year <= LATEST else None


def full_year(year: str) -> int:
    if len(year) == SHORT:
        return int(year) + (1900 if int(year) >= PIVOT else 2000)
    return int(year)


def day_error(written: str, conventions: Conventions) -> CleaningError:
    if SERIAL.fullmatch(written):
        return CleaningError(
            f"`{written}` is the number that a spreadsheet has for a day",
            hint="the spreadsheet has changed it: format the column as YYYY-MM-DD and export again",
        )
    order = ", ".join(
        {"y": "year", "m": "month", "d": "day"}[part] for part in conventions.date_order
    )
    return CleaningError(
        f"`{written}` is not a day in the order {order}",
        hint=f"write it as YYYY-MM-DD, or declare another order than `{conventions.date_order}`",
    )
