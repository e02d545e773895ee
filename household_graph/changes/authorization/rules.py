"""Which rights a change requires of a party: rules by label, and by type of relationship."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Literal

from household_graph.changes.authorization import Law, refusal, together, who_could
from household_graph.changes.authorization.agreement import who_could_meet
from household_graph.changes.authorization.context import (
    ChangeContext,
    Requirement,
    Right,
    effective,
    minor_admins,
)
from household_graph.engine.facts import Facts
from household_graph.engine.ownership_gaps import administered
from household_graph.errors import RefusedError
from household_graph.model.declaration import relationships_from
from household_graph.model.edits import Edits, NodeEdit
from household_graph.model.enums import AdministrativeState, ServiceState
from household_graph.model.rows import RelationshipRow, Rows
from household_graph.model.spans import span_of, without

_Rights = tuple[Right, ...]
_Requirements = Iterator[Requirement]
_Rule = Callable[[ChangeContext, Any], _Requirements]
"""Takes the edit of a node, or the row of a relationship that is made, changed or removed."""

_MEASURES = ("birth_date", "minor", "age_of_majority", "time_zone")  # what policies measure by
_PROVIDERS = ("payment_status", "price", "minimum_age", "category")
_GIVEN_UP = {AdministrativeState.LOCKED.value, AdministrativeState.LOST.value}
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
        raise refusal(actors, reasons, eligible, group)
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
        found.append(Requirement(Law.ENFORCERS, service, _adult_admin(context, service)))
    return list(dict.fromkeys(found))


def _accounts_of(context: ChangeContext, thing: str) -> set[str]:
    """Return the accounts that something belongs to: itself, those above it, or of who pays it.

    A product without an account of its own belongs to those of the products that bundle it, a bill
    to those of the products charged to it.
    """
    labels = context.labels(thing)
    if "CustomerAccount" in labels:
        return {thing}
    above = context.starts("CHARGED_TO", thing) if "BillingAccount" in labels else [thing]
    if not above:
        payers = context.starts("PAYS", thing)
        return {account for payer in payers for account in context.ends("ON_ACCOUNT", payer)}
    found: set[str] = set()
    for one in above:  # grows during the loop
        own = context.starts("HAS_PRODUCT", one)
        found.update(own)
        for kind in ("REALIZED_BY", "AVAILABLE_ON", *(() if own else ("BUNDLES",))):
            above += [carrier for carrier in context.starts(kind, one) if carrier not in above]
    return found


def _customers(context: ChangeContext, thing: str, among: Iterable[str] | None = None) -> _Rights:
    """Return the right of the Customers of the accounts of something, or of some `among` these.

    What belongs to no account, or to a new one, is a matter of the whole household. Customers of a
    device, and of what enforces policies, have to be of age.
    """
    accounts = _accounts_of(context, thing) if among is None else among
    adult = "Resource" in context.labels(thing) or context.closed_to_minors(thing)
    there = sorted(account for account in accounts if not context.is_new(account))
    found = tuple(Right(context.customer, account, adult) for account in there)
    return found or (Right(context.any_customer, context.household, adult=True),)


def _device_rights(context: ChangeContext, device: str) -> _Rights:
    admin, others = Right(context.admin, device), _customers(context, device)
    return (admin,) if administered(context.facts, device, context.now) else (admin, *others)


def _product_rights(context: ChangeContext, product: str) -> _Rights:
    """What is new is chosen by who chooses what it becomes a part of."""
    chosen = [product]
    if context.is_new(product):
        chosen += [x for kind in ("REALIZED_BY", "BUNDLES") for x in context.starts(kind, product)]
    choosers = (Right(context.chooser, one, context.closed_to_minors(one)) for one in chosen)
    return (*_customers(context, product), *choosers)


def _adult_admin(context: ChangeContext, service: str) -> _Rights:
    return (Right(context.admin, service, adult=True),)


def _policy_rights(context: ChangeContext, policy: str) -> _Rights:
    """Where nothing enforces a policy, it is a matter of the whole household."""
    services = context.ends("ENFORCED_BY", policy)
    found = tuple(right for one in services for right in _adult_admin(context, one))
    return found or _customers(context, policy)


def _lifted(context: ChangeContext, version: str) -> _Requirements:
    """Yield what it takes to lift a policy: the say over every version that has not ended."""
    policy = context.policy_of(version)
    lasting = context.versions(policy)
    for one in lasting or [version]:
        yield Requirement(Law.POLICIES, policy, _policy_rights(context, one))


def _policy(context: ChangeContext, edit: NodeEdit) -> _Requirements:
    """What becomes a version of a policy shares its exemptions and pauses."""
    yield Requirement(Law.POLICIES, edit.id, _policy_rights(context, edit.id))
    was, becomes = (side and side.properties.get("policy") for side in (edit.before, edit.after))
    for policy in (was, becomes) if was != becomes else ():
        yield from _lifted(context, str(policy)) if policy else ()


def _guardians(context: ChangeContext, minor: str) -> _Rights:
    return (Right(context.guardian, minor), *_customers(context, minor))


def _party_rights(context: ChangeContext, party: str) -> _Rights:
    return (Right(context.same_party, party), *_guardians(context, party))


def _username_rights(context: ChangeContext, identity: str) -> _Rights:
    owners = context.starts("HAS_IDENTITY", identity)
    found = tuple(right for one in owners for right in _party_rights(context, one))
    return found or _customers(context, identity)


def _guarantors(context: ChangeContext, roles: Iterable[str]) -> _Rights:
    """Guarantors may limit, end or hand over what they guarantee."""
    return tuple(Right(context.guarantor, role, adult=True) for role in roles)


def _people(context: ChangeContext, edit: NodeEdit) -> _Requirements:
    """What policies measure by is, of who was there before, for who administers policies."""
    if edit.before and edit.after:
        before, after = dict(edit.before.properties), dict(edit.after.properties)
        measures = [(before.pop(name, None), after.pop(name, None)) for name in _MEASURES]
        if any((was or None) != (becomes or None) for was, becomes in measures):
            admins = [_adult_admin(context, service) for service in context.enforcers()]
            for found in admins or [_customers(context, edit.id)]:
                yield Requirement(Law.MEASURES, edit.id, found)
            if before == after:
                return
    yield Requirement(Law.PEOPLE, edit.id, _customers(context, edit.id))


def _provider_values(_context: ChangeContext, edit: NodeEdit) -> _Requirements:
    before = edit.before.properties if edit.before else {}
    after = edit.after.properties if edit.after else before
    if any(before.get(name) != after.get(name) for name in _PROVIDERS):
        yield Requirement(Law.PROVIDER, edit.id)


def _service(context: ChangeContext, edit: NodeEdit) -> _Requirements:
    """A service may be stopped, and not made what it is not."""
    if not edit.before or not edit.after:
        yield Requirement(Law.SERVICES, edit.id)
        return
    state = edit.after.properties.get("state")
    changes_state = edit.before.properties.get("state") != state
    if changes_state and state not in _STOPPED:
        yield Requirement(Law.SERVICES, edit.id)
    others = {**edit.before.properties, "state": state} != dict(edit.after.properties)
    if changes_state and edit.id in context.enforcers(later=True):
        yield Requirement(Law.ENFORCERS, edit.id, _adult_admin(context, edit.id))
        changes_state = False
    if others or changes_state:
        yield Requirement(Law.PRODUCTS, edit.id, _product_rights(context, edit.id))
        yield from _provider_values(context, edit)


def _device(context: ChangeContext, edit: NodeEdit) -> _Requirements:
    """More people may lock a device or report it lost than may change it otherwise."""
    if edit.before and edit.after:
        state = edit.after.properties.get("administrative_state")
        others = {**edit.before.properties, "administrative_state": state}
        if state in _GIVEN_UP and others == dict(edit.after.properties):
            own = (Right(context.admin, edit.id), Right(context.only_consumer, edit.id))
            yield Requirement(Law.GIVEN_UP, edit.id, (*own, *_customers(context, edit.id)))
            return
    yield Requirement(Law.DEVICES, edit.id, _device_rights(context, edit.id))


def _available_on(context: ChangeContext, link: RelationshipRow) -> _Requirements:
    """What enforces policies is made available on a device by who is of age."""
    found = _device_rights(context, link.end)
    if context.closed_to_minors(link.start):
        found = tuple(right._replace(adult=True) for right in found)
    yield Requirement(Law.DEVICES, link.end, found)


def _located_at(context: ChangeContext, link: RelationshipRow) -> _Requirements:
    is_device = "Resource" in context.labels(link.start)
    yield from (_CHANGES_DEVICE if is_device else _CHANGES_PEOPLE)(context, link)


def _identified_by(context: ChangeContext, link: RelationshipRow) -> _Requirements:
    """The owner of the username has no say in a role of another party."""
    yield Requirement(Law.IDENTITIES, link.end, _username_rights(context, link.end))
    own = tuple(
        right
        for role in context.starts("PLAYS", link.start)
        for party in context.starts("PLAYS", role)
        for right in _party_rights(context, party)
    )
    for requirement in _involvement(context, link.start):
        yield requirement._replace(rights=(*requirement.rights, *own))


def _involvement(context: ChangeContext, role: str, *, ends: bool = False) -> _Requirements:
    """Yield what an involvement role requires, for each thing it is on.

    If it only ends (`ends`), who ends the role on an account that plays it may end it as well. Nor
    does it take more to continue one that ends.
    """
    ending = role if ends else _continued(context, role)
    items = context.ends("INVOLVED_IN", role)
    for item in items:
        requirement = _involvement_on(context, role, item)
        own = _expelling(context, ending, item) if ending else ()
        yield requirement._replace(rights=(*requirement.rights, *own))
    if not items:
        yield Requirement(Law.UNNAMED, role)


def _involvement_on(context: ChangeContext, role: str, item: str) -> Requirement:
    labels, is_device = context.labels(role), "Resource" in context.labels(item)
    customers, admin = _customers(context, item), Right(context.admin, item)
    if "Consumer" in labels:
        others = () if administered(context.facts, item, context.now) else customers
        return Requirement(Law.CONSUMERS, role, (admin, *others))
    if "Admin" in labels and not is_device:
        return Requirement(Law.ADMINS, role, customers)
    law = Law.DEVICE_ROLES if is_device else Law.CHOOSERS
    return Requirement(law, role, (admin, *customers))


def _expelling(context: ChangeContext, role: str, item: str) -> _Rights:
    """Return the right of who ends the role that plays this one, where both are on one account."""
    accounts = _accounts_of(context, item)
    players = {
        player: on
        for player in context.starts("PLAYS", role)
        if context.verb(player) == "end" and context.until(player) <= context.until(role)
        if (on := accounts.intersection(context.ends("ON_ACCOUNT", player)))
    }
    if not players:
        return ()
    shared = set().union(*players.values())
    return (*_customers(context, item, among=shared), *_guarantors(context, players))


def _continued(context: ChangeContext, role: str) -> str | None:
    """Return the involvement role that ends with the change and that a new one continues."""
    if not context.is_new(role):
        return None
    items, player = context.ends("INVOLVED_IN", role), context.player(role)
    return next(
        (
            old
            for old in context.ended(*context.labels(role))
            if context.ends("INVOLVED_IN", old) == items
            and context.player(old) == player
            and context.until(role) <= context.until(old, before=True)
        ),
        None,
    )


def _involvement_role(context: ChangeContext, edit: NodeEdit) -> _Requirements:
    yield from _involvement(context, edit.id, ends=context.verb(edit.id) == "end")


def _involved_in(context: ChangeContext, link: RelationshipRow) -> _Requirements:
    yield from _involvement(context, link.start)
    if link.end not in context.ends("INVOLVED_IN", link.start):
        yield _involvement_on(context, link.start, link.end)


def _resource_role(context: ChangeContext, edit: NodeEdit) -> _Requirements:
    devices = context.starts("PLAYS", edit.id)
    for device in devices:
        yield Requirement(Law.DEVICES, edit.id, _device_rights(context, device))
    if not devices:
        yield Requirement(Law.UNNAMED, edit.id)


def _what_it_plays(context: ChangeContext, edit: NodeEdit) -> _Requirements:
    """To end, or prolong, an old role is to do so with what it plays."""
    spans = [span_of(row.properties) for row in (edit.before, edit.after) if row]
    if len(set(spans)) == len(spans):
        for played in context.played_by(edit.id):
            yield from _involvement(context, played, ends=context.verb(edit.id) == "end")


def _plays(context: ChangeContext, link: RelationshipRow) -> _Requirements:
    """An old role brings along all that it plays."""
    role, labels = link.end, context.labels(link.end)
    if "InvolvementRole" in labels:
        yield from _involvement(context, role)
        return
    if "ResourceRole" in labels:
        yield Requirement(Law.DEVICES, role, _device_rights(context, link.start))
    else:
        yield from _on_accounts(context, role)
    for played in context.played_by(role):
        yield from _involvement(context, played)


def _party_role(context: ChangeContext, touched: NodeEdit | RelationshipRow) -> _Requirements:
    yield from _on_accounts(context, touched.id if isinstance(touched, NodeEdit) else touched.start)


def _on_accounts(context: ChangeContext, role: str) -> _Requirements:
    accounts = context.ends("ON_ACCOUNT", role)
    for account in accounts:
        yield _role_on_account(context, role, account)
    if not accounts:
        yield Requirement(Law.ACCOUNTS, role, _customers(context, role))


def _on_account(context: ChangeContext, link: RelationshipRow) -> _Requirements:
    yield _role_on_account(context, link.start, link.end)


def _role_on_account(context: ChangeContext, role: str, account: str) -> Requirement:
    customers, new = _customers(context, account), context.is_new(role)
    if "User" in context.labels(role):
        admins = (Right(context.admin, one) for one in context.ends("HAS_PRODUCT", account))
        granted = (  # who may grant what a new role plays may make it
            right
            for played in (context.ends("PLAYS", role) if new else ())
            for requirement in _involvement(context, played)
            for right in requirement.rights
        )
        return Requirement(Law.USERS, role, (*customers, *admins, *granted))
    if new:  # which takes over from one like it that ends with the change
        ended = context.ended(*context.labels(role))
        ended = [one for one in ended if account in context.ends("ON_ACCOUNT", one)]
    else:
        ended = [role] if context.verb(role) == "end" else []
    return Requirement(Law.ACCOUNTS, role, (*customers, *_guarantors(context, ended)))


def _pays(context: ChangeContext, link: RelationshipRow) -> _Requirements:
    ended = context.ended("BillPayer") if context.is_new(link.start) else ()
    paid = [role for role in ended if link.end in context.ends("PAYS", role)]
    found = (*_customers(context, link.end), *_guarantors(context, paid))
    yield Requirement(Law.ACCOUNTS, link.end, found)


_End = Literal["id", "start", "end"]
"""The id of a node, or an end of a relationship."""


def _row(
    thing: _End,
    law: Law,
    rights_of: Callable[[ChangeContext, str], _Rights] = _customers,
    of: _End | None = None,
) -> _Rule:
    """Return the rule that asks for a right on the thing that is touched, or `of` another end."""

    def rule(context: ChangeContext, touched: NodeEdit | RelationshipRow) -> _Requirements:
        found = rights_of(context, getattr(touched, of or thing))
        yield Requirement(law, getattr(touched, thing), found)

    return rule


_CHANGES_DEVICE = _row("start", Law.DEVICES, _device_rights)
_CHANGES_PEOPLE = _row("start", Law.PEOPLE)
_CHANGES_POLICY = _row("start", Law.POLICIES, _policy_rights)
_CHANGES_BOTH = tuple(_row(end, Law.PRODUCTS, _product_rights) for end in ("start", "end"))

_RULES: dict[str, tuple[_Rule, ...]] = {
    "InvolvementRole": (_involvement_role,),
    "PartyRole": (_party_role, _what_it_plays),
    "ResourceRole": (_resource_role, _what_it_plays),
    "CustomerAccount": (_row("id", Law.ACCOUNTS), _provider_values),
    "BillingAccount": (_row("id", Law.ACCOUNTS), _provider_values),
    "Product": (_row("id", Law.PRODUCTS, _product_rights), _provider_values),
    "Service": (_service,),
    "Resource": (_device,),
    "Policy": (_policy,),
    "DigitalIdentity": (_row("id", Law.IDENTITIES, _username_rights),),
    "Individual": (_people,),
    "Organization": (_people,),
    "Place": (_people,),
    "PLAYS": (_plays,),
    "INVOLVED_IN": (_involved_in,),
    "IDENTIFIED_BY": (_identified_by,),
    "ON_ACCOUNT": (_party_role, _on_account),
    "GUARANTEED_BY": (_party_role,),
    "PAYS": (_party_role, _pays),
    "CHARGED_TO": (_row("start", Law.ACCOUNTS), _row("end", Law.ACCOUNTS)),
    "HAS_PRODUCT": (_row("start", Law.ACCOUNTS), _row("end", Law.ACCOUNTS)),
    "BUNDLES": _CHANGES_BOTH,  # roles on the one end reach the other
    "REALIZED_BY": _CHANGES_BOTH,
    "AVAILABLE_ON": (_available_on,),
    "CONNECTED_TO": (_CHANGES_DEVICE,),
    "LOCATED_AT": (_located_at,),
    "MEMBER_OF": (_CHANGES_PEOPLE,),
    "RESPONSIBLE_FOR": (_row("end", Law.GUARDIANS, _guardians),),
    "HAS_IDENTITY": (
        _row("end", Law.IDENTITIES, _username_rights),
        _row("end", Law.IDENTITIES, _party_rights, of="start"),
    ),
    **{one.type: (_CHANGES_POLICY,) for one in relationships_from("Policy").values()},
    "EXEMPT_FROM": (lambda context, link: _lifted(context, link.end),),
    "PAUSED": (lambda context, link: _lifted(context, link.start),),
    "SET": (_row("end", Law.POLICIES, _policy_rights),),
}
"""By label, or type of relationship; what has no rule here is changed by no party."""

_WHEN_MADE: dict[str, tuple[_Rule, ...]] = {
    "ENFORCED_BY": (_row("start", Law.POLICIES, _adult_admin, of="end"),),
    "SET": (
        _row("end", Law.SETTERS, lambda context, r: (Right(context.role_holder, r),), of="start"),
    ),
}
"""What the law asks besides, where one is made."""
