"""Check a query against its header, by the server that would run it; nothing is run."""

import re
from collections.abc import Iterator
from typing import Any

from household_graph.errors import BadInputError
from household_graph.queries.catalogue import LibraryQuery
from household_graph.queries.execute import query_errors, read_session
from household_graph.queries.read_only import side_effects, writes
from household_graph.store.connection import Connection, database_errors
from household_graph.store.query_files import QueryFile

_MISSING_PARAMETERS = "01N60"
_FINE = frozenset({"00000", "00001", "02000", _MISSING_PARAMETERS})


def lint_query(connection: Connection, library_query: LibraryQuery) -> list[str]:
    """Return what is wrong with a query, a sentence each.

    The declared parameters must be those used, the declared columns those returned, in order. The
    query must only read, and the server must know all labels, relationships and properties in it.

    Raises:
        DatabaseUnavailableError: if the server does not answer.
    """
    query = library_query.query
    try:
        with (
            database_errors(),
            read_session(connection, notifications=True) as session,
            query_errors(query, None),
        ):
            result = session.run(f"EXPLAIN {query.text}")
            columns, summary = list(result.keys()), result.consume()
    except BadInputError as error:
        return [error.message]
    statuses = summary.gql_status_objects
    return [
        *_parameter_problems(query, statuses),
        *_column_problems(query, columns),
        *(["it writes; a query of the library only reads"] if writes(query.text, summary) else []),
        *side_effects(query.text, summary),
        *(
            str(one.status_description).removeprefix("warn: ").rstrip(".")
            for one in statuses
            if one.gql_status not in _FINE
        ),
    ]


def _parameter_problems(query: QueryFile, statuses: Any) -> Iterator[str]:  # noqa: ANN401 - of the driver
    missing = " ".join(
        one.status_description for one in statuses if one.gql_status == _MISSING_PARAMETERS
    )
    used = set(re.findall(r"\$`(\w+)`", missing))
    declared = {one.name for one in query.parameters}
    yield from (f"the parameter `{name}` is not declared" for name in sorted(used - declared))
    yield from (f"the parameter `{name}` is not used" for name in sorted(declared - used))


def _column_problems(query: QueryFile, returned: list[str]) -> Iterator[str]:
    declared = [column.name for column in query.columns]
    if declared != returned:
        yield f"it returns {_listed(returned)}, and declares {_listed(declared)}"


def _listed(names: list[str]) -> str:
    return ", ".join(f"`{name}`" for name in names) or "nothing"
