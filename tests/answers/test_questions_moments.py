"""Questions, shipped and of one's own, at moments and for names that are written in many ways."""

import json
import re
from datetime import datetime
from typing import Any

import pytest

from household_graph import HouseholdGraph, ask
from household_graph.cli.exit_codes import ExitCode
from household_graph.documents.document import HouseholdDocument
from household_graph.documents.load import load_document
from household_graph.model.actor import Actor
from scripts.make_docs import ASKING
from tests.cli.commands import household_graph
from tests.cli.own_questions import OwnQuestions, own_questions

__all__ = ["own_questions"]  # a fixture

MEMBERS = """\
MATCH (person:Individual)-[link:MEMBER_OF]->(:Organization {id: $household})
WHERE coalesce(link.valid_from <= $at, true) AND coalesce($at < link.valid_to, true)
RETURN person.id AS person
ORDER BY person
"""
BEGINNING = (
    "2026-08-31T23:00:00Z",
    "2026-09-01T00:00:00+01:00",
    "2026-09-01T01:00:00+02:00[Europe/Paris]",
    "2026-08-31T19:00:00-04:00",
    "2026-09-01T12:00:00+13:00",
)
END = (
    "2026-09-30T23:00:00Z",
    "2026-10-01T00:00:00+01:00",
    "2026-09-30T19:00:00-04:00",
    "2026-10-01T12:00:00+13:00",
)
ANN = "same-instant/ann"


@pytest.mark.parametrize(
    ("at", "is_in"), [*((at, True) for at in BEGINNING), *((at, False) for at in END)]
)
def test_an_instant_is_the_same_in_every_notation(
    own_questions: OwnQuestions, graph: HouseholdGraph, at: str, *, is_in: bool
) -> None:
    """In from the beginning on and out at the end, as the manual of Cypher compares instants."""
    parameters = ("household STRING", "at ZONED DATETIME")
    members = own_questions.has("a", MEMBERS, parameters=parameters, returns=["person STRING"])
    for given in (("--at", at), ("-p", f"at={at}")):
        done = household_graph(
            "query", "run", members, "-p", "household=same-instant", *given, "-o", "json"
        )
        assert ({"person": ANN} in json.loads(done.out)) == is_in
    moment = datetime.fromisoformat(at.partition("[")[0])
    for one in (at, moment):
        found = ask(graph, members, household="same-instant", at=one)
        assert ((ANN,) in found.rows) == is_in
        assert bool(ask(graph, "services-for-party", party=ANN, at=one).rows) == is_in
    assert bool([one for one in graph.services(ANN, at=moment) if one.allowed]) == is_in


@pytest.mark.parametrize("name", ["LIST<ZONED DATETIME>", "MAP", "ANY"])
def test_what_holds_an_instant_is_in_utc_too(
    own_questions: OwnQuestions, graph: HouseholdGraph, name: str
) -> None:
    """Lists and maps with instants in them come to the server as instants alone do."""
    at: Any = datetime.fromisoformat("2026-08-31T19:00:00-04:00")
    given = {"LIST<ZONED DATETIME>": [at], "MAP": {"a": [at]}, "ANY": {"a": [at]}}[name]
    path = "$x[0]" if name.startswith("LIST") else "$x.a[0]"
    asked = own_questions.has(
        "a", f"RETURN toString({path}) AS x", parameters=[f"x {name}"], returns=["x STRING"]
    )
    assert ask(graph, asked, x=given).rows == (("2026-08-31T23:00:00Z",),)


def own_devices(own_questions: OwnQuestions) -> str:
    """Write the question that the tutorial ends with, as it is printed there."""
    [text] = re.findall(r"own-devices\.cypher <<'END'\n(.*?\n)END\n", ASKING.read_text(), re.DOTALL)
    path = own_questions.folder / "minors/own-devices.cypher"
    path.parent.mkdir(parents=True)
    path.write_text(text)
    return "own-devices"


