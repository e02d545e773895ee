"""`tree`: a household as a tree: what it holds, and who uses, chooses, administers and pays it."""

from typing import TYPE_CHECKING

from rich.tree import Tree

from household_graph.cli.options import AT, HOUSEHOLD, AskedState, asks_state
from household_graph.cli.output import plain, show
from household_graph.documents.export import from_rows
from household_graph.documents.to_rows import span_of, to_rows, zone_of
from household_graph.engine.policies import KIND_OF_FIELD, KINDS
from household_graph.model.enums import (
    AdministrativeState,
    OperationalState,
    PartyStatus,
    ProductStatus,
    ServiceState,
)
from household_graph.model.instants import BEGINNING, FOREVER, instant_of, short_time

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from enum import StrEnum

    from rich.text import Text

    from household_graph.documents.document import HouseholdDocument
    from household_graph.documents.models import (
        IndividualEntry,
        NarrowedLink,
        PartyRoleEntry,
        PolicyEntry,
        ProductEntry,
        ResourceEntry,
        ResourceRoleEntry,
        Timed,
        UnitEntry,
    )

_KINDS = {"Admin": "admin_of", "Chooser": "chooser_of", "Consumer": "consumer_of"}


@asks_state
def tree(household: str = HOUSEHOLD, *, at: str | None = AT, state: AskedState) -> None:
    """Show a household as a tree: people, accounts with products and services, devices.

    It shows all times, with dates; with --at, --as-of or --recorded, only what holds at that time.
    """
    from household_graph.viz.diagram import load_rows

    with state.graph() as graph:
        rows = load_rows(graph.store, household, at, ended=at is None)
    show(household_tree(from_rows(rows)))


def household_tree(document: "HouseholdDocument") -> Tree:
    """Return a household as a tree: people, accounts with products and services, devices, policies.

    What does not hold at all times has its dates, and what is not active its state. Nothing in it
    is cut or interpreted as markup; long lines fold.
    """
    document = from_rows(to_rows(document))  # in which every reference is a local id
    own = document.organization
    facts = (own.organization_type.value, own.time_zone, _listed("at", own.located_at))
    root = Tree(_line(own.id, own.name, *facts), guide_style="dim")
    branch = _branch(root, "places", document.places)
    for place in document.places:
        address = (place.street, place.postal_code, place.city, place.country)
        branch.add(_line(place.id, None, ", ".join(filter(None, address))))
    branch = _branch(root, "units", document.units)
    for unit in document.units:
        branch.add(_line(unit.id, unit.name, *_belongs(unit, document)))
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
        branch.add(_line(bill.id, bill.name, ", ".join(_payers(bill.id, document))))
    branch = _branch(root, "devices", document.resources)
    for device in document.resources:
        _add_device(branch, device, document)
    branch = _branch(root, "policies", document.policies)
    for policy in document.policies:
        branch.add(_line(policy.policy or policy.id, policy.name, *_terms(policy, document)))
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


def _unless(usual: "StrEnum", state: "StrEnum") -> str:
    """Return a state, unless it is the usual one."""
    return "" if state is usual else state.value


def _belongs(party: "IndividualEntry | UnitEntry", document: "HouseholdDocument") -> list[str]:
    links = ((link, _when(document, link)) for link in party.member_of)
    return [f"member of {link.to}{when}" for link, when in links]


def _when(document: "HouseholdDocument", *timed: "Timed") -> str:
    """Return from when to when all of these hold, where that is not as of the whole document."""
    zone, usual = zone_of(document), document.valid_from
    spans = [span_of(document, one) for one in timed]
    start, end = max(span[0] for span in spans), min(span[1] for span in spans)
    is_usual = start == (BEGINNING if usual is None else instant_of(usual, zone))
    begins = "" if is_usual or start == BEGINNING else f" from {short_time(start, zone)}"
    return begins if end == FOREVER else f"{begins} until {short_time(end, zone)}"


