"""`import` against a real graph: planned, run, run again, corrected, reviewed and taken back."""

import csv
import io
import json
from pathlib import Path
from typing import NoReturn

import pytest
from filelock import FileLock

from household_graph import HouseholdGraph
from household_graph.cli.exit_codes import ExitCode
from household_graph.cli.import_commands import imports_folder
from household_graph.imports.import_run import fetch_runs, source_lock
from household_graph.installation import shipped
from tests.cli.commands import household_graph
from tests.cli.imports import import_plan, import_run, imported_rows

CRM = shipped("seed") / "crm"
LINES = str(CRM / "lines.csv")
CONTACTS = str(CRM / "contacts.csv")
BAKERS = "contacts-bakers-7"


def test_a_plan_writes_nothing(empty: HouseholdGraph) -> None:
    """A plan tells what would become of the records, as the run does, and changes nothing."""
    counts = import_plan(LINES, "-p", "phone-lines")
    assert imported_rows(empty) == {}
    done = import_run(LINES, "-p", "phone-lines", code=5)
    assert {n: counts[n] for n in ("read", "written", "merged", "rejected", "households")} == {
        n: done[n] for n in ("read", "written", "merged", "rejected", "households")
    }
    assert "cp1252" in counts["files"][0]


def test_a_plan_leaves_the_schema_alone(
    empty: HouseholdGraph, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever may only read can plan."""

    def apply(_graph: HouseholdGraph) -> NoReturn:
        raise AssertionError("the schema is written")

    assert empty
    monkeypatch.setattr(HouseholdGraph, "apply_schema", apply)
    assert import_plan(CONTACTS, "-p", "contacts-with-household")["households"]


def test_a_source_is_imported_by_one_at_a_time(empty: HouseholdGraph) -> None:
    """A second import of a source, or an undo, is refused while one is at work; others are not."""
    import_run(CONTACTS, "-p", "contacts-with-household")
    with source_lock(empty.connection, "contacts"):
        for command in (
            ("run", CONTACTS, "-p", "contacts-with-household"),
            ("undo", "import-contacts-1"),
        ):
            refused = household_graph("--timeout", "1", "import", *command)
            assert refused.code == ExitCode.FAILED
            assert "another import of `contacts`, or an undo of one, is running" in refused.err
            assert "import status contacts" in refused.err
        import_run(LINES, "-p", "phone-lines", code=5)
    assert [one.id for one in fetch_runs(empty.connection, "contacts")] == ["import-contacts-1"]
    import_run(CONTACTS, "-p", "contacts-with-household")


def test_a_staging_file_is_used_by_one_at_a_time(empty: HouseholdGraph) -> None:
    """A plan does not take away what an import on the same machine is working with."""
    assert empty
    imports_folder().mkdir(parents=True, exist_ok=True)
    with FileLock(imports_folder() / ".contacts.lock"):
        refused = household_graph("import", "plan", CONTACTS, "-p", "contacts-with-household")
    assert refused.code == ExitCode.FAILED
    assert "another process on this machine is reading an export of `contacts`" in refused.err
    import_plan(CONTACTS, "-p", "contacts-with-household")


def test_the_same_export_again_changes_nothing(empty: HouseholdGraph) -> None:
    """A second run finds everything unchanged, and the graph is what it was."""
    first = import_run(CONTACTS, "-p", "contacts-with-household")
    before = imported_rows(empty)
    again = import_run(CONTACTS, "-p", "contacts-with-household")
    assert imported_rows(empty) == before
    assert (again["written"], again["unchanged"]) == (0, first["written"] + first["merged"])


def test_two_spellings_of_a_person_become_one(empty: HouseholdGraph) -> None:
    """Katie and Kaite, born on one day in one household, are one; why is in the merges file."""
    done = import_run(CONTACTS, "-p", "contacts-with-household")
    with Path(done["merges"]).open(encoding="utf-8", newline="") as file:
        (merge,) = csv.DictReader(file)
    assert (merge["first"], merge["second"], merge["kind"]) == (
        "contacts/C-3",
        "contacts/C-4",
        "person",
    )
    assert "same birth date" in merge["grounds"]
    assert done["merged"] == 1
    people = [node for node in imported_rows(empty)[BAKERS].nodes if "Individual" in node.labels]
    assert len(people) == 4  # one of them without a name
    found = json.loads(household_graph("doctor", BAKERS, "-o", "json").out)
    assert {one["kind"] for one in found} <= {
        "minor-without-responsible-adult",
        "minor-without-classification",
    }


def test_rejects_are_corrected_and_run_again(empty: HouseholdGraph, tmp_path: Path) -> None:
    """The file of rejects, its errors corrected, is an export: all of it is taken then."""
    done = import_run(LINES, "-p", "phone-lines", code=5)
    printed = household_graph("import", "rejects").out
    rows = list(csv.DictReader(io.StringIO(printed)))
    assert [int(row["reject_line"]) for row in rows] == [4, 10, 13]
    assert all(row["reject_reason"] and row["reject_hint"] and row["reject_text"] for row in rows)
    corrected = (
        printed.replace("14.05.2013", "14.05.1993")
        .replace("31/02/2019", "28/02/2019")
        .replace("0118 496,", "0118 496 0107,")
    )
    path = tmp_path / "corrected.csv"
    path.write_text(corrected, encoding="utf-8")
    again = import_run(str(path), "-p", "phone-lines")
    assert (again["read"], again["rejected"]) == (3, 0)
    assert again["written"] == 3
    assert done["rejected"] == 3
    assert empty is not None


@pytest.mark.usefixtures("empty")
def test_a_run_keeps_its_records_as_they_were_read(tmp_path: Path) -> None:
    """What the mapping leaves out is in a file of the run, with the household; a plan has none."""
    path = tmp_path / "contacts.csv"
    path.write_text("id,household,name,shoe_size\n7,H-7,Ann Fold,39\n", encoding="utf-8")
    run = import_run(str(path), "-p", "contacts-with-household")
    with Path(run["records"]).open(encoding="utf-8", newline="") as file:
        [record] = csv.DictReader(file)
    assert (record["shoe_size"], record["record_household"]) == ("39", "contacts-H-7")
    assert (record["record_file"], record["record_line"]) == ("contacts.csv", "2")
    assert "records" not in import_plan(str(path), "-p", "contacts-with-household")


def test_what_a_full_export_leaves_out_has_ended(empty: HouseholdGraph, tmp_path: Path) -> None:
    """Without --full-export a record that is missing stays; with it, its roles and products end."""
    text = Path(LINES).read_bytes().decode("cp1252")
    path = tmp_path / "lines.csv"
    other = text.replace("(020) 7946 0107", "(020) 7946 0109")
    path.write_text(other, encoding="utf-8", newline="")
    import_run(LINES, "-p", "phone-lines", code=5)
    import_run(str(path), "-p", "phone-lines", code=5)
    query = "MATCH (p:Product)<-[:DESCRIBES]-(:SourceRecord {key: $key}) RETURN p.status AS status"
    gone = "lines:lines/+442079460107"
    found = empty.connection.driver.execute_query(query, key=gone).records
    assert [record["status"] for record in found] == ["active"]
    import_run(str(path), "-p", "phone-lines", "--full-export", code=5)
    assert empty.connection.driver.execute_query(query, key=gone).records == []
    ended = empty.connection.driver.execute_query(
        "MATCH (p:Product) WHERE p.id ENDS WITH 'line' AND p.valid_to IS NOT NULL "
        "RETURN count(p) AS number"
    ).records
    assert ended[0]["number"] == 1


def test_the_old_option_of_a_full_export_warns(empty: HouseholdGraph) -> None:
    """For one version `--complete` is what `--full-export` is, and says so on stderr."""
    assert empty
    plan = ("import", "plan", LINES, "-p", "phone-lines", "-o", "json")
    old, new = household_graph(*plan, "--complete"), household_graph(*plan, "--full-export")
    assert (old.code, old.out) == (new.code, new.out)
    assert "use `--full-export`" in old.err
    assert "deprecated" not in new.err


def test_a_possible_duplicate_is_reviewed_and_followed(empty: HouseholdGraph) -> None:
    """A line without a name at the Bakers' address is left apart, until somebody says it is one."""
    import_run(LINES, "-p", "phone-lines", code=5)
    possible = json.loads(household_graph("import", "review", "-o", "json").out)
    pair = next(
        one
        for one in possible
        if {one["first"], one["second"]} == {"lines/+442079460108", "lines/+447700900101"}
    )
    decided = household_graph("import", "review", "--accept", pair["number"])
    assert decided.code == 0
    assert "decided: 1" in decided.err
    assert household_graph("import", "review", "--accept", "999").code == 2
    import_run(LINES, "-p", "phone-lines", code=5)
    records = empty.connection.driver.execute_query(
        "MATCH (r:SourceRecord) WHERE r.key ENDS WITH '460108' OR r.key ENDS WITH '900101' "
        "RETURN DISTINCT split(r.id, '/')[0] AS home"
    ).records
    assert len(records) == 1


def test_possible_duplicates_are_decided_in_a_file(empty: HouseholdGraph, tmp_path: Path) -> None:
    """What `review -o csv` writes is filled in and read; with one wrong line nothing is decided."""
    import_run(LINES, "-p", "phone-lines", code=5)
    written = household_graph("import", "review", "-o", "csv").out
    rows = list(csv.DictReader(io.StringIO(written)))
    path = tmp_path / "decided.csv"
    for answers, code, message in (
        ({"accepted": "perhaps"}, 2, "decided.csv:3: accepted: `perhaps` is neither"),
        (
            {"accepted": "yes", "first": "lines/+1"},
            2,
            "are no possible duplicate and no",
        ),
        ({"accepted": "no"}, 0, "decided: 2"),
    ):
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(rows[0]))
            writer.writeheader()
            writer.writerows([{**rows[0], "accepted": "yes"}, {**rows[1], **answers}])
        done = household_graph("import", "review", "--from", str(path))
        assert done.code == code
        assert message in done.err
        found = empty.connection.driver.execute_query("MATCH (d:MatchDecision) RETURN d").records
        assert len(found) == (0 if code else 2)
    path.write_text("first,second\n", encoding="utf-8")
    assert "`accepted` is missing" in household_graph("import", "review", "--from", str(path)).err
    endless = household_graph("import", "review", "--from", "/dev/zero")
    assert (endless.code, endless.out) == (2, "")
    assert "`/dev/zero`: line 1 has over" in endless.err


