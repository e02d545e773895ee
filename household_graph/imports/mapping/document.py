"""The mapping: what the columns of an export mean, as one frozen value."""

from typing import Annotated, Literal

from pydantic import Field

from household_graph.documents.models import DocumentModel
from household_graph.documents.values import Age, Text, TimeZone, Truth, one_of
from household_graph.imports.cleaning import Conventions
from household_graph.imports.mapping.columns import Column, When
from household_graph.model.enums import PartyRoleKind

_PLAIN = r"^[a-z][a-z0-9]*$"
Name = Annotated[str, Field(pattern=_PLAIN)]
_WHEN = "Only where these columns have these values."


class PersonColumns(DocumentModel):
    """The person that a record is about."""

    key: Column | None = Field(None, description="Its key; left out: that of the record.")
    given_name: Column | None = Field(None, description="The given name.")
    family_name: Column | None = Field(None, description="The family name.")
    full_name: Column | None = Field(None, description="Both, where they have no columns.")
    birth_date: Column | None = Field(None, description="The date of birth.")
    minor: Column | None = Field(None, description="Whether a minor, if there is no birth date.")
    email: Column | None = Field(None, description="The e-mail address; it becomes a username.")
    phone: Column | None = Field(None, description="A phone number, by which it is recognised.")
    description: Column | None = Field(None, description="Who it is, in words.")
    status: Column | None = Field(
        None, description="active, suspended, deceased or closed, by way of `values`."
    )


class Role(DocumentModel):
    """A functional role of the person on the account."""

    role: Annotated[PartyRoleKind, one_of(PartyRoleKind)] = Field(
        description="Customer, BillPayer or User."
    )
    when: When = Field({}, description=_WHEN)


class ImpliedPerson(DocumentModel):
    """Somebody un-named whom a record implies, such as a partner."""

    id: Name = Field(description="A short id, such as `partner`.")
    when: When = Field({}, description=_WHEN)
    description: Text | None = Field(None, description="Who it is, in words.")
    minor: Truth | None = Field(None, description="Whether a minor; the person is responsible.")


class PlaceColumns(DocumentModel):
    """An address."""

    street: Column | None = Field(None, description="Street and number.")
    postal_code: Column | None = Field(None, description="The postal code.")
    city: Column | None = Field(None, description="The city.")
    country: Column | None = Field(None, description="The country, by name or code.")


class AccountColumns(DocumentModel):
    """How the account and its bill stand."""

    name: Column | None = Field(None, description="The name of the account.")
    state: Column | None = Field(
        None, description="active, suspended or closed, by way of `values`."
    )
    payment_status: Column | None = Field(None, description="How payment stands.")
    payment_method: Column | None = Field(None, description="How the bill is paid.")
    paperless_billing: Column | None = Field(None, description="Whether the bill is on-line.")
    contract_term: Column | None = Field(None, description="How long the contract runs.")
    tenure_months: Column | None = Field(None, description="How long it has run, in months.")
    monthly_charge: Column | None = Field(None, description="What is charged each month.")
    total_charged: Column | None = Field(None, description="What was charged until now.")


class ServiceColumns(DocumentModel):
    """A service that realizes a product."""

    id: Text = Field(description="An id, unique in the product: letters, digits and `-`.")
    name: Column | None = Field(None, description="The name.")
    category: Column | None = Field(None, description="What kind of service, such as internet.")
    minimum_age: Age | None = Field(None, description="Its rating, in years.")


class DeviceColumns(DocumentModel):
    """The device or line on which a product is used."""

    id: Text = Field(description="An id, unique in the product: letters, digits and `-`.")
    name: Column | None = Field(None, description="The name.")
    resource_type: Column | None = Field(None, description="What it is, such as line.")
    value: Column | None = Field(None, description="Its number; without one there is no device.")
    value_is: Literal["text", "phone"] = Field(
        "text", description="phone: a phone number, put into E.164."
    )


class ProductColumns(DocumentModel):
    """A product that a record says is subscribed to."""

    key: Column = Field(description="Its key, unique on its account; without one there is none.")
    when: When = Field({}, description=_WHEN)
    name: Column | None = Field(None, description="The name.")
    status: Column | None = Field(None, description="A TMF637 status, by way of `values`.")
    price: Column | None = Field(None, description="The price of a month.")
    valid_from: Column | None = Field(None, description="The day from which it holds.")
    valid_to: Column | None = Field(None, description="The day from which it holds no longer.")
    consumers: Literal["household", "person"] = Field(
        "household", description="Who uses it: the whole household, or the person of the record."
    )
    services: tuple[ServiceColumns, ...] = Field((), description="What realizes it.")
    device: DeviceColumns | None = Field(None, description="On what it is used.")


class Table(DocumentModel):
    """One kind of file of an export: what a record of it says."""

    files: tuple[Text, ...] = Field(
        (), description="Patterns of file names, such as `*contact*`; left out: told by columns."
    )
    key: Column = Field(description="The key of a record, unique in the table.")
    skip_when: When = Field({}, description="Records that are left out, such as deleted ones.")
    household: Column | None = Field(None, description="The key of the household.")
    account: Column | None = Field(None, description="The key of the account.")
    organization_type: Column | None = Field(
        None, description="household or business, by way of `values`."
    )
    organization_name: Column | None = Field(None, description="Its name.")
    person: PersonColumns | None = Field(None, description="Whom a record is about.")
    roles: tuple[Role, ...] = Field((), description="The roles of that person on the account.")
    others: tuple[ImpliedPerson, ...] = Field((), description="Who is implied besides.")
    place: PlaceColumns | None = Field(None, description="Where they live.")
    terms: AccountColumns | None = Field(None, description="How the account stands.")
    products: tuple[ProductColumns, ...] = Field((), description="What is subscribed to.")


class Mapping(DocumentModel):
    """What the columns of an export mean."""

    source: Name = Field(
        description="A short name of the system it comes from; households are called after it."
    )
    description: Text | None = Field(None, description="What kind of export it is for.")
    country: Annotated[str, Field(pattern="^[A-Z]{2}$")] = Field(
        description="ISO 3166 code of two letters: of phone numbers, addresses, names of months."
    )
    time_zone: TimeZone = Field(description="The IANA name of the time zone of the households.")
    date_order: Literal["ymd", "dmy", "mdy"] = Field(
        description="The order of day, month and year in dates; ISO dates are always understood."
    )
    decimal: Literal[".", ","] = Field(description="The decimal mark of amounts.")
    tables: dict[Name, Table] = Field(description="The kinds of files, each by a short name.")

    @property
    def conventions(self) -> Conventions:
        """What its cleaning takes for granted."""
        return Conventions(self.country, self.date_order, self.decimal)
