"""One small household as plain Python sees it: who holds what from when to when, and no more.

It is kept beside the real one by test_stateful.py. It knows nothing of drafts, rows or Cypher: a
change is a line or two on dictionaries of spans, and access is asked of the specification.
"""

from copy import deepcopy
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from household_graph.engine.question import Question
from household_graph.model.instants import BEGINNING, FOREVER, to_local, zone_named
from tests.property.specification import Specification

__all__ = [
    "DEVICES",
    "DOCUMENT",
    "PEOPLE",
    "PRODUCTS",
    "SERVICES",
    "HouseholdModel",
    "Span",
    "Version",
]

Span = tuple[int, int]
Spans = tuple[Span, ...]

PEOPLE = {"ann": "1980-05-01", "ben": "1982-06-02", "kim": "2008-11-25", "lee": "2015-03-03"}
PRODUCTS = {"net": ("web", "wall"), "tv": ("film", "late")}
SERVICES = {"web": ("internet", None), "wall": ("security", None), "film": ("tv", 15)}
SERVICES |= {"late": ("adult", 18)}
DEVICES = {"box": ("film", "late"), "phone": ("web", "film")}
DOCUMENT = """
organization: {id: HOME, time_zone: Europe/London, age_of_majority: 18}
individuals:
  - {id: ann, birth_date: 1980-05-01, member_of: [HOME], responsible_for: [kim, lee]}
  - {id: ben, birth_date: 1982-06-02, member_of: [HOME]}
  - {id: kim, birth_date: 2008-11-25, member_of: [HOME]}
  - {id: lee, birth_date: 2015-03-03, member_of: [HOME]}
customer_accounts: [{id: account}]
products:
  - {id: net, account: account, services: [web, wall]}
  - {id: tv, account: account, services: [film, late]}
services:
  - {id: web, category: internet, available_on: [phone]}
  - {id: wall, category: security}
  - {id: film, category: tv, minimum_age: 15, available_on: [box, phone]}
  - {id: late, category: adult, minimum_age: 18, available_on: [box]}
resources: [{id: box}, {id: phone}]
party_roles:
  - {party: HOME, role: User, account: account, consumer_of: [net, box]}
  - {party: ann, role: Customer, account: account}
  - {party: ann, role: BillPayer, account: account}
  - {party: ann, role: User, account: account, admin_of: [net, tv], chooser_of: [tv]}
  - {party: ben, role: User, account: account}
  - {party: kim, role: User, account: account, consumer_of: [tv, phone]}
  - {party: lee, role: User, account: account}
"""
ALWAYS: Spans = ((BEGINNING, FOREVER),)


@dataclass
class Version:
    """What a policy says for a time; exemptions and pauses are of the policy."""

    terms: tuple[Any, ...]
    span: Span


