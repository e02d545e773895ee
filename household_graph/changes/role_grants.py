"""Roles in a draft: granted, extended, revoked.

A functional role is on an account. An involvement role is on a product, service or resource; it is
played by a functional role, or by the role of a device. There are never two alike at once: one that
holds for a part of the time that is asked for is extended.
"""

from collections.abc import Iterable

from household_graph.changes.draft import Draft, holder_of, in_household, item_of, span_in
from household_graph.changes.role_queries import (
    account_for,
    functional_roles,
    holding_roles,
    involved,
    involved_from_now,
    overlap,
)
from household_graph.errors import BadInputError
from household_graph.model.enums import InvolvementKind, PartyRoleKind
from household_graph.model.ids import (
    involvement_id,
    local_id,
    party_role_id,
    resource_role_id,
)
from household_graph.model.instants import isoformat
from household_graph.model.rows import NodeRow
from household_graph.model.spans import Span, span_of, without

_Span = tuple[int, int]


def party_role(
    draft: Draft,
    party: str,
    kind: PartyRoleKind,
    account: str,
    span: _Span | None = None,
    *,
    guarantor: str | None = None,
) -> str:
    """Return the id of a functional role that holds throughout a span; it is made if need be.

    Without a span, it is from when the change takes effect, with an open end. A guarantor answers
    for a minor in place of any other.

    Raises:
        BadInputError: if an id is of something else, or of another household.
    """
    party = in_household(draft, party, "party", "Party").id
    account = in_household(draft, account, "account", "CustomerAccount").id
    wanted = span_in(draft, span)
    present = functional_roles(draft.index, party, kind, account)
    role = _extended(draft, present, wanted) or create_party_role(
        draft, party, kind, account, wanted
    )
    if guarantor is not None:
        adult = in_household(draft, guarantor, "guarantor", "Individual").id
        for link in draft.index.outgoing("GUARANTEED_BY", role):
            if link.end != adult:
                draft.unrelate(link)
        draft.relate("GUARANTEED_BY", role, adult)
    return role


def create_party_role(draft: Draft, party: str, kind: str, account: str, span: _Span) -> str:
    """Make a new functional role, and return its id; the ids of party and account are full."""
    own_id = draft.next_free_id(party_role_id(local_id(party), kind, local_id(account)))
    draft.create(own_id, ["PartyRole", kind], span=span)
    draft.relate("PLAYS", party, own_id)
    draft.relate("ON_ACCOUNT", own_id, account)
    return own_id


def resource_role(draft: Draft, resource: str, name: str | None, span: _Span | None = None) -> str:
    """Return the id of a role of a device that holds throughout a span; see `party_role`.

    Without a name, such as `gateway`, any will do, and a new one is called after the device.
    """
    device = in_household(draft, resource, "resource", "Resource")
    wanted = span_in(draft, span)
    roles = draft.index.played_by(device.id)
    named = [role for role in roles if name in (None, role.properties.get("name"))]
    if found := _extended(draft, named, wanted):
        return found
    called = name or str(device.properties.get("resource_type") or "device")
    own_id = draft.next_free_id(resource_role_id(local_id(device.id), called))
    draft.create(own_id, ["ResourceRole"], {"name": called}, wanted)
    draft.relate("PLAYS", device.id, own_id)
    return own_id


def end_role(draft: Draft, role_id: str) -> None:
    """End a role of a party or a resource, and every involvement role that it plays."""
    role = in_household(draft, role_id, "role", "PartyRole", "ResourceRole")
    for involvement in draft.index.played_by(role.id):
        draft.end(involvement)
    draft.end(role)


def _extended(draft: Draft, roles: Iterable[NodeRow], wanted: _Span) -> str | None:
    """Return the role that holds throughout a span, extended if need be, if one does in part."""
    roles = list(roles)
    if found := _holding_throughout(roles, wanted):
        return found
    spans = {role.id: span_of(role.properties) for role in roles}
    parts = {role: span for role, span in spans.items() if overlap(span, wanted)}
    if not parts:
        return None
    if not without((Span(*wanted),), tuple(Span(*span) for span in parts.values())):
        return min(parts, key=lambda role: parts[role])  # one after the other, as shares change
    first = min(parts, key=lambda role: parts[role])
    last = max(wanted[1], *(end for _start, end in parts.values()))
    _extend_role(draft, first, (min(wanted[0], parts[first][0]), last))
    for role in sorted(parts.keys() - {first}):
        _take_in(draft, first, role)
    return first


