"""Policies in a household that others have come from."""

from household_graph.changes.events.carrying import Carrying
from household_graph.model.rows import NodeRow
from household_graph.model.validity import span_of


def carry_policies(carrying: Carrying) -> None:
    """Let policies hold over there whose enforcing service was carried; here they stay.

    One that governs nothing that was carried, or speaks to nobody who was, is left; and one like
    which there is another already.
    """
    source = carrying.source
    for policy in source.index.labelled("Policy"):
        enforcing = [link.end for link in source.index.out("ENFORCED_BY", policy.id)]
        lasting = span_of(policy.properties)[1] > source.at
        if lasting and any(one in carrying.ids for one in enforcing):
            _carry(carrying, policy)
            source.notes.append(f"{policy.id} stays, and nothing enforces it here any more")


def _carry(carrying: Carrying, policy: NodeRow) -> None:
    index, target, ids = carrying.source.index, carrying.target, carrying.ids
    ends = {
        kind: [link.end for link in index.out(kind, policy.id)]
        for kind in ("GOVERNS", "APPLIES_TO", "ENFORCED_BY")
    }
    known = {kind: [ids[one] for one in of_kind if one in ids] for kind, of_kind in ends.items()}
    bears = not ends["GOVERNS"] or known["GOVERNS"]
    speaks = not ends["APPLIES_TO"] or known["APPLIES_TO"]
    if not (bears and speaks) or _is_there(carrying, policy, known["GOVERNS"]):
        return
    there = carrying.copy(policy.id)
    for kind, of_kind in known.items():
        for one in of_kind:
            target.link(kind, there, one)
    for service in known["ENFORCED_BY"]:
        _set_by(carrying, there, service)
    for link in carrying.source.holding(index.into("EXEMPT_FROM", policy.id)):
        if link.start in ids:
            end = span_of(link.properties)[1]
            target.link("EXEMPT_FROM", ids[link.start], there, span=(target.at, end))


def _is_there(carrying: Carrying, policy: NodeRow, governs: list[str]) -> bool:
    """Return whether there is one over there that says the same."""
    target = carrying.target
    said = _said(policy)
    return any(
        _said(other) == said
        and {link.end for link in target.index.out("GOVERNS", other.id)} >= set(governs)
        for other in target.index.labelled("Policy")
        if span_of(other.properties)[1] > target.at
    )


def _said(policy: NodeRow) -> dict[str, object]:
    hidden = ("valid_from", "valid_to", "name")
    return {n: v for n, v in policy.properties.items() if n not in hidden}


def _set_by(carrying: Carrying, policy: str, service: str) -> None:
    index = carrying.target.index
    if index.into("SET", policy):
        return
    for link in index.into("INVOLVED_IN", service):
        if "Admin" in index.nodes[link.start].labels:
            carrying.target.link("SET", link.start, policy)
            return
