"""The catalogue of Cypher files: one statement a file, the path is the name.

A file starts with a header of `//` comments: the title, prose, and then fields.

    // Individuals of a household
    // Those who are members of it at an instant, by id.
    // @mode read
    // @param household STRING  the id of the household
    // @param at ZONED DATETIME = null  the instant; now, if none is given
    // @returns id STRING  the id of the individual
    // @example {"household": "bakers"}

Two spaces part a field from its meaning; a line indented by two spaces more goes on with the field
above it. A default is written as JSON.
"""

import re
from functools import cache
from pathlib import Path

from household_graph.errors import BadInputError
from household_graph.model.ids import nearest
from household_graph.package_data import shipped
from household_graph.store.query_files import Query, parse

_NAME = re.compile(r"[a-z0-9][a-z0-9-]*(/[a-z0-9][a-z0-9-]*)*")


@cache
def query(name: str) -> Query:
    """Return the query of a name such as `writes/edits`; each file is read once.

    Raises:
        BadInputError: if there is no such query, or its file is not well formed.
    """
    path = _folder() / f"{name}.cypher"
    if not _NAME.fullmatch(name) or not path.is_file():
        raise _unknown(name)
    return parse(name, path.read_text(encoding="utf-8"), path)


def names() -> tuple[str, ...]:
    """Return the names of all queries, sorted."""
    files = _folder().rglob("*.cypher")
    return tuple(sorted(file.relative_to(_folder()).with_suffix("").as_posix() for file in files))


def _folder() -> Path:
    return shipped("cypher")


def _unknown(name: str) -> BadInputError:
    near = ", ".join(f"`{candidate}`" for candidate in nearest(name, names()))
    return BadInputError(f"no query `{name}`", hint=f"did you mean {near}?" if near else None)
