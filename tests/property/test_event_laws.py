"""What holds of life events in any household."""

from collections import Counter
from datetime import UTC, datetime

from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st

from household_graph.changes.draft import Draft
from household_graph.changes.household_transfer import leave_for, merge
from household_graph.changes.role_queries import involved, list_roles
from household_graph.doctor.check_context import Check, CheckContext
from household_graph.doctor.runner import CHECKS, examine
from household_graph.documents.to_rows import to_rows
from household_graph.engine.access_diff import AccessChange, compare
from household_graph.engine.decision import evaluate
from household_graph.engine.facts import is_minor
from household_graph.engine.facts_builder import facts_from_rows
from household_graph.engine.question import Question
from household_graph.errors import BadInputError, RefusedError
from household_graph.model.edits import apply_edits
from household_graph.model.enums import Action, InvolvementKind
from household_graph.model.instants import from_datetime, zone_named
from household_graph.model.rows import Rows
from household_graph.model.spans import holds
from tests.property.strategies_documents import documents
from tests.unit.events import come_of_age, hand_over, join, leave

AT = from_datetime(datetime(2026, 11, 22, 20, tzinfo=UTC))
FEW = settings(
    max_examples=20,
    phases=[Phase.explicit, Phase.generate],  # a household does not shrink in any useful time
    suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow],
    deadline=None,
)
SHAPES = {CHECKS["overlapping-validities"], CHECKS["validity-inverted"]}


@st.composite
def drafts(draw: st.DrawFn) -> Draft:
    """Draw a household that somebody lives in."""
    document = draw(documents())
    assume(document.individuals)
    zone = zone_named(document.organization.time_zone)
    return Draft(to_rows(document), AT, zone)


def somebody(data: st.DataObject, draft: Draft) -> str:
    return data.draw(st.sampled_from([n.id for n in draft.index.labelled("Individual")]))


def difference(draft: Draft) -> list[AccessChange]:
    before = facts_from_rows(draft.before) if draft.before.nodes else None
    return compare(before, facts_from_rows(draft.rows), draft.at)


def parties(changes: list[AccessChange], effect: str) -> set[str]:
    return {one.decision.party for one in changes if one.effect.startswith(effect)}


def well_formed(draft: Draft) -> None:
    """Assert that an event broke nothing, and can be taken back."""
    had = broken(draft.before) if draft.before.nodes else Counter()
    assert broken(draft.rows) <= had
    edits = draft.edits()
    assert apply_edits(draft.before, edits) == draft.rows
    assert apply_edits(draft.rows, edits.inverse) == draft.before


def broken(rows: Rows) -> Counter[Check]:
    """Count what is broken; a role that an event begins anew has another id, and its faults."""
    return Counter(one.check for one in examine(CheckContext(rows, now=AT), SHAPES))


@FEW
@given(drafts(), st.data())
def test_who_leaves_may_do_nothing_any_more(draft: Draft, data: st.DataObject) -> None:
    """After leaving, nothing at all is allowed, and nobody else gains or loses anything."""
    party = somebody(data, draft)
    try:
        leave(draft, party, None)
    except BadInputError:
        assume(False)
    changes = difference(draft)
    assert parties(changes, "gains") == set()
    assert parties(changes, "loses") <= {party}
    assert involved_still(draft, party) == []
    well_formed(draft)


def involved_still(draft: Draft, party: str) -> list[str]:
    return [one.id for one in involved(draft.index, party) if one.span[1] > draft.at]


@FEW
@given(drafts(), st.integers(1, 1000))
def test_who_joins_and_leaves_at_once_leaves_no_trace_in_access(draft: Draft, days: int) -> None:
    """Somebody new who joins takes nothing from anybody; gone again, all is as it was."""
    assume(draft.index.labelled("CustomerAccount"))
    join(draft, "a-newcomer", {"given_name": "New"}, until=AT + days * 86_400_000)
    newcomer = draft.qualify("a-newcomer")
    changes = difference(draft)
    assert parties(changes, "loses") == set()
    assert parties(changes, "gains") <= {newcomer}
    well_formed(draft)
    leave(draft, newcomer, None)
    assert difference(draft) == []


@FEW
@given(drafts(), st.data())
def test_coming_of_age_changes_no_answer(draft: Draft, data: st.DataObject) -> None:
    """What ends is responsibility, not access; and of a minor it is refused."""
    party = somebody(data, draft)
    minor = is_minor(draft.facts, party, draft.at)
    flagged = "birth_date" not in draft.get(party).properties
    try:
        come_of_age(draft, party)
    except RefusedError:
        assert minor
        assert not flagged
        return
    assert not (minor and not flagged)
    assert draft.active(draft.index.incoming("RESPONSIBLE_FOR", party)) == []
    if not minor:
        assert difference(draft) == []
    well_formed(draft)


