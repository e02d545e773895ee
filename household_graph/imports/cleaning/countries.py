"""Countries, by code or by name."""

from functools import cache

from babel.core import Locale, UnknownLocaleError, get_global

from household_graph.imports.cleaning.blanks import is_blank, tidied, without_accents
from household_graph.imports.cleaning.conventions import Conventions
from household_graph.imports.cleaning.months import languages_of
from household_graph.imports.cleaning.problems import CleaningError

LANGUAGES = ("en", "de", "fr", "es", "it", "nl", "pl", "pt")
# Codes that are of no country, but of groups of them, or for trying things out.
REGIONS = frozenset(("EU", "EZ", "QO", "UN", "XA", "XB", "ZZ"))
SPOKEN = {
    "england": "GB",
    "scotland": "GB",
    "wales": "GB",
    "northern ireland": "GB",
    "great britain": "GB",
    "uk": "GB",
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
    written = tidied(text)
    if is_blank(written):
        return None
    found = country_names(conventions.country).get(spelt(written))
    if found is None:
        raise CleaningError(
            f"`{written}` is not a country", hint="write its ISO code of two letters, such as `GB`"
        )
    return found


def spelt(name: str) -> str:
    letters = without_accents(name).replace(".", "").replace("'", " ").replace("\u2019", " ")
    return letters.replace(" & ", " and ").removeprefix("the ")


@cache
def country_names(home: str) -> dict[str, str]:
    """Every way to write a country -> its code; earlier languages win over later ones."""
    known = [
        code
        for code in map(str, Locale("en").territories)
        if code.isalpha() and code not in REGIONS
    ]
    names = {code.lower(): code for code in known} | SPOKEN
    for alias, codes in get_global("territory_aliases").items():
        if len(codes) == 1 and codes[0] in known:
            names.setdefault(str(alias).lower(), str(codes[0]))
    for language in dict.fromkeys((*LANGUAGES, *languages_of(home))):
        try:
            spoken = Locale(language).territories
        except UnknownLocaleError:
            continue
        for code in known:
            names.setdefault(spelt(spoken.get(code, code)), code)
    return names
