"""Households of an import in the graph: written once, changed by later exports, taken back."""

from dataclasses import replace

import pytest

from household_graph.changes.change_history import Changes
from household_graph.changes.service import ChangeService, Drafts, PlannedChange
from household_graph.errors import BadInputError, RefusedError
from household_graph.imports.assemble import recorded
from household_graph.imports.import_run import RecordedRun, begin, fetch_runs, finish, run_named
from household_graph.imports.records import NormalizedRecord
from household_graph.imports.staging import WorkItem
from household_graph.imports.undo_import import undo_import
from household_graph.imports.write import HouseholdWriter
from household_graph.model.actor import Actor
from household_graph.model.enums import ActorKind, RunState
from household_graph.model.rows import Rows
from household_graph.store.connection import Connection
from household_graph.store.graph_rows import GraphRows
from household_graph.store.row_reader import fetch_rows
from tests.unit.import_records import SOURCE, assigned, normalized, product

HOUSEHOLD = "crm-7"


def of_customer(key: str, name: str, *products: str) -> NormalizedRecord:
    return normalized(
        f"customers/{key}",
        household=key,
        account=key,
        person={"key": f"customers/{key}", "given_name": name},
        products=tuple(product(one) for one in products),
    )


def started(connection: Connection, digest: str) -> RecordedRun:
    by = "tests", ActorKind.OPERATOR
    new = RecordedRun("import-crm-1", SOURCE.name, *by, files=("crm.csv",), digest=digest)
    return begin(connection, new)


def imported(
    connection: Connection, *said: NormalizedRecord, digest: str = "first"
) -> HouseholdWriter:
    """Run an import of some records, each of a household of its own, and return who wrote it."""
    run = started(connection, digest)
    writer = HouseholdWriter(GraphRows(connection), SOURCE, run, Actor.operator("tests"))
    works = [WorkItem(f"crm-{one.household}", (assigned(one, run=run.id),)) for one in said]
    writer.write(works)
    finish(connection, run, RunState.FINISHED, {})
    return writer


def rows(connection: Connection, household: str = HOUSEHOLD) -> Rows:
    return fetch_rows(connection, [household])[household]


def everything(connection: Connection) -> list[object]:
    """Return every node of households in the graph, but for how often it was changed."""
    records, _summary, _keys = connection.driver.execute_query(
        "MATCH (n:Entity) RETURN labels(n), n {.*, revision: null} AS properties ORDER BY n.id"
    )
    return [tuple(record) for record in records]


def rename(connection: Connection, name: str) -> None:
    def work(drafts: Drafts) -> None:
        drafts[HOUSEHOLD].update(f"{HOUSEHOLD}/customer", given_name=name)

    ChangeService(GraphRows(connection)).change(
        [HOUSEHOLD], work, PlannedChange(Actor.operator("anna"), "correct")
    )


def test_a_run_is_named_by_its_id_or_is_the_newest(blank: Connection) -> None:
    """Where nothing was imported that is said, and an id that is nearly right is corrected."""
    for given in (None, "import-crm-1"):
        with pytest.raises(BadInputError, match="nothing has been imported"):
            run_named(blank, given)
    run = started(blank, "one")
    assert run_named(blank, None).id == run_named(blank, run.id).id == run.id
    with pytest.raises(BadInputError, match="unknown import `import-crm-7`") as caught:
        run_named(blank, "import-crm-7")
    assert caught.value.hint == f"did you mean `{run.id}`?"


def test_the_same_again_changes_nothing(blank: Connection) -> None:
    """A second import of the same records writes no change of any household."""
    said = of_customer("7", "Ann", "tv"), of_customer("8", "Ben", "internet")
    imported(blank, *said)
    before = everything(blank)
    imported(blank, *said, digest="second")
    assert everything(blank) == before
    assert [run.changes for run in fetch_runs(blank)] == [2, 0]


def test_a_record_is_found_with_its_file_and_line(blank: Connection) -> None:
    """What came in is described by a record that names the file, the line and the run."""
    imported(blank, of_customer("7", "Ann", "tv"))
    records, _summary, _keys = blank.driver.execute_query(
        "MATCH (thing {id: $id})<-[:DESCRIBES]-(record:SourceRecord) "
        "MATCH (run:ImportRun {id: record.import_run})<-[:PART_OF]-(change)-[:RECORDED_FOR]->(h) "
        "RETURN record.file, record.line, run.source, h.id",
        id=f"{HOUSEHOLD}/tv",
    )
    assert [tuple(record) for record in records] == [("crm.csv", 2, "crm", HOUSEHOLD)]
    (change,) = Changes(GraphRows(blank)).history(HOUSEHOLD).changes
    assert change.action == "import"


