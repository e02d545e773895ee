"""Where a value comes from: a column, the first of several, several together, or a fixed text."""

from collections.abc import Mapping
from typing import Annotated, Any, Self

from pydantic import BeforeValidator, Field, GetJsonSchemaHandler, WithJsonSchema, model_validator
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from household_graph.documents.models import DocumentModel
from household_graph.documents.values import Text, Truth, fail


def _word(value: object) -> object:
    """Take what YAML reads as truth or a number as the text that was written for it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value) if isinstance(value, int | float) else value


def _words(value: object) -> object:
    return list(map(_word, value)) if isinstance(value, list) else [_word(value)]


_SCALAR = {"type": ["string", "boolean", "number"]}
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


class Column(DocumentModel):
    """Where a value comes from: the name of a column, a list of them, or a mapping with more.

    Names fit headers without regard to case, blanks, `_` and `-`.
    """

    columns: tuple[Text, ...] = Field(
        (), description="Columns: the first that is not empty counts, or with `join`, all."
    )
    join: str | None = Field(None, description="What to put between the columns, taken together.")
    text: Text | None = Field(None, description="A fixed text, in place of any column.")
    values: dict[Word, Word] | None = Field(
        None, description="What may be written, and what it means; other values are rejected."
    )
    default: Word | None = Field(None, description="What an empty value means.")
    is_phone: Truth = Field(False, description="For a key: a phone number, put into E.164.")
    table: Text | None = Field(
        None, description="For a key: the table it is a key of, if not this one."
    )

    @model_validator(mode="before")
    @classmethod
    def _from_name(cls, value: object) -> object:
        if isinstance(value, str):
            return {"columns": [value]}
        if isinstance(value, list):
            return {"columns": value}
        if isinstance(value, Mapping) and "column" in value:
            if "columns" in value:
                fail("`column` and `columns` both", "name all in `columns`")
            return {
                **{k: v for k, v in value.items() if k != "column"},
                "columns": [value["column"]],
            }
        return value

    @model_validator(mode="after")
    def _has_one(self) -> Self:
        if bool(self.columns) == (self.text is not None):
            fail("neither a column nor a text, or both", "name a `column`, or give a `text`")
        return self

    @classmethod
    def __get_pydantic_json_schema__(
        cls, core_schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        """Say that a name or a list of names will do as well, and `column` for one name."""
        reference = handler(core_schema)
        definition = handler.resolve_ref_schema(reference)
        mapping: dict[str, Any] = dict(definition)
        definition.clear()
        properties = dict(mapping["properties"])
        properties["column"] = {"type": "string", "minLength": 1}
        names = {"type": "array", "items": {"type": "string"}, "minItems": 1}
        definition["description"] = mapping.pop("description")
        definition["anyOf"] = [
            {"type": "string", "minLength": 1},
            names,
            {**mapping, "properties": properties},
        ]
        return reference
