"""The readable part of a household, and what is wrong with the rest.

Only plain Cypher leaves something unreadable; all other code relies on rows as the declaration
says.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import NamedTuple

from household_graph.engine.policies import KINDS
from household_graph.model.declaration import (
    ENDS,
    LABEL_SETS,
    properties_of,
    properties_of_type,
)
from household_graph.model.rows import NodeRow, RelationshipRow, Rows, Value

_ORGANIZATION = frozenset({"Party", "Organization"})
_HOUSEHOLD_DEFAULTS: Mapping[str, Value] = {"time_zone": "UTC", "age_of_majority": 18}


class Damage(NamedTuple):
    """Something that is not as declared.

    Attributes:
        ids: of the node, or of both ends of a relationship.
        text: what is wrong.
        has_default: whether a value is missing for which documents have a default.
    """

    ids: tuple[str, ...]
    text: str
    has_default: bool = False


def readable_part(rows: Rows) -> tuple[Rows, tuple[Damage, ...]]:
    """Return the rows that can be read, and what was left out and why.

    A household without a time zone or an age of majority is read with UTC and 18. An involvement
    role without a player is left out silently: an undone change may leave one.
    """
    damage: list[Damage] = []
    entities = tuple(node for node in rows.nodes if "SourceRecord" not in node.labels)
    nodes = {node.id: node for node in _readable_nodes(replace(rows, nodes=entities), damage)}
    links = [link for link in rows.relationships if link.type != "DESCRIBES"]
    links = list(_readable_links(links, nodes, damage))
    while incomplete := list(_incomplete_roles(nodes.values(), links, damage)):
        for node_id in incomplete:
            del nodes[node_id]
        links = [link for link in links if link.start in nodes and link.end in nodes]
    return Rows(rows.household, tuple(nodes.values()), tuple(links)), tuple(damage)


def _readable_nodes(rows: Rows, damage: list[Damage]) -> Iterator[NodeRow]:
    own = next((node for node in rows.nodes if node.id == rows.household), None)
    if own is None or _labels(own) != _ORGANIZATION:
        damage.append(Damage((rows.household,), f"there is no household `{rows.household}`"))
        yield NodeRow(rows.household, _ORGANIZATION, {**_HOUSEHOLD_DEFAULTS, "status": "active"})
    for node in rows.nodes:
        labels = _labels(node)
        if labels is None:
            shown = ":".join(sorted(node.labels)) or "no label"
            damage.append(Damage((node.id,), f"`{node.id}` has {shown}, which is not declared"))
        elif node is not own or labels == _ORGANIZATION:
            defaults = _HOUSEHOLD_DEFAULTS if node is own else {}
            readable = _readable(replace(node, labels=labels), damage, defaults)
            if readable is not None:
                yield readable


def _labels(node: NodeRow) -> frozenset[str] | None:
    """Return the one declared set of labels that a node has, without any others."""
    fitting = [labels for labels in LABEL_SETS if labels <= node.labels]
    return fitting[0] if len(fitting) == 1 else None


def _readable(node: NodeRow, damage: list[Damage], defaults: Mapping[str, Value]) -> NodeRow | None:
    """Return a node without its unreadable values; None for a policy that lacks its terms."""
    declared = properties_of(node.labels)
    required = [one.name for one in declared.values() if one.required] + list(defaults)
    is_policy = "Policy" in node.labels
    kind = KINDS.get(str(node.properties.get("kind"))) if is_policy else None
    required += kind.required if kind else ()
    wrong = {
        name
        for name, value in node.properties.items()
        if name in declared and not declared[name].allows(value)
    }
    missing = [name for name in required if name not in node.properties]
    for name in sorted(wrong):
        text = f"`{node.id}` has an invalid {name}: `{node.properties[name]}`"
        damage.append(Damage((node.id,), text))
    has_default = not defaults and not is_policy
    damage += [Damage((node.id,), f"`{node.id}` has no {name}", has_default) for name in missing]
    if is_policy and (missing or not wrong.isdisjoint(required)):
        return None
    properties = {name: v for name, v in node.properties.items() if name not in wrong}
    return replace(node, properties={**defaults, **properties})


def _readable_links(
    links: Iterable[RelationshipRow], nodes: Mapping[str, NodeRow], damage: list[Damage]
) -> Iterator[RelationshipRow]:
    """Yield the relationships with declared ends and a valid share."""
    for link in links:
        start, end = nodes.get(link.start), nodes.get(link.end)
        if start is None or end is None:
            continue  # the missing node has been reported
        ids = (link.start, link.end)
        pairs = ((one, other) for one in start.labels for other in end.labels)
        share = properties_of_type(link.type).get("share")
        if ENDS.get(link.type, frozenset()).isdisjoint(pairs):
            text = f"{link.type} cannot join `{link.start}` and `{link.end}`"
            damage.append(Damage(ids, text))
        elif share and not share.allows(link.properties.get("share")):
            text = f"{link.type} from `{link.start}` to `{link.end}` has no share"
            damage.append(Damage(ids, text, "share" not in link.properties))
        else:
            yield link


def _incomplete_roles(
    nodes: Iterable[NodeRow], links: Iterable[RelationshipRow], damage: list[Damage]
) -> Iterator[str]:
    """Yield the ids of roles without a player, an account, or a target."""
    played = {link.end for link in links if link.type == "PLAYS"}
    involved = {link.start for link in links if link.type == "INVOLVED_IN"}
    on_account = {link.start for link in links if link.type == "ON_ACCOUNT"}
    for node in nodes:
        missing = []
        if not node.labels.isdisjoint({"PartyRole", "ResourceRole"}) and node.id not in played:
            missing.append("player")
        if "PartyRole" in node.labels and node.id not in on_account:
            missing.append("account")
        if "InvolvementRole" in node.labels and node.id not in involved:
            missing.append("target")
        damage += [Damage((node.id,), f"the role `{node.id}` has no {one}") for one in missing]
        if missing or ("InvolvementRole" in node.labels and node.id not in played):
            yield node.id
