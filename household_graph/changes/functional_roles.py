"""Functional roles on accounts, and the roles of devices: granted, extended and ended."""

from collections.abc import Iterable

from household_graph.changes.draft import Draft
from household_graph.changes.resolve_ids import in_household, span_in
from household_graph.changes.role_queries import functional_roles, overlap
from household_graph.errors import BadInputError
from household_graph.model.enums import InvolvementKind, PartyRoleKind
from household_graph.model.ids import involvement_id, local_id, party_role_id, resource_role_id
from household_graph.model.instants import isoformat
from household_graph.model.rows import NodeRow
from household_graph.model.spans import span_of, stated_span

Span = tuple[int, int]


def party_role(
    draft: Draft,
    party: str,
    kind: PartyRoleKind,
    account: str,
    span: Span | None = None,
    *,
    guarantor: str | None = None,
) -> str:
    """Return the id of a functional role that holds throughout a span; it is made if need be.

    One that holds for a part of the span is prolonged; what it plays is not.

    Args:
        draft: the household.
        party: the id of an individual or an organization.
        kind: which role.
        account: the id of the customer account.
        span: in milliseconds; None: from when the change takes effect, with an open end.
        guarantor: the id of the adult who answers for a minor; it takes the place of another.

    Raises:
        BadInputError: if an id is of something else, or of another household.
    """
    party = in_household(draft, party, "party", "Party").id
    account = in_household(draft, account, "account", "CustomerAccount").id
    wanted = span_in(draft, span)
    role = _holding_throughout(
        draft, functional_roles(draft.index, party, kind, account), wanted
    ) or _new_party_role(draft, party, kind, account, wanted)
    if guarantor is not None:
        _guarantee(draft, role, in_household(draft, guarantor, "guarantor", "Individual").id)
    return role


def resource_role(draft: Draft, resource: str, name: str | None, span: Span | None = None) -> str:
    """Return the id of a role of a device that holds throughout a span; it is made if need be.

    Args:
        draft: the household.
        resource: the id of the device.
        name: the role, such as `gateway`; None: any, and a new one is called after the device.
        span: as for `party_role`.

    Raises:
        BadInputError: if the id is of something else, or of another household.
    """
    device = in_household(draft, resource, "resource", "Resource")
    wanted = span_in(draft, span)
    roles = [draft.index.nodes[link.end] for link in draft.index.outgoing("PLAYS", device.id)]
    named = [role for role in roles if name in (None, role.properties.get("name"))]
    found = _holding_throughout(draft, named, wanted)
    if found:
        return found
    called = name or str(device.properties.get("resource_type") or "device")
    own_id = draft.next_free_id(resource_role_id(local_id(device.id), called))
    draft.create(own_id, ["ResourceRole"], {"name": called}, wanted)
    draft.relate("PLAYS", device.id, own_id)
    return own_id


def end_role(draft: Draft, role_id: str) -> None:
    """End a role of a party or a resource, and every involvement role that it plays."""
    role = in_household(draft, role_id, "role", "PartyRole", "ResourceRole")
    for link in draft.index.outgoing("PLAYS", role.id):
        draft.end(draft.get(link.end))
    draft.end(role)


def pays(draft: Draft, role_id: str, bill: str, share: float) -> None:
    """Let a Bill Payer pay a share of a bill.

    Args:
        draft: the household.
        role_id: the id of the BillPayer role.
        bill: the id of the billing account.
        share: in per cent, 0 to 100.

    Raises:
        BadInputError: if the role is another, or the share out of range.
    """
    role = in_household(draft, role_id, "bill payer", "BillPayer")
    account = in_household(draft, bill, "bill", "BillingAccount")
    if not 0 <= share <= 100:  # noqa: PLR2004 - per cent
        raise BadInputError(f"a share of `{share:g}` is out of range", hint="give 0 to 100")
    draft.relate("PAYS", role.id, account.id, {"share": float(share)})


def _holding_throughout(draft: Draft, roles: Iterable[NodeRow], wanted: Span) -> str | None:
    """Return the role that holds throughout a span, or one that does when it is prolonged."""
    spans = {role.id: span_of(role.properties) for role in roles}
    for role, (start, end) in spans.items():
        if start <= wanted[0] and wanted[1] <= end:
            return role
    parts = {role: span for role, span in spans.items() if overlap(span, wanted)}
    if not parts:
        return None
    first = min(parts, key=lambda role: parts[role])
    whole = (
        min(wanted[0], parts[first][0]),
        max(wanted[1], *(end for _start, end in parts.values())),
    )
    prolong_role(draft, first, whole)
    for role in sorted(parts.keys() - {first}):
        _take_in(draft, first, role)
    return first


