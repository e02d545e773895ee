"""Cleaning of the names of people."""

import pytest

from household_graph.imports.cleaning.names import names
from household_graph.imports.cleaning.text import CleaningError

Name = tuple[str | None, str | None]


@pytest.mark.parametrize(
    ("full", "expected"),
    [
        ("Katie Baker", ("Katie", "Baker")),
        ("  Katie\t\u200b Baker\n", ("Katie", "Baker")),
        ("BAKER, KATIE", ("Katie", "Baker")),
        ("katie baker", ("Katie", "Baker")),
        ("KATIE O'BAKER", ("Katie", "O'Baker")),
        ("MARY-ANN MCBAKER", ("Mary-Ann", "McBaker")),
        ("KATIE MACBAKER", ("Katie", "Macbaker")),
        ("Katie McBaker", ("Katie", "McBaker")),
        ("Katie van der Baker", ("Katie", "van der Baker")),
        ("Van Baker", ("Van", "Baker")),
        ("Mary Ann Baker", ("Mary Ann", "Baker")),
        ("J.R. BAKER", ("J.R.", "Baker")),
        ("Mrs Katie Baker", ("Katie", "Baker")),
        ("Prof. Dr. Katie Baker, PhD", ("Katie", "Baker")),
        ("Baker, Mrs Katie", ("Katie", "Baker")),
        ("Baker, Katie, Mrs", ("Katie", "Baker")),
        ("Katie Baker Jr.", ("Katie", "Baker Jr.")),
        ("Katie Baker, Sr.", ("Katie", "Baker Sr.")),
        ("Baker III, Katie", ("Katie", "Baker III")),
        ("KATIE BAKER III", ("Katie", "Baker III")),
        ("Mr Baker", (None, "Baker")),
        ("Katie", ("Katie", None)),
        ("Andrew Sandy Baker", ("Andrew Sandy", "Baker")),
        ("Katie Ma", ("Katie", "Ma")),
        ("\u0141UCJA BAKER", ("\u0141ucja", "Baker")),
        ("Jose\u0301 Baker", ("Jos\u00e9", "Baker")),
    ],
)
def test_a_full_name_is_parted(full: str, expected: Name) -> None:
    """A full name gives given and family name, without titles, capitals put right."""
    assert names(full) == expected


@pytest.mark.parametrize(
    ("given", "family", "expected"),
    [
        ("Katie", "BAKER", ("Katie", "Baker")),
        ("katie", "Baker", ("Katie", "Baker")),
        ("JP", "Baker", ("JP", "Baker")),
        ("JP", "BAKER", ("Jp", "Baker")),
        ("Katie", "BAK", ("Katie", "Bak")),
        ("Mrs Katie", "", ("Katie", None)),
        ("Mr", "Baker", (None, "Baker")),
        ("Unknown", "Baker", (None, "Baker")),
        ("NULL", "Null", (None, "Null")),
        ("None", "Baker", ("None", "Baker")),
        ("n/a", "\\N", (None, None)),
    ],
)
def test_two_columns_stay_apart(given: str, family: str, expected: Name) -> None:
    """Given and family name keep their columns; Null and None are names, NULL and none are not."""
    assert names("", given, family) == expected


def test_the_full_name_is_for_want_of_the_others() -> None:
    """Where a given or a family name is there, the full name is not looked at."""
    assert names("John Bakers", None, "Baker") == (None, "Baker")
    assert names("Katie Baker", "", "N/A") == ("Katie", "Baker")


@pytest.mark.parametrize(
    "full",
    [
        *(
            "",
            "Unknown",
            "UNKNOWN UNKNOWN",
            "[not provided]",
            "The Householder",
            "Occupant",
            "Mr Unknown",
            "TBC",
        ),
        *("Dr.", "n/k", "not known", "N/A", "???", "-", "."),
    ],
)
def test_having_no_name_is_fine(full: str) -> None:
    """What says that there is no name gives none."""
    assert names(full) == (None, None)


@pytest.mark.parametrize(
    "full",
    ["Mr & Mrs Baker", "Katie and John Baker", "Katie und John Baker", "Katie/John Baker"],
)
def test_two_people_in_one_name_are_rejected(full: str) -> None:
    """A name for two is not guessed to be the name of one of them."""
    with pytest.raises(CleaningError, match="more than one person"):
        names(full)


@pytest.mark.parametrize("full", ["Katie2 Baker", "katie@example.com", "+447700900123"])
def test_what_is_no_name_is_rejected(full: str) -> None:
    """Digits and e-mail addresses are no names."""
    with pytest.raises(CleaningError, match=r"not a name|more than one"):
        names(full)
