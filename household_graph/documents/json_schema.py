"""The JSON Schema of household documents, for editors and other programs, made of the models."""

import json
from typing import Any

from household_graph.documents.document import HouseholdDocument

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema of one document.

    It says what single values may be. What several together must be (that a reference leads
    somewhere, that an end comes after a beginning) only `read_documents` checks.
    """
    schema = without_titles(HouseholdDocument.model_json_schema())
    schema["description"] = "One household, or small business, with all it holds."
    return {"$schema": DIALECT, "title": "Household document", **schema}


def json_schema_text() -> str:
    """Return the JSON Schema as the text of `docs/household.schema.json`."""
    return json.dumps(json_schema(), indent=2, ensure_ascii=False) + "\n"


def without_titles(schema: Any) -> Any:  # noqa: ANN401 - any part of a JSON Schema
    """Return a schema without the titles, which only say the names of the fields again."""
    if isinstance(schema, list):
        return [without_titles(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    return {
        name: without_titles(item)
        for name, item in schema.items()
        if name != "title" or not isinstance(item, str)
    }
