"""The laws of a decision, each as a property of the judge on random households."""

from collections.abc import Mapping
from datetime import UTC, date, timedelta
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from household_graph.engine.decision import Decision, decide
from household_graph.engine.facts import Facts
from household_graph.engine.question import Question
from household_graph.errors import InvalidQuestionError, UnknownIdError
from household_graph.model.enums import Action
from household_graph.model.instants import BEGINNING, FOREVER, zone_named
from tests.property.facts_strategy import DEVICES, SERVICES, ZONES, cases

Case = tuple[dict[str, Any], Facts, Question, int]
Rows = Mapping[str, Any]

BLOCK_ALL = ["h/block", "block", "everyone", [], ["h"], [], [], {}, {}]
ALWAYS = [BEGINNING, FOREVER]

few = settings(max_examples=80, deadline=None)


def decided(rows: Rows, question: Question, instant: int) -> Decision:
    return decide(Facts.of(rows), question, now=instant)


def generous(rows: Rows, question: Question) -> dict[str, Any]:
    """Return rows in which everything is active and granted, so that only policies say no."""
    items = (question.target, question.device or question.target)
    kinds = (question.action.needs.value, "Consumer")
    return {
        **rows,
        "individuals": [[*person[:3], "active"] for person in rows["individuals"]],
        "organizations": [[row[0], "active"] for row in rows["organizations"]],
        "products": [[row[0], "active", *ALWAYS, None, None] for row in rows["products"]],
        "carriers": [["h/product", "h/bundle"], *([s, "h/product"] for s in SERVICES)],
        "services": [[*row[:3], "active"] for row in rows["services"]],
        "resources": [[device, "unlocked", "enable"] for device in DEVICES],
        "availability": [[service, device, *ALWAYS] for service in SERVICES for device in DEVICES],
        "grants": [
            [kind, item, "h/i", *ALWAYS, "h/r", *ALWAYS, None, None, question.party]
            for kind, item in zip(kinds, items, strict=True)
        ],
    }


@given(cases())
@few
def test_default_deny(case: Case) -> None:
    """Law 1: without any involvement role the answer is no, and it never changes."""
    rows, _, question, instant = case
    decision = decided({**rows, "grants": []}, question, instant)
    assert not decision.allowed
    assert "not-granted" in decision.codes
    assert decision.changes_at is None


@given(cases())
@few
def test_no_involvement_implies_another(case: Case) -> None:
    """Law 1: the roles for other actions give nothing to this one."""
    rows, _, question, instant = case
    others = [grant for grant in rows["grants"] if grant[0] != question.action.needs]
    assert "not-granted" in decided({**rows, "grants": others}, question, instant).codes


@given(cases())
@few
def test_validity_is_half_open(case: Case) -> None:
    """Law 2: a grant counts at its first instant and no more at its last."""
    rows, _, question, instant = case
    rows = generous(rows, question)
    assume(decided(rows, question, instant).allowed)

    def with_validity(start: int, end: int) -> Decision:
        grants = [[*grant[:3], start, end, *grant[5:]] for grant in rows["grants"]]
        return decided({**rows, "grants": grants}, question, instant)

    assert with_validity(instant, instant + 1).allowed
    assert "not-yet-valid" in with_validity(instant + 1, FOREVER).codes
    assert "ended" in with_validity(BEGINNING, instant).codes


@given(cases())
@few
def test_membership_passes_grants_on(case: Case) -> None:
    """Law 3: what a unit may do, a member that is not restricted may do too."""
    rows, _, question, instant = case
    open_rows = {
        **rows,
        "policies": [],
        "memberships": [["h/bob", "h/unit", *ALWAYS]],
        "organizations": [["h", "active"], ["h/unit", "active"], ["h/team", "active"]],
        "individuals": [["h/bob", None, False, "active"]],
    }
    unit, member = replace(question, party="h/unit"), replace(question, party="h/bob")
    if decided(open_rows, unit, instant).allowed:
        assert decided(open_rows, member, instant).allowed


