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
        ("Arun s/o Mani", ("Arun", "s/o Mani")),
        ("Siti Aminah d/o Rahman", ("Siti Aminah", "d/o Rahman")),
        ("KALA A/P RAMAN", ("Kala", "a/p Raman")),
        ("Nora binti Idris", ("Nora binti", "Idris")),
        ("Deniz And", ("Deniz", "And")),
        ("Karl von und zu Bergen", ("Karl", "von und zu Bergen")),
        ("Dr. h.c. Ute von der Au", ("Ute", "von der Au")),
        ("Fold (n\u00e9e Cook), Jane", ("Jane", "Fold (n\u00e9e Cook)")),
        ('Robert "Bob" Fold', ('Robert "Bob"', "Fold")),
        (
            "\u200f\u064a\u0648\u0633\u0641 \u0627\u0644\u062d\u062f\u0627\u062f\u200f",
            ("\u064a\u0648\u0633\u0641", "\u0627\u0644\u062d\u062f\u0627\u062f"),
        ),
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
        ("Arun", "S/O MANI", ("Arun", "s/o Mani")),
        ("Deniz", "AND", ("Deniz", "And")),
        ("NAN", "FOLD", ("Nan", "Fold")),
        ("Nan", "Fold", ("Nan", "Fold")),
        ("Ng", "O", ("Ng", "O")),
        ("Ian", "von und zu Bergen", ("Ian", "von und zu Bergen")),
        ("\u4e00\u90ce", "\u7530\u4e2d", ("\u4e00\u90ce", "\u7530\u4e2d")),
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
    [
        *("Mr & Mrs Baker", "Katie and John Baker", "Katie und John Baker", "Katie/John Baker"),
        *("Mr and Mrs Baker", "Siti / Aminah Rahman", "Durand et Fils", "Arun s/o Mani and Siti"),
    ],
)
def test_two_people_in_one_name_are_rejected(full: str) -> None:
    """A name for two is not guessed to be the name of one of them."""
    with pytest.raises(CleaningError, match="more than one person"):
        names(full)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (
            "\u0639\u0644\u06cc\u200c\u0631\u0636\u0627",
            "\u0639\u0644\u06cc\u200c\u0631\u0636\u0627",
        ),
        ("\u0936\u0930\u094d\u200d\u092e\u093e", "\u0936\u0930\u094d\u200d\u092e\u093e"),
        ("\u200c\u0639\u0644\u06cc\u200c", "\u0639\u0644\u06cc"),
        ("Ka\u200dtie", "Katie"),
    ],
)
def test_joiners_stay_where_a_script_needs_them(written: str, expected: str) -> None:
    """U+200C and U+200D are part of names in Persian and the languages of India alone."""
    assert names(None, written) == (expected, None)


def test_two_given_names_are_of_two_people() -> None:
    """A given name that ends in `and` has lost its other half, or has it in the family name."""
    with pytest.raises(CleaningError, match="more than one person"):
        names(None, "Katie and", "John Baker")


@pytest.mark.parametrize("full", ["Katie2 Baker", "katie@example.com", "+447700900123"])
def test_what_is_no_name_is_rejected(full: str) -> None:
    """Digits and e-mail addresses are no names."""
    with pytest.raises(CleaningError, match=r"not a name|more than one"):
        names(full)
