"""`onboard`, by questions on a real terminal and from documents off one."""

import json
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from household_graph import HouseholdGraph
from household_graph.documents.export import dump
from household_graph.documents.read import read_documents
from household_graph.documents.to_rows import to_rows
from household_graph.model.rows import Rows
from household_graph.store.row_reader import fetch_rows
from tests.cli.commands import household_graph
from tests.cli.terminal import terminal
from tests.scenarios.scenarios import seed

NEW = "new-household"
DOCUMENT = f"organization: {{id: {NEW}, time_zone: Europe/London}}\nindividuals: [{{id: dad}}]\n"


def rows_there(graph: HouseholdGraph) -> Rows:
    return fetch_rows(graph.connection, [NEW])[NEW]


@pytest.fixture
def empty(graph: HouseholdGraph) -> Iterator[HouseholdGraph]:
    """The graph without the new household, which is taken out again."""
    yield graph
    graph.connection.driver.execute_query(
        "MATCH (n) WHERE n.id = $id OR n.id STARTS WITH $id + '/' DETACH DELETE n", id=NEW
    )


STRANGE = "[red]Dad[/x] \N{BABY}"

WHOLE = [
    ("A household or a business?", "?", "Both work alike"),
    ("business?", "back", "this is the first question"),
    ("A household or a business?", "1"),
    ("Its name", "The New Household"),
    ("Its id", "bakers", "the household `bakers` is there already"),
    ("Its id", NEW),
    ("Its time zone", "Europe/Londn", "did you mean `Europe/London`"),
    ("Its time zone", ""),
    ("Of age from", "<"),
    ("Its time zone", "Europe/Paris"),
    ("Of age from", ""),
    ("From when does all this hold?", "2026-11-01"),
    ("Street and number", ""),
    ("Person 1: given name", STRANGE),
    ("Family name", "B\x1b[31mker", "characters that cannot be shown"),
    ("Family name", "B" * 300),
    ("Id of [red]Dad[/x]", "dad"),
    ("Birth date of", "02/03/1978", "that is 2 March 1978"),
    ("belong to The New Household?", ""),
    ("Is there anybody else?", "yes"),
    ("Person 2: given name", "Katie"),
    ("Family name", ""),
    ("Id of Katie", ""),
    ("Birth date of Katie", "2013-05-14"),
    ("Does Katie belong", ""),
    ("Is there anybody else?", ""),
    ("Who is responsible for Katie?", ""),
    ("Who has a username?", ""),
    ("Whose account is it?", ""),
    ("Name of the account", ""),
    ("Id of the account", ""),
    ("Who pays?", ""),
    ("Is there another account?", ""),
    ("Which products are on", ""),
    ("Which products does somebody else", ""),
    ("A device?", ""),
    ("Who uses the Home hub?", ""),
    ("Name of the device", ""),
    ("Id of the device", ""),
    ("Its number", ""),
    ("Which services", ""),
    ("Another device?", "-"),
    ("Is there a bedtime for minors?", "yes"),
    ("It begins at", ""),
    ("It is over at", ""),
    ("It begins on", ""),
    ("What is closed then?", ""),
    ("Are minors kept from what is not for their age?", ""),
    ("Which categories are closed to minors?", ""),
    ("May any minor use only what you list?", "", "home-hub Home hub", "classification"),
    ("Is it right?", "<"),
    ("May any minor use only what you list?", "<"),
    ("Which categories are closed to minors?", "all"),
    ("May any minor use only what you list?", "no"),
    ("Is it right?", "yes"),
    ("Save the answers as", "mine.yaml"),
]
"""Each question, what is typed, and what appears then."""


