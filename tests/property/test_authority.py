"""Who may change what, as a property of any change of one row of any household."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime

import pytest
from hypothesis import assume, event, given, settings
from hypothesis import strategies as st

from household_graph.changes.authorization import Law
from household_graph.changes.authorization.check import check_authority, check_guarantors
from household_graph.changes.draft import Draft
from household_graph.documents.to_rows import to_rows
from household_graph.errors import RefusedError
from household_graph.model.actor import Actor
from household_graph.model.edits import Edits, NodeEdit, RelationshipEdit, apply_edits
from household_graph.model.instants import to_utc
from household_graph.model.rows import NodeRow, RelationshipRow, Rows, Value
from tests.property.authority_specification import Entitled
from tests.property.strategies_documents import documents
from tests.unit.authority import LONDON, NOW, seed

few = settings(max_examples=80, deadline=None)
households = st.one_of(
    st.sampled_from([seed("bakers"), seed("bike-shop")]), documents().map(to_rows)
)


Row = NodeRow | RelationshipRow
Change = tuple[Rows, Edits, bool]


@st.composite
def changes(draw: st.DrawFn) -> Change:
    """Draw a household and a change of one row of it; and whether it makes it hold longer."""
    rows = draw(households)
    every: list[Row] = [*rows.nodes, *rows.relationships]
    row = draw(st.sampled_from(every))
    if "valid_from" in row.properties or "valid_to" in row.properties:
        until = to_utc(NOW + draw(st.sampled_from([0, 1000, 10**13])))
        old = row.properties.get("valid_to")
        assume(old != until)
        longer = isinstance(old, datetime) and old < until
        return rows, _set(rows, row, valid_to=until), longer
    if isinstance(row, RelationshipRow) and not row.period:
        return rows, Edits(rows.household, (), (RelationshipEdit(row, None),)), False
    name, values = draw(st.sampled_from(list(_properties(row).items())))
    value = draw(st.sampled_from(values))
    assume(row.properties.get(name) != value)
    return rows, _set(rows, row, **{name: value}), False


def _properties(row: Row) -> dict[str, tuple[Value, ...]]:
    """Return what may be set of a node, and to what."""
    labels = row.labels if isinstance(row, NodeRow) else frozenset[str]()
    states: dict[str, dict[str, tuple[Value, ...]]] = {
        "Service": {"state": ("active", "suspended", "terminated", "designed")},
        "Product": {"status": ("active", "suspended")},
        "Resource": {"administrative_state": ("locked", "lost")},
        "CustomerAccount": {"state": ("active", "suspended")},
        "Individual": {"birth_date": (date(2000, 1, 1), date(2015, 1, 1)), "minor": (True,)},
        "Organization": {"age_of_majority": (16, 25), "time_zone": ("UTC", "Asia/Tokyo")},
    }
    found: dict[str, tuple[Value, ...]] = {"name": ("another",)}
    return found | next((of for label, of in states.items() if label in labels), {})


def _set(rows: Rows, row: Row, **properties: Value) -> Edits:
    changed = {**row.properties, **properties}
    if isinstance(row, NodeRow):
        return Edits(rows.household, (NodeEdit(row, replace(row, properties=changed)),))
    edit = RelationshipEdit(row, replace(row, properties=changed))
    return Edits(rows.household, (), (edit,))


def passes(rows: Rows, edits: Edits, actor: str) -> bool:
    try:
        check_authority({rows.household: rows}, [edits], Actor.party(actor), NOW)
    except RefusedError as refused:
        assume(Law.MINOR_ADMINS.value not in refused.message)
        return False
    return True


@given(changes())
@few
def test_who_passes_has_a_role_that_the_law_names(change: Change) -> None:
    """Those may change a row who are what the law names, however one looks it up."""
    rows, edits, prolongs = change
    parties = [node.id for node in rows.nodes if "Party" in node.labels]
    allowed = {actor for actor in parties if passes(rows, edits, actor)}
    event("somebody may" if allowed else "nobody may")
    told, (row, after) = Entitled(rows, NOW), touched(edits)
    assert allowed == {actor for actor in parties if told.to(actor, row, after, prolongs=prolongs)}


def touched(edits: Edits) -> tuple[Row, Mapping[str, Value] | None]:
    """Return the one row that is changed, as it was, and the properties it then has, if any."""
    changed: list[tuple[Row | None, Row | None]] = [(one.before, one.after) for one in edits.nodes]
    changed += [(one.before, one.after) for one in edits.relationships]
    ((row, after),) = changed
    assert row
    return row, after.properties if after else None


@given(changes())
@few
def test_an_operator_is_bound_by_guarantors_alone(change: Change) -> None:
    """An operator is refused nothing but a minor Customer, or payer, without a guarantor."""
    rows, edits, _prolongs = change
    check_authority({rows.household: rows}, [edits], Actor.operator("anna"), NOW)
    draft = Draft(rows, NOW, LONDON)
    draft.apply(edits)
    if unguaranteed(apply_edits(rows, edits)) - unguaranteed(rows):
        with pytest.raises(RefusedError, match=Law.GUARANTORS.value):
            check_guarantors([draft], NOW)
    else:
        check_guarantors([draft], NOW)


def unguaranteed(rows: Rows) -> set[str]:
    """Return the roles in force of minors who need a guarantor, and have none."""
    told = Entitled(rows, NOW)
    return {
        role
        for node in rows.nodes
        if "Individual" in node.labels and told.minor(node.id)
        for role in told.ends("PLAYS", node.id)
        if not told.is_a(role, "User")
        and told.valid(told.nodes[role])
        and not told.guaranteed(role, node.id)
    }
