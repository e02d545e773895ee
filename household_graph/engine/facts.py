"""The facts of one household that a decision can rest on, as the graph gives them.

`Facts.of` takes plain rows, in the order of the tuples below; `cypher/facts/` returns them so
from the graph and `facts_from_rows` makes them of a document. `valid_from` and `valid_to` are
instants; an absent one is BEGINNING or FOREVER.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import wraps
from operator import itemgetter
from typing import Any, Literal, NamedTuple, TypeVar, cast
from zoneinfo import ZoneInfo

from household_graph.model.instants import BEGINNING, FOREVER, zone_named
from household_graph.model.spans import Span

Row = Sequence[Any]
_GRANT_KEY = itemgetter(5, 2, 0, 1)  # role, involvement, kind and item
_Value = TypeVar("_Value")
_Derive = TypeVar("_Derive", bound=Callable[..., Any])
_MISSING = object()
_OF_PARTIES: list[Callable[..., Any]] = []


class Principal(NamedTuple):
    """A party or resource that may ask; the kind is its label."""

    id: str
    kind: Literal["Individual", "Organization", "Resource"]
    birth_date: date | None
    minor: bool
    states: tuple[str | None, ...]


class Membership(NamedTuple):
    """When a party belongs to an organization."""

    organization: str
    valid_from: int = BEGINNING
    valid_to: int = FOREVER


class Grant(NamedTuple):
    """An involvement role."""

    involvement: str
    valid_from: int = BEGINNING
    valid_to: int = FOREVER


class Role(NamedTuple):
    """A party role or resource role; its grants by kind, and by the item they are on."""

    id: str
    account: str | None
    grants: Mapping[str, Mapping[str, Sequence[Grant]]]
    valid_from: int = BEGINNING
    valid_to: int = FOREVER


class ProductFact(NamedTuple):
    """A product and the account that holds it, if one does."""

    id: str
    status: str | None
    account: str | None
    valid_from: int = BEGINNING
    valid_to: int = FOREVER


class ServiceFact(NamedTuple):
    """A service; its minimum age in years is None where it is not rated."""

    id: str
    category: str | None
    minimum_age: int | None
    state: str | None


class PolicyFact(NamedTuple):
    """A policy with its audience and scope, and the services that enforce it.

    Attributes:
        terms: the fields that only its kind has, by name; those that are empty are left out.
    """

    id: str
    kind: str
    audience: str
    parties: Sequence[str]
    governs: Sequence[str]
    categories: Sequence[str]
    enforced_by: Sequence[str]
    terms: Mapping[str, Any]
    valid_from: int = BEGINNING
    valid_to: int = FOREVER


class GrantAssignment(NamedTuple):
    """A grant, with its kind, the item it is on, and the role of a holder that plays it."""

    holder: str
    role: Role
    kind: str
    item: str
    grant: Grant


class FactsCache:
    """Results of functions under `derived`, by function and arguments.

    Facts never change, so nothing in it does. Two threads may derive the same twice.
    """

    __slots__ = ("found",)

    def __init__(self) -> None:
        """Begin empty."""
        self.found: dict[Any, dict[Any, Any]] = defaultdict(dict)

    def __reduce__(self) -> tuple[type["FactsCache"], tuple[()]]:
        """Be empty in another process."""
        return FactsCache, ()

    def forget_parties(self) -> None:
        """Drop what grows with every party and target; a large business has millions of pairs."""
        for function in _OF_PARTIES:
            self.found.pop(function, None)


def derived(function: _Derive) -> _Derive:
    """Let facts cache the results of a function of them and of ids, called by position."""

    @wraps(function)
    def look_up(facts: "Facts", *key: Any) -> Any:  # noqa: ANN401 - those of the function
        found = facts.cache.found[function]
        result = found.get(key, _MISSING)
        if result is _MISSING:
            result = found[key] = function(facts, *key)
        return result

    return cast("_Derive", look_up)


def derived_of_party(function: _Derive) -> _Derive:
    """Do the same for a function of a party, whose results may be forgotten."""
    _OF_PARTIES.append(function)
    return derived(function)


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything about one household that can matter to a decision, indexed for the engine.

    Attributes:
        principals: by id, like accounts, products and services.
        memberships: by the member.
        roles: by who plays them; those that grant nothing are left out.
        accounts: the states of those that roles and products are on.
        carriers: of a service or product, the products that it realizes or that bundle it.
        availability: of a service, on each device, when it is available there.
        exemptions: of a party, from each policy, when.
        written_by: the version of household-graph that changed it last; None: it is not known.
        cache: what was derived from them: what one question needs serves the next.
    """

    household: str
    time_zone: str
    age_of_majority: int
    principals: Mapping[str, Principal]
    memberships: Mapping[str, Sequence[Membership]]
    roles: Mapping[str, Sequence[Role]]
    accounts: Mapping[str, str | None]
    products: Mapping[str, ProductFact]
    carriers: Mapping[str, Sequence[str]]
    services: Mapping[str, ServiceFact]
    availability: Mapping[str, Mapping[str, Sequence[Span]]]
    policies: tuple[PolicyFact, ...]
    exemptions: Mapping[str, Mapping[str, Sequence[Span]]]
    written_by: str | None = field(default=None, compare=False)
    cache: FactsCache = field(default_factory=FactsCache, compare=False, repr=False)

    @classmethod
    def of(cls, rows: Mapping[str, Any]) -> "Facts":
        """Index the rows of one household, as `cypher/facts/of-households` returns them.

        The order of rows does not matter to a decision.

        Raises:
            InvalidTimeError: if the household's time zone is unknown.
        """
        zone_named(rows["time_zone"])
        accounts: dict[str, str | None] = {}
        products = {}
        for one, status, begins, ends, account, state in rows["products"]:
            products[one] = ProductFact(one, status, account, begins, ends)
            if account is not None:
                accounts[account] = state
        return cls(
            household=rows["household"],
            time_zone=rows["time_zone"],
            age_of_majority=rows["age_of_majority"],
            principals=_principals(rows),
            memberships=_listed((one, Membership(*of)) for one, *of in sorted(rows["memberships"])),
            roles=_roles(rows["grants"], accounts),
            accounts=accounts,
            products=products,
            carriers=_listed(sorted(rows["carriers"])),
            services={one.id: one for one in map(ServiceFact._make, rows["services"])},
            availability=_dated(rows["availability"]),
            policies=tuple(map(_policy, sorted(rows["policies"], key=itemgetter(0)))),
            exemptions=_dated(rows["exemptions"]),
            written_by=rows.get("written_by"),
        )

    @property
    def zone(self) -> ZoneInfo:
        """The time zone of the household."""
        return zone_named(self.time_zone)

    @property
    def resources(self) -> dict[str, Principal]:
        """The devices, lines and gateways among the principals."""
        return {one.id: one for one in self.principals.values() if one.kind == "Resource"}

    @property
    def individuals(self) -> list[str]:
        """The ids of the people among the principals."""
        return [one.id for one in self.principals.values() if one.kind == "Individual"]

    def is_resource(self, entity_id: str) -> bool:
        """Return whether an id is that of a device, line or gateway."""
        principal = self.principals.get(entity_id)
        return principal is not None and principal.kind == "Resource"

    @property
    def assignments(self) -> Iterator[GrantAssignment]:
        """Every grant of the household."""
        return (
            GrantAssignment(holder, role, kind, item, grant)
            for holder, roles in self.roles.items()
            for role in roles
            for kind, items in role.grants.items()
            for item, grants in items.items()
            for grant in grants
        )


