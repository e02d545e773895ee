"""Days and countries as people type them."""

from datetime import date

import pytest

from household_graph.errors import BadInputError
from household_graph.imports.cleaning.typed import typed_country, typed_day

VALENTINE = date(1980, 2, 14)


@pytest.mark.parametrize(
    ("text", "country", "day"),
    [
        ("1980-02-14", "GB", VALENTINE),
        ("14/02/1980", "GB", VALENTINE),
        ("14.2.1980", "DE", VALENTINE),
        ("14. Februar 1980", "DE", VALENTINE),
        ("02/14/1980", "US", VALENTINE),
        ("Feb 14, 1980", "US", VALENTINE),
        ("14 Feb 1980", "", VALENTINE),
        ("1980/02/14", "JP", VALENTINE),
        ("03/02/1980", "GB", date(1980, 2, 3)),
        ("03/02/1980", "US", date(1980, 3, 2)),
    ],
)
def test_a_day_in_the_form_of_a_country(text: str, country: str, day: date) -> None:
    """The order of numbers is that of the country; a month in words needs none."""
    assert typed_day(text, country) == day


@pytest.mark.parametrize(
    ("text", "country"), [("14/02/1980", "US"), ("30/02/1980", "GB"), ("soon", "GB"), ("-", "GB")]
)
def test_what_no_calendar_has_is_refused(text: str, country: str) -> None:
    """A day that is none in the order of the country is not read in another."""
    with pytest.raises(BadInputError, match=f"cannot read the date `{text}`") as refused:
        typed_day(text, country)
    assert "14 May 2013" in str(refused.value.hint)


def test_a_country_by_name() -> None:
    """By its code, or its name in English or its own language."""
    found = [
        typed_country(one, "GB") for one in ("gb", "Germany", "Deutschland", "the Netherlands")
    ]
    assert found == ["GB", "DE", "DE", "NL"]
    with pytest.raises(BadInputError, match="not a country"):
        typed_country("Atlantis", "GB")
