"""Cleaning of phone numbers, days, amounts, truth values, e-mail addresses, keys and choices."""

from collections.abc import Callable
from datetime import date

import pytest

from household_graph.imports.cleaning.cells import (
    choice,
    code,
    day,
    email,
    money,
    phone,
    truth,
    whole,
)
from household_graph.imports.cleaning.text import CleaningError, Conventions

GB = Conventions("GB", "dmy", ".")
US = Conventions("US", "mdy", ".")
DE = Conventions("DE", "dmy", ",")
FR = Conventions("FR", "dmy", ",")
PL = Conventions("PL", "dmy", ",")
ISO = Conventions("GB", "ymd", ".")
CLEANERS: dict[str, Callable[[str], object]] = {
    "phone": lambda text: phone(text, GB),
    "day": lambda text: day(text, GB),
    "money": lambda text: money(text, GB),
    "whole": whole,
    "truth": truth,
    "email": email,
    "code": code,
    "choice": lambda text: choice(text, {"a": "b"}),
}


@pytest.mark.parametrize("cleaner", CLEANERS)
@pytest.mark.parametrize(
    "text", ["", "  ", "NULL", "null", "N/A", "-", "\\N", "none", "NaN", "\u200b\u00a0", "\ufeff"]
)
def test_the_usual_blanks_say_nothing(cleaner: str, text: str) -> None:
    """A blank in any of its spellings is None, whatever the column holds."""
    assert CLEANERS[cleaner](text) is None


@pytest.mark.parametrize(
    ("text", "conventions", "expected"),
    [
        ("020 7946 0018", GB, "+442079460018"),
        ("+44 (0)20 7946 0018", GB, "+442079460018"),
        ("0044 20 7946 0018", GB, "+442079460018"),
        ("(020) 7946.0018", GB, "+442079460018"),
        ("020\u00a07946\u20110018", GB, "+442079460018"),
        ("2079460018", GB, "+442079460018"),
        ("442079460018", GB, "+442079460018"),
        ("'02079460018", GB, "+442079460018"),
        ("07700 900123", GB, "+447700900123"),
        ("447700900123", GB, "+447700900123"),
        ("+49 30 1234567", GB, "+49301234567"),
        ("030/1234567", DE, "+49301234567"),
        ("(202) 555-0143", US, "+12025550143"),
        ("1-202-555-0143", US, "+12025550143"),
        ("011 44 20 7946 0018", US, "+442079460018"),
        ("0044 20 7946 0018", US, "+442079460018"),
    ],
)
def test_phone_numbers_become_e164(text: str, conventions: Conventions, expected: str) -> None:
    """National and international spellings of a number give one E.164 number."""
    assert phone(text, conventions) == expected


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("020 7946 0018 ext 5", "without its extension"),
        ("020 7946 0018 x12", "without its extension"),
        ("020 7946 0018 #3", "without its extension"),
        ("4.47911E+11", "export the column as text"),
        ("447700900123.0", "export the column as text"),
        ("020 7946 0018 / 020 7946 0019", "country code"),
        ("020 7946 0018, 020 7946 0019", "give one number"),
        ("call 020 7946 0018", "give one number"),
        ("0800 FLOWERS", "give one number"),
        ("020 7946 001", "country code"),
        ("+999 12345678", "country code"),
        ("12", "country code"),
    ],
)
def test_what_is_no_phone_number_is_rejected(text: str, hint: str) -> None:
    """Extensions, two numbers, letters, wrong lengths and spreadsheet numbers are rejected."""
    with pytest.raises(CleaningError) as caught:
        phone(text, GB)
    assert f"`{text}`" in caught.value.reason
    assert hint in caught.value.hint


