"""Ids: `household` for the organization itself, `household/local` for all that belongs to it."""

import re
from collections.abc import Iterable
from functools import lru_cache

from rapidfuzz import fuzz, process

HOUSEHOLD_PATTERN = r"[A-Za-z0-9][A-Za-z0-9-]*"
LONGEST_ID = 1_000
"""Characters of an id, the household's in front; more do not fit into an index."""
LOCAL_PATTERN = r"[A-Za-z0-9][A-Za-z0-9._-]*"
_SIMILAR_ENOUGH = 60  # out of 100; below this a suggestion is more puzzling than none


def household_of(entity_id: str) -> str:
    """Return the household an id belongs to: the part before the slash, or the id itself."""
    return entity_id.partition("/")[0]


def local_id(entity_id: str) -> str:
    """Return the id without its household: `katie` for `bakers/katie`, `bakers` for `bakers`."""
    return entity_id.removeprefix(f"{household_of(entity_id)}/")


def is_unicode(text: str) -> bool:
    """Return whether a text has no half characters (lone surrogates): nothing can hold those."""
    return text.isascii() or not any("\ud800" <= letter <= "\udfff" for letter in text)


def qualify(household: str, reference: str) -> str:
    """Return the full id of a local name (`katie`) or a full id, used within a household."""
    if reference == household or "/" in reference:
        return reference
    return f"{household}/{reference}"


def nearest(unknown: str, candidates: Iterable[str], *, limit: int = 3) -> list[str]:
    """Return the candidates most like an unknown word, best first; empty if none is like it."""
    matches = process.extract(
        unknown, sorted(candidates), scorer=fuzz.ratio, limit=limit, score_cutoff=_SIMILAR_ENOUGH
    )
    return [candidate for candidate, _score, _index in matches]


@lru_cache(maxsize=1000)
def _slug(words: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", words.lower()).strip("-") or "role"


@lru_cache(maxsize=1000)
def _words(label: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "-", label)


def party_role_id(party: str, kind: str, account: str) -> str:
    """Return the local id of a role of a party on an account, e.g. `dad.bill-payer.account`.

    The kind is the label of the role, such as `BillPayer`; the others are local ids.
    """
    return f"{party}.{_slug(_words(kind))}.{account}"


def resource_role_id(resource: str, name: str | None) -> str:
    """Return the local id of a resource role, e.g. `line-1.hunt-group-member`."""
    return f"{resource}.{_slug(name or '')}"


def involvement_id(role: str, kind: str, target: str) -> str:
    """Return the local id of an involvement role, all arguments being local ids."""
    return f"{role}.{kind.lower()}.{target}"
