"""Which functional roles a change gives and takes, and when."""

from household_graph.changes.draft import Draft
from household_graph.changes.revocation import revoke
from household_graph.changes.role_grants import party_role
from household_graph.engine.role_diff import compare_roles
from household_graph.model.enums import PartyRoleKind
from tests.unit.drafts import draft_of, span


def told(draft: Draft) -> list[tuple[str, ...]]:
    """Return effect, local party, role and from when until when, by day."""
    return [
        (
            one.effect,
            one.party.rpartition("/")[2],
            one.role,
            f"{one.periods[0].start:%m-%d}",
            f"{one.periods[0].end:%m-%d}" if one.periods[0].end else "",
        )
        for one in compare_roles(draft.index_before, draft.index, draft.zone, draft.at)
    ]


def test_a_payer_who_goes_is_told() -> None:
    """To lose Bill Payer is a loss, from the instant of effect on, for good."""
    draft = draft_of()
    revoke(draft, "mum", PartyRoleKind.BILL_PAYER, "account")
    assert told(draft) == [("loses", "mum", "BillPayer", "11-22", "")]


def test_a_role_that_begins_later_is_told_now() -> None:
    """With its own begin and end; one that is prolonged gains the rest."""
    draft = draft_of()
    party_role(
        draft,
        "bakers/granny",
        PartyRoleKind.CUSTOMER,
        "bakers/account",
        span("2026-12-01", "2026-12-24"),
    )
    assert told(draft) == [("gains", "granny", PartyRoleKind.CUSTOMER, "12-01", "12-24")]
    longer = draft_of(draft.rows)
    party_role(
        longer,
        "bakers/granny",
        PartyRoleKind.CUSTOMER,
        "bakers/account",
        span("2026-12-20", "2026-12-31"),
    )
    assert told(longer) == [("gains", "granny", PartyRoleKind.CUSTOMER, "12-24", "12-31")]
    assert told(draft_of(draft.rows)) == []
