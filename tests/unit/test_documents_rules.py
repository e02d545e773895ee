"""The rules that several values together keep or break."""

import copy
from datetime import date
from typing import Any

import pytest
from pydantic import ValidationError

from household_graph.documents.document import HouseholdDocument
from household_graph.documents.read import document_of
from household_graph.errors import DocumentError

TODAY = date(2026, 11, 22)
HOME: dict[str, Any] = {
    "organization": {"id": "h", "time_zone": "Europe/London"},
    "valid_from": "2020-01-01",
    "individuals": [
        {"id": "mum", "birth_date": "1980-07-19", "responsible_for": ["kid"]},
        {"id": "kid", "birth_date": "2012-01-01"},
    ],
    "customer_accounts": [{"id": "account"}],
    "billing_accounts": [{"id": "bill"}],
    "products": [{"id": "broadband", "services": ["internet", "firewall"]}],
    "services": [{"id": "internet"}, {"id": "firewall"}],
    "party_roles": [
        {"party": "mum", "role": "User", "account": "account", "admin_of": ["firewall", "internet"]}
    ],
}
BLOCK = {"id": "p", "kind": "block", "audience": "everyone", "governs": ["h"]}
CURFEW = {
    **BLOCK,
    "kind": "curfew",
    "weekdays": ["monday"],
    "start_time": "21:00",
    "end_time": "07:00",
}


def problems(**sections: Any) -> list[str]:  # noqa: ANN401 - sections of a document
    data = copy.deepcopy(HOME)
    for section, content in sections.items():
        base = data.get(section, [])
        data[section] = base + content if isinstance(content, list) else {**base, **content}
    try:
        document_of(data, "d", today=TODAY)
    except DocumentError as error:
        return [line.removeprefix("d: ") for line in error.message.splitlines()]
    return []


def role(**fields: Any) -> list[dict[str, Any]]:  # noqa: ANN401 - fields of a role
    return [{"party": "kid", "role": "User", "account": "account", **fields}]


def test_the_household_of_these_tests_is_right() -> None:
    """Without anything added, nothing is wrong."""
    assert problems() == []


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("account", "nowhere", "account: unknown customer account `nowhere`"),
        ("account", "h/nowhere", "account: unknown customer account `h/nowhere`"),
        ("account", "internet", "account: `internet` is a service, not a customer account"),
        ("account", "k/account", "account: `k/account` is in another household"),
        ("party", "internet", "party: `internet` is a service, not a party"),
        (
            "consumer_of",
            ["kid"],
            "consumer_of[0]: `kid` is an individual, not a product, service or resource",
        ),
        (
            "consumer_of",
            ["h"],
            "consumer_of[0]: `h` is the household itself, not a product, service or resource",
        ),
        ("pays", ["bill"], "pays: only a BillPayer has `pays`, not a User"),
        (
            "valid_to",
            "2019-05-05",
            "valid_to: `2019-05-05` is not after `2020-01-01`, when it starts",
        ),
    ],
)
def test_fields_of_a_role(field: str, value: object, message: str) -> None:
    """A reference leads to something there is, of the right kind, in this household."""
    assert [line.partition(" (")[0] for line in problems(party_roles=role(**{field: value}))] == [
        f"party_roles[1].{message}"
    ]


def test_full_and_local_references_mean_the_same() -> None:
    """`h/kid` and `kid` are one; both together in a list are one too many."""
    assert problems(party_roles=role(party="h/kid", account="h/account")) == []
    [message] = problems(products=[{"id": "tv", "services": ["internet", "h/internet"]}])
    assert message == "products[1].services[1]: `h/internet` is stated twice"


def test_nearest_of_the_right_kind_is_suggested() -> None:
    """A hint names what is like the unknown word and would fit there."""
    with pytest.raises(DocumentError) as caught:
        document_of({**HOME, "party_roles": role(account="acount")}, today=TODAY)
    assert caught.value.hint == "did you mean `account`?"


def test_ids_are_given_once() -> None:
    """The same id twice names both places; one that is derived asks for an id of its own."""
    assert problems(services=[{"id": "kid"}]) == [
        "services[2].id: duplicate id `kid`, already used at individuals[1].id"
    ]
    assert problems(services=[{"id": "h"}]) == [
        "services[2].id: `h` is the id of the household at organization.id"
    ]
    twice = role(valid_to="2021-01-01") + role(valid_from="2022-01-01")
    assert problems(party_roles=twice) == [
        "party_roles[2]: duplicate id `kid.user.account`, already used at party_roles[1]"
    ]
    twice[1]["id"] = "kid-again"
    assert problems(party_roles=twice) == []


