"""A mapping: what the columns of an export mean, as one frozen value, read from YAML.

The profiles that come with the package are mappings in `imports/profiles/`.
"""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import BeforeValidator, ConfigDict, Field, WithJsonSchema, model_validator

from household_graph.documents.models import DocumentModel
from household_graph.documents.values import Age, Text, TimeZone, Truth, fail, one_of
from household_graph.documents.yaml_lines import read_model
from household_graph.errors import UnknownIdError
from household_graph.imports.cleaning.text import Conventions
from household_graph.imports.records import (
    AccountFields,
    DeviceFields,
    NormalizedRecord,
    PersonFields,
    PlaceFields,
    ProductFields,
    RecordFields,
    RelationshipFields,
    ServiceFields,
)
from household_graph.model.enums import PartyRoleKind
from household_graph.model.ids import nearest


def _word(value: object) -> object:
    """Turn what YAML reads as a truth value or a number back into text."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value) if isinstance(value, int | float) else value


def _words(value: object) -> object:
    return list(map(_word, value)) if isinstance(value, list) else [_word(value)]


_SCALAR = {"type": ["string", "boolean", "number"]}
Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9]*$")]
Word = Annotated[str, BeforeValidator(_word), WithJsonSchema(_SCALAR)]
Words = Annotated[
    tuple[Word, ...],
    BeforeValidator(_words),
    WithJsonSchema({"anyOf": [_SCALAR, {"type": "array", "items": _SCALAR}]}),
]
When = Annotated[
    dict[Text, Words],
    Field(description="Columns, each with the values one of which it must have; yes is any yes."),
]
_NO_CONDITION: Any = Field({}, description="Only where these columns have these values.")


def _or_names(schema: dict[str, Any]) -> None:
    """Allow a name, a list of names, and `column` for one name as well."""
    mapping = dict(schema)
    schema.clear()
    schema["description"] = mapping.pop("description")
    name = {"type": "string", "minLength": 1}
    names = {"type": "array", "items": {"type": "string"}, "minItems": 1}
    with_column = {**mapping, "properties": {**mapping["properties"], "column": name}}
    schema["anyOf"] = [name, names, with_column]


class ValueSource(DocumentModel):
    """Where a value comes from: the name of a column, a list of them, or a mapping with more.

    Names match headers regardless of case, blanks, `_` and `-`.
    """

    model_config = ConfigDict(json_schema_extra=_or_names)

    columns: tuple[Text, ...] = Field(
        (), description="Columns: the first that is not empty counts, or with `join`, all."
    )
    join: str | None = Field(None, description="What to put between the columns, taken together.")
    text: Text | None = Field(None, description="A fixed text, in place of any column.")
    values: dict[Word, Word] | None = Field(
        None, description="What may be written, and what it means; other values are rejected."
    )
    default: Word | None = Field(None, description="What an empty value means.")
    when: When = Field({}, description="Empty, unless these columns have these values.")
    required: Truth = Field(
        False, description="Whether an export without any of the columns is an error."
    )
    on_error: Literal["reject", "leave-out"] | None = Field(
        None,
        description="What to do where the value cannot be read: reject the record, or leave the "
        "value out and say so. By default, an e-mail address, a phone number, a description, a "
        "name of anything but a person, the terms of an account and a price are left out.",
    )
    is_phone: Truth = Field(False, description="For a key: a phone number, put into E.164.")
    table: Text | None = Field(
        None, description="For a key: the table it is a key of, if not this one."
    )

    @model_validator(mode="before")
    @classmethod
    def _from_name(cls, value: object) -> object:
        if isinstance(value, str | list):
            return {"columns": [value] if isinstance(value, str) else value}
        if not isinstance(value, Mapping) or "column" not in value:
            return value
        if "columns" in value:
            fail("`column` and `columns` both", "name all in `columns`")
        others = {name: one for name, one in value.items() if name != "column"}
        return {**others, "columns": [value["column"]]}

    @model_validator(mode="after")
    def _has_one(self) -> Self:
        if bool(self.columns) == (self.text is not None):
            fail("neither a column nor a text, or both", "name a `column`, or give a `text`")
        return self


class Columns(DocumentModel):
    """A part of a mapping, with a column for each field of a record that it does not state."""

    record: ClassVar[type[RecordFields]]

    def __init_subclass__(cls, of: type[RecordFields], **options: Any) -> None:  # noqa: ANN401
        """Add the fields, in their order; they come before those that are of the mapping alone."""
        super().__init_subclass__(**options)
        cls.record = of
        stated = cls.__annotations__
        for name, field in of.model_fields.items():
            if field.description is None and name not in stated:
                continue  # what a mapping says otherwise, or never
            is_needed = (
                stated.get(name, ValueSource if field.is_required() else None) is ValueSource
            )
            stated.setdefault(name, ValueSource if is_needed else ValueSource | None)
            if name not in vars(cls):
                default = ... if is_needed else None
                setattr(cls, name, Field(default, description=field.description))
        cls.__annotations__ = {
            name: stated[name] for name in [*of.model_fields, *stated] if name in stated
        }


def _by_name(value: object) -> object:
    """Let a list of columns be characteristics of the same names."""
    return {name: name for name in value} if isinstance(value, list) else value


Characteristics = Annotated[dict[Text, ValueSource], BeforeValidator(_by_name)]
_NO_CHARACTERISTICS: Any = Field(
    {}, description="Columns to keep as characteristics, by their names; or a list of columns."
)
_ID = Field(description="An id, unique in the product: letters, digits and `-`.")


class PersonColumns(Columns, of=PersonFields):
    """The person that a record is about."""

    key: ValueSource | None = Field(None, description="Its key; left out: that of the record.")
    full_name: ValueSource | None = Field(None, description="Both, where they have no columns.")
    age: ValueSource | None = Field(
        None, description="The age in years: who is below 18 is a minor, without a birth date."
    )
    characteristics: Characteristics = _NO_CHARACTERISTICS


class RoleColumns(DocumentModel):
    """A functional role of the person on the account."""

    role: Annotated[PartyRoleKind, one_of(PartyRoleKind)] = Field(
        description="Customer, BillPayer or User."
    )
    when: When = _NO_CONDITION
    of_age: Truth = Field(
        False, description="Whether those alone play it who are of age when they are imported."
    )


class ImpliedPerson(DocumentModel):
    """An unnamed person whom a record implies, such as a partner, or so many of them."""

    id: Name = Field(description="A short id, such as `partner`.")
    when: When = _NO_CONDITION
    count: ValueSource | None = Field(
        None, description="How many there are; their ids are `dependent-1` and so on."
    )
    description: Text | None = Field(None, description="Who it is, in words.")
    minor: Truth | None = Field(None, description="Whether a minor; the person is responsible.")


class RelationshipColumns(Columns, of=RelationshipFields):
    """What the person of the record is to another one, each named by a key."""

    other: ValueSource = Field(description="The key of the other person.")
    when: When = _NO_CONDITION


class PlaceColumns(Columns, of=PlaceFields):
    """An address."""


class AccountColumns(Columns, of=AccountFields):
    """State and terms of the account and its bill."""

    characteristics: Characteristics = _NO_CHARACTERISTICS


class ServiceColumns(Columns, of=ServiceFields):
    """A service that realizes a product."""

    id: Text = _ID
    minimum_age: Age | None = Field(None, description="Its rating, in years.")


class DeviceColumns(Columns, of=DeviceFields):
    """The device or line on which a product is used."""

    id: Text = _ID
    number: ValueSource | None = Field(
        None,
        description="Its phone number, put into E.164, or another text: it, if it is not "
        "empty, is the value.",
    )
    value_is: Literal["text", "phone"] = Field(
        "text", description="phone: a phone number, put into E.164."
    )


class ProductColumns(Columns, of=ProductFields):
    """A subscribed product."""

    when: When = _NO_CONDITION
    characteristics: Characteristics = _NO_CHARACTERISTICS
    consumers: Literal["household", "person"] = Field(
        "household", description="Who uses it: the whole household, or the person of the record."
    )
    services: tuple[ServiceColumns, ...] = Field((), description="The services that realize it.")
    device: DeviceColumns | None = Field(None, description="The device or line it is used on.")
    devices: tuple[DeviceColumns, ...] = Field(
        (), description="Further ones, such as the SIM beside the phone."
    )


class TableMapping(Columns, of=NormalizedRecord):
    """One kind of file of an export, and what its columns mean."""

    files: tuple[Text, ...] = Field(
        (),
        description="Patterns of file names, such as `*contact*`; left out: detected by columns.",
    )
    key: ValueSource
    only_when: When = Field({}, description="The records to import; all others are skipped.")
    skip_when: When = Field({}, description="Records to skip.")
    deleted_when: When = Field(
        {}, description="Records that are deleted in the source: what they said before has ended."
    )
    person: PersonColumns | None = Field(None, description="The person that a record is about.")
    roles: tuple[RoleColumns, ...] = Field(
        (), description="The roles of that person on the account."
    )
    others: tuple[ImpliedPerson, ...] = Field((), description="Other people whom a record implies.")
    relationship: RelationshipColumns | None = Field(
        None, description="What that person is to another one: child, guardian or spouse."
    )
    parent: ValueSource | None = Field(
        None,
        description="The key of the account, and household, that the account of the record is a "
        "part of: for separate billing and service accounts.",
    )
    place: PlaceColumns | None = Field(None, description="Where they live.")
    place_of: Literal["household", "devices"] = Field(
        "household",
        description="Whose place it is: that of the household, or of the devices of the products.",
    )
    terms: AccountColumns | None = Field(None, description="State and terms of the account.")
    products: tuple[ProductColumns, ...] = Field((), description="The subscribed products.")


class ExportMapping(DocumentModel):
    """What the columns of an export mean."""

    source: Name = Field(
        description="A short name of the source system; ids of households begin with it."
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
    blank: Literal["keep", "clear"] = Field(
        "keep",
        description="What an empty cell means where an earlier export had a value: that it is as "
        "it was, or that there is none any more. Dates of products are always taken as they are.",
    )
    skip_files: tuple[Text, ...] = Field(
        (), description="Patterns of the names of files, or sheets, that are not imported."
    )
    tables: dict[Name, TableMapping] = Field(
        description="The kinds of files, each by a short name."
    )

    @property
    def conventions(self) -> Conventions:
        """The conventions that its cleaning assumes."""
        return Conventions(self.country, self.date_order, self.decimal)

    @property
    def text(self) -> str:
        """It as JSON; equal mappings have equal texts."""
        return self.model_dump_json(exclude_defaults=True)


def read_mapping(source: str | Path) -> ExportMapping:
    """Read and check a mapping.

    Raises:
        DocumentError: with a line for each problem: `FILE:LINE: field: what`.
    """
    return read_model(ExportMapping, source, "mapping")[0]


def profile_named(name: str) -> ExportMapping:
    """Return the mapping of a profile; an `UnknownIdError` if there is none of the name."""
    return read_mapping(_profile_path(name))


def profile_text(name: str) -> str:
    """Return the text of a profile, to be edited; an `UnknownIdError` as for `profile_named`."""
    return _profile_path(name).read_text(encoding="utf-8")


@cache
def shipped_profiles() -> dict[str, ExportMapping]:
    """Return the profiles that come with the package, by name."""
    return {path.stem: read_mapping(path) for path in _profile_paths()}


def mapping_schema() -> str:
    """Return the JSON Schema of mappings, as text."""
    return ExportMapping.schema_text("Mapping", "What the columns of an export mean.")


def _profile_paths() -> list[Path]:
    return sorted((Path(__file__).resolve().parent.parent / "profiles").glob("*.yaml"))


def _profile_path(name: str) -> Path:
    paths = {path.stem: path for path in _profile_paths()}
    if name not in paths:
        raise UnknownIdError(name, nearest(name, paths) or sorted(paths), place="profile")
    return paths[name]
