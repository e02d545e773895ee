"""Which law applies to what is touched: one rule for each label and each type of relationship."""

from collections.abc import Callable, Iterator

from household_graph.changes.authorization import asset_rules, role_rules
from household_graph.changes.authorization.asset_rules import connected_to, customers
from household_graph.changes.authorization.context import ChangeContext
from household_graph.changes.authorization.requirements import Law, Requirement, Right, RightKind
from household_graph.changes.authorization.role_rules import involvement_requirements
from household_graph.model.declaration import relationships_from
from household_graph.model.edits import NodeEdit
from household_graph.model.rows import RelationshipRow

_MEASURES = ("birth_date", "minor", "age_of_majority", "time_zone")
"""The properties that decide to whom and when policies apply."""


def belonging(context: ChangeContext, edit: NodeEdit) -> Iterator[Requirement]:
    """Yield what it takes to make or change a person, an organization or a place.

    Of who was there before, what policies measure by is a matter of who administers these.
    """
    if edit.before and edit.after:
        before, after = dict(edit.before.properties), dict(edit.after.properties)
        measures = [(before.pop(name, None), after.pop(name, None)) for name in _MEASURES]
        if any((was or None) != (becomes or None) for was, becomes in measures):
            yield from _measured(context, edit.id)
            if before == after:
                return
    yield Requirement(Law.PEOPLE, edit.id, customers(context, ()))


def _measured(context: ChangeContext, entity_id: str) -> Iterator[Requirement]:
    enforcers = context.enforcers()
    for service in enforcers:
        yield Requirement(Law.MEASURES, entity_id, (Right(RightKind.ADMIN, service, adult=True),))
    if not enforcers:
        yield Requirement(Law.MEASURES, entity_id, customers(context, ()))


def member_of(context: ChangeContext, link: RelationshipRow) -> Iterator[Requirement]:
    """Yield what it takes to say who is a member of what."""
    yield Requirement(Law.PEOPLE, link.start, customers(context, ()))


def located_at(context: ChangeContext, link: RelationshipRow) -> Iterator[Requirement]:
    """Yield what it takes to say where a party lives, or a device stands."""
    device = "Resource" in context.labels(link.start)
    yield from (connected_to if device else member_of)(context, link)


def responsible_for(context: ChangeContext, link: RelationshipRow) -> Iterator[Requirement]:
    """Yield what it takes to say who is responsible for a minor."""
    guardian = Right(RightKind.GUARDIAN, link.end)
    yield Requirement(Law.GUARDIANS, link.end, (guardian, *customers(context, ())))


def identity(context: ChangeContext, edit: NodeEdit) -> Iterator[Requirement]:
    """Yield what it takes to make or change a username."""
    yield _of_its_owner(context, edit.id)


def has_identity(context: ChangeContext, link: RelationshipRow) -> Iterator[Requirement]:
    """Yield what it takes to say whose a username is: a right on each such party."""
    yield _of_its_owner(context, link.end)
    yield Requirement(Law.IDENTITIES, link.end, _of_party(context, link.start))


def identified_by(context: ChangeContext, link: RelationshipRow) -> Iterator[Requirement]:
    """Yield what it takes to exercise a role with a username: a right on both.

    The owner of the username has no say in a role of another party.
    """
    yield _of_its_owner(context, link.end)
    own = tuple(
        right
        for role in context.starts("PLAYS", link.start)
        for party in context.starts("PLAYS", role)
        for right in _of_party(context, party)
    )
    for requirement in involvement_requirements(context, link.start):
        yield requirement._replace(rights=(*requirement.rights, *own))


def _of_its_owner(context: ChangeContext, one: str) -> Requirement:
    owners = context.starts("HAS_IDENTITY", one)
    rights = tuple(right for owner in owners for right in _of_party(context, owner))
    return Requirement(Law.IDENTITIES, one, rights or customers(context, ()))


def _of_party(context: ChangeContext, party: str) -> tuple[Right, ...]:
    own = (Right(RightKind.SELF, party), Right(RightKind.GUARDIAN, party))
    return (*own, *customers(context, ()))


def policy(context: ChangeContext, edit: NodeEdit) -> Iterator[Requirement]:
    """Yield what it takes to set, change or lift a policy."""
    yield _demand(context, edit.id)


def scope(context: ChangeContext, link: RelationshipRow) -> Iterator[Requirement]:
    """Yield what it takes to say what a policy governs, or to whom it applies."""
    yield _demand(context, link.start)


def exempt_from(context: ChangeContext, link: RelationshipRow) -> Iterator[Requirement]:
    """Yield what it takes to exempt a person from a policy, or to end the exemption."""
    yield _demand(context, link.end)


def enforcing(_context: ChangeContext, link: RelationshipRow) -> Iterator[Requirement]:
    """Yield what it takes to let one more service enforce a policy: to be Admin of that one too."""
    yield Requirement(Law.POLICIES, link.start, (_admin(link.end),))


def set_by(context: ChangeContext, link: RelationshipRow) -> Iterator[Requirement]:
    """Yield what it takes to say who set a policy, or to leave that open."""
    yield _demand(context, link.end)


def setting(_context: ChangeContext, link: RelationshipRow) -> Iterator[Requirement]:
    """Yield what it takes to name an Admin role as the one that set a policy: to have it."""
    yield Requirement(Law.SETTERS, link.end, (Right(RightKind.HOLDER, link.start),))


def _demand(context: ChangeContext, policy_id: str) -> Requirement:
    """Where nothing enforces a policy, it is a matter of the whole household."""
    admins = tuple(map(_admin, context.ends("ENFORCED_BY", policy_id)))
    return Requirement(Law.POLICIES, policy_id, admins or customers(context, ()))


def _admin(service: str) -> Right:
    return Right(RightKind.ADMIN, service, adult=True)


NODE_RULES: dict[str, Callable[[ChangeContext, NodeEdit], Iterator[Requirement]]] = {
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

_Rule = Callable[[ChangeContext, RelationshipRow], Iterator[Requirement]]

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
    **{one.type: scope for one in relationships_from("Policy").values()},
    "EXEMPT_FROM": exempt_from,
    "SET": set_by,
}
"""By type; a relationship of another type is touched by no party."""

_WHEN_MADE: dict[str, _Rule] = {"ENFORCED_BY": enforcing, "SET": setting}
"""What the law asks besides, where one is made."""


def requirements_for(context: ChangeContext) -> list[Requirement]:
    """Return all that the laws ask of the actor of a change, each once."""
    requirements: list[Requirement] = []
    for edit in context.edits.nodes:
        requirements += _of_node(context, edit)
    for link in context.edits.relationships:
        row = link.after or link.before
        if row:
            requirements += _of_relationship(context, row, made=link.before is None)
    return list(dict.fromkeys(requirements))


def _of_node(context: ChangeContext, edit: NodeEdit) -> Iterator[Requirement]:
    rules = [NODE_RULES[label] for label in sorted(context.labels(edit.id)) if label in NODE_RULES]
    requirements = [requirement for rule in rules for requirement in rule(context, edit)]
    yield from requirements or [Requirement(Law.UNNAMED, edit.id, ())]


def _of_relationship(
    context: ChangeContext, row: RelationshipRow, *, made: bool
) -> Iterator[Requirement]:
    rule = RELATIONSHIP_RULES.get(row.type)
    requirements = list(rule(context, row)) if rule else []
    yield from requirements or [Requirement(Law.UNNAMED, row.start, ())]
    if made and row.type in _WHEN_MADE:
        yield from _WHEN_MADE[row.type](context, row)