@pytest.mark.parametrize(
    ("validity", "wrong"),
    [
        ({"valid_from": "2020-01-01", "valid_to": "2020-01-01"}, True),
        ({"valid_from": "2020-06-01T12:00", "valid_to": "2020-06-01T11:00:00.0001Z"}, True),
        ({"valid_from": "2020-06-01T12:00", "valid_to": "2020-06-01T11:00:00.001Z"}, False),
        ({"valid_from": None, "valid_to": "1999-01-01"}, False),
        ({"valid_to": "2019-01-01"}, True),
    ],
)
def test_validities_end_after_they_start(validity: dict[str, Any], *, wrong: bool) -> None:
    """To the millisecond, and with the `valid_from` of the document where none is stated."""
    assert bool(problems(units=[{"id": "u", "member_of": [{"to": "h", **validity}]}])) == wrong


def test_a_link_begins_once_at_a_time() -> None:
    """Two stays are two links with different beginnings."""
    links = [{"to": "h", "valid_to": "2021-01-01"}, {"to": "h", "valid_from": "2022-01-01"}]
    assert problems(units=[{"id": "u", "member_of": links}]) == []
    [message] = problems(units=[{"id": "u", "member_of": ["h", *links]}])
    assert message == (
        "units[0].member_of[1]: the link to `h` begins twice at the same time, first"
        " at units[0].member_of[0]"
    )


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"weekdays": []}, "a curfew needs `weekdays`"),
        ({"start_time": None}, "a curfew needs `start_time`"),
        ({"end_time": None}, "a curfew needs `end_time`"),
        ({"maximum_age": 12}, "`maximum_age` is of a classification, not of a curfew"),
        ({"governs": []}, "the policy governs nothing"),
        (
            {"governs": ["u"]},
            "`u` is an organization, not a product, service, resource or household itself",
        ),
        ({"audience": ["nobody"]}, "unknown party `nobody`"),
    ],
)
def test_policies_have_what_their_kind_needs(fields: dict[str, Any], message: str) -> None:
    """A curfew without its hours, or with what is of another kind, is refused."""
    [found] = problems(policies=[{**CURFEW, **fields}], units=[{"id": "u"}])
    assert found.partition(": ")[2] == message


def test_other_kinds_of_policies() -> None:
    """A classification rates or blocks; a block has no fields of its own."""
    assert problems(policies=[{**BLOCK, "kind": "classification"}]) == [
        "policies[0]: a classification needs `maximum_age` or `blocked_categories`"
    ]
    assert problems(policies=[{**BLOCK, "weekdays": ["monday"]}]) == [
        "policies[0].weekdays: `weekdays` is of a curfew, not of a block"
    ]
    assert problems(policies=[CURFEW]) == []


@pytest.mark.parametrize(
    ("set_by", "enforced_by", "message"),
    [
        ("mum.user.account.admin.firewall", ["firewall"], None),
        ("broadband-admin", ["firewall"], None),
        ("mum.user.account.admin.internet", ["firewall"], "does not administer a service"),
        ("mum.user.account.admin.firewall", [], "does not administer a service"),
        ("mum.user.account", ["firewall"], "is a User role, not an Admin role"),
        ("mum", ["firewall"], "is an individual, not an Admin role"),
        ("mum.admin.firewall", ["firewall"], "unknown Admin role"),
    ],
)
def test_policies_are_set_by_who_administers_them(
    set_by: str, enforced_by: list[str], message: str | None
) -> None:
    """`set_by` is an Admin role of an enforcing service, or of a product it realizes."""
    admin = role(
        party="mum", role="Customer", admin_of=[{"to": "broadband", "id": "broadband-admin"}]
    )
    found = problems(
        policies=[{**BLOCK, "set_by": set_by, "enforced_by": enforced_by}], party_roles=admin
    )
    assert [message in line for line in found] == [True] if message else found == []


