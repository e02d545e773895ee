"""Who pays which share of a bill, and what becomes of a share whose payer goes.

Shares are in per cent. A share carries no validity of its own, so a role whose share becomes
another ends, and one like it begins.
"""

from collections.abc import Iterable, Iterator, Mapping

from household_graph.changes.draft import Draft, in_household
from household_graph.changes.role_grants import (
    copy_involvement,
    create_party_role,
    end_role,
    party_role,
)
from household_graph.changes.role_queries import guarantor_of, holding_roles, player_of
from household_graph.errors import BadInputError
from household_graph.model.enums import PartyRoleKind
from household_graph.model.rows import NodeRow, RelationshipRow, RowIndex
from household_graph.model.spans import holds, span_of

_WHOLE = 100.0


def pays(draft: Draft, role_id: str, bill: str, share: float) -> None:
    """Let a Bill Payer pay a share of a bill, in place of any that they pay of it by this role."""
    role = in_household(draft, role_id, "bill payer", "BillPayer")
    account = in_household(draft, bill, "bill", "BillingAccount")
    if not 0 <= share <= _WHOLE:
        raise BadInputError(f"a share of `{share:g}` is out of range", hint="give 0 to 100")
    draft.relate("PAYS", role.id, account.id, {"share": float(share)})


def set_share(draft: Draft, role_id: str, bill: str, share: float, until: int | None = None) -> str:
    """Let a Bill Payer pay a share of a bill from then on, whatever they paid until then.

    Return the id of the role by which they do, which is a new one where another share was paid.

    Raises:
        BadInputError: if the role goes on after `until`, when the share would be unclear.
    """
    role = in_household(draft, role_id, "bill payer", "BillPayer")
    account = in_household(draft, bill, "bill", "BillingAccount").id
    paid = {link.end: share_of(link) for link in draft.index.outgoing("PAYS", role.id)}
    if paid.get(account) == share:
        return role.id
    start, end = span_of(role.properties)
    if until is not None and end > until:
        raise BadInputError(
            f"what `{player_of(draft.index, role.id)}` pays of `{account}` after that is unclear",
            hint="leave --until out, and grant the share of then by another change with --from",
        )
    own = supersede_role(draft, role.id) if start < draft.at else role.id
    pays(draft, own, account, share)
    return own