@pytest.mark.parametrize(
    ("text", "conventions", "expected"),
    [
        ("2024-05-01", US, date(2024, 5, 1)),
        ("2024-05-01T00:00:00Z", GB, date(2024, 5, 1)),
        ("2024-05-01 23:30:00.000 +02:00", GB, date(2024, 5, 1)),
        ("20240501", GB, date(2024, 5, 1)),
        ("01052024", GB, date(2024, 5, 1)),
        ("05012024", US, date(2024, 5, 1)),
        ("01/05/2024", GB, date(2024, 5, 1)),
        ("05/01/2024", US, date(2024, 5, 1)),
        ("5/1/2024 12:00:00 AM", US, date(2024, 5, 1)),
        ("2024/05/01", ISO, date(2024, 5, 1)),
        ("1.5.2024", DE, date(2024, 5, 1)),
        ("1. 5. 2024", DE, date(2024, 5, 1)),
        ("01 05 24", GB, date(2024, 5, 1)),
        ("24/05/01", ISO, date(2024, 5, 1)),
        ("31-12-68", GB, date(2068, 12, 31)),
        ("01-01-69", GB, date(1969, 1, 1)),
        ("29/02/2024", GB, date(2024, 2, 29)),
        ("1900-01-01", GB, date(1900, 1, 1)),
        ("1 May 2024", GB, date(2024, 5, 1)),
        ("1st May 2024", GB, date(2024, 5, 1)),
        ("01-MAY-24", GB, date(2024, 5, 1)),
        ("24-May-01", ISO, date(2024, 5, 1)),
        ("May 1, 2024", US, date(2024, 5, 1)),
        ("Sept 3, 2021", US, date(2021, 9, 3)),
        ("3. März 2024", DE, date(2024, 3, 3)),
        ("3. Maerz 2024", DE, date(2024, 3, 3)),
        ("12.Dez.2023", DE, date(2023, 12, 12)),
        ("1er février 2024", FR, date(2024, 2, 1)),
        ("14 JUIL. 2020", FR, date(2020, 7, 14)),
        ("1 maja 2024", PL, date(2024, 5, 1)),
        ("3 wrz 2020", PL, date(2020, 9, 3)),
    ],
)
def test_days_are_read(text: str, conventions: Conventions, expected: date) -> None:
    """ISO days, days in the declared order and days with the month named are understood."""
    assert day(text, conventions) == expected


@pytest.mark.parametrize(
    "text",
    [
        "0000-00-00",
        "0000-00-00 00:00:00",
        "00/00/0000",
        "9999-12-31",
        "9999-12-31 00:00:00",
        "12/31/9999",
        "31.12.9999",
        "99991231",
        "  /  /",
        "0.0.00",
        "0/0/00",
        "00.00.0000",
        "__/__/____",
        "0001-01-01 00:00:00",
    ],
)
def test_days_that_stand_for_none(text: str) -> None:
    """What systems write for no day, or for no end, is no day."""
    assert day(text, GB) is None


@pytest.mark.parametrize(
    ("text", "conventions", "hint"),
    [
        ("13/25/2024", GB, "than `dmy`"),
        ("05/13/2024", GB, "than `dmy`"),
        ("13/05/2024", US, "than `mdy`"),
        ("2024/05/01", GB, "than `dmy`"),
        ("01/05/2024", ISO, "than `ymd`"),
        ("01/05-2024", GB, "YYYY-MM-DD"),
        ("1/5", GB, "YYYY-MM-DD"),
        ("May 2024", GB, "YYYY-MM-DD"),
        ("1 Mai 2024", GB, "YYYY-MM-DD"),
        ("1/2/345", GB, "YYYY-MM-DD"),
        ("2024-05-01 noon", GB, "YYYY-MM-DD"),
        ("45413", GB, "the spreadsheet has changed it"),
        ("45413.5", GB, "the spreadsheet has changed it"),
    ],
)
def test_what_is_no_day_is_rejected(text: str, conventions: Conventions, hint: str) -> None:
    """Another order, days that do not exist and numbers of spreadsheets are rejected."""
    with pytest.raises(CleaningError) as caught:
        day(text, conventions)
    assert f"`{text}`" in caught.value.reason
    assert hint in caught.value.hint


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("1799-12-25", "is before 1800"),
        ("01/05/0024", "is before 1800"),
        ("14/05/2556", "is after 2199"),
        ("30/12/1899", "is day 0 of spreadsheets, which stands for none"),
        ("0000-11-24", "is a day without a year"),
        ("--11-24", "is a day without a year"),
        ("31/02/2024", "does not exist: that month has fewer days"),
        ("29 Feb 1900", "does not exist: that month has fewer days"),
        ("2023-02-29", "does not exist: that month has fewer days"),
    ],
)
def test_what_is_wrong_with_a_day_is_said(text: str, reason: str) -> None:
    """A day that is possible in no order is told by what is wrong with it."""
    with pytest.raises(CleaningError) as caught:
        day(text, GB)
    assert caught.value.reason == f"`{text}` {reason}"


