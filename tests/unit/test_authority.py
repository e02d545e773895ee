"""Who may change what: each law, by everyone of the Bakers who may and nobody else."""

from datetime import date

import pytest

from household_graph.changes.draft import Draft
from household_graph.model.rows import Rows
from tests.unit.authority import Work, changed, end, grant, link_of, may, new_role, seed, set_

BAKERS = seed("bakers")


def end_link(kind: str, start: str, finish: str) -> Work:
    return lambda draft: draft.end(link_of(draft, kind, start, finish))


def unlink(kind: str, start: str, finish: str) -> Work:
    return lambda draft: draft.unrelate(link_of(draft, kind, start, finish))


def link(kind: str, start: str, finish: str, **properties: float) -> Work:
    return lambda draft: draft.relate(kind, draft.qualify(start), draft.qualify(finish), properties)


def granting(role: str, kind: str, item: str) -> Work:
    return lambda draft: grant(draft, role, kind, item)


def made(local: str, *labels: str, **properties: str) -> Work:
    return lambda draft: draft.create(draft.qualify(local), labels, properties)


def both(*works: Work) -> Work:
    return lambda draft: [work(draft) for work in works]


def leaves(party: str) -> Work:
    """End the User role of somebody on the account, and all that it plays."""

    def work(draft: Draft) -> None:
        role = f"{party}.user.account"
        for played in draft.index.outgoing("PLAYS", draft.qualify(role)):
            draft.end(draft.get(played.end))
        draft.end(draft.get(role))

    return work


def new_policy(setter: str) -> Work:
    return both(
        made("late", "Policy", kind="block", audience="minors"),
        link("GOVERNS", "late", "movies"),
        link("ENFORCED_BY", "late", "smart-firewall"),
        link("SET", setter, "late"),
    )


def moves(kind: str, start: str, finish: str, *, start_to: str = "", end_to: str = "") -> Work:
    again = link(kind, start_to or start, end_to or finish)
    return both(unlink(kind, start, finish), again)


def buys(account: str) -> Work:
    """Take a new product on an account, administer it, and let the household use it."""

    def work(draft: Draft) -> None:
        made("radio", "Product", status="active")(draft)
        link("HAS_PRODUCT", account, "radio")(draft)
        link("CHARGED_TO", "radio", "bill" if account == "account" else "teens-bill")(draft)
        grant(draft, "dad.user.account", "Admin", "radio")
        grant(draft, "bakers.user.account", "Consumer", "radio")

    return work


# A Customer of the account appoints and removes Admins and Choosers of its products.
ADMINS = {
    "an Admin of broadband": (granting("granny.user.account", "Admin", "broadband"), "dad"),
    "no Admin of broadband": (end("mum.user.account.admin.broadband"), "mum"),
    "an Admin of sports": (granting("granny.user.account", "Admin", "sports-channel"), "emma"),
    "an Admin of a service": (granting("granny.user.account", "Admin", "smart-firewall"), "dad"),
    "no Admin of the firewall": (end("home-security-admin"), "mum"),
    "a Chooser of broadband": (granting("granny.user.account", "Chooser", "broadband"), "dad mum"),
    "no Chooser of cable-tv": (end("dad.customer.account.chooser.cable-tv"), "dad"),
    "a Chooser of sports": (granting("tom.user.account", "Chooser", "sports-channel"), "emma"),
    "an Admin role moved": (
        moves("PLAYS", "mum.user.account", "home-security-admin", start_to="tom.user.account"),
        "",
    ),
    "an Admin role on more": (
        moves("INVOLVED_IN", "mum.user.account.admin.cloud", "cloud", end_to="sports-channel"),
        "",
    ),
}

# An Admin of a product grants and removes its Consumers.
CONSUMERS = {
    "a Consumer of broadband": (granting("granny.user.account", "Consumer", "broadband"), "mum"),
    "no Consumer of broadband": (
        end("au-pair.user.account.consumer.broadband"),
        "au-pair mum",
    ),
    "a Consumer of sports": (granting("katie.user.account", "Consumer", "sports-channel"), "emma"),
    "a Consumer of one service": (granting("au-pair.user.account", "Consumer", "movies"), "dad"),
    "a Consumer of email": (granting("au-pair.user.account", "Consumer", "email"), "mum"),
}