def test_a_later_export_leaves_what_the_household_changed(blank: Connection) -> None:
    """A product is added by the export; the name put right by hand stays, and that is told."""
    imported(blank, of_customer("7", "Katy", "tv"))
    rename(blank, "Katie")
    writer = imported(blank, of_customer("7", "Kate", "tv", "internet"), digest="second")
    found = {node.id: node for node in rows(blank).nodes}
    assert found[f"{HOUSEHOLD}/customer"].properties["given_name"] == "Katie"
    assert f"{HOUSEHOLD}/internet" in found
    assert writer.conflicts == [f"{HOUSEHOLD}/customer"]


def test_undo_takes_a_run_back_entirely(blank: Connection) -> None:
    """After the undo of the second run all is as after the first; of the first, all is gone."""
    imported(blank, of_customer("7", "Ann", "tv"))
    before = everything(blank)
    imported(blank, of_customer("7", "Ann", "internet"), of_customer("8", "Ben"), digest="second")
    first, second = fetch_runs(blank)
    assert undo_import(blank, second, actor=Actor.operator("tests"), dry_run=True) == 2
    assert undo_import(blank, second, actor=Actor.operator("tests")) == 2
    assert rows(blank, "crm-8").nodes == ()
    assert [one for one in everything(blank) if one[1]["id"] != "crm-8"] == before  # type: ignore[index]
    undo_import(blank, first, actor=Actor.operator("tests"))
    assert rows(blank).nodes == ()
    assert [run.state for run in fetch_runs(blank)] == [RunState.UNDONE, RunState.UNDONE]
    with pytest.raises(BadInputError, match="already undone"):
        undo_import(blank, fetch_runs(blank)[0], actor=Actor.operator("tests"))


def test_undo_is_refused_under_later_changes(blank: Connection) -> None:
    """Nothing is taken back while a change of a household rests on the run, which is named."""
    imported(blank, of_customer("7", "Ann"), of_customer("8", "Ben"))
    rename(blank, "Anne")
    before = everything(blank)
    (run,) = fetch_runs(blank)
    with pytest.raises(RefusedError, match="crm-7/change-2"):
        undo_import(blank, run, actor=Actor.operator("tests"))
    assert everything(blank) == before


def test_a_household_that_cannot_be_written_takes_no_other_with_it(blank: Connection) -> None:
    """Where an id stands for something else, that household is refused, the others are written."""
    imported(blank, of_customer("7", "Ann"))
    blank.driver.execute_query(
        "MATCH (n {id: $id}) REMOVE n:Party:Individual SET n:Place", id=f"{HOUSEHOLD}/customer"
    )
    writer = imported(
        blank, of_customer("7", "Ann", "tv"), of_customer("8", "Ben"), digest="second"
    )
    assert [(one.household, one.keys) for one in writer.rejected] == [(HOUSEHOLD, ("customers/7",))]
    assert "is Place in the graph" in writer.rejected[0].reason
    assert recorded(SOURCE, rows(blank, "crm-8"))


def test_a_record_that_no_document_can_hold_is_refused_alone(blank: Connection) -> None:
    """Of two records of a household, the one with a price below nothing is refused by itself."""
    run = started(blank, "first")
    wrong = normalized("customers/9", person=None, roles=(), products=(product("tv", price=-1.0),))
    writer = HouseholdWriter(GraphRows(blank), SOURCE, run, Actor.operator("tests"))
    both = assigned(normalized(), run=run.id), assigned(wrong, run=run.id)
    writer.write([WorkItem(HOUSEHOLD, both)])
    assert [one.keys for one in writer.rejected] == [("customers/9",)]
    assert "price" in writer.rejected[0].reason
    assert [one.content.key for one in recorded(SOURCE, rows(blank))] == ["customers/7"]


def test_an_unfinished_run_is_gone_on_with(blank: Connection) -> None:
    """The same export goes on with the run that was cut off; another export begins a new one."""
    first = started(blank, "first")
    assert started(blank, "first") == replace(first, is_resumed=True)
    assert started(blank, "other").id == "import-crm-2"
    assert [run.state for run in fetch_runs(blank)] == [RunState.STOPPED, RunState.INTERRUPTED]
