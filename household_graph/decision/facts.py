"""The facts of one household that a decision can rest on, as the graph gives them.

`Facts.of` takes plain rows, in the order of the tuples below; `cypher/facts/` returns them so
from the graph and `facts_from_rows` makes them of a document. Instants are milliseconds, see
`household_graph.model.instants`; an absent end is BEGINNING or FOREVER.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from operator import itemgetter
from typing import Any, Literal, NamedTuple, TypeVar
from zoneinfo import ZoneInfo

from household_graph.model.instants import zone_named

__all__ = [
    "Asker",
    "Exemption",
    "Facts",
    "Grant",
    "Link",
    "Memory",
    "PolicyFact",
    "Product",
    "Resource",
    "Service",
]

Row = Sequence[Any]
K = TypeVar("K")
V = TypeVar("V")


class Asker(NamedTuple):
    """Somebody or something that may ask; the kind is its label."""

    id: str
    kind: Literal["Individual", "Organization", "Resource"]
    birth_date: date | None
    minor: bool
    states: tuple[str | None, ...]


class Link(NamedTuple):
    """A dated link: a membership, or a service on a device."""

    start: str
    end: str
    valid_from: int
    valid_to: int


class Grant(NamedTuple):
    """An involvement role on an item, played by a role, played by a holder."""

    kind: str
    item: str
    involvement: str
    valid_from: int
    valid_to: int
    role: str
    role_from: int
    role_to: int
    account: str | None
    account_state: str | None
    holder: str


class Product(NamedTuple):
    """A product and the account that holds it, if one does."""

    id: str
    status: str | None
    valid_from: int
    valid_to: int
    account: str | None
    account_state: str | None


class Service(NamedTuple):
    """A service; a minimum age in years, None where it is not rated."""

    id: str
    category: str | None
    minimum_age: int | None
    state: str | None


class Resource(NamedTuple):
    """A device, line or gateway."""

    id: str
    administrative_state: str | None
    operational_state: str | None


class PolicyFact(NamedTuple):
    """A policy with its audience and scope. Times are local, `HH:MM`."""

    id: str
    kind: str
    audience: str
    parties: Sequence[str]
    governs: Sequence[str]
    categories: Sequence[str]
    weekdays: Sequence[str]
    start_time: str | None
    end_time: str | None
    maximum_age: str | None
    blocked_categories: Sequence[str]
    valid_from: int
    valid_to: int


class Exemption(NamedTuple):
    """A policy lifted for one party."""

    party: str
    policy: str
    valid_from: int
    valid_to: int


@dataclass(slots=True)
class Memory:
    """What was found out about facts, by the functions that find it out; facts never change.

    Two threads may find out the same twice, and come to the same.
    """

    reaches: dict[str, Any] = field(default_factory=dict)
    covers: dict[str, Any] = field(default_factory=dict)
    paths: dict[tuple[str, str, str], Any] = field(default_factory=dict)
    inactive: dict[str, Any] = field(default_factory=dict)
    bearings: dict[tuple[str, str, str | None], Any] = field(default_factory=dict)
    spoken: dict[str, Any] = field(default_factory=dict)
    governed: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything about one household that can matter to a decision, indexed for the judge.

    What one question found out about a party or a target serves the next, by its `memory`.
    """

    household: str
    zone: ZoneInfo
    age_of_majority: int
    askers: Mapping[str, Asker]
    memberships: Mapping[str, list[Link]]
    grants: Mapping[tuple[str, str, str], list[Grant]]
    products: Mapping[str, Product]
    carriers: Mapping[str, list[str]]
    services: Mapping[str, Service]
    availability: Mapping[tuple[str, str], list[Link]]
    resources: Mapping[str, Resource]
    policies: Sequence[PolicyFact]
    exemptions: Mapping[tuple[str, str], list[Exemption]]
    memory: Memory = field(default_factory=Memory, compare=False, repr=False)

    @classmethod
    def of(cls, rows: Mapping[str, Any], *, lasting: bool = False) -> "Facts":
        """Index the rows of one household.

        Args:
            rows: `household`, `time_zone`, `age_of_majority`, and a list of rows for each of
                `individuals` (id, birth date as text, minor, status), `organizations` (id,
                status), `memberships`, `grants`, `products`, `carriers` (a service or
                product, a product that it realizes or that bundles it), `services`,
                `availability`, `resources`, `policies`, `exemptions`.
            lasting: whether they are kept for long: it halves their memory, and takes as long
                again.

        Raises:
            InvalidTimeError: if the household's time zone is unknown.
        """
        shared = _sharing() if lasting else iter
        resources = {one.id: one for one in map(Resource._make, shared(rows["resources"]))}
        grants = map(Grant._make, shared(rows["grants"]))
        products = map(Product._make, shared(rows["products"]))
        services = map(Service._make, shared(rows["services"]))
        return cls(
            household=rows["household"],
            zone=zone_named(rows["time_zone"]),
            age_of_majority=rows["age_of_majority"],
            askers=_askers(rows, resources.values()),
            memberships=_grouped(map(Link._make, shared(rows["memberships"])), itemgetter(0)),
            grants=_grouped(grants, itemgetter(10, 0, 1)),
            products={one.id: one for one in products},
            carriers=_carriers(shared(rows["carriers"])),
            services={one.id: one for one in services},
            availability=_grouped(map(Link._make, shared(rows["availability"])), itemgetter(0, 1)),
            resources=resources,
            policies=tuple(map(PolicyFact._make, rows["policies"])),
            exemptions=_grouped(map(Exemption._make, rows["exemptions"]), itemgetter(0, 1)),
        )


def _sharing() -> Callable[[Iterable[Row]], Iterator[Iterable[Any]]]:
    """Return what hands on rows with one object for all equal ids and instants among them.

    They come as an object for each place they are in, which is most of the memory facts take.
    """
    known: dict[Any, Any] = {}

    def shared(rows: Iterable[Row]) -> Iterator[Iterable[Any]]:
        return (map(known.setdefault, row, row) for row in rows)

    return shared


def _grouped(items: Iterable[V], key: Callable[[V], K]) -> dict[K, list[V]]:
    groups: dict[K, list[V]] = {}
    for item in items:
        group = groups.get(at := key(item))
        if group is None:
            groups[at] = [item]  # of just the one, which most have
        else:
            group.append(item)
    return groups


def _carriers(rows: Iterable[Iterable[str]]) -> dict[str, list[str]]:
    groups: dict[str, list[str]] = {}
    for part, product in rows:
        groups.setdefault(part, []).append(product)
    return groups


def _askers(rows: Mapping[str, Any], resources: Iterable[Resource]) -> dict[str, Asker]:
    askers = {}
    for individual, birth_date, minor, status in rows["individuals"]:
        born = date.fromisoformat(birth_date) if birth_date else None
        askers[individual] = Asker(individual, "Individual", born, bool(minor), (status,))
    for organization, status in rows["organizations"]:
        askers[organization] = Asker(organization, "Organization", None, False, (status,))
    for resource in resources:
        askers[resource.id] = Asker(resource.id, "Resource", None, False, resource[1:])
    return askers
