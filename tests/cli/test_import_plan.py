"""What a plan says an export would change, held to what a run of it does."""

import csv
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from household_graph import HouseholdGraph
from household_graph.cli.exit_codes import ExitCode
from household_graph.cli.preview import COLUMNS
from household_graph.installation import shipped
from household_graph.model.rows import NodeRow, RelationshipRow, Rows
from tests.cli.commands import household_graph
from tests.cli.imports import import_run, imported_rows

CRM = shipped("seed") / "crm"
CONTACTS = "ROW_ID,PR_DEPT_OU_ID,FST_NAME,LAST_NAME,BIRTH_DT,PR_CON_FLG"
ASSETS = "ROW_ID,OWNER_ACCNT_ID,OWNER_CON_ID,PROD_NAME,TYPE_CD,STATUS_CD,INSTALL_DT"
DAD = "1-D,1-B,Dad,Baker,03/02/1978,Y"
KATIE = "1-K,{},Katie,{},05/14/2003,{}"
INTERNET = "1-I,1-B,,Broadband,internet,Active,01/01/2020"
FIBRE = "1-F,1-K,1-K,Fibre,internet,Active,01/01/2020"
LINK_KEY = ("type", "start", "end", "period")
OF_SIEBEL = ("-p", "siebel", "--changes")


def export(folder: Path, contacts: list[str], assets: list[str]) -> str:
    for name, lines in (
        ("S_CONTACT.csv", [CONTACTS, *contacts]),
        ("S_ASSET.csv", [ASSETS, *assets]),
    ):
        (folder / name).write_text("\n".join([*lines, ""]), encoding="utf-8")
    return str(folder)


def planned(file: str) -> dict[str, dict[str, Any]]:
    """Return the households of a plan, by their ids."""
    done = household_graph("import", "plan", file, *OF_SIEBEL, "-o", "json")
    assert done.code == 0, done
    return {one["household"]: one for one in json.loads(done.out)}


def undated(rows: dict[str, Any]) -> set[tuple[object, ...]]:
    """Return what happens to each row, whatever the instant."""
    return {
        (*key, names(one["before"]), names(one["after"]))
        for kind, own in (("nodes", ["id"]), ("relationships", LINK_KEY))
        for one in rows[kind]
        for key in [[one[name] for name in own]]
    }


def changed(before: Rows, after: Rows) -> set[tuple[object, ...]]:
    """Return the same of the rows before and after a run, but for the records themselves."""
    was, now = ({row.key: row.properties for row in rows(one)} for one in (before, after))
    return {
        (*key, names(was.get(key)), names(now.get(key)))
        for key in was | now
        if was.get(key) != now.get(key) and not any("/record." in str(part) for part in key)
    }


def names(properties: Mapping[str, object] | None) -> tuple[str, ...] | None:
    return None if properties is None else tuple(sorted(properties))


def rows(of: Rows) -> list[NodeRow | RelationshipRow]:
    return [*of.nodes, *of.relationships]


def test_a_plan_shows_the_changes_that_a_run_makes(empty: HouseholdGraph, tmp_path: Path) -> None:
    """Katie moves out: the rows of both homes, and what she loses in the old one, are shown."""
    both = [DAD, KATIE.format("1-B", "Baker", "N")]
    import_run(export(tmp_path, both, [INTERNET]), "-p", "siebel")
    file = export(tmp_path, [DAD, KATIE.format("1-K", "Cook", "Y")], [INTERNET, FIBRE])
    before = imported_rows(empty)
    found = planned(file)
    assert imported_rows(empty) == before
    assert {name: one["outcome"] for name, one in found.items()} == {
        "siebel-1-B": "changed",
        "siebel-1-K": "new",
    }
    [_fibre, katie] = found["siebel-1-K"]["records"]
    assert katie == katie | {
        "key": "contacts/1-K",
        "changes": ["moved", "renamed"],
        "departed": "siebel-1-B",
        "name_before": "Katie Baker",
        "name": "Katie Cook",
    }
    lost = [(one["effect"], one["after"]["target"]) for one in found["siebel-1-B"]["access"]]
    assert lost == [("loses", "siebel-1-B/1-I.service")]
    assert [one["role"] for one in found["siebel-1-B"]["roles"]] == ["User"]
    import_run(file, "-p", "siebel")
    after = imported_rows(empty)
    assert set(after) == set(found)
    home = "siebel-1-B"
    assert undated(found[home]) == changed(before[home], after[home])
    assert planned(file) == {}


def test_a_plan_in_csv_has_a_row_for_each_record_and_each_loss(
    empty: HouseholdGraph, tmp_path: Path
) -> None:
    """Records and periods stand in one table, with the columns of every preview first."""
    import_run(export(tmp_path, [DAD], [INTERNET]), "-p", "siebel")
    file = export(tmp_path, [DAD], [])
    done = household_graph("import", "plan", file, *OF_SIEBEL, "--full-export", "-o", "csv")
    header, *lines = csv.reader(done.out.splitlines())
    assert header == [*COLUMNS, "record", "file", "line"]
    found = [dict(zip(header, row, strict=True)) for row in lines]
    ended, *lost = found
    assert (ended["effect"], ended["record"]) == ("ended", "assets/1-I")
    assert {(one["effect"], one["record"]) for one in lost} == {("loses", "")}
    assert {(one["party"], one["action"]) for one in lost} >= {("siebel-1-B/1-D", "use")}
    assert empty.connection


def test_a_plan_of_a_first_import_shows_five_households(
    empty: HouseholdGraph, tmp_path: Path
) -> None:
    """Five stand there as trees, the others as a number; below what the plan says without it."""
    people = [f"1-{n},1-H{n},Dad,Baker,03/02/1978,Y" for n in range(7)]
    done = household_graph("import", "plan", export(tmp_path, people, []), *OF_SIEBEL)
    assert done.code == 0
    assert [f"siebel-1-H{n} (household; Europe/London)" in done.out for n in range(7)] == [
        *[True] * 5,
        *[False] * 2,
    ]
    assert "7 households to be written, 7 of them new" in done.out
    assert "2 more new households" in done.out
    assert imported_rows(empty) == {}


def test_a_profile_that_knows_the_export_is_offered() -> None:
    """Without a profile and a mapping the plan names the one, and the guess does beside itself."""
    known = household_graph("import", "plan", str(CRM / "siebel"))
    assert known.code == ExitCode.BAD_INPUT
    assert "--profile siebel" in known.err
    unknown = household_graph("import", "plan", str(CRM / "siebel" / "S_ORG_EXT.tsv"), "-p", "x")
    assert "--profile siebel" not in unknown.err
    guessed = household_graph("import", "mapping", str(CRM / "lines.csv"))
    assert guessed.out.startswith("source:")
    assert "--profile phone-lines" in guessed.err
