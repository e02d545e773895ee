"""What becomes of the share of a bill when its payer pays no longer."""

from collections.abc import Iterable

from household_graph.changes.draft import Draft
from household_graph.changes.life_events.standing import guarantor_of
from household_graph.changes.played import player_of
from household_graph.changes.roles import end_role, involve_by, party_role, pays
from household_graph.model.rows import NodeRow, RelationshipRow
from household_graph.model.validity import holds, span_of
from household_graph.model.vocabulary import InvolvementKind, PartyRoleKind

__all__ = ["pay_instead", "renew", "share_out", "shares_of"]


def shares_of(draft: Draft, bill: str) -> dict[str, float]:
    """Return the share of each BillPayer role that pays a bill when the event takes effect."""
    return {
        link.start: _share(link)
        for link in draft.index.into("PAYS", bill)
        if holds(draft.node(link.start).properties, draft.at)
    }


def share_out(draft: Draft, role: NodeRow, successor: str | None) -> None:
    """End a BillPayer role, and let its shares be paid by a successor, or by the other payers.

    Without a successor the others pay it in proportion to what they pay already; a note says so.
    Where there are none, nobody does.

    Args:
        draft: the household.
        role: of the payer who goes.
        successor: the id of a party, or None.
    """
    bills = {link.end: _share(link) for link in draft.index.out("PAYS", role.id)}
    accounts = [link.end for link in draft.index.out("ON_ACCOUNT", role.id)]
    end_role(draft, role.id)
    for bill, share in bills.items():
        if successor:
            for account in accounts:
                pay_instead(draft, successor, account, bill, share)
        else:
            _spread(draft, bill, share)


def pay_instead(draft: Draft, party: str, account: str, bill: str, share: float) -> None:
    """Let a party pay a share of a bill, beside what it pays of it already."""
    others = shares_of(draft, bill)
    own = [role for role in others if player_of(draft.index, role) == party]
    if own:
        _pay(draft, renew(draft, own[0]), bill, others[own[0]] + share)
        return
    role = party_role(
        draft, party, PartyRoleKind.BILL_PAYER, account, guarantor=guarantor_of(draft, party)
    )
    pays(draft, role, bill, share)


def renew(draft: Draft, role_id: str, guarantors: Iterable[str] | None = None) -> str:
    """End a functional role and begin one like it, and return the id of that.

    What carries no validity of its own, such as a share, can so be another from then on, and
    stay what it was before.

    Args:
        draft: the household.
        role_id: of a PartyRole.
        guarantors: ids of who answers for its player from then on; None: who did before.
    """
    index, role = draft.index, draft.node(role_id)
    [player], [account] = index.into("PLAYS", role_id), index.out("ON_ACCOUNT", role_id)
    kind = next(kind for kind in PartyRoleKind if kind.value in role.labels)
    end = span_of(role.properties)[1]
    plays = [index.nodes[link.end] for link in index.out("PLAYS", role_id)]
    lasting = [one for one in plays if span_of(one.properties)[1] > draft.at]
    end_role(draft, role_id)
    new = party_role(draft, player.start, kind, account.end, (draft.at, end))
    for link in index.out("PAYS", role_id):
        pays(draft, new, link.end, _share(link))
    before = [link.end for link in index.out("GUARANTEED_BY", role_id)]
    for guarantor in before if guarantors is None else guarantors:
        draft.link("GUARANTEED_BY", new, guarantor)
    for one in lasting:
        _play_again(draft, new, one)
    return new


def _play_again(draft: Draft, role: str, involvement: NodeRow) -> None:
    index = draft.index
    start, end = span_of(involvement.properties)
    kind = next(kind for kind in InvolvementKind if kind.value in involvement.labels)
    [on] = index.out("INVOLVED_IN", involvement.id)
    made = involve_by(draft, role, kind, on.end, (max(start, draft.at), end))
    for link in index.out("IDENTIFIED_BY", involvement.id):
        draft.link("IDENTIFIED_BY", made, link.end)


def _spread(draft: Draft, bill: str, share: float) -> None:
    others = shares_of(draft, bill) if _is_charged(draft, bill) else {}
    total = sum(others.values())
    for role, own in others.items() if total else ():
        paid = round(own + share * own / total, 2)
        _pay(draft, renew(draft, role), bill, paid)
        draft.notes.append(f"{player_of(draft.index, role)} pays {paid:g} % of {bill} now")


def _is_charged(draft: Draft, bill: str) -> bool:
    """Return whether there is still something on a bill."""
    charged = (draft.node(link.start) for link in draft.index.into("CHARGED_TO", bill))
    return any(holds(product.properties, draft.at) for product in charged)


def _pay(draft: Draft, role: str, bill: str, share: float) -> None:
    for link in draft.index.out("PAYS", role):
        if link.end == bill:
            draft.unlink(link)
    pays(draft, role, bill, share)


def _share(link: RelationshipRow) -> float:
    return float(str(link.properties.get("share", 100.0)))
