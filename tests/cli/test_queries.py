"""`query`: found, shown, run, begun, checked."""

import json
from pathlib import Path
from zipfile import ZipFile

import pytest

from household_graph import HouseholdGraph
from household_graph.cli.exit_codes import ExitCode
from household_graph.queries.catalogue import library_queries
from tests.cli.commands import household_graph
from tests.cli.own_questions import OwnQuestions, own_questions

__all__ = ["own_questions"]  # a fixture

ECHO = (
    "an_instant ZONED DATETIME",
    "a_day DATE",
    "days LIST<DATE>",
    "words LIST<STRING>",
    "a_map MAP",
    "a_number INTEGER = 3",
    "a_share FLOAT = null",
    "a_truth BOOLEAN = true",
)
GIVEN = {
    "an_instant": "2026-11-22T20:00+01:00",
    "a_day": "2026-11-22",
    "days": "2026-11-22,2026-11-23",
    "words": '["a, b", "c"]',
    "a_map": '{"name": "value", "list": [1, 2]}',
    "a_share": "12",
}
ECHOED = {
    "an_instant": "2026-11-22T19:00:00+00:00",
    "a_day": "2026-11-22",
    "days": ["2026-11-22", "2026-11-23"],
    "words": ["a, b", "c"],
    "a_map": {"name": "value", "list": [1, 2]},
    "a_number": 3,
    "a_share": 12.0,
    "a_truth": True,
}


def echo(own_questions: OwnQuestions) -> str:
    """Write a question that returns what it is given."""
    names = [one.split()[0] for one in ECHO]
    cypher = "RETURN " + ", ".join(f"${name} AS {name}" for name in names)
    columns = [" ".join(one.split(" = ")[0].split()) for one in ECHO]
    return own_questions.has("test/echo", cypher, parameters=ECHO, returns=columns)


def pairs() -> list[str]:
    return [part for name, value in GIVEN.items() for part in ("-p", f"{name}={value}")]


def test_all_questions_are_listed() -> None:
    """Each with its name and what it asks, those of one's own among them."""
    listed = json.loads(household_graph("query", "list", "-o", "json").out)
    assert [one["name"] for one in listed] == list(library_queries())
    shown = household_graph("query", "list").out
    assert all(one["name"] in shown and one["title"] in shown for one in listed)


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("minor", "minors/policies-for-minors"),
        ("call pick-up", "business/lines-that-may-pick-up"),
        ("who pays", "accounts/payer-is-not-user"),
        ("huntng", "business/who-rings"),
        ("device zzz", "entitlement/services-for-party"),
        ("kids", "minors/minors-and-responsible-adults"),
        ("bedtime", "minors/curfews-by-weekday"),
        ("stolen", "devices/locked-or-lost"),
        ("duplicates", "quality/same-name-twice"),
        ("msisdn", "devices/who-has-number"),
        ("unpaid products", "quality/products-nobody-pays"),
    ],
)
def test_questions_are_found_by_words(words: str, found: str) -> None:
    """By words of name, title and prose, or words like these; as many of them as there are."""
    listed = json.loads(household_graph("query", "list", "--search", words, "-o", "json").out)
    assert found in [one["name"] for one in listed]
    assert len(listed) < len(library_queries())


def test_what_is_not_found_is_said() -> None:
    """No question has such words: a note says how to see them all."""
    done = household_graph("query", "list", "--search", "zzz")
    assert (done.code, done.err) == (
        ExitCode.DONE,
        "no query has such words; `household-graph query list` lists all\n",
    )


def test_a_question_is_shown_as_its_file() -> None:
    """As it stands, so that it can be pasted; in other formats, what its header says."""
    one = library_queries()["entitlement/services-for-party"]
    assert household_graph("query", "show", "services-for-party").out == one.path.read_text()
    told = json.loads(household_graph("query", "show", one.name, "-o", "json").out)
    assert told["cypher"] == one.query.text
    assert [each["name"] for each in told["parameters"]] == ["party", "device", "at"]


def test_a_question_is_answered_as_the_engine_answers(graph: HouseholdGraph) -> None:
    """The services of Katie on her tablet at bedtime are those of `services`, in Cypher."""
    at = "2026-11-22T21:30+00:00"
    done = household_graph(
        *("query", "run", "services-for-party", "-p", "party=bakers/katie", "--at", at),
        *("-p", "device=bakers/tablet-katie", "-o", "json"),
    )
    allowed = graph.services("bakers/katie", device="bakers/tablet-katie", at=at)
    assert [row["service"] for row in json.loads(done.out)] == [one.target for one in allowed]
    assert allowed


@pytest.mark.parametrize("source", ["pairs", "yaml", "json"])
def test_parameters_are_typed_by_the_header(
    source: str, own_questions: OwnQuestions, graph: HouseholdGraph, tmp_path: Path
) -> None:
    """Dates, lists and maps, from the command line or a file, become what Cypher means by them."""
    assert graph.connection
    name, given = echo(own_questions), pairs()
    if source != "pairs":
        file = tmp_path / f"given.{source}"
        lines = "".join(f"{key}: {value}\n" for key, value in GIVEN.items())
        file.write_text(lines if source == "yaml" else json.dumps(GIVEN))
        given = ["--params", str(file)]
    done = household_graph("query", "run", name, *given, "-o", "json")
    assert (done.code, json.loads(done.out)) == (ExitCode.DONE, [ECHOED])


