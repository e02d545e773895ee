"""A source whose exports are imported into a graph in memory, at any time that is said."""

import csv
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from household_graph.engine.entitlements import access_matrix
from household_graph.engine.facts_builder import facts_from_rows
from household_graph.imports.assemble import RECORD_LABEL
from household_graph.imports.mapping.mapping import ExportMapping, read_mapping
from household_graph.imports.pipeline import Export, ImportJob, silent
from household_graph.imports.staging import PreviousRecord, RecordChanges
from household_graph.imports.write import HouseholdWriter
from household_graph.model.actor import Actor
from household_graph.model.ids import household_of
from household_graph.model.instants import from_datetime
from household_graph.model.rows import Rows
from household_graph.store.row_store import SimulatedRows

MAPPING = """source: crm
country: GB
time_zone: Europe/London
date_order: ymd
decimal: "."
blank: {blank}
tables:
  people:
    files: [people.csv]
    key: key
    household: home
    account: home
    deleted_when: {{gone: yes}}
    person: {{given_name: given, family_name: family, birth_date: born}}
    roles:
      - {{role: Customer, when: {{main: yes}}}}
      - {{role: BillPayer, when: {{main: yes}}}}
      - {{role: User}}
  lines:
    files: [lines.csv]
    key: key
    household: home
    account: home
    products:
      - key: key
        name: plan
        valid_from: since
        valid_to: until
        services: [{{id: voice, name: key, category: {{text: voice}}}}]
"""
COLUMNS = {
    "people": ("key", "home", "given", "family", "born", "main", "gone"),
    "lines": ("key", "home", "plan", "since", "until"),
}
Row = Mapping[str, str]
Tables = Mapping[str, Sequence[Row]]
"""The rows of an export, by the name of their table."""
_OPERATOR = Actor.operator("tests")


class Use(NamedTuple):
    """That the person born on a day may use a line, in a household by its key."""

    home: str
    born: str
    line: str


class SimulatedSource:
    """The households that the exports of a source have made, as rows."""

    def __init__(self, folder: Path, *, blank: str = "keep") -> None:
        """Begin with an empty graph; exports are written to the folder."""
        self.rows: dict[str, Rows] = {}
        self._folder, self._runs = folder, 0
        file = folder / "mapping.yaml"
        file.write_text(MAPPING.format(blank=blank), encoding="utf-8")
        self._mapping: ExportMapping = read_mapping(file)

    def run(self, tables: Tables, at: datetime, *, is_full: bool) -> RecordChanges:
        """Import an export at an instant; only records that are meant to be may be rejected."""
        self._runs += 1
        export = Export(tuple(self._written(tables)), self._mapping, is_full=is_full)
        job = ImportJob(None, export, self._folder / "reports", silent)
        run = job.new_run(_OPERATOR, None)
        store = SimulatedRows(self.rows.values(), now=at)
        with job.staged(at, previous=self._previous()) as staging:
            writer = HouseholdWriter(store, job.source, run, _OPERATOR)
            writer.write(staging.departures())
            writer.write(staging.work_items(f"{run.id}.{self._runs}"))
            assert not writer.rejected, writer.rejected
            assert not writer.conflicts, writer.conflicts
            changes = staging.changes
        self.rows, _now = store.fetch(list(store.household_ids()))
        return changes

    def uses(self, at: datetime) -> set[Use]:
        """Return who may use what at an instant, as the graph stands."""
        return {use for rows in self.rows.values() for use in _uses(rows, from_datetime(at))}

    def _written(self, tables: Tables) -> Iterator[Path]:
        for name, columns in COLUMNS.items():
            path = self._folder / f"{name}.csv"
            with path.open("w", encoding="utf-8", newline="") as file:
                writer = csv.DictWriter(file, columns, restval="")
                writer.writeheader()
                writer.writerows(tables[name])
            yield path

    def _previous(self) -> list[PreviousRecord]:
        """Return the records of earlier exports, as the database has them."""
        found = [
            PreviousRecord(
                str(node.properties["key"]).partition(":")[2],
                household_of(node.id),
                node.properties.get("person"),  # type: ignore[arg-type]
                str(node.properties["said"]),
                str(node.properties["import_run"]),
                node.properties.get("ended_at"),  # type: ignore[arg-type]
            )
            for rows in self.rows.values()
            for node in rows.nodes
            if RECORD_LABEL in node.labels
        ]
        return sorted(found)


def _uses(rows: Rows, instant: int) -> Iterator[Use]:
    nodes = {node.id: node.properties for node in rows.nodes}
    home = rows.household.removeprefix("crm-")
    matrix = access_matrix(facts_from_rows(rows), instant)
    width = len(matrix.services)
    for row, party in enumerate(matrix.parties):
        born = str(nodes[party].get("birth_date"))
        for column, service in enumerate(matrix.services):
            if matrix.allowed[row * width + column]:
                yield Use(home, born, str(nodes[service]["name"]))