def _take_in(draft: Draft, role: str, other: str) -> None:
    """Let a role play all that another one like it was to play, which then never holds."""
    index = draft.index
    first, last = span_of(index.nodes[other].properties)
    for link in index.outgoing("PLAYS", other):
        node = index.nodes[link.end]
        start, end = span_of(node.properties)
        rest = max(start, first, draft.at), min(end, last)
        if rest[0] < rest[1]:
            copy_involvement(draft, node, role, rest)
    for kind in ("PAYS", "GUARANTEED_BY"):
        has = {link.end for link in index.outgoing(kind, role)}
        for link in index.outgoing(kind, other):
            if link.end not in has:
                draft.relate(kind, role, link.end, link.properties)
    end_role(draft, other)


def _new_party_role(draft: Draft, party: str, kind: PartyRoleKind, account: str, span: Span) -> str:
    own_id = draft.next_free_id(party_role_id(local_id(party), kind.value, local_id(account)))
    draft.create(own_id, ["PartyRole", kind.value], span=span)
    draft.relate("PLAYS", party, own_id)
    draft.relate("ON_ACCOUNT", own_id, account)
    return own_id


def _guarantee(draft: Draft, role: str, guarantor: str) -> None:
    for link in draft.index.outgoing("GUARANTEED_BY", role):
        if link.end != guarantor:
            draft.unrelate(link)
    draft.relate("GUARANTEED_BY", role, guarantor)


def prolong(draft: Draft, node_id: str, span: tuple[int, int]) -> None:
    """Let a node hold for a span too, beside that which it holds for already."""
    start, end = span_of(draft.get(node_id).properties)
    hold(draft, node_id, min(start, span[0]), max(end, span[1]))


def prolong_role(draft: Draft, role: str, span: tuple[int, int]) -> None:
    """Let a role hold for longer; what it plays ends, and begins, as it would have without that.

    A note says what ends.
    """
    first, last = span_of(draft.get(role).properties)
    for link in draft.index.outgoing("PLAYS", role):
        start, end = span_of(draft.get(link.end).properties)
        if end > last or start < first:
            hold(draft, link.end, max(start, first), min(end, last))
        if span[1] > last and draft.at < last < end:
            draft.notes.append(f"{link.end} still ends at {isoformat(last, draft.zone)}")
    prolong(draft, role, span)


def hold(draft: Draft, node_id: str, start: int, end: int) -> None:
    """Let a node hold from one instant until another, whatever it did before."""
    stated = stated_span(start, end)
    draft.update(node_id, valid_from=stated.get("valid_from"), valid_to=stated.get("valid_to"))


def create_involvement(
    draft: Draft, role: str, kind: InvolvementKind, item: str, span: Span
) -> str:
    """Make a new involvement role played by a role that is there, and return its id.

    Args:
        draft: the household.
        role: the full id of the role that plays it.
        kind: which role.
        item: the full id of a product, service or resource.
        span: in milliseconds.
    """
    own_id = draft.next_free_id(involvement_id(local_id(role), kind.value, local_id(item)))
    draft.create(own_id, ["InvolvementRole", kind.value], span=span)
    draft.relate("PLAYS", role, own_id)
    draft.relate("INVOLVED_IN", own_id, item)
    return own_id


def copy_involvement(
    draft: Draft, involvement: NodeRow, role: str, span: Span, item: str | None = None
) -> str:
    """Make an involvement role once more, with its usernames, and return the id of the new one.

    Args:
        draft: the household.
        involvement: the one that is there, and stays as it is.
        role: the full id of the role that plays the new one.
        span: when the new one holds, in milliseconds.
        item: the full id of what it is on; None: what the other is on.
    """
    kind = next(kind for kind in InvolvementKind if kind.value in involvement.labels)
    on = item or draft.index.outgoing("INVOLVED_IN", involvement.id)[0].end
    identities = [link.end for link in draft.index.outgoing("IDENTIFIED_BY", involvement.id)]
    made = create_involvement(draft, role, kind, on, span)
    draft.update(made, granted_by=involvement.properties.get("granted_by"))
    for identity in identities:
        draft.relate("IDENTIFIED_BY", made, identity)
    return made
