"""Checks of what has no effect: policies, exemptions, grants, roles, identities, devices."""

from collections import defaultdict
from collections.abc import Iterator

from household_graph.doctor.check_context import CheckContext, Issue, Severity, check
from household_graph.engine.facts import Facts, GrantAssignment, PolicyFact
from household_graph.engine.grants import coverages, membership_chains
from household_graph.engine.ownership_gaps import takes_part
from household_graph.engine.policies import KINDS
from household_graph.engine.timeline import audience, policies_about
from household_graph.model import enums
from household_graph.model.ids import local_id, nearest
from household_graph.model.rows import NodeRow, Rows, policy_id
from household_graph.model.spans import Span, common, span_of, union

_CLOSED = frozenset({enums.PartyStatus.DECEASED, enums.PartyStatus.CLOSED})
_ENDED = frozenset(
    {
        enums.ProductStatus.TERMINATED,
        enums.ProductStatus.CANCELLED,
        enums.ProductStatus.ABORTED,
        enums.ServiceState.TERMINATED,
    }
)


@check("policy-without-active-service", Severity.ERROR)
def policy_without_active_service(context: CheckContext) -> Iterator[Issue]:
    """A policy is in force, and no active service of an active product enforces it."""
    for policy in context.labelled("Policy"):
        services = context.index.ends("ENFORCED_BY", policy.id)
        if any(map(context.is_service_active, services)):
            continue
        own_id = policy_id(policy)
        text = f"the policy `{own_id}` is in force, and no service enforces it"
        names = ", ".join(f"`{service}`" for service in services)
        text += f": not active is {names}" if services else ""
        ids = (own_id, *services)
        if context.enforcing_services:
            words = ("policy", "set", context.household, local_id(own_id), "--enforced-by")
            fix = context.command(*words, context.enforcing_services[0], at="--from")
            yield Issue(ids, text, fix)
        else:
            hint = "name an active service in its `enforced_by`, or activate the one it names"
            yield Issue(ids, text, hint=hint)


@check("policy-without-effect", Severity.WARNING)
def policy_without_effect(context: CheckContext) -> Iterator[Issue]:
    """A policy forbids nothing to anybody, or names a category that no service has."""
    categories = {one.category for one in context.facts.services.values() if one.category}
    for policy in context.facts.policies:
        left = Span(max(policy.valid_from, context.instant), policy.valid_to)
        if left.start >= left.end:
            continue
        lists = KINDS[policy.kind].categories if policy.kind in KINDS else ()
        named = {*policy.categories}.union(*(policy.terms.get(one, ()) for one in lists))
        unknown = named - categories
        for word in sorted(unknown):
            near = nearest(word.lower(), categories, limit=1)
            text = f"`{policy.policy}` names the category `{word}`, which no service has"
            text += f"; is `{near[0]}` meant?" if near else ""
            words = ("policy", "set", context.household, local_id(policy.policy))
            hint = "add the category that is meant, or end it with `policy end`"
            yield Issue((policy.policy,), text, context.command(*words, at="--from"), hint)
        if why := _no_effect(context.facts, policy, left, all_known=not unknown):
            fix = context.command("policy", "end", policy.policy)
            hint = "or set its audience and scope with `policy set`"
            yield Issue((policy.policy,), why, fix, hint)


def _no_effect(facts: Facts, policy: PolicyFact, left: Span, *, all_known: bool) -> str | None:
    """Return why a policy has no effect in the time left to it, or None."""
    if not any(_applies(facts, policy, one, left) for one in facts.principals):
        whom = "minors" if policy.audience == enums.Audience.MINORS else "parties it names"
        return f"`{policy.policy}` applies to {whom}, and there are none"
    targets = (*facts.services, *facts.products, *facts.resources)
    places = [(one, device) for one in targets for device in policy.only_on or (None,)]
    if all_known and not any(policy in policies_about(facts, *place) for place in places):
        return f"`{policy.policy}` forbids nothing of what it governs"
    return None


def _applies(facts: Facts, policy: PolicyFact, party: str, within: Span) -> tuple[Span, ...]:
    """Return when a policy applies to a party, within a span."""
    return _met(audience(facts, policy, facts.principals[party]), within)


def _met(spans: list[Span], within: Span) -> tuple[Span, ...]:
    return union(tuple(one.meet(*within) for one in spans))


