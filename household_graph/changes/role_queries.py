"""Who holds which roles, when and on which account, looked up in the rows of a household."""

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from household_graph.changes.draft import Draft
from household_graph.engine.ages import minority_of
from household_graph.errors import BadInputError
from household_graph.model.enums import InvolvementKind, PartyRoleKind
from household_graph.model.rows import NodeRow, RowIndex
from household_graph.model.spans import holds, span_of

Span = tuple[int, int]


class Involved(NamedTuple):
    """An involvement role of one holder.

    Attributes:
        id: of the involvement role.
        kind: which.
        item: the product, service or resource it is on.
        role: the party role or resource role that plays it.
        span: when both hold, in milliseconds.
    """

    id: str
    kind: InvolvementKind
    item: str
    role: str
    span: Span


def functional_roles(
    index: RowIndex, party: str, kind: PartyRoleKind, account: str
) -> list[NodeRow]:
    """Return the roles of a kind that a party plays on an account, of whatever time."""
    roles = (index.nodes[link.end] for link in index.outgoing("PLAYS", party))
    return [
        role
        for role in roles
        if kind.value in role.labels
        and any(on.end == account for on in index.outgoing("ON_ACCOUNT", role.id))
    ]


def involved(index: RowIndex, holder: str) -> list[Involved]:
    """Return the involvement roles that a party or a resource itself plays, of whatever time."""
    return [
        Involved(node.id, kind, on.end, role.id, _shared(span_of(role.properties), node))
        for plays in index.outgoing("PLAYS", holder)
        if (role := index.nodes[plays.end])
        for link in index.outgoing("PLAYS", role.id)
        if (node := index.nodes[link.end])
        for kind in InvolvementKind
        if kind.value in node.labels
        for on in index.outgoing("INVOLVED_IN", node.id)
    ]


def player_of(index: RowIndex, role: str) -> str:
    """Return the id of the party or resource that plays a role, by way of other roles or not."""
    while role in index.nodes and (links := index.incoming("PLAYS", role)):
        role = links[0].start
    return role


def overlap(first: Span, second: Span) -> bool:
    """Return whether two spans have an instant in common."""
    return max(first[0], second[0]) < min(first[1], second[1])


def gaps(wanted: Span, held: Iterable[Span]) -> list[Span]:
    """Return the parts of a span that none of the others covers, in order."""
    found, reached = [], wanted[0]
    for start, end in sorted(span for span in held if overlap(span, wanted)):
        if start > reached:
            found.append((reached, start))
        reached = max(reached, end)
    return [*found, (reached, wanted[1])] if reached < wanted[1] else found


def _shared(span: Span, node: NodeRow) -> Span:
    start, end = span_of(node.properties)
    return max(start, span[0]), min(end, span[1])


def minor_until(draft: Draft, party: str) -> int | None:
    """Return when a person ceases to be a minor, in milliseconds; None: it never is one.

    Who is flagged as a minor without a birth date is one for ever.
    """
    own, household = draft.get(party).properties, draft.get(draft.household).properties
    born, majority = own.get("birth_date"), household.get("age_of_majority")
    span = minority_of(
        born if isinstance(born, date) else None,
        minor=bool(own.get("minor")),
        age_of_majority=int(str(majority)),
        zone=draft.zone,
    )
    return span.end if span else None


def is_minor(draft: Draft, party: str) -> bool:
    """Return whether a person is a minor when the event takes effect."""
    return draft.at < (minor_until(draft, party) or draft.at)


def guarantor_of(draft: Draft, party: str) -> str | None:
    """Return the adult who can answer for a minor: the first responsible one; None for others."""
    if not is_minor(draft, party):
        return None
    adults = [link.start for link in draft.active(draft.index.incoming("RESPONSIBLE_FOR", party))]
    return next((one for one in adults if not is_minor(draft, one)), None)


def open_roles(draft: Draft, player: str, *, label: str | None = None) -> list[NodeRow]:
    """Return the roles that a party or a device plays then or later, of one label or all."""
    roles = (draft.index.nodes[link.end] for link in draft.index.outgoing("PLAYS", player))
    return [
        role
        for role in roles
        if span_of(role.properties)[1] > draft.at and (label is None or label in role.labels)
    ]


def holding_roles(draft: Draft, player: str, label: str) -> list[NodeRow]:
    """Return the roles of a label that a party plays when the event takes effect."""
    return [r for r in open_roles(draft, player, label=label) if holds(r.properties, draft.at)]


def has_part(draft: Draft, party: str) -> bool:
    """Return whether a party is a member, or plays a role, then or later."""
    memberships = draft.index.outgoing("MEMBER_OF", party)
    return bool(open_roles(draft, party)) or any(
        span_of(link.properties)[1] > draft.at for link in memberships
    )


def accounts_of(index: RowIndex, item: str) -> list[str]:
    """Return the accounts that hold a product, or one that carries this product or service."""
    found = [link.start for link in index.incoming("HAS_PRODUCT", item)]
    for kind in ("REALIZED_BY", "BUNDLES"):
        for link in index.incoming(kind, item):
            found += accounts_of(index, link.start)
    return list(dict.fromkeys(found))


def account_for(draft: Draft, party: str, item: str) -> str:
    """Return the account on which a party's User role is involved in an item.

    It is that of the product. Where there are several, or none (a device), it is one on which the
    party is a User already, and else the first.

    Raises:
        BadInputError: if the household has no customer account.
    """
    index = draft.index
    accounts = accounts_of(index, item) or [a.id for a in index.labelled("CustomerAccount")]
    if not accounts:
        raise BadInputError(
            f"the household `{draft.household}` has no customer account",
            hint="add one to its document and load it",
        )
    used = (a for a in accounts if _is_user(draft, party, a))
    return next(used, accounts[0])


def _is_user(draft: Draft, party: str, account: str) -> bool:
    roles = functional_roles(draft.index, party, PartyRoleKind.USER, account)
    return any(holds(role.properties, draft.at) for role in roles)