def test_a_whole_onboarding(empty: HouseholdGraph, tmp_path: Path) -> None:
    """Questions on a narrow terminal, a wrong answer, help and a step back end in a household.

    What was answered is saved as a document that has the very rows that were written.
    """
    with terminal("onboard", folder=tmp_path, COLUMNS="40") as screen:
        for question, typed, *seen in WHOLE:
            screen.answers(question, typed)
            for text in seen:
                screen.sees(text)
        assert screen.ends() == 0, screen.screen
    assert f"dad {STRANGE}" in screen.screen
    lines = screen.screen.partition("household   outcome")[0].splitlines()
    assert [line for line in lines if len(line) > 40 and "]: " not in line] == []
    [saved] = read_documents(tmp_path / "mine.yaml")
    assert saved.individuals[0].given_name == STRANGE
    assert saved.organization.time_zone == "Europe/Paris"
    assert {one.id for one in saved.policies} == {"bedtime", "classification"}
    assert rows_there(empty) == to_rows(saved)


def test_saving_only(graph: HouseholdGraph, tmp_path: Path) -> None:
    """The answers can be saved and not written; a file that is there is not written over."""
    (tmp_path / f"{NEW}.yaml").touch()
    with terminal("onboard", "--offering", "mobile", folder=tmp_path) as screen:
        screen.takes_defaults_until("Is it right?")
        screen.types("save")
        screen.answers("Save the answers as", f"{NEW}.yaml")
        screen.sees("is there already")
        screen.answers(f"Save the answers as [{NEW}-2.yaml")
        screen.sees("onboard --from")
        assert screen.ends() == 0
    assert (tmp_path / f"{NEW}.yaml").read_bytes() == b""
    [saved] = read_documents(tmp_path / f"{NEW}-2.yaml")
    assert saved.products == ()
    assert rows_there(graph).nodes == ()


@pytest.mark.parametrize(("key", "code"), [("c", 130), ("d", 1), (None, 1)])
def test_leaving_leaves_no_trace(
    key: str | None, code: int, graph: HouseholdGraph, tmp_path: Path
) -> None:
    """Ctrl-C, Ctrl-D or `:quit` in the middle writes nothing, saves nothing here, and says so."""
    with terminal("onboard", "--save", "answers.yaml", folder=tmp_path) as screen:
        screen.answers("A household or a business?")
        screen.answers("Its name", "The New Household")
        screen.answers("Its id", NEW)
        screen.sees("Its time zone [Europe/London]:")
        if key:
            screen.presses(key)
        else:
            screen.types(":quit")
        screen.sees("nothing was written")
        assert screen.ends() == code
    assert list(tmp_path.iterdir()) == []
    assert rows_there(graph).nodes == ()


def test_a_draft_outlives_its_terminal(tmp_path: Path) -> None:
    """Where the terminal is closed, a draft is left too; it has the products to choose from."""
    with terminal("onboard", "--offering", "mobile", folder=tmp_path) as screen:
        screen.answers("A household or a business?")
        screen.answers("Its name", "The New Household")
        screen.sees("Its id")
        screen.process.send_signal(signal.SIGHUP)
        assert screen.ends() == 130
    with terminal("onboard", "--resume", "--dry-run", folder=tmp_path) as screen:
        screen.takes_defaults_until("Which products are on")
        assert "mobile" in screen.screen.lower()
        screen.types(":quit")
        screen.ends()
        assert "broadband" not in screen.screen


def test_a_draft_outlives_ctrl_c(graph: HouseholdGraph, tmp_path: Path) -> None:
    """What was typed is resumed where it was left; at the end a section is changed, then dropped.

    Who leaves it at the end wants nothing of it, so that there is no draft any more.
    """
    with terminal("onboard", folder=tmp_path) as screen:
        screen.answers("A household or a business?")
        screen.answers("Its name", "The New Household")
        screen.answers("Its id", NEW)
        screen.sees("Its time zone [Europe/London]:")
        screen.presses("c")
        screen.sees("household-graph onboard --resume")
        assert screen.ends() == 130
    [draft] = (tmp_path.parent / f"{tmp_path.name}-state").rglob("onboard.json")
    assert draft.stat().st_mode & 0o777 == 0o600
    with terminal("onboard", folder=tmp_path) as screen:
        screen.sees("--resume goes on with it")
        screen.answers("A household or a business?", ":quit")
        assert screen.ends() == 1
    with terminal("onboard", "--resume", "--dry-run", folder=tmp_path) as screen:
        screen.sees("Its time zone [Europe/London]:")
        screen.types("<")
        screen.sees(f"Its id [{NEW}]:")
        screen.types(">")
        screen.takes_defaults_until("Is it right?")
        screen.types("change")
        screen.answers("Which section?", "people")
        screen.sees("> keeps all that follow")
        screen.answers("Person 1: given name", "Ann")
        screen.answers("Family name", ">")
        screen.sees("this has not been answered before")
        screen.takes_defaults_until("Is there anybody else?")
        screen.types(">")
        screen.sees("ann Ann")
        screen.answers("Is it right?", "yes")
        assert screen.ends() == 0
    assert not draft.exists()
    assert rows_there(graph).nodes == ()


