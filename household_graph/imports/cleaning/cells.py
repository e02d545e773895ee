"""Values of one cell: keys, choices, yes and no, phones, e-mail addresses, amounts and days."""

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from functools import cache, lru_cache

import phonenumbers
from babel.core import get_global
from rapidfuzz import process

from household_graph.imports.cleaning.text import (
    WORDS,
    CleaningError,
    Conventions,
    locales_of,
    tidied,
    unless_blank,
    value_in,
    without_accents,
    without_guard,
)

# A spreadsheet always writes the plus; a key such as `4E12` is valid.
_SHORTENED_KEY = re.compile(r"-?\d(?:[.,]\d+)?[eE]\+\d+")


@unless_blank
def code(written: str) -> str:
    """Read a key, case and leading zeros kept; one that a spreadsheet shortened is an error."""
    if _SHORTENED_KEY.fullmatch(written):
        raise CleaningError(
            f"`{written}` is a number without its last digits",
            hint="the spreadsheet has shortened it: export the column as text",
        )
    return written


def choice(text: str, values: Mapping[str, str]) -> str | None:
    """Look a word up in what may be written -> its meaning; case does not matter.

    A blank, such as `none`, may be listed. The hint of an error names the nearest words first.
    """
    if text in values:
        return values[text]
    if not text:
        return None
    written = tidied(text)
    for known, meaning in values.items():
        if known.casefold() == written.casefold():
            return meaning
    if value_in(text) is None:
        return None
    near = process.extract(written, list(values), limit=8)
    listed = ", ".join(f"`{known}`" for known, _score, _place in near)
    raise CleaningError(f"unknown value `{written}`", hint=f"known are {listed}")


_YES, _NO = frozenset(WORDS["yes"]), frozenset(WORDS["no"])


@lru_cache(maxsize=1000)
@unless_blank
def truth(written: str) -> bool:
    """Read a yes or a no."""
    word = written.lower()
    if word in _YES or word in _NO:
        return word in _YES
    raise CleaningError(
        f"`{written}` is neither yes nor no", hint="write `yes` or `no`, or leave it empty"
    )


# Reserved for examples by the British regulator; phonenumbers does not count them as valid.
_FOR_EXAMPLES = re.compile(r"\+44(?:7700900|1632960)[0-9]{3}")
# What is no phone number, what is wrong with it, and what to do.
_NO_PHONES = (
    (
        re.compile(r"[+-]?\d+(?:[.,]\d+)?[eE]\+?\d+|\d+[.,]0"),
        "is a phone number that a spreadsheet has turned into a decimal number",
        "the spreadsheet has changed it: export the column as text",
    ),
    (
        re.compile(r".*\d\D*(?:ext|x|#|durchwahl|poste|wew)[^\d]*\d+\s*", re.IGNORECASE),
        "has an extension",
        "give the number alone, without its extension",
    ),
    (
        re.compile(r"(?!\+?[0-9 ().\-/\u2010-\u2015]+$).*"),
        "is not a phone number",
        "give one number, in digits alone",
    ),
)


def phone(text: str, conventions: Conventions) -> str | None:
    """Read one valid phone number without an extension, as E.164.

    It may have blanks, brackets, dots, dashes, `+`, `00` or `(0)`; a number without a country code
    is of the country of the conventions.
    """
    written = value_in(without_guard(text))
    if written is None:
        return None
    for wrong, problem, hint in _NO_PHONES:
        if wrong.fullmatch(written):
            raise CleaningError(f"`{written}` {problem}", hint=hint)
    for spelling in _spellings(written, conventions.country):
        if number := _e164(spelling, conventions.country):
            return number
    raise CleaningError(
        f"`{written}` is not a valid phone number in {conventions.country}",
        hint="correct it, or write it with `+` and its country code",
    )


def phone_or_code(text: str, conventions: Conventions) -> str | None:
    """Read a phone number as `phone` does, and what is none as a key."""
    try:
        return phone(text, conventions)
    except CleaningError:
        return code(text)


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


_LONGEST_EMAIL = 254
_LOCAL = r"[\w!#$%&'*+/=?^`{|}~-]+(?:\.[\w!#$%&'*+/=?^`{|}~-]+)*"
_LABEL = r"[^\W_](?:[\w-]*[^\W_])?"
_EMAIL = re.compile(rf"{_LOCAL}@(?:{_LABEL}\.)+(?:[^\W\d_]{{2,}}|xn--[a-z0-9-]+)", re.IGNORECASE)


