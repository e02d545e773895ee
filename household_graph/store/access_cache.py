"""The access cache: of each household one node with its facts and entitlements, ready to be read.

A materialised view. Whatever changes a household writes it in the same transaction, with the
revision the household has then. It is trusted only where it carries the household's revision, the
number of the format and the version of the time-zone data; everything else is answered live from
the graph, see `cypher/facts/`. docs/decisions/0014 and 0015 say why, and what plain Cypher has to
do.
"""

import logging
import zlib
from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import fields
from datetime import date
from enum import Enum
from typing import TYPE_CHECKING, Any, NamedTuple, Self

from msgspec import MsgspecError, json

from household_graph.engine.entitlements import Entitlements
from household_graph.engine.facts import Facts
from household_graph.errors import HouseholdGraphError
from household_graph.model.instants import TZDATA_VERSION

if TYPE_CHECKING:
    from household_graph.model.rows import Rows

FORMAT = 8
"""Of what is cached; one more whenever `Facts` or `Entitlements` mean something else or are
written otherwise, and whenever the engine answers otherwise. Another format is not read."""

STAMPS: Mapping[str, int | str] = {"format": FORMAT, "tzdata": TZDATA_VERSION}
"""What a node must carry beside the household's revision, to be read: birthdays are laid out as
instants, by the time-zone data of the writer."""

_LARGEST = 64 * 1024
"""Characters of JSON; what is larger is read sooner live, from what a question names on."""

_LARGEST_ROWS = 2_000
"""Nodes and relationships from which on that is sure to be so."""

_MOST_CELLS = 16 * 1024
"""Of entitlements; the facts of so many people, services and devices are quicker to read."""

_FIELDS = tuple(one.name for one in fields(Facts) if one.compare)
_FACTS, _ENTITLEMENTS = json.Decoder(Facts), json.Decoder(Entitlements)
_LOG = logging.getLogger("household_graph")


class Access(NamedTuple):
    """What is cached of a household, as texts: see `facts_to_text` and `entitlements_to_text`."""

    facts: str
    entitlements: str | None

    def content(self, revision: int) -> str:
        """Return both, with the revision they are of, as the one value that is stored.

        Two properties could be read from two revisions, as could a value and a revision beside it.
        """
        return f"{revision} {self.facts} {self.entitlements or ''}"

    @classmethod
    def from_content(cls, content: str | None, revision: int | None) -> Self | None:
        """Return what a stored value holds, if it is of this revision; None otherwise."""
        if content is None or revision is None:
            return None
        stored, _, texts = content.partition(" ")
        if stored != str(revision):
            return None
        facts, _, entitlements = texts.partition(" ")
        return cls(facts, entitlements or None)


class CacheState(Enum):
    """What there is of a household's access cache, beside what there should be."""

    CURRENT = "current"
    """It says what the graph says, or nothing is to be cached of it."""
    MISSING = "missing"
    """There is none; questions are answered live."""
    OUTDATED = "outdated"
    """It is of another revision, format or time-zone data; questions are answered live."""
    WRONG = "wrong"
    """It is trusted, and does not say what the graph says."""


class StoredAccess(NamedTuple):
    """What the graph holds of a household's access cache.

    The revision is that of the household, None if it has none; the stamps are those of the node,
    as in `STAMPS`, None if there is no node; for its content see `Access.content`.
    """

    revision: int | None
    stamps: Mapping[str, int | str | None] | None
    content: str | None

    def state(self, wanted: Access | None) -> CacheState:
        """Return what it is beside what is to be cached."""
        if self.stamps is None:
            return CacheState.CURRENT if wanted is None else CacheState.MISSING
        stored = Access.from_content(self.content, self.revision)
        if stored is None or self.stamps != STAMPS:
            return CacheState.OUTDATED
        return CacheState.CURRENT if _same(stored, wanted) else CacheState.WRONG


