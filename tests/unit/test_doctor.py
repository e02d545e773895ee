"""The doctor: each thing that is wrong is found, nothing else is, and nothing makes it stumble."""

import shlex
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from household_graph.changes.draft import Draft
from household_graph.doctor.check_context import CheckContext, Finding, Severity
from household_graph.doctor.runner import CHECKS, examine
from household_graph.documents.to_rows import to_rows
from household_graph.model.instants import instant_of, zone_named
from household_graph.model.rows import NodeRow, RelationshipRow, Rows, Value
from tests.graph.rows import households
from tests.scenarios.scenarios import SEEDS, seed
from tests.unit.doctor_cases import (
    BREAKS,
    Break,
    end_role,
    involved_twice,
    member_twice,
    wrong_identity,
)

LONDON = zone_named("Europe/London")
NOW = instant_of("2026-11-22T20:00", LONDON)
EVENING = datetime(2026, 11, 22, 20, tzinfo=UTC)


def bakers() -> Rows:
    return to_rows(seed("bakers"))


def broken(breaking: Break) -> Rows:
    """Return the rows of the Bakers after something was done to them."""
    draft = Draft(bakers(), NOW, LONDON)
    breaking(draft)
    return draft.rows


def looked_at(rows: Rows, at: str | None = None) -> list[Finding]:
    return examine(CheckContext(rows, at, now=NOW))


def kinds_and_ids(findings: list[Finding]) -> list[tuple[str, str]]:
    return sorted((one.check.id, one.issue.ids[0].split("/")[-1]) for one in findings)


@pytest.mark.parametrize(("breaking", "found"), [b[1:] for b in BREAKS], ids=[b[0] for b in BREAKS])
def test_what_is_wrong_is_found_and_nothing_else(
    breaking: Break, found: list[tuple[str, str]]
) -> None:
    """Each thing that goes wrong with the Bakers is found once, and nothing besides."""
    assert kinds_and_ids(looked_at(broken(breaking))) == sorted(found)


def change_node(rows: Rows, local: str, labels: str | None = None, **properties: Value) -> Rows:
    """Return rows with another node in the place of one; a value that is empty is gone."""

    def changed(node: NodeRow) -> NodeRow:
        if node.id.removeprefix("bakers/") != local:
            return node
        merged = {**node.properties, **properties}
        kept = {name: value for name, value in merged.items() if value != ""}
        return NodeRow(node.id, node.labels if labels is None else frozenset(labels.split()), kept)

    return replace(rows, nodes=tuple(map(changed, rows.nodes)))


def without(rows: Rows, kind: str, end: str) -> Rows:
    kept = (link for link in rows.relationships if (link.type, link.end) != (kind, f"bakers/{end}"))
    return replace(rows, relationships=tuple(kept))


def without_shares(rows: Rows) -> Rows:
    links = (
        replace(link, properties={}) if link.type == "PAYS" else link for link in rows.relationships
    )
    return replace(rows, relationships=tuple(links))


DAMAGES: dict[str, Callable[[Rows], Rows]] = {
    "no time zone": lambda rows: change_node(rows, "bakers", time_zone=""),
    "an unknown time zone": lambda rows: change_node(rows, "bakers", time_zone="Europe/Lundon"),
    "no age of majority": lambda rows: change_node(rows, "bakers", age_of_majority=""),
    "no status": lambda rows: change_node(rows, "cloud", status=""),
    "an unknown state": lambda rows: change_node(rows, "sports", state="on"),
    "a birth date that is text": lambda rows: change_node(rows, "katie", birth_date="2013-05-14"),
    "no labels": lambda rows: change_node(rows, "phone-dad", labels=""),
    "two kinds at once": lambda rows: change_node(rows, "email", labels="Service Product"),
    "a policy without a kind": lambda rows: change_node(rows, "bedtime", kind=""),
    "a curfew without an end": lambda rows: change_node(rows, "bedtime", end_time=""),
    "a household that is none": lambda rows: change_node(rows, "bakers", labels="Place"),
    "a share that is missing": without_shares,
    "a role that nobody plays": lambda rows: without(rows, "PLAYS", "granny.user.account"),
    "a role on no account": lambda rows: without(rows, "ON_ACCOUNT", "account"),
    "an involvement in nothing": lambda rows: without(rows, "INVOLVED_IN", "laptop-tom"),
    "a service that is a member": lambda rows: replace(
        rows,
        relationships=(
            *rows.relationships,
            RelationshipRow("MEMBER_OF", "bakers/email", "bakers", 1),
        ),
    ),
}


@pytest.mark.parametrize("name", DAMAGES)
def test_damage_is_found_and_the_rest_is_looked_at(name: str) -> None:
    """What plain Cypher broke is missing-required, named by id, and does not stop the doctor."""
    found = looked_at(DAMAGES[name](broken(involved_twice)))
    assert CHECKS["missing-required"] in {finding.check for finding in found}
    assert found[0].issue.ids
    assert all(one in found[0].issue.text for one in found[0].issue.ids)
    if name not in {"a role on no account", "a household that is none"}:
        assert CHECKS["overlapping-validities"] in {finding.check for finding in found}


def test_what_ends_before_it_begins_is_found() -> None:
    """A validity turned round is an error; one that ends as it begins was only taken back."""
    inverted = change_node(
        bakers(), "bedtime", valid_from=EVENING, valid_to=EVENING.replace(hour=1)
    )
    assert ("validity-inverted", "bedtime") in kinds_and_ids(looked_at(inverted))
    undone = change_node(bakers(), "bedtime", valid_from=EVENING, valid_to=EVENING)
    assert looked_at(undone) == []


