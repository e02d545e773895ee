"""What can go wrong with the Bakers, done to a draft of them, and what the doctor then finds."""

from collections.abc import Callable
from datetime import UTC, date, datetime

from household_graph.changes.draft import Draft
from household_graph.model.instants import from_datetime

__all__ = ["BREAKS", "Break", "end_role", "involved_twice", "member_twice", "wrong_identity"]

Break = Callable[[Draft], None]


def end_role(draft: Draft, *roles: str) -> None:
    for role in roles:
        draft.end(draft.get(role))


def end_links(draft: Draft, kind: str, end: str) -> None:
    for link in draft.index.incoming(kind, draft.qualify(end)):
        draft.unrelate(link)


def involve(draft: Draft, role: str, kind: str, item: str, local: str = "new") -> str:
    own_id = draft.create(draft.qualify(local), ("InvolvementRole", kind))
    draft.relate("PLAYS", draft.qualify(role), own_id)
    draft.relate("INVOLVED_IN", own_id, draft.qualify(item))
    return own_id


def ends_before_it_begins(draft: Draft) -> None:
    """Let Dad have a role from June on that plays something until March."""
    role = draft.create(
        draft.qualify("later"), ("PartyRole", "User"), {}, (_instant(2027, 6), _instant(2028, 6))
    )
    draft.relate("PLAYS", draft.qualify("dad"), role)
    draft.relate("ON_ACCOUNT", role, draft.qualify("teens-account"))
    granted = involve(draft, "later", "Consumer", "laptop-tom")
    draft.update(granted, valid_to=datetime(2027, 3, 1, tzinfo=UTC))


def joins_too_late(draft: Draft) -> None:
    """Let a unit have something until March, and a member from June on."""
    unit = draft.create(draft.qualify("unit"), ("Party", "Organization"), {"status": "active"})
    draft.relate(
        "MEMBER_OF", draft.qualify("dad"), unit, span=(_instant(2027, 6), _instant(2028, 6))
    )
    role = draft.create(
        draft.qualify("late"), ("PartyRole", "User"), {}, (_instant(2026, 1), _instant(2027, 3))
    )
    draft.relate("PLAYS", unit, role)
    draft.relate("ON_ACCOUNT", role, draft.qualify("account"))
    involve(draft, "late", "Consumer", "cloud")


def _instant(year: int, month: int) -> int:
    return from_datetime(datetime(year, month, 1, tzinfo=UTC))


def too_deep(draft: Draft) -> None:
    below = draft.household
    for n in range(40):
        unit = draft.create(
            draft.qualify(f"unit-{n}"), ("Party", "Organization"), {"status": "active"}
        )
        draft.relate("MEMBER_OF", unit, below)
        below = unit


def minor_administers(draft: Draft) -> None:
    involve(draft, "tom.user.account", "Admin", "smart-firewall")


def too_little_is_paid(draft: Draft) -> None:
    role, bill = draft.qualify("mum.bill-payer.account"), draft.qualify("bill")
    draft.unrelate(draft.index.outgoing("PAYS", role)[0])
    draft.relate("PAYS", role, bill, {"share": 30.0})


def wrong_identity(draft: Draft) -> None:
    own_id = draft.qualify("dad.customer.account.admin.cable-tv")
    draft.relate("IDENTIFIED_BY", own_id, draft.qualify("mum-login"))


def not_enforced(draft: Draft) -> None:
    draft.unrelate(draft.index.outgoing("ENFORCED_BY", draft.qualify("bedtime"))[0])


def member_twice(draft: Draft) -> None:
    draft.relate("MEMBER_OF", draft.qualify("katie"), draft.household)


def role_twice(draft: Draft) -> None:
    role = draft.create(draft.qualify("second"), ("PartyRole", "User"))
    draft.relate("PLAYS", draft.qualify("katie"), role)
    draft.relate("ON_ACCOUNT", role, draft.qualify("account"))


def involved_twice(draft: Draft) -> None:
    involve(draft, "katie.user.account", "Consumer", "tablet-katie")


def unit_of_nobody(draft: Draft) -> None:
    labels, status = ("Party", "Organization"), {"status": "active"}
    unit = draft.create(draft.qualify("unit"), labels, status)
    role = draft.create(draft.qualify("unit-role"), ("PartyRole", "User"))
    draft.relate("PLAYS", unit, role)
    draft.relate("ON_ACCOUNT", role, draft.qualify("account"))
    involve(draft, "unit-role", "Consumer", "cloud")


