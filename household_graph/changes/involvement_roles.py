"""Involvement roles on products, services and resources: granted, extended and revoked."""

from collections.abc import Iterable, Iterator

from household_graph.changes.draft import Draft
from household_graph.changes.functional_roles import (
    create_involvement,
    end_role,
    party_role,
    prolong,
    resource_role,
)
from household_graph.changes.resolve_ids import (
    holder_of,
    in_household,
    item_of,
    own_identities,
    span_in,
)
from household_graph.changes.role_queries import (
    Involved,
    account_for,
    functional_roles,
    gaps,
    involved,
    overlap,
)
from household_graph.engine.facts_builder import facts_from_rows
from household_graph.engine.grants import Path, paths
from household_graph.errors import BadInputError
from household_graph.model.enums import InvolvementKind, PartyRoleKind
from household_graph.model.ids import household_of
from household_graph.model.spans import holds, span_of

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
            if "Resource" in draft.get(holder).labels
            else party_role(
                draft,
                holder,
                PartyRoleKind.USER,
                account or account_for(draft, holder, item),
                wanted,
            )
        )
        part = next((one.id for one in near if one.role == role), None)
        if part:
            prolong(draft, part, gap)
        changed.append(part or create_involvement(draft, role, kind, item, gap))
        _identify(draft, changed[-1], usernames)
        if not part and granted_by:
            draft.update(changed[-1], granted_by=draft.qualify(granted_by))
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
    return [one for one in found if draft.end(draft.get(one))]


def _role_throughout(draft: Draft, parts: Iterable[Involved], gap: Span) -> str | None:
    for one in parts:
        start, end = span_of(draft.get(one.role).properties)
        if start <= gap[0] and gap[1] <= end:
            return one.role
    return None


def _usual_span(draft: Draft, holder: str, item: str, account: str | None) -> Span | None:
    """Return from when a change takes effect until the holder is a User no longer."""
    if "Resource" in draft.get(holder).labels:
        return None
    on = draft.qualify(account or account_for(draft, holder, item))
    roles = functional_roles(draft.index, holder, PartyRoleKind.USER, on)
    ends = [span_of(role.properties)[1] for role in roles if holds(role.properties, draft.at)]
    return (draft.at, max(ends)) if ends else None


def _identify(draft: Draft, involvement: str, identities: Iterable[str]) -> bool:
    """Link usernames to an involvement role, and return whether one is new to it."""
    has = {link.end for link in draft.index.outgoing("IDENTIFIED_BY", involvement)}
    new = [one for one in identities if one not in has]
    for identity in new:
        draft.relate("IDENTIFIED_BY", involvement, identity)
    return bool(new)


def revoke(draft: Draft, party: str, kind: PartyRoleKind | InvolvementKind, target: str) -> None:
    """End a functional role on an account, or an involvement role on anything else.

    A note says where the party still has it in another way.

    Args:
        draft: the household.
        party: the id of a party or a resource.
        kind: which role.
        target: the id of what it is on.

    Raises:
        BadInputError: if the party has no such role, or has it only as a member of something, or
            by way of a product; the hint says what to do.
    """
    holder = holder_of(draft, party).id
    if isinstance(kind, PartyRoleKind):
        account = in_household(draft, target, "account", "CustomerAccount").id
        if not _end_roles(draft, holder, kind, account):
            raise _not_held(draft, holder, kind, account)
        return
    item = item_of(draft, target).id
    ended = release(draft, holder, kind, item)
    others = _other_ways(draft, holder, kind, item)
    if not ended:
        raise _held_otherwise(others[0]) if others else _not_held(draft, holder, kind, item)
    draft.notes += [f"{_has(path)} still" for path in others[:1]]


def _end_roles(draft: Draft, party: str, kind: PartyRoleKind, account: str) -> bool:
    roles = functional_roles(draft.index, party, kind, account)
    lasting = [role.id for role in roles if span_of(role.properties)[1] > draft.at]
    for role in lasting:
        end_role(draft, role)
    return bool(lasting)


def _other_ways(draft: Draft, holder: str, kind: InvolvementKind, item: str) -> list[Path]:
    """Return how else the holder has the role when the change takes effect, nearest first."""
    facts = facts_from_rows(draft.rows)
    live = [path for path in paths(facts, holder, kind, item) if path.is_effective(draft.at)]
    return sorted(live, key=lambda path: (len(path.ids), path.ids))


def _held_otherwise(path: Path) -> BadInputError:
    party, item, found = path.ids[0], path.ids[-1], path.assignment
    command = f"household-graph role revoke {found.holder} {found.kind.lower()} {found.item}"
    if found.holder == party:
        return BadInputError(_has(path), hint=f"end it there: `{command}`")
    hint = f"end it for all with `{command}` and grant it to those who keep it"
    if found.kind == InvolvementKind.CONSUMER.value:
        hint += (
            f", or forbid it to one with `household-graph policy set {household_of(party)} ID "
            f"--kind block --audience {party} --governs {item}`"
        )
    return BadInputError(_has(path), hint=hint)


def _has(path: Path) -> str:
    """Return how a party comes by a role, in words."""
    party, item = path.ids[0], path.ids[-1]
    member = (
        "" if path.assignment.holder == party else f" as a member of `{path.assignment.holder}`"
    )
    carried = "" if path.assignment.item == item else f" by way of `{path.assignment.item}`"
    return f"`{party}` is {path.assignment.kind} of `{item}`{member}{carried}"


def _not_held(
    draft: Draft, holder: str, kind: PartyRoleKind | InvolvementKind, target: str
) -> BadInputError:
    has = list(_roles_of(draft, holder))
    return BadInputError(
        f"`{holder}` is no {kind.value} of `{target}`",
        hint=f"it is {'; '.join(has)}" if has else "it has no role of its own at that moment",
    )


def _roles_of(draft: Draft, holder: str) -> Iterator[str]:
    """Yield the roles that a party plays when the change takes effect, in words."""
    index, found = draft.index, dict[str, list[str]]()
    for link in index.outgoing("PLAYS", holder):
        role = index.nodes[link.end]
        for kind in PartyRoleKind:
            if kind.value in role.labels and holds(role.properties, draft.at):
                accounts = [on.end for on in index.outgoing("ON_ACCOUNT", role.id)]
                found.setdefault(kind.value, []).extend(accounts)
    for one in involved(index, holder):
        if one.span[0] <= draft.at < one.span[1]:
            found.setdefault(one.kind.value, []).append(one.item)
    for kind_name, targets in found.items():
        yield f"{kind_name} of {', '.join(f'`{one}`' for one in dict.fromkeys(targets))}"
