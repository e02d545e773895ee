"""Random households of the size of the Bakers, the same ones for the same seed."""

from collections.abc import Iterator
from random import Random
from typing import Any

__all__ = ["business", "household", "household_of", "households", "random_questions"]

_SERVICES: dict[str, list[tuple[str, str, int | None]]] = {
    "broadband": [
        ("internet", "internet", None),
        ("smart-firewall", "security", None),
        ("email", "email", None),
    ],
    "cable-tv": [("live-tv", "tv", None), ("movies", "tv", 15), ("late-night", "adult", 18)],
    "cloud": [("cloud-storage", "cloud", None), ("photo-share", "cloud", None)],
    "sports-channel": [("sports", "sport", None)],
}
_PORTABLE = ["internet", "email", "cloud-storage", "photo-share"]
_TELEVISION = ["live-tv", "movies", "late-night", "sports"]
_WEEKDAYS = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"]


def households(count: int, seed: int = 20261122) -> Iterator[dict[str, Any]]:
    """Yield household documents, as plain data."""
    random = Random(seed)  # noqa: S311 - reproducible, not secret
    for number in range(count):
        yield household(f"h{number:06}", random)


def household(name: str, random: Random) -> dict[str, Any]:
    """Return one household: one or two adults, up to four children, a device for each."""
    return _household(name, random, random.randint(1, 2), random.randint(0, 4))


def household_of(name: str, adults: int, children: int) -> dict[str, Any]:
    """Return one household of so many people."""
    return _household(name, Random(name), adults, children)  # noqa: S311 - not secret


