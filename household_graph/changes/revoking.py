"""Revoking a role, with what to do instead where a party does not have it by itself."""

from collections.abc import Iterator

from household_graph.changes.checks import holder_of, in_household, item_of
from household_graph.changes.draft import Draft
from household_graph.changes.functional_roles import end_role
from household_graph.changes.involvement import release
from household_graph.changes.played import functional_roles, involved
from household_graph.engine.facts_from_rows import facts_from_rows
from household_graph.engine.paths import Path, paths
from household_graph.errors import BadInputError
from household_graph.model.ids import household_of
from household_graph.model.validity import holds, span_of
from household_graph.model.vocabulary import InvolvementKind, PartyRoleKind


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
    live = [path for path in paths(facts, holder, kind, item) if path.live(draft.at)]
    return sorted(live, key=lambda path: (len(path.ids), path.ids))


def _held_otherwise(path: Path) -> BadInputError:
    party, item = path.ids[0], path.ids[-1]
    command = (
        f"household-graph role revoke {path.held.holder} {path.held.kind.lower()} {path.held.item}"
    )
    if path.held.holder == party:
        return BadInputError(_has(path), hint=f"end it there: `{command}`")
    hint = f"end it for all with `{command}` and grant it to those who keep it"
    if path.held.kind == InvolvementKind.CONSUMER.value:
        hint += (
            f", or forbid it to one with `household-graph policy set {household_of(party)} ID "
            f"--kind block --audience {party} --governs {item}`"
        )
    return BadInputError(_has(path), hint=hint)


def _has(path: Path) -> str:
    """Return by what somebody has a role on something, in words."""
    party, item = path.ids[0], path.ids[-1]
    member = "" if path.held.holder == party else f" as a member of `{path.held.holder}`"
    carried = "" if path.held.item == item else f" by way of `{path.held.item}`"
    return f"`{party}` is {path.held.kind} of `{item}`{member}{carried}"


def _not_held(
    draft: Draft, holder: str, kind: PartyRoleKind | InvolvementKind, target: str
) -> BadInputError:
    has = list(_roles_of(draft, holder))
    return BadInputError(
        f"`{holder}` is no {kind.value} of `{target}`",
        hint=f"it is {'; '.join(has)}" if has else "it has no role of its own at that moment",
    )


def _roles_of(draft: Draft, holder: str) -> Iterator[str]:
    """Yield the roles that somebody plays when the change takes effect, in words."""
    index, found = draft.index, dict[str, list[str]]()
    for link in index.out("PLAYS", holder):
        role = index.nodes[link.end]
        for kind in PartyRoleKind:
            if kind.value in role.labels and holds(role.properties, draft.at):
                accounts = [on.end for on in index.out("ON_ACCOUNT", role.id)]
                found.setdefault(kind.value, []).extend(accounts)
    for one in involved(index, holder):
        if one.span[0] <= draft.at < one.span[1]:
            found.setdefault(one.kind.value, []).append(one.item)
    for kind_name, targets in found.items():
        yield f"{kind_name} of {', '.join(f'`{one}`' for one in dict.fromkeys(targets))}"
