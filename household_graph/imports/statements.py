"""What one record of an export says, cleaned: the meeting point of all profiles.

A record may speak of a person, an account, an address and products, or of some of these. Records
that name the same household or the same account belong together.
"""

from datetime import date
from typing import Literal

from pydantic import BaseModel, ConfigDict


class Said(BaseModel):
    """Something that a record says. What it does not say is None."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class PersonSaid(Said):
    """A person, named or not.

    Attributes:
        key: its key in the source, the same in all records about it; `<record key>` if the source
            has none of its own, `<record key>#partner` for somebody whom a record only implies.
        phone: an E.164 number.
        description: who it is, for somebody un-named, such as `partner`.
        status: active, suspended, deceased or closed.
    """

    key: str
    given_name: str | None = None
    family_name: str | None = None
    birth_date: date | None = None
    minor: bool | None = None
    email: str | None = None
    phone: str | None = None
    description: str | None = None
    status: str | None = None


class PlaceSaid(Said):
    """An address, normalised; the country is an ISO 3166 code of two letters."""

    street: str | None = None
    postal_code: str | None = None
    city: str | None = None
    country: str | None = None


class AccountSaid(Said):
    """How an account stands; amounts in the currency of the export, tenure in months.

    Attributes:
        state: active, suspended or closed.
        contract_term: such as `month-to-month` or `two-year`.
    """

    name: str | None = None
    state: str | None = None
    payment_status: str | None = None
    payment_method: str | None = None
    paperless_billing: bool | None = None
    contract_term: str | None = None
    tenure_months: int | None = None
    monthly_charge: float | None = None
    total_charged: float | None = None


class ServiceSaid(Said):
    """A service that realizes a product; its id is local to the product."""

    id: str
    name: str | None = None
    category: str | None = None
    minimum_age: int | None = None


class DeviceSaid(Said):
    """The device or line that the services of a product are available on.

    Attributes:
        id: local to the product.
        value: its number: MSISDN in E.164, serial number.
    """

    id: str
    name: str | None = None
    resource_type: str | None = None
    value: str | None = None


class ProductSaid(Said):
    """A product that is subscribed to.

    Attributes:
        key: its key in the source, unique within its account, such as an asset id or `internet`.
        status: a TMF637 value, such as active, suspended, terminated.
        valid_from, valid_to: days; it holds from the start of the first, and no longer from the
            start of the second.
        consumers: who uses it: the whole household, or the person of the record.
    """

    key: str
    name: str | None = None
    status: str | None = None
    price: float | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    consumers: Literal["household", "person"] = "household"
    services: tuple[ServiceSaid, ...] = ()
    device: DeviceSaid | None = None


class Statement(Said):
    """All that one record says.

    Attributes:
        key: the key of the record, `<table>/<key>`, unique in the source.
        household: the key of its household, where the source has one.
        account: the key of its account, where the source has one.
        organization_type: household or business; None: not said, then a household.
        organization_name: the name of the household or business.
        person: whom the record is about.
        roles: the functional roles of that person on the account.
        others: people whom the record implies: a partner, dependents.
    """

    key: str
    household: str | None = None
    account: str | None = None
    organization_type: Literal["household", "business"] | None = None
    organization_name: str | None = None
    person: PersonSaid | None = None
    roles: tuple[Literal["Customer", "BillPayer", "User"], ...] = ()
    others: tuple[PersonSaid, ...] = ()
    place: PlaceSaid | None = None
    terms: AccountSaid | None = None
    products: tuple[ProductSaid, ...] = ()
