"""Addresses: normalised, and the key that all spellings of one address share."""

import re
from functools import cache

from babel.core import Locale, UnknownLocaleError, get_global

from household_graph.imports.cleaning.dates import languages_of
from household_graph.imports.cleaning.text import (
    CleaningError,
    Conventions,
    capitalized,
    tidied,
    value_in,
    without_accents,
    word_set,
)
from household_graph.imports.records import PlaceFields


def address(
    street: str | None,
    postal_code: str | None,
    city: str | None,
    country_name: str | None,
    conventions: Conventions,
) -> PlaceFields | None:
    """Read an address from its parts, each as written.

    Args:
        street: with house and flat number, on one line or several.
        postal_code: in any spelling of its national form.
        city: the town.
        country_name: a code or a name; blank: the country of the conventions.
        conventions: that country.

    Raises:
        CleaningError: the postal code or the country cannot be right.

    Returns:
        The address; None if it has nothing but a country.
    """
    nation = country(country_name or "", conventions) or conventions.country
    lines = (tidied(part).strip(" ,") for part in (street or "").splitlines())
    one_line, code, town = (
        value_in(part or "") for part in (", ".join(filter(None, lines)), postal_code, city)
    )
    place = PlaceFields(
        street=capitalized(one_line) if one_line else None,
        postal_code=_national_form(code, nation) if code else None,
        city=capitalized(town) if town else None,
        country=nation,
    )
    return place if place.street or place.postal_code or place.city else None


# Country -> what its codes look like without blanks and hyphens, and the layout of the groups.
_GB = r"(GIR|[A-Z]{1,2}[0-9][A-Z0-9]?)([0-9][A-Z]{2})"
_CODE_FORMS: dict[str, tuple[str, str]] = {
    "GB": (_GB, "{} {}"),
    "IE": (r"([AC-FHKNPRTV-Y][0-9]{2}|D6W)([0-9AC-FHKNPRTV-Y]{4})", "{} {}"),
    "NL": (r"([1-9][0-9]{3})([A-Z]{2})", "{} {}"),
    "CA": (r"([A-Z][0-9][A-Z])([0-9][A-Z][0-9])", "{} {}"),
    "US": (r"([0-9]{5})([0-9]{4})?", "{}-{}"),
    "PL": (r"([0-9]{2})([0-9]{3})", "{}-{}"),
    "PT": (r"([0-9]{4})([0-9]{3})", "{}-{}"),
    "JP": (r"([0-9]{3})([0-9]{4})", "{}-{}"),
    "IN": (r"([1-9][0-9]{5})", "{}"),
    **dict.fromkeys(("SE", "CZ", "SK", "GR"), (r"([0-9]{3})([0-9]{2})", "{} {}")),
    **dict.fromkeys(("DE", "FR", "ES", "IT", "FI"), (r"([0-9]{5})", "{}")),
    **dict.fromkeys(("AT", "CH", "BE", "DK", "NO", "LU", "AU", "NZ"), (r"([0-9]{4})", "{}")),
}
_CODE_PREFIXES = {"DE": "D", "FR": "F", "AT": "A", "CH": "CH", "BE": "B", "PL": "PL", "LU": "L"}


def _national_form(written: str, nation: str) -> str:
    """Return a postal code in the form of its country, such as `SW1A 1AA` for `sw1a1aa`.

    Raises:
        CleaningError: it cannot be one; only for countries whose form is known here.
    """
    capitals = written.upper()
    if nation not in _CODE_FORMS:
        return capitals
    form, layout = _CODE_FORMS[nation]
    prefix = _CODE_PREFIXES.get(nation)
    bare = re.sub(rf"^{prefix}[ -]", "", capitals) if prefix else capitals
    found = re.fullmatch(form, bare.replace(" ", "").replace("-", ""))
    if found is None:
        hint = "correct it, or name the right country"
        if written.isdecimal() and re.fullmatch(form, f"0{written}"):
            hint = "a spreadsheet has dropped its leading zero: export the column as text"
        raise CleaningError(f"`{written}` is not a postal code in {nation}", hint=hint)
    groups = [group for group in found.groups() if group]
    return layout.format(*groups) if len(groups) == layout.count("{}") else groups[0]


