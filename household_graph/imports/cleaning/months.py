"""The names of months, in English and in the languages of a country."""

from functools import cache

from babel.core import Locale, UnknownLocaleError
from babel.languages import get_official_languages

from household_graph.imports.cleaning.blanks import without_accents


def languages_of(country: str) -> tuple[str, ...]:
    """Name the official languages of a country.

    Args:
        country: ISO 3166 code of two letters.

    Returns:
        Language codes, English first and always.
    """
    official = get_official_languages(country, de_facto=True)
    return ("en", *(language for language in official if language != "en"))


def month_named(name: str, country: str) -> int | None:
    """Look up the month that a word names, full or abbreviated, accents and dots aside.

    Returns:
        1 to 12; None if it names none, or different ones in different languages.
    """
    return month_names(country).get(spelt(name))


def spelt(name: str) -> str:
    return without_accents(name).replace(".", "")


@cache
def month_names(country: str) -> dict[str, int]:
    found: dict[str, set[int]] = {}
    for locale in locales_of(country):
        for context in ("format", "stand-alone"):
            for width in ("wide", "abbreviated"):
                for month, name in locale.months[context][width].items():
                    for spelling in (name, name.replace("ä", "ae")):
                        found.setdefault(spelt(spelling), set()).add(month)
    return {name: months.pop() for name, months in found.items() if len(months) == 1}


def locales_of(country: str) -> list[Locale]:
    locales = [Locale("en", "GB")]
    for language in languages_of(country):
        try:
            locales.append(Locale(language))
        except UnknownLocaleError:
            continue
    return locales