def test_circles() -> None:
    """Units and bundles that contain themselves are refused, each circle once."""
    units = [
        {"id": "a", "member_of": ["c"]},
        {"id": "b", "member_of": ["a", "h"]},
        {"id": "c", "member_of": ["b"]},
        {"id": "d", "member_of": ["d"]},
    ]
    assert problems(units=units) == [
        "units[0].member_of[0]: membership goes in a circle: `a` -> `c` -> `b` -> `a`",
        "units[3].member_of[0]: membership goes in a circle: `d` -> `d`",
    ]
    products = [{"id": "x", "bundles": ["y"]}, {"id": "y", "bundles": ["x"]}]
    assert problems(products=products) == [
        "products[1].bundles[0]: bundling goes in a circle: `x` -> `y` -> `x`"
    ]


def test_nesting_has_a_bound() -> None:
    """32 levels of units and of bundles count; what is deeper is told where, however deep."""
    for levels, found in ((32, []), (33, ["units[0].member_of[0]: `u1` and `h` are 33"])):
        units = [{"id": f"u{n}", "member_of": [f"u{n + 1}"]} for n in range(1, levels)]
        lines = problems(units=[*units, {"id": f"u{levels}", "member_of": ["h"]}])
        assert [line.partition(" memberships apart")[0] for line in lines] == found
    products = [{"id": f"p{n}", "bundles": [f"p{n + 1}"]} for n in range(1000)]
    assert problems(products=[*products, {"id": "p1000"}]) == [
        "products[1].bundles[0]: `p0` and `p1000` are 1000 bundles apart, and no more than 32 count"
    ]


@pytest.mark.parametrize("kind", ["Customer", "BillPayer"])
def test_minors_need_a_guarantor(kind: str) -> None:
    """A minor is Customer or Bill Payer with a responsible adult as guarantor only."""
    assert problems(party_roles=role(role=kind)) == [
        f"party_roles[1].party: `kid` is a minor, and {kind} only with a `guarantor`"
    ]
    assert problems(party_roles=role(role=kind, guarantor="mum")) == []
    dad = [{"id": "dad", "birth_date": "1978-03-02"}]
    assert problems(party_roles=role(role=kind, guarantor="dad"), individuals=dad) == [
        "party_roles[1].guarantor: the guarantor `dad` is not responsible for `kid`"
    ]


@pytest.mark.parametrize(
    ("person", "needs"),
    [
        ({"birth_date": "2008-11-22"}, False),
        ({"birth_date": "2008-11-23"}, True),
        ({"minor": True}, True),
        ({"minor": True, "birth_date": "1990-01-01"}, False),
        ({}, False),
    ],
)
def test_who_is_a_minor(person: dict[str, Any], *, needs: bool) -> None:
    """By the date of birth and today's date; by the flag where there is no date."""
    found = problems(
        individuals=[{"id": "tom", **person}], party_roles=role(party="tom", role="Customer")
    )
    assert bool(found) == needs


def test_guarantors_who_cannot_be_it() -> None:
    """A minor is no guarantor, nor is who is responsible no longer; an ended role needs none."""
    people = [
        {"id": "big", "birth_date": "2010-01-01", "responsible_for": ["tom"]},
        {"id": "aunt", "responsible_for": [{"to": "tom", "valid_to": "2025-01-01"}]},
        {"id": "tom", "minor": True},
    ]
    for guarantor, message in (
        ("big", "the guarantor `big` is a minor too"),
        ("aunt", "the guarantor `aunt` is not responsible for `tom`"),
    ):
        roles = role(party="tom", role="Customer", guarantor=guarantor)
        assert problems(individuals=people, party_roles=roles) == [
            f"party_roles[1].guarantor: {message}"
        ]
    ended = role(party="tom", role="Customer", valid_to="2025-01-01")
    assert problems(individuals=people, party_roles=ended) == []


def test_documents_made_in_python_are_checked() -> None:
    """Making a document checks values and rules; it cannot be changed afterwards."""
    organization = {"id": "h", "time_zone": "UTC"}
    with pytest.raises(ValidationError, match="unknown organization `nowhere`"):
        HouseholdDocument.model_validate(
            {"organization": organization, "units": [{"id": "u", "member_of": ["nowhere"]}]}
        )
    document = HouseholdDocument.model_validate({"organization": organization})
    with pytest.raises(ValidationError, match="frozen"):
        document.valid_from = TODAY  # type: ignore[misc] # that it cannot is what is tested
