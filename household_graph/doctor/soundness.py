"""The part of a household that can be read, and what is wrong with the rest.

Everything but the doctor may take it that rows are as the project writes them.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import NamedTuple

from household_graph.model.declaration import (
    ENDS,
    LABEL_SETS,
    properties_of,
    properties_of_type,
)
from household_graph.model.enums import PolicyKind
from household_graph.model.rows import NodeRow, RelationshipRow, Rows, Value

_ORGANIZATION = frozenset({"Party", "Organization"})
_STAND_IN: Mapping[str, Value] = {"time_zone": "UTC", "age_of_majority": 18}
_CURFEW = ("weekdays", "start_time", "end_time")
_RECORD, _OF_RECORD = "SourceRecord", "DESCRIBES"


class Damage(NamedTuple):
    """Something that is not as it has to be.

    Attributes:
        ids: of the node, or of both ends of a relationship.
        text: what is wrong with it.
        usual: whether a value is missing for which a document has a usual one.
    """

    ids: tuple[str, ...]
    text: str
    usual: bool = False


def sound_part(rows: Rows) -> tuple[Rows, tuple[Damage, ...]]:
    """Return the rows that can be read, and what was left out of them and why.

    A household without a time zone or an age of majority is read with UTC and 18. An involvement
    role that nobody plays is left out and is no damage: it may be what an undone change left.
    """
    damage: list[Damage] = []
    rows = _without_records(rows)
    nodes = {node.id: node for node in _readable_nodes(rows, damage)}
    links = list(_fitting_links(rows.relationships, nodes, damage))
    while lost := list(_unconnected(nodes.values(), links, damage)):
        for node_id in lost:
            del nodes[node_id]
        links = [link for link in links if link.start in nodes and link.end in nodes]
    return Rows(rows.household, tuple(nodes.values()), tuple(links)), tuple(damage)


def _without_records(rows: Rows) -> Rows:
    """Return rows without the records of imports, which only say where the others come from."""
    return replace(
        rows,
        nodes=tuple(node for node in rows.nodes if _RECORD not in node.labels),
        relationships=tuple(link for link in rows.relationships if link.type != _OF_RECORD),
    )


def _readable_nodes(rows: Rows, damage: list[Damage]) -> Iterator[NodeRow]:
    stand_in = NodeRow(rows.household, _ORGANIZATION, {**_STAND_IN, "status": "active"})
    own = [node for node in rows.nodes if node.id == rows.household]
    if not own or _labels(own[0]) != stand_in.labels:
        damage.append(Damage((rows.household,), f"the household `{rows.household}` is not there"))
        yield stand_in
    for node in rows.nodes:
        labels = _labels(node)
        if labels is None:
            shown = ":".join(sorted(node.labels)) or "no label"
            damage.append(Damage((node.id,), f"`{node.id}` has {shown}, and so is nothing known"))
            continue
        if node.id == rows.household and labels != stand_in.labels:
            continue
        kept = _readable(replace(node, labels=labels), damage, of_household=node in own)
        if kept is not None:
            yield kept


def _labels(node: NodeRow) -> frozenset[str] | None:
    """Return the one set of labels that says what it is; others may have been put beside it."""
    fitting = [labels for labels in LABEL_SETS if labels <= node.labels]
    return fitting[0] if len(fitting) == 1 else None


def _readable(node: NodeRow, damage: list[Damage], *, of_household: bool) -> NodeRow | None:
    """Return a node without the values that cannot be read; None where it is nothing without."""
    declared = properties_of(node.labels)
    required = [one.name for one in declared.values() if one.required]
    required += _STAND_IN if of_household else ()
    policy = "Policy" in node.labels
    if policy and node.properties.get("kind") == PolicyKind.CURFEW:
        required += _CURFEW
    wrong = {
        name
        for name, value in node.properties.items()
        if name in declared and not declared[name].allows(value)
    }
    missing = [name for name in required if name not in node.properties]
    for name in sorted(wrong):
        text = f"`{node.id}` has a {name} that means nothing: `{node.properties[name]}`"
        damage.append(Damage((node.id,), text))
    usual = not of_household and not policy
    damage += [Damage((node.id,), f"`{node.id}` has no {name}", usual) for name in missing]
    if policy and not wrong.isdisjoint(required) | bool(missing):
        return None
    properties = {name: v for name, v in node.properties.items() if name not in wrong}
    return replace(node, properties={**(_STAND_IN if of_household else {}), **properties})


def _fitting_links(
    links: Iterable[RelationshipRow], nodes: Mapping[str, NodeRow], damage: list[Damage]
) -> Iterator[RelationshipRow]:
    """Yield the relationships that join what they can join."""
    for link in links:
        start, end = nodes.get(link.start), nodes.get(link.end)
        if start is None or end is None:
            continue  # the node that is missing has been reported
        ids = (link.start, link.end)
        pairs = ((one, other) for one in start.labels for other in end.labels)
        if ENDS.get(link.type, frozenset()).isdisjoint(pairs):
            text = f"{link.type} cannot join `{link.start}` and `{link.end}`"
            damage.append(Damage(ids, text))
            continue
        share = properties_of_type(link.type).get("share")
        if share and not share.allows(link.properties.get("share")):
            text = f"{link.type} from `{link.start}` to `{link.end}` has no share"
            damage.append(Damage(ids, text, "share" not in link.properties))
            continue
        yield link


def _unconnected(
    nodes: Iterable[NodeRow], links: Iterable[RelationshipRow], damage: list[Damage]
) -> Iterator[str]:
    """Yield roles that nobody plays, and involvement roles on nothing."""
    played = {link.end for link in links if link.type == "PLAYS"}
    involved = {link.start for link in links if link.type == "INVOLVED_IN"}
    on_account = {link.start for link in links if link.type == "ON_ACCOUNT"}
    for node in nodes:
        lacks = []
        if not node.labels.isdisjoint({"PartyRole", "ResourceRole"}) and node.id not in played:
            lacks.append("nobody who plays it")
        if "PartyRole" in node.labels and node.id not in on_account:
            lacks.append("no account")
        if "InvolvementRole" in node.labels and node.id not in involved:
            lacks.append("nothing that it is on")
        damage += [Damage((node.id,), f"the role `{node.id}` has {lack}") for lack in lacks]
        if lacks or ("InvolvementRole" in node.labels and node.id not in played):
            yield node.id
