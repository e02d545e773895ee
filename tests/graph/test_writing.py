"""What is written reads back, households stay apart, and every change leaves its record."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from household_graph.changes.authorization.check import check_authority
from household_graph.errors import BadInputError, ConflictError, RefusedError, UnknownIdError
from household_graph.model.actor import Actor
from household_graph.model.edits import Edits, NodeEdit, RelationshipEdit, edits_from_text
from household_graph.model.rows import NodeRow, RelationshipRow, Rows
from household_graph.store.connection import Connection
from household_graph.store.row_store import ChangeMetadata
from household_graph.store.writer import write
from tests.graph.rows import CAUSE, ORGANIZATION, edits, exactly, households, put, read, sample

KATIE = NodeRow("bakers/katie", frozenset({"Party", "Individual"}), {"given_name": "Katie"})
BAKERS = Rows(
    "bakers",
    (NodeRow("bakers", ORGANIZATION, {"name": "The Bakers"}), KATIE),
    (
        RelationshipRow(
            "MEMBER_OF",
            "bakers/katie",
            "bakers",
            1,
            {"valid_from": datetime(2020, 1, 1, tzinfo=UTC)},
        ),
    ),
)


def ask(connection: Connection, text: str) -> list[Any]:
    return [record.values() for record in connection.driver.execute_query(text).records]


def changes(connection: Connection) -> list[Any]:
    return ask(
        connection,
        "MATCH (c:Change)-[:RECORDED_FOR]->(o) RETURN c.id, o.id, c.revision ORDER BY c.id",
    )


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.tuples(households("baker"), households("bakers"), households("bakers-2")))
def test_what_is_written_reads_back(
    blank: Connection, states: tuple[tuple[Rows, Rows], ...]
) -> None:
    """Any rows, made and then changed, read back equal; ids that begin alike do not mix."""
    blank.driver.execute_query("MATCH (n) DETACH DELETE n")
    for moment in zip(*states, strict=True):
        put(blank, *moment)
        there = read(blank, "baker", "bakers", "bakers-2")
        assert there == {state.household: state for state in moment}
        assert exactly(there) == exactly({state.household: state for state in moment})


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(households("bakers"))
def test_a_change_keeps_every_row_before_and_after(
    blank: Connection, states: tuple[Rows, Rows]
) -> None:
    """The record of a change holds exactly what was done, values and all."""
    blank.driver.execute_query("MATCH (n) DETACH DELETE n")
    put(blank, states[0])
    expected = edits(*states)
    put(blank, states[1])
    texts = ask(blank, "MATCH (c:Change {id: 'bakers/change-2'}) RETURN c.difference")
    assert [edits_from_text(text) for (text,) in texts] == ([expected] if expected else [])


def test_a_household_with_one_of_everything_reads_back(blank: Connection) -> None:
    """Every label, property and relationship that the schema declares is written and read."""
    everything = sample("bakers")
    put(blank, everything)
    assert read(blank, "bakers") == {"bakers": everything}


def test_a_change_says_who_when_why_and_what(blank: Connection) -> None:
    """The record has the actor, the instant in UTC, the reason, the action and a summary."""
    cause = ChangeMetadata(
        Actor.operator("anna"), "onboard", "we moved in", datetime(2026, 11, 22, 20, tzinfo=UTC)
    )
    [written] = write(
        blank,
        ["bakers"],
        lambda _rows, _at: [edits(Rows("bakers", (), ()), BAKERS)],
        cause,
        check_authority,
    )
    assert (written.household, written.revision, written.change) == ("bakers", 1, "bakers/change-1")
    [row] = ask(
        blank,
        "MATCH (c:Change)-[:RECORDED_FOR]->(:Organization {id: 'bakers'}) RETURN c.actor, "
        "c.actor_kind, c.action, c.reason, c.summary, c.revision, toString(c.at), valueType(c.at)",
    )
    assert row == [
        "anna",
        "operator",
        "onboard",
        "we moved in",
        "made 2 nodes and 1 relationship",
        1,
        "2026-11-22T20:00:00Z",
        "ZONED DATETIME NOT NULL",
    ]


def test_what_a_party_may_not_do_is_not_written(blank: Connection) -> None:
    """Writing itself asks whether the actor may, however the edits came about."""
    put(blank, BAKERS)
    before = ask(blank, "MATCH (n) RETURN labels(n), properties(n) ORDER BY n.id")
    state = Rows("bakers", (replace(BAKERS.nodes[0], properties={"name": "Ours"}),), ())
    for actor, error in (("bakers/nobody", UnknownIdError), ("smiths/ann", RefusedError)):
        cause = ChangeMetadata(Actor.party(actor), "rename")
        with pytest.raises(error):
            write(
                blank, ["bakers"], lambda _rows, _at: [edits(BAKERS, state)], cause, check_authority
            )
    assert ask(blank, "MATCH (n) RETURN labels(n), properties(n) ORDER BY n.id") == before


def test_nothing_to_do_leaves_no_trace(blank: Connection) -> None:
    """An empty difference writes nothing, counts nothing and records nothing."""
    put(blank, BAKERS)
    before = ask(blank, "MATCH (n) RETURN labels(n), properties(n) ORDER BY n.id")
    assert put(blank, BAKERS) == ()
    assert ask(blank, "MATCH (n) RETURN labels(n), properties(n) ORDER BY n.id") == before


def test_only_households_that_change_get_a_revision(blank: Connection) -> None:
    """In a batch of many households, those with nothing to do stay as they are."""
    smiths = Rows("smiths", (NodeRow("smiths", ORGANIZATION, {}),), ())
    put(blank, BAKERS, smiths)
    renamed = replace(smiths, nodes=(NodeRow("smiths", ORGANIZATION, {"name": "Smith"}),))
    [written] = put(blank, BAKERS, renamed)
    assert (written.household, written.revision) == ("smiths", 2)
    assert changes(blank) == [
        ["bakers/change-1", "bakers", 1],
        ["smiths/change-1", "smiths", 1],
        ["smiths/change-2", "smiths", 2],
    ]


def test_a_second_stay_is_a_second_relationship(blank: Connection) -> None:
    """A corrected validity changes the relationship; a second period makes another."""
    [stay] = BAKERS.relationships
    ended = replace(stay, properties={"valid_to": datetime(2026, 9, 1, tzinfo=UTC)})
    again = replace(stay, period=2)
    put(blank, BAKERS)
    put(blank, replace(BAKERS, relationships=(ended,)))
    assert read(blank, "bakers")["bakers"].relationships == (ended,)
    put(blank, replace(BAKERS, relationships=(ended, again)))
    assert read(blank, "bakers")["bakers"].relationships == (ended, again)


def test_a_label_never_changes(blank: Connection) -> None:
    """An individual cannot be turned into a product; nothing of that change is written."""
    put(blank, BAKERS)
    product = NodeRow("bakers/katie", frozenset({"Product"}), {})
    with pytest.raises(BadInputError, match="`bakers/katie` is Individual:Party and cannot become"):
        put(blank, replace(BAKERS, nodes=(BAKERS.nodes[0], product)))
    assert read(blank, "bakers") == {"bakers": BAKERS}


def test_a_relationship_needs_both_ends(blank: Connection) -> None:
    """An end that is not there is an unknown id, and the nearest ones are named."""
    link = RelationshipRow("MEMBER_OF", "bakers/kate", "bakers", 1)
    with pytest.raises(UnknownIdError, match="bakers/kate") as caught:
        put(blank, replace(BAKERS, relationships=(link,)))
    assert "bakers/katie" in caught.value.nearest
    assert ask(blank, "MATCH (n) RETURN count(n)") == [[0]]


@pytest.mark.parametrize(
    ("node", "message"),
    [
        (NodeRow("smiths/tom", frozenset({"Product"}), {}), "is not in the household `bakers`"),
        (NodeRow("bakers", frozenset({"Product"}), {}), "cannot become Product"),
    ],
)
def test_a_node_that_does_not_belong_is_refused(
    blank: Connection, node: NodeRow, message: str
) -> None:
    """A node of another household, or a household that is no organization, is refused."""
    own = NodeRow("bakers", ORGANIZATION, {})
    nodes = (node,) if node.id == "bakers" else (own, node)
    with pytest.raises(BadInputError, match=message):
        put(blank, Rows("bakers", nodes, ()))
    assert ask(blank, "MATCH (n) RETURN count(n)") == [[0]]


@pytest.mark.parametrize("period", [0, 1])
def test_a_period_is_for_dated_relationships(blank: Connection, period: int) -> None:
    """A dated relationship has a period from 1 up, any other has none."""
    kind = "CONNECTED_TO" if period else "MEMBER_OF"
    link = RelationshipRow(kind, "bakers/katie", "bakers", period)
    with pytest.raises(BadInputError, match=f"cannot have the period {period}"):
        put(blank, replace(BAKERS, relationships=(link,)))


def test_a_household_that_is_not_made_is_unknown(blank: Connection) -> None:
    """To change nothing in a household that is not there is an error and leaves no node."""
    with pytest.raises(UnknownIdError, match="smiths"):
        write(blank, ["smiths"], lambda _rows, _at: [], CAUSE, check_authority)
    assert ask(blank, "MATCH (n) RETURN count(n)") == [[0]]


@pytest.mark.parametrize("household", ["bakers/katie", "", "-", "two words"])
def test_a_household_has_the_id_of_one(blank: Connection, household: str) -> None:
    """What cannot be the id of a household is refused before it is locked."""
    with pytest.raises(BadInputError, match="cannot be the id of a household"):
        write(blank, [household], lambda _rows, _at: [], CAUSE, check_authority)


def test_edits_worked_out_from_something_else_are_refused(blank: Connection) -> None:
    """Edits that were worked out before somebody else changed the rows are not written."""
    put(blank, BAKERS)
    seen = read(blank, "bakers")["bakers"]
    kate = replace(KATIE, properties={"given_name": "Kate"})
    planned = edits(seen, replace(seen, nodes=(seen.nodes[0], kate)))
    put(blank, replace(BAKERS, nodes=(BAKERS.nodes[0], replace(KATIE, properties={}))))
    with pytest.raises(ConflictError, match="is not what it was"):
        write(blank, ["bakers"], lambda _rows, _at: [planned], CAUSE, check_authority)


def test_all_households_of_a_batch_or_none(blank: Connection) -> None:
    """If one household of a batch is refused, none is written."""
    broken = Rows("smiths", (NodeRow("smiths", frozenset({"Product"}), {}),), ())
    with pytest.raises(BadInputError):
        put(blank, BAKERS, broken)
    assert ask(blank, "MATCH (n) RETURN count(n)") == [[0]]


def test_edits_are_for_locked_households(blank: Connection) -> None:
    """What is decided about a household that was not locked is refused."""
    with pytest.raises(BadInputError, match="`bakers` is not locked"):
        write(
            blank,
            [],
            lambda _rows, _at: [edits(Rows("bakers", (), ()), BAKERS)],
            CAUSE,
            check_authority,
        )


def test_more_rows_than_a_statement_takes(blank: Connection) -> None:
    """A household of many rows is written in several statements, all of them."""
    nodes = tuple(
        NodeRow(f"bakers/n{number:05}", frozenset({"Resource"}), {"value": str(number)})
        for number in range(7001)
    )
    links = tuple(RelationshipRow("CONNECTED_TO", "bakers", node.id) for node in nodes)
    big = Rows("bakers", (NodeRow("bakers", ORGANIZATION, {}), *nodes), links)
    put(blank, big)
    assert read(blank, "bakers") == {"bakers": big}


def test_what_leads_out_of_a_household_is_not_read(blank: Connection) -> None:
    """A relationship between two households, however it came there, is in neither's rows."""
    smiths = Rows("smiths", (NodeRow("smiths", ORGANIZATION, {}),), ())
    put(blank, BAKERS, smiths)
    blank.driver.execute_query(
        "MATCH (k:Entity {id: 'bakers/katie'}), (s:Entity {id: 'smiths'}) "
        "CREATE (k)-[:MEMBER_OF {period: 1}]->(s)"
    )
    assert read(blank, "bakers", "smiths") == {"bakers": BAKERS, "smiths": smiths}


