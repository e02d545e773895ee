"""Who was joined to a household by the address alone, and has another address now.

Likeness put them there, so likeness does not take them away: they are asked about. Refused as one
household, they leave it.
"""

import re
import sqlite3
from collections.abc import Callable, Mapping
from typing import Any

from rapidfuzz.distance import OSA

_ALIKE = 0.8  # two spellings of one address
_NUMBER = re.compile(r"\d+")


def part_households(
    run: Callable[..., sqlite3.Cursor], decisions: Mapping[Any, bool]
) -> list[tuple[str, str]]:
    """Return the pairs of records to ask about; let those that a review has refused leave.

    Decisions are by the keys of two records, the smaller one first; `run` runs a statement of the
    staging database by its name.
    """
    asked = []
    accepted = {key for pair, is_one in decisions.items() if is_one for key in pair[:2]}
    refused = {pair[:2] for pair, is_one in decisions.items() if not is_one}
    for own, home, leaving, staying in run("moved_away").fetchall():
        first, second = sorted((leaving, staying))
        if (first, second) in refused:
            run("leave_household", own=own, home=home)
        elif leaving not in accepted:
            asked.append((first, second))
    return asked


def is_same_address(one: str | None, other: str | None) -> bool | None:
    """Return whether two keys of addresses may be spellings of one; None if one is missing."""
    if one is None or other is None:
        return None
    if one == other:
        return True
    numbers = _NUMBER.findall(one) == _NUMBER.findall(other)
    return numbers and OSA.normalized_similarity(one, other) >= _ALIKE
