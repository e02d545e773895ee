"""What is published about documents is what the models say."""

import io
import re
from pathlib import Path

import pytest

from household_graph.documents.read import read_documents
from household_graph.errors import DocumentError
from scripts.document_pages import json_schema, json_schema_text, with_field_tables

DOCS = Path(__file__).parents[2] / "docs"


def test_the_json_schema_is_up_to_date() -> None:
    """`docs/household.schema.json` is what the models make; `make docs` writes it."""
    assert (DOCS / "household.schema.json").read_text(encoding="utf-8") == json_schema_text()


def test_every_field_is_described() -> None:
    """Each field of each part has a description in the JSON Schema."""
    schema = json_schema()
    parts = {"document": schema, **schema["$defs"]}
    silent = [
        f"{name}.{field}"
        for name, part in parts.items()
        for mapping in part.get("anyOf", [part])
        for field, content in mapping.get("properties", {}).items()
        if not content.get("description")
    ]
    assert silent == []


def test_the_page_has_the_fields_there_are() -> None:
    """The tables in `docs/household-documents.md` are those of the models."""
    page = (DOCS / "household-documents.md").read_text(encoding="utf-8")
    assert "<!-- fields -->" in page
    assert with_field_tables(page) == page


def test_the_first_document_of_the_page() -> None:
    """The example reads, and its mistakes are reported as the page shows them."""
    page = (DOCS / "household-documents.md").read_text(encoding="utf-8")
    example = re.findall(r"(?<=```yaml\n).*?(?=```)", page, re.DOTALL)[0]
    [shown] = re.findall(r"(?<=```text\n).*?(?=```)", page, re.DOTALL)
    assert len(read_documents(io.StringIO(example))) == 1
    wrong = example.replace("    account: account\n    serv", "    account: acount\n    serv")
    with pytest.raises(DocumentError) as caught:
        read_documents(
            io.StringIO(wrong.replace("[internet, hub]", "[internet, hbu]")), "bakers.yaml"
        )
    assert caught.value.message == shown.strip()
