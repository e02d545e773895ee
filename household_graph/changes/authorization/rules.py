"""Which law applies to what is touched: one rule for each label and each type of relationship."""

from collections.abc import Callable, Iterator

from household_graph.changes.authorization import asset_rules, role_rules
from household_graph.changes.authorization.asset_rules import connected_to, customers
from household_graph.changes.authorization.context import Sight
from household_graph.changes.authorization.requirements import Demand, Law, Right, RightKind
from household_graph.changes.authorization.role_rules import involvement_demands
from household_graph.model.edits import NodeEdit
from household_graph.model.rows import RelationshipRow

_MEASURES = ("birth_date", "minor", "age_of_majority", "time_zone")
"""The properties by which policies tell whom and when they forbid."""


def belonging(sight: Sight, edit: NodeEdit) -> Iterator[Demand]:
    """Yield what it takes to make or change a person, an organization or a place.

    Of who was there before, what policies measure by is a matter of who administers these.
    """
    if edit.before and edit.after:
        before, after = dict(edit.before.properties), dict(edit.after.properties)
        measures = [(before.pop(name, None), after.pop(name, None)) for name in _MEASURES]
        if any((was or None) != (becomes or None) for was, becomes in measures):
            yield from _measured(sight, edit.id)
            if before == after:
                return
    yield Demand(Law.PEOPLE, edit.id, customers(sight, ()))


def _measured(sight: Sight, entity_id: str) -> Iterator[Demand]:
    enforcers = sight.enforcers()
    for service in enforcers:
        yield Demand(Law.MEASURES, entity_id, (Right(RightKind.ADMIN, service, adult=True),))
    if not enforcers:
        yield Demand(Law.MEASURES, entity_id, customers(sight, ()))


def member_of(sight: Sight, link: RelationshipRow) -> Iterator[Demand]:
    """Yield what it takes to say who is a member of what."""
    yield Demand(Law.PEOPLE, link.start, customers(sight, ()))


def located_at(sight: Sight, link: RelationshipRow) -> Iterator[Demand]:
    """Yield what it takes to say where a party lives, or a device stands."""
    device = "Resource" in sight.labels(link.start)
    yield from (connected_to if device else member_of)(sight, link)


def responsible_for(sight: Sight, link: RelationshipRow) -> Iterator[Demand]:
    """Yield what it takes to say who is responsible for a minor."""
    guardian = Right(RightKind.GUARDIAN, link.end)
    yield Demand(Law.GUARDIANS, link.end, (guardian, *customers(sight, ())))


def identity(sight: Sight, edit: NodeEdit) -> Iterator[Demand]:
    """Yield what it takes to make or change a username."""
    yield _of_its_owner(sight, edit.id)


def has_identity(sight: Sight, link: RelationshipRow) -> Iterator[Demand]:
    """Yield what it takes to say whose a username is: a right on each such party."""
    yield _of_its_owner(sight, link.end)
    yield Demand(Law.IDENTITIES, link.end, _of_party(sight, link.start))


def identified_by(sight: Sight, link: RelationshipRow) -> Iterator[Demand]:
    """Yield what it takes to exercise a role with a username: a right on both.

    Whose username it is has no say yet in a role of somebody else.
    """
    yield _of_its_owner(sight, link.end)
    own = tuple(
        right
        for role in sight.starts("PLAYS", link.start)
        for party in sight.starts("PLAYS", role)
        for right in _of_party(sight, party)
    )
    for demand in involvement_demands(sight, link.start):
        yield demand._replace(rights=(*demand.rights, *own))


def _of_its_owner(sight: Sight, one: str) -> Demand:
    owners = sight.starts("HAS_IDENTITY", one)
    rights = tuple(right for owner in owners for right in _of_party(sight, owner))
    return Demand(Law.IDENTITIES, one, rights or customers(sight, ()))


