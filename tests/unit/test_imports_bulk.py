"""Files for the offline importer: what stands in them, and the command that goes with them."""

import csv
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

import pytest

from household_graph.errors import BadInputError
from household_graph.imports.bulk import BulkBatch, BulkFiles
from household_graph.imports.import_run import RecordedRun
from household_graph.imports.staging import WorkItem
from household_graph.model.edits import edits_from_text
from household_graph.model.enums import ActorKind, RunState
from household_graph.model.rows import NodeRow, RelationshipRow, Rows, Value
from tests.unit.import_records import SOURCE

AT = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
RUN = RecordedRun(
    *("import-crm-1", "crm", "tests", ActorKind.OPERATOR, None, AT),
    *(RunState.RUNNING, ("a.csv",), "digest", "source: crm"),
)
HOUSEHOLD = NodeRow("h", frozenset({"Party", "Organization"}), {"name": "The H's"})


def household(*nodes: NodeRow, links: Sequence[RelationshipRow] = (), name: str = "h") -> Rows:
    return Rows(name, (NodeRow(name, HOUSEHOLD.labels, HOUSEHOLD.properties), *nodes), tuple(links))


def node(label: str, **properties: Value) -> NodeRow:
    return NodeRow(f"h/{label.lower()}", frozenset({label}), properties)


def written(folder: Path, *households: Rows, refused: list[str] | None = None) -> BulkFiles:
    """Write files; a household that is refused stands in a list, or is an error without one."""
    batch = BulkBatch()
    for one in households:
        batch.add(WorkItem(one.household, (), rows=one), RUN)
    told = [f"{one.household}: {one.reason}" for one in batch.rejected]
    if refused is None:
        assert not told
    else:
        refused += told
    with BulkFiles(folder, SOURCE, RUN) as files:
        files.add(batch)
        files.add_run(replace(RUN, state=RunState.FINISHED, counts={"read": 2}))
    return files


def lines(folder: Path, name: str) -> list[dict[str, str]]:
    """Read a file as any reader of CSV does."""
    with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, strict=True))


def cell(folder: Path, label: str, column: str, value: Value) -> str:
    """Write one property, and return its cell as it stands in the file."""
    written(folder, household(node(label, **{column.partition(":")[0]: value})))
    text = (folder / f"nodes-{label}.csv").read_text(encoding="utf-8")
    header, line = text.rstrip("\n").split("\n", 1)
    return line.split(",", header.split(",").index(column))[-1].rstrip(",")


@pytest.mark.parametrize(
    "text",
    [
        " ",
        'say "hello"',
        '"',
        "a,b;c|d\te",
        "two\nlines",
        "carriage\rreturn\r\n",
        "back\\slash\\",
        "Łódź 東京 🏡",
        "\x1f",
    ],
)
def test_any_text_comes_back(tmp_path: Path, text: str) -> None:
    """Quotes, delimiters, line breaks and all other characters are read back as they were."""
    written(tmp_path, household(node("Place", street=text)))
    (line,) = lines(tmp_path, "nodes-Place")
    assert line["street:string"] == text


def test_empty_text_is_refused(tmp_path: Path) -> None:
    """Empty text is no value of a property, as when it is written online."""
    refused: list[str] = []
    written(tmp_path, household(node("Place", street="")), refused=refused)
    assert refused == ["h: the street of `h/place` is empty"]


def test_empty_text_is_not_nothing(tmp_path: Path) -> None:
    """Empty text, as a record may have it, is a pair of quotes; what is not there is nothing."""
    written(tmp_path, household(node("SourceRecord", key="", file="a.csv")))
    (path,) = tmp_path.glob("nodes-SourceRecord.csv")
    line = path.read_text(encoding="utf-8").splitlines()[1]
    assert '""' in line
    assert ",," in line


@pytest.mark.parametrize(
    ("label", "column", "value", "expected"),
    [
        ("Product", "price:double", 12.5, "12.5"),
        ("Product", "price:double", 1e300, "1e+300"),
        ("CustomerAccount", "tenure_months:long", 7, "7"),
        ("BillingAccount", "paperless_billing:boolean", True, "true"),
        ("BillingAccount", "paperless_billing:boolean", False, "false"),
        ("Policy", "categories:string[]", ("sport, tv", "news;"), '"sport, tv\x1fnews;"'),
        (
            *("Product", "valid_from:datetime"),
            datetime(2026, 6, 1, 0, 0, 0, 250_999, tzinfo=timezone(timedelta(hours=1))),
            "2026-05-31T23:00:00.250000Z",
        ),
        ("Product", "valid_to:datetime", datetime(1000, 1, 1, tzinfo=UTC), "1000-01-01T00:00:00Z"),
    ],
)
def test_values_have_the_form_of_the_importer(
    tmp_path: Path, label: str, column: str, value: Value, expected: str
) -> None:
    """Numbers, truths and lists are written as the importer reads them, instants in UTC."""
    assert cell(tmp_path, label, column, value) == expected


