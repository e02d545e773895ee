"""The analysts' library: every question answers as its golden file says, on the two seeds alone.

`UPDATE_GOLDEN=1` writes the golden files anew; each of them is to be read and checked by hand.
"""

import itertools
import json
import os
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from household_graph.queries.execute import execute
from household_graph.queries.parameters import bind_parameters
from household_graph.queries.tables import table_of
from household_graph.store.connection import Connection
from household_graph.store.query_files import QueryFile, load_query, query_names
from tests.graph.queries.judged import CANONICAL
from tests.graph.queries.plain_answers import ANSWERS, POPULATION_ANSWERS
from tests.graph.queries.test_questions_find import BROKEN

GOLDEN = Path(__file__).parent / "golden"
QUESTIONS = tuple(name for name in query_names() if name.startswith("questions/"))
TOPICS = {
    "accounts",
    "business",
    "devices",
    "entitlement",
    "history",
    "minors",
    "population",
    "quality",
    "roles",
}
HELD = {**CANONICAL, **{name: one.columns for name, one in (ANSWERS | POPULATION_ANSWERS).items()}}
OF_NO_STATE = " in any state?"
OF_RECORDS = {"Organization", "Change", "RECORDED_FOR"}
"""The labels and types of the record of changes, which has no states."""
DESCRIBES = {
    *("household", "organization_type", "resource_type", "realm", "status", "birth_date"),
    *("payment_status", "position", "category", "minimum_age", "number"),
}
"""Columns that only describe a thing, beside its name; they say nothing of what it may do."""


@pytest.fixture(params=QUESTIONS)
def question(request: pytest.FixtureRequest) -> QueryFile:
    """Each question of the library in turn."""
    return load_query(request.param)


def test_there_are_forty_questions_and_more() -> None:
    """The library has the size that was promised, and something under each topic."""
    assert len(QUESTIONS) >= 40
    assert {name.split("/")[1] for name in QUESTIONS} == TOPICS


def test_a_question_says_when_to_use_it(question: QueryFile) -> None:
    """Each has a title that is a question, prose, and an example."""
    assert question.title.endswith("?")
    assert question.prose
    assert question.example is not None


def test_a_question_goes_by_the_laws_or_says_that_it_does_not(question: QueryFile) -> None:
    """Its columns are held to the judge over random households, or its first line tells.

    A new question, or a new column, has to say what it answers in `plain_answers`.
    """
    local = question.name.removeprefix("questions/")
    speaks_of_no_state = question.title.endswith(OF_NO_STATE)
    if set(re.findall(r":(\w+)", question.text)) <= OF_RECORDS:
        assert local not in HELD
    elif local in HELD:
        assert not speaks_of_no_state
        columns = {one.name for one in question.columns if not one.name.endswith("_name")}
        assert columns <= {*HELD[local], *DESCRIBES}
    else:
        assert speaks_of_no_state


def test_a_question_answers_as_its_golden_file_says(seeds: Connection, question: QueryFile) -> None:
    """The example gives the rows of the golden file, in the same order, of the types declared."""
    found = execute(seeds, question, bind_parameters(question, question.example or {}))
    rows = found.records
    path = GOLDEN / f"{question.name}.json"
    if os.environ.get("UPDATE_GOLDEN"):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(as_lines(rows), encoding="utf-8")
    assert rows == json.loads(path.read_text(encoding="utf-8"))
    assert rows or question.name in BROKEN
    assert table_of(question, found).to_polars().to_dicts() == table_of(question, found).to_dicts()


def test_every_golden_file_belongs_to_a_question() -> None:
    """No answer is left of a question that is gone."""
    files = {
        path.relative_to(GOLDEN).with_suffix("").as_posix()
        for path in (GOLDEN / "questions").rglob("*.json")
    }
    assert files == set(QUESTIONS)


def test_what_two_questions_share_is_the_same_text() -> None:
    """A part of a statement below a comment is the same in all files that have that comment."""
    texts: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for name in QUESTIONS:
        for part in commented_parts(load_query(name).text):
            texts[part[0]][json.dumps(part)].append(name)
    shared = [comment for comment, parts in texts.items() if sum(map(len, parts.values())) > 1]
    assert len(shared) >= 8
    assert {
        comment: list(texts[comment].values()) for comment in shared if len(texts[comment]) > 1
    } == {}


def commented_parts(text: str) -> Iterator[list[str]]:
    """Each comment, with the lines below that are indented as it is, or further."""
    lines = text.splitlines()
    for number, line in enumerate(lines):
        indent = line[: len(line) - len(line.lstrip())]
        if line.startswith(f"{indent}//"):
            part = itertools.takewhile(lambda below: below.startswith(indent), lines[number:])  # noqa: B023
            yield [below.removeprefix(indent) for below in part]


def as_lines(rows: list[dict[str, Any]]) -> str:
    """JSON with one row a line, for people to read."""
    lines = ",\n".join(f"  {json.dumps(row, ensure_ascii=False)}" for row in rows)
    return f"[\n{lines}\n]\n" if rows else "[]\n"
