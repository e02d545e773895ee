"""A question held to its header, by the server that would run it; nothing is run."""

import re
from collections.abc import Iterator
from typing import Any

from household_graph.errors import BadInputError
from household_graph.queries.catalogue import Question
from household_graph.queries.read_only import deeds, writes
from household_graph.queries.running import mistakes, read_session
from household_graph.store.connection import Connection, database_errors

_MISSING_PARAMETERS = "01N60"
_FINE = frozenset({"00000", "00001", "02000", _MISSING_PARAMETERS})


def problems(connection: Connection, question: Question) -> list[str]:
    """Return what is wrong with a question, a sentence each.

    Declared parameters are those used, declared columns those returned, in order; it reads; and
    the server knows all labels, relationships and properties in it.

    Raises:
        DatabaseUnavailableError: if the server does not answer.
    """
    query = question.query
    try:
        with (
            database_errors(),
            read_session(connection, told=True) as session,
            mistakes(query, None),
        ):
            result = session.run(f"EXPLAIN {query.text}")
            columns, summary = list(result.keys()), result.consume()
    except BadInputError as error:
        return [error.message]
    return [
        *_parameters(question, summary),
        *_columns(question, columns),
        *(["it writes; a question only reads"] if writes(query.text, summary) else []),
        *deeds(query.text, summary),
        *(_said(one) for one in summary.gql_status_objects if one.gql_status not in _FINE),
    ]


def _parameters(question: Question, summary: Any) -> Iterator[str]:  # noqa: ANN401 - of the driver
    said = " ".join(
        one.status_description
        for one in summary.gql_status_objects
        if one.gql_status == _MISSING_PARAMETERS
    )
    used = set(re.findall(r"\$`(\w+)`", said))
    declared = {one.name for one in question.query.parameters}
    yield from (f"the parameter `{name}` is not declared" for name in sorted(used - declared))
    yield from (f"the parameter `{name}` is not used" for name in sorted(declared - used))


def _columns(question: Question, returned: list[str]) -> Iterator[str]:
    declared = [column.name for column in question.query.columns]
    if declared != returned:
        yield f"it returns {_listed(returned)}, and declares {_listed(declared)}"


def _listed(names: list[str]) -> str:
    return ", ".join(f"`{name}`" for name in names) or "nothing"


def _said(status: Any) -> str:  # noqa: ANN401 - of the driver
    return str(status.status_description).removeprefix("warn: ").rstrip(".")