@given(cases())
@few
def test_a_resource_asks_under_the_same_laws(case: Case) -> None:
    """Law 4: a resource with the roles of a person gets that person's answer."""
    rows, _, question, instant = case
    grants = [[*grant[:10], "h/bob"] for grant in rows["grants"]]
    moved = [[*grant[:10], "h/box"] for grant in rows["grants"]]
    same = {
        **rows,
        "policies": [],
        "memberships": [],
        "individuals": [["h/bob", None, False, "active"]],
        "resources": [[device, "unlocked", "enable"] for device in DEVICES],
    }
    person = decided({**same, "grants": grants}, replace(question, party="h/bob"), instant)
    thing = decided({**same, "grants": moved}, replace(question, party="h/box"), instant)
    assert (person.allowed, person.codes) == (thing.allowed, thing.codes)
    assert person.changes_at == thing.changes_at


@given(cases())
@few
def test_a_device_only_narrows(case: Case) -> None:
    """Law 5: who may use it on a device may use it at all, and may use the device."""
    rows, _, question, instant = case
    question = Question(question.party, "h/video", device="h/box")
    rows = generous(rows, question)
    if not decided(rows, question, instant).allowed:
        return
    assert decided(rows, replace(question, device=None), instant).allowed
    # A list of what is allowed names no devices: docs/decisions/0020, "Allow-only is literal".
    others = [policy for policy in rows["policies"] if policy[1] != "allow-only"]
    on_device = Question(question.party, question.device or "")
    assert decided({**rows, "policies": others}, on_device, instant).allowed


@given(cases())
@few
def test_what_is_not_active_grants_nothing(case: Case) -> None:
    """Law 6: a suspended party, or suspended accounts everywhere, mean no."""
    rows, _, question, instant = case
    suspended = [[*person[:3], "suspended"] for person in rows["individuals"]]
    if question.party in {person[0] for person in suspended}:
        assert "not-active" in decided({**rows, "individuals": suspended}, question, instant).codes
    unpaid = [[*grant[:8], "h/gone", "suspended", grant[10]] for grant in rows["grants"]]
    assert not decided({**rows, "grants": unpaid}, question, instant).allowed


@given(cases())
@few
def test_forbid_trumps_permit(case: Case) -> None:
    """Law 7: a block on everything forbids every use, and bears on nothing else."""
    rows, _, question, instant = case
    before = decided(rows, question, instant)
    policies = [*rows["policies"], [*BLOCK_ALL, *ALWAYS, "h/block", []]]
    after = decided({**rows, "policies": policies}, question, instant)
    if question.action is Action.USE:
        assert not after.allowed
        assert "block" in after.codes
    else:
        assert after == before


@given(cases())
@few
def test_a_policy_never_permits(case: Case) -> None:
    """Law 7: without its policies a household allows at least as much."""
    rows, _, question, instant = case
    free = decided({**generous(rows, question), "policies": []}, question, instant)
    assert free.allowed
    assert free.changes_at is None
    bare = {**rows, "policies": []}
    assert decided(bare, question, instant).allowed >= decided(rows, question, instant).allowed


@given(cases(), st.integers(0, 2))
@few
def test_an_exemption_lifts_the_one_policy_it_names(case: Case, number: int) -> None:
    """Law 8: an exemption equals the policy not being there, for that party alone."""
    rows, _, question, instant = case
    name = f"h/policy-{number}"
    exempted = {**rows, "exemptions": [*rows["exemptions"], [question.party, name, *ALWAYS, []]]}
    without = {**rows, "policies": [policy for policy in rows["policies"] if policy[11] != name]}
    lifted, absent = decided(exempted, question, instant), decided(without, question, instant)
    assert (lifted.allowed, lifted.changes_at) == (absent.allowed, absent.changes_at)
    of_it = {"exempt", "paused"}
    assert set(lifted.codes) - of_it == set(absent.codes) - of_it
    for other in {"h/ann", "h/bob", "h/eve"} - {question.party}:
        asked = replace(question, party=other)
        assert decided(exempted, asked, instant) == decided(rows, asked, instant)


