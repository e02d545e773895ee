"""Write an export as files for Neo4j's offline importer, for an empty database.

The files hold the same nodes and relationships as `write` makes online: each household is new, with
its first change and its access cache. The declaration of the graph lays them out: there is one file
for each set of labels and one for each type of relationship. Text is always quoted, so that empty
text (`""`) differs from null (nothing at all). Instants are in UTC.
"""

import os
import shlex
import signal
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack, closing
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from functools import cache, partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any, TextIO

from household_graph.changes.authorization.check import foreign
from household_graph.errors import BadInputError
from household_graph.imports.import_run import RecordedRun
from household_graph.imports.pipeline import (
    Advance,
    Export,
    ImportJob,
    ImportResult,
    Progress,
)
from household_graph.imports.records import Source
from household_graph.imports.staging import RejectedRecords, WorkItem
from household_graph.imports.three_way_merge import creation
from household_graph.imports.write import in_batches, prepare
from household_graph.installation import package_version
from household_graph.model.actor import Actor
from household_graph.model.declaration import (
    ENDS,
    LABELS,
    RECORD_LABELS,
    PropertyType,
    label_named,
    properties_of,
    properties_of_type,
)
from household_graph.model.edits import edits_to_text
from household_graph.model.enums import RunState
from household_graph.model.instants import from_datetime, to_utc
from household_graph.model.rows import NodeRow, RelationshipRow, Rows, Value
from household_graph.store.access_cache import STAMPS, access_of
from household_graph.store.write_validation import check_edits, check_households

_BATCH = 200  # households that go to another process together
_WAITING = 2  # batches for each process, so that none has to wait
_REVISION = 1
_IMPORTER = ("neo4j-admin", "database", "import", "full", "neo4j")
_ARRAY_DELIMITER = "\x1f"  # the unit separator, which no text in a list may contain


def write_bulk(
    export: Export,
    folder: Path,
    reports: Path,
    progress: Progress,
    *,
    actor: Actor,
    reason: str | None = None,
) -> tuple[ImportResult, "BulkFiles"]:
    """Write files with what an import into an empty database would make of an export.

    Files of the same names in the folder are replaced. Other processes help: a script that calls
    this has to do so below `if __name__ == "__main__"`, as they begin by importing it.

    Raises:
        RefusedError: if the actor is a party, as no party owns a new household.
        BadInputError, OSError: if the files cannot be written, or the importer could not read them.
        DocumentError: if a file of the export cannot be read, or does not fit the mapping.
    """
    if actor.is_party:
        raise foreign(actor)
    job = ImportJob(None, export, reports, progress)
    run = replace(job.new_run(actor, reason), at=datetime.now(UTC))
    with BulkFiles(folder, job.source, run) as files, job.staged(run.at) as staging:
        result = job.written(staging, run, files)
        counts, now = result.counts.of_records, datetime.now(UTC)
        finished = replace(run, state=RunState.FINISHED, finished_at=now, counts=counts)
        files.add_run(finished)
        return replace(result, run=finished), files


@dataclass(slots=True)
class BulkBatch:
    """Households as lines of the files, how many they are, and what cannot be written."""

    lines: dict["CsvLayout", list[str]] = field(default_factory=lambda: defaultdict(list))
    households: int = 0
    rejected: list[RejectedRecords] = field(default_factory=list)

    def add(self, prepared: WorkItem, run: RecordedRun) -> None:
        """Add a new household, or reject its records."""
        try:
            self.add_rows(household_rows(prepared.rows, run))
            self.households += 1
        except BadInputError as error:
            self.rejected.append(prepared.rejected(error.message, error.hint))

    def add_rows(self, rows: Rows) -> None:
        """Add rows: all of them, or none if a row does not fit the schema, a BadInputError."""
        found = []
        for node in rows.nodes:
            layout = node_layout(node.labels)
            found.append((layout, layout.line((node.id,), node.properties)))
        for link in rows.relationships:
            layout = relationship_layout(link.type)
            period = {"period": link.period} if link.period else {}
            line = layout.line((link.start, link.end), {**link.properties, **period})
            found.append((layout, line))
        for layout, line in found:
            self.lines[layout].append(line)


def bulk_batch(items: Iterable[WorkItem], source: Source, run: RecordedRun) -> BulkBatch:
    """Return the lines of new households."""
    batch = BulkBatch()
    for prepared, rejected in (prepare(source, item) for item in items):
        batch.rejected += rejected
        if prepared:
            batch.add(prepared, run)
    return batch


