"""The form of household documents, from the models: its JSON Schema, and tables of fields."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from household_graph.documents.document import HouseholdDocument
from household_graph.documents.export import fields_in_order
from household_graph.documents.models import (
    ContactMediumEntry,
    DatedLink,
    DocumentModel,
    IdentityEntry,
    InvolvementEntry,
    NarrowedLink,
    SharedLink,
)
from household_graph.documents.to_rows import sections_of

_MODELS: Mapping[str, type[DocumentModel]] = {
    "The document": HouseholdDocument,
    **{f"`{section}`": model for section, model in sections_of(HouseholdDocument).items()},
    "`identities` of a party": IdentityEntry,
    "`contact_media` of a party": ContactMediumEntry,
    "Links with a validity": DatedLink,
    "Exemptions": NarrowedLink,
    "Links with a share": SharedLink,
    "Involvement links": InvolvementEntry,
}
_MARKS = re.compile(r"(?<=<!-- fields -->\n).*(?=<!-- end of fields -->)", re.DOTALL)
_BY_EXAMPLE = {
    "2013-05-14": "date",
    "2026-06-01": "time",
    "21:00": "time of day",
    "Europe/London": "time zone",
}


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema of one document."""
    schema: dict[str, Any] = json.loads(json_schema_text())
    return schema


def json_schema_text() -> str:
    """Return the JSON Schema as the text of `docs/household.schema.json`."""
    description = "One household, or small business, with all it holds."
    return HouseholdDocument.schema_text("Household document", description)


def with_field_tables(page: str) -> str:
    """Return a page with the tables between its marks as they are now."""
    return _MARKS.sub(lambda _found: field_tables(), page)


def field_tables() -> str:
    """Return a table of fields for each part of a document, in Markdown."""
    schema = json_schema()
    tables = []
    for heading, model in _MODELS.items():
        rows = "\n".join(_rows(model, schema))
        columns = "| field | value | meaning |\n| --- | --- | --- |"
        tables.append(f"### {heading}\n\n{_first_line(model)}\n\n{columns}\n{rows}\n")
    return "\n" + "\n".join(tables) + "\n"


def _first_line(model: type[DocumentModel]) -> str:
    return (model.__doc__ or "").partition("\n")[0]


def _rows(model: type[DocumentModel], schema: dict[str, Any]) -> Iterator[str]:
    whole = schema if model is HouseholdDocument else schema["$defs"][model.__name__]
    mapping = whole["anyOf"][1] if "anyOf" in whole else whole
    for name in fields_in_order(model):
        field = mapping["properties"][name]
        need = "**needed**, " if name in mapping.get("required", ()) else ""
        default = field.get("default")
        usual = f"; left out: `{default}`" if default not in (None, [], ()) else ""
        yield f"| `{name}` | {need}{_value(field, schema)}{usual} | {field['description']} |"


def _value(field: dict[str, Any], schema: dict[str, Any]) -> str:
    """Return in words what a field may hold."""
    kinds = [kind for kind in field.get("anyOf", [field]) if kind.get("type") != "null"]
    return " or ".join(dict.fromkeys(_kind(kind, schema) for kind in kinds))


def _kind(kind: dict[str, Any], schema: dict[str, Any]) -> str:
    if "$ref" in kind:
        name = kind["$ref"].rpartition("/")[2]
        target = schema["$defs"][name]
        if "anyOf" in target:
            return "links"
        return _kind(target, schema) if "enum" in target else "mapping"
    if "enum" in kind:
        return ", ".join(f"`{word}`" for word in kind["enum"])
    if kind["type"] == "array":
        inner = _value(kind["items"], schema)
        return f"list of {inner}" if inner.startswith("`") else f"list of {inner.rstrip('s')}s"
    return _scalar(kind)


def _scalar(kind: dict[str, Any]) -> str:
    for example in kind.get("examples", ()):
        if example in _BY_EXAMPLE:
            return _BY_EXAMPLE[example]
    pattern = kind.get("pattern", "")
    if "own-age" in pattern:
        return "`own-age`"
    if pattern:
        return "reference" if "/" in pattern else "id"
    words: dict[str, str] = {
        "string": "text",
        "integer": "whole number",
        "boolean": "true or false",
    }
    return words.get(kind["type"], str(kind["type"]))
