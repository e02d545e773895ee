"""`household-graph test`: files of households, questions, and the answers that are expected."""

import json
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from household_graph import HouseholdGraph
from household_graph.cli.exit_codes import ExitCode
from household_graph.installation import shipped
from tests.cli.commands import Outcome, household_graph

CASES = sorted((Path(__file__).parent / "cases").glob("*.yaml"))
BAKERS = shipped("seed") / "bakers.yaml"
NIGHT = "2026-11-22T21:30"


def run(tmp_path: Path, case: str, *options: str, head: str = "") -> Outcome:
    """Run a file with one case, about the Bakers on a Sunday before bedtime."""
    file = tmp_path / "one.yaml"
    head = head or f"document: {BAKERS}\nnow: 2026-11-22T20:00\n"
    file.write_text(f"{head}cases:\n  - {{name: one, {case}}}\n", encoding="utf-8")
    outcome = household_graph("test", str(file), *options)
    assert "Traceback" not in outcome.err
    return outcome


def test_all_cases_here_pass() -> None:
    """The files of this folder are run as a user would run theirs, without a database."""
    outcome = household_graph("test", *map(str, CASES), "-o", "jsonl")
    results = [json.loads(line) for line in outcome.out.splitlines()]
    assert [one for one in results if one["outcome"] != "passed"] == []
    assert outcome.code == ExitCode.DONE
    assert len(results) > len(CASES)


@pytest.mark.parametrize(
    ("case", "differences"),
    [
        (
            (
                f"check: {{party: katie, target: internet, at: {NIGHT}}}, "
                "expect: {allowed: true, codes: [granted], changes_at: null}"
            ),
            [
                "allowed: expected yes, found no",
                "codes: missing `granted`, also `curfew`",
                "changes_at: expected none, found 2026-11-23T07:00:00+00:00",
            ],
        ),
        (
            "who: {target: broadband, action: administer}, expect: {found: [dad]}",
            ["found: missing `bakers/dad`, also `bakers/mum`"],
        ),
        (
            (
                "timeline: {party: katie, target: internet, end: 2026-11-23T00:00}, "
                "expect: {spans: [{start: 2026-11-22T20:00, allowed: true, codes: [exempt]}]}"
            ),
            [
                "spans[1]: expected none, found no from 2026-11-22T21:00:00+00:00",
                "spans[0].codes: missing `exempt`, also `granted`",
            ],
        ),
        (
            "change: policy end bakers/bedtime --as bakers/mum, expect: {allowed: false}",
            ["allowed: expected no, found yes"],
        ),
        (
            "change: policy end bakers/bedtime --as bakers/mum, expect: {gains: []}",
            ["gains: also `emma use internet on home-hub`"],
        ),
        ("check: {party: kate, target: internet}, expect: {allowed: true}", ["error: unknown"]),
        (
            "change: policy end bakers/bedtime --as bakers/tom, expect: {gains: []}",
            ["error: `policy end bakers/bedtime --as bakers/tom`: `bakers/tom` may not end"],
        ),
    ],
)
def test_what_differs_is_listed(case: str, differences: list[str], tmp_path: Path) -> None:
    """Each line says what was expected and what is found instead; the exit code is 4."""
    outcome = run(tmp_path, case, "-o", "json")
    [result] = json.loads(outcome.out)
    assert (outcome.code, result["outcome"]) == (ExitCode.DENIED, "failed")
    assert len(result["differences"]) == len(differences)
    for found, expected in zip(result["differences"], differences, strict=True):
        assert found.startswith(expected)


@pytest.mark.parametrize(
    ("case", "words"),
    [
        ("check: {party: tom, target: internet}, expect: {found: []}", "cannot be expected"),
        ("check: {party: tom, target: internet}, expect: {}", "nothing is expected"),
        ("check: {party: tom}, expect: {allowed: true}", "`check` needs a `target`"),
        ("who: {party: tom, target: tv}, expect: {found: []}", "`who` takes no `party`"),
        ("expect: {allowed: true}", "asks one question"),
        ("check: {party: tom, target: tv}, expect: {codes: [grant]}", "did you mean `granted`"),
        ("check: {party: tom, target: tv, at: soon}, expect: {allowed: true}", "cannot read"),
    ],
)
def test_a_wrong_file_is_refused(case: str, words: str, tmp_path: Path) -> None:
    """The error has the line, and says what fits."""
    outcome = run(tmp_path, case)
    assert outcome.code == ExitCode.BAD_INPUT
    assert "one.yaml:4: cases[0]" in outcome.err
    assert words in outcome.err


def test_a_wrong_household_is_refused(tmp_path: Path) -> None:
    """A household that is given in the file is checked as a document is, with the lines of it."""
    head = "given:\n  organization: {id: slips, time_zone: Mars}\n"
    outcome = run(tmp_path, "check: {party: a, target: b}, expect: {allowed: true}", head=head)
    assert outcome.code == ExitCode.BAD_INPUT
    assert "one.yaml:2: given.organization.time_zone: unknown time zone `Mars`" in outcome.err
    both = run(tmp_path, "who: {target: b}, expect: {found: []}", head=f"{head}household: bakers\n")
    assert "give one of given, document, household" in both.err


def test_a_household_of_the_graph(graph: HouseholdGraph, tmp_path: Path) -> None:
    """Cases can be about a household in the graph, which they leave as it is."""
    before = graph.documents.export("bakers")
    case = "change: policy end bakers/bedtime --as bakers/mum, expect: {allowed: true}"
    assert run(tmp_path, case, head="household: bakers\n").code == ExitCode.DONE
    assert graph.documents.export("bakers") == before


def test_junit(tmp_path: Path) -> None:
    """A CI server reads the results: a suite for each file, and failures with their differences."""
    junit = tmp_path / "results.xml"
    case = "who: {target: broadband, action: administer}, expect: {found: [dad]}"
    outcome = run(tmp_path, case, "--junit", str(junit))
    assert outcome.out.splitlines() == [
        f"{tmp_path / 'one.yaml'}:4: one",
        "  found: missing `bakers/dad`, also `bakers/mum`",
    ]
    suite = ET.parse(junit).getroot().find("testsuite")  # noqa: S314 - written a moment ago
    assert suite is not None
    assert (suite.get("tests"), suite.get("failures")) == ("1", "1")
    failure = suite.find("testcase/failure")
    assert failure is not None
    assert failure.text == "found: missing `bakers/dad`, also `bakers/mum`"