def _holding_throughout(roles: Iterable[NodeRow], wanted: _Span) -> str | None:
    spans = {role.id: span_of(role.properties) for role in roles}
    holding = (one for one, span in spans.items() if Span(*span).meet(*wanted) == wanted)
    return next(holding, None)


def _take_in(draft: Draft, role: str, other: str) -> None:
    """Let a role play all that another one like it was to play, which then never holds."""
    index = draft.index
    span = Span(*span_of(index.nodes[other].properties))
    for node in index.played_by(other):
        rest = draft.remaining(node)
        if rest and overlap(rest, span):
            copy_involvement(draft, node, role, rest.meet(*span))
    for kind in ("PAYS", "GUARANTEED_BY"):
        for link in index.outgoing(kind, other):
            if link.end not in index.ends(kind, role):
                draft.relate(kind, role, link.end, link.properties)
    end_role(draft, other)


def _extend_role(draft: Draft, role: str, span: _Span) -> None:
    """Let a role hold for longer; what it plays ends, and begins, as it would have without that."""
    first, last = span_of(draft.get(role).properties)
    for node in draft.index.played_by(role):
        start, end = span_of(node.properties)
        if end > last or start < first:
            draft.hold(node.id, max(start, first), min(end, last))
        if span[1] > last and draft.at < last < end:
            draft.notes.append(f"{node.id} still ends at {isoformat(last, draft.zone)}")
    _extend(draft, role, span)


def _extend(draft: Draft, node_id: str, span: _Span) -> None:
    """Let a node hold for a span too, beside that which it holds for already."""
    start, end = span_of(draft.get(node_id).properties)
    draft.hold(node_id, min(start, span[0]), max(end, span[1]))


def create_involvement(
    draft: Draft, role: str, kind: InvolvementKind, item: str, span: _Span
) -> str:
    """Make a new involvement role, and return its id; the ids of role and item are full."""
    own_id = draft.next_free_id(involvement_id(local_id(role), kind.value, local_id(item)))
    draft.create(own_id, ["InvolvementRole", kind.value], span=span)
    draft.relate("PLAYS", role, own_id)
    draft.relate("INVOLVED_IN", own_id, item)
    return own_id


def copy_involvement(
    draft: Draft, involvement: NodeRow, role: str, span: _Span, item: str | None = None
) -> str:
    """Let a role play an involvement role like another one, and return the id of the new one.

    It has the same usernames, and is on the same item unless another is named; ids are full.
    """
    kind = next(kind for kind in InvolvementKind if kind.value in involvement.labels)
    on = item or draft.index.ends("INVOLVED_IN", involvement.id)[0]
    identities = draft.index.ends("IDENTIFIED_BY", involvement.id)
    made = create_involvement(draft, role, kind, on, span)
    draft.update(made, granted_by=involvement.properties.get("granted_by"))
    _identify(draft, made, identities)
    return made


