"""Amounts of money and whole numbers."""

import re
from functools import cache

from babel.numbers import list_currencies

from household_graph.imports.cleaning.text import CleaningError, Conventions, value_in

# Signs of currencies that are neither a Unicode sign nor an ISO code.
_SIGNS = ("US$", "CA$", "C$", "AU$", "A$", "NZ$", "R$", "zł", "kr.", "kr", "Fr.", "Rs.", "Rs", "Kč")
_MINUS = ("-", "\u2212", "\u2013")
_WHOLE = re.compile(r"([+-]?[0-9]{1,15})(?:[.,]0{1,2})?")
_CURRENCY = re.compile(r"[A-Za-z]{3}")


def money(text: str, conventions: Conventions) -> float | None:
    """Read an amount, with or without thousands separators, a currency and a sign.

    Args:
        text: as written: `1,234.50`, `£1234.50`, `1.234,50 EUR`, `(12.00)`, `12.00-`.
        conventions: the decimal mark. The other mark, an apostrophe or a blank may separate
            thousands.

    Raises:
        CleaningError: it is not an amount, contradicts the decimal mark, or has exactly three
            digits behind that mark, so that it may as well be thousands.

    Returns:
        The amount, at most two decimals, negative for a credit; None if blank. The currency is
        ignored: an export has one.
    """
    written = value_in(text)
    if written is None:
        return None
    number, is_negative = _unsigned(written)
    found = _amount_pattern(conventions.decimal).fullmatch(number)
    if found is None:
        raise _amount_error(written, number, conventions.decimal)
    digits = re.sub(r"[^0-9]", "", found["whole"]) or "0"
    value = float(f"{digits}.{found['part'] or 0}")
    return -value if is_negative and value else value


def charge(text: str, conventions: Conventions) -> float | None:
    """Read an amount that is charged, as `money` does.

    Raises:
        CleaningError: it is not an amount, or a credit.

    Returns:
        The amount, at least 0; None if blank.
    """
    amount = money(text, conventions)
    if amount is not None and amount < 0:
        raise CleaningError(
            f"`{value_in(text)}` is a credit, and no charge",
            hint="write what is charged, from 0 on, or leave it empty",
        )
    return amount


def whole(text: str) -> int | None:
    """Read a whole number.

    Raises:
        CleaningError: it is not one, or has thousands separators; `12.0` is 12.

    Returns:
        The number; None if blank.
    """
    written = value_in(text)
    if written is None:
        return None
    found = _WHOLE.fullmatch(written)
    if found is None:
        raise CleaningError(
            f"`{written}` is not a whole number", hint="write it in digits alone, such as `1200`"
        )
    return int(found[1])


def months(text: str) -> int | None:
    """Read a number of months.

    Raises:
        CleaningError: it is not a whole number, or negative.

    Returns:
        The number; None if blank.
    """
    number = whole(text)
    if number is not None and number < 0:
        raise CleaningError(
            f"`{value_in(text)}` is less than no months", hint="correct it, or leave it empty"
        )
    return number


def _unsigned(written: str) -> tuple[str, bool]:
    """Strip currency and sign: the number, and whether it is negative."""
    number = _without_currency(written)
    if number.startswith("(") and number.endswith(")"):
        return _without_currency(number[1:-1].strip()), True
    if number.startswith(_MINUS):
        return _without_currency(number[1:].strip()), True
    if number.endswith(_MINUS) and number[-2:-1].isdecimal():
        return number[:-1].strip(), True
    return number[1:].strip() if number.startswith("+") else number, False


def _without_currency(number: str) -> str:
    for sign in _SIGNS:
        number = number.removeprefix(sign).removesuffix(sign).strip()
    number = number.strip("$£€¥₹₽₺₴₩₦₫₪₱฿¢ ")
    for place in (number[:3], number[-3:]):
        if _CURRENCY.fullmatch(place) and place.upper() in _currencies():
            number = number.removeprefix(place).removesuffix(place).strip()
    return number


@cache
def _currencies() -> frozenset[str]:
    return frozenset(list_currencies())


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