DEVICES = {
    "a Consumer of a tablet": (granting("tom.user.account", "Consumer", "tablet-katie"), "dad"),
    "an Admin of a tablet": (granting("katie.user.account", "Admin", "tablet-katie"), "dad"),
    "a device locked": (set_("tablet-katie", administrative_state="locked"), "dad katie"),
    "a device lost": (set_("phone-emma", administrative_state="lost"), "dad emma"),
    "a device shut down": (set_("phone-emma", administrative_state="shutdown"), "dad"),
    "one that all use": (set_("stb-living-room", administrative_state="locked"), "dad"),
    "one of a guest, and of all": (set_("home-hub", administrative_state="locked"), "dad"),
    "one of a guest alone": (set_("phone-au-pair", administrative_state="lost"), "dad au-pair"),
    "one of two": (set_("stb-bedroom", administrative_state="locked"), "dad"),
    "what enforces, on it": (end_link("AVAILABLE_ON", "smart-firewall", "home-hub"), "dad"),
    "a name as well": (set_("tablet-katie", administrative_state="lost", name="Hers"), "dad"),
    "a device": (made("radio", "Resource", resource_type="radio"), "dad"),
    "a service on it": (link("AVAILABLE_ON", "sports", "laptop-tom"), "dad"),
    "no service on it": (end_link("AVAILABLE_ON", "sports", "phone-emma"), "dad"),
    "a connection": (link("CONNECTED_TO", "tablet-katie", "phone-mum"), "dad"),
    "a place": (link("LOCATED_AT", "tablet-katie", "home"), "dad"),
    "a role of it": (
        both(made("hub.gateway", "ResourceRole"), link("PLAYS", "home-hub", "hub.gateway")),
        "dad",
    ),
}

ROLES = {
    "a Customer": (lambda draft: new_role(draft, "granny", "Customer", "account"), "dad"),
    "a payer": (lambda draft: new_role(draft, "granny", "BillPayer", "account"), "dad"),
    "a young payer": (
        lambda draft: new_role(draft, "katie", "BillPayer", "teens-account", "dad"),
        "emma",
    ),
    "no payer": (end("mum.bill-payer.account"), "dad mum"),
    "a share": (link("PAYS", "dad.bill-payer.account", "bill", share=100), "dad"),
    "a share of the teens": (link("PAYS", "tom.bill-payer.teens-account", "teens-bill"), "emma"),
    "a payer of both": (link("PAYS", "dad.bill-payer.account", "teens-bill"), ""),
    "another guarantor": (
        moves("GUARANTEED_BY", "tom.bill-payer.teens-account", "mum", end_to="dad"),
        "emma",
    ),
    "a product on another bill": (link("CHARGED_TO", "sports-channel", "bill"), ""),
    "a product off its bill": (unlink("CHARGED_TO", "cloud", "bill"), "dad"),
    "a User": (lambda draft: new_role(draft, "granny", "User", "account"), "dad mum"),
    "a User of the teens": (
        lambda draft: new_role(draft, "granny", "User", "teens-account"),
        "emma",
    ),
    "a User of nothing": (end("granny.user.account"), "dad granny mum"),
    "the au pair goes": (leaves("au-pair"), "au-pair dad"),
    "mum goes": (leaves("mum"), "mum"),
    "her role alone": (end("mum.user.account"), "mum"),
    "her role, for granny": (moves("PLAYS", "mum", "mum.user.account", start_to="granny"), ""),
    "a role of another account": (
        moves("ON_ACCOUNT", "granny.user.account", "account", end_to="teens-account"),
        "",
    ),
    "an account": (made("new-account", "CustomerAccount", state="active"), "dad"),
    "the name of an account": (set_("teens-account", name="Ours"), "emma"),
    "the name of a bill": (set_("bill", name="Ours"), "dad"),
    "a bill": (made("new-bill", "BillingAccount", state="active"), "dad"),
}

POLICIES = {
    "an hour": (set_("bedtime", start_time="23:00"), "mum"),
    "a policy lifted": (end("classification"), "mum"),
    "an exemption": (link("EXEMPT_FROM", "tom", "bedtime"), "mum"),
    "a scope": (link("GOVERNS", "bedtime", "movies"), "mum"),
    "an audience": (link("APPLIES_TO", "bedtime", "dad"), "mum"),
    "a policy": (new_policy("home-security-admin"), "mum"),
    "in a role of another": (new_policy("dad.customer.account.admin.cable-tv"), ""),
    "in another's enforcement": (link("ENFORCED_BY", "bedtime", "movies"), ""),
    "not enforced": (unlink("ENFORCED_BY", "bedtime", "smart-firewall"), "mum"),
    "set by nobody": (unlink("SET", "home-security-admin", "bedtime"), "mum"),
}

