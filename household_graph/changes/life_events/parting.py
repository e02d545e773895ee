"""Parting: everything that somebody is in a household ends."""

from household_graph.changes.draft import Draft
from household_graph.changes.life_events.paying import renew, share_out
from household_graph.changes.life_events.standing import guarantor_of, open_roles
from household_graph.changes.played import player_of
from household_graph.changes.roles import end_role
from household_graph.model.validity import span_of
from household_graph.model.vocabulary import PartyRoleKind

__all__ = ["part"]


def part(draft: Draft, party: str, successor: str | None = None) -> None:
    """End the memberships, roles and responsibilities of a party.

    Args:
        draft: the household.
        party: the full id of a person.
        successor: the id of the party that pays its bills from then on; None: the other payers.
    """
    for kind in ("MEMBER_OF", "RESPONSIBLE_FOR", "EXEMPT_FROM"):
        for link in draft.index.out(kind, party):
            draft.end(link)
    for link in draft.index.into("RESPONSIBLE_FOR", party):
        draft.end(link)
    for role in open_roles(draft, party):
        if PartyRoleKind.BILL_PAYER.value in role.labels:
            share_out(draft, role, successor)
        else:
            end_role(draft, role.id)
    _answer_no_more(draft, party)


def _answer_no_more(draft: Draft, guarantor: str) -> None:
    """Let another responsible adult answer for the roles of minors, where there is one."""
    for link in draft.index.into("GUARANTEED_BY", guarantor):
        lasting = span_of(draft.node(link.start).properties)[1] > draft.at
        other = guarantor_of(draft, player_of(draft.index, link.start)) if lasting else None
        if other:
            renew(draft, link.start, guarantors=[other])
            draft.notes.append(f"{other} answers for {link.start} now")
