"""Checks of who answers for minors, and who holds, pays for and administers what is active."""

import math
from collections.abc import Iterable, Iterator

from household_graph.doctor.check_context import CheckContext, Issue, Severity, check, command
from household_graph.engine.facts import PolicyFact
from household_graph.engine.grants import inactive, paths
from household_graph.engine.ownership_gaps import GUARANTEED, active_guardians, is_guaranteed
from household_graph.engine.timeline import audience
from household_graph.model import enums
from household_graph.model.ids import local_id
from household_graph.model.rows import NodeRow, RelationshipRow
from household_graph.model.spans import Span, contains

_ROUNDING = 0.05  # per cent: three thirds of 33.33, seven sevenths of 14.29


@check("minor-without-responsible-adult", Severity.ERROR)
def minor_without_responsible_adult(context: CheckContext) -> Iterator[Issue]:
    """No active adult is responsible for a minor who is a member or has a role."""
    for minor in context.gaps.get("responsible adult", ()):
        text = f"`{minor}` is a minor without a responsible adult"
        yield Issue((minor,), text, hint=_name_responsible(minor))


def _name_responsible(minor: str) -> str:
    return f"give an adult `responsible_for: [{local_id(minor)}]`"


@check("minor-without-classification", Severity.WARNING)
def minor_without_classification(context: CheckContext) -> Iterator[Issue]:
    """No classification policy in force applies to a minor."""
    for minor in context.minors:
        if not any(_is_classified(context, policy, minor) for policy in context.facts.policies):
            text = f"no classification policy in force applies to `{minor}`, who is a minor"
            yield Issue((minor,), text, *_classify_minors(context))


@check("minor-without-guarantor", Severity.ERROR)
def minor_without_guarantor(context: CheckContext) -> Iterator[Issue]:
    """A minor is Customer or Bill Payer without a responsible adult as guarantor."""
    for minor in context.minors:
        guardians = active_guardians(context.index, context.facts, minor, context.instant)
        for kind, role in _guaranteed_roles(context, minor):
            if is_guaranteed(context.index, context.facts, role.id, minor, context.instant):
                continue
            text = (
                f"`{minor}` is a minor, and {kind.value} without a responsible adult as guarantor"
            )
            fix = ""
            if guardians:
                options = ("--guarantor", guardians[0], "--consent-of", guardians[0])
                fix = context.regrant(role, kind, *options)
            yield Issue((role.id, minor), text, fix, None if fix else _name_responsible(minor))


@check("minor-administers-enforcing-service", Severity.ERROR)
def minor_administers_enforcing_service(context: CheckContext) -> Iterator[Issue]:
    """A minor is Admin of a service that enforces a policy in force."""
    for policy, service in context.enforcements:
        for minor in context.minors:
            for path in paths(context.facts, minor, enums.InvolvementKind.ADMIN, service):
                if path.is_effective(context.instant):
                    text = f"`{minor}` is a minor and administers `{service}`, which enforces "
                    ids = (minor, path.assignment.grant.involvement, service, policy)
                    fix = _replace_admin(context, path.assignment.holder, path.assignment.item)
                    yield Issue(ids, f"{text}`{policy}`", fix)


@check("adult-with-guardian", Severity.WARNING)
def adult_with_guardian(context: CheckContext) -> Iterator[Issue]:
    """An adult, or a person of unknown age, still has responsible adults or guarantors."""
    for person in sorted(context.facts.individuals):
        if context.is_minor(person) or not context.is_active(person):
            continue
        links = filter(context.in_force, context.index.incoming("RESPONSIBLE_FOR", person))
        guarantors = (
            context.index.ends("GUARANTEED_BY", role.id)
            for _kind, role in _guaranteed_roles(context, person)
        )
        guardians = sorted({link.start for link in links}.union(*guarantors))
        names = ", ".join(f"`{one}`" for one in guardians)
        if guardians and context.facts.principals[person].birth_date is None:
            text = f"the age of `{person}`, who has the guardians {names}, is not known"
            hint = (
                "no policy for minors applies to them; --birth-date, where it is known, is better"
            )
            fix = command("party", "update", person, "--minor")
            yield Issue((person, *guardians), text, fix, hint)
        elif guardians:
            text = f"`{person}` is of age, and still has the guardians {names}"
            fix = context.command("event", "come-of-age", person)
            yield Issue((person, *guardians), text, fix)


@check("product-without-admin", Severity.ERROR)
def product_without_admin(context: CheckContext) -> Iterator[Issue]:
    """An active product, or another target with Admin roles of its own, has no Admin."""
    for item in context.gaps.get(enums.InvolvementKind.ADMIN, ()):
        product = context.facts.products.get(item)
        adult = context.default_adult(product.account if product else None)
        yield Issue((item,), f"`{item}` has no Admin", *_grant(context, adult, "admin", item))


@check("account-without-customer", Severity.ERROR)
def account_without_customer(context: CheckContext) -> Iterator[Issue]:
    """An account with active products has no Customer."""
    for account in context.gaps.get(enums.PartyRoleKind.CUSTOMER, ()):
        fix = _grant(context, context.default_adult(account), "customer", account)
        yield Issue((account,), f"the account `{account}` has no Customer", *fix)