@check("exemption-without-effect", Severity.WARNING)
def exemption_without_effect(context: CheckContext) -> Iterator[Issue]:
    """A party is exempt from a policy that does not apply to them during the exemption."""
    versions = defaultdict(list)
    for version in context.facts.policies:
        versions[version.policy].append(version)
    for party, exemptions in context.facts.exemptions.items():
        for name, spans in exemptions.items():
            if name not in versions or max(one.end for one in spans) <= context.instant:
                continue
            exempt = tuple(Span(one.start, one.end) for one in spans)
            applies = (
                _applies(context.facts, one, party, Span(one.valid_from, one.valid_to))
                for one in versions[name]
            )
            if not any(common(one, exempt) for one in applies):
                text = f"`{party}` is exempt from `{name}`, which does not apply to them then"
                fix = context.command("policy", "exempt", name, party, "--end", at=None)
                yield Issue((party, name), text, fix)


@check("grant-never-holds", Severity.WARNING)
def grant_never_holds(context: CheckContext) -> Iterator[Issue]:
    """A grant that is not over can never hold: one part of it ends before another begins."""
    members: dict[str, list[Span]] = defaultdict(list)
    for person in context.facts.individuals:
        for chain in membership_chains(context.facts, person)[1:]:
            members[chain.holder].append(chain.span)
    for held in context.facts.assignments:
        role = Span(held.role.valid_from, held.role.valid_to)
        grant = Span(held.grant.valid_from, held.grant.valid_to)
        around = [cover.span for cover in coverages(context.facts, held.item)]
        if any(span.end <= context.instant for span in (role, grant, *around)):
            continue
        if why := _never_holds(held, role.meet(*grant), around, members.get(held.holder)):
            ids = (held.grant.involvement, held.holder, held.item)
            text = f"`{held.holder}` is {held.kind} of `{held.item}`, which never holds: {why}"
            words = ("role", "revoke", held.holder, held.kind.lower(), held.item)
            yield Issue(ids, text, context.command(*words))


def _never_holds(
    held: GrantAssignment, lasting: Span, around: list[Span], members: list[Span] | None
) -> str | None:
    if lasting.start >= lasting.end:
        return f"`{held.role.id}` and it are never valid at the same time"
    if not _met(around, lasting):
        return f"`{held.item}` and it are never valid at the same time"
    if members and not _met(members, lasting):
        return f"`{held.holder}` has no members during it"
    return None


@check("ineffective-grant", Severity.WARNING)
def ineffective_grant(context: CheckContext) -> Iterator[Issue]:
    """A grant in force can never take effect: no holder, an inactive holder, an ended target."""
    played = {link.end for link in context.rows.relationships if link.type == "PLAYS"}
    for node in context.rows.nodes:
        if "InvolvementRole" in node.labels and node.id not in played and context.in_force(node):
            text = f"nobody plays the involvement role `{node.id}`"
            yield Issue((node.id,), text, hint="loading the document ends what is not in it")
    for involvement, _role, player in context.involvements():
        item = context.index.nodes[context.index.ends("INVOLVED_IN", involvement.id)[0]]
        if why := _why_inactive(context, player) or _why_ended(context, item):
            kind = next(
                one.value for one in enums.InvolvementKind if one.value in involvement.labels
            )
            text = f"`{player.id}` is {kind} of `{item.id}`, but {why}"
            fix = context.command("role", "revoke", player.id, kind.lower(), item.id)
            yield Issue((involvement.id, player.id, item.id), text, fix)


def _why_inactive(context: CheckContext, player: NodeRow) -> str | None:
    """Return why nobody is reached by what a player is granted, or None."""
    if (status := player.properties.get("status")) in _CLOSED:
        return f"`{player.id}` is {status}"
    if "Organization" in player.labels and not _has_members(context, player.id, set()):
        return f"`{player.id}` has no members"
    return None


def _has_members(context: CheckContext, organization: str, seen: set[str]) -> bool:
    """Return whether an organization or its units have, or will have, an individual as member."""
    seen.add(organization)
    for link in context.index.incoming("MEMBER_OF", organization):
        if span_of(link.properties)[1] > context.instant and link.start not in seen:
            is_individual = "Individual" in context.index.nodes[link.start].labels
            if is_individual or _has_members(context, link.start, seen):
                return True
    return False


def _why_ended(context: CheckContext, item: NodeRow) -> str | None:
    """Return why a target has ended for good, or None; a suspended one may resume."""
    state = item.properties.get("status", item.properties.get("state"))
    if state in _ENDED:
        return f"`{item.id}` is {state}"
    if span_of(item.properties)[1] <= context.instant:
        return f"`{item.id}` has ended"
    nodes = context.index.nodes
    carriers = [nodes[one] for one in context.facts.carriers.get(item.id, ()) if one in nodes]
    if "Service" in item.labels and carriers and all(_why_ended(context, one) for one in carriers):
        return f"no product carries `{item.id}` any more"
    return None


