"""Roles: functional ones on an account, those of devices, and involvement in what is held."""

from neomodel import IntegerProperty, StringProperty

from household_graph.graph.schema.base import Entity
from household_graph.graph.schema.links import VALID_FROM, VALID_TO, Shared
from household_graph.graph.schema.properties import InstantProperty, LinkFrom, LinkTo

__all__ = [
    "Admin",
    "BillPayer",
    "Chooser",
    "Consumer",
    "Customer",
    "InvolvementRole",
    "PartyRole",
    "ResourceRole",
    "User",
]


class PartyRole(Entity):
    """A functional role: static, relative to a customer account."""

    valid_from = InstantProperty(help_text=VALID_FROM)
    valid_to = InstantProperty(help_text=VALID_TO)

    plays = LinkTo("PLAYS", "InvolvementRole", help_text="is involved by way of this role")
    on_account = LinkTo("ON_ACCOUNT", "CustomerAccount", help_text="the account it is relative to")
    guaranteed_by = LinkTo(
        "GUARANTEED_BY", "Individual", help_text="the responsible adult who stands guarantor"
    )
    played_by = LinkFrom("PLAYS", "Party")


class Customer(PartyRole):
    """Holds the contract."""


class BillPayer(PartyRole):
    """Pays bills, or a share of them."""

    pays = LinkTo("PAYS", "BillingAccount", model=Shared, help_text="pays this share of the bill")


class User(PartyRole):
    """Uses what the account holds, as far as involvement roles grant it."""


class ResourceRole(Entity):
    """A role that a device plays, such as gateway, or member of a hunting group."""

    name = StringProperty(help_text="the role")
    position = IntegerProperty(help_text="the place in the order of a hunting group, from 1")
    valid_from = InstantProperty(help_text=VALID_FROM)
    valid_to = InstantProperty(help_text=VALID_TO)

    plays = LinkTo("PLAYS", "InvolvementRole", help_text="is involved by way of this role")
    played_by = LinkFrom("PLAYS", "Resource")


class InvolvementRole(Entity):
    """Being involved in one product, service or resource; played by a party or resource role."""

    valid_from = InstantProperty(help_text=VALID_FROM)
    valid_to = InstantProperty(help_text=VALID_TO)
    granted_by = StringProperty(help_text="the id of the party who granted it")

    involved_in = LinkTo(
        "INVOLVED_IN", "Product", "Service", "Resource", help_text="what it is a role on"
    )
    identified_by = LinkTo(
        "IDENTIFIED_BY", "DigitalIdentity", help_text="the username it is exercised with"
    )
    played_by = LinkFrom("PLAYS", "PartyRole", "ResourceRole")


class Chooser(InvolvementRole):
    """Chooses and changes it."""


class Admin(InvolvementRole):
    """Administers it."""

    set_policies = LinkTo("SET", "Policy", help_text="set the policy")


class Consumer(InvolvementRole):
    """Uses it."""
