"""Random households as rows, many and fast, crowded so that every law meets every other.

They are of the kind that `tests/property/facts_strategy.py` draws as facts, with the same
birthdays, but bigger, and drawn from a seed: Hypothesis takes 20 ms a household. All instants of a
household lie close to one day on which a clock changes or somebody has a birthday; most validities
are open, so that an answer depends on several things at once.
"""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from random import Random
from typing import TypeVar

from household_graph.model.declaration import DATED_RELATIONSHIPS
from household_graph.model.enums import Weekday
from household_graph.model.instants import BEGINNING, FOREVER, from_local, zone_named
from household_graph.model.rows import NodeRow, RelationshipRow, Rows, Value
from household_graph.model.spans import stated_span
from tests.property.facts_strategy import BIRTHDAYS, DAYS

__all__ = ["RandomHousehold"]

ZONES = ("Europe/London", "Atlantic/Azores", "Australia/Lord_Howe", "UTC")
"""Those whose rules have not changed lately: Cypher goes by the time-zone data of the server's
Java, which may be older than the package. On the Azores midnight does not occur, or occurs twice,
on the days on which London's clocks change."""
PEOPLE = ("ann", "bob", "eve", "kim", "lee")
UNITS = ("unit", "team")
PRODUCTS = ("bundle", "product", "extra")
SERVICES = ("video", "radio", "film", "late", "calls")
DEVICES = ("box", "phone", "line")
ITEMS = (*PRODUCTS, *SERVICES, *DEVICES)
CATEGORIES = ("tv", "adult", "voice", "hunt-group", "call-pick-up")
BILLS = ("bill", "other-bill")
ACCOUNTS = {"account": "active", "stopped": "suspended", "blank": None}
TIMES = (time(0), time(0, 30), time(1, 30), time(2), time(2, 15), time(7), time(21), time(23, 30))
CARRIED = (
    ("bundle", "product", 0.8),
    ("bundle", "extra", 0.3),
    ("product", "extra", 0.2),
    ("product", "video", 0.9),
    ("product", "radio", 0.7),
    ("extra", "film", 0.9),
    ("product", "film", 0.3),
    ("bundle", "late", 0.5),
    ("extra", "late", 0.5),
)
Choice = TypeVar("Choice")


