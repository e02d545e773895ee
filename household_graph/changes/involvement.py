"""Involvement roles on products, services and resources: given and taken away."""

from collections.abc import Iterable

from household_graph.changes.accounts import account_for
from household_graph.changes.checks import holder_of, item_of, own_identities, span_in
from household_graph.changes.draft import Draft
from household_graph.changes.functional_roles import party_role, resource_role
from household_graph.changes.played import Involved, functional_roles, gaps, involved, overlap
from household_graph.changes.playing import involve_by
from household_graph.changes.prolonging import prolong
from household_graph.model.validity import holds, span_of
from household_graph.model.vocabulary import InvolvementKind, PartyRoleKind

Span = tuple[int, int]


def involve(
    draft: Draft,
    holder: str,
    kind: InvolvementKind,
    item: str,
    span: Span | None = None,
    *,
    account: str | None = None,
    identities: Iterable[str] = (),
    granted_by: str | None = None,
    role_name: str | None = None,
) -> str | None:
    """Give a party or a resource an involvement role; where it has one already, nothing is done.

    One that holds for a part of the span is prolonged, so that there are never two at once.

    Args:
        draft: the household.
        holder: the id of an individual, an organization or a resource.
        kind: which role.
        item: the id of a product, service or resource.
        span: in milliseconds; None: from when the change takes effect, for as long as the holder
            is a User, and with an open end where it is none yet. A later end prolongs that role.
        account: on which a party plays it as a User; None: that of the product.
        identities: ids of usernames of the holder with which it is exercised.
        granted_by: the id of the party who grants it.
        role_name: of a resource: the role by which it is involved; None: any.

    Returns:
        The id of the involvement role that is new or changed, or None.

    Raises:
        BadInputError: if an id is of something else, or of another household.
    """
    holder, item = holder_of(draft, holder).id, item_of(draft, item).id
    usernames = own_identities(draft, holder, identities)
    wanted = span_in(draft, span or _usual_span(draft, holder, item, account))
    parts = [
        one
        for one in involved(draft.index, holder)
        if (one.kind, one.item) == (kind, item) and overlap(one.span, wanted)
    ]
    changed = [one.id for one in parts if _identify(draft, one.id, usernames)]
    for gap in gaps(wanted, [one.span for one in parts]):
        near = [one for one in parts if gap[0] == one.span[1] or gap[1] == one.span[0]]
        role = _role_throughout(draft, near, gap) or (
            resource_role(draft, holder, role_name, wanted)
            if "Resource" in draft.node(holder).labels
            else _user(draft, holder, account or account_for(draft, holder, item), wanted)
        )
        part = next((one.id for one in near if one.role == role), None)
        if part:
            prolong(draft, part, gap)
        changed.append(part or involve_by(draft, role, kind, item, gap))
        _identify(draft, changed[-1], usernames)
        if not part and granted_by:
            draft.set(changed[-1], granted_by=draft.full(granted_by))
    return changed[-1] if changed else None


def release(draft: Draft, holder: str, kind: InvolvementKind, item: str) -> list[str]:
    """End every involvement role of a kind on an item that the holder itself plays.

    Returns:
        The ids of those that had not ended yet.
    """
    holder, item = holder_of(draft, holder).id, item_of(draft, item).id
    found = [
        one.id
        for one in involved(draft.index, holder)
        if (one.kind, one.item) == (kind, item) and one.span[1] > draft.at
    ]
    return [one for one in found if draft.end(draft.node(one))]


def _role_throughout(draft: Draft, parts: Iterable[Involved], gap: Span) -> str | None:
    for one in parts:
        start, end = span_of(draft.node(one.role).properties)
        if start <= gap[0] and gap[1] <= end:
            return one.role
    return None


def _usual_span(draft: Draft, holder: str, item: str, account: str | None) -> Span | None:
    """Return from when a change takes effect until the holder is a User no longer."""
    if "Resource" in draft.node(holder).labels:
        return None
    on = draft.full(account or account_for(draft, holder, item))
    roles = functional_roles(draft.index, holder, PartyRoleKind.USER, on)
    ends = [span_of(role.properties)[1] for role in roles if holds(role.properties, draft.at)]
    return (draft.at, max(ends)) if ends else None


def _user(draft: Draft, party: str, account: str, span: Span) -> str:
    return party_role(draft, party, PartyRoleKind.USER, account, span)


def _identify(draft: Draft, involvement: str, identities: Iterable[str]) -> bool:
    """Link usernames to an involvement role, and return whether one is new to it."""
    has = {link.end for link in draft.index.out("IDENTIFIED_BY", involvement)}
    new = [one for one in identities if one not in has]
    for identity in new:
        draft.link("IDENTIFIED_BY", involvement, identity)
    return bool(new)


def _local(entity_id: str) -> str:
    return entity_id.rpartition("/")[2]