def test_a_short_year_of_birth_is_not_in_the_future() -> None:
    """A two-digit year after the latest possible day is of the century before."""
    today = date(2026, 11, 23)
    assert day("01/05/45", GB, latest=today) == date(1945, 5, 1)
    assert day("01/05/24", GB, latest=today) == date(2024, 5, 1)
    with pytest.raises(CleaningError, match="after 2026-11-23"):
        day("01/05/2045", GB, latest=today)


@pytest.mark.parametrize(
    ("text", "conventions", "expected"),
    [
        ("1,234.50", GB, 1234.5),
        ("£1234.5", GB, 1234.5),
        ("GBP 12", GB, 12.0),
        ("12 eur", GB, 12.0),
        ("US$ 5.00", US, 5.0),
        ("(12.00)", GB, -12.0),
        ("(£12.00)", GB, -12.0),
        ("12.00-", GB, -12.0),
        ("-£5", GB, -5.0),
        ("£-5", GB, -5.0),
        ("\u22125", GB, -5.0),
        ("+5", GB, 5.0),
        ("-0.00", GB, 0.0),
        ("1 234.50", GB, 1234.5),
        ("1\u00a0234.50", GB, 1234.5),
        ("1\u202f234.50", GB, 1234.5),
        ("1'234'567.50", GB, 1234567.5),
        ("12,34,567.89", GB, 1234567.89),
        ("29.8500", GB, 29.85),
        (".85", GB, 0.85),
        ("5.-", GB, 5.0),
        ("1.234", DE, 1234.0),
        ("1.234,50 €", DE, 1234.5),
        ("1234,5", DE, 1234.5),
        ("49,99 zł", PL, 49.99),
    ],
)
def test_amounts_are_read(text: str, conventions: Conventions, expected: float) -> None:
    """Thousands, currencies, signs and brackets are understood, with the declared mark."""
    assert money(text, conventions) == expected


@pytest.mark.parametrize(
    ("text", "conventions"),
    [
        ("1.234", GB),
        ("29.850", GB),
        ("1,234", DE),
        ("1.234,50", GB),
        ("1,234.50", DE),
        ("12,5", GB),
        ("12.5", DE),
        ("1,234,56", GB),
        ("1,2345", GB),
        ("1,234 567.00", GB),
        ("--5", GB),
        ("5 CR", GB),
        ("()", GB),
        ("£", GB),
        ("1e5", GB),
        ("12 apples", GB),
        ("9" * 16, GB),
    ],
)
def test_doubtful_amounts_are_rejected(text: str, conventions: Conventions) -> None:
    """What contradicts the declared decimal mark, or may be read in two ways, is rejected."""
    with pytest.raises(CleaningError, match="amount") as caught:
        money(text, conventions)
    assert "decimal mark" in caught.value.hint or "declare the other one" in caught.value.hint