def test_what_leaves_the_household_is_found() -> None:
    """A relationship to something of another household is an error that names both ends."""
    stray = RelationshipRow("MEMBER_OF", "bakers/katie", "bike-shop")
    found = examine(CheckContext(bakers(), now=NOW, strays=[stray]))
    assert [(one.check, one.issue.ids) for one in found] == [
        (CHECKS["relationship-across-households"], ("bakers/katie", "bike-shop"))
    ]


def test_coming_of_age_is_found_on_the_day() -> None:
    """From the birthday on, whoever still answers for Emma is found, and not a moment before."""
    assert looked_at(bakers(), "2027-01-29T23:59") == []
    (found,) = looked_at(bakers(), "2027-01-30")
    assert found.check is CHECKS["adult-with-guardian"]
    assert found.issue.ids == ("bakers/emma", "bakers/dad", "bakers/mum")
    assert found.issue.fix == (
        "household-graph event come-of-age bakers/emma --at 2027-01-30T00:00:00+00:00"
    )


def test_an_unknown_age_is_mended_by_a_command() -> None:
    """Who has guardians and no age is a minor, until a birth date says otherwise."""
    rows = broken(lambda draft: draft.update(draft.qualify("katie"), birth_date=None))
    [found] = [one for one in looked_at(rows) if one.check is CHECKS["adult-with-guardian"]]
    assert found.issue.fix == "household-graph party update bakers/katie --minor"


def test_the_seeds_are_sound() -> None:
    """The seeds have no errors; what there is to look at is known."""
    found = [finding for name in SEEDS for finding in looked_at(to_rows(seed(name)))]
    assert kinds_and_ids(found) == [("minor-without-classification", "apprentice")]
    assert found[0].severity is Severity.WARNING


def test_only_some_kinds_are_looked_for() -> None:
    """With kinds named, nothing of another kind is looked for."""
    rows = broken(lambda draft: end_role(draft, "dad.customer.account"))
    found = examine(CheckContext(rows, now=NOW), [CHECKS["product-without-admin"]])
    assert {one.check for one in found} == {CHECKS["product-without-admin"]}


def test_errors_come_first() -> None:
    """Findings are listed with errors before warnings."""

    def breaking(draft: Draft) -> None:
        member_twice(draft)
        wrong_identity(draft)

    assert [one.severity.value for one in looked_at(broken(breaking))] == ["error", "warning"]


def test_thirds_are_a_whole() -> None:
    """Shares written with two digits need not sum to 100 exactly; a tenth less is too little."""

    def shares(*parts: float) -> Break:
        def breaking(draft: Draft) -> None:
            for number, share in enumerate(parts):
                role = draft.qualify(("dad", "mum")[number] + ".bill-payer.account")
                draft.unrelate(draft.index.outgoing("PAYS", role)[0])
                draft.relate("PAYS", role, draft.qualify("bill"), {"share": share})

        return breaking

    assert looked_at(broken(shares(66.67, 33.32))) == []
    assert [one.check for one in looked_at(broken(shares(66.6, 33.3)))] == [
        CHECKS["shares-not-100"]
    ]


def test_every_check_has_an_id_and_a_meaning() -> None:
    """Each check says in a sentence what it finds, and no two have one id."""
    assert len(CHECKS) == 25
    assert all(check.id == name for name, check in CHECKS.items())
    assert all(check.meaning.endswith(".") for check in CHECKS.values())


@given(households("random"))
@settings(max_examples=50, deadline=None)
def test_random_rows_make_nobody_stumble(states: tuple[Rows, Rows]) -> None:
    """Whatever nodes and relationships there are, they are looked at without an error."""
    for rows in states:
        for finding in examine(CheckContext(rows, now=NOW)):
            assert finding.issue.text
            assert shlex.split(finding.issue.fix)[0] == "household-graph"


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_a_mutilated_household_makes_nobody_stumble(data: st.DataObject) -> None:
    """The Bakers with rows missing, labels lost and values exchanged are looked at all the same."""
    rows = bakers()
    values: st.SearchStrategy[Value] = st.sampled_from(
        ["", "text", -1, 2.5, True, EVENING, EVENING.date(), ("a", "b")]
    )
    places = st.integers(0, len(rows.nodes) - 1)
    nodes = list(rows.nodes)
    for place in data.draw(st.lists(places, max_size=6)):
        node = nodes[place]
        names = sorted({"valid_to", *node.properties} - {"valid_from", "valid_to"})
        name = data.draw(st.sampled_from(names or ["kind"]))
        labels = data.draw(st.sampled_from([node.labels, frozenset({"Party", "Organization"})]))
        nodes[place] = replace(
            node, labels=labels, properties={**node.properties, name: data.draw(values)}
        )
    gone = data.draw(st.sets(places, max_size=4))
    lost = data.draw(st.sets(st.integers(0, len(rows.relationships) - 1), max_size=8))
    mutilated = Rows(
        rows.household,
        tuple(node for place, node in enumerate(nodes) if place not in gone),
        tuple(link for place, link in enumerate(rows.relationships) if place not in lost),
    )
    assert all(finding.as_dict()["text"] for finding in examine(CheckContext(mutilated, now=NOW)))