BREAKS: list[tuple[str, Break, list[tuple[str, str]]]] = [
    ("nothing", lambda _draft: None, []),
    (
        "nobody answers for Katie",
        lambda draft: end_links(draft, "RESPONSIBLE_FOR", "katie"),
        [("minor-without-responsible-adult", "katie")],
    ),
    (
        "the classification is lifted",
        lambda draft: end_role(draft, "classification"),
        [("minor-without-classification", one) for one in ("emma", "katie", "tom")],
    ),
    (
        "Emma has no guarantor",
        lambda draft: draft.unrelate(
            draft.index.outgoing("GUARANTEED_BY", draft.qualify("emma.customer.teens-account"))[0]
        ),
        [("minor-without-guarantor", "emma.customer.teens-account")],
    ),
    (
        "Emma is of age",
        lambda draft: draft.update(draft.qualify("emma"), birth_date=date(2008, 11, 21)),
        [("adult-with-guardian", "emma")],
    ),
    (
        "Tom administers the firewall",
        minor_administers,
        [("minor-administers-enforcing-service", "tom")] * 2,
    ),
    (
        "nobody administers the TV",
        lambda draft: end_role(draft, "dad.customer.account.admin.cable-tv"),
        [("product-without-admin", "cable-tv")],
    ),
    (
        "nobody holds the contract",
        lambda draft: end_role(draft, "dad.customer.account"),
        [
            ("account-without-customer", "account"),
            ("product-without-admin", "cable-tv"),
            ("product-without-admin", "mobile-dad"),
        ],
    ),
    (
        "nobody pays",
        lambda draft: end_role(draft, "dad.bill-payer.account", "mum.bill-payer.account"),
        [("bill-without-payer", "bill")],
    ),
    ("too little is paid", too_little_is_paid, [("shares-not-100", "bill")]),
    (
        "one payer less",
        lambda draft: end_role(draft, "mum.bill-payer.account"),
        [("shares-not-100", "bill")],
    ),
    (
        "the firewall is suspended",
        lambda draft: draft.update(draft.qualify("smart-firewall"), state="suspended"),
        [("policy-without-active-service", one) for one in ("bedtime", "classification")],
    ),
    (
        "no service enforces a policy",
        not_enforced,
        [("policy-without-active-service", "bedtime")],
    ),
    (
        "the product of the firewall has ended",
        lambda draft: end_role(draft, "broadband"),
        [
            *(
                ("ineffective-grant", one)
                for one in (
                    "au-pair.user.account.consumer.broadband",
                    "bakers.user.account.consumer.broadband",
                    "home-security-admin",
                    "mum.user.account.admin.broadband",
                    "mum.user.account.chooser.broadband",
                )
            ),
            *(("policy-without-active-service", one) for one in ("bedtime", "classification")),
        ],
    ),
    (
        "a product is over",
        lambda draft: draft.update(draft.qualify("sports-channel"), status="terminated"),
        [
            ("ineffective-grant", f"{role}.teens-account.{kind}.sports-channel")
            for role, kind in (
                ("emma.customer", "admin"),
                ("emma.customer", "chooser"),
                ("emma.user", "consumer"),
                ("tom.user", "consumer"),
            )
        ],
    ),
    ("a unit without members is granted something", unit_of_nobody, [("ineffective-grant", "new")]),
    (
        "nobody plays an involvement role",
        lambda draft: end_links(draft, "PLAYS", "tom.user.account.consumer.laptop-tom"),
        [
            ("device-used-by-nobody", "laptop-tom"),
            ("ineffective-grant", "tom.user.account.consumer.laptop-tom"),
        ],
    ),
    (
        "Granny moves out and keeps her role",
        lambda draft: draft.unrelate(draft.index.outgoing("MEMBER_OF", draft.qualify("granny"))[0]),
        [("role-outlives-membership", "granny")],
    ),
    (
        "a login belongs to nobody",
        lambda draft: end_links(draft, "HAS_IDENTITY", "mum-login"),
        [
            ("identity-of-another", "home-security-admin"),
            ("identity-of-another", "mum.user.account.admin.broadband"),
            ("orphan-identity", "mum-login"),
        ],
    ),
    (
        "Dad logs in as Mum",
        wrong_identity,
        [("identity-of-another", "dad.customer.account.admin.cable-tv")],
    ),
    (
        "nobody uses a tablet",
        lambda draft: end_role(draft, "katie.user.account.consumer.tablet-katie"),
        [("device-used-by-nobody", "tablet-katie")],
    ),
    (
        "a service is on no device",
        lambda draft: end_links(draft, "AVAILABLE_ON", "phone-dad"),
        [("service-nowhere-available", "voice-dad")],
    ),
    ("Katie is a member twice", member_twice, [("overlapping-validities", "katie")]),
    ("Katie is a User twice", role_twice, [("overlapping-validities", "second")]),
    (
        "Katie is a Consumer twice",
        involved_twice,
        [("overlapping-validities", "katie.user.account.consumer.tablet-katie")],
    ),
    (
        "a policy blocks a category that no service has",
        lambda draft: draft.update(draft.qualify("classification"), blocked_categories=("Adult",)),
        [("policy-without-effect", "classification")],
    ),
    (
        "a policy speaks to nobody",
        lambda draft: draft.update(draft.qualify("bedtime"), audience="parties"),
        [("policy-without-effect", "bedtime")],
    ),
    (
        "a policy has nothing to forbid",
        lambda draft: draft.update(
            draft.qualify("classification"), blocked_categories=None, maximum_age="18"
        ),
        [("policy-without-effect", "classification")],
    ),
    (
        "Mum is exempt from what is for minors",
        lambda draft: draft.relate("EXEMPT_FROM", draft.qualify("mum"), draft.qualify("bedtime")),
        [("exemption-without-effect", "mum")],
    ),
    ("a grant ends before its role begins", ends_before_it_begins, [("grant-never-holds", "new")]),
    ("a unit has it before it has members", joins_too_late, [("grant-never-holds", "new")]),
    ("units nest too deep", too_deep, [("nested-too-deep", "unit-39")]),
]
