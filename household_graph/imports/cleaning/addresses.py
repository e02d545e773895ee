"""Addresses: normalised, and the key that all spellings of one address share."""

import re
from collections.abc import Iterable, Mapping
from functools import cache
from typing import NamedTuple, Self

from babel.core import Locale, get_global

from household_graph.imports.cleaning.text import (
    CleaningError,
    Conventions,
    capitalized,
    data_file,
    locales_of,
    tidied,
    unless_blank,
    value_in,
    without_accents,
)
from household_graph.imports.records import PlaceFields

_COUNTRIES = data_file("countries.toml")


def address(
    street: str | None,
    postal_code: str | None,
    city: str | None,
    country_name: str | None,
    conventions: Conventions,
) -> PlaceFields | None:
    """Read an address from its parts; None if it has nothing but a country.

    The street has house and flat number, on one line or several; the postal code any spelling of
    its national form; a blank country is that of the conventions.

    Raises:
        CleaningError: the postal code or the country cannot be right.
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


def _national_form(written: str, nation: str) -> str:
    """Return a postal code in the form of its country, if that is known: `SW1A 1AA`."""
    capitals, known = written.upper(), _COUNTRIES["postal_codes"].get(nation)
    if known is None:
        return capitals
    form, layout = known["form"], known["layout"]
    bare = re.sub(rf"^{known['prefix']}[ -]", "", capitals) if "prefix" in known else capitals
    found = re.fullmatch(form, bare.replace(" ", "").replace("-", ""))
    if found is None:
        hint = "correct it, or name the right country"
        if written.isdecimal() and re.fullmatch(form, f"0{written}"):
            hint = "a spreadsheet has dropped its leading zero: export the column as text"
        raise CleaningError(f"`{written}` is not a postal code in {nation}", hint=hint)
    groups = [group for group in found.groups() if group]
    return str(layout.format(*groups) if len(groups) == layout.count("{}") else groups[0])


# Codes of groups of countries, or for tests.
_REGIONS = frozenset(("EU", "EZ", "QO", "UN", "XA", "XB", "ZZ"))
_LANGUAGES = ("de", "fr", "es", "it", "nl", "pl", "pt")


@unless_blank
def country(written: str, conventions: Conventions) -> str:
    """Read a country: ISO 3166 code of two or three letters, or its name; the code of two letters.

    Names are understood in English, larger European languages, and those of the country of the
    conventions.
    """
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
    names: dict[str, str] = {code.lower(): code for code in known} | _COUNTRIES["other_names"]
    for alias, targets in get_global("territory_aliases").items():
        if len(targets) == 1 and targets[0] in known:
            names.setdefault(str(alias).lower(), str(targets[0]))
    for locale in locales_of(home, *_LANGUAGES):
        for code in known:
            names.setdefault(_bare(locale.territories.get(code, code)), code)
    return names


_GERMAN_SPEAKING = ("DE", "AT", "CH")
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})
_FLOOR_AND_FLAT = re.compile(
    r"(?:(?<=flat )|(?<=apt )|(?<=unit )|(?:^|(?<=, ))(?=\d{1,2}/\d{1,2}(?:[\s,]+\d|$)))"
    r"(\d{1,2})/(\d{1,2})"
)
# How a country writes the number of the flat, or street words, that are not words of their own.
_REWRITTEN = {
    **dict.fromkeys(("PL", "AT"), (re.compile(r"\b(\d+[a-z]?)\s*/\s*(\d+[a-z]?)$"), r"\1 unit \2")),
    **dict.fromkeys(("AU", "NZ"), (re.compile(r"^(\d+[a-z]?)\s*/\s*(\d+[a-z]?)\b"), r"unit \1 \2")),
    **dict.fromkeys(("GB", "IE"), (_FLOOR_AND_FLAT, r"\1f\2")),  # `2/1` is `2F1`
    **dict.fromkeys(("DE", "CH"), (re.compile(r"[ -]?str(?:asse|\b\.?)"), "strasse ")),
}
_FLAT_NUMBER = re.compile(r"[a-z]?\d+[a-z]?|[a-z]")
_NUMBER_WORDS = ("no", "nr", "num", "numero", "number")


class AddressParts(NamedTuple):
    """What an address key is made of; the flat may be empty."""

    country: str
    area: str
    street: str
    flat: str

    @classmethod
    def of(cls, key: str) -> Self:
        """Return the parts of a key that `address_key` made."""
        return cls(*key.split("|"))

    @property
    def key(self) -> str:
        """The key of these parts."""
        return "|".join(self)

    @property
    def house(self) -> str:
        """What the keys of all flats of the house begin with, before the `|`."""
        return self.key.rpartition("|")[0]


def address_key(place: PlaceFields) -> str | None:
    """Return the key that all spellings of a cleaned address share: `gb|sw1a1aa|12 high st|2`.

    It has country, postal code (or else the town), street and flat. Case, accents, punctuation and
    short forms of street words do not matter; the number of the flat, or its floor and side, does,
    in any position. It is None without a street, or without both code and town.
    """
    nation = place.country or ""
    area = place.postal_code or place.city
    if not place.street or not area:
        return None
    words, flat = _street_and_flat(place.street, nation)
    if not words:
        return None
    # The last four digits of a ZIP code are often left out.
    area = area.split("-")[0] if nation == "US" and place.postal_code else area
    area = re.sub(r"\W", "", _folded(area, nation))
    return AddressParts(nation.lower(), area, " ".join(words), flat).key


def _folded(text: str, nation: str) -> str:
    small = text.casefold()
    return without_accents(small.translate(_UMLAUTS) if nation in _GERMAN_SPEAKING else small)


class _StreetWords(NamedTuple):
    """What a country has of short forms, words before a flat, optional words, and floors."""

    short: dict[str, str]
    unit: frozenset[str]
    optional: frozenset[str]
    levels: dict[str, str]
    floors: tuple[re.Pattern[str], ...]
    """What says on which floor a flat is, and on which side."""


@cache
def _street_words(nation: str) -> _StreetWords:
    lists = ("every", *_COUNTRIES["street_lists"].get(nation, ["english"]))
    found = [_COUNTRIES["streets"][name] for name in lists]
    short, levels = (
        {word: form for one in found for word, form in one.get(kind, {}).items()}
        for kind in ("short", "level")
    )
    words = {
        kind: frozenset(word for one in found for word in one.get(kind, ()))
        for kind in ("unit", "optional", "floor", "alone", "side")
    }
    patterns = _floor_patterns(words, levels) if levels else ()
    return _StreetWords(short, words["unit"], words["optional"], levels, patterns)


_NTH = "(?:st|nd|rd|th|er|eme|e)"


def _floor_patterns(
    words: Mapping[str, frozenset[str]], levels: Iterable[str]
) -> tuple[re.Pattern[str], ...]:
    level, unit, floor, alone, side = (
        "|".join(sorted(one))
        for one in (levels, *(words[kind] for kind in ("unit", "floor", "alone", "side")))
    )
    number, at_side = rf"\d{{1,2}}{_NTH}?", f"(?P<side> (?:{side}))?"
    which = rf"(?P<level>{number}|(?:{level})(?: (?:{level}))?)"
    forms = (
        rf"\b{which} (?:{floor})(?: (?:{unit}))?{at_side}\b",  # second floor left
        rf"\b(?:{floor}) (?P<level>\d{{1,2}}){at_side}\b",  # floor 2
        rf"\b(?P<level>{level}|{side}) (?:{unit})\b{at_side}",  # upper flat
        rf"\b(?:(?:{unit}) )?(?P<level>\d{{1,2}}f\d{{1,2}})\b",  # 2F1
        rf"(?:^|(?<=, )|(?<=\d ))(?P<level>{alone}){at_side}(?= ,|$)",  # basement
        rf"(?:^|(?<=, ))(?P<level>{number}|{level})(?P<side> (?:{side}))(?= ,|$)",  # 2 left
    )
    return tuple(map(re.compile, forms))


def _floor_in(text: str, words: _StreetWords) -> tuple[str, str]:
    """Return an address without the floor, and the floor: `1 left`; empty, if none is said."""
    for pattern in words.floors:
        if found := pattern.search(text):
            level = re.sub(rf"(\d){_NTH}$", r"\1", found["level"])
            said = [words.levels.get(one, one) for one in level.split()]
            side = found.groupdict().get("side") or ""
            return f"{text[: found.start()]} {text[found.end() :]}", " ".join(said) + side
    return text, ""


def _street_and_flat(street: str, nation: str) -> tuple[list[str], str]:
    """Return the words without the number of the flat, and that number, or an empty text.

    A comma separates what only looks like a flat: `Ground Floor Flat, 12 High St`.
    """
    known = _street_words(nation)
    units = known.unit
    text = _folded(street, nation).replace("#", " unit ")
    if nation in _REWRITTEN:
        pattern, form = _REWRITTEN[nation]
        text = pattern.sub(form, text)
    text = re.sub(r"['\u2019.](?=\w)", "", text).replace(",", " , ")
    text, floor = _floor_in(" ".join(re.sub(r"[^\w\s,]|_", " ", text).split()), known)
    spelt = text.split()
    words = [known.short.get(word, word) for word in spelt if word not in known.optional]
    rest: list[str] = []
    flat = ""
    for before, word, behind in zip(["", *words], words, [*words[1:], ""], strict=False):
        if word in units and (behind in units or _FLAT_NUMBER.fullmatch(behind)):
            continue
        if before in units and _FLAT_NUMBER.fullmatch(word) and not flat:
            flat = word
        elif word != "," and (word not in _NUMBER_WORDS or not behind[:1].isdigit()):
            is_of_number = word == "bis" or re.fullmatch("[a-z]", word)
            if rest and rest[-1].isdecimal() and is_of_number:  # `12 a` is `12a`
                rest[-1] += word
            else:
                rest.append(word)
    return rest, " ".join(filter(None, (floor, flat)))
