"""Records of an export on their way: raw, rejected, normalised, assigned to a household.

A normalised record is where all mappings meet. It may describe a person, an account, an address
and products, or some of these. Records with the same household or account key belong together.
Ids are made of keys alone, so that the next export gets the same ones.
"""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any, Literal, NamedTuple

from pydantic import BaseModel, ConfigDict, Field

from household_graph.model.declaration import properties_of
from household_graph.model.enums import AccountState, PartyStatus, ProductStatus

AGE_OF_MAJORITY = int(properties_of(frozenset({"Organization"}))["age_of_majority"].default or 0)
"""In years, of new households."""

_PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]*")
_PHONE = re.compile(r"\+[0-9]+")


class Source(NamedTuple):
    """Where records come from: its name, which ids begin with, and its IANA time zone."""

    name: str
    time_zone: str


@dataclass(frozen=True, slots=True)
class FileRecord:
    """One record of a file, as read.

    Attributes:
        file: the file as the user knows it, such as `contacts.csv` or `export.zip/contacts.csv`.
        line: the line on which it starts, from 1.
        text: the line, or the lines, as they are in the file, without the last line end.
        values: the text of each column, by its header; none, if it could not be split.
    """

    file: str
    line: int
    text: str
    values: Mapping[str, str]

    @property
    def columns(self) -> str:
        """Its columns as JSON text."""
        return json.dumps(dict(self.values), ensure_ascii=False)


@dataclass(frozen=True, slots=True)
class RawRecord(FileRecord):
    """A record that is not cleaned yet."""

    def rejected(self, field: str, reason: str, hint: str) -> "RejectedRecord":
        """Return it as rejected."""
        return RejectedRecord(self.file, self.line, self.text, self.values, field, reason, hint)


@dataclass(frozen=True, slots=True)
class RejectedRecord(FileRecord):
    """A record that is not imported, what is wrong with it, and what to do.

    The field is the column, or columns, that the reason is about; empty: the whole record.
    """

    field: str
    reason: str
    hint: str
    key: str | None = None
    """The key of the record, where it can be read."""


class LeftOutCell(NamedTuple):
    """A cell that could not be read, and that its record does without."""

    column: str
    text: str
    reason: str


class SkippedRecord(NamedTuple):
    """A record that the mapping leaves out, by its key; what is deleted in the source has ended."""

    key: str | None
    is_deleted: bool = False


