"""What is wrong with a question, or with what it is given, is said; nothing is written or left."""

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest

from household_graph import HouseholdGraph
from household_graph.cli.exit_codes import ExitCode
from household_graph.errors import DeadlineExceededError
from household_graph.queries.execute import lint_query
from household_graph.store.query_files import load_query
from tests.cli.commands import household_graph
from tests.cli.own_questions import OwnQuestions, own_questions
from tests.cli.terminal import terminal

__all__ = ["own_questions"]  # a fixture

PARTY = ("query", "run", "services-for-party")
ENDLESS = "UNWIND range(1, 1000000000000) AS i WITH i WHERE i < 0 RETURN i AS x"
HOSTILE = (
    "'}) DETACH DELETE n //",
    "[red]Dad[/red]",
    "[/]",
    "\x1b[31mDad\x1b[0m\x07",
    "=cmd|' /C calc'!A0",
    "@SUM(1,2)",
    "+1+cmd",
)


@pytest.mark.parametrize(
    ("command", "message"),
    [
        ([*PARTY], "needs the parameter `party`"),
        ([*PARTY, "-p", "parti=x"], "has no parameter `parti`"),
        ([*PARTY, "-p", "party"], "`party` is no parameter with a value"),
        ([*PARTY, "-p", "party=a", "-p", "party=b"], "`party` is given twice"),
        ([*PARTY, "-p", "party=bakers/katie", "--at", "noon"], "`noon` is no ZONED DATETIME"),
        ([*PARTY, "-p", "party=bakers/katie", "--at", "2026-11-22T20:00"], "is no ZONED"),
        ([*PARTY, "-p", "party=bakers/katie", "--at", "", "--as-of", ""], "does not look back"),
        ([*PARTY, "-p", "at=2026-11-22T20:00Z", "--at", "2026-11-22T20:00Z"], "given twice"),
        (["query", "run", "lines-by-site", "--at", "2026-11-22T20:00Z"], "no parameter `at`"),
        ([*PARTY, "-p", "party=bakers/kati"], "unknown id `bakers/kati`"),
        ([*PARTY, "-p", "party=baker/katie"], "unknown id `baker/katie`"),
        ([*PARTY, "--params", "nowhere.yaml"], "cannot read `nowhere.yaml`"),
        (["query", "run", "services-for-part"], "no query `services-for-part`"),
        (["query", "run", "coming-of-age", "-p", "days=ten"], "`ten` is no INTEGER"),
        (["query", "run", "coming-of-age", "-p", f"days={'9' * 20}"], "` is no INTEGER"),
        (["query", "new", "a/b"], "no folder for your own queries"),
    ],
)
def test_what_is_given_wrongly_is_named(
    command: list[str], message: str, graph: HouseholdGraph
) -> None:
    """The error names the parameter and its type, or what is not there; the hint what to do."""
    assert graph.connection
    done = household_graph(*command)
    assert (done.code, done.out) == (ExitCode.BAD_INPUT, "")
    assert message in done.err
    assert "hint: " in done.err


@pytest.mark.parametrize("option", ["--as-of", "--recorded"])
def test_a_question_does_not_look_back(option: str) -> None:
    """It is asked of the graph as it stands; the hint names the commands that do look back."""
    done = household_graph(*PARTY, "-p", "party=bakers/katie", option, "2026-11-22T20:00+00:00")
    assert (done.code, done.out) == (ExitCode.BAD_INPUT, "")
    assert "as it stands" in done.err
    assert "household-graph services PARTY --as-of TIME" in done.err


def test_more_days_than_there_are_is_bad_input(graph: HouseholdGraph) -> None:
    """A number that the server cannot reckon with is named as such, without a traceback."""
    assert graph.connection
    for days in (10**13, 2**63 - 1):
        done = household_graph("query", "run", "coming-of-age", "-p", f"days={days}")
        assert (done.code, done.out) == (ExitCode.BAD_INPUT, "")
        assert "cannot be run" in done.err