def _of_party(sight: Sight, party: str) -> tuple[Right, ...]:
    own = (Right(RightKind.SELF, party), Right(RightKind.GUARDIAN, party))
    return (*own, *customers(sight, ()))


def policy(sight: Sight, edit: NodeEdit) -> Iterator[Demand]:
    """Yield what it takes to set, change or lift a policy."""
    yield _demand(sight, edit.id)


def scope(sight: Sight, link: RelationshipRow) -> Iterator[Demand]:
    """Yield what it takes to say what a policy governs, or to whom it applies."""
    yield _demand(sight, link.start)


def exempt_from(sight: Sight, link: RelationshipRow) -> Iterator[Demand]:
    """Yield what it takes to exempt somebody from a policy, or to take that back."""
    yield _demand(sight, link.end)


def enforcing(_sight: Sight, link: RelationshipRow) -> Iterator[Demand]:
    """Yield what it takes to let one more service enforce a policy: to be Admin of that one too."""
    yield Demand(Law.POLICIES, link.start, (_admin(link.end),))


def set_by(sight: Sight, link: RelationshipRow) -> Iterator[Demand]:
    """Yield what it takes to say who set a policy, or to leave that open."""
    yield _demand(sight, link.end)


def setting(_sight: Sight, link: RelationshipRow) -> Iterator[Demand]:
    """Yield what it takes to name an Admin role as the one that set a policy: to have it."""
    yield Demand(Law.SETTERS, link.end, (Right(RightKind.HOLDER, link.start),))


def _demand(sight: Sight, policy_id: str) -> Demand:
    """Where nothing enforces a policy, it is a matter of the whole household."""
    admins = tuple(map(_admin, sight.ends("ENFORCED_BY", policy_id)))
    return Demand(Law.POLICIES, policy_id, admins or customers(sight, ()))


def _admin(service: str) -> Right:
    return Right(RightKind.ADMIN, service, adult=True)


NODE_RULES: dict[str, Callable[[Sight, NodeEdit], Iterator[Demand]]] = {
    "InvolvementRole": role_rules.involvement,
    "PartyRole": role_rules.party_role,
    "ResourceRole": role_rules.device_role,
    "CustomerAccount": asset_rules.account,
    "BillingAccount": asset_rules.bill,
    "Product": asset_rules.product,
    "Service": asset_rules.service,
    "Resource": asset_rules.device,
    "Policy": policy,
    "DigitalIdentity": identity,
    "Individual": belonging,
    "Organization": belonging,
    "Place": belonging,
}
"""By label; a node whose labels are not here is touched by no party."""

_Rule = Callable[[Sight, RelationshipRow], Iterator[Demand]]

RELATIONSHIP_RULES: dict[str, _Rule] = {
    "PLAYS": role_rules.plays,
    "INVOLVED_IN": role_rules.involved,
    "IDENTIFIED_BY": identified_by,
    "ON_ACCOUNT": role_rules.on_account,
    "GUARANTEED_BY": role_rules.guarantor,
    "PAYS": role_rules.pays,
    "CHARGED_TO": asset_rules.charged_to,
    "HAS_PRODUCT": asset_rules.has_product,
    "BUNDLES": asset_rules.joined,
    "REALIZED_BY": asset_rules.joined,
    "AVAILABLE_ON": asset_rules.available_on,
    "CONNECTED_TO": asset_rules.connected_to,
    "LOCATED_AT": located_at,
    "MEMBER_OF": member_of,
    "RESPONSIBLE_FOR": responsible_for,
    "HAS_IDENTITY": has_identity,
    "GOVERNS": scope,
    "APPLIES_TO": scope,
    "ENFORCED_BY": scope,
    "EXEMPT_FROM": exempt_from,
    "SET": set_by,
}
"""By type; a relationship of another type is touched by no party."""

_WHEN_MADE: dict[str, _Rule] = {"ENFORCED_BY": enforcing, "SET": setting}
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