_LANGUAGES = ("en", "de", "fr", "es", "it", "nl", "pl", "pt")
# Codes of groups of countries, or for tests.
_REGIONS = frozenset(("EU", "EZ", "QO", "UN", "XA", "XB", "ZZ"))
_OTHER_NAMES = {
    **dict.fromkeys(
        ("england", "scotland", "wales", "northern ireland", "great britain", "uk"), "GB"
    ),
    "united states of america": "US",
    "republic of ireland": "IE",
    "eire": "IE",
    "czech republic": "CZ",
    "holland": "NL",
}


def country(text: str, conventions: Conventions) -> str | None:
    """Read a country: ISO 3166 code of two or three letters, or its name.

    Args:
        text: as written; names in English, larger European languages, and those of the country.
        conventions: the country whose languages are understood as well.

    Raises:
        CleaningError: it is not a country.

    Returns:
        The code of two letters; None if blank.
    """
    written = value_in(text)
    if written is None:
        return None
    found = _country_names(conventions.country).get(_bare(written))
    if found is None:
        raise CleaningError(
            f"`{written}` is not a country", hint="write its ISO code of two letters, such as `GB`"
        )
    return found


def _bare(name: str) -> str:
    letters = without_accents(name).replace(".", "").replace("'", " ").replace("\u2019", " ")
    return letters.replace(" & ", " and ").removeprefix("the ")


@cache
def _country_names(home: str) -> dict[str, str]:
    """Return every way to write a country -> its code; earlier languages win over later ones."""
    codes = map(str, Locale("en").territories)
    known = [code for code in codes if code.isalpha() and code not in _REGIONS]
    names = {code.lower(): code for code in known} | _OTHER_NAMES
    for alias, targets in get_global("territory_aliases").items():
        if len(targets) == 1 and targets[0] in known:
            names.setdefault(str(alias).lower(), str(targets[0]))
    for language in dict.fromkeys((*_LANGUAGES, *languages_of(home))):
        try:
            territories = Locale(language).territories
        except UnknownLocaleError:
            continue
        for code in known:
            names.setdefault(_bare(territories.get(code, code)), code)
    return names


# Street words in several spellings -> one of them, by country. `st` is both street and saint.
_COMMON = {
    "street": "st", "saint": "st", "road": "rd", "avenue": "av", "ave": "av", "lane": "ln",
    "drive": "dr", "court": "ct", "place": "pl", "square": "sq", "terrace": "terr",
    "crescent": "cres", "close": "cl", "gardens": "gdns", "grove": "gr", "boulevard": "bd",
    "blvd": "bd", "highway": "hwy", "parkway": "pkwy", "mount": "mt", "fort": "ft",
    "building": "bldg", "house": "hse", "park": "pk", "parade": "pde", "way": "wy",
}  # fmt: skip
_GERMAN = {"str": "strasse", "pl": "platz"}
_FRENCH = {
    "ave": "av", "avenue": "av", "boul": "bd", "bld": "bd", "blvd": "bd", "boulevard": "bd",
    "ch": "chemin", "che": "chemin", "chem": "chemin", "imp": "impasse", "rte": "route",
    "fbg": "faubourg", "fg": "faubourg", "sainte": "ste", "saint": "st", "pl": "place",
    "res": "residence", "bat": "batiment", "all": "allee", "sq": "square",
}  # fmt: skip
_POLISH = {
    "aleja": "al", "aleje": "al", "alei": "al", "plac": "pl", "osiedle": "os", "gen": "generala",
    "sw": "swietego", "ks": "ksiedza",
}  # fmt: skip
_AMERICAN = _COMMON | {"n": "north", "s": "south", "e": "east", "w": "west"}
_AMERICAN |= {"ne": "northeast", "nw": "northwest", "se": "southeast", "sw": "southwest"}
_GERMAN_SPEAKING = ("DE", "AT", "CH")
_FRENCH_SPEAKING = ("FR", "BE", "LU")
_STREET_WORDS = {
    **dict.fromkeys(("US", "CA"), _AMERICAN),
    **dict.fromkeys(_GERMAN_SPEAKING, _GERMAN),
    **dict.fromkeys(_FRENCH_SPEAKING, _FRENCH),
    "PL": _POLISH,
}
# What precedes the number of a flat; `ste` is a suite in English and a saint in French.
_UNITS = word_set("apartment apt app appt appartement flat fl unit suite room rm whg wohnung")
_UNITS_BY_COUNTRY = {
    **dict.fromkeys(_FRENCH_SPEAKING, _UNITS),
    "PL": _UNITS | word_set("lokal lok m mieszkanie mieszk"),
}
_ENGLISH_UNITS = _UNITS | {"ste"}
# Optional words: before a number, and anywhere in a country.
_NUMBER_WORDS = word_set("no nr num numero number")
_STREET_SIGNS = {"PL": word_set("ul ulica")}
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})
_FLAT_LAST = re.compile(r"\b(\d+[a-z]?)\s*/\s*(\d+[a-z]?)$")
_FLAT_FIRST = re.compile(r"^(\d+[a-z]?)\s*/\s*(\d+[a-z]?)\b")
_FLAT_NUMBER = re.compile(r"[a-z]?\d+[a-z]?|[a-z]")