class RandomHousehold:
    """One household, drawn from a seed. Things have local ids in here; the household has ``.

    Attributes:
        household: its id.
        is_whole: whether there is in it what no decision rests on, such as bills.
        random: what it is drawn with, to go on with.
        rows: all that is in it.
    """

    def __init__(self, household: str, seed: int, *, is_whole: bool = True) -> None:
        self.household, self.is_whole = household, is_whole
        self.random = random = Random(f"{household} {seed}")  # noqa: S311 - not secret
        self.zone, self.day = zone_named(random.choice(ZONES)), random.choice(DAYS)
        self.nodes: list[NodeRow] = []
        self.links: dict[tuple[str | int, ...], RelationshipRow] = {}
        self.draw()
        self.rows = Rows(household, tuple(self.nodes), tuple(self.links.values()))

    def instant(self) -> int:
        """Draw an instant at which something may begin or end, or a moment beside one.

        An hour later is, on the night the clocks go back, the same local time once more.
        """
        return self.edge() + self.random.choice((-1, 0, 0, 0, 1, 3_600_000))

    def things_by_kind(self) -> dict[str, list[str]]:
        """Return what a parameter of a question may name: devices, services, numbers."""
        devices = [self.id(device) for device in DEVICES]
        numbers = [self.number(device) for device in DEVICES]
        services = [self.id(service) for service in SERVICES]
        return {"device": devices, "line": devices, "number": numbers, "service": services}

    def number(self, device: str) -> str:
        return f"+44{self.household}/{device}"

    def draw(self) -> None:
        self.parties()
        self.things()
        self.products()
        self.all_grants()
        for number in range(self.random.randint(0, 3)):
            self.policy(f"policy-{number}")
        if self.is_whole:
            self.bills()
            self.customers()
            self.relations()

    def mostly(self, usual: Choice, *others: Choice, of: float = 0.96) -> Choice:
        return usual if self.random.random() < of else self.random.choice(others)

    def some(self, items: Sequence[str], most: int) -> list[str]:
        return self.random.sample(items, self.random.randint(0, most))

    def id(self, local: str) -> str:
        return f"{self.household}/{local}" if local else self.household

    def node(self, local: str, labels: str, **properties: Value | None) -> None:
        stated = {name: value for name, value in properties.items() if value is not None}
        self.nodes.append(NodeRow(self.id(local), frozenset(labels.split()), stated))

    def link(self, kind: str, start: str, end: str, span: dict[str, Value] | None = None) -> None:
        """Relate two nodes, or do so for another period."""
        ends, period = (self.id(start), self.id(end)), int(kind in DATED_RELATIONSHIPS)
        while period and (kind, *ends, period) in self.links:
            period += 1
        row = RelationshipRow(kind, *ends, period, span or {})
        self.links[row.key] = row

    def span(self, *, is_open: float = 0.9) -> dict[str, Value]:
        if self.random.random() < is_open:
            return {}
        start = self.mostly(self.edge(), BEGINNING, of=0.7)
        end = self.mostly(self.edge(), FOREVER, of=0.7)
        return stated_span(min(start, end), max(start, end))

    def edge(self) -> int:
        day = self.day + timedelta(days=self.random.randint(-2, 2))
        return from_local(datetime.combine(day, self.random.choice(TIMES)), self.zone)

    def parties(self) -> None:
        zone, majority = self.zone.key, self.mostly(18, 21)
        self.node(
            "",
            "Party Organization",
            **self.status(),
            time_zone=zone,
            age_of_majority=majority,
            organization_type="household",
        )
        for unit in UNITS:
            self.node(unit, "Party Organization", **self.status())
        for person in PEOPLE:
            born = self.random.choice(BIRTHDAYS)
            flag = self.random.choice((True, False, None))
            named = self.random.choice((person.capitalize(), None))
            who = {**self.status(), "birth_date": born, "minor": flag, "given_name": named}
            self.node(person, "Party Individual", **who)
            for group in self.random.sample(("", "", *UNITS), self.random.choice((0, 1, 1, 1, 2))):
                self.link("MEMBER_OF", person, group, self.span())
        self.link("MEMBER_OF", "team", "unit", self.span())
        self.link("MEMBER_OF", "unit", "", self.span())

    def status(self) -> dict[str, Value | None]:
        return {"status": self.mostly("active", "suspended", "deceased", None)}

    def things(self) -> None:
        for name, state in ACCOUNTS.items():
            self.node(name, "CustomerAccount", state=state)
        for device in DEVICES:
            administrative = self.mostly("unlocked", "locked", "lost", None)
            operational = self.mostly("enable", "disable", None)
            states = {"administrative_state": administrative, "operational_state": operational}
            kind, number = self.mostly("line", "phone", of=0.7), self.number(device)
            self.node(device, "Resource", **states, resource_type=kind, value=number)
        for service in SERVICES:
            state = self.mostly("active", "inactive", "terminated", None)
            rating = self.random.choice((None, None, 0, 13, 18))
            usual = "call-pick-up" if service == "calls" else None
            category = self.random.choice((*CATEGORIES, usual, usual))
            self.node(service, "Service", state=state, minimum_age=rating, category=category)
            for device in self.some(DEVICES * 2, 4):
                self.link("AVAILABLE_ON", service, device, self.span())

    def products(self) -> None:
        for product in PRODUCTS:
            status = self.mostly("active", "suspended", "terminated", None)
            price = self.random.choice((10.0, 20.0, None))
            offer = {"name": product, "price": price, **self.span(is_open=0.9)}
            self.node(product, "Product", status=status, **offer)
            account = self.mostly("account", "stopped", "blank", "")
            if account:
                self.link("HAS_PRODUCT", account, product)
        for product, part, chance in CARRIED:
            if self.random.random() < chance:
                self.link("BUNDLES" if part in PRODUCTS else "REALIZED_BY", product, part)

    def all_grants(self) -> None:
        """Draw grants such as a household has, and some that make no sense."""
        usual = (("", ("bundle", "box")), ("", ("product", "phone")), ("unit", ("extra", "line")))
        for number, (holder, items) in enumerate(usual):
            if self.random.random() < 0.8:
                self.role(f"usual-{number}", holder, items)
        for number in range(self.random.randint(2, 6)):
            holder = self.random.choice((*PEOPLE * 2, "", *UNITS, *DEVICES))
            self.role(f"role-{number}", holder, self.random.sample(ITEMS, 2))
        if self.random.random() < 0.3:
            for device in DEVICES:
                self.role(f"group-{device}", device, ("calls",))

    def role(self, role: str, holder: str, items: Sequence[str]) -> None:
        """Draw a role with an involvement role, or some, that it plays."""
        label = "ResourceRole" if holder in DEVICES else "PartyRole User"
        self.node(role, label, **self.span())
        self.link("PLAYS", holder, role)
        account = self.mostly("account", "stopped", "blank", "", of=0.9)
        if account and holder not in DEVICES:
            self.link("ON_ACCOUNT", role, account)
        for item in items:
            kind = self.mostly("Consumer", "Admin", "Chooser", of=0.7)
            self.node(f"{role}.{item}", f"InvolvementRole {kind}", **self.span())
            self.link("PLAYS", role, f"{role}.{item}")
            self.link("INVOLVED_IN", f"{role}.{item}", item)

    def bills(self) -> None:
        """Draw who pays how much of what."""
        for bill in BILLS:
            self.node(bill, "BillingAccount", state=self.mostly("active", "suspended", None))
            for payer in self.some(PEOPLE, 2):
                role = f"{payer}.payer.{bill}"
                self.functional(role, "BillPayer", payer)
                self.link("PAYS", role, bill, self.share())
        for product in PRODUCTS:
            for bill in self.some(BILLS, 2):
                self.link("CHARGED_TO", product, bill, self.share())

    def share(self) -> dict[str, Value]:
        share = self.random.choice((None, 40.0, 60.0, 50.0, 50.0))
        return {"share": share} if share else {}

    def customers(self) -> None:
        for customer in self.some(PEOPLE, 3):
            self.functional(f"{customer}.customer", "Customer", customer)

    def relations(self) -> None:
        """Draw who is responsible for whom, usernames, and what hangs on what."""
        for person in PEOPLE:
            for adult in self.some(PEOPLE, 2):
                self.link("RESPONSIBLE_FOR", adult, person, self.span())
        for person in PEOPLE[:3]:
            number = f"{person}.number"
            self.node(
                number,
                "ContactMedium",
                medium_type="phone",
                value=self.number("phone"),
                **self.span(),
            )
            self.link("HAS_CONTACT_MEDIUM", person, number)
        involvements = [key[1] for key in self.links if key[0] == "INVOLVED_IN"]
        for involvement in involvements[:3]:
            local = str(involvement).partition("/")[2]
            username = f"{local}.username"
            self.node(username, "DigitalIdentity", username=username, realm="here")
            self.link("IDENTIFIED_BY", local, username)
        for device, others in (("phone", DEVICES[:1]), ("line", DEVICES[:2])):
            for other in self.some(others, 1):
                self.link("CONNECTED_TO", device, other)

    def functional(self, role: str, kind: str, holder: str) -> None:
        """Draw a functional role that plays no other, perhaps with a guarantor."""
        self.node(role, f"PartyRole {kind}", **self.span())
        self.link("PLAYS", holder, role)
        if account := self.mostly("account", "stopped", ""):
            self.link("ON_ACCOUNT", role, account)
        for guarantor in self.some(PEOPLE, 1):
            self.link("GUARANTEED_BY", role, guarantor)

    def policy(self, policy: str) -> None:
        kind = self.random.choice(("curfew", "curfew", "classification", "block", "allow-only"))
        audience = self.random.choice(("minors", "minors", "everyone", "parties"))
        shared: dict[str, Value | None] = {
            "kind": kind,
            "audience": audience,
            "categories": tuple(self.some(CATEGORIES, 1)),
            "policy": self.mostly(None, self.id("policy-0"), of=0.7) if policy[-1] > "0" else None,
        }
        self.node(policy, "Policy", **shared, **self.terms(kind), **self.span())
        for governed in self.some((*ITEMS, *SERVICES, ""), 3):
            self.link("GOVERNS", policy, governed)
        if audience == "parties":
            for party in self.some((*PEOPLE, "", *UNITS), 3):
                self.link("APPLIES_TO", policy, party)
        if kind == "allow-only":
            listed = [one for one in (*ITEMS, *SERVICES) if one not in DEVICES]
            for allowed in self.some(listed, 3):
                self.link("ALLOWS", policy, allowed)
        for service in self.some(SERVICES, 2):
            self.link("ENFORCED_BY", policy, service)
        for person in self.some(PEOPLE, 1):
            only_for = tuple(map(self.id, sorted(self.some(ITEMS, 2)))) or None
            narrowed = {"only_for": only_for} if only_for and self.random.random() < 0.4 else {}
            self.link("EXEMPT_FROM", person, policy, self.span(is_open=0.4) | narrowed)
        if self.random.random() < 0.15:
            self.link("PAUSED", policy, "", self.span(is_open=0.2))
        if self.random.random() < 0.2:
            self.link("ONLY_ON", policy, self.random.choice(DEVICES))

    def terms(self, kind: str) -> dict[str, Value | None]:
        """Draw what only policies of a kind have."""
        if kind == "curfew":
            days = [day.value for day in Weekday]
            start, end = (self.random.choice(TIMES).strftime("%H:%M") for _ in range(2))
            weekdays = tuple(self.random.sample(days, self.random.randint(2, 7)))
            return {"weekdays": weekdays, "start_time": start, "end_time": end}
        if kind == "classification":
            most = self.random.choice((None, "own-age", "own-age", "12"))
            return {"maximum_age": most, "blocked_categories": tuple(self.some(CATEGORIES, 1))}
        if kind == "allow-only":
            return {"allowed_categories": tuple(self.some(CATEGORIES, 1))}
        return {}