@pytest.mark.parametrize(
    ("household", "at", "minors"),
    [
        ("leap-day", "2026-02-28T12:00+00:00", ["lou", "may"]),
        ("leap-day", "2026-03-01T00:00+00:00", []),
        ("antipodes", "2026-11-22T10:59:59+00:00", ["tui"]),
        ("antipodes", "2026-11-22T11:00+00:00", []),
        ("antipodes", "2026-11-22T06:00-05:00", []),
    ],
)
def test_the_tutorial_and_the_library_know_the_same_minors(
    own_questions: OwnQuestions, graph: HouseholdGraph, household: str, at: str, minors: list[str]
) -> None:
    """On 29 February and in every zone; each of the minors has a device."""
    shipped = ask(graph, "minors-and-responsible-adults", household=household, at=at)
    own = ask(graph, own_devices(own_questions), household=household, at=at)
    assert [row["minor"] for row in shipped.to_dicts()] == [f"{household}/{one}" for one in minors]
    assert [row["age"] for row in shipped.to_dicts()] == [17] * len(minors)
    assert [row[0] for row in own.rows] == [f"{household}/{one}" for one in minors]


def test_who_comes_of_age_does_so_on_the_day_of_the_household(graph: HouseholdGraph) -> None:
    """Of those born around 29 February, each on the day that the laws say."""
    found = ask(graph, "coming-of-age", household="leap-day", days=3, at="2026-02-27T12:00+00:00")
    assert [(row["person"], row["comes_of_age"].isoformat()) for row in found.to_dicts()] == [
        ("leap-day/feb", "2026-02-28T00:00:00+00:00"),
        ("leap-day/lou", "2026-03-01T00:00:00+00:00"),
        ("leap-day/may", "2026-03-01T00:00:00+00:00"),
    ]


NAMES = (
    ("Jos\u00e9", "Marsh", "Jose\u0301", "Marsh", True),
    ("Anna", "Stra\u00dfe", "Anna", "STRASSE", True),
    ("\u0130pek", "Kaya", "ipek", "Kaya", True),
    ("Anna  Maria", "Cole ", "ANNA MARIA", "Cole", True),
    ("\uff21nna", "Cole", "Anna", "Cole", True),
    ("\u039d\u03af\u03ba\u03bf\u03c2", "Papas", "\u039d\u038a\u039a\u039f\u03a3", "Papas", True),
    ("Zo\u00eb", "Cole", "Zoe", "Cole", False),
    ("Ann", "Cole", "Anna", "Cole", False),
)


@pytest.mark.parametrize("names", NAMES, ids=ascii)
def test_names_are_compared_as_people_read_them(
    graph: HouseholdGraph, names: tuple[str, str, str, str, bool]
) -> None:
    """Neither capitals nor blanks nor the form of a letter make another name; an accent does."""
    *written, is_same = names
    people = [
        {"id": id_, "given_name": given, "family_name": family, "member_of": ["namesakes"]}
        for id_, given, family in (("a", *written[:2]), ("b", *written[2:]))
    ]
    data = {"organization": {"id": "namesakes", "time_zone": "UTC"}, "individuals": people}
    operator = Actor.operator("tests")
    load_document(graph.store, HouseholdDocument.model_validate(data), actor=operator)
    try:
        found = ask(graph, "same-name-twice", household="namesakes").to_dicts()
    finally:
        graph.connection.driver.execute_query(
            "MATCH (n) WHERE n.id = 'namesakes' OR n.id STARTS WITH 'namesakes/' DETACH DELETE n"
        )
    persons = ["namesakes/a", "namesakes/b"]
    assert [row["persons"] for row in found] == ([persons] if is_same else [])


@pytest.mark.parametrize("at", [None, "2026-11-22T21:30+00:00", "2026-07-01T12:00-05:00"])
def test_a_question_agrees_with_the_command(graph: HouseholdGraph, at: str | None) -> None:
    """For now, by the clock of the server, and at a moment: services are those of `services`."""
    for party in ("bakers/katie", "bakers/auntie-jean", ANN):
        allowed = [one.target for one in graph.services(party, at=at) if one.allowed]
        found = ask(graph, "services-for-party", party=party, at=at)
        assert [row["service"] for row in found.to_dicts()] == allowed


def test_a_moment_beyond_all_years_is_bad_input() -> None:
    """An offset that leads out of the years there are is refused, without a traceback."""
    asked = ("query", "run", "services-for-party", "-p", "party=bakers/katie")
    done = household_graph(*asked, "--at", "0001-01-01T00:00+14:00")
    assert (done.code, done.out) == (ExitCode.BAD_INPUT, "")
    assert "is no ZONED DATETIME" in done.err