@pytest.mark.parametrize("text", ["- a\n", "a: [\n", "\x00", '{"a": 1'])
def test_a_file_without_parameters_is_refused(text: str, tmp_path: Path) -> None:
    """A list, or what is neither YAML nor JSON, is named, in one line."""
    file = tmp_path / "given.yaml"
    file.write_text(text)
    done = household_graph(*PARTY, "--params", str(file))
    assert done.code == ExitCode.BAD_INPUT
    assert str(file) in done.err.splitlines()[0]


@pytest.mark.parametrize(
    "cypher",
    [
        "CREATE (n:Individual {id: 'bakers/new'}) RETURN 1 AS x",
        "CALL () { MATCH (n) SET n.hidden = 1 RETURN 1 AS y } RETURN y AS x",
        "FOREACH (i IN [1] | CREATE (:Individual {id: 'bakers/new'})) RETURN 1 AS x",
        "MATCH (n) CALL (n) { DETACH DELETE n } IN TRANSACTIONS RETURN 1 AS x",
        "CALL db.createLabel('Hidden') RETURN 1 AS x",
        "CREATE INDEX hidden FOR (n:Individual) ON (n.hidden)",
        "CREATE USER hidden SET PASSWORD 'long-enough'",
    ],
)
def test_a_question_cannot_write(
    cypher: str, own_questions: OwnQuestions, graph: HouseholdGraph
) -> None:
    """The server itself refuses, however the write is hidden; `query check` finds it too."""
    name = own_questions.has("a", cypher)
    before = household_graph("export", "bakers").out
    done = household_graph("query", "run", name)
    assert (done.code, done.out) == (ExitCode.BAD_INPUT, "")
    assert "writes, and the library only reads" in done.err
    assert "it writes; a query of the library only reads" in household_graph("query", "check").out
    assert household_graph("export", "bakers").out == before
    assert graph.connection.driver.execute_query("MATCH (n {hidden: 1}) RETURN n").records == []


@pytest.mark.parametrize(
    ("cypher", "deed"),
    [
        (
            (
                "SHOW TRANSACTIONS YIELD transactionId AS id, currentQuery"
                " WHERE currentQuery CONTAINS 'nothing of the kind'"
                " TERMINATE TRANSACTIONS id YIELD message RETURN message AS x"
            ),
            "it ends transactions (TERMINATE)",
        ),
        ("LOAD CSV FROM 'file:///x.csv' AS x RETURN x", "LOAD CSV"),
        (
            (
                "MATCH (n:DigitalIdentity) CALL (n) { "
                "LOAD CSV FROM 'http://127.0.0.1:1/' + n.username AS row RETURN row } "
                "RETURN row AS x"
            ),
            "LOAD CSV",
        ),
        ("RETURN COLLECT { LOAD CSV FROM 'http://127.0.0.1:1/' AS r RETURN r } AS x", "LOAD CSV"),
        ("\\u004cOAD CSV FROM 'http://127.0.0.1:1/' AS x RETURN x", "LOAD CSV"),
        ("CYPHER 25 LOAD CSV FROM 'http://127.0.0.1:1/' AS x RETURN x", "LOAD CSV"),
        ("CALL db.clearQueryCaches() YIELD value AS x", "`db.clearQueryCaches`"),
        ("CALL/**/`db`.clearQueryCaches() YIELD value RETURN value AS x", "db.clearQueryCaches"),
        (
            "RETURN COLLECT { CALL db.clearQueryCaches() YIELD value RETURN value } AS x",
            "`db.clearQueryCaches`",
        ),
        ("CALL db.stats.clear('QUERIES') YIELD message RETURN message AS x", "`db.stats.clear`"),
        ("USE neo4j RETURN 1 AS x", "USE"),
        ("CYPHER 5 /* USE */ USE `neo4j` RETURN 1 AS x", "USE"),
        ("CALL () { USE neo4j RETURN 1 AS x } RETURN x", "USE"),
    ],
)
def test_a_question_does_nothing_but_read(
    cypher: str, deed: str, own_questions: OwnQuestions, graph: HouseholdGraph
) -> None:
    """What the server lets pass as reading, and is not, neither runs nor passes `query check`."""
    assert graph.connection
    name = own_questions.has("a", cypher)
    for plan in ((), ("--plan", "profile")):
        done = household_graph("query", "run", name, *plan)
        assert (done.code, done.out) == (ExitCode.BAD_INPUT, "")
        assert "does more than read" in done.err
        assert deed in done.err
    checked = household_graph("query", "check", "-o", "json")
    assert checked.code == ExitCode.BAD_INPUT
    assert any(deed in one["problem"] for one in json.loads(checked.out))


