"""What an import would change, household by household: written as a run writes it, in memory."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from typing import NamedTuple
from zoneinfo import ZoneInfo

from household_graph.changes.service import HouseholdChange, change_between
from household_graph.imports.assemble import RECORD_LABEL
from household_graph.imports.import_run import RecordedRun
from household_graph.imports.records import Source
from household_graph.imports.staging import RejectedRecords, Staging, WorkItem
from household_graph.imports.write import BATCH, HouseholdWriter
from household_graph.model.actor import Actor
from household_graph.model.edits import Edits
from household_graph.model.rows import Rows, zone_in
from household_graph.store.row_store import RowStore, SimulatedRows

_PLANNER = Actor.operator("plan")


class RecordChange(NamedTuple):
    """How one record differs from what an earlier export said.

    Attributes:
        key: `<table>/<key>`.
        changes: new, changed or moved, then renamed; or ended.
        file, line: where it is; None of one that has ended.
        departed: the id of the household that it was in, where it moves.
        name_before, name: of the person, as earlier and now; None where there is none.
    """

    key: str
    changes: tuple[str, ...]
    file: str | None
    line: int | None
    departed: str | None
    name_before: str | None
    name: str | None


@dataclass(frozen=True)
class PlannedHousehold:
    """What an import would do to a household.

    Attributes:
        before: its rows in the graph; none of a new one.
        rows: its rows afterwards; none if nothing of it can be written.
        change: every row that changes, and who gains and loses what; None if no row does.
        rejected: records that would not be written to it, for the reason given.
    """

    household: str
    before: Rows
    rows: Rows
    records: tuple[RecordChange, ...]
    change: HouseholdChange | None
    rejected: tuple[RejectedRecords, ...]

    @property
    def outcome(self) -> str:
        """One word: new, changed, unchanged or rejected."""
        if self.before.nodes:
            return "changed" if self.change else "unchanged"
        return "new" if self.rows.nodes else "rejected"

    @cached_property
    def zone(self) -> ZoneInfo:
        """Its time zone; UTC where it has no rows."""
        return zone_in(self.before if self.before.nodes else self.rows)

    @property
    def edits(self) -> Edits:
        """The rows that change, but for those of the records themselves."""
        if self.change is None:
            return Edits(self.household)
        records = {
            node.id
            for node in (*self.before.nodes, *self.rows.nodes)
            if RECORD_LABEL in node.labels
        }
        edits = self.change.edits
        return Edits(
            self.household,
            tuple(one for one in edits.nodes if one.id not in records),
            tuple(one for one in edits.relationships if one.key[1] not in records),
        )


def planned_households(
    store: RowStore, source: Source, staging: Staging
) -> Iterator[PlannedHousehold]:
    """Yield what would become of each household that is to be written; nothing is written.

    The rows are read from the store, some households at a time.
    """
    run = RecordedRun("", source.name, _PLANNER.name, _PLANNER.kind)
    items = staging.work_items(run.id)
    while batch := list(islice(items, BATCH)):
        yield from _planned(store, source, staging, run, batch)


def _planned(
    store: RowStore, source: Source, staging: Staging, run: RecordedRun, items: list[WorkItem]
) -> Iterator[PlannedHousehold]:
    households = [item.household for item in items]
    before, now = store.fetch(households)
    simulated = SimulatedRows(before.values(), now=now)
    writer = HouseholdWriter(simulated, source, run, _PLANNER)
    departures = map(staging.departure, households)
    writer.write(one for one in departures if one.gone)
    writer.write(items)
    after, _now = simulated.fetch(before)
    for household, rows in after.items():
        is_same = rows == before[household]
        yield PlannedHousehold(
            household,
            before[household],
            rows,
            tuple(_record_changes(staging, household)),
            None if is_same else change_between(before[household], rows, now),
            tuple(one for one in writer.rejected if one.household == household),
        )


def _record_changes(staging: Staging, household: str) -> Iterator[RecordChange]:
    for key, state, file, line, departed, before, name in staging.run(
        "record_changes", household=household
    ):
        is_renamed = state != "ended" and before and before != name
        changes = (state, "renamed") if is_renamed else (state,)
        left = departed if state == "moved" else None
        yield RecordChange(key, changes, file, line, left, before or None, name or None)
