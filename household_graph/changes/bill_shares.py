"""Who pays which share of a bill, and what becomes of a share whose payer goes."""

from collections.abc import Iterable, Iterator, Mapping

from household_graph.changes.draft import Draft
from household_graph.changes.functional_roles import copy_involvement, end_role, party_role, pays
from household_graph.changes.resolve_ids import in_household
from household_graph.changes.role_queries import functional_roles, guarantor_of, player_of
from household_graph.errors import BadInputError
from household_graph.model.enums import PartyRoleKind
from household_graph.model.ids import party_role_id
from household_graph.model.rows import NodeRow, RelationshipRow, RowIndex
from household_graph.model.spans import holds, span_of

_WHOLE = 100.0  # per cent


def pay_share(draft: Draft, role: str, bill: str, share: float | None) -> None:
    """Let a Bill Payer pay a share of a bill, or what the others leave of it.

    A note says so where the shares then do not add up to the whole.

    Args:
        draft: the household.
        role: the id of the BillPayer role.
        bill: the id of the billing account.
        share: in per cent; None: what is left.

    Raises:
        BadInputError: if nothing is left, or an id is of something else.
    """
    bill = in_household(draft, bill, "bill", "BillingAccount").id
    others = {payer: paid for payer, paid in shares_of(draft, bill).items() if payer != role}
    if share is None:
        share = _WHOLE - sum(others.values())
        if share <= 0:
            payers = ", ".join(f"`{player_of(draft.index, one)}`" for one in others)
            raise BadInputError(
                f"nothing of `{bill}` is left to pay; it is paid by {payers}",
                hint="say how much with --share, and give the others less",
            )
    pays(draft, role, bill, share)
    total = share + sum(others.values())
    if total != _WHOLE:
        draft.notes.append(f"the shares of {bill} add up to {total:g} %")


def who_pays_more(drafts: Mapping[str, Draft], household: str) -> Iterator[str]:
    """Yield a line for each party whose share of a bill grows by a change.

    A share that moved here from another household counts as it was there.

    Args:
        drafts: the households that are changed, by id.
        household: the one whose bills are looked at.
    """
    draft = drafts[household]
    before = {
        key: share
        for one in drafts.values()
        for key, share in _shares(RowIndex(one.before), draft.at).items()
    }
    for (party, bill), share in _shares(draft.index, draft.at).items():
        was = before.get((party, bill))
        if was is None:
            was = before.get((draft.carried.get(party, ""), draft.carried.get(bill, "")), 0.0)
        if share > was:
            yield f"{party} pays {share:g} % of {bill} now"


def _shares(index: RowIndex, instant: int) -> dict[tuple[str, str], float]:
    """Return how much of each bill each party pays, in per cent."""
    found: dict[tuple[str, str], float] = {}
    for bill in index.labelled("BillingAccount"):
        for link in index.incoming("PAYS", bill.id):
            if holds(index.nodes[link.start].properties, instant):
                key = (player_of(index, link.start), bill.id)
                share = float(str(link.properties.get("share", _WHOLE)))
                found[key] = round(found.get(key, 0.0) + share, 2)
    return found


def shares_of(draft: Draft, bill: str) -> dict[str, float]:
    """Return the share of each BillPayer role that pays a bill when the event takes effect."""
    return {
        link.start: _share(link)
        for link in draft.index.incoming("PAYS", bill)
        if holds(draft.get(link.start).properties, draft.at)
    }


def redistribute_share(draft: Draft, role: NodeRow, taker: str | None = None) -> None:
    """End a BillPayer role, and let its shares be paid by a taker, or by the other payers.

    Without a taker the others pay it in proportion to what they pay already. Where there are none,
    the share lapses. A role that has not begun pays nothing yet.

    Args:
        draft: the household.
        role: of the payer who goes.
        taker: the id of the party that the role is handed over to, or None.
    """
    pays_now = holds(role.properties, draft.at)
    bills = {link.end: _share(link) for link in draft.index.outgoing("PAYS", role.id) if pays_now}
    accounts = [link.end for link in draft.index.outgoing("ON_ACCOUNT", role.id)]
    end_role(draft, role.id)
    for bill, share in bills.items():
        if taker:
            take_over_share(draft, taker, accounts[0], bill, share)
        elif _is_charged(draft, bill):
            total = sum(shares_of(draft, bill).values())
            _spread(draft, bill, total + share)


