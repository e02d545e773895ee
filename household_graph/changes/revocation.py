"""Revoking a role: what ends, what another payer pays then, and why it cannot be revoked here."""

from household_graph.changes.bill_shares import redistribute_share
from household_graph.changes.draft import Draft, holder_of, in_household, item_of
from household_graph.changes.role_grants import end_role, release
from household_graph.changes.role_queries import functional_roles, list_roles, nearest_paths
from household_graph.engine.grants import Path
from household_graph.errors import BadInputError
from household_graph.model.enums import InvolvementKind, PartyRoleKind
from household_graph.model.ids import household_of


def revoke(draft: Draft, party: str, kind: PartyRoleKind | InvolvementKind, target: str) -> None:
    """End a role that a party or a resource plays itself.

    The other payers of a bill, where there are any, pay what a Bill Payer paid.
    A note says where it still has it in another way.

    Raises:
        BadInputError: if the party has no such role, or has it only as a member of something, or
            by way of a product; the hint says what to do.
    """
    holder = holder_of(draft, party).id
    if isinstance(kind, PartyRoleKind):
        account = in_household(draft, target, "account", "CustomerAccount").id
        roles = functional_roles(draft.index, holder, kind, account)
        lasting = [role.id for role in roles if draft.remaining(role)]
        for role in lasting:
            if kind is PartyRoleKind.BILL_PAYER:
                redistribute_share(draft, draft.get(role))
            else:
                end_role(draft, role)
        if not lasting:
            raise _not_held(draft, holder, kind, account)
        return
    item = item_of(draft, target).id
    ended = release(draft, holder, kind, item)
    others = nearest_paths(draft, holder, kind, item)
    if not ended:
        raise _held_otherwise(others[0]) if others else _not_held(draft, holder, kind, item)
    draft.notes += [f"{_in_words(path)} still" for path in others[:1]]


def _held_otherwise(path: Path) -> BadInputError:
    party, item, found = path.ids[0], path.ids[-1], path.assignment
    command = f"household-graph role revoke {found.holder} {found.kind.lower()} {found.item}"
    if found.holder == party:
        return BadInputError(_in_words(path), hint=f"end it there: `{command}`")
    hint = f"end it for all with `{command}` and grant it to those who keep it"
    if found.kind == InvolvementKind.CONSUMER.value:
        hint += (
            f", or forbid it to one with `household-graph policy set {household_of(party)} ID "
            f"--kind block --audience {party} --governs {item}`"
        )
    return BadInputError(_in_words(path), hint=hint)


def _in_words(path: Path) -> str:
    """Return how a party comes by a role, in words."""
    (party, *_, item), found = path.ids, path.assignment
    member = "" if found.holder == party else f" as a member of `{found.holder}`"
    carried = "" if found.item == item else f" by way of `{found.item}`"
    return f"`{party}` is {found.kind} of `{item}`{member}{carried}"


def _not_held(
    draft: Draft, holder: str, kind: PartyRoleKind | InvolvementKind, target: str
) -> BadInputError:
    has: dict[str, dict[str, None]] = {}
    for one in list_roles(draft, holder):
        if one.through is None:
            has.setdefault(one.role, {})[f"`{one.target}`"] = None
    roles = "; ".join(f"{role} of {', '.join(targets)}" for role, targets in has.items())
    return BadInputError(
        f"`{holder}` is no {kind.value} of `{target}`",
        hint=f"it is {roles}" if roles else "it has no role of its own at that moment",
    )