@dataclass
class HouseholdModel:
    """The state of the household: spans, each list of them sorted and without overlaps."""

    home: str
    people: dict[str, str] = field(default_factory=dict)
    dead: set[str] = field(default_factory=set)
    involved: dict[tuple[str, str, str], Spans] = field(default_factory=dict)
    functional: dict[tuple[str, str], Spans] = field(default_factory=dict)
    members: dict[str, Spans] = field(default_factory=dict)
    responsible: dict[tuple[str, str], Spans] = field(default_factory=dict)
    policies: dict[str, list[Version]] = field(default_factory=dict)
    exempt: dict[tuple[str, str], Spans] = field(default_factory=dict)
    paused: dict[str, Spans] = field(default_factory=dict)
    locked: set[str] = field(default_factory=set)

    @classmethod
    def at_first(cls, home: str) -> "HouseholdModel":
        """Return what DOCUMENT says."""
        involved = [(home, "Consumer", "net"), (home, "Consumer", "box"), ("ann", "Admin", "net")]
        involved += [("ann", "Admin", "tv"), ("ann", "Chooser", "tv")]
        involved += [("kim", "Consumer", "tv"), ("kim", "Consumer", "phone")]
        return cls(
            home,
            people=dict(PEOPLE),
            involved=dict.fromkeys(involved, ALWAYS),
            functional=dict.fromkeys(
                [("ann", "Customer"), ("ann", "BillPayer"), *((one, "User") for one in PEOPLE)],
                ALWAYS,
            ),
            members=dict.fromkeys(PEOPLE, ALWAYS),
            responsible=dict.fromkeys([("ann", "kim"), ("ann", "lee")], ALWAYS),
        )

    def copy(self) -> "HouseholdModel":
        return deepcopy(self)

    def set_policy(
        self, name: str, terms: tuple[Any, ...], span: tuple[int, int | None], *, said: bool
    ) -> None:
        """Set a policy for a span; unless its start is said, one to come is changed as it begins.

        What the policy says in the span it says no longer; the rest stays as it was.
        """
        at, end = span
        lasting = self.lasting(name, at)
        if not lasting:
            self.lift(name, at, also_lifts=True)
            start, end = at, FOREVER if end is None else end
        else:
            start = at if said else max(at, lasting[0].span[0])
            end = min(lasting[-1].span[1], FOREVER if end is None else end)
        kept = [
            Version(one.terms, part)
            for one in self.policies.get(name, ())
            for part in (
                (one.span[0], min(start, one.span[1])),
                (max(end, one.span[0]), one.span[1]),
            )
            if part[0] < part[1]
        ]
        self.policies[name] = []
        for one in sorted([*kept, Version(terms, (start, end))], key=lambda one: one.span):
            last = self.policies[name][-1] if self.policies[name] else None
            if last and last.terms == one.terms and last.span[1] == one.span[0]:
                last.span = (last.span[0], one.span[1])
            else:
                self.policies[name].append(one)

    def lift(self, name: str, at: int, *, also_lifts: bool = False) -> None:
        """End a policy, and what was to come of it; or exemptions and pauses that were left."""
        if also_lifts:
            for lifts in (self.exempt, self.paused):
                for key in lifts:
                    if name in {key, key[-1]}:
                        lifts[key] = until(lifts[key], at)  # type: ignore[index]
            return
        self.policies[name] = [
            Version(one.terms, span)
            for one in self.policies.get(name, ())
            for span in until((one.span,), at)
        ]

    def lasting(self, name: str, at: int) -> list[Version]:
        """Return what a policy says once an instant has come, by when it begins to say so."""
        lasting = [one for one in self.policies.get(name, ()) if one.span[1] > at]
        return sorted(lasting, key=lambda one: one.span)

    def grounds(self, question: Question, instant: int) -> set[str]:
        return Specification(self.rows(), question, instant).grounds()

    def roles(self, at: int) -> list[tuple[str, str, str | None]]:
        """Return the roles of parties at an instant: who, what and, if any, on which product."""
        involved = [key for key, spans in self.involved.items() if holds(spans, at)]
        functional = [(*key, None) for key, spans in self.functional.items() if holds(spans, at)]
        return [one for one in (*involved, *functional) if one[0] != self.home and one[1] != "User"]

    def ownerless(self, instant: int) -> set[tuple[str, str]]:
        """Return what lacks whom: ids with the kind of finding of the doctor."""
        found = set()
        for product in PRODUCTS:
            if not self._anybody(self.involved, "Admin", instant, product):
                found.add((self.full(product), "product-without-admin"))
        for kind, finding in (("Customer", "account"), ("BillPayer", "bill")):
            if not self._anybody(self.functional, kind, instant):
                lack = "account-without-customer" if finding == "account" else "bill-without-payer"
                found.add((self.full("account"), lack))
        for minor in self.people:
            adults = [
                one
                for (one, other), spans in self.responsible.items()
                if other == minor and holds(spans, instant) and self.answers(one, instant)
            ]
            if self.is_minor(minor, instant) and self.takes_part(minor, instant) and not adults:
                found.add((self.full(minor), "minor-without-responsible-adult"))
        return found

    def answers(self, party: str, instant: int) -> bool:
        """Return whether somebody is an adult who is alive."""
        return party not in self.dead and not self.is_minor(party, instant)

    def takes_part(self, party: str, instant: int) -> bool:
        """Return whether somebody is alive, and a member or in a role, at an instant."""
        spans = [self.members.get(party, ()), *self.roles_of(party)]
        return party not in self.dead and any(holds(one, instant) for one in spans)

    def roles_of(self, party: str) -> list[Spans]:
        return [spans for key, spans in self.functional.items() if key[0] == party]

    def is_minor(self, party: str, instant: int) -> bool:
        """Return whether somebody is a minor on the day of an instant."""
        born = date.fromisoformat(self.people[party])
        today = to_local(instant, zone_named("Europe/London")).date()
        return (today.year - born.year, (today.month, today.day)) < (18, (born.month, born.day))

    def _anybody(
        self, held: dict[Any, Spans], kind: str, instant: int, item: str | None = None
    ) -> bool:
        return any(
            holds(spans, instant) and key[0] not in self.dead
            for key, spans in held.items()
            if key[1] == kind and (item is None or key[2] == item)
        )

    def full(self, local: str) -> str:
        return local if local == self.home else f"{self.home}/{local}"

    def rows(self) -> dict[str, Any]:
        """Return the facts of the household as the specification takes them."""
        full, account = self.full, self.full("account")
        return self._things() | {
            "household": self.home,
            "time_zone": "Europe/London",
            "age_of_majority": 18,
            "organizations": [[self.home, "active"]],
            "memberships": [
                [full(one), self.home, *span]
                for one, spans in self.members.items()
                for span in spans
            ],
            "grants": [
                [
                    *(kind, full(item), "involvement", *span),
                    *("role", BEGINNING, FOREVER, account, "active", full(holder)),
                ]
                for (holder, kind, item), spans in self.involved.items()
                for span in spans
            ],
            "policies": list(self._policies()),
            "exemptions": [
                [full(party), name, *span, []]
                for (party, name), spans in self.exempt.items()
                for span in spans
            ],
            "pauses": [[name, *span] for name, spans in self.paused.items() for span in spans],
        }

    def _things(self) -> dict[str, Any]:
        """Return the facts of people, products, services and devices, which only locks change."""
        full, account = self.full, self.full("account")
        states = {one: "locked" if one in self.locked else "unlocked" for one in DEVICES}
        always = (BEGINNING, FOREVER)
        return {
            "individuals": [
                [full(one), born, False, "deceased" if one in self.dead else "active"]
                for one, born in self.people.items()
            ],
            "products": [[full(one), "active", *always, account, "active"] for one in PRODUCTS],
            "carriers": [
                (full(service), full(one)) for one, those in PRODUCTS.items() for service in those
            ],
            "services": [[full(one), *rated, "active"] for one, rated in SERVICES.items()],
            "availability": [
                [full(service), full(one), *always]
                for one, those in DEVICES.items()
                for service in those
            ],
            "resources": [[full(one), state, "enable"] for one, state in states.items()],
        }

    def _policies(self) -> Any:  # noqa: ANN401 - rows
        for name, versions in self.policies.items():
            for place, version in enumerate(versions):
                kind, audience, governed, hours = version.terms
                start, end = hours or (None, None)
                terms = {
                    "weekdays": ["sunday", "monday", "tuesday"] if hours else [],
                    "start_time": start,
                    "end_time": end,
                    "maximum_age": "own-age" if kind == "classification" else None,
                }
                yield [
                    *(f"{name} {place}", kind, audience, [], [self.full(governed)], []),
                    *([self.full("wall")], {}, terms),
                    *(*version.span, name, []),
                ]


def holds(spans: Spans, instant: int) -> bool:
    return any(start <= instant < end for start, end in spans)


def with_span(spans: Spans, new: Span) -> Spans:
    """Return spans with one more; those that touch or overlap become one."""
    merged: list[Span] = []
    for start, end in sorted([*spans, new]):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return tuple(merged)


def until(spans: Spans, at: int) -> Spans:
    """Return what of spans is over by an instant."""
    return tuple((start, min(end, at)) for start, end in spans if start < at)
