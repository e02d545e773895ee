"""Keys, which stay as they are written, and words out of a list."""

import re
from collections.abc import Mapping

from rapidfuzz import process

from household_graph.imports.cleaning.blanks import is_blank, tidied
from household_graph.imports.cleaning.problems import CleaningError

# A spreadsheet always writes the plus; a key such as `4E12` stands.
SHORTENED = re.compile(r"-?\d(?:[.,]\d+)?[eE]\+\d+")


def code(text: str) -> str | None:
    """Take a key as it is written, without blanks around it.

    Raises:
        CleaningError: a spreadsheet has shortened it, as in `4.42E+11`.

    Returns:
        The key, case and leading zeros kept; None if blank.
    """
    written = tidied(text)
    if SHORTENED.fullmatch(written):
        raise CleaningError(
            f"`{written}` is a number without its last digits",
            hint="the spreadsheet has shortened it: export the column as text",
        )
    return None if is_blank(written) else written


def choice(text: str, values: Mapping[str, str]) -> str | None:
    """Look a word up in a list of what is written and what that means.

    Args:
        text: as written; its case does not matter.
        values: what may be written -> its meaning. It may list a blank, such as `none`.

    Raises:
        CleaningError: it is not in the list; the ones that are most like it come first.

    Returns:
        The meaning; None if blank and not listed.
    """
    if text in values:
        return values[text]
    if not text:
        return None
    written = tidied(text)
    for known, meaning in values.items():
        if known.casefold() == written.casefold():
            return meaning
    if is_blank(written):
        return None
    near = process.extract(written, list(values), limit=8)
    listed = ", ".join(f"`{known}`" for known, _score, _place in near)
    raise CleaningError(f"unknown value `{written}`", hint=f"known are {listed}")