def test_answers_outlive_a_lost_database(tmp_path: Path) -> None:
    """If the database cannot be reached in the end, the answers are in a file to go on from."""
    with terminal("onboard", folder=tmp_path, NEO4J_URI="bolt://127.0.0.1:9") as screen:
        screen.takes_defaults_until("Is it right?")
        screen.types("")
        screen.answers("Save the answers as", "-")
        screen.sees("go on with: household-graph onboard --from new-household.yaml")
        assert screen.ends() == 3
    assert "does not answer" in screen.screen
    [saved] = read_documents(tmp_path / f"{NEW}.yaml")
    assert saved.organization.id == NEW


def test_a_dry_run_from_a_document(graph: HouseholdGraph, tmp_path: Path) -> None:
    """A dry run tells what would be written, shows the tree, and writes nothing."""
    outcome = household_graph("onboard", "--from", "-", "--dry-run", "-o", "json", stdin=DOCUMENT)
    assert outcome.code == 0
    [record] = json.loads(outcome.out)
    assert (record["household"], record["outcome"]) == (NEW, "new")
    assert "people" in outcome.err
    assert "dry run" in outcome.err
    assert rows_there(graph).nodes == ()
    assert list(tmp_path.iterdir()) == []


def test_a_replay_gives_the_same_rows(empty: HouseholdGraph, tmp_path: Path) -> None:
    """A document is onboarded as it is, saved if wanted, recorded, and a second time refused."""
    text = dump(seed("bakers")).replace("bakers", NEW)
    file, copy = tmp_path / "replay.yaml", tmp_path / "copy.yaml"
    file.write_text(text, encoding="utf-8")
    outcome = household_graph("onboard", "--from", str(file), "--save", str(copy))
    assert outcome.code == 0, outcome.err
    [document] = read_documents(file)
    assert rows_there(empty) == to_rows(document)
    assert copy.read_text(encoding="utf-8") == dump(document)
    [[action]] = empty.connection.driver.execute_query(
        "MATCH (change:Change) WHERE change.id STARTS WITH $id RETURN change.action", id=f"{NEW}/"
    ).records
    assert action == "onboard"
    again = household_graph("onboard", "--from", str(file))
    assert again.code == 2
    assert f"the household `{NEW}` is there already" in again.err
    assert "household-graph load" in again.err


WRONG = [
    ((), "no terminal to ask on"),
    (("--from", "missing.yaml"), "cannot read `missing.yaml`"),
    (("--from", "-", "--offering", "family"), "of no use"),
    (("--from", "-", "--resume"), "of no use"),
    (("--offering", "famly"), "no terminal"),
    (("--from", "-", "--save", "."), "is there already"),
    (("--from", "-", "--save", "nowhere/file.yaml"), "cannot write to the folder"),
]


@pytest.mark.parametrize(("arguments", "message"), WRONG)
def test_wrong_usage(arguments: tuple[str, ...], message: str) -> None:
    """What cannot be done is told before anything is done."""
    outcome = household_graph("onboard", *arguments, stdin=DOCUMENT)
    assert outcome.code == 2
    assert message in outcome.err


def test_two_households_in_a_file() -> None:
    """One household is onboarded at a time."""
    text = f"{DOCUMENT}---\n{DOCUMENT.replace(NEW, 'other')}"
    outcome = household_graph("onboard", "--from", "-", stdin=text)
    assert outcome.code == 2
    assert "2 households" in outcome.err
