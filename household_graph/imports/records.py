"""Records of an export on their way: raw, rejected, normalised, assigned to a household.

A normalised record is where all mappings meet. It may describe a person, an account, an address
and products, or some of these. Records with the same household or account key belong together.
Ids are made of keys alone, so that the next export gets the same ones.
"""

import dataclasses
import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Literal, NamedTuple

from pydantic import BaseModel, ConfigDict

_PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]*")
_PHONE = re.compile(r"\+[0-9]+")


class Source(NamedTuple):
    """Where records come from: its name, which ids begin with, and its IANA time zone."""

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
    """A record that is not imported, what is wrong with it, and what to do.

    Without values it is a line that could not be split. The field is the column, or columns, that
    the reason is about; empty: the whole record.
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
    """State (active, suspended, closed) and terms of an account; amounts in its currency."""

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

    Its id is local to the product; its value is its number: MSISDN in E.164, serial number.
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
        household, account: their keys, where the source has any.
        organization_type: None means household.
        person, roles: whom the record is about, and their functional roles on the account.
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
        file, line: where it was read, from line 1.
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

    @property
    def key(self) -> str:
        """The key of the record."""
        return self.content.key


def household_id(source: str, key: str, kind: str = "household") -> str:
    """Return the id of a household from a key, as the source writes it.

    The key is that of a `household`, or if the source has none, of an `account` or a `record`.
    """
    return f"{source}-{slug(key)}" if kind == "household" else f"{source}-{kind}-{slug(key)}"


def record_id(key: str) -> str:
    """Return the local id of a record from its key, `<table>/<key>`."""
    table, _slash, tail = key.partition("/")
    return f"record.{table}.{slug(tail)}"


def slug(key: str) -> str:
    """Return a key as part of an id; a checksum replaces characters that ids cannot have."""
    if _PHONE.fullmatch(key):
        return key[1:]
    if _PLAIN.fullmatch(key):
        return key
    words = re.sub(r"[^A-Za-z0-9]+", "-", key).strip("-")[:40].strip("-")
    checksum = hashlib.sha256(key.encode()).hexdigest()[:8]
    return f"{words}-{checksum}" if words else f"x-{checksum}"