@pytest.mark.parametrize(
    ("cypher", "column"),
    [
        ("SHOW USERS YIELD user RETURN user AS x", "x STRING"),
        ("SHOW CURRENT USER YIELD user RETURN user AS x", "x STRING"),
        ("SHOW TRANSACTIONS YIELD username RETURN username AS x", "x STRING"),
        ("CALL db.labels() YIELD label RETURN label AS x", "x STRING"),
        ("CALL dbms.components() YIELD name RETURN name AS x", "x STRING"),
        ("MATCH (use:Consumer) WITH use.id AS use ORDER BY use RETURN use AS x", "x STRING"),
        ("UNWIND ['TERMINATE', 'LOAD CSV', 'USE x'] AS x RETURN x // CALL db.labels", "x STRING"),
    ],
)
def test_what_only_reads_is_not_called_writing(
    cypher: str, column: str, own_questions: OwnQuestions, graph: HouseholdGraph
) -> None:
    """Commands that show, and procedures that look things up, are checked and run as any other."""
    assert graph.connection
    name = own_questions.has("a", cypher, returns=[column])
    checked = household_graph("query", "check", "-o", "json")
    assert (checked.code, json.loads(checked.out)) == (ExitCode.DONE, [])
    done = household_graph("query", "run", name, "-o", "json")
    assert done.code == ExitCode.DONE
    assert json.loads(done.out)


@pytest.mark.parametrize(
    ("cypher", "problem"),
    [
        ("RETURN 1 AS y", "it returns `y`, and declares `x`"),
        ("RETURN $other AS x", "the parameter `other` is not declared"),
        ("MATCH (n:Individuum) RETURN 1 AS x", "Individuum"),
        ("MATCH (n:Individual)\nRETURN m AS x", "line 8 of its file: Variable `m` not defined"),
        ("RETURN 1 AS x; RETURN 2 AS x", "Expected exactly one statement"),
    ],
)
def test_a_check_says_what_is_wrong(
    cypher: str, problem: str, own_questions: OwnQuestions, graph: HouseholdGraph
) -> None:
    """Columns, parameters, labels and lines are named, and the exit code is that of bad input."""
    assert graph.connection
    own_questions.has("a", cypher)
    done = household_graph("query", "check", "-o", "json")
    assert done.code == ExitCode.BAD_INPUT
    assert any(problem in one["problem"] for one in json.loads(done.out))


def test_a_parameter_that_is_not_used_is_found(
    own_questions: OwnQuestions, graph: HouseholdGraph
) -> None:
    """A declared parameter has to be there for something."""
    assert graph.connection
    own_questions.has("a", "RETURN 1 AS x", parameters=["y INTEGER = 1"])
    assert "the parameter `y` is not used" in household_graph("query", "check").out


def test_a_file_that_is_no_question_is_named(own_questions: OwnQuestions) -> None:
    """File and line are said, whatever was asked of the library."""
    path = own_questions.folder / "a.cypher"
    path.parent.mkdir(parents=True)
    path.write_text("// What?\n// @mood read\nRETURN 1 AS x\n")
    done = household_graph("query", "list")
    assert done.code == ExitCode.BAD_INPUT
    assert f"{path}:2: " in done.err


def test_a_question_is_not_written_over_another(own_questions: OwnQuestions) -> None:
    """A name that is taken, or cannot be one, is refused."""
    assert household_graph("query", "new", "a").code == ExitCode.DONE
    path = own_questions.folder / "a.cypher"
    path.write_text("mine")
    again = household_graph("query", "new", "a")
    assert (again.code, path.read_text()) == (ExitCode.BAD_INPUT, "mine")
    assert household_graph("query", "new", "../a").code == ExitCode.BAD_INPUT


