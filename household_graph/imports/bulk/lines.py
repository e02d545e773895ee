"""Households as lines of files: the same nodes and relationships that writing them online makes.

Each household is new, and what is written of it is its first change; see `graph.writing`.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from household_graph.errors import BadInputError
from household_graph.imports.bulk.cells import quoted
from household_graph.imports.bulk.layouts import Layout, node_layout, relationship_layout
from household_graph.imports.runs.import_run import ImportRun
from household_graph.imports.runs.readying import Ready, Refused
from household_graph.model.edits import Edits, NodeEdit, RelationshipEdit, edits_to_text
from household_graph.model.instants import from_datetime, to_utc
from household_graph.model.rows import NodeRow, RelationshipRow, Rows, Value
from household_graph.store.access_cache import STAMPS, access_of
from household_graph.store.write_validation import check_edits, check_households

Line = tuple[Layout, str]

_CHANGE = frozenset({"Change"})
_IMPORT_RUN = frozenset({"ImportRun"})
_ACCESS_CACHE = frozenset({"AccessCache"})
_REVISION = 1


@dataclass(frozen=True, slots=True)
class Lines:
    """Households as they stand in the files.

    Attributes:
        households: how many they are.
        texts: for each file, the lines that come to it.
        multiline: the files in which a text has a line break.
        refused: the records that cannot be written, and why.
    """

    households: int
    texts: Mapping[Layout, str]
    multiline: frozenset[Layout] = frozenset()
    refused: tuple[Refused, ...] = ()


def lines_of(households: Iterable[Ready], run: ImportRun) -> Lines:
    """Return the lines of new households, without those that cannot be written."""
    found: dict[Layout, list[str]] = defaultdict(list)
    refused: list[Refused] = []
    count = 0
    for one in households:
        try:
            lines = list(_household(one.rows, run))
        except BadInputError as error:
            refused.append(one.refused(error.message, error.hint))
            continue
        count += 1
        for layout, line in lines:
            found[layout].append(line)
    texts = {layout: "\n".join((*lines, "")) for layout, lines in found.items()}
    multiline = frozenset(
        layout
        for layout, lines in found.items()
        if texts[layout].count("\n") > len(lines) or "\r" in texts[layout]
    )
    return Lines(count, texts, multiline, tuple(refused))


def run_lines(run: ImportRun, mapping: str) -> Lines:
    """Return the line of a run that is finished.

    Args:
        run: the run, with its counts.
        mapping: the mapping by which the export was read, as YAML.
    """
    properties: dict[str, Value | None] = {
        "source": run.source,
        "actor": run.actor,
        "actor_kind": run.actor_kind.value,
        "reason": run.reason,
        "at": run.at,
        "finished_at": run.finished_at,
        "state": run.state.value,
        "files": run.files,
        "digest": run.digest,
        "mapping": mapping,
        "counts": json.dumps(dict(run.counts or {})),
    }
    stated = {name: value for name, value in properties.items() if value is not None}
    layout = node_layout(_IMPORT_RUN)
    line = layout.line(quoted(run.id), stated)
    return Lines(0, {layout: f"{line}\n"}, frozenset({layout} if "\n" in line else ()))


def _household(rows: Rows, run: ImportRun) -> Iterator[Line]:
    edits = Edits(
        rows.household,
        tuple(NodeEdit(None, node) for node in rows.nodes),
        tuple(RelationshipEdit(None, link) for link in rows.relationships),
    )
    check_households([rows.household])
    nothing = {rows.household: Rows(rows.household, (), ())}
    check_edits(nothing, [rows.household], [edits], from_datetime(run.at))
    for node in rows.nodes:
        yield _node(node, rows.household)
    for link in rows.relationships:
        yield _relationship(link)
    yield from _change(edits, run)
    if (access := access_of(rows)) is not None:
        layout = node_layout(_ACCESS_CACHE)
        value: dict[str, Value] = {"revision": _REVISION, "content": access.content(_REVISION)}
        yield layout, layout.line(quoted(rows.household), {**value, **STAMPS})


def _node(node: NodeRow, household: str) -> Line:
    properties = _cut(node.properties)
    if node.id == household:
        properties = {**properties, "revision": _REVISION}
    layout = node_layout(node.labels)
    return layout, layout.line(quoted(node.id), properties)


def _relationship(link: RelationshipRow) -> Line:
    properties = link.properties and _cut(link.properties)
    if link.period:
        properties = {**properties, "period": link.period}
    layout = relationship_layout(link.type)
    return layout, layout.line(f"{quoted(link.start)},{quoted(link.end)}", properties)


def _change(edits: Edits, run: ImportRun) -> Iterator[Line]:
    at = datetime.now(UTC)
    properties: dict[str, Value] = {
        "revision": _REVISION,
        "actor": run.actor,
        "actor_kind": run.actor_kind.value,
        "action": "import",
        "at": at,
        "effective_at": at,
        "summary": edits.summary,
        "difference": edits_to_text(edits),
    }
    if run.reason is not None:
        properties["reason"] = run.reason
    own_id = quoted(f"{edits.household}/change-{_REVISION}")
    layout = node_layout(_CHANGE)
    yield layout, layout.line(own_id, properties)
    for kind, end in (("RECORDED_FOR", edits.household), ("PART_OF", run.id)):
        layout = relationship_layout(kind)
        yield layout, layout.line(f"{own_id},{quoted(end)}", {})


def _cut(properties: Mapping[str, Value]) -> Mapping[str, Value]:
    """Return properties with the instants cut to the millisecond, as the graph keeps them."""
    instants = {
        name: to_utc(from_datetime(value))
        for name, value in properties.items()
        if isinstance(value, datetime)
    }
    return {**properties, **instants} if instants else properties
