"""Households into files: the same nodes and relationships that writing them online makes.

Each household is new, and what is written of it is its first change; see `graph.writing`.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from household_graph.crm.bulk.cells import quoted
from household_graph.crm.bulk.files import BulkFiles
from household_graph.crm.bulk.tables import Table, Tables
from household_graph.crm.runs.import_run import ImportRun
from household_graph.errors import BadInputError
from household_graph.graph.edit_checks import check_edits, check_households
from household_graph.model.edits import Edits, NodeEdit, RelationshipEdit, edits_to_text
from household_graph.model.instants import from_datetime, to_utc
from household_graph.model.rows import NodeRow, RelationshipRow, Rows, Value
from household_graph.model.vocabulary import RunState

__all__ = ["write_files"]

_CHANGE = frozenset({"Change"})
_IMPORT_RUN = frozenset({"ImportRun"})
_EVERY = 100  # households between two words on how far it has come


def write_files(
    households: Iterable[Rows],
    run: ImportRun,
    mapping: str,
    folder: Path,
    *,
    counts: Callable[[], Mapping[str, int]],
    refuse: Callable[[str, BadInputError], None],
    on_written: Callable[[int], None],
) -> BulkFiles:
    """Write new households, with the run they came by, for an import into an empty database.

    Args:
        households: the rows of each; they are taken one at a time.
        run: the import.
        mapping: the mapping by which it was read, as YAML.
        folder: where the files go; what stands there under their names is replaced.
        counts: is asked, at the end, how many records came to what.
        refuse: is told of a household that cannot be written, and why; the others are.
        on_written: is told how many households more have been written, again and again.

    Raises:
        BadInputError: if the run itself cannot be written.
    """
    folder = folder.absolute()
    folder.mkdir(parents=True, exist_ok=True)
    with closing(Tables(folder)) as tables:
        writer = _Writer(tables, run)
        for rows in households:
            try:
                lines = writer.lines(rows)
            except BadInputError as error:
                refuse(rows.household, error)
                continue
            writer.write(lines)
            if writer.count % _EVERY == 0:
                on_written(_EVERY)
        on_written(writer.count % _EVERY)
        writer.write_run(mapping, counts())
    return BulkFiles(
        folder,
        tuple(f"{table.layout.option}={table.path}" for table in tables.all),
        tuple(table.path for table in tables.all if table.multiline),
        writer.count,
    )


class _Writer:
    """Writes the households of one run.

    Attributes:
        count: how many have been written.
    """

    def __init__(self, tables: Tables, run: ImportRun) -> None:
        self.count = 0
        self._tables, self._run = tables, run

    def lines(self, rows: Rows) -> list[tuple[Table, str]]:
        """Return all lines of a household, each with its file; nothing is written yet."""
        edits = Edits(
            rows.household,
            tuple(NodeEdit(None, node) for node in rows.nodes),
            tuple(RelationshipEdit(None, link) for link in rows.relationships),
        )
        check_households([rows.household])
        check_edits({rows.household: Rows(rows.household, (), ())}, [rows.household], [edits])
        found = [self._node(node, rows.household) for node in rows.nodes]
        found += [self._relationship(link) for link in rows.relationships]
        return [*found, *self._change(edits)]

    def write(self, lines: Iterable[tuple[Table, str]]) -> None:
        """Write the lines of a household."""
        for table, line in lines:
            table.write(line)
        self.count += 1

    def write_run(self, mapping: str, counts: Mapping[str, int]) -> None:
        """Write the run itself, finished now."""
        run = self._run
        properties: dict[str, Value | None] = {
            "source": run.source,
            "actor": run.actor,
            "reason": run.reason,
            "at": run.at,
            "finished_at": datetime.now(UTC),
            "state": RunState.FINISHED.value,
            "files": run.files,
            "digest": run.digest,
            "mapping": mapping,
            "counts": json.dumps(dict(counts)),
        }
        stated = {name: value for name, value in properties.items() if value is not None}
        table = self._tables.of_nodes(_IMPORT_RUN)
        table.write(table.line(quoted(run.id), stated))

    def _node(self, node: NodeRow, household: str) -> tuple[Table, str]:
        properties = _cut(node.properties)
        if node.id == household:
            properties = {**properties, "revision": 1}
        table = self._tables.of_nodes(node.labels)
        return table, table.line(quoted(node.id), properties)

    def _relationship(self, link: RelationshipRow) -> tuple[Table, str]:
        properties = _cut(link.properties)
        if link.period:
            properties = {**properties, "period": link.period}
        table = self._tables.of_relationships(link.type)
        return table, table.line(f"{quoted(link.start)},{quoted(link.end)}", properties)

    def _change(self, edits: Edits) -> Iterator[tuple[Table, str]]:
        run, at = self._run, datetime.now(UTC)
        properties: dict[str, Value] = {
            "revision": 1,
            "actor": run.actor,
            "action": "import",
            "at": at,
            "effective_at": at,
            "summary": edits.summary,
            "difference": edits_to_text(edits),
        }
        if run.reason is not None:
            properties["reason"] = run.reason
        own_id = quoted(f"{edits.household}/change-1")
        table = self._tables.of_nodes(_CHANGE)
        yield table, table.line(own_id, properties)
        for kind, end in (("RECORDED_FOR", edits.household), ("PART_OF", run.id)):
            table = self._tables.of_relationships(kind)
            yield table, table.line(f"{own_id},{quoted(end)}", {})


def _cut(properties: Mapping[str, Value]) -> Mapping[str, Value]:
    """Return properties with the instants cut to the millisecond, as the graph keeps them."""
    instants = {
        name: to_utc(from_datetime(value))
        for name, value in properties.items()
        if isinstance(value, datetime)
    }
    return {**properties, **instants} if instants else properties