def test_a_question_that_never_ends_is_given_up(
    own_questions: OwnQuestions, graph: HouseholdGraph
) -> None:
    """After its time the server stops it; the error says how to give it more."""
    name = own_questions.has("endless", ENDLESS)
    done = household_graph("query", "run", name, "--timeout", "0.5")
    assert (done.code, done.out) == (ExitCode.BAD_INPUT, "")
    assert "took longer than 0.5 seconds" in done.err
    assert "--timeout" in done.err
    assert running(graph) == 0


def test_a_check_waits_no_longer_than_a_question(graph: HouseholdGraph) -> None:
    """Planning has a deadline too: what is nested deep takes the server minutes."""
    planned = load_query("questions/entitlement/services-for-party")
    new = replace(planned, text=f"{planned.text} // not planned before")
    with pytest.raises(DeadlineExceededError, match="did not answer within"):
        lint_query(replace(graph.connection, timeout=0.001), new)


def test_a_question_that_is_interrupted_runs_no_further(
    own_questions: OwnQuestions, graph: HouseholdGraph, tmp_path: Path
) -> None:
    """Ctrl-C ends the command with its exit code, and the query on the server with it."""
    name = own_questions.has("endless", ENDLESS)
    with terminal("query", "run", name, folder=tmp_path) as screen:
        while not running(graph):
            assert screen.process.poll() is None
        screen.presses("c")
        assert screen.ends() == ExitCode.INTERRUPTED
    assert "Traceback" not in screen.screen
    for _attempt in range(1000):
        if not running(graph):
            break
    assert running(graph) == 0


def running(graph: HouseholdGraph) -> int:
    """How many endless questions the server is at."""
    shown = "SHOW TRANSACTIONS YIELD currentQuery WHERE currentQuery CONTAINS '1000000000000' "
    [record] = graph.connection.driver.execute_query(
        f"{shown} AND NOT currentQuery STARTS WITH 'SHOW' RETURN count(*) AS running"
    ).records
    return int(record["running"])


@pytest.mark.parametrize("text", HOSTILE)
def test_texts_of_the_graph_do_nothing(
    text: str, own_questions: OwnQuestions, graph: HouseholdGraph
) -> None:
    """Cypher, markup, escapes and formulas in a value are shown, and are not done."""
    assert graph.connection
    name = own_questions.has("a", "RETURN $x AS x", parameters=["x STRING"], returns=["x STRING"])
    asked = ("query", "run", name, "-p", f"x={text}", "-o")
    assert json.loads(household_graph(*asked, "json").out) == [{"x": text}]
    shown = household_graph(*asked, "table").out.splitlines()[2]
    assert "\x1b" not in shown
    assert "\x07" not in shown
    assert shown.strip() == re.sub("[\x1b\x07]", "\N{REPLACEMENT CHARACTER}", text)
    cell = household_graph(*asked, "csv").out.splitlines()[1].strip('"')
    assert cell[0] not in "=+-@"


def test_titles_and_names_of_questions_do_nothing(own_questions: OwnQuestions) -> None:
    """Markup and escapes in a file of one's own are shown as they are."""
    own_questions.has("a", "RETURN 1 AS x", title="[red]What[/] is \x1b[31mit?")
    shown = household_graph("query", "list", "--search", "what").out
    assert "[red]What[/] is" in shown
    assert "\x1b" not in shown
    assert "\x1b" not in household_graph("query", "show", "a").out


def test_numbers_stay_numbers_in_a_csv(own_questions: OwnQuestions, graph: HouseholdGraph) -> None:
    """Only what a spreadsheet would run is kept from it: neither numbers nor phone numbers."""
    assert graph.connection
    name = own_questions.has("a", "UNWIND [-5, '+442079460000', '-5', '- a'] AS x RETURN x")
    cells = household_graph("query", "run", name, "-o", "csv").out.splitlines()[1:]
    assert cells == ["-5", "+442079460000", "-5", "'- a"]
