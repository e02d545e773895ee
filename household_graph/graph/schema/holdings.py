"""What a household holds: accounts, products, the services behind them, and devices."""

from neomodel import BooleanProperty, FloatProperty, IntegerProperty, StringProperty

from household_graph.graph.schema.base import Entity
from household_graph.graph.schema.links import VALID_FROM, VALID_TO, Dated, Shared
from household_graph.graph.schema.properties import InstantProperty, LinkFrom, LinkTo, words
from household_graph.model.vocabulary import (
    AccountState,
    AdministrativeState,
    OperationalState,
    ProductStatus,
    ServiceState,
)

__all__ = ["BillingAccount", "CustomerAccount", "Product", "Resource", "Service"]

_ACCOUNT_STATE = "TMF666; only `active` counts"


class CustomerAccount(Entity):
    """What products are held on."""

    name = StringProperty(help_text="the name")
    state = StringProperty(choices=words(AccountState), help_text=_ACCOUNT_STATE)
    payment_status = StringProperty(help_text="how payment stands, such as `paid` or `due`")
    contract_term = StringProperty(help_text="how long the contract runs, such as `two-year`")
    tenure_months = IntegerProperty(help_text="for how many months the customer has been one")

    has_product = LinkTo("HAS_PRODUCT", "Product", help_text="holds the product")
    roles = LinkFrom("ON_ACCOUNT", "PartyRole")
    described_by = LinkFrom("DESCRIBES", "SourceRecord")


class BillingAccount(Entity):
    """What is billed, as one bill."""

    name = StringProperty(help_text="the name")
    state = StringProperty(choices=words(AccountState), help_text=_ACCOUNT_STATE)
    payment_status = StringProperty(help_text="how payment stands, such as `paid` or `due`")
    payment_method = StringProperty(help_text="how it is paid, such as `direct debit`")
    paperless_billing = BooleanProperty(help_text="whether the bill comes on-line")
    monthly_charge = FloatProperty(help_text="what is charged each month")
    total_charged = FloatProperty(help_text="what was charged until now")

    charges = LinkFrom("CHARGED_TO", "Product", model=Shared)
    paid_by = LinkFrom("PAYS", "BillPayer", model=Shared)


class Product(Entity):
    """A subscribed product."""

    name = StringProperty(help_text="the name")
    status = StringProperty(choices=words(ProductStatus), help_text="TMF637; only `active` counts")
    price = FloatProperty(help_text="the price of a month")
    valid_from = InstantProperty(help_text=VALID_FROM)
    valid_to = InstantProperty(help_text=VALID_TO)

    bundles = LinkTo("BUNDLES", "Product", help_text="contains the other product")
    realized_by = LinkTo("REALIZED_BY", "Service", help_text="is delivered by the service")
    charged_to = LinkTo(
        "CHARGED_TO",
        "BillingAccount",
        model=Shared,
        help_text="this share of its price is on the bill",
    )
    held_on = LinkFrom("HAS_PRODUCT", "CustomerAccount")
    bundled_in = LinkFrom("BUNDLES", "Product")
    described_by = LinkFrom("DESCRIBES", "SourceRecord")
    involvements = LinkFrom("INVOLVED_IN", "InvolvementRole")
    governed_by = LinkFrom("GOVERNS", "Policy")


class Service(Entity):
    """What a product is realised by."""

    name = StringProperty(help_text="the name")
    category = StringProperty(help_text="such as internet, tv, sport, cloud, voice, adult")
    minimum_age = IntegerProperty(help_text="its rating, in years")
    state = StringProperty(choices=words(ServiceState), help_text="TMF638; only `active` counts")

    available_on = LinkTo(
        "AVAILABLE_ON", "Resource", model=Dated, help_text="can be used on the device"
    )
    realizes = LinkFrom("REALIZED_BY", "Product")
    involvements = LinkFrom("INVOLVED_IN", "InvolvementRole")
    governed_by = LinkFrom("GOVERNS", "Policy")
    enforces = LinkFrom("ENFORCED_BY", "Policy")


class Resource(Entity):
    """A device, a line, a SIM, a gateway."""

    name = StringProperty(help_text="the name")
    resource_type = StringProperty(help_text="what it is, such as tablet or set-top box")
    value = StringProperty(index=True, help_text="its number, such as an MSISDN or a serial number")
    administrative_state = StringProperty(
        choices=words(AdministrativeState),
        help_text="TMF639, and `lost`; only `unlocked` counts",
    )
    operational_state = StringProperty(
        choices=words(OperationalState),
        help_text="TMF639; only `enable` counts",
    )

    plays = LinkTo("PLAYS", "ResourceRole", help_text="holds the role of a device")
    connected_to = LinkTo("CONNECTED_TO", "Resource", help_text="is connected to the other")
    located_at = LinkTo("LOCATED_AT", "Place", help_text="stands there")
    offers = LinkFrom("AVAILABLE_ON", "Service", model=Dated)
    connected_from = LinkFrom("CONNECTED_TO", "Resource")
    described_by = LinkFrom("DESCRIBES", "SourceRecord")
    involvements = LinkFrom("INVOLVED_IN", "InvolvementRole")
    governed_by = LinkFrom("GOVERNS", "Policy")