PRODUCTS = {
    "a product suspended": (set_("cable-tv", status="suspended"), "dad"),
    "a product ended": (end("cloud"), "dad mum"),
    "a product that enforces, ended": (end("broadband"), "mum"),
    "a product of the teens": (set_("sports-channel", name="Football"), "emma"),
    "a service suspended": (set_("internet", state="suspended"), "dad mum"),
    "a service ended": (set_("email", state="terminated"), "dad mum"),
    "a service that enforces, suspended": (set_("smart-firewall", state="suspended"), "mum"),
    "a product that enforces, suspended": (set_("broadband", status="suspended"), "mum"),
    "an account that enforces, suspended": (set_("account", state="suspended"), ""),
    "a service that enforces, taken out": (
        unlink("REALIZED_BY", "broadband", "smart-firewall"),
        "dad mum",
    ),
    "a service in another state": (set_("email", state="designed"), ""),
    "a new service": (made("vpn", "Service", state="active"), ""),
    "a new service of a product": (
        both(made("vpn", "Service", state="active"), link("REALIZED_BY", "broadband", "vpn")),
        "",
    ),
    "a service of others": (link("REALIZED_BY", "sports-channel", "smart-firewall"), ""),
    "a service taken out": (unlink("REALIZED_BY", "broadband", "email"), "dad mum"),
    "a bundle": (link("BUNDLES", "broadband", "cloud"), "dad mum"),
    "a bundle with others": (link("BUNDLES", "sports-channel", "cloud"), ""),
    "to another account": (moves("HAS_PRODUCT", "account", "cloud", start_to="teens-account"), ""),
    "a new product": (buys("account"), "dad"),
    "a new product at a price of one's own": (both(buys("account"), set_("radio", price=1.0)), ""),
    "a price": (set_("cable-tv", price=1.0), ""),
    "a rating": (set_("movies", minimum_age=0), ""),
    "a category": (set_("sports", category="homework"), ""),
    "a payment": (set_("account", payment_status="paid"), ""),
}

PEOPLE = {
    "a person": (made("uncle", "Party", "Individual", status="active"), "dad"),
    "a date of birth": (set_("katie", birth_date=date(2007, 1, 1)), "mum"),
    "a date of birth, and a name": (
        set_("katie", birth_date=date(2007, 1, 1), given_name="Kate"),
        "",
    ),
    "the flag of a minor": (set_("au-pair", minor=True), "mum"),
    "a time zone": (set_("bakers", time_zone="America/New_York"), "mum"),
    "a member": (link("MEMBER_OF", "au-pair", "bakers"), "dad"),
    "no member": (end_link("MEMBER_OF", "emma", "."), "dad"),
    "no member any more": (end_link("MEMBER_OF", "granny", "."), "dad granny"),
    "a guardian": (link("RESPONSIBLE_FOR", "granny", "katie"), "dad mum"),
    "no guardian": (end_link("RESPONSIBLE_FOR", "dad", "katie"), "dad mum"),
    "an address": (made("college", "Place", city="Leeds"), "dad"),
    "where one lives": (link("LOCATED_AT", "katie", "home"), "dad"),
    "the age of majority": (set_("bakers", age_of_majority=16), "mum"),
    "a username": (
        both(made("tom-2", "DigitalIdentity"), link("HAS_IDENTITY", "tom", "tom-2")),
        "dad mum tom",
    ),
    "a username of an adult": (set_("mum-login", status="suspended"), "mum"),
    "a second owner": (link("HAS_IDENTITY", "tom", "mum-login"), "mum"),
    "a username given away": (moves("HAS_IDENTITY", "tom", "tom-login", start_to="granny"), "dad"),
    "a username taken": (moves("HAS_IDENTITY", "mum", "mum-login", start_to="tom"), "mum"),
    "a role in it": (link("IDENTIFIED_BY", "mum.user.account.admin.cloud", "mum-login"), "mum"),
    "a role of others in it": (
        link("IDENTIFIED_BY", "home-security-admin", "tom-login"),
        "dad mum",
    ),
    "one's own in it": (
        link("IDENTIFIED_BY", "tom.user.account.consumer.laptop-tom", "tom-login"),
        "dad mum tom",
    ),
}

LAWS = {
    **{f"Admins: {what}": row for what, row in ADMINS.items()},
    **{f"Consumers: {what}": row for what, row in CONSUMERS.items()},
    **{f"devices: {what}": row for what, row in DEVICES.items()},
    **{f"roles: {what}": row for what, row in ROLES.items()},
    **{f"policies: {what}": row for what, row in POLICIES.items()},
    **{f"products: {what}": row for what, row in PRODUCTS.items()},
    **{f"people: {what}": row for what, row in PEOPLE.items()},
}


def with_a_username(rows: Rows) -> Rows:
    """Return the Bakers, with a username for Tom."""
    username = made("tom-login", "DigitalIdentity", status="active")
    return changed(rows, username, link("HAS_IDENTITY", "tom", "tom-login"))


@pytest.mark.parametrize("what", LAWS)
def test_exactly_they_may(what: str) -> None:
    """Each change can be made by just those of the household whom a law lets make it."""
    work, who = LAWS[what]
    assert may(work, with_a_username(BAKERS)) == set(who.split())