def facts_to_text(facts: Facts) -> str | None:
    """Return facts as JSON, deflated, in base64; None if they are too many to be cached."""
    encoded = json.encode({name: _shortened(getattr(facts, name)) for name in _FIELDS})
    if len(encoded) > _LARGEST:
        return None
    return b64encode(zlib.compress(encoded)).decode("ascii")


def facts_from_text(text: str) -> Facts:
    """Return the facts that `facts_to_text` was given; a HouseholdGraphError for another text."""
    try:
        return _FACTS.decode(zlib.decompress(b64decode(text)))
    except (ValueError, zlib.error, MsgspecError) as error:
        raise _unreadable(error) from error


def entitlements_to_text(facts: Facts) -> str | None:
    """Return what facts entitle people to, as JSON; None if it is too much to be cached."""
    people = len(facts.individuals)
    if people * len(facts.services) * (len(facts.resources) + 1) > _MOST_CELLS:
        return None
    encoded = json.encode(Entitlements.of(facts))
    return encoded.decode() if len(encoded) <= _LARGEST else None


def entitlements_from_text(text: str) -> Entitlements:
    """Return the entitlements that `entitlements_to_text` made; errors as above."""
    try:
        return _ENTITLEMENTS.decode(text)
    except MsgspecError as error:
        raise _unreadable(error) from error


def _unreadable(error: Exception) -> HouseholdGraphError:
    return HouseholdGraphError(
        f"the access cache of a household cannot be read: {error}",
        hint="write it again: `household-graph cache rebuild`",
    )


def lay_out(rows: "Rows") -> Access | None:
    """Return what is to be cached of a household with these rows; None: nothing, it is too large.

    Damaged rows raise errors of any kind.
    """
    if not rows.nodes or len(rows.nodes) + len(rows.relationships) > _LARGEST_ROWS:
        return None
    from household_graph.engine.facts_builder import facts_from_rows

    text = facts_to_text(facts_from_rows(rows))
    if text is None:
        return None
    # Read again, as what is of the wrong type could be written, and not be read.
    return Access(text, entitlements_to_text(facts_from_text(text)))


def access_of(rows: "Rows") -> Access | None:
    """Return the same; where it cannot be laid out, log why and return None.

    The change of the household goes on: questions are answered live, and say what is wrong.
    """
    try:
        return lay_out(rows)
    except Exception as error:  # noqa: BLE001 - of whatever damaged rows lead to; it is logged
        kind, trace = type(error).__name__, _LOG.isEnabledFor(logging.DEBUG)
        text = "nothing is cached of `%s`, and `doctor` says more: %s: %s"
        _LOG.warning(text, rows.household, kind, error, exc_info=trace)
        return None


def row_of(household: str, access: Access | None, revision: int) -> dict[str, int | str | None]:
    """Return what `writes/access-cache` takes for a household."""
    content = access.content(revision) if access else None
    return {"household": household, "revision": revision, "content": content}


def _same(stored: Access, wanted: Access | None) -> bool:
    """Return whether two hold the same facts, in whatever order, and the same entitlements."""
    if wanted is None or stored.entitlements != wanted.entitlements:
        return False
    if stored.facts == wanted.facts:
        return True
    try:
        return facts_from_text(stored.facts) == facts_from_text(wanted.facts)
    except HouseholdGraphError:
        return False


def _shortened(value: Any) -> Any:  # noqa: ANN401 - whatever is in facts
    """Return a value without the ends of tuples that are what is taken for missing ones."""
    if value is None or isinstance(value, str | int | date):
        return value
    if isinstance(value, dict):
        return {name: _shortened(one) for name, one in value.items()}
    if defaults := getattr(value, "_field_defaults", None):
        names = list(value._fields)
        while names and defaults.get(names[-1], value) == value[len(names) - 1]:
            names.pop()
        value = value[: len(names)]
    return [_shortened(one) for one in value]