def pay_share(
    draft: Draft, role: str, bill: str, share: float | None, until: int | None = None
) -> None:
    """Let a Bill Payer pay a share of a bill as `set_share` does; None: what the others leave.

    A note says so where the shares then do not add up to the whole.
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
    set_share(draft, role, bill, share, until)
    _note_total(draft, bill)


def _note_total(draft: Draft, bill: str) -> None:
    """Note shares of a bill that do not add up to the whole; without any, a payer is lacking."""
    total = round(sum(shares_of(draft, bill).values()), 2)
    line = f"the shares of {bill} add up to {total:g} %"
    if total not in {0, _WHOLE} and line not in draft.notes:
        draft.notes.append(line)


def rewritten_shares(draft: Draft) -> Iterator[str]:
    """Yield a line for each share that is another by a change for all of the past as well."""
    for edit in draft.edits().relationships:
        if edit.before and edit.after and edit.after.type == "PAYS":
            was, now = share_of(edit.before), share_of(edit.after)
            begun = span_of(draft.get(edit.after.start).properties)[0] < draft.at
            if was != now and begun:
                party, bill = player_of(draft.index, edit.after.start), edit.after.end
                yield (
                    f"{party} pays {now:g} % of {bill}, in the past as well, where {was:g} % is "
                    f"recorded; `household-graph role grant … --share {now:g}` begins a new share"
                )


def who_pays_more(drafts: Mapping[str, Draft], household: str) -> Iterator[str]:
    """Yield a line for each party whose share of a bill grows by a change.

    A share that moved here from another of the households counts as it was there.
    """
    draft = drafts[household]
    before = {
        key: share
        for one in drafts.values()
        for key, share in _shares(one.index_before, draft.at).items()
    }
    for (party, bill), share in _shares(draft.index, draft.at).items():
        there = (draft.origin(party), draft.origin(bill))
        if share > before.get((party, bill), before.get(there, 0.0)):
            yield f"{party} pays {share:g} % of {bill} now"


def _shares(index: RowIndex, instant: int) -> dict[tuple[str, str], float]:
    """Return how much of each bill each party pays."""
    found: dict[tuple[str, str], float] = {}
    for bill in index.labelled("BillingAccount"):
        for role, share in _shares_of(index, bill.id, instant).items():
            key = (player_of(index, role), bill.id)
            found[key] = round(found.get(key, 0.0) + share, 2)
    return found


def shares_of(draft: Draft, bill: str) -> dict[str, float]:
    """Return the share of each BillPayer role that pays a bill when the change takes effect."""
    return _shares_of(draft.index, bill, draft.at)


def _shares_of(index: RowIndex, bill: str, instant: int) -> dict[str, float]:
    return {
        link.start: share_of(link)
        for link in index.incoming("PAYS", bill)
        if holds(index.nodes[link.start].properties, instant)
    }


def redistribute_share(draft: Draft, role: NodeRow, taker: str | None = None) -> None:
    """End a BillPayer role, and let its shares be paid by a taker, or by the other payers.

    Without a taker the others pay it in proportion to what they pay already. Where there are none,
    the share lapses. A role that has not begun pays nothing yet.
    """
    pays_now = holds(role.properties, draft.at)
    bills = {link.end: share_of(link) for link in draft.index.outgoing("PAYS", role.id) if pays_now}
    accounts = draft.index.ends("ON_ACCOUNT", role.id)
    end_role(draft, role.id)
    for bill, share in bills.items():
        if taker:
            take_over_share(draft, taker, accounts[0], bill, share)
        elif _is_charged(draft, bill):
            _spread(draft, bill, sum(shares_of(draft, bill).values()) + share)
            _note_total(draft, bill)


def normalise_shares(draft: Draft, bill: str) -> None:
    """Let those who pay a part of a bill pay all of it, in proportion."""
    total = sum(shares_of(draft, bill).values())
    if 0 < total < _WHOLE:
        _spread(draft, bill, _WHOLE)


def take_over_share(draft: Draft, party: str, account: str, bill: str, share: float) -> None:
    """Let a party pay a share of a bill, beside what it pays of it already."""
    paid = {
        role: own
        for role, own in shares_of(draft, bill).items()
        if player_of(draft.index, role) == party
    }
    kind = PartyRoleKind.BILL_PAYER
    holding = [one.id for one in holding_roles(draft, party, kind, account)]
    role = next(iter((*paid, *holding)), None)
    if role:
        new = supersede_role(draft, role)
    else:
        new = party_role(draft, party, kind, account, guarantor=guarantor_of(draft, party))
    pays(draft, new, bill, paid.get(role or "", 0.0) + share)


def supersede_role(draft: Draft, role_id: str, guarantors: Iterable[str] | None = None) -> str:
    """End a functional role and begin one like it, and return the id of that.

    What carries no validity of its own, such as a share, can so be another from then on, and
    stay what it was before. A role that is to begin later still does. Guarantors are ids; None:
    those of the role that ends.
    """
    index, role = draft.index, draft.get(role_id)
    if role_id not in {node.id for node in draft.before.nodes}:  # it begins with this very change
        if guarantors is not None:
            _guarantee(draft, role_id, guarantors)
        return role_id
    [player], [account] = index.starts("PLAYS", role_id), index.ends("ON_ACCOUNT", role_id)
    kind = next(kind.value for kind in PartyRoleKind if kind.value in role.labels)
    start, end = span_of(role.properties)
    lasting = [(one, rest) for one in index.played_by(role_id) if (rest := draft.remaining(one))]
    end_role(draft, role_id)
    new = create_party_role(draft, player, kind, account, (max(start, draft.at), end))
    for link in index.outgoing("PAYS", role_id):
        draft.relate("PAYS", new, link.end, link.properties)
    _guarantee(
        draft, new, index.ends("GUARANTEED_BY", role_id) if guarantors is None else guarantors
    )
    for node, rest in lasting:
        copy_involvement(draft, node, new, rest)
    return new


def _guarantee(draft: Draft, role_id: str, guarantors: Iterable[str]) -> None:
    """Let these adults answer for a role that begins with the change, and no others."""
    for link in draft.index.outgoing("GUARANTEED_BY", role_id):
        draft.unrelate(link)
    for guarantor in guarantors:
        draft.relate("GUARANTEED_BY", role_id, guarantor)


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
        pays(draft, supersede_role(draft, role), bill, paid)


def _is_charged(draft: Draft, bill: str) -> bool:
    """Return whether there is still something on a bill."""
    charged = map(draft.get, draft.index.starts("CHARGED_TO", bill))
    return any(holds(product.properties, draft.at) for product in charged)


def share_of(link: RelationshipRow) -> float:
    """Return the share that a link bears, in per cent; the whole, where it states none."""
    return float(str(link.properties.get("share", _WHOLE)))
