"""Values of one cell: keys, choices, yes and no, phone numbers, e-mail addresses and amounts."""

import re
from collections.abc import Iterator, Mapping
from functools import cache, lru_cache

import phonenumbers
from babel.core import get_global
from rapidfuzz import process

from household_graph.imports.cleaning.text import (
    WORDS,
    CleaningError,
    Conventions,
    tidied,
    unless_blank,
    value_in,
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
    written = value_in(tidied(text).removeprefix("'"))
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


_MINUS = ("-", "\u2212", "\u2013")
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