def business(name: str, people: int, grants: int) -> dict[str, Any]:
    """Return one business: so many people in units of twenty, with so many grants by name."""
    units = [f"unit-{number}" for number in range(people // 20)]
    staff = [f"person-{number}" for number in range(people)]
    phones = [f"phone-{number}" for number in range(100)]
    services = ["internet", "email", "voice"]
    whole = {"party": name, "role": "User", "account": "account", "consumer_of": ["telephony"]}
    return {
        "organization": {"id": name, "organization_type": "business", "time_zone": "Europe/London"},
        "valid_from": "2020-01-01",
        "units": [{"id": unit, "member_of": [name]} for unit in units],
        "individuals": [
            {"id": one, "birth_date": "1990-01-01", "member_of": [units[number // 20]]}
            for number, one in enumerate(staff)
        ],
        "customer_accounts": [{"id": "account"}],
        "products": [{"id": "telephony", "account": "account", "services": services}],
        "services": [{"id": service, "available_on": phones} for service in services],
        "resources": [{"id": phone} for phone in phones],
        "party_roles": [
            whole,
            *(
                {
                    "party": one,
                    "role": "User",
                    "account": "account",
                    "consumer_of": [
                        phones[(number + turn // people) % len(phones)]
                        for turn in range(number, grants, people)
                    ],
                }
                for number, one in enumerate(staff)
            ),
        ],
    }


def _household(name: str, random: Random, adult_count: int, child_count: int) -> dict[str, Any]:
    adults = [f"adult-{n}" for n in range(1, adult_count + 1)]
    children = [f"child-{n}" for n in range(1, child_count + 1)]
    people = adults + children
    zone = random.choice(["Europe/London", "Europe/Warsaw", "America/New_York"])
    return {
        "organization": {
            "id": name,
            "organization_type": "household",
            "time_zone": zone,
            "age_of_majority": 18,
        },
        "valid_from": "2020-01-01",
        "individuals": [_adult(name, adult, children, random) for adult in adults]
        + [_child(name, child, random) for child in children],
        "customer_accounts": [{"id": "account"}],
        "billing_accounts": [{"id": "bill"}],
        "products": [
            {
                "id": product,
                "account": "account",
                "services": [service for service, _category, _age in services],
                "charged_to": [{"to": "bill", "share": 100}],
            }
            for product, services in _SERVICES.items()
        ],
        "services": list(_services(people)),
        "resources": [{"id": "home-hub"}, {"id": "stb"}, *({"id": f"phone-{p}"} for p in people)],
        "party_roles": list(_roles(name, adults, children, random)),
        "policies": _policies(name, random) if children else [],
    }


def _adult(name: str, adult: str, children: list[str], random: Random) -> dict[str, Any]:
    born = f"{random.randint(1950, 2000)}-{random.randint(1, 12):02}-{random.randint(1, 28):02}"
    return {"id": adult, "birth_date": born, "member_of": [name], "responsible_for": children}


def _child(name: str, child: str, random: Random) -> dict[str, Any]:
    born = f"{random.randint(2007, 2020)}-{random.randint(1, 12):02}-{random.randint(1, 28):02}"
    return {"id": child, "birth_date": born, "member_of": [name]}


def _services(people: list[str]) -> Iterator[dict[str, Any]]:
    phones = [f"phone-{person}" for person in people]
    for services in _SERVICES.values():
        for service, category, age in services:
            places = ["stb"] if service in _TELEVISION else ["home-hub"]
            on = places + (phones if service in _PORTABLE else phones[:1])
            fact = {"id": service, "category": category, "available_on": on}
            yield fact if age is None else fact | {"minimum_age": age}


def _roles(
    name: str, adults: list[str], children: list[str], random: Random
) -> Iterator[dict[str, Any]]:
    head = adults[0]
    products = list(_SERVICES)
    yield {
        "party": name,
        "role": "User",
        "account": "account",
        "consumer_of": ["broadband", "cable-tv", "cloud", "home-hub", "stb"],
    }
    yield {
        "party": head,
        "role": "Customer",
        "account": "account",
        "admin_of": [*products, {"to": "smart-firewall", "id": "security-admin"}],
        "chooser_of": products,
    }
    yield {
        "party": head,
        "role": "BillPayer",
        "account": "account",
        "pays": [{"to": "bill", "share": 100}],
    }
    for person in [*adults, *children]:
        consumer_of: list[Any] = [f"phone-{person}"]
        if random.random() < 0.5:  # noqa: PLR2004 - every other one
            consumer_of.append("sports-channel")
        if random.random() < 0.1:  # noqa: PLR2004 - one in ten, for a time
            consumer_of[-1] = {"to": consumer_of[-1], "valid_to": "2026-06-01"}
        yield {"party": person, "role": "User", "account": "account", "consumer_of": consumer_of}


def _policies(name: str, random: Random) -> list[dict[str, Any]]:
    common = {
        "audience": "minors",
        "set_by": "security-admin",
        "enforced_by": ["smart-firewall"],
    }
    bedtime = {
        "id": "bedtime",
        "kind": "curfew",
        "governs": ["internet", "sports"],
        "weekdays": _WEEKDAYS[: random.randint(3, 7)],
        "start_time": f"{random.randint(19, 23)}:00",
        "end_time": "07:00",
    }
    rating = {
        "id": "classification",
        "kind": "classification",
        "governs": [name],
        "maximum_age": "own-age",
        "blocked_categories": ["adult"],
    }
    return [bedtime | common, rating | common]


def random_questions(
    documents: list[dict[str, Any]], count: int, seed: int = 7
) -> Iterator[dict[str, str]]:
    """Yield questions over all households: a service on a device, within four weeks of 2026."""
    random = Random(seed)  # noqa: S311 - reproducible, not secret
    for _ in range(count):
        document = random.choice(documents)
        name = document["organization"]["id"]
        person = random.choice(document["individuals"])["id"]
        service = random.choice(document["services"])
        yield {
            "party": f"{name}/{person}",
            "target": f"{name}/{service['id']}",
            "device": f"{name}/{random.choice(service['available_on'])}",
            "at": f"2026-11-{random.randint(1, 28):02}T{random.randint(0, 23):02}:30:00+00:00",
        }