def test_a_run_is_taken_back_entirely(empty: HouseholdGraph) -> None:
    """After the undo nothing of the run is left but its record; it says so, and is said once."""
    run = import_run(CONTACTS, "-p", "contacts-with-household")["run"]
    tried = household_graph("import", "undo", run, "--dry-run")
    assert "would undo 2" in tried.err
    assert household_graph("import", "undo", run).code == 0
    records = empty.connection.driver.execute_query(
        "MATCH (n:Organization) WHERE n.id STARTS WITH 'contacts-' RETURN n"
    ).records
    assert records == []
    (told,) = json.loads(household_graph("import", "status", "contacts", "-o", "json").out)
    assert (told["run"], told["state"]) == (run, "undone")
    assert household_graph("import", "undo", run).code == 2
    assert household_graph("import", "undo", "import-none-1").code == 2


def test_bad_input_is_named() -> None:
    """No profile, two, an unknown one, or a file that is not there end in an error and a hint."""
    for arguments, message in (
        ([LINES], "give one of --profile and --mapping"),
        ([LINES, "-p", "phone-line"], "unknown profile `phone-line`"),
        (["nowhere.csv", "-p", "phone-lines"], "there is no `nowhere.csv`"),
        ([CONTACTS, "-p", "telco-customers"], "no column for the key"),
        ([LINES, "-p", "phone-lines", "--encoding", "klingon"], "there is no encoding"),
    ):
        done = household_graph("import", "plan", *arguments)
        assert done.code == 2
        assert message in done.err
        assert "hint:" in done.err
