"""The policies of what moves to another household."""

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from household_graph.changes.policy_versions import (
    TERM_LINKS,
    exempt_from,
    links_of,
    pause_policy,
    remaining_versions,
)
from household_graph.model.ids import local_id
from household_graph.model.rows import NodeRow, policy_id, undated

if TYPE_CHECKING:
    from household_graph.changes.household_transfer import HouseholdTransfer


def carry_policies(transfer: "HouseholdTransfer") -> None:
    """Copy to the target the policies whose enforcing service was moved; in the source they stay.

    One that governs nothing that was moved, or applies to no one who was, is left out; and one
    like which there is another already. Exemptions and pauses go along, those to come as well.
    """
    source = transfer.source
    known = transfer.target.index.labelled("Policy")
    for policy in dict.fromkeys(map(policy_id, source.index.labelled("Policy"))):
        lasting = remaining_versions(source, policy)
        moved = [one for one in lasting if transfer.moved("ENFORCED_BY", one.id)]
        carried: list[str] = []
        for version in moved:
            if _is_carried(transfer, version, known):
                carried.append(_copy(transfer, version, len(carried) + 1))
        if carried:
            _join(transfer, policy, carried)
        if moved:
            source.notes.append(f"{policy} stays, and nothing enforces it here any more")


def _is_carried(transfer: "HouseholdTransfer", version: NodeRow, known: Sequence[NodeRow]) -> bool:
    """Return whether a version has something to be about in the target, and is new there."""
    for kind in ("GOVERNS", "APPLIES_TO", "ONLY_ON"):
        if transfer.source.index.ends(kind, version.id) and not transfer.moved(kind, version.id):
            return False
    return not any(_is_like(transfer, version, other) for other in known)


def _is_like(transfer: "HouseholdTransfer", version: NodeRow, other: NodeRow) -> bool:
    """Return whether a policy of the target lasts, has the same terms and governs as much."""
    governed = transfer.target.index.ends("GOVERNS", other.id)
    terms, others = (undated(one) | {"name": "", "policy": ""} for one in (version, other))
    lasts = transfer.target.remaining(other) is not None
    return lasts and others == terms and {*governed} >= {*transfer.moved("GOVERNS", version.id)}


def _copy(transfer: "HouseholdTransfer", version: NodeRow, number: int) -> str:
    """Copy what a policy says for a time, as the first version or a later one."""
    own = local_id(policy_id(version))
    there = transfer.copy(version.id, own if number == 1 else f"{own}.{number}")
    for kind in (one.type for one in TERM_LINKS.values()):
        for end in transfer.moved(kind, version.id):
            transfer.target.relate(kind, there, end)
    for service in transfer.moved("ENFORCED_BY", version.id):
        index = transfer.target.index
        roles = index.starts("INVOLVED_IN", service)
        admins = [role for role in roles if "Admin" in index.nodes[role].labels]
        if admins and not index.incoming("SET", there):
            transfer.target.relate("SET", admins[0], there)
    return there


def _join(transfer: "HouseholdTransfer", policy: str, carried: Sequence[str]) -> None:
    """Make versions in the target those of one policy, with its exemptions and pauses."""
    source, target, ids = transfer.source, transfer.target, transfer.ids
    first = carried[0]
    for before, version in pairwise(carried):
        target.update(version, policy=first)
        target.relate("SUPERSEDES", version, before)
    for link in links_of(source.index, "EXEMPT_FROM", policy):
        stated: Any = link.properties.get("only_for", ())
        only_for = tuple(sorted(ids[one] for one in stated if one in ids))
        span = source.remaining(link)
        if span and link.start in ids and bool(only_for) == bool(stated):
            exempt_from(target, ids[link.start], first, only_for, span)
    for link in links_of(source.index, "PAUSED", policy):
        if span := source.remaining(link):
            pause_policy(target, first, span)