def test_instants_written_by_hand_are_read_in_utc(blank: Connection) -> None:
    """A zone of somebody else's is converted; a time without one is taken for UTC."""
    put(blank, BAKERS)
    blank.driver.execute_query(
        "MATCH (k:Entity {id: 'bakers/katie'}) SET k = {id: k.id, "
        "london: datetime('2026-06-01T00:00[Europe/London]'), "
        "local: localdatetime('2026-06-01T00:00')}"
    )
    assert read(blank, "bakers")["bakers"].nodes[1].properties == {
        "london": datetime(2026, 5, 31, 23, tzinfo=UTC),
        "local": datetime(2026, 6, 1, tzinfo=UTC),
    }


def test_an_organization_made_by_hand_gets_its_first_revision(blank: Connection) -> None:
    """A household that was not written here, and has no revision, counts from nought."""
    blank.driver.execute_query("CREATE (:Entity:Party:Organization {id: 'bakers'})")
    [written] = put(blank, BAKERS)
    assert (written.revision, written.change) == (1, "bakers/change-1")


def test_a_summary_counts_what_is_done() -> None:
    """The summary counts nodes and relationships made, changed and removed."""
    [stay] = BAKERS.relationships
    kate = replace(KATIE, properties={"given_name": "Kate"})
    nodes = (NodeEdit(None, KATIE), NodeEdit(None, KATIE), NodeEdit(KATIE, kate))
    assert (
        Edits("bakers", nodes, (RelationshipEdit(stay, None),)).summary
        == "made 2 nodes, changed 1 node, removed 1 relationship"
    )


def test_the_caller_decides_from_the_rows_there_are(blank: Connection) -> None:
    """A new household is seen as empty, one that is there as it is."""
    put(blank, BAKERS)
    seen: dict[str, Rows] = {}

    def decide(rows: Mapping[str, Rows], _at: datetime) -> Iterable[Edits]:
        seen.update(rows)
        return [Edits("smiths", (NodeEdit(None, NodeRow("smiths", ORGANIZATION, {})),))]

    write(blank, ["smiths", "bakers"], decide, CAUSE, check_authority)
    assert seen == {"bakers": BAKERS, "smiths": Rows("smiths", (), ())}
