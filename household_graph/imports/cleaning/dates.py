"""Days: in ISO form, in the declared order, or with the month named."""

import re
from datetime import UTC, date, datetime
from functools import cache

from household_graph.imports.cleaning.text import (
    CleaningError,
    Conventions,
    locales_of,
    unless_blank,
    without_accents,
)

_TIME = (
    r"(?:(?:T|,? )[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:[.,][0-9]+)?)?"
    r"(?: ?(?:[AaPp]\.?[Mm]\.?|Z|UTC|[+-][0-9]{2}:?[0-9]{2}))?)?"
)
_SERIAL = re.compile(r"[0-9]{5}(?:[.,][0-9]+)?")
# How systems write that there is no day, or no end.
_NO_DAY = re.compile(
    rf"(?:0000-00-00|00[/.]00[/.]0000|9999[-/.]?12[-/.]?31|(?:31[/.-]12|12[/.-]31)[/.-]9999){_TIME}"
)
_PIVOT = 69
_EARLIEST, _LATEST = 1800, 2199


@unless_blank
def day(written: str, conventions: Conventions, *, latest: date | None = None) -> date | None:
    """Read a day; a time behind it is ignored, whatever its zone.

    ISO form is always understood; other numbers in the declared order, separated by `/`, `.`, `-`
    or a blank; months named in English or a language of the country. A year of two digits is 1969
    to 2068, as POSIX has it. `0000-00-00`, and `9999-12-31` in any order, are no day, or no end.

    Args:
        written: the day.
        conventions: the declared order, and the country.
        latest: no day after this one is possible, as today for a birth date. A year of two digits
            that comes after it is of the century before.
    """
    if _NO_DAY.fullmatch(written):
        return None
    forms = _forms(conventions.date_order)
    read = next(filter(None, (form.fullmatch(written) for form in forms)), None)
    found = _calendar_day(read, conventions.country, latest) if read else None
    if found is None:
        raise _day_error(written, conventions)
    if latest is not None and found > latest:
        raise CleaningError(
            f"`{written}` is after {latest.isoformat()}", hint="correct the day, or leave it empty"
        )
    return found


def birth_date(text: str, conventions: Conventions) -> date | None:
    """Read a day that is not in the future, as `day` does."""
    return day(text, conventions, latest=datetime.now(UTC).date())


@cache
def _forms(order: str) -> tuple[re.Pattern[str], ...]:
    """Return the forms of a day, with groups y, m and d; the first that fits is the one."""
    month, number = "(?P<m>[0-9]{1,2})", "(?P<d>[0-9]{1,2})"
    full_year, year = "(?P<y>[0-9]{4})", "(?P<y>[0-9]{4}|[0-9]{2})"
    nth, name = r"(?i:st|nd|rd|th|er|\.)?", r"(?P<m>[^\W\d_]+)\.?"
    first, second, third = ({"y": year, "m": month, "d": number}[part] for part in order)
    joined = {"y": full_year, "m": "(?P<m>[0-9]{2})", "d": "(?P<d>[0-9]{2})"}
    # Where years come first, a number of two digits in front of a named month is the year.
    front, back = (year, full_year) if order == "ymd" else (full_year, year)
    forms = (
        f"{full_year}-{month}-{number}",
        # With a year from 1800 no other order has a month in the middle of eight digits.
        "(?P<y>(?:1[89]|2[01])[0-9]{2})(?P<m>0[0-9]|1[0-2])(?P<d>[0-9]{2})(?=$)",
        "".join(joined[part] for part in order) + "(?=$)",
        rf"{first}(?P<gap> ?[/.-] ?| ){second}(?P=gap){third}\.?",
        f"{front}{nth}[ -]?{name}[ -]?{number}",
        f"{number}{nth}[ -]?{name}[ -]?{back}",
        f"{name}[ -]?{number}{nth},?[ -]{year}",
    )
    return tuple(re.compile(form + _TIME) for form in forms)


def _calendar_day(read: re.Match[str], country: str, latest: date | None) -> date | None:
    named = read["m"]
    month = int(named) if named.isdecimal() else _month_names(country).get(_bare(named), 0)
    year, number, is_short = int(read["y"]), int(read["d"]), len(read["y"]) == len("yy")
    if is_short:
        year += 1900 if year >= _PIVOT else 2000
    try:
        found = date(year, month, number)
        if is_short and latest is not None and found > latest:
            found = date(year - 100, month, number)
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


@cache
def _month_names(country: str) -> dict[str, int]:
    """Return the names of months, without those that differ between languages -> 1 to 12."""
    found: dict[str, set[int]] = {}
    for locale in locales_of(country):
        for context in ("format", "stand-alone"):
            for width in ("wide", "abbreviated"):
                for month, name in locale.months[context][width].items():
                    for spelling in (name, name.replace("ä", "ae")):
                        found.setdefault(_bare(spelling), set()).add(month)
    return {name: months.pop() for name, months in found.items() if len(months) == 1}


def _bare(name: str) -> str:
    return without_accents(name).replace(".", "")
