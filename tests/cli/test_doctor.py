"""`doctor` against a real graph: what it says, its exit codes, and that what it says mends."""

import csv
import io
import json
import os
import shlex
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import typer
from ruamel.yaml import YAML

from household_graph import HouseholdGraph
from household_graph.changes.authorization.check import check_authority
from household_graph.changes.draft import Draft
from household_graph.cli.main import app
from household_graph.doctor.check_context import CheckContext
from household_graph.doctor.runner import CHECKS, examine
from household_graph.documents.load import load_document
from household_graph.documents.read import read_documents
from household_graph.installation import shipped
from household_graph.model.actor import Actor
from household_graph.model.edits import Edits
from household_graph.model.instants import now, zone_named
from household_graph.model.rows import Rows
from household_graph.store.row_store import ChangeMetadata
from household_graph.store.writer import write
from tests.cli.commands import household_graph
from tests.unit.doctor_cases import BREAKS, Break
from tests.unit.test_doctor import NOW, bakers, broken

HOME = "doctored"
LONDON = zone_named("Europe/London")
Edit = Callable[[dict[str, Any]], None]


@pytest.fixture
def doctored(graph: HouseholdGraph) -> Iterator[HouseholdGraph]:
    """The graph with the Bakers in it once more, under another id; they are gone afterwards."""
    text = (shipped("seed") / "bakers.yaml").read_text(encoding="utf-8").replace("bakers", HOME)
    (document,) = read_documents(io.StringIO(text), "doctored.yaml")
    load_document(graph.store, document, actor=Actor.operator("tests"))
    try:
        yield graph
    finally:
        cypher(
            graph, "MATCH (n) WHERE n.id = $home OR n.id STARTS WITH $home + '/' DETACH DELETE n"
        )


def cypher(graph: HouseholdGraph, statement: str) -> None:
    graph.connection.driver.execute_query(statement, home=HOME)


def do(graph: HouseholdGraph, breaking: Break) -> None:
    """Do something to the household that no command would do."""

    def decide(rows: Mapping[str, Rows], _at: datetime) -> Iterator[Edits]:
        draft = Draft(rows[HOME], now(), LONDON)
        breaking(draft)
        yield draft.edits()

    write(
        graph.connection,
        [HOME],
        decide,
        ChangeMetadata(Actor.operator("tests"), "break"),
        check_authority,
    )


def findings(*options: str) -> list[dict[str, Any]]:
    outcome = household_graph("doctor", HOME, "-o", "json", *options)
    found: list[dict[str, Any]] = json.loads(outcome.out)
    has_errors = any(finding["severity"] == "error" for finding in found)
    assert outcome.code == (4 if has_errors else 0), outcome.err
    assert all(finding["mend"] == finding["fix"] for finding in found)  # its name in version 0.1
    return found


def part(data: dict[str, Any], section: str, **wanted: object) -> dict[str, Any]:
    """Return the one part of a section that has these values."""
    return next(one for one in data[section] if wanted.items() <= one.items())


def answer_for_katie(data: dict[str, Any]) -> None:
    links = part(data, "individuals", id="dad")["responsible_for"]
    links.append({"to": "katie", "valid_from": "2026-01-01"})
    links.remove(next(link for link in links if isinstance(link, dict) and link.get("valid_to")))


def member_once(data: dict[str, Any]) -> None:
    part(data, "individuals", id="katie")["member_of"] = [HOME]


def login_of_mum(data: dict[str, Any]) -> None:
    login = {"id": "mum-login", "username": f"mum@{HOME}.example", "realm": "home-hub"}
    part(data, "individuals", id="mum")["identities"] = [login]


EDITS: dict[str, Edit] = {
    "nobody answers for Katie": answer_for_katie,
    "too little is paid": lambda data: part(
        data, "party_roles", party="mum", role="BillPayer"
    ).update(pays=[{"to": "bill", "share": 40}]),
    "the firewall is suspended": lambda data: part(data, "services", id="smart-firewall").update(
        state="active"
    ),
    "Dad logs in as Mum": lambda data: part(
        data, "party_roles", party="dad", role="Customer"
    ).update(admin_of=["cable-tv", "mobile-dad"]),
    "a service is on no device": lambda data: part(data, "services", id="voice-dad").update(
        available_on=[{"to": "phone-dad", "valid_from": "2026-01-01"}]
    ),
    "Katie is a member twice": member_once,
    "a login belongs to nobody": login_of_mum,
    "nobody plays an involvement role": lambda _data: None,
}
BY_COMMAND = (
    "the classification is lifted",
    "Tom administers the firewall",
    "nobody holds the contract",
    "nobody pays",
    "a product is over",
    "Emma has no guarantor",
    "one payer less",
    "no service enforces a policy",
    "a unit without members is granted something",
    "Granny moves out and keeps her role",
    "Emma is of age",
    "nobody uses a tablet",
    "a policy speaks to nobody",
    "a policy has nothing to forbid",
)


