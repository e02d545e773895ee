"""Parting: everything that somebody is in a household ends."""

from collections.abc import Iterable

from household_graph.changes.draft import Draft
from household_graph.changes.events.paying import renew, share_out
from household_graph.changes.events.standing import guarantor_of, open_roles
from household_graph.changes.functional_roles import end_role
from household_graph.changes.played import player_of
from household_graph.model.validity import span_of
from household_graph.model.vocabulary import PartyRoleKind


def part(draft: Draft, parties: Iterable[str]) -> None:
    """End the memberships, roles and responsibilities of people, by full id.

    What they pay is paid by the other payers, where there are any.
    """
    leaving = list(parties)
    for party in leaving:
        _end_all(draft, party)
    for party in leaving:
        _answer_no_more(draft, party)


def _end_all(draft: Draft, party: str) -> None:
    for kind in ("MEMBER_OF", "RESPONSIBLE_FOR", "EXEMPT_FROM"):
        for link in draft.index.out(kind, party):
            draft.end(link)
    for link in draft.index.into("RESPONSIBLE_FOR", party):
        draft.end(link)
    for role in open_roles(draft, party):
        if PartyRoleKind.BILL_PAYER.value in role.labels:
            share_out(draft, role)
        else:
            end_role(draft, role.id)


def _answer_no_more(draft: Draft, guarantor: str) -> None:
    """Let another responsible adult answer for the roles of minors, where there is one."""
    for link in draft.index.into("GUARANTEED_BY", guarantor):
        lasting = span_of(draft.node(link.start).properties)[1] > draft.at
        other = guarantor_of(draft, player_of(draft.index, link.start)) if lasting else None
        if other:
            renew(draft, link.start, guarantors=[other])
            draft.notes.append(f"{other} answers for {link.start} now")
