"""Household documents, valid, small and varied, for whatever has to hold for all of them.

    @given(documents())
    def test_something(document: HouseholdDocument) -> None: …

They have units nested up to three levels, people without names, stays that end and begin again,
bundles, usernames, shared bills, device roles and all kinds of policies. Ids are plain words, so
that two documents are often about the same things.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta, timezone
from functools import cache
from typing import Any

from hypothesis import strategies as st

from household_graph.documents.document import HouseholdDocument
from household_graph.model.enums import (
    AccountState,
    AdministrativeState,
    PartyStatus,
    ProductStatus,
    ServiceState,
    Weekday,
)

__all__ = ["documents"]

Data = dict[str, Any]

_ZONES = ("Europe/London", "America/Havana", "Asia/Kathmandu", "UTC")
_STARTS = (
    date(2021, 3, 28),
    datetime(2021, 6, 1, 9, 30),  # noqa: DTZ001 - local time of the household
    datetime(2021, 10, 31, 1, 30, tzinfo=UTC),
    datetime(2022, 1, 1, 0, 0, 0, 500_000, tzinfo=timezone(timedelta(hours=5, minutes=45))),
)
_ENDS = (date(2023, 5, 14), "2024-02-29T12:00:00+01:00", date(2090, 1, 1))
_LATER = (date(2091, 1, 1), "2092-07-01T00:00")
_BIRTHS = (date(1950, 1, 31), date(1988, 2, 29))
_CATEGORIES = ("tv", "sport", "voice", "adult")
_UNITS = ("sales", "support", "night-shift")
_PEOPLE = ("ann", "bob", "eve", "kim")
_SERVICES = ("video", "radio", "firewall", "calls")
_DEVICES = ("box", "phone", "line")
_TEXT = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12)


def _some(items: Sequence[Any]) -> st.SearchStrategy[list[Any]]:
    """Draw a few of the items, each once, in any order."""
    return _few(tuple(items))


@cache
def _few(items: tuple[Any, ...]) -> st.SearchStrategy[list[Any]]:
    return st.lists(st.sampled_from(items), unique=True, max_size=3) if items else st.just([])


@cache  # a strategy that is made anew is examined anew
def _optional(**fields: st.SearchStrategy[Any]) -> st.SearchStrategy[Data]:
    """Draw some of the fields."""
    return st.fixed_dictionaries({}, optional=fields)


@cache
def _validities() -> st.SearchStrategy[Data]:
    """Draw a validity, half of them left to the document."""
    starts, ends = st.sampled_from((*_STARTS, None)), st.sampled_from(_ENDS)
    return st.one_of(st.just({}), st.just({}), _optional(valid_from=starts, valid_to=ends))


@st.composite
def _dated(draw: st.DrawFn, targets: Sequence[str]) -> list[Any]:
    """Draw links with a validity, now and then a second one to the same target."""
    links: list[Any] = []
    for target in draw(_some(targets)):
        validity = draw(_validities())
        links.append({"to": target, **validity} if validity else target)
        if "valid_to" in validity and draw(st.booleans()):
            links.append({"to": target, "valid_from": draw(st.sampled_from(_LATER))})
    return draw(st.permutations(links))


@st.composite
def _shared(draw: st.DrawFn, targets: Sequence[str]) -> list[Any]:
    shares = st.one_of(st.just(100), st.integers(0, 100), st.floats(0, 100))
    return [{"to": target, "share": draw(shares)} for target in draw(_some(targets))]


@cache
def _identities(owner: str) -> st.SearchStrategy[list[Data]]:
    fields = _optional(username=_TEXT, realm=_TEXT, status=st.just("locked"))
    one = fields.map(lambda stated: [{"id": f"{owner}-login", **stated}])
    return st.one_of(st.just([]), one)


@st.composite
def _units(draw: st.DrawFn, household: str) -> list[Data]:
    units: list[Data] = []
    above = household
    for name in _UNITS[: draw(st.integers(0, 3))]:
        member_of = [{"to": above, **draw(_validities())}]
        unit = {"id": name, "member_of": member_of, "identities": draw(_identities(name))}
        units.append(unit | draw(_optional(name=_TEXT, located_at=st.just(["address"]))))
        above = name
    return units


@st.composite
def _individuals(draw: st.DrawFn, groups: Sequence[str]) -> list[Data]:
    """Draw people; `ann` is an adult, and is responsible for everyone else."""
    states = st.sampled_from(tuple(status.value for status in PartyStatus))
    people: list[Data] = []
    for name in _PEOPLE[: draw(st.integers(1, len(_PEOPLE)))]:
        born = st.sampled_from(_BIRTHS if name == "ann" else (*_BIRTHS, date(2099, 1, 1)))
        names = ("given_name", "family_name", "description")
        fields: dict[str, st.SearchStrategy[Any]] = dict.fromkeys(names, _TEXT)
        if name != "ann":
            fields["minor"] = st.booleans()
        person = draw(_optional(**fields, birth_date=born, status=states))
        people.append({"id": name, **person, "member_of": draw(_dated(groups))})
        people[-1]["identities"] = draw(_identities(name))
    people[0]["responsible_for"] = [
        {"to": person["id"], "valid_from": None} for person in people[1:]
    ]
    return people


@st.composite
def _products(draw: st.DrawFn, accounts: Sequence[str], bills: Sequence[str]) -> list[Data]:
    """Draw products; each bundles only later ones, so that they never go in a circle."""
    names = ["basic", "extra", "premium"][: draw(st.integers(1, 3))]
    return [
        {
            "id": name,
            "bundles": draw(_some(names[index + 1 :])),
            "services": draw(_some(_SERVICES)),
            "charged_to": draw(_shared(bills)),
            **draw(
                _optional(
                    name=_TEXT,
                    account=st.sampled_from(accounts),
                    price=st.floats(0, 1e6) | st.integers(0, 100),
                    status=st.sampled_from(tuple(status.value for status in ProductStatus)),
                )
            ),
            **draw(_validities()),
        }
        for index, name in enumerate(names)
    ]


@st.composite
def _services(draw: st.DrawFn) -> list[Data]:
    fields = _optional(
        category=st.sampled_from(_CATEGORIES),
        minimum_age=st.integers(0, 21),
        state=st.sampled_from(tuple(state.value for state in ServiceState)),
        name=_TEXT,
    )
    return [
        {"id": name, **draw(fields), "available_on": draw(_dated(_DEVICES))} for name in _SERVICES
    ]


@st.composite
def _resources(draw: st.DrawFn) -> list[Data]:
    states = tuple(state.value for state in AdministrativeState)
    fields = _optional(
        resource_type=_TEXT, value=_TEXT, administrative_state=st.sampled_from(states)
    )
    return [
        {
            "id": name,
            **draw(fields),
            "connected_to": draw(_some([other for other in _DEVICES if other != name])),
        }
        for name in _DEVICES
    ]


@st.composite
def _involvements(draw: st.DrawFn, targets: Sequence[str], identities: Sequence[str]) -> Data:
    fields = {}
    for field in draw(_some(("consumer_of", "chooser_of", "admin_of"))):
        extra = _optional(granted_by=st.just("ann"), identified_by=_some(identities))
        fields[field] = [
            {"to": target, **draw(extra), **draw(_validities())} for target in draw(_some(targets))
        ]
    return fields


@st.composite
def _party_roles(draw: st.DrawFn, data: Data, parties: Sequence[str]) -> list[Data]:
    """Draw roles; one that is held twice has an id of its own, and all but `ann` a guarantor."""
    accounts = [account["id"] for account in data["customer_accounts"]]
    bills = [bill["id"] for bill in data["billing_accounts"]]
    identities = [i["id"] for party in data["individuals"] for i in party["identities"]]
    targets = [part["id"] for part in (*data["products"], *data["services"], *data["resources"])]
    roles: list[Data] = []
    seen: set[tuple[str, ...]] = set()
    for number in range(draw(st.integers(0, 5))):
        kind = draw(st.sampled_from(("Customer", "BillPayer", "User")))
        key = (draw(st.sampled_from(parties)), kind, draw(st.sampled_from(accounts)))
        role: Data = dict(zip(("party", "role", "account"), key, strict=True))
        role |= draw(_validities()) | draw(_involvements(targets, identities))
        if key in seen or draw(st.integers(0, 4)) == 0:
            role["id"] = f"{kind.lower()}-{number}"
        if kind == "BillPayer":
            role["pays"] = draw(_shared(bills))
        if kind != "User" and key[0] in _PEOPLE[1:]:
            role["guarantor"] = "ann"
        seen.add(key)
        roles.append(role)
    return roles


@st.composite
def _resource_roles(draw: st.DrawFn) -> list[Data]:
    return [
        {
            "resource": device,
            **draw(_optional(name=st.sampled_from(("gateway", "hunt group member", "Ω")))),
            **draw(_optional(position=st.integers(1, 9))),
            **draw(_involvements(_SERVICES, [])),
            **draw(_validities()),
        }
        for device in draw(_some(_DEVICES))
    ]


@st.composite
def _policies(draw: st.DrawFn, household: str, parties: Sequence[str]) -> list[Data]:
    people = [party for party in parties if party in _PEOPLE]
    scope = (household, *_SERVICES, *_DEVICES, "basic")
    parts = st.lists(st.sampled_from(parties), unique=True, min_size=1, max_size=2)
    policies: list[Data] = []
    for name, kind in zip(
        draw(_some(("p1", "p2", "p3", "p4"))),
        ("curfew", "classification", "block", "allow-only"),
        strict=False,
    ):
        policy: Data = {"id": name, "kind": kind, **draw(_kind_fields(kind)), **draw(_validities())}
        policy["audience"] = draw(st.sampled_from(("minors", "everyone")) | parts)
        policy["governs"] = draw(st.lists(st.sampled_from(scope), unique=True, min_size=1))
        policy["categories"] = draw(_some(_CATEGORIES))
        policy["enforced_by"] = ["firewall"]
        policy["exempt"] = [draw(_narrowed(link)) for link in draw(_dated(people))]
        policy["paused"] = draw(_dated([household]))
        policy["only_on"] = draw(_some(_DEVICES))
        if len(policies) > 0 and draw(st.booleans()):
            policy["policy"] = policy["supersedes"] = policies[0]["id"]
        policies.append(policy | draw(_optional(name=_TEXT)))
    return policies


@st.composite
def _narrowed(draw: st.DrawFn, link: Any) -> Any:  # noqa: ANN401 - a reference, or a mapping
    """Draw what an exemption is for alone, or leave it for all."""
    only_for = draw(_some((*_SERVICES, *_DEVICES)))
    whole = {"to": link} if isinstance(link, str) else link
    return (
        whole | {"only_for": list(only_for)} if len(only_for) > 0 and draw(st.booleans()) else link
    )


@cache
def _kind_fields(kind: str) -> st.SearchStrategy[Data]:
    clock = st.tuples(st.integers(0, 23), st.integers(0, 59)).map(lambda t: f"{t[0]:02}:{t[1]:02}")
    days = st.lists(st.sampled_from(tuple(day.value for day in Weekday)), unique=True, min_size=1)
    if kind == "curfew":
        return st.fixed_dictionaries({"weekdays": days, "start_time": clock, "end_time": clock})
    if kind == "classification":
        age = st.one_of(st.just("own-age"), st.integers(0, 21))
        blocked = _some(_CATEGORIES)
        return st.fixed_dictionaries({"maximum_age": age, "blocked_categories": blocked})
    if kind == "allow-only":
        listed = st.lists(st.sampled_from((*_SERVICES, "basic")), unique=True, min_size=1)
        return st.fixed_dictionaries({"allows": listed, "allowed_categories": _some(_CATEGORIES)})
    return st.just({})


def _with_setter(data: Data) -> Data:
    """Let the first Admin role of the enforcing service set every policy."""
    for role in data["party_roles"]:
        for involvement in role.get("admin_of", ()):
            if involvement["to"] == "firewall":
                involvement["id"] = "firewall-admin"
                for policy in data["policies"]:
                    policy["set_by"] = "firewall-admin"
                return data
    return data


@st.composite
def documents(draw: st.DrawFn, household: str = "home") -> HouseholdDocument:
    """Draw a household document that keeps all rules.

    Args:
        draw: given by Hypothesis.
        household: the id of the household.
    """
    data: Data = {"organization": {"id": household, "time_zone": draw(st.sampled_from(_ZONES))}}
    data["organization"] |= draw(
        _optional(name=_TEXT, organization_type=st.just("business"), age_of_majority=st.just(21))
    )
    if draw(st.booleans()):
        data["valid_from"] = draw(st.sampled_from((date(2020, 1, 1), "2020-02-03T04:05", None)))
    states = tuple(state.value for state in AccountState)
    state = _optional(state=st.sampled_from(states), name=_TEXT)
    names = [["account"], ["account", "second-account"]]
    data["places"] = [{"id": "address", **draw(_optional(street=_TEXT, city=_TEXT))}]
    data["units"] = draw(_units(household))
    groups = [household, *(unit["id"] for unit in data["units"])]
    data["individuals"] = draw(_individuals(groups))
    data["customer_accounts"] = [
        {"id": name, **draw(state)} for name in draw(st.sampled_from(names))
    ]
    data["billing_accounts"] = [{"id": "bill", **draw(state)}, {"id": "other-bill"}]
    accounts = [account["id"] for account in data["customer_accounts"]]
    data["products"] = draw(_products(accounts, ["bill", "other-bill"]))
    data["services"], data["resources"] = draw(_services()), draw(_resources())
    parties = [*groups, *(person["id"] for person in data["individuals"])]
    data["party_roles"] = draw(_party_roles(data, parties))
    data["resource_roles"] = draw(_resource_roles())
    data["policies"] = draw(_policies(household, parties))
    return HouseholdDocument.model_validate(_with_setter(data))