@check("role-outlives-membership", Severity.WARNING)
def role_outlives_membership(context: CheckContext) -> Iterator[Issue]:
    """A former member is still User of an account."""
    for person in context.index.labelled("Individual"):
        memberships = context.index.outgoing("MEMBER_OF", person.id)
        ends = [span_of(link.properties)[1] for link in memberships]
        if not ends or max(ends) > context.instant:
            continue
        for role in context.index.played_by(person.id):
            account = context.account(role)
            if account and enums.PartyRoleKind.USER in role.labels and context.in_force(role):
                words = ("role", "revoke", person.id, enums.RoleName.USER, account)
                text = f"`{person.id}` is no longer a member, and still User of `{account}`"
                yield Issue((person.id, role.id), text, context.command(*words))


@check("orphan-identity", Severity.WARNING)
def orphan_identity(context: CheckContext) -> Iterator[Issue]:
    """An active identity has no owner, or one who is inactive, no member and without roles."""
    for identity in context.index.labelled("DigitalIdentity"):
        if identity.properties.get("status", "active") != "active":
            continue
        owners = context.index.starts("HAS_IDENTITY", identity.id)
        if not any(_participates(context, owner) for owner in owners):
            names = " and ".join(f"`{one}`, who is no longer a member" for one in owners)
            text = f"the identity `{identity.id}` belongs to {names or 'nobody'}"
            fix = context.command("identity", "suspend", identity.id, at=None)
            yield Issue((identity.id, *owners), text, fix)


def _participates(context: CheckContext, owner: str) -> bool:
    """Return whether a party is active, and is the household, a member, or has a role."""
    return context.is_active(owner) and (
        owner == context.household or takes_part(context.index, owner, context.instant)
    )


@check("identity-of-another", Severity.ERROR)
def identity_of_another(context: CheckContext) -> Iterator[Issue]:
    """An involvement role is exercised with an identity that its player does not own."""
    for involvement, role, player in context.involvements():
        if "PartyRole" not in role.labels:
            continue
        own = context.index.ends("HAS_IDENTITY", player.id)
        used = context.index.ends("IDENTIFIED_BY", involvement.id)
        for one in (identity for identity in used if identity not in own):
            text = f"`{player.id}` uses `{one}` in `{involvement.id}`, and does not own it"
            hint = f"remove `{local_id(one)}` from `identified_by`, or give it to its owner"
            yield Issue((involvement.id, one, player.id), text, hint=hint)


@check("device-used-by-nobody", Severity.WARNING)
def device_used_by_nobody(context: CheckContext) -> Iterator[Issue]:
    """An active device has no Consumer, and no other device is connected to it."""
    used = {
        held.item
        for held in context.facts.assignments
        if held.kind == enums.InvolvementKind.CONSUMER
        and context.instant < min(held.grant.valid_to, held.role.valid_to)
    }
    for device in context.index.labelled("Resource"):
        has_service = any(map(context.in_force, context.index.incoming("AVAILABLE_ON", device.id)))
        is_idle = device.id not in used and not context.index.incoming("CONNECTED_TO", device.id)
        if has_service and is_idle and context.is_active(device.id):
            text = f"`{device.id}` is active, and has no Consumer"
            fix = context.command("device", "lock", device.id, at=None)
            yield Issue((device.id,), text, fix, "or give it a Consumer with `role grant`")


@check("service-nowhere-available", Severity.WARNING)
def service_nowhere_available(context: CheckContext) -> Iterator[Issue]:
    """An active service is available on no device."""
    for service in context.index.labelled("Service"):
        devices = context.index.outgoing("AVAILABLE_ON", service.id)
        if context.is_service_active(service.id) and not any(map(context.in_force, devices)):
            text = f"`{service.id}` is active, and available on no device"
            yield Issue((service.id,), text, hint="name devices in its `available_on`")


def without_effect(rows: Rows, at: int) -> list[str]:
    """Return the texts of what is recorded and has no effect at an instant, in milliseconds."""
    context = CheckContext(rows, now=at)
    checks = (policy_without_effect, exemption_without_effect, grant_never_holds)
    found = (issue.text for one in checks for issue in one.find(context))
    return [] if context.is_closed else list(found)
