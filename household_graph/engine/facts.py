"""The facts of one household that a decision can rest on, and the ages that follow from them.

`Facts.of` takes plain rows, in the order of the tuples below; `cypher/facts/` returns them so
from the graph and `facts_from_rows` makes them of a document. `valid_from` and `valid_to` are
instants; an absent one is BEGINNING or FOREVER.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import MAXYEAR, date
from functools import lru_cache, wraps
from operator import itemgetter
from typing import Any, Literal, NamedTuple, TypeVar, cast
from zoneinfo import ZoneInfo

from household_graph.model.instants import BEGINNING, FOREVER, from_local, zone_named
from household_graph.model.spans import ALWAYS, Span

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
    """A version of a policy with its audience and scope, and the services that enforce it.

    Attributes:
        policy: the id of the policy, the same in all of its versions.
        terms: the fields that only its kind has, by name; those that are empty are left out.
        only_on: the devices on which alone it forbids; none: it does not matter where.
    """

    id: str
    policy: str
    kind: str
    audience: str
    parties: Sequence[str]
    governs: Sequence[str]
    categories: Sequence[str]
    enforced_by: Sequence[str]
    terms: Mapping[str, Any]
    valid_from: int = BEGINNING
    valid_to: int = FOREVER
    only_on: Sequence[str] = ()


class Exemption(NamedTuple):
    """When a policy is lifted for a party; if targets are named, for what they cover alone."""

    start: int
    end: int
    only_for: Sequence[str] = ()


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
        exemptions: of a party, from each policy, by the policy's id.
        pauses: of each policy, by its id, when it is lifted for everybody.
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
    exemptions: Mapping[str, Mapping[str, Sequence[Exemption]]]
    pauses: Mapping[str, Sequence[Span]]
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
            exemptions=_exemptions(rows["exemptions"]),
            pauses=_listed((one, Span(*of)) for one, *of in sorted(rows["pauses"])),
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
    *head, parties, governs, categories, enforced_by, links, properties, begins, ends = row[:-2]
    policy, only_on = row[-2:]
    terms = {name: sorted(ids) for name, ids in links.items()} | properties
    stated = {name: value for name, value in sorted(terms.items()) if value}
    scope = (sorted(parties), sorted(governs), categories, sorted(enforced_by))
    narrowed = sorted(only_on) or ()
    own_id, *named = head
    return PolicyFact._make([own_id, policy, *named, *scope, stated, begins, ends, narrowed])


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


def _exemptions(rows: Iterable[Row]) -> dict[str, dict[str, list[Exemption]]]:
    """Return the exemptions by who is exempt, and from which policy."""
    groups: dict[str, dict[str, list[Exemption]]] = {}
    for party, policy, begins, ends, only_for in sorted(rows, key=list):
        exemption = Exemption(begins, ends, sorted(only_for) or ())
        groups.setdefault(party, {}).setdefault(policy, []).append(exemption)
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


@lru_cache(maxsize=4096)
def birthday(born: date, age: int, zone: ZoneInfo) -> int:
    """Return the instant at which a person reaches an age: local midnight of the birthday.

    Who was born on 29 February has the birthday on 1 March in a year without that day, as in
    English law (In re Shurey, 1918).
    """
    year = born.year + age
    if year > MAXYEAR:
        return FOREVER
    try:
        return from_local(born.replace(year=year), zone)
    except ValueError:
        return from_local(date(year, 3, 1), zone)


def minority_of(
    born: date | None, *, minor: bool, age_of_majority: int, zone: ZoneInfo
) -> Span | None:
    """Return when a person is a minor by the birth date, or without one by being flagged."""
    if born is not None:
        return Span(BEGINNING, birthday(born, age_of_majority, zone))
    return ALWAYS if minor else None


def minority(facts: Facts, principal: Principal) -> Span | None:
    """Return when the principal is a minor, or None if it never is."""
    return minority_of(
        principal.birth_date,
        minor=principal.minor,
        age_of_majority=facts.age_of_majority,
        zone=facts.zone,
    )


def is_minor(facts: Facts, party: str, instant: int) -> bool:
    """Return whether a party is an individual below the age of majority at an instant."""
    principal = facts.principals.get(party)
    span = minority(facts, principal) if principal else None  # of others than individuals: None
    return span is not None and span.start <= instant < span.end


def under_age(facts: Facts, party: str, service: str) -> tuple[Span, ...]:
    """Return when a party is too young to administer a service, whatever is granted.

    That is while they are a minor and the service enforces a policy in force (law "Under age").
    """
    span = minority(facts, facts.principals[party])
    if span is None:
        return ()
    enforced = (one for one in facts.policies if service in one.enforced_by)
    return tuple(span.meet(policy.valid_from, policy.valid_to) for policy in enforced)


def younger_than(facts: Facts, principal: Principal, age: int) -> Span | None:
    """Return when the principal is below an age, or None if it never is.

    Without a birth date a minor counts as 0, and anybody else as just of age.
    """
    if principal.birth_date is not None:
        return Span(BEGINNING, birthday(principal.birth_date, age, facts.zone))
    known_age = 0 if principal.minor else facts.age_of_majority
    return ALWAYS if known_age < age else None


def age_at(principal: Principal, local_date: date) -> int | None:
    """Return the principal's age in years on a local date, or None if it is not known."""
    born = principal.birth_date
    if born is None:
        return 0 if principal.minor else None
    return (
        local_date.year - born.year - ((local_date.month, local_date.day) < (born.month, born.day))
    )
