"""A household at an earlier time: as it was known, and as it was in effect."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from household_graph.model.edits import (
    Edits,
    NodeEdit,
    RecordedChange,
    RelationshipEdit,
    apply_edits,
    changes_recorded_by,
    rows_as_of,
    rows_as_recorded,
    touching,
)
from household_graph.model.enums import ActorKind
from household_graph.model.instants import from_datetime
from household_graph.model.rows import NodeRow, RelationshipRow, Rows, Value

DAY = timedelta(days=1)
START = datetime(2026, 11, 1, tzinfo=UTC)
PHONE = frozenset({"Resource"})


def difference(before: Rows, after: Rows) -> Edits:
    """What leads from one state to another, removals included."""
    nodes = [{row.id: row for row in side.nodes} for side in (before, after)]
    links = [{row.key: row for row in side.relationships} for side in (before, after)]
    return Edits(
        after.household,
        tuple(
            NodeEdit(nodes[0].get(one), nodes[1].get(one))
            for one in sorted({*nodes[0], *nodes[1]})
            if nodes[0].get(one) != nodes[1].get(one)
        ),
        tuple(
            RelationshipEdit(links[0].get(key), links[1].get(key))
            for key in sorted({*links[0], *links[1]})
            if links[0].get(key) != links[1].get(key)
        ),
    )


def change(
    revision: int, edits: Edits, at: datetime, since: datetime | None = None
) -> RecordedChange:
    """A change recorded at a time, which holds since then or since another time."""
    return RecordedChange(
        *(f"h/change-{revision}", "h", revision, "anna", ActorKind.OPERATOR, "test"),
        *(None, at, since or at, edits.summary, (), edits),
    )


def phone(**properties: Value) -> NodeRow:
    return NodeRow("h/phone", PHONE, properties)


def rows(*every: NodeRow | RelationshipRow) -> Rows:
    return Rows(
        "h",
        tuple(row for row in every if isinstance(row, NodeRow)),
        tuple(row for row in every if isinstance(row, RelationshipRow)),
    )


def then(days: float) -> int:
    return from_datetime(START + days * DAY)


@st.composite
def states(draw: st.DrawFn) -> Rows:
    """Any state of a small household, also none at all."""
    properties = st.dictionaries(st.sampled_from(["state", "name"]), st.sampled_from("ab"))
    ids = draw(st.sets(st.sampled_from(["h", "h/a", "h/b"])))
    nodes = [NodeRow(one, PHONE, draw(properties)) for one in sorted(ids)]
    ends = st.sampled_from(sorted(ids)) if ids else st.nothing()
    kinds = st.sampled_from([("MEMBER_OF", 1), ("MEMBER_OF", 2), ("CONNECTED_TO", 0)])
    keys = draw(st.sets(st.tuples(kinds, ends, ends), max_size=4)) if ids else set()
    links = [
        RelationshipRow(kind, start, end, period, draw(properties))
        for (kind, period), start, end in keys
    ]
    return Rows("h", tuple(nodes), tuple(sorted(links, key=lambda link: link.key)))


@given(st.lists(states(), min_size=1, max_size=6))
def test_what_was_known_comes_back_whole(known: list[Rows]) -> None:
    """Between any two changes, the rows that were there then are the ones recorded then."""
    past = [Rows("h", (), ()), *known]
    changes = [
        change(place + 1, difference(*two), START + place * DAY)
        for place, two in enumerate(pairwise(past))
    ]
    for place, state in enumerate(past):
        assert rows_as_recorded(past[-1], changes, then(place - 0.5)) == state


@given(states(), states())
def test_the_reverse_takes_back(before: Rows, after: Rows) -> None:
    """Edits and then their reverse leave everything as it was."""
    edits = difference(before, after)
    assert apply_edits(before, edits) == after
    assert apply_edits(after, edits.inverse) == before


@given(st.lists(states(), min_size=1, max_size=5))
def test_what_is_in_effect_now_is_what_is_known_now(known: list[Rows]) -> None:
    """After the last change, nothing is taken back, and no relationship ever loses an end."""
    past = [Rows("h", (), ()), *known]
    changes = [
        change(place + 1, difference(*two), START + place * DAY)
        for place, two in enumerate(pairwise(past))
    ]
    assert rows_as_of(past[-1], changes, then(len(past))) == past[-1]
    for place in range(len(past)):
        found = rows_as_of(past[-1], changes, then(place - 0.5))
        ids = {node.id for node in found.nodes}
        assert ids == {node.id for node in past[-1].nodes}
        assert all({link.start, link.end} <= ids for link in found.relationships)


def test_a_clock_that_was_put_back() -> None:
    """What was recorded after something unknown is unknown too, whatever its time says."""
    first, second, third = rows(phone(state="a")), rows(phone(state="b")), rows(phone(state="c"))
    changes = [
        change(3, difference(second, third), START),
        change(1, difference(rows(), first), START),
        change(2, difference(first, second), START + DAY),
    ]
    assert rows_as_recorded(third, changes, then(0.5)) == first
    assert [one.revision for one in changes_recorded_by(changes, then(0.5))] == [1]


def test_a_state_holds_since_its_change_took_effect() -> None:
    """Before it was locked a device was unlocked; that a lock came into effect earlier counts."""
    before, after = rows(phone(state="unlocked")), rows(phone(state="locked"))
    late = [change(1, difference(before, after), START + DAY)]
    early = [change(1, difference(before, after), START + DAY, START - DAY)]
    assert rows_as_of(after, late, then(0)) == before
    assert rows_as_of(after, early, then(0)) == after
    assert rows_as_of(after, late, then(1)) == after


def test_a_later_word_on_an_earlier_time_stays() -> None:
    """What a change wrote and another one put right for an earlier time is not taken back."""
    first, second = rows(phone(state="locked")), rows(phone(state="lost"))
    changes = [
        change(1, difference(rows(phone(state="unlocked")), first), START),
        change(2, difference(first, second), START + DAY, START - 5 * DAY),
    ]
    assert rows_as_of(second, changes, then(-1)) == second


def test_who_somebody_is_does_not_begin() -> None:
    """A birth date or a name put right, and every validity, are told as they are known today."""
    before = phone(name="Kate", birth_date=date(2013, 5, 15), valid_to=START)
    after = phone(name="Katie", birth_date=date(2013, 5, 14), valid_to=START + DAY)
    changes = [change(1, difference(rows(before), rows(after)), START)]
    assert rows_as_of(rows(after), changes, then(-1)) == rows(after)


def test_relationships_without_a_validity() -> None:
    """One made later between what was there is taken back, one removed or changed is as before."""
    hub, box = NodeRow("h/hub", PHONE), NodeRow("h/box", PHONE)
    made, gone, shared = (
        RelationshipRow(kind, "h/box", "h/hub", 0, {"share": 50.0})
        for kind in ("CONNECTED_TO", "LOCATED_AT", "PAYS")
    )
    other = RelationshipRow("PAYS", "h/box", "h/hub", 0, {"share": 60.0})
    before, after = rows(box, hub, gone, shared), rows(box, hub, made, other)
    changes = [change(1, difference(before, after), START)]
    assert rows_as_of(after, changes, then(-1)) == before


def test_what_was_registered_late_was_there() -> None:
    """A thing that is new, with what relates it to others, is there at every time."""
    hub, box = NodeRow("h/hub", PHONE), NodeRow("h/box", PHONE)
    link = RelationshipRow("CONNECTED_TO", "h/box", "h/hub")
    after = rows(box, hub, link)
    changes = [change(1, difference(rows(hub), after), START)]
    assert rows_as_of(after, changes, then(-1)) == after


def test_what_touches_a_thing() -> None:
    """Of a change there is left what touches the node, or relates it to another."""
    hub, box = NodeRow("h/hub", PHONE), NodeRow("h/box", PHONE)
    links = (
        RelationshipRow("CONNECTED_TO", "h/box", "h/hub"),
        RelationshipRow("CONNECTED_TO", "h/hub", "h/hub"),
    )
    made = change(1, difference(rows(), rows(hub, box, *links)), START)
    left = touching(made, "h/box").edits
    assert [edit.id for edit in left.nodes] == ["h/box"]
    assert [edit.after for edit in left.relationships] == [links[0]]
    assert not touching(made, "h/bo").edits
