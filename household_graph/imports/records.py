"""Records of an export on their way: raw, rejected, normalised, assigned to a household.

A normalised record is where all mappings meet. It may describe a person, an account, an address
and products, or some of these. Records with the same household or account key belong together.
"""

import dataclasses
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict


@dataclass(frozen=True, slots=True)
class Source:
    """Where records come from.

    Attributes:
        name: its name; ids of its households begin with it.
        time_zone: the IANA name of the time zone of its households.
    """

    name: str
    time_zone: str


@dataclass(frozen=True, slots=True)
class RawRecord:
    """One record of a file, as read.

    Attributes:
        file: the file as the user knows it, such as `contacts.csv` or `export.zip/contacts.csv`.
        line: the line on which it starts, from 1.
        text: the line, or the lines, as they are in the file, without the last line end.
        values: the text of each column, by the header of the column.
    """

    file: str
    line: int
    text: str
    values: Mapping[str, str]

    def rejected(self, field: str, reason: str, hint: str) -> "RejectedRecord":
        """Return it as rejected."""
        return RejectedRecord(self.file, self.line, self.text, field, reason, hint, self.values)


@dataclass(frozen=True, slots=True)
class RejectedRecord:
    """A record that is not imported, and why.

    Attributes:
        file, line, text, values: as in `RawRecord`; no values if the line could not be split.
        field: the column, or columns, that the reason is about; empty: the whole record.
        reason: what is wrong, naming the value.
        hint: what to do.
    """

    file: str
    line: int
    text: str
    field: str
    reason: str
    hint: str
    values: Mapping[str, str] = dataclasses.field(default_factory=dict)


def columns_text(record: RawRecord | RejectedRecord) -> str:
    """Return the columns of a record as JSON text."""
    return json.dumps(dict(record.values), ensure_ascii=False)


class RecordFields(BaseModel):
    """Fields of a record; a field that the record leaves open is None."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class PersonFields(RecordFields):
    """A person, named or not.

    Attributes:
        key: the person's key in the source, the same in all records about them; the key of the
            record if the source has none, `<record key>#partner` for an implied person.
        phone: an E.164 number.
        description: who it is, for a person without a name, such as `partner`.
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


class PlaceFields(RecordFields):
    """An address, normalised; the country is an ISO 3166 code of two letters."""

    street: str | None = None
    postal_code: str | None = None
    city: str | None = None
    country: str | None = None


class AccountFields(RecordFields):
    """State and terms of an account; amounts in the currency of the export, tenure in months.

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


class ServiceFields(RecordFields):
    """A service that realizes a product; its id is local to the product."""

    id: str
    name: str | None = None
    category: str | None = None
    minimum_age: int | None = None


class DeviceFields(RecordFields):
    """The device or line that the services of a product are available on.

    Attributes:
        id: local to the product.
        value: its number: MSISDN in E.164, serial number.
    """

    id: str
    name: str | None = None
    resource_type: str | None = None
    value: str | None = None


class ProductFields(RecordFields):
    """A subscribed product.

    Attributes:
        key: its key in the source, unique within its account, such as an asset id or `internet`.
        status: a TMF637 value, such as active, suspended, terminated.
        valid_from, valid_to: days; valid from the start of the first until the start of the second.
        consumers: who uses it: the whole household, or the person of the record.
    """

    key: str
    name: str | None = None
    status: str | None = None
    price: float | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    consumers: Literal["household", "person"] = "household"
    services: tuple[ServiceFields, ...] = ()
    device: DeviceFields | None = None


class NormalizedRecord(RecordFields):
    """The cleaned content of one record.

    Attributes:
        key: the key of the record, `<table>/<key>`, unique in the source.
        household: the key of its household, where the source has one.
        account: the key of its account, where the source has one.
        organization_type: household or business; None means household.
        organization_name: the name of the household or business.
        person: the person that the record is about.
        roles: the functional roles of that person on the account.
        others: people whom the record implies: a partner, dependents.
    """

    key: str
    household: str | None = None
    account: str | None = None
    organization_type: Literal["household", "business"] | None = None
    organization_name: str | None = None
    person: PersonFields | None = None
    roles: tuple[Literal["Customer", "BillPayer", "User"], ...] = ()
    others: tuple[PersonFields, ...] = ()
    place: PlaceFields | None = None
    terms: AccountFields | None = None
    products: tuple[ProductFields, ...] = ()

    @property
    def text(self) -> str:
        """It as JSON; equal records have equal texts."""
        return self.model_dump_json(exclude_defaults=True)


@dataclass(frozen=True)
class AssignedRecord:
    """A normalised record with the person it belongs to; its household is where it is.

    Attributes:
        text: its content; see `NormalizedRecord.text`.
        person: the key of the person it is about: its own, or that of the one it was merged with;
            None, if it is about nobody.
        file: its file.
        line: its line in that file, from 1.
        run: the id of the run that read it.
    """

    text: str
    person: str | None
    file: str
    line: int
    run: str

    @cached_property
    def content(self) -> NormalizedRecord:
        """Its content; parsed on first use, in the process that uses it."""
        return NormalizedRecord.model_validate_json(self.text)

    @classmethod
    def from_properties(cls, properties: Mapping[str, Any]) -> "AssignedRecord":
        """Return a record from the properties of its node in the graph."""
        return cls(
            text=properties["said"],
            person=properties.get("person"),
            file=properties["file"],
            line=properties["line"],
            run=properties["import_run"],
        )
