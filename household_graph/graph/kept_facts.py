"""Facts as they are kept beside a household: one text to read, instead of a walk from its node.

Whatever changes a household writes its facts anew in the same transaction, so what is kept is what
is there. Where nothing is kept, the graph is walked: see `cypher/facts/`. docs/decisions/0014 says
why, and what who writes in plain Cypher has to do.
"""

import zlib
from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import fields
from datetime import date
from typing import Any

from msgspec import MsgspecError, json

from household_graph.decision.facts import Facts
from household_graph.decision.facts_from_rows import facts_from_rows
from household_graph.errors import HouseholdGraphError
from household_graph.model.rows import Rows

__all__ = ["FORMAT", "KEPT", "facts_from_text", "facts_to_text", "is_kept", "kept_text"]

FORMAT = 1
"""Of the texts; one more whenever `Facts` says something else, or says it otherwise.

What was kept in another format is not read."""

KEPT: Mapping[str, int] = {"format": FORMAT}
"""The parameters by which queries read what is kept."""

_LARGEST = 64 * 1024
"""Characters of JSON; it is quicker to walk from a question through what is larger."""

_LARGEST_ROWS = 2_000
"""Nodes and relationships from which on that is sure to be so."""

_FIELDS = tuple(one.name for one in fields(Facts) if one.compare)
_DECODER = json.Decoder(Facts)


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
        return _DECODER.decode(zlib.decompress(b64decode(text)))
    except (ValueError, zlib.error, MsgspecError) as error:
        raise HouseholdGraphError(
            f"what is kept of a household cannot be read: {error}",
            hint="write it anew: `household-graph keep-facts`",
        ) from error


def kept_text(rows: Rows) -> str | None:
    """Return what is to be kept of a household with these rows; None: nothing."""
    if len(rows.nodes) + len(rows.relationships) > _LARGEST_ROWS:
        return None
    try:
        text = facts_to_text(facts_from_rows(rows))
        if text is not None:
            facts_from_text(text)  # what is of the wrong type could be written, and not be read
    except Exception:  # noqa: BLE001 - damaged somehow; whoever asks is told what is wrong
        return None
    return text


def is_kept(text: str | None, rows: Rows) -> bool:
    """Return whether a text, or nothing, is what is to be kept of a household with these rows."""
    wanted = kept_text(rows)
    if text == wanted or text is None or wanted is None:
        return text == wanted
    try:
        return facts_from_text(text) == facts_from_text(wanted)
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