@FEW
@given(drafts(), st.data())
def test_handing_over_moves_one_right(draft: Draft, data: st.DataObject) -> None:
    """The taker has the role and the giver has it no more; nobody else gains or loses anything."""
    people = [node.id for node in draft.index.labelled("Individual")]
    held = [
        (giver, one)
        for giver in people
        for one in involved(draft.index, giver)
        if one.kind is not InvolvementKind.CONSUMER and one.span[0] <= AT < one.span[1]
    ]
    assume(len(people) > 1)
    assume(held)
    giver, one = data.draw(st.sampled_from(held))
    taker = data.draw(st.sampled_from([other for other in people if other != giver]))
    try:
        hand_over(draft, one.kind, one.item, giver, taker)
    except BadInputError:
        assume(False)  # there is no account on which the taker could play it
    has = [other for other in involved(draft.index, taker) if other.item == one.item]
    assert any(other.kind is one.kind and other.span[0] <= AT < other.span[1] for other in has)
    changes = difference(draft)
    assert parties(changes, "gains") <= {taker}
    assert parties(changes, "loses") <= {giver}
    well_formed(draft)


@FEW
@given(drafts(), st.data())
def test_a_household_of_ones_own(draft: Draft, data: st.DataObject) -> None:
    """Who leaves for a household of its own gains nothing in the old one, and others nothing."""
    party = somebody(data, draft)
    things = [n.id for label in ("Product", "Resource") for n in draft.index.labelled(label)]
    kept = tuple(data.draw(st.lists(st.sampled_from(things), unique=True))) if things else ()
    target = Draft(Rows("of-ones-own", (), ()), AT, draft.zone)
    try:
        leave_for(draft, target, party, keep=kept)
    except (BadInputError, RefusedError):
        assume(False)
    assert parties(difference(draft), "gains") == set()
    assert parties(difference(target), "gains") <= {target.qualify(party.partition("/")[2])}
    there = facts_from_rows(target.rows)
    assert {asker.id for asker in there.principals.values() if asker.kind == "Individual"} == {
        target.qualify(party.partition("/")[2])
    }
    [person] = there.individuals
    held = list_roles(target, person)
    assert len([one for one in held if one.role == "Customer"]) == 1
    well_formed(draft)
    well_formed(target)


@FEW
@given(drafts())
def test_nobody_gains_by_merging(draft: Draft) -> None:
    """Everybody is allowed in the other household what was allowed in the one that is closed.

    A policy stays behind, and a note says so, where the product of its enforcing service has ended.
    """
    target = Draft(_founded(draft), AT, draft.zone)
    before = allowed(draft)
    in_force = [one for one in draft.index.labelled("Policy") if holds(one.properties, AT)]
    merge(draft, target, {})
    assume(len(target.index.labelled("Policy")) >= len(in_force))
    names = {f"{draft.household}/": f"{target.household}/"}
    moved = {tuple(_renamed(one, names) for one in cell) for cell in before}
    assert allowed(target) == moved
    assert allowed(draft) == set()
    well_formed(draft)
    well_formed(target)


def allowed(draft: Draft) -> set[tuple[str, ...]]:
    """Return all that people are allowed, as party, action, target and device or none."""
    facts = facts_from_rows(draft.rows)
    people = [one.id for one in facts.principals.values() if one.kind == "Individual"]
    questions = [
        Question(party, target, action, device)
        for party in people
        for target in (*facts.services, *facts.products)
        for action in Action
        for device in ((None, *facts.resources) if action is Action.USE else (None,))
    ]
    return {
        (one.party, one.action.value, one.target, one.device or "")
        for one in questions
        if evaluate(facts, one).allows(draft.at)
    }


def _founded(like: Draft) -> Rows:
    """Return the rows of another household with nothing in it, of the same time zone."""
    target = Draft(Rows("the-other", (), ()), AT, like.zone)
    own = like.get(like.household)
    properties = {**own.properties, "status": own.properties.get("status", "active")}
    target.create("the-other", own.labels, properties)
    return target.rows


def _renamed(entity_id: str, names: dict[str, str]) -> str:
    for old, new in names.items():
        if entity_id.startswith(old):
            return new + entity_id.removeprefix(old)
    return entity_id