def involve(
    draft: Draft,
    holder: str,
    kind: InvolvementKind,
    item: str,
    span: _Span | None = None,
    *,
    account: str | None = None,
    identities: Iterable[str] = (),
    granted_by: str | None = None,
    role_name: str | None = None,
) -> str | None:
    """Give a party or a resource an involvement role; where it has one already, nothing is done.

    Without a span, it holds from when the change takes effect, for as long as the holder is a User,
    and with an open end where it is none yet; a later end extends the role of the User. That is on
    the account of the product, if none is named. A resource is involved by a role of the name, or
    by any. Usernames are ids, and have to be of the holder. Return the id of the involvement role
    that is new or changed, or None.

    Raises:
        BadInputError: if an id is of something else, or of another household.
    """
    node, item = holder_of(draft, holder), item_of(draft, item).id
    usernames = own_identities(draft, node.id, identities)
    on = None if "Resource" in node.labels else account or account_for(draft, node.id, item)
    if span is None and on:
        users = holding_roles(draft, node.id, PartyRoleKind.USER, draft.qualify(on))
        ends = [span_of(role.properties)[1] for role in users]
        span = (draft.at, max(ends)) if ends else None
    wanted = span_in(draft, span)
    parts = [
        one
        for one in involved(draft.index, node.id)
        if (one.kind, one.item) == (kind, item) and overlap(one.span, wanted)
    ]
    changed = [one.id for one in parts if _identify(draft, one.id, usernames)]
    for gap in without((Span(*wanted),), tuple(one.span for one in parts)):
        near = [one for one in parts if gap[0] == one.span.end or gap[1] == one.span.start]
        role = _holding_throughout(map(draft.get, (one.role for one in near)), gap) or (
            party_role(draft, node.id, PartyRoleKind.USER, on, wanted)
            if on
            else resource_role(draft, node.id, role_name, wanted)
        )
        part = next((one.id for one in near if one.role == role), None)
        if part:
            _extend(draft, part, gap)
        changed.append(part or create_involvement(draft, role, kind, item, gap))
        _identify(draft, changed[-1], usernames)
        if not part and granted_by:
            draft.update(changed[-1], granted_by=draft.qualify(granted_by))
    return changed[-1] if changed else None


def set_position(
    draft: Draft, holder: str, kind: InvolvementKind, item: str, position: int
) -> None:
    """Set the place, from 1, of a device among those that have a role on an item.

    A note says so where another has that place.

    Raises:
        BadInputError: if a party has the role; or if the device is in something else by it, too.
    """
    node, target = holder_of(draft, holder), item_of(draft, item).id
    if "Resource" not in node.labels:
        raise BadInputError(
            f"`{node.id}` is no device", hint="devices have positions, as lines of a hunting group"
        )
    index = draft.index
    for one in involved_from_now(draft, node.id, kind, target):
        others = {
            on
            for played in index.played_by(one.role)
            if draft.remaining(played)
            for on in index.ends("INVOLVED_IN", played.id)
        } - {target}
        if others:
            raise BadInputError(
                f"`{one.role}` is its role on {', '.join(sorted(others))} too",
                hint="give it another with --role-name, which has a position of its own",
            )
        draft.update(one.role, position=position)
    for other in _at_position(draft, kind, target, position):
        if other != node.id:
            draft.notes.append(f"{other} has position {position} of {target} as well")


def _at_position(draft: Draft, kind: InvolvementKind, item: str, position: int) -> list[str]:
    return [
        device.id
        for device in draft.index.labelled("Resource")
        for one in involved_from_now(draft, device.id, kind, item)
        if draft.get(one.role).properties.get("position") == position
    ]


def own_identities(draft: Draft, holder: str, identities: Iterable[str]) -> list[str]:
    """Return the full ids of usernames, all of which have to be of the holder."""
    found = [in_household(draft, one, "identity", "DigitalIdentity").id for one in identities]
    for identity in found:
        if identity not in draft.index.ends("HAS_IDENTITY", holder):
            raise BadInputError(
                f"the identity `{identity}` is not one of `{holder}`",
                hint="a role is exercised with a username of its holder; `household-graph "
                "identity list` shows whose it is",
            )
    return found


def _identify(draft: Draft, involvement: str, identities: Iterable[str]) -> bool:
    """Link usernames to an involvement role, and return whether one is new to it."""
    present = draft.index.ends("IDENTIFIED_BY", involvement)
    new = [one for one in identities if one not in present]
    for identity in new:
        draft.relate("IDENTIFIED_BY", involvement, identity)
    return bool(new)


def release(draft: Draft, holder: str, kind: InvolvementKind, item: str) -> list[str]:
    """End the roles of a kind on an item that a holder itself plays, and return their ids."""
    found = involved_from_now(draft, holder_of(draft, holder).id, kind, item_of(draft, item).id)
    return [one.id for one in found if draft.end(draft.get(one.id))]