@given(cases(), st.integers(0, 2))
@few
def test_a_pause_lifts_the_one_policy_it_names(case: Case, number: int) -> None:
    """A pause equals the policy not being there, in all of its versions, for everybody."""
    rows, _, question, instant = case
    name = f"h/policy-{number}"
    paused = {**rows, "pauses": [*rows["pauses"], [name, *ALWAYS]]}
    without = {**rows, "policies": [policy for policy in rows["policies"] if policy[11] != name]}
    lifted, absent = decided(paused, question, instant), decided(without, question, instant)
    assert (lifted.allowed, lifted.changes_at) == (absent.allowed, absent.changes_at)


@given(cases())
@few
def test_what_is_narrowed_to_a_device_forbids_nothing_without_one(case: Case) -> None:
    """Policies over time: a question that names no device is not forbidden by it."""
    rows, _, question, instant = case
    narrowed = [[*policy[:12], ["h/box"]] for policy in rows["policies"]]
    asked = replace(question, device=None)
    free = decided({**rows, "policies": []}, asked, instant)
    assert decided({**rows, "policies": narrowed}, asked, instant).allowed == free.allowed


@given(
    st.dates(date(1950, 1, 1), date(2020, 12, 31)) | st.just(date(2012, 2, 29)),
    st.sampled_from((*ZONES, "America/Sao_Paulo", "Asia/Beirut", "Pacific/Kiritimati")),
    st.integers(14, 25),
)
@settings(max_examples=300, deadline=None)
def test_majority_begins_with_the_local_birthday(born: date, zone: str, majority: int) -> None:
    """Law 9: a minor is one until the first instant of the birthday on the local calendar."""
    empty = ("memberships", "carriers", "availability", "exemptions", "pauses")
    rows: Rows = {
        **{name: [] for name in empty},
        "household": "h",
        "time_zone": zone,
        "age_of_majority": majority,
        "individuals": [["h/ann", born.isoformat(), None, "active"]],
        "organizations": [["h", "active"]],
        "grants": [["Consumer", "h/s", "h/i", *ALWAYS, "h/r", *ALWAYS, None, None, "h/ann"]],
        "products": [],
        "services": [["h/s", None, None, "active"]],
        "resources": [],
        "policies": [["h/p", "block", "minors", *BLOCK_ALL[3:], *ALWAYS, "h/p", []]],
    }
    decision = decided(rows, replace(Question("h/ann", "h/s"), at=born), 0)
    assert not decision.allowed
    assert decision.changes_at is not None
    just_before = decision.changes_at.astimezone(UTC) - timedelta(milliseconds=1)
    before = just_before.astimezone(zone_named(zone))
    year = born.year + majority
    leap = (born.month, born.day) == (2, 29) and (year % 4 or (year % 100 == 0 and year % 400))
    birthday = date(year, 3, 1) if leap else born.replace(year=year)
    assert decision.changes_at.date() == birthday
    assert before.date() < birthday


@given(cases(), st.sampled_from(("party", "target", "device")))
@few
def test_an_unknown_id_is_an_error_that_names_the_nearest(case: Case, place: str) -> None:
    """Law 10: a misspelt id is an error, never a no, and the right one is suggested."""
    rows, _, question, instant = case
    right = Question("h/ann", "h/video", device="h/phone")
    misspelt: dict[str, Any] = {place: f"{getattr(right, place)}x"}
    wrong = replace(right, **misspelt)
    with pytest.raises(UnknownIdError) as caught:
        decided(rows, wrong, instant)
    assert getattr(right, place) in caught.value.nearest
    assert place in caught.value.message
    assert question.party  # the household is any


def test_a_device_is_named_only_with_use() -> None:
    """A device makes no sense with `choose` or `administer`, nor with a resource as target."""
    with pytest.raises(InvalidQuestionError):
        Question("h/ann", "h/video", Action.CHOOSE, "h/phone")