def test_what_is_typed_goes_before_the_file(
    own_questions: OwnQuestions, graph: HouseholdGraph, tmp_path: Path
) -> None:
    """A value on the command line takes the place of that of the file."""
    assert graph.connection
    name = own_questions.has("a", "RETURN $x AS x", parameters=["x INTEGER"])
    file = tmp_path / "given.yaml"
    file.write_text("x: 1\n")
    for given, told in (([], "1"), (["-p", "x=2"], "2")):
        done = household_graph("query", "run", name, "--params", str(file), *given, "-o", "csv")
        assert done.out == f"x\n{told}\n"


@pytest.mark.parametrize("output", ["table", "json", "jsonl", "csv", "yaml"])
def test_a_limit_is_announced_when_it_cuts(
    output: str, own_questions: OwnQuestions, graph: HouseholdGraph
) -> None:
    """In every format the rest is left out, and on stderr that it is; what fits is not cut."""
    assert graph.connection
    name = own_questions.has("many", "UNWIND range(1, 5) AS x RETURN x")
    cut = household_graph("query", "run", name, "--limit", "3", "-o", output)
    assert "5" not in cut.out
    assert cut.err == "cut after 3 rows; `--limit 0` shows all\n"
    for limit in ("5", "0"):
        whole = household_graph("query", "run", name, "--limit", limit, "-o", output)
        assert ("5" in whole.out, whole.err) == (True, "")


@pytest.mark.parametrize(("plan", "counted"), [("explain", False), ("profile", True)])
def test_a_plan_is_shown_instead_of_the_answer(
    plan: str, *, counted: bool, graph: HouseholdGraph
) -> None:
    """As a tree of operators; only a profile has run, and counts rows and hits."""
    assert graph.connection
    asked = ("query", "run", "who-administers", "--plan", plan)
    shown = household_graph(*asked).out
    assert shown.startswith("ProduceResults")
    assert "UNIQUE household:Organization(id)" in shown
    assert ("db hits" in shown) == counted
    assert json.loads(household_graph(*asked, "-o", "json").out)["operator"]


def test_a_question_of_ones_own_is_begun_checked_and_run(
    own_questions: OwnQuestions, graph: HouseholdGraph
) -> None:
    """What `query new` writes is well formed, found beside the others, and answers."""
    assert graph.connection
    begun = household_graph("query", "new", "devices/lost-this-week")
    assert begun.out.strip() == str(own_questions.folder / "devices/lost-this-week.cypher")
    checked = household_graph("query", "check")
    assert (checked.code, checked.err) == (ExitCode.DONE, "1 query file checked, 0 problems\n")
    assert "devices/lost-this-week" in household_graph("query", "list").out
    asked = household_graph(
        "query", "run", "lost-this-week", "-p", "household=bike-shop", "-o", "csv"
    )
    assert "bike-shop/owner" in asked.out.splitlines()


def test_ones_own_question_hides_a_shipped_one(
    own_questions: OwnQuestions, graph: HouseholdGraph, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So does one of a folder named before another."""
    assert graph.connection
    name = "entitlement/services-for-party"
    own_questions.has(f"second/{name}", "RETURN 2 AS x")
    folders = [own_questions.folder / "first", own_questions.folder / "second"]
    monkeypatch.setenv("HOUSEHOLD_GRAPH_QUERIES", ":".join(map(str, folders)))
    assert household_graph("query", "run", name, "-o", "csv").out == "x\n2\n"
    own_questions.has(f"first/{name}", "RETURN 1 AS x")
    assert household_graph("query", "run", name, "-o", "csv").out == "x\n1\n"


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        ("query run services-f", "services-for-party"),
        ("query show minors/co", "minors/coming-of-age"),
        ("query run services-for-party -p pa", "party="),
        ("query run services-for-party -p party=bakers/kat", "party=bakers/katie"),
        ("query run who-can-use -p at=bak", ""),
    ],
)
def test_names_parameters_and_ids_are_completed(
    words: str, offered: str, graph: HouseholdGraph, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Tab offers the names of questions, their parameters, and for an id what the graph has."""
    assert graph.connection
    monkeypatch.setenv("_HOUSEHOLD_GRAPH_COMPLETE", "complete_bash")
    monkeypatch.setenv("COMP_WORDS", f"household-graph {words}")
    monkeypatch.setenv("COMP_CWORD", str(len(words.split())))
    assert household_graph().out.strip() == offered


def test_the_library_is_exported_for_neo4j_browser(
    own_questions: OwnQuestions, tmp_path: Path
) -> None:
    """As one file, one's own among them; where it cannot be written is said."""
    own_questions.has("mine/a", "RETURN 1 AS x")
    path = tmp_path / "questions.zip"
    assert household_graph("query", "export", "--to", str(path)).out == f"{path}\n"
    with ZipFile(path) as archive:
        assert "mine/a.cypher" in archive.namelist()
        assert "entitlement/who-can-use.cypher" in archive.namelist()
    done = household_graph("query", "export", "--to", str(tmp_path))
    assert (done.code, done.out) == (ExitCode.BAD_INPUT, "")
    assert "cannot be written" in done.err
