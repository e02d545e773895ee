"""Amounts of money, whole numbers and shares."""

import re
from functools import cache

from babel.numbers import list_currencies

from household_graph.imports.cleaning.blanks import is_blank, tidied
from household_graph.imports.cleaning.conventions import Conventions
from household_graph.imports.cleaning.problems import CleaningError

# Signs of currencies that are neither a Unicode sign nor an ISO code.
SIGNS = ("US$", "CA$", "C$", "AU$", "A$", "NZ$", "R$", "zł", "kr.", "kr", "Fr.", "Rs.", "Rs", "Kč")
MINUS = ("-", "\u2212", "\u2013")
WHOLE = re.compile(r"([+-]?[0-9]{1,15})(?:[.,]0{1,2})?")
SHARE = re.compile(r"([0-9]{1,3}(?:[.,][0-9]+)?) ?(%?)")
CURRENCY = re.compile(r"[A-Za-z]{3}")
HUNDRED = 100.0


def money(text: str, conventions: Conventions) -> float | None:
    """Read an amount, with or without thousands separators, a currency and a sign.

    Args:
        text: as written: `1,234.50`, `£1234.50`, `1.234,50 EUR`, `(12.00)`, `12.00-`.
        conventions: the decimal mark. The other one, an apostrophe and a blank may part thousands.

    Raises:
        CleaningError: it is not an amount, contradicts the decimal mark, or has exactly three
            digits behind that mark, so that it may as well be thousands.

    Returns:
        The amount, at most two decimals, negative for a credit; None if blank. Which currency is
        named is not looked at: an export has one.
    """
    written = tidied(text)
    if is_blank(written):
        return None
    number, negative = unsigned(written)
    found = amount_pattern(conventions.decimal).fullmatch(number)
    if found is None:
        raise amount_error(written, number, conventions.decimal)
    digits = re.sub(r"[^0-9]", "", found["whole"]) or "0"
    value = float(f"{digits}.{found['part'] or 0}")
    return -value if negative and value else value


def charge(text: str, conventions: Conventions) -> float | None:
    """Read an amount as `money` does, but one that is charged.

    Raises:
        CleaningError: it is not an amount, or a credit.

    Returns:
        The amount, from 0 on; None if blank.
    """
    amount = money(text, conventions)
    if amount is not None and amount < 0:
        raise CleaningError(
            f"`{tidied(text)}` is a credit, and no charge",
            hint="write what is charged, from 0 on, or leave it empty",
        )
    return amount


def unsigned(written: str) -> tuple[str, bool]:
    """Take the currency and the sign off: the number, and whether it is negative."""
    number, negative = without_currency(written), False
    if number.startswith("(") and number.endswith(")"):
        number, negative = without_currency(number[1:-1].strip()), True
    elif number.startswith(MINUS):
        number, negative = without_currency(number[1:].strip()), True
    elif number.endswith(MINUS) and number[-2:-1].isdecimal():
        number, negative = number[:-1].strip(), True
    elif number.startswith("+"):
        number = number[1:].strip()
    return number, negative


def without_currency(number: str) -> str:
    for sign in SIGNS:
        number = number.removeprefix(sign).removesuffix(sign).strip()
    number = number.strip("$£€¥₹₽₺₴₩₦₫₪₱฿¢ ")
    for place in (number[:3], number[-3:]):
        if CURRENCY.fullmatch(place) and place.upper() in currencies():
            number = number.removeprefix(place).removesuffix(place).strip()
    return number


@cache
def currencies() -> frozenset[str]:
    return frozenset(list_currencies())


@cache
def amount_pattern(decimal: str) -> re.Pattern[str]:
    """Whole digits, grouped by threes or in the Indian way, and at most two decimals.

    Zeros behind two decimals say nothing, but three digits may be a group of thousands.
    """
    other = "." if decimal == "," else ","
    group = rf"(?P<group>[{other}'\u2019 ])"
    grouped = rf"[0-9]{{1,3}}{group}[0-9]{{3}}(?:(?P=group)[0-9]{{3}})*"
    indian = r"[0-9]{1,2}(?:,[0-9]{2})+,[0-9]{3}" if other == "," else r"(?!)"
    mark = re.escape(decimal)
    decimals = rf"(?:{mark}(?:(?P<part>[0-9]{{1,2}}(?:(?<=[0-9]{{2}})0{{2,}})?)|[-\u2013]{{1,2}}))?"
    return re.compile(rf"(?=.*[0-9])(?P<whole>[0-9]{{0,15}}|{grouped}|{indian}){decimals}")


def amount_error(written: str, number: str, decimal: str) -> CleaningError:
    if re.fullmatch(rf"[0-9]{{1,3}}{re.escape(decimal)}[0-9]{{3}}", number):
        return CleaningError(
            f"`{written}` may be an amount with three decimals, or thousands",
            hint=f"the decimal mark is `{decimal}`: declare the other one, or write two decimals",
        )
    return CleaningError(
        f"`{written}` is not an amount with the decimal mark `{decimal}`",
        hint="correct it, or declare the decimal mark that the export uses",
    )


def whole(text: str) -> int | None:
    """Read a whole number.

    Raises:
        CleaningError: it is not one, or has thousands separators; `12.0` is 12.

    Returns:
        The number; None if blank.
    """
    written = tidied(text)
    if is_blank(written):
        return None
    found = WHOLE.fullmatch(written)
    if found is None:
        raise CleaningError(
            f"`{written}` is not a whole number", hint="write it in digits alone, such as `1200`"
        )
    return int(found[1])


def months(text: str) -> int | None:
    """Read a number of months.

    Raises:
        CleaningError: it is not a whole number from 0 on.

    Returns:
        The number; None if blank.
    """
    number = whole(text)
    if number is not None and number < 0:
        raise CleaningError(
            f"`{tidied(text)}` is less than no months", hint="correct it, or leave it empty"
        )
    return number


def share(text: str) -> float | None:
    """Read a share in per cent, with or without its sign.

    Raises:
        CleaningError: it is not from 0 to 100, or it is 1 or less without a sign, so that it may
            as well be a fraction.

    Returns:
        Per cent, from 0 to 100; None if blank.
    """
    written = tidied(text)
    if is_blank(written):
        return None
    found = SHARE.fullmatch(written)
    value = float(found[1].replace(",", ".")) if found else -1.0
    if found is None or value > HUNDRED:
        raise CleaningError(
            f"`{written}` is not a share", hint="write per cent from 0 to 100, such as `50%`"
        )
    if not found[2] and 0 < value <= 1:
        raise CleaningError(
            f"`{written}` may be per cent or a fraction",
            hint=f"write `{written}%` or `{value:.0%}`",
        )
    return value
