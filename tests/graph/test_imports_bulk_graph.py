"""Neo4j's offline importer: what it makes of the files is what writing online makes."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import neo4j
import pytest

from household_graph.changes.authorization.check import check_authority
from household_graph.changes.change_history import Changes, undo
from household_graph.documents.read import read_documents
from household_graph.documents.to_rows import to_rows
from household_graph.errors import BadInputError, LocalServerError
from household_graph.imports.bulk import BulkBatch, BulkFiles
from household_graph.imports.import_run import RecordedRun, begin, fetch_runs, finish
from household_graph.imports.staging import WorkItem
from household_graph.imports.undo_import import undo_import
from household_graph.imports.write import HouseholdWriter
from household_graph.local_neo4j import LocalServer, stop
from household_graph.local_neo4j.home import State, locate
from household_graph.local_neo4j.java import write_class_path, write_config
from household_graph.local_neo4j.maintenance import _import
from household_graph.local_neo4j.terminal import silent
from household_graph.model.actor import Actor
from household_graph.model.edits import Edits, NodeEdit, RelationshipEdit, edits_from_text
from household_graph.model.enums import ActorKind, RunState
from household_graph.model.rows import NodeRow, Rows
from household_graph.store.bulk_import import import_into_local
from household_graph.store.connection import Connection
from household_graph.store.graph_rows import GraphRows
from household_graph.store.graph_schema import missing_schema
from household_graph.store.row_reader import fetch_rows
from household_graph.store.row_store import ChangeMetadata
from household_graph.store.writer import write
from tests.graph.rows import sample
from tests.unit.import_records import SOURCE, assigned, normalized, product

SEED = Path(__file__).parents[2] / "seed"
MAPPING = "source: crm\ntable: customers\n"
COUNTS = {"read": 2, "written": 2}
TEXTS = (
    *(" ", "  two  ", '"', '""', 'say "hello"', "a,b;c|d\te", "back\\", "\\", "'", "0", "null"),
    *("one\ntwo", "one\r\ntwo\r", "\n", "\x1f", "a\x00b", "Łódź 東京 🏡", "\ufeff", "\u2028"),
    *('line\n"quoted",\n', "0042", "true", "-", "=1+1", "{}", "[]"),
)
"""Texts that readers of CSV are known to stumble over."""
_AT = ("at", "effective_at", "finished_at")


def work_items(run: str) -> list[WorkItem]:
    """Return two households as the records of an export say them."""
    return [
        WorkItem(
            f"crm-{key}",
            (
                assigned(
                    normalized(
                        f"customers/{key}",
                        household=key,
                        account=key,
                        person={
                            "key": f"customers/{key}",
                            "given_name": name,
                            "birth_date": "1980-02-03",
                            "email": "ann@example.org",
                        },
                        place={"street": '1 "High" Street, Flat 2', "city": "Łódź"},
                        products=(product("tv", price=12.5), product("internet")),
                    ),
                    run=run,
                ),
            ),
        )
        for key, name in (("7", "Ann"), ("8", 'O"Neil, Bob;'))
    ]


def tricky() -> Rows:
    """Return a household with a place for each text that is hard to write."""
    places = [
        NodeRow(f"tricky/place-{number}", frozenset({"Place"}), {"street": text, "city": "x"})
        for number, text in enumerate(TEXTS)
    ]
    return Rows("tricky", (NodeRow("tricky", frozenset({"Party", "Organization"})), *places), ())


def households() -> list[Rows]:
    """Return the rows of households with all that can be there, in the order of ids."""
    documents = [one for path in SEED.glob("*.yaml") for one in read_documents(path)]
    rows = [to_rows(document) for document in documents]
    return sorted([*rows, sample("sample"), tricky()], key=lambda one: one.household)


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> BulkFiles:
    """The files of an import of all these households."""
    at = datetime(2026, 11, 23, 9, 30, 0, 123_456, tzinfo=UTC)
    run = RecordedRun(
        *("import-crm-1", "crm", "tests", ActorKind.OPERATOR, "to try it", at),
        *(RunState.RUNNING, ("a.csv", "b; c.csv"), "digest", MAPPING),
    )
    batch = BulkBatch()
    for one in households():
        batch.add(WorkItem(one.household, (), rows=one), run)
    finished = replace(run, state=RunState.FINISHED, finished_at=at, counts=COUNTS)
    with BulkFiles(tmp_path_factory.mktemp("bulk files"), SOURCE, run) as files:
        files.add(batch)
        files.write(work_items(run.id))
        assert files.rejected == []
        files.add_run(finished)
    return files


@pytest.fixture(scope="module")
def bulk_server(
    files: BulkFiles, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Path, LocalServer]]:
    """A home with a server of its own, into which they are imported."""
    home = tmp_path_factory.mktemp("bulk home")
    try:
        yield home, import_into_local(files.options, home, silent)
    finally:
        stop(home)


@pytest.fixture(scope="module")
def bulk(bulk_server: tuple[Path, LocalServer]) -> Iterator[Connection]:
    """A connection to what was imported."""
    server = bulk_server[1]
    with neo4j.GraphDatabase.driver(
        server.bolt_uri, auth=(server.username, server.password), notifications_min_severity="OFF"
    ) as driver:
        yield Connection(driver, None)


def write_online(connection: Connection) -> None:
    """Write the same households as the first change of each."""
    run = begin(
        connection,
        RecordedRun(
            *("import-crm-1", "crm", "tests", ActorKind.OPERATOR, "to try it"),
            files=("a.csv", "b; c.csv"),
            digest="digest",
            mapping=MAPPING,
        ),
    )
    rows = {one.household: one for one in households()}

    def decide(_current: Mapping[str, Rows], _at: datetime) -> Iterator[Edits]:
        for household, wanted in rows.items():
            yield Edits(
                household,
                tuple(NodeEdit(None, node) for node in wanted.nodes),
                tuple(RelationshipEdit(None, link) for link in wanted.relationships),
            )

    write(
        connection,
        rows,
        decide,
        ChangeMetadata(Actor.operator("tests"), "import", "to try it", import_run=run.id),
        check_authority,
    )
    writer = HouseholdWriter(GraphRows(connection), SOURCE, run, Actor.operator("tests"))
    writer.write(work_items(run.id))
    finish(connection, run, RunState.FINISHED, COUNTS)


def everything(connection: Connection) -> Counter[str]:
    """Return all nodes and relationships with all they carry, but for when they were recorded."""
    nodes, _summary, _keys = connection.driver.execute_query(
        "MATCH (n) RETURN labels(n) AS labels, properties(n) AS properties"
    )
    links, _summary, _keys = connection.driver.execute_query(
        "MATCH (a)-[r]->(b) RETURN type(r) AS type, properties(r) AS properties, "
        "[a:Entity, a.id] AS start, [b:Entity, b.id] AS end"
    )
    return Counter(
        [
            *(f"{sorted(row['labels'])} {plain(row['properties'])}" for row in nodes),
            *(
                f"{row['start']} {row['type']} {row['end']} {plain(row['properties'])}"
                for row in links
            ),
        ]
    )


def plain(properties: Mapping[str, object]) -> list[tuple[str, str]]:
    """Return properties as text that tells 1 from 1.0 and from true, and one zone from another."""
    others = {name: value for name, value in properties.items() if name != "idempotency_key"}
    return sorted((name, _plain(name, value)) for name, value in others.items())


def _plain(name: str, value: object) -> str:
    if name in _AT:
        return "then"
    if name == "difference":  # in what order things were made says nothing
        made = edits_from_text(str(value))
        nodes = [(str(e.id), plain(e.after.properties)) for e in made.nodes if e.after]
        links = [(str(e.key), plain(e.after.properties)) for e in made.relationships if e.after]
        return str(sorted([*nodes, *links]))
    return repr(value)


def test_the_graph_is_the_one_written_online(blank: Connection, bulk: Connection) -> None:
    """All nodes, labels, links and properties are the same, but for when and how they were sent."""
    write_online(blank)
    online, imported = everything(blank), everything(bulk)
    assert online - imported == Counter()
    assert imported - online == Counter()
    assert imported.total() > 300


def test_the_constraints_are_there(bulk: Connection) -> None:
    """All constraints and indexes of the schema are installed."""
    assert missing_schema(bulk.driver) == ()


def test_the_run_is_known(bulk: Connection, files: BulkFiles) -> None:
    """The run is finished, with its counts and a change for every household."""
    (run,) = fetch_runs(bulk)
    assert (run.state, run.counts) == (RunState.FINISHED, COUNTS)
    assert run.changes == files.households == len(households()) + 2


def test_a_database_that_holds_something_is_left_alone(
    bulk: Connection, bulk_server: tuple[Path, LocalServer], files: BulkFiles
) -> None:
    """Nothing is imported over what is there; the refusal says what can be done."""
    before = everything(bulk)
    with pytest.raises(BadInputError, match="is not empty") as caught:
        import_into_local(files.options, bulk_server[0], silent)
    assert "import run" in (caught.value.hint or "")
    assert everything(bulk) == before


def test_what_was_imported_can_be_gone_on_with(bulk: Connection) -> None:
    """A household has its history; a change of it can be made, and taken back; so can the run."""
    (change,) = Changes(GraphRows(bulk)).history("crm-7").changes
    assert (change.action, change.actor, change.summary[:4]) == ("import", "tests", "made")
    before = fetch_rows(bulk, ["crm-7"])["crm-7"]

    def decide(current: Mapping[str, Rows], _at: datetime) -> Iterator[Edits]:
        was = next(node for node in current["crm-7"].nodes if node.id == "crm-7/customer")
        renamed = replace(was, properties={**was.properties, "given_name": "Anne"})
        yield Edits("crm-7", (NodeEdit(was, renamed),))

    (done,) = write(
        bulk, ["crm-7"], decide, ChangeMetadata(Actor.operator("tests"), "rename"), check_authority
    )
    assert done.change == "crm-7/change-2"
    undo(GraphRows(bulk), done.change, actor=Actor.operator("tests"))
    assert fetch_rows(bulk, ["crm-7"])["crm-7"] == before
    assert len(Changes(GraphRows(bulk)).history("crm-7").changes) == 3
    (run,) = fetch_runs(bulk)
    assert undo_import(bulk, run, actor=Actor.operator("tests"), dry_run=True) == run.changes


def test_a_failed_import_leaves_the_data_as_they_were(tmp_path: Path) -> None:
    """What the importer says of wrong files is told, and nothing of its work is left."""
    place = locate(tmp_path / "home")
    place.make()
    for directory in (place.conf, place.logs, place.scratch, place.data / "databases" / "neo4j"):
        directory.mkdir(parents=True)
    write_config(place, State(7687, 7474))
    write_class_path(place)
    files = tmp_path / "nodes.csv"
    files.write_text('id:ID\n"twice"\n"twice"\n')
    with pytest.raises(LocalServerError, match="importer failed") as caught:
        _import(place, [f"--nodes=Entity={files}"])
    assert "twice" in (caught.value.hint or "")
    assert [path.name for path in place.data.rglob("*")] == ["databases", "neo4j"]
    assert not {"importing", "deleted"} & {path.name for path in place.root.iterdir()}