def address_key(place: PlaceFields) -> str | None:
    """Return the key that all spellings of an address share.

    Case, accents, punctuation and short forms of street words do not matter; the number of the
    flat does, in any position.

    Args:
        place: a cleaned address.

    Returns:
        Country, postal code (or else the town), street and flat, such as
        `gb|sw1a1aa|12 high st|2`; None without a street, or without both code and town.
    """
    nation = place.country or ""
    area = place.postal_code or place.city
    if not place.street or not area:
        return None
    units = _UNITS_BY_COUNTRY.get(nation, _ENGLISH_UNITS)
    words, flat = _split_off_flat(_street_words(place.street, nation), units)
    # The last four digits of a ZIP code are often left out.
    area = area.split("-")[0] if nation == "US" and place.postal_code else area
    area = re.sub(r"\W", "", _folded(area, nation))
    return "|".join((nation.lower(), area, " ".join(words), flat))


def _folded(text: str, nation: str) -> str:
    small = text.casefold()
    return without_accents(small.translate(_UMLAUTS) if nation in _GERMAN_SPEAKING else small)


def _street_words(street: str, nation: str) -> list[str]:
    text = _folded(street, nation).replace("#", " unit ")
    if nation in ("PL", "AT"):
        text = _FLAT_LAST.sub(r"\1 unit \2", text)
    elif nation in ("AU", "NZ"):
        text = _FLAT_FIRST.sub(r"unit \1 \2", text)
    elif nation in _GERMAN_SPEAKING:
        text = re.sub(r"[ -]?str(?:asse|\b\.?)", "strasse ", text)
    text = re.sub(r"['\u2019.](?=\w)", "", text).replace(",", " , ")
    known = _STREET_WORDS.get(nation, _COMMON)
    signs = _STREET_SIGNS.get(nation, frozenset())
    words = re.sub(r"[^\w\s,]|_", " ", text).split()
    return [known.get(word, word) for word in words if word not in signs]


def _split_off_flat(words: list[str], units: frozenset[str]) -> tuple[list[str], str]:
    """Return the words without the number of the flat, and that number, or an empty text.

    A comma separates what only looks like a flat: `Ground Floor Flat, 12 High St`.
    """
    rest: list[str] = []
    flat = ""
    for before, word, behind in zip(["", *words], words, [*words[1:], ""], strict=False):
        if word in units and (behind in units or _FLAT_NUMBER.fullmatch(behind)):
            continue
        if before in units and _FLAT_NUMBER.fullmatch(word) and not flat:
            flat = word
        elif word != "," and (word not in _NUMBER_WORDS or not behind[:1].isdigit()):
            rest.append(word)
    return _with_letters_joined(rest), flat


def _with_letters_joined(words: list[str]) -> list[str]:
    """Join the letter of a house number to the number: `12 a` is `12a`."""
    joined: list[str] = []
    for word in words:
        if joined and joined[-1].isdecimal() and (word == "bis" or re.fullmatch("[a-z]", word)):
            joined[-1] += word
        else:
            joined.append(word)
    return joined