def _roles(rows: Iterable[Row], accounts: dict[str, str | None]) -> dict[str, list[Role]]:
    """Return the roles of rows of grants by holder, and note the states of their accounts."""
    roles: dict[tuple[str, str], Role] = {}
    for row in sorted(rows, key=_GRANT_KEY):
        kind, item, involvement, begins, ends, role, start, end, account, state, holder = row
        played = roles.setdefault((holder, role), Role(role, account, {}, start, end))
        of_kind: Any = played.grants
        of_kind.setdefault(kind, {}).setdefault(item, []).append(Grant(involvement, begins, ends))
        if account is not None:
            accounts[account] = state
    return _listed((holder, role) for (holder, _id), role in roles.items())


def _policy(row: Row) -> PolicyFact:
    *head, parties, governs, categories, enforced_by, links, properties, begins, ends = row
    terms = {name: sorted(ids) for name, ids in links.items()} | properties
    stated = {name: value for name, value in sorted(terms.items()) if value}
    scope = (sorted(parties), sorted(governs), categories, sorted(enforced_by))
    return PolicyFact._make([*head, *scope, stated, begins, ends])


def _listed(pairs: Iterable[tuple[str, _Value]]) -> dict[str, list[_Value]]:
    groups: dict[str, list[_Value]] = {}
    for key, value in pairs:
        groups.setdefault(key, []).append(value)
    return groups


def _dated(rows: Iterable[Row]) -> dict[str, dict[str, list[Span]]]:
    """Return the spans of dated links by where they start and where they end."""
    groups: dict[str, dict[str, list[Span]]] = {}
    for start, end, begins, ends in sorted(rows, key=itemgetter(0, 1, 2, 3)):
        groups.setdefault(start, {}).setdefault(end, []).append(Span(begins, ends))
    return groups


def _principals(rows: Mapping[str, Any]) -> dict[str, Principal]:
    found = []
    for one, birth_date, minor, status in rows["individuals"]:
        born = date.fromisoformat(birth_date) if birth_date else None
        found.append(Principal(one, "Individual", born, bool(minor), (status,)))
    for one, status in rows["organizations"]:
        found.append(Principal(one, "Organization", None, False, (status,)))
    for one, *states in rows["resources"]:
        found.append(Principal(one, "Resource", None, False, tuple(states)))
    return {one.id: one for one in found}
