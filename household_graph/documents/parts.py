"""What the parts of a household document have in common: strictness, validity, links."""

from dataclasses import dataclass
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field, GetJsonSchemaHandler, model_validator
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from household_graph.documents.values import LocalId, Moment, Reference, Share


@dataclass(frozen=True, slots=True)
class ReferenceTo:
    """Marks a field that refers to something else in the household.

    Attributes:
        labels: the labels of what it may refer to, any one of them.
    """

    labels: tuple[str, ...]

    @classmethod
    def to(cls, *labels: str) -> Self:
        """Return the mark for references to things of these labels."""
        return cls(labels)


class DocumentModel(BaseModel):
    """Any part of a document: unchangeable, and no field but the declared ones."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        protected_namespaces=(),
        use_attribute_docstrings=False,
        validate_default=False,
    )


class Named(DocumentModel):
    """A part with an id of its own."""

    id: LocalId = Field(
        description="The local id, such as `katie`; unique in the household over all kinds of "
        "things. The full id is then `bakers/katie`."
    )


class Timed(DocumentModel):
    """A part that holds for a time."""

    valid_from: Moment | None = Field(
        None,
        description="The first instant at which it holds. Left out: the `valid_from` of the "
        "document. `null`: it always did.",
    )
    valid_to: Moment | None = Field(
        None, description="The first instant at which it holds no longer. Left out: it goes on."
    )


class Link(DocumentModel):
    """A link to something else: a reference alone, or a mapping with `to` and more."""

    to: Reference = Field(description="What it links to: a local id, or a full one.")

    @model_validator(mode="before")
    @classmethod
    def _from_reference(cls, value: object) -> object:
        return {"to": value} if isinstance(value, str) else value

    @classmethod
    def __get_pydantic_json_schema__(
        cls, core_schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        """Say that a plain reference will do as well."""
        reference = handler(core_schema)
        definition = handler.resolve_ref_schema(reference)
        mapping: dict[str, Any] = dict(definition)
        definition.clear()
        definition["description"] = mapping.pop("description")
        definition["anyOf"] = [mapping["properties"]["to"], mapping]
        return reference


class DatedLink(Link, Timed):
    """A link that holds for a time: a reference alone, or a mapping with `to` and a validity."""


class SharedLink(Link):
    """A link that bears a share: a reference alone (all of it), or a mapping with a share."""

    share: Share = Field(100.0, description="The share, in per cent, 0 to 100.")
