"""The queries of the library: those that come with the package, and the analyst's own.

They can be exported for Neo4j Browser, as a ZIP of saved queries with a folder per topic.
"""

import json
import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from textwrap import indent
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from rapidfuzz import fuzz, process, utils

from household_graph.errors import BadInputError, did_you_mean
from household_graph.files import expanded, read_text
from household_graph.installation import shipped
from household_graph.model.ids import nearest
from household_graph.store.query_files import FILE_NAME, QueryFile, parse_query

_SIMILAR = 80  # out of 100: one letter of five may differ
_FIELD_WORDS = {
    "bedtime": "curfew",
    "birthday": "age",
    "child": "minor",
    "children": "minors",
    "duplicate": "twice",
    "duplicates": "twice",
    "expire": "end",
    "expired": "ended",
    "expires": "end",
    "kid": "minor",
    "kids": "minors",
    "msisdn": "number",
    "orphan": "without",
    "renewal": "ending",
    "stolen": "lost",
    "unpaid": "pays",
}
"""Daily words, and the words of the titles for them."""
_TEMPLATE = """\
// {title}
//
// When to use it, in a sentence or two.
//
// @mode read
// @param household STRING  the id of the household
// @param at ZONED DATETIME = null  the instant; now, if none is given
// @returns individual STRING  the id of a member at that instant
// @example {{"household": "bakers"}}
WITH datetime({{datetime: coalesce($at, datetime()), timezone: 'Z'}}) AS at
MATCH (individual:Individual)-[member:MEMBER_OF]->(:Organization {{id: $household}})
WHERE coalesce(member.valid_from <= at, true) AND coalesce(at < member.valid_to, true)
RETURN individual.id AS individual
ORDER BY individual
"""
_MAP = "parameters"
_PARAMETER = re.compile(r"\$(\w+)")
_TEMPORAL = re.compile(r"DATE|DURATION|(LOCAL|ZONED) (DATETIME|TIME)")


@dataclass(frozen=True, slots=True)
class LibraryQuery:
    """A query of the library, with the path of its file; it is shipped, or the analyst's own."""

    query: QueryFile
    path: Path
    own: bool

    @property
    def name(self) -> str:
        """Its name, such as `entitlement/services-for-party`."""
        return self.query.name


def own_query_folders() -> tuple[Path, ...]:
    """Return the folders in `HOUSEHOLD_GRAPH_QUERIES`, which separates them as PATH does."""
    names = os.environ.get("HOUSEHOLD_GRAPH_QUERIES", "").split(os.pathsep)
    return tuple(expanded(Path(name)) for name in names if name)


def library_queries() -> dict[str, LibraryQuery]:
    """Return all queries by name; an own one replaces a shipped one of the same name.

    Raises:
        BadInputError: if a file is not well formed; file and line are named.
    """
    found = {one.name: one for one in _within(shipped("cypher") / "questions", own=False)}
    for folder in reversed(own_query_folders()):
        found |= {one.name: one for one in _within(folder, own=True)}
    return dict(sorted(found.items()))


def find_query(name: str) -> LibraryQuery:
    """Return a query by its name, or by the last part of it, if only one has that.

    Raises:
        BadInputError: if there is none, or more than one.
    """
    queries = library_queries()
    if name in queries:
        return queries[name]
    called = [one for one in queries if one.rpartition("/")[2] == name]
    if len(called) == 1:
        return queries[called[0]]
    near = called or nearest(name, [*queries, *(one.rpartition("/")[2] for one in queries)])
    raise BadInputError(
        f"more than one query is called `{name}`" if called else f"no query `{name}`",
        hint=did_you_mean(near, "`household-graph query list` lists all"),
    )


def search_queries(text: str) -> list[LibraryQuery]:
    """Return the queries with most of the words in name, title or prose, best first.

    A word counts where a word of the query begins with it, or with a similar one, or with the
    field's word for it.
    """
    queries = library_queries()
    scores = {name: _score(text, one.query) for name, one in queries.items()}
    most, _ = max(scores.values(), default=(0, 0.0))
    best = [name for name, (count, _) in scores.items() if 0 < count == most]
    return [queries[name] for name in sorted(best, key=lambda name: -scores[name][1])]


def _score(text: str, query: QueryFile) -> tuple[int, float]:
    """Return how many words of a text a query has, and how well; name and title count more."""
    head, prose = map(utils.default_process, (f"{query.name} {query.title}", query.prose))
    found = [
        max(
            max(_similarity(one, head), _similarity(one, prose) / 2)
            for one in (word, _FIELD_WORDS.get(word, word))
        )
        for word in utils.default_process(text).split()
    ]
    return sum(score > 0 for score in found), sum(found)