@unless_blank
def email(written: str) -> str:
    """Read exactly one e-mail address, in small letters."""
    address = written.lower().removeprefix("mailto:")
    if len(address) > _LONGEST_EMAIL or not _EMAIL.fullmatch(address):
        raise CleaningError(
            f"`{written}` is not an e-mail address",
            hint="give one address, such as `name@example.com`, and nothing else",
        )
    return address


_WHOLE = re.compile(r"([+-]?[0-9]{1,15})(?:[.,]0{1,2})?")


@unless_blank
def whole(written: str) -> int:
    """Read a whole number without thousands separators; `12.0` is 12."""
    found = _WHOLE.fullmatch(written)
    if found is None:
        raise CleaningError(
            f"`{written}` is not a whole number", hint="write it in digits alone, such as `1200`"
        )
    return int(found[1])


@unless_blank
def months(written: str) -> int:
    """Read a number of months, from 0."""
    number = whole(written) or 0
    if number < 0:
        raise CleaningError(
            f"`{written}` is less than no months", hint="correct it, or leave it empty"
        )
    return number


_MOST_PEOPLE = 30  # in a household; a larger count is another number
_OLDEST = 150


@unless_blank
def people(written: str) -> int:
    """Read a number of people in a household."""
    return _within(written, _MOST_PEOPLE, "people of a household")


@unless_blank
def age(written: str) -> int:
    """Read an age in years."""
    return _within(written, _OLDEST, "years of age")


def _within(written: str, most: int, what: str) -> int:
    number = whole(written) or 0
    if not 0 <= number <= most:
        raise CleaningError(
            f"`{written}` is not a number of {what}, from 0 to {most}",
            hint="correct it, or leave it empty",
        )
    return number


_MINUS = ("-", "\u2212", "\u2013")
_PER_CENT = 100  # per cent
_CURRENCY = re.compile(r"[A-Za-z]{3}")


@unless_blank
def money(written: str, conventions: Conventions) -> float:
    """Read an amount with at most two decimals, negative for a credit; a currency is ignored.

    It is written with the decimal mark of the conventions; the other mark, an apostrophe or a blank
    may separate thousands: `£1,234.50`, `1.234,50 EUR`, `(12.00)`, `12.00-`. With exactly three
    digits behind the mark it may as well be thousands, and is an error.
    """
    number, is_negative = _unsigned(written)
    found = _amount_pattern(conventions.decimal).fullmatch(number)
    if found is None:
        raise _amount_error(written, number, conventions.decimal)
    digits = re.sub(r"[^0-9]", "", found["whole"]) or "0"
    value = float(f"{digits}.{found['part'] or 0}")
    return -value if is_negative and value else value


@unless_blank
def charge(written: str, conventions: Conventions) -> float:
    """Read an amount that is charged, from 0, as `money` does; a credit is an error."""
    amount = money(written, conventions) or 0.0
    if amount < 0:
        raise CleaningError(
            f"`{written}` is a credit, and no charge",
            hint="write what is charged, from 0 on, or leave it empty",
        )
    return amount


@unless_blank
def share(written: str, conventions: Conventions) -> float:
    """Read a share in per cent, from 0 to 100, such as `60`, `60 %` or `33.3`."""
    part = money(written.removesuffix("%").strip(), conventions) or 0.0
    if not 0 <= part <= _PER_CENT:
        raise CleaningError(
            f"`{written}` is no share in per cent, from 0 to 100",
            hint="correct it, or leave it empty for an equal part",
        )
    return part


def _unsigned(written: str) -> tuple[str, bool]:
    """Strip currency and sign: the number, and whether it is negative."""
    number = _without_currency(written)
    if number.startswith("(") and number.endswith(")"):
        return _without_currency(number[1:-1].strip()), True
    if number.startswith(_MINUS):
        return _without_currency(number[1:].strip()), True
    if number.endswith(_MINUS) and number[-2:-1].isdecimal():
        return number[:-1].strip(), True
    return number.removeprefix("+").strip(), False


def _without_currency(number: str) -> str:
    for sign in WORDS["currency"]:
        number = number.removeprefix(sign).removesuffix(sign).strip()
    number = number.strip("$£€¥₹₽₺₴₩₦₫₪₱฿¢ ")
    for place in (number[:3], number[-3:]):
        if _CURRENCY.fullmatch(place) and place.upper() in get_global("all_currencies"):
            number = number.removeprefix(place).removesuffix(place).strip()
    return number


