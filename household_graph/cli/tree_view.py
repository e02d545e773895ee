"""`tree`: a household as a tree: what it holds, and who uses, chooses, administers and pays it."""

from typing import TYPE_CHECKING

from rich.tree import Tree

from household_graph.cli.database import connected
from household_graph.cli.options import AtOption, HouseholdArgument
from household_graph.cli.output import plain, show
from household_graph.documents.export import from_rows
from household_graph.documents.to_rows import to_rows

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rich.text import Text

    from household_graph.documents.document import HouseholdDocument
    from household_graph.documents.models import (
        BillingAccountEntry,
        IndividualEntry,
        PartyRoleEntry,
        PolicyEntry,
        ProductEntry,
        ResourceRoleEntry,
        Timed,
        UnitEntry,
    )

_KINDS = {"Admin": "admin_of", "Chooser": "chooser_of", "Consumer": "consumer_of"}


def tree(household: HouseholdArgument, *, at: AtOption = None) -> None:
    """Show a household as a tree: people, accounts with products and services, devices.

    The tree is of all times, with dates; with --at, of what holds at that time.
    """
    from household_graph.viz.diagram import load_rows

    with connected() as graph:
        rows = load_rows(graph.connection, household, at, ended=at is None)
    show(household_tree(from_rows(rows)))


def household_tree(document: "HouseholdDocument") -> Tree:
    """Return a household as a tree: people, accounts with products and services, devices, policies.

    Nothing in it is cut or interpreted as markup; long lines fold.
    """
    document = from_rows(to_rows(document))  # in which every reference is a local id
    own = document.organization
    words = [own.organization_type.value, own.time_zone]
    root = Tree(_line(own.id, own.name, words), guide_style="dim")
    _branch(root, "units", (_line(u.id, u.name, _belongs(u)) for u in document.units))
    people = root.add(plain("people", "bold")) if document.individuals else root
    for individual in document.individuals:
        _person(people, individual, document)
    accounts = root.add(plain("accounts", "bold")) if document.customer_accounts else root
    for account in document.customer_accounts:
        branch = accounts.add(_line(account.id, account.name))
        _products(branch, account.id, document)
    if any(product.account is None for product in document.products):
        _products(root.add(plain("on no account", "bold")), None, document)
    _branch(root, "bills", (_bill(bill, document) for bill in document.billing_accounts))
    devices = root.add(plain("devices", "bold")) if document.resources else root
    for resource in document.resources:
        more = (resource.resource_type or "", resource.value or "")
        _involved(devices.add(_line(resource.id, resource.name, more)), resource.id, document)
    _branch(root, "policies", (_policy(policy) for policy in document.policies))
    return root


def _line(own_id: str, name: str | None, more: "Iterable[str]" = ()) -> "Text":
    """Return one line: an id, the name, and details."""
    line = plain(own_id, "bold cyan")
    if name:
        line += plain(f" {name}")
    rest = "; ".join(filter(None, more))
    return line + plain(f" ({rest})", "dim") if rest else line


def _branch(root: Tree, title: str, lines: "Iterable[Text]") -> None:
    """Add lines under a title, if there are any."""
    found = list(lines)
    if found:
        branch = root.add(plain(title, "bold"))
        for line in found:
            branch.add(line)


def _belongs(party: "IndividualEntry | UnitEntry") -> list[str]:
    return [f"member of {link.to}{_span(link)}" for link in party.member_of]


def _span(timed: "Timed") -> str:
    """Return from when to when something holds, as far as it states that itself."""
    start = f" from {timed.valid_from}" if timed.valid_from else ""
    return f"{start} until {timed.valid_to}" if timed.valid_to else start


def _person(branch: Tree, individual: "IndividualEntry", document: "HouseholdDocument") -> None:
    names = (individual.given_name, individual.family_name)
    name = " ".join(filter(None, names)) or individual.description
    born = f"born {individual.birth_date}" if individual.birth_date else ""
    minor = "minor" if individual.minor else ""
    cares = ", ".join(link.to for link in individual.responsible_for)
    more = (born, minor, *_belongs(individual), f"responsible for {cares}" if cares else "")
    person = branch.add(_line(individual.id, name, more))
    for role in document.party_roles:
        if role.party == individual.id:
            by = f", guaranteed by {role.guarantor}" if role.guarantor else ""
            person.add(plain(f"{role.role.value} on {role.account}{by}{_span(role)}"))


def _products(branch: Tree, account: str | None, document: "HouseholdDocument") -> None:
    for product in document.products:
        if product.account == account:
            _product(branch, product, document)


def _product(branch: Tree, product: "ProductEntry", document: "HouseholdDocument") -> None:
    price = "" if product.price is None else f"{product.price:.2f} a month"
    bundles = f"bundles {', '.join(product.bundles)}" if product.bundles else ""
    there = branch.add(_line(product.id, product.name, (price, bundles)))
    _involved(there, product.id, document)
    for service in document.services:
        if service.id in product.services:
            age = "" if service.minimum_age is None else f"from {service.minimum_age} years"
            devices = ", ".join(link.to for link in service.available_on)
            on = f"on {devices}" if devices else "on no device"
            leaf = there.add(_line(service.id, service.name, (service.category or "", age, on)))
            _involved(leaf, service.id, document)


def _involved(branch: Tree, target: str, document: "HouseholdDocument") -> None:
    """Add a line for each kind of involvement in something, with who has it."""
    holders: list[tuple[str, PartyRoleEntry | ResourceRoleEntry]] = [
        *((role.party, role) for role in document.party_roles),
        *((role.resource, role) for role in document.resource_roles),
    ]
    for title, field in _KINDS.items():
        names = [
            name
            for name, role in holders
            if any(link.to == target for link in getattr(role, field))
        ]
        if names:
            branch.add(plain(f"{title}: {', '.join(dict.fromkeys(names))}"))


def _bill(bill: "BillingAccountEntry", document: "HouseholdDocument") -> "Text":
    paid = (
        f"{role.party} {link.share:g} %"
        for role in document.party_roles
        for link in role.pays
        if link.to == bill.id
    )
    return _line(bill.id, bill.name, [", ".join(paid)])


def _policy(policy: "PolicyEntry") -> "Text":
    audience = policy.audience
    addressees = ", ".join(audience) if isinstance(audience, tuple) else audience.value
    days = ", ".join(day.value for day in policy.weekdays)
    hours = f"{days}, {policy.start_time} to {policy.end_time}" if days else ""
    limit = {"own-age": "their own age", None: ""}.get(policy.maximum_age, policy.maximum_age)
    age = f"up to {limit}" if limit else ""
    blocked = f"not {', '.join(policy.blocked_categories)}" if policy.blocked_categories else ""
    scope = f"for {', '.join((*policy.governs, *policy.categories))}"
    words = (policy.kind.value, addressees, scope, hours, age, blocked)
    return _line(policy.id, policy.name, words)
