"""Cleaning of addresses, and the keys that their spellings share."""

import pytest

from household_graph.imports.cleaning.addresses import address, address_key
from household_graph.imports.cleaning.text import CleaningError, Conventions
from household_graph.imports.records import PlaceFields

GB = Conventions("GB", "dmy", ".")
Parts = tuple[str, str, str, str]


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        (("12 HIGH STREET", "sw1a1aa", "LONDON", ""), "12 High Street|SW1A 1AA|London|GB"),
        (("flat 2b,\n12a high st", " m1  1ae", "x", "UK"), "Flat 2b, 12a High St|M1 1AE|X|GB"),
        (("FLAT 2B", "W1A 0AX", "London", "GBR"), "Flat 2B|W1A 0AX|London|GB"),
        (
            ("5TH AVE NW, PO BOX 1", "98101", "SEATTLE", "USA"),
            "5th Ave NW, PO Box 1|98101|Seattle|US",
        ),
        (("1 A St", "981011234", "x", "United States"), "1 A St|98101-1234|X|US"),
        (("Hauptstr. 5", "D-10115", "BERLIN", "Deutschland"), "Hauptstr. 5|10115|Berlin|DE"),
        (("ul. Długa 5/7", "00950", "WARSZAWA", "Polska"), "ul. Długa 5/7|00-950|Warszawa|PL"),
        (("1 RUE DE LA PAIX", "75001", "paris", "France"), "1 Rue de la Paix|75001|Paris|FR"),
        (("ST. JOHN'S RD", "d6wxy00", "DUBLIN", "irl"), "St. John's Rd|D6W XY00|Dublin|IE"),
        (("1 Dam", "1012jl", "Amsterdam", "the Netherlands"), "1 Dam|1012 JL|Amsterdam|NL"),
        (("1 High St", "ab 1", "x", "Seychelles"), "1 High St|AB 1|X|SC"),
        (("", "N/A", "London", ""), "None|None|London|GB"),
    ],
)
def test_addresses_are_normalised(parts: Parts, expected: str) -> None:
    """Blanks, capitals, postal code and country are put in one form."""
    place = address(*parts, GB)
    assert place is not None
    assert f"{place.street}|{place.postal_code}|{place.city}|{place.country}" == expected


@pytest.mark.parametrize("country", ["", "GB", "England"])
def test_a_country_alone_is_no_address(country: str) -> None:
    """Without street, postal code and town there is no address."""
    assert address("", " ", "-", country, GB) is None
    assert address(None, None, None, country, GB) is None


@pytest.mark.parametrize(
    ("parts", "reason", "hint"),
    [
        (("x", "ABC", "", "GB"), "`ABC` is not a postal code in GB", "correct it"),
        (("x", "SW1A 1A", "", ""), "`SW1A 1A` is not a postal code in GB", "correct it"),
        (("x", "2139", "", "US"), "`2139` is not a postal code in US", "leading zero"),
        (("x", "1067", "", "DE"), "`1067` is not a postal code in DE", "leading zero"),
        (("x", "75001.0", "", "FR"), "`75001.0` is not a postal code in FR", "correct it"),
        (("x", "", "", "Narnia"), "`Narnia` is not a country", "two letters"),
        (("x", "", "", "EU"), "`EU` is not a country", "two letters"),
    ],
)
def test_wrong_codes_and_countries_are_rejected(parts: Parts, reason: str, hint: str) -> None:
    """A postal code that its country cannot have, and an unknown country, are rejected."""
    with pytest.raises(CleaningError) as caught:
        address(*parts, GB)
    assert caught.value.reason == reason
    assert hint in caught.value.hint


def place(street: str, code: str, country: str) -> PlaceFields:
    return PlaceFields(street=street, postal_code=code, country=country)


