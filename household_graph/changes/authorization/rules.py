"""Which rights a change requires of a party: rules by label, and by type of relationship."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Literal

from household_graph.changes.authorization import Law, refusal, together, who_could
from household_graph.changes.authorization.agreement import who_could_meet, who_has_to_agree
from household_graph.changes.authorization.context import (
    ChangeContext,
    Requirement,
    Right,
    effective,
    minor_admins,
)
from household_graph.changes.authorization.rights import (
    Rights,
    adult_admin,
    customers,
    device_rights,
    guarantor_rights,
    guardians,
    own_rights,
    party_rights,
    policy_rights,
    product_rights,
    username_rights,
)
from household_graph.changes.authorization.role_rules import (
    Requirements,
    identified_by,
    involved_in,
    involvement_role,
    on_account,
    party_role,
    pays,
    plays,
    resource_role,
    what_it_plays,
)
from household_graph.engine.facts import Facts
from household_graph.errors import RefusedError
from household_graph.model.declaration import relationships_from
from household_graph.model.edits import Edits, NodeEdit
from household_graph.model.enums import AdministrativeState, ProductStatus, ServiceState
from household_graph.model.rows import RelationshipRow, Rows
from household_graph.model.spans import without

_Rule = Callable[[ChangeContext, Any], Requirements]
"""Takes the edit of a node, or the row of a relationship that is made, changed or removed."""

_MEASURES = ("birth_date", "minor", "age_of_majority", "time_zone")  # what policies measure by
_PROVIDERS = ("payment_status", "price", "minimum_age", "category")
_GIVEN_UP = {AdministrativeState.LOCKED.value, AdministrativeState.LOST.value}
_SUSPENDED = ProductStatus.SUSPENDED.value
_STOPPED = {
    ServiceState.INACTIVE.value,
    ServiceState.SUSPENDED.value,
    ServiceState.TERMINATED.value,
}


def check_changes(
    before: Mapping[str, Rows],
    changes: Iterable[Edits],
    actors: Sequence[str],
    now: int,
    consenting: Sequence[str],
) -> None:
    """Check what is done to households that are there; see `check_authority`."""
    required = [
        (context, requirements_for(context))
        for context in (ChangeContext(before[one.household], one, now) for one in changes)
    ]
    reasons = [
        (context.refusing_law(actors, one), context.describe(one.thing))
        for context, of_one in required
        for one in of_one
        if not context.is_met(actors, one)
    ]
    if reasons:
        eligible, group = who_could_meet(required, actors, consenting)
        needs = who_has_to_agree(required, actors, consenting)
        raise refusal(actors, reasons, eligible, group, needs)
    for context, _required in required:
        if context.facts_after:
            _check_minor_admins(context.facts, context.facts_after)


def check_founding(rows: Rows, edits: Edits, actors: Sequence[str], now: int) -> None:
    """Check who founds a household, by edits: a Customer of it, by the rights they have then."""
    context = ChangeContext(rows, Edits(rows.household), effective(edits, now))
    customer = Right(context.any_customer, rows.household, adult=True)
    founds = Requirement(Law.FOUNDERS, rows.household, (customer,))
    if not context.is_met(actors, founds):
        raise RefusedError(
            f"{together(actors)} may not make the household `{rows.household}`, "
            f"because {founds.law}",
            hint=who_could(context.who_meets([founds])),
        )
    _check_minor_admins(None, context.facts)


def _check_minor_admins(before: Facts | None, after: Facts) -> None:
    """Refuse to make a minor Admin of what enforces policies, at a time at which they were not."""
    had = minor_admins(before) if before else {}
    for (minor, service), spans in sorted(minor_admins(after).items()):
        if without(spans, had.get((minor, service), ())):
            raise RefusedError(
                f"`{minor}` would be Admin of `{service}`, but {Law.MINOR_ADMINS}",
                hint="let an adult administer it",
            )


def requirements_for(context: ChangeContext) -> list[Requirement]:
    """Return all that the laws ask of the actor of a change, each once."""
    found: list[Requirement] = []
    for edit in context.edits.nodes:
        rules = [
            rule for label in sorted(context.labels(edit.id)) for rule in _RULES.get(label, ())
        ]
        own = [requirement for rule in rules for requirement in rule(context, edit)]
        found += own or [Requirement(Law.UNNAMED, edit.id)]
    for link in context.edits.relationships:
        if row := link.after or link.before:
            made = _WHEN_MADE.get(row.type, ()) if link.before is None else ()
            rules = [*_RULES.get(row.type, ()), *made]
            own = [requirement for rule in rules for requirement in rule(context, row)]
            found += own or [Requirement(Law.UNNAMED, row.start)]
    for service in context.stopped():
        found.append(Requirement(Law.ENFORCERS, service, adult_admin(context, service)))
    return list(dict.fromkeys(found))


def _lifted(context: ChangeContext, version: str) -> Requirements:
    """Yield what it takes to lift a policy: the say over every version that has not ended."""
    policy = context.policy_of(version)
    lasting = context.versions(policy)
    for one in lasting or [version]:
        yield Requirement(Law.POLICIES, policy, policy_rights(context, one))


def _policy(context: ChangeContext, edit: NodeEdit) -> Requirements:
    """What becomes a version of a policy shares its exemptions and pauses."""
    yield Requirement(Law.POLICIES, edit.id, policy_rights(context, edit.id))
    was, becomes = (side and side.properties.get("policy") for side in (edit.before, edit.after))
    for policy in (was, becomes) if was != becomes else ():
        yield from _lifted(context, str(policy)) if policy else ()


def _people(context: ChangeContext, edit: NodeEdit) -> Requirements:
    """What policies measure by is, of who was there before, for who administers policies."""
    if edit.before and edit.after:
        before, after = dict(edit.before.properties), dict(edit.after.properties)
        measures = [(before.pop(name, None), after.pop(name, None)) for name in _MEASURES]
        if any((was or None) != (becomes or None) for was, becomes in measures):
            admins = [adult_admin(context, service) for service in context.enforcers()]
            for found in admins or [customers(context, edit.id)]:
                yield Requirement(Law.MEASURES, edit.id, found)
            if before == after:
                return
    yield Requirement(Law.PEOPLE, edit.id, customers(context, edit.id))


def _provider_values(context: ChangeContext, edit: NodeEdit) -> Requirements:
    if edit.before is None and edit.id in context.edits.offered:
        return  # the provider says it in the catalogue, or said it before
    before = edit.before.properties if edit.before else {}
    after = edit.after.properties if edit.after else before
    if any(before.get(name) != after.get(name) for name in _PROVIDERS):
        yield Requirement(Law.PROVIDER, edit.id)


def _service(context: ChangeContext, edit: NodeEdit) -> Requirements:
    """A service may be stopped, and not made what it is not; one is made as it is offered."""
    if not edit.before and edit.id not in context.edits.offered:
        yield Requirement(Law.SERVICES, edit.id)
        return
    if not edit.before or not edit.after:  # it is ordered, or the order is undone
        yield Requirement(Law.PRODUCTS, edit.id, product_rights(context, edit.id))
        return
    state = edit.after.properties.get("state")
    changes_state = edit.before.properties.get("state") != state
    if changes_state and state not in _STOPPED:
        yield Requirement(Law.SERVICES, edit.id)
    others = {**edit.before.properties, "state": state} != dict(edit.after.properties)
    if changes_state and edit.id in context.enforcers(later=True):
        yield Requirement(Law.ENFORCERS, edit.id, adult_admin(context, edit.id))
        changes_state = False
    if others or changes_state:
        yield Requirement(Law.PRODUCTS, edit.id, product_rights(context, edit.id))
        yield from _provider_values(context, edit)


def _device(context: ChangeContext, edit: NodeEdit) -> Requirements:
    """More people may lock a device or report it lost than may change it otherwise."""
    if edit.before and edit.after:
        state = edit.after.properties.get("administrative_state")
        others = {**edit.before.properties, "administrative_state": state}
        if state in _GIVEN_UP and others == dict(edit.after.properties):
            own = (Right(context.admin, edit.id), Right(context.only_consumer, edit.id))
            yield Requirement(Law.GIVEN_UP, edit.id, (*own, *customers(context, edit.id)))
            return
    yield Requirement(Law.DEVICES, edit.id, device_rights(context, edit.id))


def _available_on(context: ChangeContext, link: RelationshipRow) -> Requirements:
    """What enforces policies is made available on a device by who is of age."""
    found = device_rights(context, link.end)
    if context.closed_to_minors(link.start):
        found = tuple(right._replace(adult=True) for right in found)
    yield Requirement(Law.DEVICES, link.end, found)


def _located_at(context: ChangeContext, link: RelationshipRow) -> Requirements:
    is_device = "Resource" in context.labels(link.start)
    yield from (_CHANGES_DEVICE if is_device else _CHANGES_PEOPLE)(context, link)


def _product(context: ChangeContext, edit: NodeEdit) -> Requirements:
    """More people may end or suspend a product than may change it otherwise.

    It is not resumed by a minor, whose guarantor may have suspended it.
    """
    rights = product_rights(context, edit.id)
    if edit.before and edit.after:
        before, after = dict(edit.before.properties), dict(edit.after.properties)
        resumes = before.get("status") == _SUSPENDED != after.get("status")
        suspends = {**before, "status": _SUSPENDED} == after
        if resumes:
            rights = tuple(right._replace(adult=True) for right in rights)
        if suspends or context.verb(edit.id) == "end" or {**after, "status": _SUSPENDED} == before:
            rights = (*rights, *guarantor_rights(context, edit.id))
    yield Requirement(Law.PRODUCTS, edit.id, rights)


def _own_link(rule: _Rule) -> _Rule:
    """Return a rule by which an adult may end as well what leads from themselves."""

    def rule_or_own(context: ChangeContext, link: RelationshipRow) -> Requirements:
        own = own_rights(context, link.start) if context.ends_link(link) else ()
        for requirement in rule(context, link):
            yield requirement._replace(rights=(*requirement.rights, *own))

    return rule_or_own


_End = Literal["id", "start", "end"]
"""The id of a node, or an end of a relationship."""


def _row(
    thing: _End,
    law: Law,
    rights_of: Callable[[ChangeContext, str], Rights] = customers,
    of: _End | None = None,
) -> _Rule:
    """Return the rule that asks for a right on the thing that is touched, or `of` another end."""

    def rule(context: ChangeContext, touched: NodeEdit | RelationshipRow) -> Requirements:
        found = rights_of(context, getattr(touched, of or thing))
        yield Requirement(law, getattr(touched, thing), found)

    return rule


_CHANGES_DEVICE = _row("start", Law.DEVICES, device_rights)
_CHANGES_PEOPLE = _row("start", Law.PEOPLE)
_CHANGES_POLICY = _row("start", Law.POLICIES, policy_rights)
_CHANGES_BOTH = tuple(_row(end, Law.PRODUCTS, product_rights) for end in ("start", "end"))

_RULES: dict[str, tuple[_Rule, ...]] = {
    "InvolvementRole": (involvement_role,),
    "PartyRole": (party_role, what_it_plays),
    "ResourceRole": (resource_role, what_it_plays),
    "CustomerAccount": (_row("id", Law.ACCOUNTS), _provider_values),
    "BillingAccount": (_row("id", Law.ACCOUNTS), _provider_values),
    "Product": (_product, _provider_values),
    "Service": (_service,),
    "Resource": (_device,),
    "Policy": (_policy,),
    "DigitalIdentity": (_row("id", Law.IDENTITIES, username_rights),),
    "Individual": (_people,),
    "Organization": (_people,),
    "Place": (_people,),
    "ContactMedium": (_people,),
    "PLAYS": (plays,),
    "INVOLVED_IN": (involved_in,),
    "IDENTIFIED_BY": (identified_by,),
    "ON_ACCOUNT": (party_role, on_account),
    "GUARANTEED_BY": (party_role,),
    "PAYS": (party_role, pays),
    "CHARGED_TO": (_row("start", Law.ACCOUNTS), _row("end", Law.ACCOUNTS)),
    "HAS_PRODUCT": (_row("start", Law.ACCOUNTS), _row("end", Law.ACCOUNTS)),
    "BUNDLES": _CHANGES_BOTH,  # roles on the one end reach the other
    "REALIZED_BY": _CHANGES_BOTH,
    "AVAILABLE_ON": (_available_on,),
    "CONNECTED_TO": (_CHANGES_DEVICE,),
    "LOCATED_AT": (_located_at,),
    "MEMBER_OF": (_own_link(_CHANGES_PEOPLE),),
    "RESPONSIBLE_FOR": (_own_link(_row("end", Law.GUARDIANS, guardians)),),
    "HAS_CONTACT_MEDIUM": (_CHANGES_PEOPLE,),
    "HAS_IDENTITY": (
        _row("end", Law.IDENTITIES, username_rights),
        _row("end", Law.IDENTITIES, party_rights, of="start"),
    ),
    **{one.type: (_CHANGES_POLICY,) for one in relationships_from("Policy").values()},
    "EXEMPT_FROM": (_own_link(lambda context, link: _lifted(context, link.end)),),
    "PAUSED": (lambda context, link: _lifted(context, link.start),),
    "SET": (_row("end", Law.POLICIES, policy_rights),),
}
"""By label, or type of relationship; what has no rule here is changed by no party."""

_WHEN_MADE: dict[str, tuple[_Rule, ...]] = {
    "ENFORCED_BY": (_row("start", Law.POLICIES, adult_admin, of="end"),),
    "SET": (
        _row("end", Law.SETTERS, lambda context, r: (Right(context.role_holder, r),), of="start"),
    ),
}
"""What the law asks besides, where one is made."""
