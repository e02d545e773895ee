"""What is kept beside a household: its facts, and what they entitle its people to.

Both are texts to read, instead of a walk from the household's node: most answers are looked up in
the entitlements, and the facts say why. Whatever changes a household writes them anew in the same
transaction, so they are those of what is there. Where nothing is kept, the graph is walked: see
`cypher/facts/`. docs/decisions/0014 and 0015 say why, and what who writes in plain Cypher has to
do.
"""

import zlib
from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import fields
from datetime import date
from typing import Any, NamedTuple

from msgspec import MsgspecError, json

from household_graph.decision.entitlements import Entitlements
from household_graph.decision.facts import Facts
from household_graph.decision.facts_from_rows import facts_from_rows
from household_graph.errors import HouseholdGraphError
from household_graph.model.rows import Rows

__all__ = [
    "FORMAT",
    "KEPT",
    "Kept",
    "entitlements_from_text",
    "entitlements_to_text",
    "facts_from_text",
    "facts_to_text",
    "is_kept",
    "kept_of",
    "row_of",
    "says_the_same",
]

FORMAT = 4
"""Of the texts; one more whenever `Facts` or `Entitlements` say something else, or say it
otherwise, and whenever the judge answers otherwise.

What was kept in another format is not read."""

KEPT: Mapping[str, int] = {"format": FORMAT}
"""The parameters by which queries read what is kept."""

_LARGEST = 64 * 1024
"""Characters of JSON; it is quicker to walk from a question through what is larger."""

_LARGEST_ROWS = 2_000
"""Nodes and relationships from which on that is sure to be so."""

_MOST_CELLS = 16 * 1024
"""Of entitlements; the facts of so many people, services and devices are quicker to read."""

_FIELDS = tuple(one.name for one in fields(Facts) if one.compare)
_FACTS, _ENTITLEMENTS = json.Decoder(Facts), json.Decoder(Entitlements)


class Kept(NamedTuple):
    """What is kept of a household, as texts: see `facts_to_text` and `entitlements_to_text`."""

    facts: str
    entitlements: str | None


def facts_to_text(facts: Facts) -> str | None:
    """Return facts as JSON, deflated, in base64; None if they are too many to be kept."""
    encoded = json.encode({name: _shortened(getattr(facts, name)) for name in _FIELDS})
    if len(encoded) > _LARGEST:
        return None
    return b64encode(zlib.compress(encoded)).decode("ascii")


def facts_from_text(text: str) -> Facts:
    """Return the facts that `facts_to_text` was given.

    Raises:
        HouseholdGraphError: if it is no such text.
    """
    try:
        return _FACTS.decode(zlib.decompress(b64decode(text)))
    except (ValueError, zlib.error, MsgspecError) as error:
        raise _unreadable(error) from error


def entitlements_to_text(facts: Facts) -> str | None:
    """Return what facts entitle people to, as JSON; None if there is too much of it to be kept."""
    people = sum(asker.kind == "Individual" for asker in facts.askers.values())
    if people * len(facts.services) * (len(facts.resources) + 1) > _MOST_CELLS:
        return None
    encoded = json.encode(Entitlements.of(facts))
    return encoded.decode() if len(encoded) <= _LARGEST else None


def entitlements_from_text(text: str) -> Entitlements:
    """Return the entitlements that `entitlements_to_text` made.

    Raises:
        HouseholdGraphError: if it is no such text.
    """
    try:
        return _ENTITLEMENTS.decode(text)
    except MsgspecError as error:
        raise _unreadable(error) from error


def _unreadable(error: Exception) -> HouseholdGraphError:
    return HouseholdGraphError(
        f"what is kept of a household cannot be read: {error}",
        hint="write it anew: `household-graph keep-facts`",
    )


def kept_of(rows: Rows) -> Kept | None:
    """Return what is to be kept of a household with these rows; None: nothing."""
    if len(rows.nodes) + len(rows.relationships) > _LARGEST_ROWS:
        return None
    try:
        text = facts_to_text(facts_from_rows(rows))
        if text is None:
            return None
        # Read again, as what is of the wrong type could be written, and not be read.
        return Kept(text, entitlements_to_text(facts_from_text(text)))
    except Exception:  # noqa: BLE001 - damaged somehow; whoever asks is told what is wrong
        return None


def row_of(household: str, kept: Kept | None) -> dict[str, str | None]:
    """Return what `writes/keep-facts` takes for a household."""
    texts = kept._asdict() if kept else dict.fromkeys(Kept._fields)
    return {"household": household, **texts}


def is_kept(kept: Kept | None, rows: Rows) -> bool:
    """Return whether this, or nothing, is what is to be kept of a household with these rows."""
    return says_the_same(kept, kept_of(rows))


def says_the_same(kept: Kept | None, wanted: Kept | None) -> bool:
    """Return whether two hold the same facts, in whatever order, and the same entitlements."""
    if kept == wanted or kept is None or wanted is None:
        return kept == wanted
    if kept.entitlements != wanted.entitlements:
        return False
    try:
        return facts_from_text(kept.facts) == facts_from_text(wanted.facts)
    except HouseholdGraphError:
        return False


def _shortened(value: Any) -> Any:  # noqa: ANN401 - whatever is in facts
    """Return a value without the ends of tuples that are what is taken for missing ones."""
    if value is None or isinstance(value, str | int | date):
        return value
    if isinstance(value, dict):
        return {name: _shortened(one) for name, one in value.items()}
    if hasattr(value, "_field_defaults"):
        value = _without_defaults(value)
    return [_shortened(one) for one in value]


def _without_defaults(value: Any) -> tuple[Any, ...]:  # noqa: ANN401 - any named tuple
    defaults, last = value._field_defaults, len(value) - 1
    while last >= 0 and defaults.get(value._fields[last], value) == value[last]:
        last -= 1
    return tuple(value[: last + 1])
