"""Whether a household and the records of its changes tell the same story."""

from typing import Any

from household_graph.model.edits import apply_edits, edits_from_text
from household_graph.model.rows import Rows
from household_graph.store.connection import Connection
from household_graph.store.row_reader import fetch_rows

__all__ = ["assert_consistent", "changes"]


def changes(connection: Connection, household: str = "bakers") -> list[dict[str, Any]]:
    """Return the records of changes, by revision."""
    found = connection.driver.execute_query(
        "MATCH (c:Change)-[:RECORDED_FOR]->({id: $id}) RETURN c ORDER BY c.revision", id=household
    )
    return [dict(record["c"]) for record in found.records]


def assert_consistent(connection: Connection, household: str = "bakers") -> list[dict[str, Any]]:
    """Nothing is there twice, revisions have no gap, and the records tell how it came to be so."""
    recorded = changes(connection, household)
    assert [one["revision"] for one in recorded] == list(range(1, len(recorded) + 1))
    rows = fetch_rows(connection, [household])[household]
    assert len({node.key for node in rows.nodes}) == len(rows.nodes)
    assert len({link.key for link in rows.relationships}) == len(rows.relationships)
    replayed = Rows(household, (), ())
    for one in recorded:
        done = edits_from_text(one["difference"])
        nodes = {node.id: node for node in replayed.nodes}
        links = {link.key: link for link in replayed.relationships}
        assert all(nodes.get(edit.id) == edit.before for edit in done.nodes)
        assert all(links.get(edit.key) == edit.before for edit in done.relationships)
        replayed = apply_edits(replayed, done)
    assert replayed == rows
    return recorded
