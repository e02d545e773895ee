"""What becomes of what a functional role plays when a grant joins it with another one like it."""

import pytest

from household_graph.changes.role_grants import create_involvement, party_role
from household_graph.changes.role_queries import involved
from household_graph.model.enums import InvolvementKind, PartyRoleKind
from household_graph.model.spans import span_of
from tests.unit.drafts import NOW, draft_of, span

CUSTOMER = PartyRoleKind.CUSTOMER
TOMORROW, IN_THREE_DAYS, IN_SIX_DAYS = "2026-11-23T20:00", "2026-11-25T20:00", "2026-11-28T20:00"


@pytest.mark.parametrize("until", [None, IN_SIX_DAYS])
def test_what_a_joined_role_plays_keeps_to_its_days(until: str | None) -> None:
    """A role without dates on one that is to begin begins, and ends, when that one would have."""
    draft = draft_of()
    party_role(draft, "bakers/granny", CUSTOMER, "bakers/account", span(NOW, TOMORROW))
    second = party_role(
        draft, "bakers/granny", CUSTOMER, "bakers/account", span(IN_THREE_DAYS, until)
    )
    create_involvement(draft, second, InvolvementKind.ADMIN, "bakers/cloud", span("2020-01-01"))
    draft = draft_of(draft.rows)
    [before] = involved(draft.index, "bakers/granny")
    whole = party_role(draft, "bakers/granny", CUSTOMER, "bakers/account")
    assert span_of(draft.get(whole).properties) == span(NOW)
    [after] = involved(draft.index, "bakers/granny")
    assert before.span == after.span == span(IN_THREE_DAYS, until)
    assert after.role == whole != before.role
