"""`tree`: a household as a tree: what it holds, and who uses, chooses, administers and pays it."""

from typing import TYPE_CHECKING

from rich.tree import Tree

from household_graph.cli.options import AT, HOUSEHOLD, connected
from household_graph.cli.output import plain, show
from household_graph.documents.export import from_rows
from household_graph.documents.to_rows import to_rows
from household_graph.engine.policies import KIND_OF_FIELD, KINDS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rich.text import Text

    from household_graph.documents.document import HouseholdDocument
    from household_graph.documents.models import (
        IndividualEntry,
        PolicyEntry,
        ProductEntry,
        Timed,
        UnitEntry,
    )

_KINDS = {"Admin": "admin_of", "Chooser": "chooser_of", "Consumer": "consumer_of"}


def tree(household: str = HOUSEHOLD, *, at: str | None = AT) -> None:
    """Show a household as a tree: people, accounts with products and services, devices.

    It shows all times, with dates; with --at, only what holds at that time.
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
    root = Tree(
        _line(own.id, own.name, own.organization_type.value, own.time_zone), guide_style="dim"
    )
    branch = _branch(root, "units", document.units)
    for unit in document.units:
        branch.add(_line(unit.id, unit.name, *_belongs(unit)))
    branch = _branch(root, "people", document.individuals)
    for individual in document.individuals:
        _add_person(branch, individual, document)
    branch = _branch(root, "accounts", document.customer_accounts)
    for account in document.customer_accounts:
        _add_products(branch.add(_line(account.id, account.name)), account.id, document)
    if any(product.account is None for product in document.products):
        _add_products(root.add(plain("on no account", "bold")), None, document)
    branch = _branch(root, "bills", document.billing_accounts)
    for bill in document.billing_accounts:
        links = ((role.party, link) for role in document.party_roles for link in role.pays)
        paid = (f"{party} {link.share:g} %" for party, link in links if link.to == bill.id)
        branch.add(_line(bill.id, bill.name, ", ".join(paid)))
    branch = _branch(root, "devices", document.resources)
    for device in document.resources:
        line = _line(device.id, device.name, device.resource_type or "", device.value or "")
        _add_roles(branch.add(line), device.id, document)
    branch = _branch(root, "policies", document.policies)
    for policy in document.policies:
        branch.add(_line(policy.id, policy.name, *_terms(policy)))
    return root


def _branch(root: Tree, title: str, entries: "Iterable[object]") -> Tree:
    """Return a new branch, if it will have entries."""
    return root.add(plain(title, "bold")) if entries else root


def _line(own_id: str, name: str | None, *details: str) -> "Text":
    """Return one line: an id, the name, and details."""
    line = plain(own_id, "bold cyan")
    if name:
        line += plain(f" {name}")
    rest = "; ".join(filter(None, details))
    return line + plain(f" ({rest})", "dim") if rest else line


def _listed(before: str, names: "Iterable[str]") -> str:
    """Return names after a word; nothing if there are none."""
    text = ", ".join(names)
    return f"{before} {text}" if text else ""


def _belongs(party: "IndividualEntry | UnitEntry") -> list[str]:
    return [f"member of {link.to}{_span(link)}" for link in party.member_of]


def _span(timed: "Timed") -> str:
    """Return from when to when something holds, as far as it states that itself."""
    start = f" from {timed.valid_from}" if timed.valid_from else ""
    return f"{start} until {timed.valid_to}" if timed.valid_to else start


def _add_person(branch: Tree, individual: "IndividualEntry", document: "HouseholdDocument") -> None:
    names = (individual.given_name, individual.family_name)
    name = " ".join(filter(None, names)) or individual.description
    born = f"born {individual.birth_date}" if individual.birth_date else ""
    minor = "minor" if individual.minor else ""
    cares = _listed("responsible for", (link.to for link in individual.responsible_for))
    person = branch.add(_line(individual.id, name, born, minor, *_belongs(individual), cares))
    for role in document.party_roles:
        if role.party == individual.id:
            by = f", guaranteed by {role.guarantor}" if role.guarantor else ""
            person.add(plain(f"{role.role.value} on {role.account}{by}{_span(role)}"))


def _add_products(branch: Tree, account: str | None, document: "HouseholdDocument") -> None:
    for product in document.products:
        if product.account == account:
            _add_product(branch, product, document)


def _add_product(branch: Tree, product: "ProductEntry", document: "HouseholdDocument") -> None:
    price = "" if product.price is None else f"{product.price:.2f} a month"
    own = branch.add(_line(product.id, product.name, price, _listed("bundles", product.bundles)))
    _add_roles(own, product.id, document)
    for service in document.services:
        if service.id in product.services:
            age = "" if service.minimum_age is None else f"from {service.minimum_age} years"
            devices = _listed("on", (link.to for link in service.available_on)) or "on no device"
            leaf = own.add(_line(service.id, service.name, service.category or "", age, devices))
            _add_roles(leaf, service.id, document)


def _add_roles(branch: Tree, target: str, document: "HouseholdDocument") -> None:
    """Add a line for each kind of involvement in something, with who has it."""
    holders = [
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


def _terms(policy: "PolicyEntry") -> "Iterable[str]":
    audience = policy.audience
    yield policy.kind.value
    yield ", ".join(audience) if isinstance(audience, tuple) else audience.value
    yield _listed("for", (*policy.governs, *policy.categories))
    kind, terms = KINDS[policy.kind], policy.model_dump(mode="json", include={*KIND_OF_FIELD})
    stated = {name: value for name, value in terms.items() if value}
    yield kind.hours(stated)
    yield kind.limits(stated)