def test_dates_are_dates(tmp_path: Path) -> None:
    """A date of birth is a date, without a time."""
    person = NodeRow("h/ann", frozenset({"Party", "Individual"}), {"birth_date": date(1980, 2, 3)})
    written(tmp_path, household(person))
    (line,) = lines(tmp_path, "nodes-Individual-Party")
    assert line["birth_date:date"] == "1980-02-03"


def test_a_household_is_its_first_change(tmp_path: Path) -> None:
    """It has revision 1, and a change of the run that holds all its rows as made."""
    link = RelationshipRow("LOCATED_AT", "h", "h/place")
    rows = household(node("Place", city="Łódź"), links=[link])
    files = written(tmp_path, rows)
    (organization,) = lines(tmp_path, "nodes-Organization-Party")
    (change,) = lines(tmp_path, "nodes-Change")
    edits = edits_from_text(change["difference:string"])
    assert files.households == 1
    assert organization["revision:long"] == change["revision:long"] == "1"
    assert [edit.after for edit in edits.nodes] == list(rows.nodes)
    assert [edit.after for edit in edits.relationships] == [link]
    assert change["summary:string"] == "made 2 nodes and 1 relationship"
    assert lines(tmp_path, "relationships-RECORDED_FOR") == [
        {":START_ID(Change)": "h/change-1", ":END_ID(Entity)": "h"}
    ]
    assert lines(tmp_path, "relationships-PART_OF") == [
        {":START_ID(Change)": "h/change-1", ":END_ID(ImportRun)": "import-crm-1"}
    ]


def test_the_run_is_finished(tmp_path: Path) -> None:
    """The run is written with its mapping and counts, as finished."""
    written(tmp_path, household())
    (run,) = lines(tmp_path, "nodes-ImportRun")
    assert (run["state:string"], run["mapping:string"]) == ("finished", "source: crm")
    assert (run["counts:string"], run["files:string[]"]) == ('{"read": 2}', "a.csv")


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        (node("Place", colour="red"), "`colour` does not fit the schema"),
        (node("Place", street=7), "the street of `h/place` cannot be `7`"),
        (node("CustomerAccount", tenure_months=True), "the tenure months of `h/customeraccount`"),
        (node("Service", minimum_age=-7), "the minimum age of `h/service` cannot be `-7`"),
        (node("Product", price=float("-inf")), "the price of `h/product` cannot be `-inf`"),
        (node("Castle"), "no label `Castle`"),
        (node("Policy", categories=("a\x1fb", "c")), "cannot be written for the importer"),
        (node("Policy", categories=("",)), "the categories of `h/policy` is empty"),
        (NodeRow("other/place", frozenset({"Place"})), "is not in the household"),
    ],
)
def test_what_cannot_be_written_is_refused_whole(tmp_path: Path, wrong: NodeRow, told: str) -> None:
    """A household with one node that does not fit leaves no line; the others are written."""
    refused: list[str] = []
    rows = household(node("Product"), wrong), household(name="good")
    files = written(tmp_path, *rows, refused=refused)
    assert len(refused) == 1
    assert told in refused[0]
    assert files.households == 1
    assert [line["id:ID(Entity)"] for line in lines(tmp_path, "nodes-Organization-Party")] == [
        "good"
    ]


def test_a_relationship_without_an_end_is_refused(tmp_path: Path) -> None:
    """What joins a node that is not there is not left for the importer to find."""
    refused: list[str] = []
    link = RelationshipRow("LOCATED_AT", "h", "h/nowhere")
    written(tmp_path, household(links=[link]), refused=refused)
    assert refused == ["h: unknown id `h/nowhere`"]


def test_the_command_names_every_file(tmp_path: Path) -> None:
    """The one command has the database, and each file with its labels or type."""
    files = written(tmp_path, household(node("Place")))
    assert files.command[:5] == ["neo4j-admin", "database", "import", "full", "neo4j"]
    assert f"--nodes=Entity:Place={tmp_path}/nodes-Place.csv" in files.command
    named = {option.rpartition("=")[2] for option in files.sources}
    assert named == {str(path) for path in tmp_path.glob("*.csv")}
    assert "  --array-delimiter=U+001F \\\n" in files.command_text


def test_files_with_line_breaks_are_named(tmp_path: Path) -> None:
    """Only files in which a text has a line break are read as such, which is slower."""
    files = written(tmp_path, household(node("Place", street="one\rtwo")))
    assert [path.name for path in files.multiline] == ["nodes-Place.csv"]
    assert f"--multiline-fields={files.multiline[0]}" in files.command
    assert written(tmp_path / "plain", household(node("Place", street="one"))).multiline == []


def test_a_folder_with_a_comma_is_refused(tmp_path: Path) -> None:
    """The importer takes a comma for the end of a path, so such a folder is refused at once."""
    with pytest.raises(BadInputError, match="comma"):
        written(tmp_path / "a,b", household())