def normalise_shares(draft: Draft, bill: str) -> None:
    """Let those who pay a part of a bill pay all of it, in proportion."""
    total = sum(shares_of(draft, bill).values())
    if 0 < total < _WHOLE:
        _spread(draft, bill, _WHOLE)


def take_over_share(draft: Draft, party: str, account: str, bill: str, share: float) -> None:
    """Let a party pay a share of a bill, beside what it pays of it already."""
    others = shares_of(draft, bill)
    own = next((role for role in others if player_of(draft.index, role) == party), None)
    if own:
        _pay(draft, supersede_role(draft, own), bill, others[own] + share)
        return
    kind = PartyRoleKind.BILL_PAYER
    present = functional_roles(draft.index, party, kind, account)
    role = next((one.id for one in present if holds(one.properties, draft.at)), None)
    if role:
        role = supersede_role(
            draft, role
        )  # a share has no validity, so it goes on a role that begins now
    else:
        role = party_role(draft, party, kind, account, guarantor=guarantor_of(draft, party))
    pays(draft, role, bill, share)


def supersede_role(draft: Draft, role_id: str, guarantors: Iterable[str] | None = None) -> str:
    """End a functional role and begin one like it, and return the id of that.

    What carries no validity of its own, such as a share, can so be another from then on, and
    stay what it was before. A role that is to begin later still does.

    Args:
        draft: the household.
        role_id: of a PartyRole.
        guarantors: ids of who answers for its player from then on; None: who did before.
    """
    index, role = draft.index, draft.get(role_id)
    if role_id not in {node.id for node in draft.before.nodes}:
        return role_id  # it begins with this very change
    start, end = span_of(role.properties)
    lasting = [
        node
        for link in index.outgoing("PLAYS", role_id)
        if span_of((node := index.nodes[link.end]).properties)[1] > draft.at
    ]
    own_id = _free_id(draft, role)
    end_role(draft, role_id)
    new = draft.create(own_id, role.labels, span=(max(start, draft.at), end))
    for kind in ("ON_ACCOUNT", "PAYS", "GUARANTEED_BY"):
        for link in index.outgoing(kind, role_id):
            if kind != "GUARANTEED_BY" or guarantors is None:
                draft.relate(kind, new, link.end, link.properties)
    for guarantor in guarantors or ():
        draft.relate("GUARANTEED_BY", new, guarantor)
    for link in index.incoming("PLAYS", role_id):
        draft.relate("PLAYS", link.start, new)
    for node in lasting:
        begin, last = span_of(node.properties)
        copy_involvement(draft, node, new, (max(begin, draft.at), last))
    return new


def _free_id(draft: Draft, role: NodeRow) -> str:
    """Return an id for a role of the same player, kind and account."""
    [player], [account] = (
        draft.index.incoming("PLAYS", role.id),
        draft.index.outgoing("ON_ACCOUNT", role.id),
    )
    kind = next(kind.value for kind in PartyRoleKind if kind.value in role.labels)
    party, on = (one.rpartition("/")[2] for one in (player.start, account.end))
    return draft.next_free_id(party_role_id(party, kind, on))


def _spread(draft: Draft, bill: str, whole: float) -> None:
    """Let the payers of a bill pay so much of it together, in proportion to what they pay.

    If that is nothing, they pay the same.
    """
    payers = shares_of(draft, bill)
    if not any(payers.values()):
        payers = dict.fromkeys(payers, 1.0)
    total, left = sum(payers.values()), whole
    for place, (role, own) in enumerate(payers.items(), start=1):
        paid = round(own / total * whole, 2) if place < len(payers) else round(left, 2)
        left -= paid
        _pay(draft, supersede_role(draft, role), bill, paid)


def _is_charged(draft: Draft, bill: str) -> bool:
    """Return whether there is still something on a bill."""
    charged = (draft.get(link.start) for link in draft.index.incoming("CHARGED_TO", bill))
    return any(holds(product.properties, draft.at) for product in charged)


def _pay(draft: Draft, role: str, bill: str, share: float) -> None:
    for link in draft.index.outgoing("PAYS", role):
        if link.end == bill:
            draft.unrelate(link)
    pays(draft, role, bill, share)


def _share(link: RelationshipRow) -> float:
    return float(str(link.properties.get("share", _WHOLE)))
