"""Cypher files: the header is read strictly, and what is wrong is named by file and line."""

from pathlib import Path

import pytest

from household_graph.errors import BadInputError
from household_graph.queries.parameters import read_parameters
from household_graph.store.query_files import (
    QueryColumn,
    QueryParameter,
    load_query,
    parse_query,
    query_names,
)

HEADER = """\
// Members
//
// Of a household,
// at an instant.
//
// @mode read
// @param household STRING  the id of the household
// @param at ZONED DATETIME = null  the instant
// @param limit INTEGER = 10  how many, at
//   the most
// @returns id STRING  the id of a member
// @returns names LIST<STRING>  what it is called
// @example {"household":
//   "bakers"}
"""
BODY = "MATCH (n)\n// a comment\nRETURN n.id AS id, [] AS names;\n"


def read(text: str) -> object:
    return parse_query("a/b", text, Path("a/b.cypher"))


def test_a_file_becomes_data() -> None:
    """Title, prose, mode, parameters with defaults, columns, example and statement are read."""
    found = parse_query("a/b", HEADER + BODY, Path("a/b.cypher"))
    assert (found.name, found.title, found.prose, found.mode) == (
        "a/b",
        "Members",
        "Of a household,\nat an instant.",
        "read",
    )
    assert found.parameters == (
        QueryParameter("household", "STRING", "the id of the household", required=True),
        QueryParameter("at", "ZONED DATETIME", "the instant", required=False, default=None),
        QueryParameter("limit", "INTEGER", "how many, at the most", required=False, default=10),
    )
    assert found.columns == (
        QueryColumn("id", "STRING", "the id of a member"),
        QueryColumn("names", "LIST<STRING>", "what it is called"),
    )
    assert dict(found.example or {}) == {"household": "bakers"}
    assert found.text == "MATCH (n)\n// a comment\nRETURN n.id AS id, [] AS names"


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        (BODY, 1, "the first line is not a comment with the title"),
        ("//\n// @mode read\n" + BODY, 1, "the first line is not a comment with the title"),
        ("// Title\n" + BODY, 1, "no `@mode`"),
        (
            "// Title\n// @mode both\n" + BODY,
            2,
            "the mode is `read`, `write` or `schema`, not `both`",
        ),
        ("// Title\n// @mode read\n// @mode read\n" + BODY, 3, "a second `@mode`"),
        ("// Title\n// @mode read\n// @parm a STRING  b\n" + BODY, 3, "is not a field"),
        ("// Title\n// @mode read\n// @param a STRNG  b\n" + BODY, 3, "a parameter is"),
        ("// Title\n// @mode read\n// @param a STRING b\n" + BODY, 3, "a parameter is"),
        ("// Title\n// @mode read\n// @param a STRING = x  b\n" + BODY, 3, "`x` is not JSON"),
        ("// Title\n// @mode read\n// @returns a\n" + BODY, 3, "a column is"),
        ("// Title\n// @mode read\n// @example [1]\n" + BODY, 3, "a JSON object"),
        ("// Title\n// @mode read\n// more prose\n" + BODY, 3, "neither a field nor indented"),
        ("// Title\n// @mode read\n", 2, "no statement below the header"),
        ("// Title\n// @mode read\nMATCH (n);\nRETURN 1;\n", 3, "more than one statement"),
        (f"// Title\n// @mode read\nRETURN {')' * 9}{'[' * 65}\n", 3, "nested more than 64 deep"),
        (f"// Title\n// @mode read\n// @example {'[' * 99_999}\nRETURN 1\n", 3, "is not JSON"),
        (
            "// Title\n// @mode read\n// @param a MAP  b\n// @param a MAP  b\n" + BODY,
            4,
            "`a` is declared twice",
        ),
    ],
)
def test_what_is_wrong_is_named(text: str, line: int, message: str) -> None:
    """Every fault of a file is an error that names the file and the line."""
    with pytest.raises(BadInputError) as caught:
        read(text)
    assert caught.value.message.startswith(f"a/b.cypher:{line}: ")
    assert message in caught.value.message


def test_a_query_is_found_by_its_path() -> None:
    """The path without suffix is the name; a query is read once."""
    assert load_query("writes/edits").mode == "write"
    assert load_query("writes/edits") is load_query("writes/edits")
    assert "writes/edits" in query_names()


@pytest.mark.parametrize("name", ["writes/edit", "../cypher/writes/edits", "", "/etc/passwd"])
def test_an_unknown_query_is_an_error(name: str) -> None:
    """A name that is not in the catalogue is refused; one that is meant is offered."""
    with pytest.raises(BadInputError, match=f"no query `{name}`") as caught:
        load_query(name)
    if name == "writes/edit":
        assert "`writes/edits`" in (caught.value.hint or "")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("household: bakers\nparty: [\n", ":3: not YAML: "),
        ("household: bakers\nhousehold: shop\n", ":2: duplicate key `household`"),
        ("- bakers\n", "` holds no parameters"),
        ("a: 1\n---\na: 2\n", "` holds no parameters"),
        ("day: 2026-02-30\n", "`: "),
    ],
)
def test_a_file_of_parameters_names_its_line(text: str, message: str, tmp_path: Path) -> None:
    """What is wrong in it is named by file and line, as in other files; the hint says how."""
    file = tmp_path / "given.yaml"
    file.write_text(text)
    with pytest.raises(BadInputError) as caught:
        read_parameters((), file, at=None)
    assert f"{file}{message}" in caught.value.message
    assert caught.value.hint