def _similarity(word: str, text: str) -> float:
    """Return how similar a word is to the beginnings of words of a text, of 100; 0 if not very."""
    parts = [part[: len(word)] for part in text.split()]
    found = process.extractOne(word, parts, scorer=fuzz.ratio, score_cutoff=_SIMILAR)
    return found[1] if found else 0


def _within(folder: Path, *, own: bool) -> Iterator[LibraryQuery]:
    try:
        files = sorted(folder.rglob("*.cypher"))
    except (OSError, ValueError) as error:
        raise BadInputError(
            f"cannot read the folder of queries `{str(folder)[:80]}`: "
            f"{getattr(error, 'strerror', None) or error}",
            hint="set HOUSEHOLD_GRAPH_QUERIES to folders, or leave it unset",
        ) from error
    for path in files:
        name = path.relative_to(folder).with_suffix("").as_posix()
        try:
            text = read_text(path)
        except (OSError, UnicodeDecodeError) as error:
            raise BadInputError(f"cannot read `{path}`: {error}") from error
        yield LibraryQuery(parse_query(name, text, path), path, own)


def create_query_file(folder: Path, name: str) -> Path:
    """Write a well-formed query to begin with, and return its file.

    The name is one such as `devices/lost-this-week`, the folder one of the analyst's own.

    Raises:
        BadInputError: if the name is not allowed, or the file exists or cannot be written.
    """
    if not FILE_NAME.fullmatch(name):
        raise BadInputError(
            f"`{name}` cannot be the name of a query",
            hint="use small letters, digits and hyphens, with `/` between topic and name",
        )
    path = folder / f"{name}.cypher"
    title = name.rpartition("/")[2].replace("-", " ").capitalize()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8") as file:
            file.write(_TEMPLATE.format(title=title))
    except FileExistsError as error:
        raise BadInputError(f"`{path}` exists already", hint="choose another name") from error
    except OSError as error:
        raise BadInputError(f"`{path}` cannot be written: {error.strerror}") from error
    return path


def write_browser_file(path: Path, queries: Iterable[LibraryQuery]) -> None:
    """Write a ZIP of saved queries, the same bytes for the same queries.

    Neo4j Browser imports it when it is dropped on its window; folders and names are those of the
    library.

    Raises:
        BadInputError: if the file cannot be written.
    """
    try:
        with ZipFile(path, "w") as archive:
            for one in queries:
                entry = ZipInfo(f"{one.name}.cypher")  # without the time of day
                archive.writestr(entry, browser_statement(one.query), ZIP_DEFLATED)
    except OSError as error:
        raise BadInputError(
            f"`{path}` cannot be written: {error.strerror}", hint="choose another file with --to"
        ) from error


def browser_statement(query: QueryFile) -> str:
    """Return a query as one self-contained statement, to run and to change.

    Neo4j Browser shows the rows of a single statement only, so another one cannot set the
    parameters: they are at the top, with the values of the example, or the defaults.
    """
    lines = [f"// {line}".rstrip() for line in (query.title, "", *query.prose.splitlines())]
    example = query.example or {}
    values = (
        f"{one.name}: {cypher_literal(one.type, example.get(one.name, one.default))}"
        for one in query.parameters
    )
    if not query.parameters:
        return "\n".join([*lines, query.text, ""])
    text = _PARAMETER.sub(rf"{_MAP}.\1", query.text)
    returned = ", ".join(column.name for column in query.columns)
    head = [f"WITH {{{', '.join(values)}}} AS {_MAP}", f"CALL ({_MAP}) {{"]
    return "\n".join([*lines, *head, indent(text, "  "), "}", f"RETURN {returned}", ""])


def cypher_literal(kind: str, value: Any) -> str:  # noqa: ANN401 - what JSON can say
    """Return null, or what JSON has for a value of a Cypher type, as a Cypher literal."""
    if isinstance(value, dict):
        items = (f"`{name}`: {cypher_literal('ANY', item)}" for name, item in value.items())
        return f"{{{', '.join(items)}}}"
    if isinstance(value, list):
        inner = kind.removeprefix("LIST<").removesuffix(">")
        return f"[{', '.join(cypher_literal(inner, item) for item in value)}]"
    text = json.dumps(value, ensure_ascii=False)
    if value is None or not _TEMPORAL.fullmatch(kind):
        return text
    return f"{kind.removeprefix('ZONED ').replace(' ', '').lower()}({text})"
