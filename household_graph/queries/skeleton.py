"""A question to begin with: a file that is well formed, and answers something."""

import re
from pathlib import Path

from household_graph.errors import BadInputError

_NAME = re.compile(r"[a-z0-9][a-z0-9-]*(/[a-z0-9][a-z0-9-]*)*")
_TEXT = """\
// {title}
//
// When to use it, in a sentence or two.
//
// @mode read
// @param household STRING  the id of the household
// @param at ZONED DATETIME = null  the instant; now, if none is given
// @returns individual STRING  the id of somebody who is a member then
// @example {{"household": "bakers"}}
WITH datetime({{datetime: coalesce($at, datetime()), timezone: 'Z'}}) AS at
MATCH (individual:Individual)-[member:MEMBER_OF]->(:Organization {{id: $household}})
WHERE coalesce(member.valid_from <= at, true) AND coalesce(at < member.valid_to, true)
RETURN individual.id AS individual
ORDER BY individual
"""


def new_question(folder: Path, name: str) -> Path:
    """Write a question to begin with, and return its file.

    Args:
        folder: one of the analyst's own.
        name: such as `devices/lost-this-week`.

    Raises:
        BadInputError: if it cannot be a name, or there is such a file, or it cannot be written.
    """
    if not _NAME.fullmatch(name):
        raise BadInputError(
            f"`{name}` cannot be the name of a question",
            hint="use small letters, digits and hyphens, with `/` between topic and name",
        )
    path = folder / f"{name}.cypher"
    title = name.rpartition("/")[2].replace("-", " ").capitalize()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8") as file:
            file.write(_TEXT.format(title=title))
    except FileExistsError as error:
        raise BadInputError(f"`{path}` is there already", hint="choose another name") from error
    except OSError as error:
        raise BadInputError(f"`{path}` cannot be written: {error.strerror}") from error
    return path