@pytest.mark.parametrize(
    ("country", "code", "spellings", "expected"),
    [
        (
            "GB",
            "SW1A 1AA",
            [
                "12 High Street, Flat 2",
                "Flat 2, 12 High St.",
                "12 HIGH ST APT #2",
                "Apartment 2 12 High St",
                "No. 12 High Street flat 2",
            ],
            "gb|sw1a1aa|12 high st|2",
        ),
        (
            "GB",
            "M1 1AE",
            ["12a St Mary's Road", "12 A Saint Marys Rd"],
            "gb|m11ae|12a st marys rd|",
        ),
        (
            "GB",
            "M1 1AE",
            ["Ground Floor Flat, 1 High St", "1 High Street, Ground Floor"],
            "gb|m11ae|1 high st|ground",
        ),
        (
            "GB",
            "M1 1AE",
            ["First Floor Left, 30 Elm Row", "1st floor left 30 Elm Row", "30 Elm Row, 1 Left"],
            "gb|m11ae|30 elm row|1 left",
        ),
        (
            "GB",
            "M1 1AE",
            [
                *(
                    "Flat 2/1, 220 Elm Row",
                    "2/1, 220 Elm Row",
                    "220 Elm Row (2F1)",
                    "2F1 220 Elm Row",
                ),
                *("Flat 2F1, 220 Elm Row", "220 Elm Row, flat 2/1"),
            ],
            "gb|m11ae|220 elm row|2f1",
        ),
        ("GB", "M1 1AE", ["2/4 High Street", "2-4 High St"], "gb|m11ae|2 4 high st|"),
        ("GB", "M1 1AE", ["Flat 3, 9 Upper Street"], "gb|m11ae|9 upper st|3"),
        (
            "GB",
            "M1 1AE",
            ["Upper Flat, 12 Quay Road", "12 Quay Rd Upper Flat"],
            "gb|m11ae|12 quay rd|upper",
        ),
        (
            "GB",
            "M1 1AE",
            ["Basement, 12 Quay Road", "Basement Flat, 12 Quay Rd"],
            "gb|m11ae|12 quay rd|basement",
        ),
        ("US", "02139", ["Fl 3, 12 Main St", "12 Main St, Flat 3"], "us|02139|12 main st|3"),
        (
            "US",
            "02139",
            ["Floor 3, 12 5th Ave", "3rd floor, 12 5th Avenue"],
            "us|02139|12 5th av|3",
        ),
        (
            "DE",
            "10115",
            [
                "Hauptstr. 5, 2. OG links",
                "Hauptstraße 5, 2. Stock links",
                "Hauptstr 5 2. Etage links",
            ],
            "de|10115|hauptstrasse 5|2 links",
        ),
        (
            "DE",
            "10115",
            ["Hauptstr. 5, EG", "Hauptstr. 5 Erdgeschoss"],
            "de|10115|hauptstrasse 5|eg",
        ),
        (
            "FR",
            "75001",
            ["12 rue X, 2e étage gauche", "2ème étage gauche, 12 rue X"],
            "fr|75001|12 rue x|2 gauche",
        ),
        (
            "US",
            "02139",
            ["12 N Main St Apt 4", "12 North Main Street #4", "12 north main st., Unit 4"],
            "us|02139|12 north main st|4",
        ),
        ("US", "02139-1234", ["100 E 5th St Ste 200"], "us|02139|100 east 5th st|200"),
        (
            "DE",
            "10115",
            ["Müllerstraße 5 a", "Muellerstr. 5a", "Müller-Str.5a", "MÜLLERSTRASSE 5A"],
            "de|10115|muellerstrasse 5a|",
        ),
        (
            "PL",
            "00-950",
            ["ul. Długa 5/7", "Dluga 5 m. 7", "ulica Długa 5 lok. 7"],
            "pl|00950|dluga 5|7",
        ),
        (
            "FR",
            "75001",
            ["12 bis, av. de la République", "12bis Avenue de la Republique"],
            "fr|75001|12bis av de la republique|",
        ),
        ("AU", "2000", ["2/12 High Street", "Unit 2, 12 High St"], "au|2000|12 high st|2"),
    ],
)
def test_spellings_of_one_address_share_a_key(
    country: str, code: str, spellings: list[str], expected: str
) -> None:
    """Street words, accents, punctuation and the place of the flat do not matter."""
    assert {address_key(place(street, code, country)) for street in spellings} == {expected}


def test_other_flats_and_houses_have_other_keys() -> None:
    """The house, the flat, the postal code and the country each make another key."""
    keys = [
        address_key(place("12 High St", "M1 1AE", "GB")),
        address_key(place("12 High St, Flat 2", "M1 1AE", "GB")),
        address_key(place("12 High St, Flat 3", "M1 1AE", "GB")),
        address_key(place("13 High St, Flat 3", "M1 1AE", "GB")),
        address_key(place("12 High St", "M1 1AF", "GB")),
        address_key(place("12 High St", "M1 1AE", "IE")),
    ]
    assert len(set(keys)) == len(keys)


def test_floors_and_sides_are_other_homes() -> None:
    """Left and right, upper and lower, and each floor make another key."""
    streets = [
        *("First Floor Left, 30 Elm Row", "First Floor Right, 30 Elm Row", "30 Elm Row"),
        *("Second Floor Left, 30 Elm Row", "Upper Flat, 30 Elm Row", "Lower Flat, 30 Elm Row"),
        *("2F1, 30 Elm Row", "2F2, 30 Elm Row", "Flat 2, 30 Elm Row", "Ground Floor, 30 Elm Row"),
    ]
    keys = [address_key(place(street, "M1 1AE", "GB")) for street in streets]
    assert len(set(keys)) == len(keys)
    assert {key.split("|")[2] for key in keys if key} == {"30 elm row"}


def test_an_address_without_a_street_or_an_area_has_no_key() -> None:
    """What many households share is not an address to find one by."""
    assert address_key(PlaceFields(postal_code="M1 1AE", country="GB")) is None
    assert address_key(PlaceFields(street="12 High St", country="GB")) is None
    assert address_key(place("Ground Floor", "M1 1AE", "GB")) is None
    town = PlaceFields(street="12 High St", city="St. Albans", country="GB")
    assert address_key(town) == "gb|stalbans|12 high st|"
