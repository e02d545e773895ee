"""Write the list of given names that matching knows, from the names of Faker (MIT).

    python -m scripts.make_given_names

Names of all its countries in Latin letters, without accents and capitals, each with the number of
countries that have it. They tell twins from typing errors, so the list of English in general is
left out: it has thousands of rare spellings, and typing errors such as `Willaim` among them.
"""

import unicodedata
from collections import Counter
from collections.abc import Iterator
from importlib import import_module
from itertools import chain

from faker.config import AVAILABLE_LOCALES

from household_graph.imports.cleaning.given_names import NAMES
from household_graph.imports.cleaning.text import without_accents

_HEAD = """\
# Given names, and in how many countries each is usual, from Faker
# (https://github.com/joke2k/faker), made by scripts/make_given_names.py.
# Copyright (c) 2012 Daniele Faraglia, MIT license: see given_names.LICENSE.
"""


def _names(locale: str) -> Iterator[str]:
    try:
        provider = import_module(f"faker.providers.person.{locale}").Provider
    except ModuleNotFoundError:
        return
    for attribute in dir(provider):
        found = getattr(provider, attribute)
        if attribute.startswith("first_name") and isinstance(found, tuple | list | dict):
            yield from (one for one in found if isinstance(one, str))


def _known(locale: str) -> set[str]:
    """Return the names of a country as they are compared, those of one letter left out."""
    bare = {without_accents(name).strip() for name in _names(locale)}
    return {name for name in bare if len(name) > 1 and _is_latin(name)}


def _is_latin(name: str) -> bool:
    return all(unicodedata.name(letter, "").startswith("LATIN") for letter in name)


def main() -> None:
    """Write the file."""
    countries = Counter(chain.from_iterable(map(_known, sorted(set(AVAILABLE_LOCALES) - {"en"}))))
    lines = (f"{name}\t{count}\n" for name, count in sorted(countries.items()))
    NAMES.write_text(_HEAD + "".join(lines), encoding="utf-8")


if __name__ == "__main__":
    main()
