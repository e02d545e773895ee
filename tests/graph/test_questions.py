"""The analysts' library: every question answers as its golden file says, on the two seeds alone.

`UPDATE_GOLDEN=1` writes the golden files anew; each of them is to be read and checked by hand.
"""

import json
import os
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import neo4j
import pytest

from household_graph.graph.connection import Connection
from household_graph.graph.queries import Query, names, query
from household_graph.graph.writing import Cause, write
from household_graph.model.edits import Edits, NodeEdit, RelationshipEdit
from household_graph.onboarding import read_documents
from household_graph.onboarding.rows import to_rows

SEED = Path(__file__).parents[2] / "seed"
GOLDEN = Path(__file__).parent / "golden"
QUESTIONS = tuple(name for name in names() if name.startswith("questions/"))
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
LOADED = datetime(2026, 1, 10, tzinfo=UTC)
NONE_IS_GOOD = "None is the good news."


@pytest.fixture(scope="module")
def seeds(connection: Connection) -> Iterator[Connection]:
    """The Bakers and The Bike Shop, and nothing else, loaded on a day in January."""
    connection.driver.execute_query("MATCH (n) DETACH DELETE n")
    for name in ("bakers", "bike-shop"):
        [document] = read_documents(SEED / f"{name}.yaml")
        rows = to_rows(document)
        edits = Edits(
            rows.household,
            tuple(NodeEdit(None, node) for node in rows.nodes),
            tuple(RelationshipEdit(None, link) for link in rows.relationships),
        )
        cause = Cause("operator", "load", at=LOADED)
        write(connection, [name], lambda _rows, edits=edits: [edits], cause)
    yield connection
    connection.driver.execute_query("MATCH (n) DETACH DELETE n")


@pytest.fixture(params=QUESTIONS)
def question(request: pytest.FixtureRequest) -> Query:
    """Each question of the library in turn."""
    return query(request.param)


def test_there_are_forty_questions_and_more() -> None:
    """The library has the size that was promised, and something under each topic."""
    assert len(QUESTIONS) >= 40
    assert {name.split("/")[1] for name in QUESTIONS} == TOPICS


def test_a_question_says_when_to_use_it(question: Query) -> None:
    """Each has a title that is a question, prose, and an example."""
    assert question.title.endswith("?")
    assert question.prose
    assert question.example is not None


def test_a_question_answers_as_its_golden_file_says(seeds: Connection, question: Query) -> None:
    """The example gives the rows of the golden file, in the same order."""
    rows = [plain(row) for row in ask(seeds, question, question.example or {})]
    path = GOLDEN / f"{question.name}.json"
    if os.environ.get("UPDATE_GOLDEN"):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(as_lines(rows), encoding="utf-8")
    assert rows == json.loads(path.read_text(encoding="utf-8"))
    assert rows or NONE_IS_GOOD in question.prose


def test_every_golden_file_belongs_to_a_question() -> None:
    """No answer is left of a question that is gone."""
    files = {
        path.relative_to(GOLDEN).with_suffix("").as_posix()
        for path in (GOLDEN / "questions").rglob("*.json")
    }
    assert files == set(QUESTIONS)


def ask(
    connection: Connection, question: Query, given: Mapping[str, Any]
) -> list[dict[str, Any]]:
    """The rows of an answer, read with read access alone."""
    records = connection.driver.execute_query(
        question.text, values(question, given), routing_=neo4j.RoutingControl.READ
    ).records
    return [record.data() for record in records]


def values(question: Query, given: Mapping[str, Any]) -> dict[str, Any]:
    """Every parameter of a question, with its default where nothing is given."""
    return {
        parameter.name: typed(parameter.type, given.get(parameter.name, parameter.default))
        for parameter in question.parameters
    }


def typed(kind: str, value: object) -> object:
    if kind == "ZONED DATETIME" and isinstance(value, str):
        return datetime.fromisoformat(value)
    if kind == "DATE" and isinstance(value, str):
        return date.fromisoformat(value)
    return value


def plain(value: Any) -> Any:  # noqa: ANN401 - whatever Cypher can return
    """A value as JSON can say it: dates and instants are ISO 8601 text."""
    if isinstance(value, Mapping):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [plain(item) for item in value]
    if isinstance(value, neo4j.time.DateTime):
        return value.to_native().isoformat()
    return value.iso_format() if isinstance(value, neo4j.time.Date) else value


def as_lines(rows: list[dict[str, Any]]) -> str:
    """JSON with one row a line, for people to read."""
    lines = ",\n".join(f"  {json.dumps(row, ensure_ascii=False)}" for row in rows)
    return f"[\n{lines}\n]\n" if rows else "[]\n"
