"""Cleaning what is clean changes nothing."""

import contextlib
from datetime import date

import phonenumbers
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from household_graph.imports.cleaning.addresses import address, address_key
from household_graph.imports.cleaning.cells import day, money, phone
from household_graph.imports.cleaning.names import names
from household_graph.imports.cleaning.text import CleaningError, Conventions

few = settings(max_examples=150, deadline=None)
conventions = st.builds(
    Conventions,
    country=st.sampled_from(["GB", "US", "DE", "FR", "PL", "IE"]),
    date_order=st.sampled_from(["ymd", "dmy", "mdy"]),
    decimal=st.sampled_from([".", ","]),
)
LETTERS = "abzABZ\u00e9\u00dc\u0142\u00df"
words = st.text(alphabet=LETTERS + "-' ,.&12/", max_size=24)
spoken = st.lists(
    st.sampled_from(["KATIE", "katie", "Katie", "O'BAKER", "VAN", "der", "Mc", "MCBAKER", "JP"])
    | st.text(alphabet=LETTERS + "'-.", max_size=6),
    max_size=4,
).map(" ".join)


@few
@given(st.sampled_from(sorted(phonenumbers.SUPPORTED_REGIONS)), conventions)
def test_clean_phone_numbers_stay(region: str, told: Conventions) -> None:
    """Every spelling of a valid number gives its E.164 form, which stays as it is."""
    example = phonenumbers.example_number(region)
    assert example is not None
    for form in ("E164", "INTERNATIONAL"):
        written = phonenumbers.format_number(example, getattr(phonenumbers.PhoneNumberFormat, form))
        clean = phone(written, told)
        assert clean is not None
        assert phone(clean, told) == clean


@few
@given(st.dates(date(1800, 1, 1), date(2199, 12, 31)), conventions)
def test_clean_days_stay(found: date, told: Conventions) -> None:
    """An ISO day is itself under every convention, and so is a day in the declared order."""
    assert day(found.isoformat(), told) == found
    order = "/".join({"y": "%Y", "m": "%m", "d": "%d"}[part] for part in told.date_order)
    assert day(found.strftime(order), told) == found


@few
@given(st.integers(-(10**11), 10**11), st.booleans(), conventions)
def test_clean_amounts_stay(cents: int, grouped: bool, told: Conventions) -> None:
    """An amount written with two decimals and the declared mark is that amount."""
    written = f"{cents / 100:{',' if grouped else ''}.2f}"
    if told.decimal == ",":
        written = written.translate(str.maketrans(",.", ".,"))
    assert money(written, told) == cents / 100


@few
@given(spoken, spoken)
def test_clean_names_stay(first: str, second: str) -> None:
    """A cleaned name, in its two columns, is cleaned to itself."""
    with contextlib.suppress(CleaningError):
        clean = names("", first, second)
        assert names("", *clean) == clean


@few
@given(spoken)
def test_clean_full_names_stay(full: str) -> None:
    """What a full name was parted into is cleaned to itself."""
    with contextlib.suppress(CleaningError):
        clean = names(full)
        assert names("", *clean) == clean


@few
@given(words, words, conventions)
def test_clean_addresses_stay(street: str, city: str, told: Conventions) -> None:
    """A cleaned address is cleaned to itself, and its key is that of what was written."""
    clean = address(street, "", city, "", told)
    if clean is not None:
        again = address(clean.street, clean.postal_code, clean.city, clean.country, told)
        assert again == clean
        shouted = clean.model_copy(update={"street": clean.street and clean.street.upper()})
        assert address_key(shouted) == address_key(clean)


@pytest.mark.parametrize("code", ["sw1a1aa", "M1 1AE", "ec1a1bb", "W1A 0AX", "gir0aa"])
def test_clean_postal_codes_stay(code: str) -> None:
    """A postal code in its national form is cleaned to itself."""
    told = Conventions("GB", "dmy", ".")
    clean = address("1 High St", code, "", "", told)
    assert clean is not None
    assert address("1 High St", clean.postal_code, "", "", told) == clean