@pytest.mark.parametrize("name", [*EDITS, *BY_COMMAND])
def test_the_command_named_mends(
    name: str, doctored: HouseholdGraph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each finding is gone when its command has been run, and in the end there is none left."""
    monkeypatch.chdir(tmp_path)
    do(doctored, next(breaking for one, breaking, _found in BREAKS if one == name))
    found = findings()
    assert found
    for _attempt in range(8):
        if not found:
            break
        mended = found[0]
        run(mended["fix"], EDITS.get(name))
        found = findings()
        assert mended not in found, mended
    assert found == []


def run(mend: str, edit: Edit | None) -> None:
    """Run a command line in this process; the editor that it opens makes an edit."""
    for words in map(shlex.split, mend.split(" && ")):
        if words[0] == "household-graph":
            *command, file = [word for word in words[1:] if word != ">"]
            into = Path(file) if ">" in words else None
            outcome = household_graph(*command, *([] if into else [file]))
            assert outcome.code == 0, outcome.err
            if into:
                into.write_text(outcome.out, encoding="utf-8")
        elif edit:
            data = YAML(typ="safe").load(Path(words[1]))
            edit(data)
            YAML().dump(data, Path(words[1]))


def test_a_document_is_edited_in_a_shell(doctored: HouseholdGraph, tmp_path: Path) -> None:
    """A command with an editor in it is one that a shell runs as it stands."""
    do(doctored, lambda draft: draft.update(draft.qualify("smart-firewall"), state="suspended"))
    bin_directory = Path(sys.executable).parent
    environment = os.environ | {
        "PATH": f"{bin_directory}:{os.environ['PATH']}",
        "EDITOR": "sed -i /state:.suspended/d",
    }
    mend = findings()[0]["fix"]
    done = subprocess.run(  # noqa: S602 - it is a command line for a shell
        mend, shell=True, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert findings() == []


def test_every_command_named_can_be_parsed() -> None:
    """Whatever goes wrong, the command named is one that there is, with options it has."""
    rows = [broken(breaking) for _name, breaking, _found in BREAKS]
    found = [one for each in rows for one in examine(CheckContext(each, now=NOW))]
    found += [one for each in rows for one in examine(CheckContext(each, "2027-02-01", now=NOW))]
    assert examine(CheckContext(bakers(), now=NOW)) == []
    commands = {one.issue.fix for one in found}
    assert len(commands) > 15
    for line in commands:
        for words in map(shlex.split, line.split(" && ")):
            if words[0] == "household-graph":
                parse(words[1 : words.index(">") if ">" in words else None])


def parse(words: list[str]) -> None:
    """Parse a command line as the command would, without running it."""
    command: Any = typer.main.get_command(app)
    context = command.make_context("household-graph", list(words))
    while hasattr(context.command, "resolve_command"):
        left = [*context._protected_args, *context.args]
        name, command, left = context.command.resolve_command(context, left)
        context = command.make_context(name, left, parent=context)


BROKEN = {
    "MATCH (n {id: $home}) REMOVE n.time_zone": ("missing-required", HOME),
    "MATCH (n {id: $home + '/cloud'}) REMOVE n:Product": ("missing-required", f"{HOME}/cloud"),
    "MATCH (n {id: $home + '/bedtime'}) SET n.valid_from = localdatetime('2026-01-01T00:00')": (
        "missing-required",
        f"{HOME}/bedtime",
    ),
    "MATCH ({id: $home + '/dad'})-[m:MEMBER_OF]->() SET m.valid_from = '2026-01-01'": (
        "missing-required",
        f"{HOME}/dad",
    ),
    "MATCH (n {id: $home + '/bedtime'}) SET n.valid_to = n.valid_from - duration('P1D')": (
        "validity-inverted",
        f"{HOME}/bedtime",
    ),
    "MATCH (n {id: $home + '/dad'}), (o {id: 'bike-shop'}) CREATE (n)-[:MEMBER_OF]->(o)": (
        "relationship-across-households",
        f"{HOME}/dad",
    ),
    "MATCH (n {id: $home + '/dad'}) CREATE (n)<-[:RESPONSIBLE_FOR]-(:Stranger)": (
        "relationship-across-households",
        "without id",
    ),
    "MATCH (n {id: $home + '/dad'}) CREATE (n)-[:PLAYS]->(:PartyRole {id: $home + '/r'})": (
        "relationship-across-households",
        f"{HOME}/dad",
    ),
}


@pytest.mark.parametrize("statement", BROKEN)
def test_what_plain_cypher_broke_is_found(statement: str, doctored: HouseholdGraph) -> None:
    """What somebody wrote by hand is found and named, even where nothing else can be read."""
    cypher(doctored, statement)
    try:
        assert BROKEN[statement] in [(one["kind"], one["ids"][0]) for one in findings()]
    finally:
        cypher(doctored, "MATCH ({id: $home + '/dad'})--(s:Stranger) DETACH DELETE s")


def test_all_households_are_looked_at(doctored: HouseholdGraph) -> None:
    """Without a household, every one is examined, and findings name it."""
    do(doctored, lambda draft: draft.update(draft.qualify("smart-firewall"), state="suspended"))
    outcome = household_graph("doctor", "-o", "jsonl", "--severity", "error")
    found = [json.loads(line) for line in outcome.out.splitlines()]
    assert outcome.code == 4
    assert {one["household"] for one in found} >= {HOME, "birthdays", "clocks"}
    assert "bakers" not in {one["household"] for one in found}
    assert {one["severity"] for one in found} == {"error"}
    assert "households examined" in outcome.err


def test_exit_codes(graph: HouseholdGraph) -> None:
    """0 without errors, 4 with errors or, if so asked, with warnings; 2 for wrong input."""
    assert graph.connection
    assert household_graph("doctor", "bakers", "--strict").code == 0
    assert household_graph("doctor", "bike-shop").code == 0
    assert household_graph("doctor", "bike-shop", "--strict").code == 4
    assert household_graph("doctor", "bike-shop", "--strict", "--severity", "error").code == 0
    assert household_graph("doctor", "clocks").code == 4
    assert household_graph("doctor", "baker").code == 2
    assert household_graph("doctor", "bakers", "--at", "someday").code == 2
    assert household_graph("doctor", "bakers", "--only", "nonsense").code == 2


def test_what_is_shown(graph: HouseholdGraph) -> None:
    """A table is a tree of findings with their commands; a csv has one line for each."""
    assert graph.connection
    shown = household_graph("doctor", "bakers", "--at", "2027-02-01").out
    assert shown.startswith("bakers\n└── warning adult-with-guardian: `bakers/emma` is of age")
    assert "household-graph event come-of-age bakers/emma --at 2027-02-01" in shown
    flat = household_graph("doctor", "bakers", "--at", "2027-02-01", "-o", "csv").out
    assert flat.splitlines()[0] == "household,severity,kind,ids,text,hint,fix,mend"
    (line,) = csv.DictReader(flat.splitlines())
    assert line["kind"] == "adult-with-guardian"
    assert json.loads(line["ids"]) == ["bakers/emma", "bakers/dad", "bakers/mum"]
    assert household_graph("doctor", "bakers", "-o", "json").out == "[]\n"


def test_ids_of_the_last_version_are_accepted(graph: HouseholdGraph) -> None:
    """What a check was called before runs it, with a line that names the new id."""
    assert graph.connection
    outcome = household_graph(
        *("doctor", "bakers", "--at", "2027-02-01", "--only", "of-age-with-guardian", "-o", "json")
    )
    assert [one["kind"] for one in json.loads(outcome.out)] == ["adult-with-guardian"]
    assert "`of-age-with-guardian` is deprecated" in outcome.err
    outcome = household_graph("doctor", "bakers", "--only", "grant-to-nobody")
    assert "use `ineffective-grant`" in outcome.err


def test_the_kinds_are_listed_without_a_database() -> None:
    """`doctor --list` says what there is to find."""
    listed = json.loads(household_graph("doctor", "--list", "-o", "json").out)
    assert [one["kind"] for one in listed] == [*CHECKS]