@pytest.mark.parametrize(
    ("text", "expected"), [("12", 12), (" 00012 ", 12), ("12.0", 12), ("-3", -3), ("0", 0)]
)
def test_whole_numbers_are_read(text: str, expected: int) -> None:
    """Digits are a number, also with the `.0` of a spreadsheet."""
    assert whole(text) == expected


@pytest.mark.parametrize("text", ["1,200", "12.5", "12.000", "x", "1e3", "\u0663"])
def test_what_is_not_whole_is_rejected(text: str) -> None:
    """Fractions, thousands separators and words are no whole numbers."""
    with pytest.raises(CleaningError, match="not a whole number"):
        whole(text)


@pytest.mark.parametrize("text", ["Yes", "y", "TRUE", "1", "x", "on", "Ja", "oui", "Sí", "tak"])
def test_spellings_of_yes(text: str) -> None:
    """Yes is understood in its spellings."""
    assert truth(text) is True


@pytest.mark.parametrize(
    "text", ["No", "n", "False", "0", "off", "nein", "non", "nie", "FAŁSZ", "No phone service"]
)
def test_spellings_of_no(text: str) -> None:
    """No is understood in its spellings."""
    assert truth(text) is False


@pytest.mark.parametrize("text", ["o", "maybe", "2", "?", "yes no"])
def test_neither_yes_nor_no_is_rejected(text: str) -> None:
    """Anything else is not guessed."""
    with pytest.raises(CleaningError, match="neither yes nor no"):
        truth(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (" Katie@Example.COM ", "katie@example.com"),
        ("mailto:katie+bills@example.co.uk", "katie+bills@example.co.uk"),
        ("o'baker@example.org", "o'baker@example.org"),
        ("katie@bäcker.example", "katie@bäcker.example"),
    ],
)
def test_addresses_of_mail_are_read(text: str, expected: str) -> None:
    """An e-mail address is written in small letters."""
    assert email(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "katie",
        "katie@example",
        "katie@@example.com",
        "katie..b@example.com",
        ".katie@example.com",
        "katie@-example.com",
        "a@example.com; b@example.com",
        "Katie <katie@example.com>",
        "katie @example.com",
        "k" * 250 + "@example.com",
    ],
)
def test_what_is_no_mail_address_is_rejected(text: str) -> None:
    """Two addresses, or none, are rejected."""
    with pytest.raises(CleaningError, match="not an e-mail address"):
        email(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (" 00123 ", "00123"),
        ("ABC-12", "ABC-12"),
        ("4E12", "4E12"),
        ("\ufeff1-X", "1-X"),
        ("'G-4", "G-4"),
        ("\t00417", "00417"),
        ("\x1f00417", "00417"),
    ],
)
def test_keys_stay_as_written(text: str, expected: str) -> None:
    """A key keeps its case and its leading zeros, without what guards it in a spreadsheet."""
    assert code(text) == expected


@pytest.mark.parametrize("text", ["4.42E+11", "4,42e+11", "4E+11"])
def test_a_shortened_key_is_rejected(text: str) -> None:
    """What a spreadsheet has made of a long number is not a key."""
    with pytest.raises(CleaningError) as caught:
        code(text)
    assert caught.value.hint == "the spreadsheet has shortened it: export the column as text"


def test_a_choice_is_looked_up_without_regard_to_case() -> None:
    """A known word gives its meaning, and a listed blank does as well."""
    values = {"Month-to-month": "month-to-month", "One year": "one-year", "none": "open"}
    assert choice("MONTH-TO-MONTH ", values) == "month-to-month"
    assert choice("One year", values) == "one-year"
    assert choice("None", values) == "open"


def test_an_unknown_choice_names_the_nearest_first() -> None:
    """A word that is not listed is rejected with the known ones, the most like it in front."""
    values = {"One year": "one-year", "Two year": "two-year", "Monthly": "month-to-month"}
    with pytest.raises(CleaningError, match="unknown value `Montly`") as caught:
        choice("Montly", values)
    assert caught.value.hint.startswith("known are `Monthly`, ")
