"""Rows for tests: random ones, and a household that has one of everything in the schema."""

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, timedelta

from hypothesis import strategies as st

from household_graph.changes.authorization.check import check_authority
from household_graph.model.actor import Actor
from household_graph.model.declaration import (
    DATED_RELATIONSHIPS,
    LABELS,
    RELATIONSHIPS,
    Label,
    Property,
    properties_of,
)
from household_graph.model.edits import Edits, NodeEdit, RelationshipEdit
from household_graph.model.rows import (
    NodeRow,
    RelationshipRow,
    Rows,
    Value,
)
from household_graph.store.connection import Connection
from household_graph.store.row_reader import fetch_rows
from household_graph.store.row_store import ChangeMetadata, CommittedChange
from household_graph.store.writer import write

CAUSE = ChangeMetadata(
    Actor.operator("operator"), "test", at=datetime(2026, 11, 22, 20, tzinfo=UTC)
)
ORGANIZATION = frozenset({"Party", "Organization"})

_LABELS = tuple(
    frozenset({label.name, *label.implies}) - {"Entity"}
    for label in LABELS
    if "Entity" in label.implies and label.name != "Organization"
)
_TYPES = sorted({link.type for link in RELATIONSHIPS})
_INSTANT = datetime(2026, 6, 1, 8, 30, 0, 250_000, tzinfo=UTC)
_LATER = _INSTANT + timedelta(days=1)
_SAMPLES: tuple[Value, ...] = (
    *(True, date(2013, 5, 14), 12.5, 7, ("sport", "tv"), ("monday",), _INSTANT),
    *("some text", "Europe/London", "21:00", "own-age"),
)

_texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
_instants = st.integers(-(30 * 10**12), 253 * 10**12).map(
    lambda milliseconds: datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=milliseconds)
)
_values: st.SearchStrategy[Value] = st.one_of(
    _texts,
    st.integers(-(2**63), 2**63 - 1),
    st.floats(allow_nan=False),
    st.booleans(),
    st.dates(date(1000, 1, 1), date(9998, 12, 31)),
    _instants,
    st.lists(_texts, max_size=3).map(tuple),
)
_properties = st.dictionaries(st.from_regex(r"p_[a-z]{1,4}", fullmatch=True), _values, max_size=4)


@st.composite
def households(draw: st.DrawFn, household: str) -> tuple[Rows, Rows]:
    """Two states of one household: in the second there are nodes more, and no node less."""
    locals_ = draw(st.sets(st.from_regex(r"[a-z0-9][a-z0-9._-]{0,4}", fullmatch=True), max_size=6))
    labels = {f"{household}/{local}": draw(st.sampled_from(_LABELS)) for local in locals_}
    labels[household] = ORGANIZATION
    early = {household, *(node for node in labels if draw(st.booleans()))}
    return (
        draw(_state(household, {node: labels[node] for node in early})),
        draw(_state(household, labels)),
    )


@st.composite
def _state(draw: st.DrawFn, household: str, labels: Mapping[str, frozenset[str]]) -> Rows:
    nodes = [NodeRow(node, labels[node], draw(_properties)) for node in sorted(labels)]
    ends = st.sampled_from(sorted(labels))
    keys = draw(st.sets(st.tuples(st.sampled_from(_TYPES), ends, ends, st.integers(1, 2))))
    links = {
        row.key: row
        for row in (
            RelationshipRow(
                kind, start, end, period * (kind in DATED_RELATIONSHIPS), draw(_properties)
            )
            for kind, start, end, period in keys
        )
    }
    return Rows(household, tuple(nodes), tuple(links[key] for key in sorted(links)))


def _sample_properties(household: str, label: Label) -> dict[str, Value]:
    return {
        name: f"{household}:key"  # it is unique in the graph
        if name == "key"
        else _sample_value(declared)
        for name, declared in properties_of(frozenset({label.name})).items()
        if name not in {"id", "revision", "written_by"}
    }


def sample(household: str) -> Rows:
    """A household with every label, property and relationship of the schema (but its records)."""
    nodes = {
        label.name: NodeRow(
            f"{household}/{label.name}",
            frozenset({label.name, *label.implies}) - {"Entity"},
            _sample_properties(household, label),
        )
        for label in LABELS
        if "Entity" in label.implies
    }
    organization = NodeRow(household, ORGANIZATION, nodes["Organization"].properties)
    links = [
        RelationshipRow(
            link.type,
            nodes[link.start].id,
            nodes[end].id,
            int(link.type in DATED_RELATIONSHIPS),
            {
                declared.name: _sample_value(declared)
                for declared in link.properties
                if declared.name != "period"
            },
        )
        for link in RELATIONSHIPS
        if link.type not in {"RECORDED_FOR", "PART_OF"}
        for end in link.ends
    ]
    since = {"valid_from": _INSTANT}
    links.append(RelationshipRow("MEMBER_OF", nodes["Individual"].id, household, 1, since))
    return Rows(
        household,
        tuple(sorted((organization, *nodes.values()), key=lambda row: row.id)),
        tuple(sorted(links, key=lambda row: row.key)),
    )


def _sample_value(declared: Property) -> Value:
    """The first value that is allowed; nothing ends before it began."""
    if declared.name == "valid_to":
        return _LATER
    words = tuple(word.value for word in declared.words or ())
    return next(value for value in (*words, *_SAMPLES) if declared.allows(value))


def edits(before: Rows, after: Rows) -> Edits:
    """What leads from one state to another; 1, 1.0 and True are not the same."""
    old_nodes = {row.id: row for row in before.nodes}
    old_links = {row.key: row for row in before.relationships}
    new_links = {row.key: row for row in after.relationships}
    return Edits(
        after.household,
        tuple(
            NodeEdit(old_nodes.get(row.id), row)
            for row in after.nodes
            if _text(old_nodes.get(row.id)) != _text(row)
        ),
        tuple(
            RelationshipEdit(old_links.get(key), new_links.get(key))
            for key in sorted({*old_links, *new_links})
            if _text(old_links.get(key)) != _text(new_links.get(key))
        ),
    )


def put(
    connection: Connection, *states: Rows, metadata: ChangeMetadata = CAUSE
) -> tuple[CommittedChange, ...]:
    """Bring households into the states given."""

    def plan(rows: Mapping[str, Rows], _at: datetime) -> Iterable[Edits]:
        return [edits(rows[state.household], state) for state in states]

    return write(connection, [state.household for state in states], plan, metadata, check_authority)


def read(connection: Connection, *households: str) -> dict[str, Rows]:
    """The rows of households."""
    return fetch_rows(connection, households)


def exactly(rows: Mapping[str, Rows]) -> list[str]:
    """Rows so that 1, 1.0 and True are not the same."""
    every: list[NodeRow | RelationshipRow] = []
    for state in rows.values():
        every += [*state.nodes, *state.relationships]
    return sorted(_text(row) for row in every)


def _text(row: NodeRow | RelationshipRow | None) -> str:
    return f"{row.key} {sorted(row.properties.items())}" if row else ""
