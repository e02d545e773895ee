"""Checks of what policies and identities rest on."""

from collections.abc import Iterator

from household_graph.doctor.evidence import Evidence, local
from household_graph.doctor.finding import Symptom
from household_graph.model.rows import NodeRow

_ACTIVE = "active"


def policies_without_service(evidence: Evidence) -> Iterator[Symptom]:
    """Yield policies in force that no live service enforces."""
    for policy in filter(evidence.in_force, evidence.index.labelled("Policy")):
        services = [link.end for link in evidence.index.outgoing("ENFORCED_BY", policy.id)]
        if any(map(evidence.service_live, services)):
            continue
        names = ", ".join(f"`{service}`" for service in services)
        text = f"the policy `{policy.id}` is in force, and no service enforces it"
        text += f": not active is {names}" if services else ""
        yield Symptom((policy.id, *services), text, *_enforced(evidence, policy))


def orphan_identities(evidence: Evidence) -> Iterator[Symptom]:
    """Yield active identities of nobody, or of somebody who has left or is not active."""
    for identity in evidence.index.labelled("DigitalIdentity"):
        if identity.properties.get("status", _ACTIVE) != _ACTIVE:
            continue
        owners = [link.start for link in evidence.index.incoming("HAS_IDENTITY", identity.id)]
        if not any(_takes_part(evidence, owner) for owner in owners):
            names = " and ".join(f"`{owner}`, who takes no part any more" for owner in owners)
            text = f"the identity `{identity.id}` belongs to {names or 'nobody'}"
            mend = evidence.command("identity", "suspend", identity.id, at=None)
            yield Symptom((identity.id, *owners), text, mend)


def identities_of_others(evidence: Evidence) -> Iterator[Symptom]:
    """Yield involvement roles in force that are exercised with an identity of somebody else."""
    for role in filter(evidence.in_force, evidence.index.labelled("InvolvementRole")):
        player = _player(evidence, role)
        if player is None:
            continue
        own = {link.end for link in evidence.index.outgoing("HAS_IDENTITY", player)}
        for link in evidence.index.outgoing("IDENTIFIED_BY", role.id):
            if link.end not in own:
                text = f"`{player}` is identified by `{link.end}` in `{role.id}`, and does not "
                hint = f"take `{local(link.end)}` out of `identified_by`, or give it to its owner"
                ids = (role.id, link.end, player)
                yield Symptom(ids, f"{text}own it", evidence.through_document, hint)


def _enforced(evidence: Evidence, policy: NodeRow) -> tuple[str, str | None]:
    """Return the command by which a live service enforces a policy, and what to do with it."""
    if evidence.enforcing:
        words = ("policy", "set", evidence.household, local(policy.id))
        service = evidence.enforcing[0]
        return evidence.command(*words, "--enforced-by", service, at="--from"), None
    hint = "name an active service in its `enforced_by`, or make the one that is named active"
    return evidence.through_document, hint


def _takes_part(evidence: Evidence, owner: str) -> bool:
    """Return whether a party is active, and is the household, a member, or plays a role."""
    if not evidence.is_active(owner):
        return False
    roles = (evidence.index.nodes[link.end] for link in evidence.index.outgoing("PLAYS", owner))
    links = evidence.index.outgoing("MEMBER_OF", owner)
    part = any(map(evidence.in_force, links)) or any(map(evidence.in_force, roles))
    return part or owner == evidence.household


def _player(evidence: Evidence, involvement: NodeRow) -> str | None:
    """Return the party that plays an involvement role by way of a role in force."""
    role = evidence.index.nodes[evidence.index.incoming("PLAYS", involvement.id)[0].start]
    if "PartyRole" not in role.labels or not evidence.in_force(role):
        return None
    return evidence.player(role.id)