@check("bill-without-payer", Severity.ERROR)
def bill_without_payer(context: CheckContext) -> Iterator[Issue]:
    """A bill with active products, or an account with products on no bill, has no Bill Payer."""
    for bill in context.gaps.get(enums.PartyRoleKind.BILL_PAYER, ()):
        products = context.index.starts("CHARGED_TO", bill)
        accounts = [context.facts.products[product].account for product in products] or [bill]
        account = next(filter(None, accounts), None)
        adult = context.default_adult(account) if account else None
        options = ("--pays", bill, "--share", "100") if products else ()
        consent = ("--consent-of", adult) if adult else ()
        fix = _grant(context, adult, "bill-payer", account or bill, *options, *consent)
        yield Issue((bill,), f"`{bill}` has no Bill Payer", *fix)


@check("shares-not-100", Severity.ERROR)
def shares_not_100(context: CheckContext) -> Iterator[Issue]:
    """The paid shares of a bill, or the billed shares of a product, do not sum to 100 %."""
    for bill in context.index.labelled("BillingAccount"):
        payers = [link for link in context.index.incoming("PAYS", bill.id) if _pays(context, link)]
        is_active = bill.properties.get("state") == enums.AccountState.ACTIVE
        if is_active and (paid := _partial(payers)) is not None:
            text = f"{paid:g} % of the bill `{bill.id}` is paid, not 100 %"
            ids = (bill.id, *(link.start for link in payers))
            role, kind = context.index.nodes[payers[0].start], enums.PartyRoleKind.BILL_PAYER
            options = ("--pays", bill.id, "--share", "100")
            fix = context.regrant(role, kind, *options) if len(payers) == 1 else ""
            hint = None if fix else "let the shares of its payers sum to 100"
            yield Issue(ids, text, fix, hint)
    for product in context.labelled("Product"):
        charged = context.index.outgoing("CHARGED_TO", product.id)
        if not inactive(context.facts, product.id) and (part := _partial(charged)) is not None:
            text = f"{part:g} % of `{product.id}` is on bills, not 100 %"
            ids = (product.id, *(link.end for link in charged))
            yield Issue(ids, text, hint="let the shares of its bills sum to 100")


def _grant(
    context: CheckContext, adult: str | None, role: str, item: str, *options: str
) -> tuple[str, str | None]:
    """Return the command that grants a role, and a hint where there is nobody to grant it to."""
    if adult is None:
        return "", f"make an adult its {role}"
    return context.command("role", "grant", adult, role, item, *options, at="--from"), None


def _guaranteed_roles(
    context: CheckContext, party: str
) -> Iterator[tuple[enums.PartyRoleKind, NodeRow]]:
    """Yield the roles in force of a party that a minor has only with a guarantor."""
    for role in context.index.played_by(party):
        for kind in sorted(GUARANTEED):
            if kind.value in role.labels and context.in_force(role):
                yield kind, role


def _is_classified(context: CheckContext, policy: PolicyFact, minor: str) -> bool:
    if policy.kind != enums.PolicyKind.CLASSIFICATION or not (policy.governs or policy.categories):
        return False
    spans = audience(context.facts, policy, context.facts.principals[minor])
    lasting = Span(policy.valid_from, policy.valid_to)
    return contains([span.meet(*lasting) for span in spans], context.instant)


def _classify_minors(context: CheckContext) -> tuple[str, str | None]:
    """Return the command that sets a classification policy for minors, and a hint."""
    if not context.enforcing_services:
        hint = "add a policy of kind classification, and an active service that enforces it"
        return "", hint
    home, taken = context.household, {node.id for node in context.rows.nodes}
    names = ("classification", *(f"classification-{n}" for n in range(2, len(taken) + 3)))
    name = next(n for n in names if f"{home}/{n}" not in taken)
    terms = ("--kind", "classification", "--audience", "minors", "--governs", home)
    limit = ("--maximum-age", "own-age", "--enforced-by", context.enforcing_services[0])
    return context.command("policy", "set", home, name, *terms, *limit, at="--from"), None


def _replace_admin(context: CheckContext, holder: str, item: str) -> str:
    """Return the command that makes an adult Admin instead of a holder, or just revokes it."""
    adult = context.default_adult()
    if adult is None or context.facts.principals[holder].kind != "Individual":
        return context.command("role", "revoke", holder, "admin", item)
    return context.command("event", "hand-over", "admin", item, "--from", holder, "--to", adult)


def _pays(context: CheckContext, link: RelationshipRow) -> bool:
    role = context.index.nodes[link.start]
    return context.in_force(role) and context.is_active(context.player(role).id)


def _partial(links: Iterable[RelationshipRow]) -> float | None:
    """Return the sum of shares where there are any and it is not 100, else None."""
    found = [link.properties.get("share") for link in links]
    whole = math.fsum(share for share in found if isinstance(share, int | float))
    return whole if found and not math.isclose(whole, 100, rel_tol=0, abs_tol=_ROUNDING) else None
