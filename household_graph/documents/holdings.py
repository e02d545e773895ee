"""What a document says is held: accounts, products, the services behind them, and devices."""

from typing import Annotated

from pydantic import Field

from household_graph.documents.parts import DatedLink, Named, ReferenceTo, SharedLink, Timed
from household_graph.documents.values import Age, Months, Price, Reference, Text, Truth, one_of
from household_graph.model.enums import (
    AccountState,
    AdministrativeState,
    OperationalState,
    ProductStatus,
    ServiceState,
)

State = Annotated[AccountState, one_of(AccountState)]


class _Account(Named):
    """What the accounts of both kinds have in common."""

    name: Text | None = Field(None, description="The name.")
    state: State = Field(
        AccountState.ACTIVE,
        description="TMF666: active, suspended or closed; only `active` counts.",
    )
    payment_status: Text | None = Field(None, description="How payment stands, such as `due`.")


class CustomerAccount(_Account):
    """What products are held on, and what functional roles are relative to."""

    contract_term: Text | None = Field(
        None, description="How long the contract runs, such as `month-to-month`, `two-year`."
    )
    tenure_months: Months | None = Field(
        None, description="For how many months the customer has been one, as a provider counted."
    )


class BillingAccount(_Account):
    """What is billed, as one bill."""

    payment_method: Text | None = Field(None, description="How it is paid, such as `direct debit`.")
    paperless_billing: Truth | None = Field(None, description="Whether the bill comes on-line.")
    monthly_charge: Price | None = Field(None, description="What is charged each month.")
    total_charged: Price | None = Field(None, description="What was charged until now.")


class Product(Named, Timed):
    """A subscribed product."""

    name: Text | None = Field(None, description="The name.")
    account: Annotated[Reference | None, ReferenceTo.to("CustomerAccount")] = Field(
        None, description="The customer account it is held on."
    )
    status: Annotated[ProductStatus, one_of(ProductStatus)] = Field(
        ProductStatus.ACTIVE,
        description="TMF637, such as active, suspended, terminated; only `active` counts.",
    )
    price: Price | None = Field(None, description="The price of a month.")
    bundles: Annotated[tuple[Reference, ...], ReferenceTo.to("Product")] = Field(
        (), description="The products it contains; a role on it is one on them."
    )
    services: Annotated[tuple[Reference, ...], ReferenceTo.to("Service")] = Field(
        (), description="The services that realize it; a role on it is one on them."
    )
    charged_to: Annotated[tuple[SharedLink, ...], ReferenceTo.to("BillingAccount")] = Field(
        (), description="The bills its price is on, with the share of each."
    )


class Service(Named):
    """What a product is realized by."""

    name: Text | None = Field(None, description="The name.")
    category: Text | None = Field(
        None, description="What kind of service, such as internet, tv, sport, voice, adult."
    )
    minimum_age: Age | None = Field(None, description="Its rating, in years; left out: not rated.")
    state: Annotated[ServiceState, one_of(ServiceState)] = Field(
        ServiceState.ACTIVE,
        description="TMF638, such as active, suspended, terminated; only `active` counts.",
    )
    available_on: Annotated[tuple[DatedLink, ...], ReferenceTo.to("Resource")] = Field(
        (), description="The devices it can be used on."
    )


class Resource(Named):
    """A device, a line, a SIM, a gateway."""

    name: Text | None = Field(None, description="The name.")
    resource_type: Text | None = Field(None, description="What it is, such as tablet or line.")
    value: Text | None = Field(
        None, description="Its number: MSISDN, serial number, address. In quotes."
    )
    administrative_state: Annotated[AdministrativeState, one_of(AdministrativeState)] = Field(
        AdministrativeState.UNLOCKED,
        description="TMF639: unlocked, locked or shutdown; or lost. Only `unlocked` counts.",
    )
    operational_state: Annotated[OperationalState, one_of(OperationalState)] = Field(
        OperationalState.ENABLE,
        description="TMF639: enable or disable; only `enable` counts.",
    )
    connected_to: Annotated[tuple[Reference, ...], ReferenceTo.to("Resource")] = Field(
        (), description="The devices it is connected to."
    )
    located_at: Annotated[tuple[Reference, ...], ReferenceTo.to("Place")] = Field(
        (), description="The places it stands at."
    )