class BulkFiles(ExitStack):
    """Files for `neo4j-admin database import full`, written in a `with` statement.

    Each is created with its first line. `households` counts those they hold, `rejected` are the
    records that could not be written; there are no `conflicts`, as all households are new.
    """

    def __init__(self, folder: Path, source: Source, run: RecordedRun) -> None:
        """Write into a folder, which is made; a BadInputError if the importer cannot read it."""
        super().__init__()
        self.folder, self._source, self._run = folder.absolute(), source, run
        if "," in str(self.folder):
            raise BadInputError(
                f"the importer takes no path with a comma: `{self.folder}`",
                hint="choose a folder without one",
            )
        self.folder.mkdir(parents=True, exist_ok=True)
        self._open: dict[CsvLayout, TextIO] = {}
        self._multiline: set[CsvLayout] = set()
        self.households = 0
        self.conflicts: list[str] = []
        self.rejected: list[RejectedRecords] = []

    def write(self, items: Iterable[WorkItem], on_written: Advance = lambda _count: None) -> None:
        """Write new households in their order, made into lines by one process a processor."""
        count = os.cpu_count() or 1
        # Ctrl-C is left to this process, which ends the others. They are not forked: a process
        # that is forked while others hold locks can hang.
        executor = ProcessPoolExecutor(
            count, get_context("spawn"), signal.signal, (signal.SIGINT, signal.SIG_IGN)
        )
        work = partial(bulk_batch, source=self._source, run=self._run)
        waiting = _WAITING * count
        with closing(in_batches(executor, work, items, size=_BATCH, waiting=waiting)) as batches:
            for batch in batches:
                self.add(batch)
                on_written(batch.households)

    def add(self, batch: BulkBatch) -> None:
        """Append lines to their files."""
        self.households += batch.households
        self.rejected += batch.rejected
        for layout, lines in batch.lines.items():
            file = self._open.get(layout)
            if file is None:
                path = self.folder / layout.name
                file = self.enter_context(path.open("w", encoding="utf-8", newline="\n"))
                self._open[layout] = file
                file.write(layout.header + "\n")
            text = "\n".join((*lines, ""))
            if text.count("\n") > len(lines) or "\r" in text:
                self._multiline.add(layout)
            file.write(text)

    def add_run(self, run: RecordedRun) -> None:
        """Append the finished run, with its counts."""
        batch, times = BulkBatch(), {"at": run.at, "finished_at": run.finished_at}
        batch.add_rows(Rows(run.id, (_node(run.id, "ImportRun", **run.properties, **times),), ()))
        self.add(batch)

    @property
    def sources(self) -> list[str]:
        """The options that name the files, such as `--nodes=Entity:Place=/…/places.csv`."""
        layouts = sorted(self._open, key=lambda layout: layout.name)  # those of nodes first
        return [f"{layout.option}={self.folder / layout.name}" for layout in layouts]

    @property
    def multiline(self) -> list[Path]:
        """The files in which a text has a line break."""
        return sorted(self.folder / layout.name for layout in self._multiline)

    @property
    def options(self) -> list[str]:
        """The options of the importer, without the name of the database."""
        spanning = ",".join(map(str, self.multiline))
        return [
            *self.sources,
            f"--array-delimiter=U+{ord(_ARRAY_DELIMITER):04X}",
            "--path-pattern-style=none",  # else a path is read as a regular expression
            *(["--multiline-fields-format=v2", f"--multiline-fields={spanning}"] * bool(spanning)),
        ]

    @property
    def command(self) -> list[str]:
        """The whole command for another Neo4j, whose database must be stopped."""
        return [*_IMPORTER, *self.options, "--overwrite-destination=true"]

    @property
    def command_text(self) -> str:
        """The command as typed in a shell, an option a line."""
        options = self.command[len(_IMPORTER) :]
        return " \\\n  ".join([shlex.join(_IMPORTER), *map(shlex.quote, options)])


def household_rows(rows: Rows, run: RecordedRun) -> Rows:
    """Return all rows of a new household: its own, its first change, and its access cache."""
    household, edits = rows.household, creation(rows)
    check_households([household])
    nothing = {household: Rows(household, (), ())}
    check_edits(nothing, [household], [edits], from_datetime(run.at))
    at = datetime.now(UTC)
    change = _node(
        f"{household}/change-{_REVISION}",
        "Change",
        revision=_REVISION,
        actor=run.actor,
        actor_kind=run.actor_kind.value,
        action="import",
        at=at,
        effective_at=at,
        summary=edits.summary,
        difference=edits_to_text(edits),
        reason=run.reason,
    )
    own: dict[str, Value] = {"revision": _REVISION, "written_by": package_version()}
    nodes = [
        replace(one, properties={**one.properties, **own}) if one.id == household else one
        for one in (*rows.nodes, change)
    ]
    if (access := access_of(rows)) is not None:
        content = access.content(_REVISION)
        nodes.append(_node(household, "AccessCache", revision=_REVISION, content=content, **STAMPS))
    links = [
        *rows.relationships,
        RelationshipRow("RECORDED_FOR", change.id, household),
        RelationshipRow("PART_OF", change.id, run.id),
    ]
    return Rows(household, tuple(nodes), tuple(links))