class RecordFields(BaseModel):
    """Fields of a record, each with what it means in a mapping; None if the record has none.

    A mapping has a column for each of them that has a meaning, cleaned according to its type and
    name.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")


Characteristics = tuple[str, ...] | None
"""Further facts, each `name: value`; None if there are none."""


def joined_characteristics(earlier: Characteristics, later: Characteristics) -> Characteristics:
    """Return the characteristics of two; of one name that of the later."""
    by_name = {one.partition(": ")[0]: one for one in (*(earlier or ()), *(later or ()))}
    return tuple(by_name.values()) or None


def _field(meaning: str) -> Any:  # noqa: ANN401 - as `Field`
    return Field(None, description=meaning)


class PersonFields(RecordFields):
    """A person, named or not.

    The key is the same in all records about the person: `<table>/<key>`, for an implied person
    `<record key>#partner`.
    """

    key: str
    given_name: str | None = _field("The given name.")
    family_name: str | None = _field("The family name.")
    birth_date: date | None = _field("The date of birth.")
    minor: bool | None = _field("Whether a minor, if there is no birth date.")
    email: str | None = _field(
        "The e-mail address, a contact medium; it becomes a username. Of several columns all "
        "are contact media, and the first that is not empty is the username."
    )
    phone: str | None = _field(
        "A phone number, a contact medium. Of several columns all are, and by the first that is "
        "not empty the person is recognised."
    )
    other_emails: tuple[str, ...] | None = None
    other_phones: tuple[str, ...] | None = None
    characteristics: Characteristics = None
    description: str | None = _field("Who it is, in words.")
    status: PartyStatus | None = _field(
        "active, suspended, deceased or closed, by way of `values`."
    )


class RelationshipFields(RecordFields):
    """What the person of a record is to another one; the dates as those of a product.

    The responsible adult is the other person for `child-of`, and the person for `guardian-of`.
    """

    other: str = Field(description="The key of the other person.")
    kind: Literal["child-of", "guardian-of", "spouse-of"] | None = _field(
        "child-of, guardian-of or spouse-of, by way of `values`; without one there is none."
    )
    valid_from: date | None = _field("The first day on which it is valid.")
    valid_to: date | None = _field("The first day on which it is no longer valid.")


class PlaceFields(RecordFields):
    """An address, normalised; the country is an ISO 3166 code of two letters."""

    street: str | None = _field("Street and number.")
    postal_code: str | None = _field("The postal code.")
    city: str | None = _field("The city.")
    country: str | None = _field("The country, by name or code.")


class AccountFields(RecordFields):
    """State and terms of an account; amounts in its currency."""

    name: str | None = _field("The name of the account.")
    state: AccountState | None = _field("active, suspended or closed, by way of `values`.")
    payment_status: str | None = _field("The status of payment.")
    payment_method: str | None = _field("How the bill is paid.")
    paperless_billing: bool | None = _field("Whether the bill is on-line.")
    contract_term: str | None = _field("How long the contract runs.")
    tenure_months: int | None = _field("How long it has run, in months.")
    monthly_charge: float | None = _field("The monthly charge.")
    total_charged: float | None = _field("The total charged so far.")
    characteristics: Characteristics = None


class ServiceFields(RecordFields):
    """A service that realizes a product; its id is local to the product."""

    id: str
    name: str | None = _field("The name.")
    category: str | None = _field("What kind of service, such as internet.")
    minimum_age: int | None = None


class DeviceFields(RecordFields):
    """The device or line that the services of a product are available on.

    Its id is local to the product; its value is its number: MSISDN in E.164, serial number.
    """

    id: str
    name: str | None = _field("The name.")
    resource_type: str | None = _field("What it is, such as line.")
    value: str | None = _field("Its number; without one there is no device.")
    place: PlaceFields | None = None


class ProductFields(RecordFields):
    """A subscribed product; valid from the start of the first day to that of the second."""

    key: str = Field(description="Its key, unique on its account; without one there is no product.")
    name: str | None = _field("The name.")
    status: ProductStatus | None = _field("A TMF637 status, by way of `values`.")
    price: float | None = _field("The monthly price.")
    valid_from: date | None = _field("The first day on which it is valid.")
    valid_to: date | None = _field("The first day on which it is no longer valid.")
    bundled_in: str | None = _field("The key of the product, on the account, that it is a part of.")
    billing_account: str | None = _field("The key of its bill, if not that of the account.")
    characteristics: Characteristics = None
    consumers: Literal["household", "person"] = "household"
    services: tuple[ServiceFields, ...] = ()
    device: DeviceFields | None = None
    devices: tuple[DeviceFields, ...] = ()


class NormalizedRecord(RecordFields):
    """The cleaned content of one record: where all mappings meet.

    The key, `<table>/<key>`, is unique in the source. The roles are those of the person on the
    account; those of age alone, too, unless they are a minor when the record is read. Others are
    people whom the record implies: a partner, dependents.
    """

    key: str = Field(description="The key of a record, unique in the table.")
    household: str | None = _field("The key of the household.")
    account: str | None = _field("The key of the account.")
    billing_account: str | None = _field(
        "The key of a bill of its own; then the terms are those of that bill alone."
    )
    share: float | None = _field(
        "The share of the bill, in per cent, that the person pays as BillPayer; who has none "
        "stated pays an equal part of the rest."
    )
    organization_type: Literal["household", "business"] | None = _field(
        "household or business, by way of `values`."
    )
    organization_name: str | None = _field("Its name.")
    person: PersonFields | None = None
    roles: tuple[Literal["Customer", "BillPayer", "User"], ...] = ()
    roles_of_age: tuple[Literal["Customer", "BillPayer", "User"], ...] = ()
    others: tuple[PersonFields, ...] = ()
    relationship: RelationshipFields | None = None
    place: PlaceFields | None = None
    terms: AccountFields | None = None
    products: tuple[ProductFields, ...] = ()

    @property
    def text(self) -> str:
        """It as JSON; equal records have equal texts."""
        return self.model_dump_json(exclude_defaults=True)


def filled(record: NormalizedRecord, earlier: NormalizedRecord) -> NormalizedRecord:
    """Return a record with what it leaves empty as an earlier export says it.

    That is not so of products, whose empty end means that they go on, nor of another person.
    """
    changed: dict[str, Any] = {
        name: getattr(earlier, name)
        for name in ("household", "account", "organization_type", "organization_name", "place")
        if getattr(record, name) is None
    }
    for name in ("person", "terms"):
        part, known = getattr(record, name), getattr(earlier, name)
        if part is None or known is None:
            changed[name] = part or known
        elif name != "person" or part.key == known.key:
            stated = part.model_dump(exclude_none=True)
            every = joined_characteristics(known.characteristics, part.characteristics)
            changed[name] = known.model_copy(update={**stated, "characteristics": every})
    return record.model_copy(update=changed)


@dataclass(frozen=True)
class AssignedRecord:
    """A normalised record with the person it is about: its own, or one it was merged with.

    The household is where it is; the text is its content, see `NormalizedRecord.text`. Line 1 is
    the first; the run is the id of that which read it. One that has ended, at a time in UTC, is
    known for who has its key next.
    """

    text: str
    person: str | None
    file: str
    line: int
    run: str
    ended_at: datetime | None = None

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
