"""What the questions of the library should answer, said plainly in Python; see `PlainHousehold`."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from household_graph.engine.facts import age_at, minority
from household_graph.model.instants import to_local, to_utc
from tests.graph.queries.plain_household import PlainHousehold as Household
from tests.graph.queries.plain_household import kind_of, policy_of

if TYPE_CHECKING:
    from household_graph.model.rows import NodeRow

__all__ = ["ANSWERS", "POPULATION_ANSWERS", "Answer"]

Row = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """How a question is answered plainly.

    Attributes:
        columns: those it speaks of; what else the question returns only describes a thing.
        rows: of a household, and of a parameter if the question takes one; in any order.
        parameter: its name, or None.
    """

    columns: tuple[str, ...]
    rows: Callable[..., Iterable[Row]]
    parameter: str | None = None


ANSWERS: dict[str, Answer] = {}
"""For each question about one household."""
POPULATION_ANSWERS: dict[str, Answer] = {}
"""For each question about all of them: of a list of households."""


def answers(
    question: str, columns: str, parameter: str | None = None, of: dict[str, Answer] = ANSWERS
) -> Callable[[Callable[..., Iterable[Row]]], Callable[..., Iterable[Row]]]:
    def declared(rows: Callable[..., Iterable[Row]]) -> Callable[..., Iterable[Row]]:
        of[question] = Answer(tuple(columns.split()), rows, parameter)
        return rows

    return declared


@answers("accounts/bills-by-household", "bills payers monthly_total split_products")
def bills_by_household(of: Household) -> Iterator[Row]:
    bills = [one.id for one in of.labelled("BillingAccount") if of.active(one.id)]
    charges = [charge for bill in bills for charge in of.charges(bill)]
    each = Counter(charge.start for charge in charges)
    yield (
        len(bills),
        len({payer for payer, *_paid in of.payments()}),
        round(sum(map(of.amount, charges)), 2),
        sum(count > 1 for count in each.values()),
    )


@answers("accounts/payer-is-not-user", "payer bill share product consumers")
def payer_is_not_user(of: Household) -> Iterator[Row]:
    for payer, bill, share, _role in of.payments():
        for charge in of.charges(bill):
            if not of.lets_use(payer, charge.start):
                yield payer, bill, share, charge.start, of.users(charge.start)


@answers("accounts/products-of-stopped-accounts", "account state product")
def products_of_stopped_accounts(of: Household) -> Iterator[Row]:
    for link in of.links("HAS_PRODUCT"):
        if not of.active(link.start) and of.active(link.end) and of.holds(link.end):
            yield link.start, of.nodes[link.start].properties.get("state"), link.end


@answers("accounts/shares-not-whole", "item kind total_share parts")
def shares_not_whole(of: Household) -> Iterator[Row]:
    paid: dict[str, list[float]] = {
        one.id: [] for one in of.labelled("BillingAccount") if of.active(one.id)
    }
    for _payer, bill, share, _role in of.payments():
        paid[bill].append(share)
    charged: dict[str, list[float]] = {}
    for link in of.links("CHARGED_TO"):
        if link.start in of.live:
            charged.setdefault(link.start, []).append(link.properties.get("share", 100.0))
    for kind, shares in (("BillingAccount", paid), ("Product", charged)):
        for item, each in shares.items():
            if sum(each) != 100:
                yield item, kind, float(sum(each)), len(each)


@answers("accounts/who-holds-accounts", "account state customer since guarantor products")
def who_holds_accounts(of: Household) -> Iterator[Row]:
    for account in of.labelled("CustomerAccount"):
        products = [link.end for link in of.links("HAS_PRODUCT", start=account.id)]
        held = sum(product in of.live for product in products)
        rows = [
            (plays.start, of.date_of(role, 0), guarantor)
            for link in of.links("ON_ACCOUNT", end=account.id)
            for role in [of.nodes[link.start]]
            if "Customer" in role.labels and of.holds(role)
            for plays in of.links("PLAYS", end=role.id)
            if of.active(plays.start)
            for guarantor in [x.end for x in of.links("GUARANTEED_BY", start=role.id)] or [None]
        ]
        for row in rows or [(None, None, None)]:
            yield account.id, account.properties.get("state"), *row, held


@answers("accounts/who-pays-what", "bill payer share monthly_amount products")
def who_pays_what(of: Household) -> Iterator[Row]:
    for payer, bill, share, _role in of.payments():
        charges = of.charges(bill)
        amount = round(sum(map(of.amount, charges)) * share / 100, 2)
        yield bill, payer, share, amount, sorted(charge.start for charge in charges)


GROUPS = {"hunt-group", "call-pick-up"}


@answers("business/lines-in-no-group", "line")
def lines_in_no_group(of: Household) -> Iterator[Row]:
    groups = [s.id for s in of.labelled("Service") if s.properties.get("category") in GROUPS]
    for line in of.labelled("Resource"):
        rings = any(of.allows(line.id, "Consumer", group) for group in groups)
        if line.properties["resource_type"] == "line" and not rings:
            yield (line.id,)


@answers("business/lines-that-may-pick-up", "group other people", "line")
def lines_that_may_pick_up(of: Household, line: str) -> Iterator[Row]:
    for group in of.labelled("Service"):
        if group.properties.get("category") == "call-pick-up":
            lines = [r for r in of.facts.resources if of.allows(r, "Consumer", group.id)]
            if line in lines:
                yield from ((group.id, r, of.people(r)) for r in lines if r != line)


@answers("devices/devices-nobody-may-use", "device services")
def devices_nobody_may_use(of: Household) -> Iterator[Row]:
    for device in of.facts.resources:
        links = filter(of.holds, of.links("AVAILABLE_ON", end=device))
        if not of.people(device):
            yield device, len(list(links))


@answers("devices/locked-or-lost", "device administrative_state operational_state persons")
def locked_or_lost(of: Household) -> Iterator[Row]:
    for device in of.labelled("Resource"):
        if not of.active(device.id):
            names = ("administrative_state", "operational_state")
            states = (device.properties.get(name) for name in names)
            yield device.id, *states, of.unlocked.people(device.id)


@answers("devices/shared-devices", "device people persons")
def shared_devices(of: Household) -> Iterator[Row]:
    for device in of.facts.resources:
        people = of.people(device)
        if len(people) > 1:
            yield device, len(people), people


@answers("devices/what-hangs-on-device", "connected hops persons", "device")
def what_hangs_on_device(of: Household, device: str) -> Iterator[Row]:
    hops, found = 0, {device: 0}
    while hops := hops + 1:
        last = [one for one, away in found.items() if away == hops - 1]
        more = {link.start for link in of.links("CONNECTED_TO") if link.end in last} - set(found)
        found |= dict.fromkeys(more, hops)
        if not more:
            break
    yield from ((one, away, of.people(one)) for one, away in found.items() if away)


@answers("devices/where-can-service-go", "device usable until consumers", "service")
def where_can_service_go(of: Household, service: str) -> Iterator[Row]:
    carriers = [link.start for link in of.links("REALIZED_BY", end=service)]
    carried = not carriers or any(one in of.live for one in carriers)
    for device in of.facts.resources:
        links = [link for link in of.links("AVAILABLE_ON", service, device) if of.holds(link)]
        if links:
            ends = [of.date_of(link, 1) for link in links]
            usable = carried and of.active(service) and of.active(device)
            yield (
                *(device, usable, None if None in ends else max(ends)),
                # A lost device is no reason that somebody has no role on it, nor is one that asks.
                [p for p in of.unlocked.own("Consumer", device) if of.active(p)],
            )


@answers("devices/who-has-number", "number resource persons", "number")
def who_has_number(of: Household, number: str) -> Iterator[Row]:
    for device in of.labelled("Resource"):
        if device.properties["value"] == number:
            yield number, device.id, of.people(device.id)
    for medium in of.labelled("ContactMedium"):
        [party] = [link.start for link in of.links("HAS_CONTACT_MEDIUM", end=medium.id)]
        stays = of.links("MEMBER_OF", start=party)
        is_here = not stays or any(map(of.holds, stays))
        if (
            medium.properties["value"] == number
            and of.holds(medium)
            and is_here
            and of.active(party)
        ):
            yield number, medium.id, [party]


@answers("entitlement/guests-with-access", "person target since until granted_by")
def guests_with_access(of: Household) -> Iterator[Row]:
    for person in of.labelled("Individual"):
        if not any(map(of.holds, of.links("MEMBER_OF", start=person.id))):
            for role, target in of.played_by(person.id, "Consumer"):
                yield person.id, target, of.date_of(role, 0), of.date_of(role, 1), None


@answers("minors/coming-of-age", "person comes_of_age")
def coming_of_age(of: Household) -> Iterator[Row]:
    for person in of.labelled("Individual"):
        span = minority(of.facts, of.facts.principals[person.id])
        born = person.properties.get("birth_date")
        soon = of.instant + 100 * 86_400_000
        if span and born and of.active(person.id) and of.instant < span.end <= soon:
            yield person.id, to_utc(span.end)


@answers(
    "minors/curfews-by-weekday",
    "weekday policy audience start_time end_time over_midnight governs",
)
def curfews_by_weekday(of: Household) -> Iterator[Row]:
    for policy in of.labelled("Policy"):
        stated = policy.properties
        if stated["kind"] == "curfew" and of.holds(policy):
            start, end = str(stated["start_time"]), str(stated["end_time"])
            for day in stated["weekdays"]:  # type: ignore[union-attr]
                hours = (start, end, end <= start)
                yield day, policy_of(policy), stated["audience"], *hours, of.scope(policy)


@answers("minors/minors-and-responsible-adults", "minor age responsible")
def minors_and_responsible_adults(of: Household) -> Iterator[Row]:
    today = to_local(of.instant, of.facts.zone).date()
    for minor in of.minors:
        asker = of.facts.principals[minor]
        age = age_at(asker, today) if asker.birth_date else None
        yield minor, age, of.adults(minor)


@answers("minors/minors-with-guarantor", "minor kind account guarantor still_responsible")
def minors_with_guarantor(of: Household) -> Iterator[Row]:
    for minor in of.minors:
        for plays in of.links("PLAYS", start=minor):
            role = of.nodes[plays.end]
            for kind in {"Customer", "BillPayer"} & role.labels:
                accounts = [link.end for link in of.links("ON_ACCOUNT", start=role.id)] or [None]
                guarantors = [x.end for x in of.links("GUARANTEED_BY", start=role.id)] or [None]
                if of.holds(role):
                    for one in guarantors:
                        yield minor, kind, accounts[0], one, one in of.adults(minor)


@answers("minors/minors-without-classification", "minor")
def minors_without_classification(of: Household) -> Iterator[Row]:
    policies = [p for p in of.labelled("Policy") if p.properties["kind"] == "classification"]
    for minor in of.minors:
        if not any(of.told(policy, minor) for policy in policies):
            yield (minor,)


@answers("minors/minors-without-responsible-adult", "minor")
def minors_without_responsible_adult(of: Household) -> Iterator[Row]:
    yield from ((minor,) for minor in of.minors if not of.adults(minor))


@answers("minors/policies-for-minors", "minor policy kind audience governs")
def policies_for_minors(of: Household) -> Iterator[Row]:
    for minor in of.minors:
        for policy in of.labelled("Policy"):
            if of.told(policy, minor):
                stated = (policy.properties["kind"], policy.properties["audience"])
                yield minor, policy_of(policy), *stated, of.scope(policy)


@answers("quality/policies-without-effect", "policy lacks")
def policies_without_effect(of: Household) -> Iterator[Row]:
    there = {service.properties.get("category") for service in of.labelled("Service")}
    for policy in of.labelled("Policy"):
        categories: Any = policy.properties.get("categories", ())
        there_is = {
            "scope": of.links("GOVERNS", start=policy.id) or there & set(categories),
            "audience": policy.properties["audience"] != "parties"
            or of.links("APPLIES_TO", start=policy.id),
            "enforcing service": of.links("ENFORCED_BY", start=policy.id),
        }
        lacks = [name for name, found in there_is.items() if not found]
        if of.holds(policy) and lacks:
            yield policy_of(policy), lacks


@answers("quality/products-nobody-pays", "product price unpaid_bill")
def products_nobody_pays(of: Household) -> Iterator[Row]:
    paid = {bill for _payer, bill, *_share in of.payments()}
    for product in of.live:
        price = of.nodes[product].properties.get("price")
        bills = [link.end for link in of.links("CHARGED_TO", start=product)]
        if price:
            yield from ((product, price, bill) for bill in bills or [None] if bill not in paid)


@answers("quality/products-without-consumer", "product choosers")
def products_without_consumer(of: Household) -> Iterator[Row]:
    for product in of.live:
        if not of.users(product):
            yield product, of.own("Chooser", product)


@answers("roles/chosen-but-not-used", "product chooser consumers")
def chosen_but_not_used(of: Household) -> Iterator[Row]:
    for product in (one.id for one in of.labelled("Product")):
        for chooser in of.own("Chooser", product):
            person = "Individual" in of.nodes[chooser].labels
            if person and not of.lets_use(chooser, product):
                yield product, chooser, of.users(product)


@answers("roles/single-points-of-failure", "kind target only_party")
def single_points_of_failure(of: Household) -> Iterator[Row]:
    held: dict[tuple[str, str], set[str]] = {}
    for account, _state, customer, *_rest in who_holds_accounts(of):
        if of.active(account) and customer:
            held.setdefault(("Customer", account), set()).add(customer)
    for payer, bill, *_rest in of.payments():
        held.setdefault(("BillPayer", bill), set()).add(payer)
    for target, admin in who_administers(of):
        if target in of.live and "Party" in of.nodes[admin].labels:
            held.setdefault(("Admin", target), set()).add(admin)
    yield from ((*key, *parties) for key, parties in held.items() if len(parties) == 1)


@answers("roles/usernames-for-care", "target kind party username")
def usernames_for_care(of: Household) -> Iterator[Row]:
    for party in of.facts.principals:
        for role, target in of.played_by(party):
            for link in of.links("IDENTIFIED_BY", start=role.id):
                yield target, kind_of(role), party, of.nodes[link.end].properties["username"]


@answers("roles/who-administers", "target admin")
def who_administers(of: Household) -> Iterator[Row]:
    targets = (*of.facts.products, *of.facts.services, *of.facts.resources)
    yield from ((target, admin) for target in targets for admin in of.own("Admin", target))


@answers(
    "population/devices-by-type", "resource_type devices usable households", of=POPULATION_ANSWERS
)
def devices_by_type(every: Sequence[Household]) -> Iterator[Row]:
    devices = [(of, one) for of in every for one in of.labelled("Resource")]
    for kind in {one.properties["resource_type"] for _of, one in devices}:
        each = [(of, one) for of, one in devices if one.properties["resource_type"] == kind]
        usable = sum(of.active(one.id) for of, one in each)
        yield kind, len(each), usable, len({of.id for of, _one in each})


@answers("population/households-by-size", "people households", of=POPULATION_ANSWERS)
def households_by_size(every: Sequence[Household]) -> Iterator[Row]:
    yield from Counter(
        sum(of.active(p.id) and of.belongs(p.id, of.id) for p in of.labelled("Individual"))
        for of in every
    ).items()


@answers(
    "population/products-by-name",
    "product_name status products active households monthly_total",
    of=POPULATION_ANSWERS,
)
def products_by_name(every: Sequence[Household]) -> Iterator[Row]:
    products: dict[Row, list[tuple[Household, NodeRow]]] = {}
    for of in every:
        for one in filter(of.holds, of.labelled("Product")):
            key = (one.properties["name"], one.properties.get("status"))
            products.setdefault(key, []).append((of, one))
    for key, each in products.items():
        prices = [one.properties.get("price", 0.0) for of, one in each if one.id in of.live]
        homes = len({of.id for of, _one in each})
        yield *key, len(each), len(prices), homes, round(sum(prices), 2)  # type: ignore[arg-type]


@answers("population/unnamed-users", "users unnamed percentage", of=POPULATION_ANSWERS)
def unnamed_users(every: Sequence[Household]) -> Iterator[Row]:
    users = [
        one
        for of in every
        for one in of.labelled("Individual")
        if of.active(one.id)
        and any(
            "User" in of.nodes[link.end].labels and of.holds(link.end)
            for link in of.links("PLAYS", start=one.id)
        )
    ]
    unnamed = sum("given_name" not in one.properties for one in users)
    yield len(users), unnamed, round(100 * unnamed / len(users), 1)