def _node(own_id: str, label: str, **properties: Any) -> NodeRow:  # noqa: ANN401 - values or None
    stated = {name: value for name, value in properties.items() if value is not None}
    return NodeRow(own_id, frozenset({label}), stated)


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"' if '"' in text else f'"{text}"'


def _number(value: float) -> str:
    text = repr(value)
    return text.replace("inf", "Infinity").replace("nan", "NaN") if text[-1] in "fn" else text


def _instant(value: datetime) -> str:
    """Return an instant, cut to the millisecond, as the graph stores them."""
    return to_utc(from_datetime(value)).isoformat().replace("+00:00", "Z")


def _list(values: tuple[str, ...]) -> str:
    text = _ARRAY_DELIMITER.join(values)
    if text.count(_ARRAY_DELIMITER) != len(values) - 1 or "" in values:
        raise BadInputError(
            f"the list `{list(values)}` cannot be written for the importer",
            hint="leave out empty texts and control characters",
        )
    return _quoted(text)


_CELLS: Mapping[str, tuple[str, type, Callable[[Any], str]]] = {
    "BOOLEAN": ("boolean", bool, lambda value: "true" if value else "false"),
    "DATE": ("date", date, date.isoformat),
    "FLOAT": ("double", float, _number),
    "INTEGER": ("long", int, str),
    "LIST<STRING>": ("string[]", tuple, _list),
    "STRING": ("string", str, _quoted),
    "ZONED DATETIME": ("datetime", datetime, _instant),
}
"""For each Cypher type its name in a header, the Python type of its values, and how one is read."""


@dataclass(frozen=True, slots=True)
class CsvLayout:
    """The layout of one file, and the option of the importer, such as `--nodes=Entity:Place`.

    The keys are the first columns of the header; the others are properties with their types.
    """

    name: str
    option: str
    keys: tuple[str, ...]
    columns: Mapping[str, PropertyType] = field(hash=False)

    @property
    def header(self) -> str:
        """The first line of the file."""
        typed = (f"{name}:{_CELLS[kind][0]}" for name, kind in self.columns.items())
        return ",".join((*self.keys, *typed))

    def line(self, keys: Sequence[str], properties: Mapping[str, Value]) -> str:
        """Return a row as a line: the ids, then the properties; those that are missing are null."""
        for name, value in properties.items():
            kind = self.columns.get(name)
            if kind is None or type(value) is not _CELLS[kind][1]:
                raise BadInputError(
                    f"the property `{name}` does not fit the schema, in `{self.name}`",
                    hint="import online, with `household-graph import run`",
                )
        cells = (
            _CELLS[kind][2](properties[name]) if name in properties else ""
            for name, kind in self.columns.items()
        )
        return ",".join([*map(_quoted, keys), *cells])


@cache
def node_layout(labels: frozenset[str]) -> CsvLayout:
    """Return the layout for nodes with these labels, `Entity` left out, if they are declared."""
    unknown = labels - {label.name for label in LABELS}
    if unknown:
        raise BadInputError(f"the schema has no label `{min(unknown)}`")
    every = {*labels, *(more for name in labels for more in label_named(name).implies)}
    names = sorted(every, key=lambda name: (name != "Entity", name))
    space = next(iter(labels & RECORD_LABELS), "Entity")
    return CsvLayout(
        f"nodes-{'-'.join(sorted(labels))}.csv",
        f"--nodes={':'.join(names)}",
        (f"id:ID({space})",),
        {one.name: one.type for one in properties_of(labels).values() if one.name != "id"},
    )


@cache
def relationship_layout(kind: str) -> CsvLayout:
    """Return the layout for relationships of a type, if it is declared."""
    if kind not in ENDS:
        raise BadInputError(f"the schema has no relationship `{kind}`")
    start, end = ({one} & RECORD_LABELS or {"Entity"} for one in min(ENDS[kind]))
    return CsvLayout(
        f"relationships-{kind}.csv",
        f"--relationships={kind}",
        (f":START_ID({start.pop()})", f":END_ID({end.pop()})"),
        {one.name: one.type for one in properties_of_type(kind).values()},
    )
