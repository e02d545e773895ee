"""Ids: `household` for the organization itself, `household/local` for all that belongs to it."""

import re
from collections.abc import Iterable

from rapidfuzz import fuzz, process

__all__ = ["HOUSEHOLD_PATTERN", "LOCAL_PATTERN", "household_of", "nearest", "qualified"]

HOUSEHOLD_PATTERN = r"[A-Za-z0-9][A-Za-z0-9-]*"
LOCAL_PATTERN = r"[A-Za-z0-9][A-Za-z0-9._-]*"
_REFERENCE = re.compile(rf"({HOUSEHOLD_PATTERN})/{LOCAL_PATTERN}")
_SIMILAR_ENOUGH = 60  # out of 100; below this a suggestion is more puzzling than none


def household_of(entity_id: str) -> str:
    """Return the household an id belongs to: the part before the slash, or the id itself."""
    return entity_id.partition("/")[0]


def qualified(household: str, reference: str) -> str:
    """Return the full id for a reference made inside a household.

    Args:
        household: the id of the household the reference is made in.
        reference: a local name (`katie`), a full id (`bakers/katie`) or the household itself.
    """
    if reference == household or _REFERENCE.fullmatch(reference):
        return reference
    return f"{household}/{reference}"


def nearest(unknown: str, candidates: Iterable[str], *, limit: int = 3) -> list[str]:
    """Return the candidates most like an unknown word, best first; empty if none is like it."""
    matches = process.extract(
        unknown, sorted(candidates), scorer=fuzz.ratio, limit=limit, score_cutoff=_SIMILAR_ENOUGH
    )
    return [candidate for candidate, _score, _index in matches]
