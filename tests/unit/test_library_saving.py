"""The library as a file for Neo4j Browser, and as reference pages."""

from pathlib import Path
from zipfile import ZipFile

import pytest

from household_graph.errors import BadInputError
from household_graph.queries.catalogue import (
    LibraryQuery,
    browser_statement,
    cypher_literal,
    library_queries,
    write_browser_file,
)
from household_graph.store.query_files import parse_query
from scripts.query_reference import reference_pages

TEXT = """\
// Which a|b are <there>?
//
// For tests.
//
// @mode read
// @param day DATE  a day
// @param words LIST<STRING> = ["a", "it's"]  some words
// @returns x STRING  a | b
// @example {"day": "2026-11-22"}
RETURN $day AS x, $words
"""


def question() -> LibraryQuery:
    """A question whose texts would break a table."""
    return LibraryQuery(
        parse_query("topic/name", TEXT, Path("name.cypher")), Path("name.cypher"), own=False
    )


def test_the_file_has_a_folder_for_each_topic(tmp_path: Path) -> None:
    """Every question is in it below its name, and begins with its title."""
    path = tmp_path / "questions.zip"
    write_browser_file(path, library_queries().values())
    with ZipFile(path) as archive:
        assert archive.namelist() == [f"{name}.cypher" for name in library_queries()]
        for name, one in library_queries().items():
            assert archive.read(f"{name}.cypher").decode().startswith(f"// {one.query.title}\n")


def test_the_same_questions_make_the_same_file(tmp_path: Path) -> None:
    """No time of day is in it."""
    paths = [tmp_path / name for name in ("first.zip", "second.zip")]
    for path in paths:
        write_browser_file(path, [question()])
    assert paths[0].read_bytes() == paths[1].read_bytes()


def test_a_saved_question_sets_its_parameters() -> None:
    """At its top, to those of the example, or the defaults, as Cypher of their types."""
    assert browser_statement(question().query).splitlines()[2:] == [
        "// For tests.",
        'WITH {day: date("2026-11-22"), words: ["a", "it\'s"]} AS parameters',
        "CALL (parameters) {",
        "  RETURN parameters.day AS x, parameters.words",
        "}",
        "RETURN x",
    ]


def test_a_file_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    """A folder is no place to write a file to."""
    with pytest.raises(BadInputError, match="cannot be written"):
        write_browser_file(tmp_path, [question()])


@pytest.mark.parametrize(
    ("kind", "value", "text"),
    [
        ("STRING", None, "null"),
        ("ZONED DATETIME", None, "null"),
        ("STRING", 'a "b" \\', '"a \\"b\\" \\\\"'),
        ("BOOLEAN", True, "true"),
        ("FLOAT", 1.5, "1.5"),
        ("LIST<DATE>", ["2026-11-22"], '[date("2026-11-22")]'),
        ("MAP", {"a": {"b": [1]}}, "{`a`: {`b`: [1]}}"),
    ],
)
def test_values_are_written_as_cypher(kind: str, value: object, text: str) -> None:
    """Dates become calls, maps have bare keys."""
    assert cypher_literal(kind, value) == text


def test_a_page_shows_a_question_and_its_answer() -> None:
    """Text, parameters, columns, a command to type, the rows; a bar breaks no table."""
    pages = reference_pages([question()], {"topic/name": [{"x": "a|b"}, {"x": None}]})
    assert set(pages) == {"README.md", "topic.md"}
    assert "- [Which a|b are <there>?](topic.md#name)" in pages["README.md"]
    page = pages["topic.md"]
    for line in (
        "| `day` | DATE | required | a day |",
        '| `words` | LIST<STRING> | ["a", "it\'s"] | some words |',
        "| `x` | STRING | a \\| b |",
        "household-graph query run topic/name -p day=2026-11-22",
        "| a\\|b |",
        "RETURN $day AS x, $words",
    ):
        assert line in page.splitlines(), line


def test_a_long_answer_is_cut_and_says_so() -> None:
    """Twenty rows are shown, and how many there are besides."""
    page = reference_pages([question()], {"topic/name": [{"x": n} for n in range(25)]})["topic.md"]
    assert "| 19 |" in page
    assert "| 20 |" not in page
    assert "… and 5 more." in page


def test_no_rows_are_an_answer() -> None:
    """An empty answer is said in words."""
    page = reference_pages([question()], {"topic/name": []})["topic.md"]
    assert "On the seed households: no rows." in page