@cache
def _amount_pattern(decimal: str) -> re.Pattern[str]:
    """Match digits grouped by threes or in the Indian way, and at most two decimals.

    Zeros behind two decimals mean nothing, but three digits may be a group of thousands.
    """
    other = "." if decimal == "," else ","
    group = rf"(?P<group>[{other}'\u2019 ])"
    grouped = rf"[0-9]{{1,3}}{group}[0-9]{{3}}(?:(?P=group)[0-9]{{3}})*"
    indian = r"[0-9]{1,2}(?:,[0-9]{2})+,[0-9]{3}" if other == "," else r"(?!)"
    mark = re.escape(decimal)
    decimals = rf"(?:{mark}(?:(?P<part>[0-9]{{1,2}}(?:(?<=[0-9]{{2}})0{{2,}})?)|[-\u2013]{{1,2}}))?"
    return re.compile(rf"(?=.*[0-9])(?P<whole>[0-9]{{0,15}}|{grouped}|{indian}){decimals}")


def _amount_error(written: str, number: str, decimal: str) -> CleaningError:
    if re.fullmatch(rf"[0-9]{{1,3}}{re.escape(decimal)}[0-9]{{3}}", number):
        return CleaningError(
            f"`{written}` may be an amount with three decimals, or thousands",
            hint=f"the decimal mark is `{decimal}`: declare the other one, or write two decimals",
        )
    return CleaningError(
        f"`{written}` is not an amount with the decimal mark `{decimal}`",
        hint="correct it, or declare the decimal mark that the export uses",
    )


_TIME = (
    r"(?:(?:T|,? )[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:[.,][0-9]+)?)?"
    r"(?: ?(?:[AaPp]\.?[Mm]\.?|Z|UTC|[+-][0-9]{2}:?[0-9]{2}))?)?"
)
_SERIAL = re.compile(r"[0-9]{5}(?:[.,][0-9]+)?")
# How systems write that there is no day, or no end.
_NO_DAY = re.compile(
    r"(?:[0/._ -]+|0001-01-01|01[/.]01[/.]0001"
    rf"|9999[-/.]?12[-/.]?31|(?:31[/.-]12|12[/.-]31)[/.-]9999){_TIME}"
)
_NO_YEAR = re.compile(r"(?:-|0000)-?[0-9]{2}-?[0-9]{2}")
_PIVOT = 69
_EARLIEST, _LATEST = 1800, 2199
_DAY_0 = date(1899, 12, 30)
_MONTHS, _LONGEST_MONTH = 12, 31


@unless_blank
def day(written: str, conventions: Conventions, *, latest: date | None = None) -> date | None:
    """Read a day; a time behind it is ignored, whatever its zone.

    ISO form is always understood; other numbers in the declared order, separated by `/`, `.`, `-`
    or a blank; months named in English or a language of the country. A year of two digits is 1969
    to 2068, as POSIX has it. Zeros, or nothing, between the marks of a day, and `9999-12-31` in any
    order, are no day, or no end.

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
    if problem := _impossible(found, latest):
        raise CleaningError(f"`{written}` {problem}", hint="correct it, or leave it empty")
    return found


def _impossible(found: date, latest: date | None) -> str | None:
    """Return why nobody was born, and nothing began, on a day; None: it is possible."""
    if found.year < _EARLIEST:
        return f"is before {_EARLIEST}"
    if found == _DAY_0:
        return "is day 0 of spreadsheets, which stands for none"
    if latest is not None and found > latest:
        return f"is after {latest.isoformat()}"
    return f"is after {_LATEST}" if found.year > _LATEST else None


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
    """Return the day that is written; None, if its parts are in another order, or no day."""
    named = read["m"]
    month = int(named) if named.isdecimal() else _month_names(country).get(_bare_month(named), 0)
    year, number, is_short = int(read["y"]), int(read["d"]), len(read["y"]) == len("yy")
    if is_short:
        year += 1900 if year >= _PIVOT else 2000
    try:
        found = date(year, month, number)
        if is_short and latest is not None and found > latest:
            found = date(year - 100, month, number)
    except ValueError:
        if year and 1 <= month <= _MONTHS and 1 <= number <= _LONGEST_MONTH:
            problem = f"`{read.string}` does not exist: that month has fewer days"
            raise CleaningError(problem, hint="correct it, or leave it empty") from None
        return None
    return found


def _day_error(written: str, conventions: Conventions) -> CleaningError:
    if _SERIAL.fullmatch(written):
        return CleaningError(
            f"`{written}` is the number that a spreadsheet has for a day",
            hint="the spreadsheet has changed it: format the column as YYYY-MM-DD and export again",
        )
    if _NO_YEAR.fullmatch(written):
        return CleaningError(
            f"`{written}` is a day without a year", hint="fill in the year, or leave it empty"
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
                        found.setdefault(_bare_month(spelling), set()).add(month)
    return {name: months.pop() for name, months in found.items() if len(months) == 1}


def _bare_month(name: str) -> str:
    return without_accents(name).replace(".", "")