def _add_person(branch: Tree, individual: "IndividualEntry", document: "HouseholdDocument") -> None:
    names = (individual.given_name, individual.family_name)
    name = " ".join(filter(None, names)) or individual.description
    born = f"born {individual.birth_date}" if individual.birth_date else ""
    minor = "minor" if individual.minor else ""
    status = _unless(PartyStatus.ACTIVE, individual.status)
    minors = (f"{link.to}{_when(document, link)}" for link in individual.responsible_for)
    belongs, cares = _belongs(individual, document), _listed("responsible for", minors)
    person = branch.add(_line(individual.id, name, status, born, minor, *belongs, cares))
    for role in document.party_roles:
        if role.party == individual.id:
            by = f", guaranteed by {role.guarantor}" if role.guarantor else ""
            text = f"{role.role.value} on {role.account}{by}{_when(document, role)}"
            person.add(plain(text))


def _payers(bill: str, document: "HouseholdDocument") -> "Iterator[str]":
    for role in document.party_roles:
        for link in role.pays:
            if link.to == bill:
                yield f"{role.party} {link.share:g} %{_when(document, role)}"


def _add_products(branch: Tree, account: str | None, document: "HouseholdDocument") -> None:
    for product in document.products:
        if product.account == account:
            _add_product(branch, product, document)


def _add_product(branch: Tree, product: "ProductEntry", document: "HouseholdDocument") -> None:
    price = "" if product.price is None else f"{product.price:.2f} a month"
    status = _unless(ProductStatus.ACTIVE, product.status)
    details = (status, price, _when(document, product).strip())
    own = branch.add(_line(product.id, product.name, *details, _listed("bundles", product.bundles)))
    _add_roles(own, product.id, document)
    for service in document.services:
        if service.id in product.services:
            age = "" if service.minimum_age is None else f"from {service.minimum_age} years"
            links = (f"{link.to}{_when(document, link)}" for link in service.available_on)
            devices = _listed("on", links) or "on no device"
            state = _unless(ServiceState.ACTIVE, service.state)
            line = _line(service.id, service.name, state, service.category or "", age, devices)
            _add_roles(own.add(line), service.id, document)


def _add_device(branch: Tree, device: "ResourceEntry", document: "HouseholdDocument") -> None:
    states = (
        _unless(AdministrativeState.UNLOCKED, device.administrative_state),
        _unless(OperationalState.ENABLE, device.operational_state),
    )
    place = _listed("at", device.located_at)
    details = (*states, device.resource_type or "", device.value or "", place)
    _add_roles(branch.add(_line(device.id, device.name, *details)), device.id, document)


def _add_roles(branch: Tree, target: str, document: "HouseholdDocument") -> None:
    """Add a line for each kind of involvement in something, with who has it."""
    holders: list[tuple[str, PartyRoleEntry | ResourceRoleEntry]] = [
        *((role.party, role) for role in document.party_roles),
        *((_at_position(role), role) for role in document.resource_roles),
    ]
    for title, field in _KINDS.items():
        names = [
            f"{name}{_when(document, role, link)}"
            for name, role in holders
            for link in getattr(role, field)
            if link.to == target
        ]
        if names:
            branch.add(plain(f"{title}: {', '.join(dict.fromkeys(names))}"))


def _at_position(role: "ResourceRoleEntry") -> str:
    """Return a device that has a role, with its place in the order of a hunting group."""
    return role.resource if role.position is None else f"{role.resource} (position {role.position})"


def _terms(policy: "PolicyEntry", document: "HouseholdDocument") -> "Iterator[str]":
    audience = policy.audience
    yield policy.kind.value
    yield ", ".join(audience) if isinstance(audience, tuple) else audience.value
    yield _listed("for", (*policy.governs, *policy.categories))
    yield _listed("on", policy.only_on)
    kind, terms = KINDS[policy.kind], policy.model_dump(mode="json", include={*KIND_OF_FIELD})
    stated = {name: value for name, value in terms.items() if value}
    yield kind.hours(stated)
    yield kind.limits(stated)
    yield _when(document, policy).strip()
    yield _listed("exempt:", (_exemption(document, link) for link in policy.exempt))
    yield _listed("paused:", (_when(document, link).strip() for link in policy.paused))


def _exemption(document: "HouseholdDocument", link: "NarrowedLink") -> str:
    only_for = f" for {' and '.join(link.only_for)} alone" if link.only_for else ""
    return f"{link.to}{only_for}{_when(document, link)}"
