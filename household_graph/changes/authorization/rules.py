"""Which law bears on what is touched: one rule for each label and each type of relationship."""

from collections.abc import Callable, Iterator

from household_graph.changes.authorization import holdings, involvements, people, policies, roles
from household_graph.changes.authorization.rights import Demand, Law
from household_graph.changes.authorization.sight import Sight
from household_graph.model.edits import NodeEdit
from household_graph.model.rows import RelationshipRow

NODE_RULES: dict[str, Callable[[Sight, NodeEdit], Iterator[Demand]]] = {
    "InvolvementRole": involvements.involvement,
    "PartyRole": roles.party_role,
    "ResourceRole": roles.device_role,
    "CustomerAccount": holdings.account,
    "BillingAccount": holdings.bill,
    "Product": holdings.product,
    "Service": holdings.service,
    "Resource": holdings.device,
    "Policy": policies.policy,
    "DigitalIdentity": people.identity,
    "Individual": people.belonging,
    "Organization": people.belonging,
    "Place": people.belonging,
}
"""By label; a node whose labels are not here is touched by no party."""

_Rule = Callable[[Sight, RelationshipRow], Iterator[Demand]]

RELATIONSHIP_RULES: dict[str, _Rule] = {
    "PLAYS": roles.plays,
    "INVOLVED_IN": involvements.involved,
    "IDENTIFIED_BY": people.identified_by,
    "ON_ACCOUNT": roles.on_account,
    "GUARANTEED_BY": roles.guarantor,
    "PAYS": roles.pays,
    "CHARGED_TO": holdings.charged_to,
    "HAS_PRODUCT": holdings.has_product,
    "BUNDLES": holdings.joined,
    "REALIZED_BY": holdings.joined,
    "AVAILABLE_ON": holdings.available_on,
    "CONNECTED_TO": holdings.connected_to,
    "LOCATED_AT": people.located_at,
    "MEMBER_OF": people.member_of,
    "RESPONSIBLE_FOR": people.responsible_for,
    "HAS_IDENTITY": people.has_identity,
    "GOVERNS": policies.scope,
    "APPLIES_TO": policies.scope,
    "ENFORCED_BY": policies.scope,
    "EXEMPT_FROM": policies.exempt_from,
    "SET": policies.set_by,
}
"""By type; a relationship of another type is touched by no party."""

_WHEN_MADE: dict[str, _Rule] = {"ENFORCED_BY": policies.enforcing, "SET": policies.setting}
"""What the law asks besides, where one is made."""


def demands_of(sight: Sight) -> list[Demand]:
    """Return all that the laws ask of whoever makes a change, each once."""
    demands: list[Demand] = []
    for edit in sight.edits.nodes:
        demands += _of_node(sight, edit)
    for link in sight.edits.relationships:
        row = link.after or link.before
        if row:
            demands += _of_relationship(sight, row, made=link.before is None)
    return list(dict.fromkeys(demands))


def _of_node(sight: Sight, edit: NodeEdit) -> Iterator[Demand]:
    rules = [NODE_RULES[label] for label in sorted(sight.labels(edit.id)) if label in NODE_RULES]
    demands = [demand for rule in rules for demand in rule(sight, edit)]
    yield from demands or [Demand(Law.UNNAMED, edit.id, ())]


def _of_relationship(sight: Sight, row: RelationshipRow, *, made: bool) -> Iterator[Demand]:
    rule = RELATIONSHIP_RULES.get(row.type)
    demands = list(rule(sight, row)) if rule else []
    yield from demands or [Demand(Law.UNNAMED, row.start, ())]
    if made and row.type in _WHEN_MADE:
        yield from _WHEN_MADE[row.type](sight, row)
