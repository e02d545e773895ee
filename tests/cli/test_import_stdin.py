"""An export that is piped into a command is read as the file that it would be."""

import gzip
import io
import json
import zipfile
from pathlib import Path

import pytest
from xlsxwriter import Workbook

from household_graph import HouseholdGraph
from household_graph.cli.piped_export import with_stdin_read
from household_graph.installation import shipped
from tests.cli.commands import household_graph
from tests.cli.imports import import_plan

CONTACTS = shipped("seed") / "crm/contacts.csv"
TEXT = CONTACTS.read_bytes()


def packed(text: bytes) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("contacts.csv", text)
    return content.getvalue()


def book(text: bytes) -> bytes:
    content = io.BytesIO()
    with Workbook(content) as written:
        sheet = written.add_worksheet("Contacts")
        for row, line in enumerate(text.decode("utf-8-sig").splitlines()):
            sheet.write_row(row, 0, line.split(";"))
    return content.getvalue()


def test_a_plan_of_stdin_is_that_of_the_file(empty: HouseholdGraph) -> None:
    """What `-` stands for is read as often as needed, and counts as the file does."""
    assert empty
    profile = ("-p", "contacts-with-household")
    counts = import_plan(str(CONTACTS), *profile)
    done = household_graph("import", "plan", "-", *profile, "-o", "json", stdin=TEXT)
    piped = json.loads(done.out)
    assert piped["read"] == counts["read"]
    assert piped["written"] == counts["written"]
    assert piped["files"] == [counts["files"][0].replace("contacts.csv", "stdin")]


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (TEXT, "stdin"),
        (gzip.compress(TEXT), "stdin.gz"),
        (packed(TEXT), "contacts.csv"),
        (book(TEXT), "Contacts"),
        (b'{"id": 1}\n', "stdin"),
    ],
)
def test_stdin_may_be_any_kind_of_export(content: bytes, name: str) -> None:
    """What comes in is told by its first bytes: packed, a spreadsheet, or text."""
    done = household_graph("import", "mapping", "-", stdin=content)
    assert done.code == 0, done
    assert f"- {name}\n" in done.out
    assert "id" in done.out


def test_other_paths_stay() -> None:
    """A file is not copied."""
    assert with_stdin_read([Path("a.csv")]) == [Path("a.csv")]
