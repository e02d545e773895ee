"""Side effects of a statement: the server's read access alone does not prevent all of them.

With read access a statement can end those of others (TERMINATE), send what it read to an address
(LOAD CSV), or call a procedure with side effects. The plan of EXPLAIN shows whether it does.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

READING_PROCEDURES = frozenset(
    {
        *("db.info", "db.labels", "db.ping", "db.propertyKeys", "db.relationshipTypes"),
        "db.index.fulltext.listAvailableAnalyzers",
        *("db.index.fulltext.queryNodes", "db.index.fulltext.queryRelationships"),
        *("db.index.vector.queryNodes", "db.index.vector.queryRelationships"),
        *("db.schema.nodeTypeProperties", "db.schema.relTypeProperties"),
        "db.schema.visualization",
        *("dbms.components", "dbms.info", "dbms.listCapabilities", "dbms.listConfig"),
        *("dbms.listConnections", "dbms.queryJmx", "dbms.showCurrentUser"),
    }
)
"""By name: some whose mode is READ have side effects, such as `db.stats.clear`."""

_ACTING_OPERATORS = {
    "LoadCSV": "it loads a file or an address (LOAD CSV)",
    "TerminateTransactions": "it ends transactions (TERMINATE)",
}
_SUSPECT = re.compile(
    r"\\u|\b(?:LOAD|TERMINATE)\b|\bUSE\s+[\w`]|\bCALL\b(?!\s*[({])", re.IGNORECASE
)
_ESCAPE = re.compile(r"\\u+([0-9a-f]{4})", re.IGNORECASE)
_QUOTED = re.compile(
    r"//[^\n]*|/\*.*?\*/|'(?:\\.|[^'\\])*'|\"(?:\\.|[^\"\\])*\"|`(?:``|[^`])*`", re.DOTALL
)
_VERSION = r"(?:\s*CYPHER\b[\s\w=.]*?)?"
_SHOWS = re.compile(rf"{_VERSION}\s*SHOW\s", re.IGNORECASE)
_USES = re.compile(
    rf"(?:^{_VERSION}|[{{}}]|\bNEXT|\bUNION(?:\s+(?:ALL|DISTINCT))?)\s*\bUSE\s+\w", re.IGNORECASE
)


def needs_explain(text: str) -> bool:
    """Return whether only EXPLAIN can tell that a statement does nothing but read."""
    return _SUSPECT.search(text) is not None


def side_effects(text: str, summary: Any) -> list[str]:  # noqa: ANN401 - of the driver
    """Return the side effects of a statement other than writing, a sentence each.

    Args:
        text: the statement.
        summary: the driver's, of its EXPLAIN.
    """
    steps = list(_steps(summary.plan))
    kinds = {kind for kind, _details in steps}
    return [
        *(sentence for kind, sentence in _ACTING_OPERATORS.items() if kind in kinds),
        *(
            f"it calls `{name}`, which is not known only to read"
            for name in sorted(_called(steps) - READING_PROCEDURES)
        ),
        *(["it reads another database (USE)"] if _USES.search(_bare(text)) else []),
    ]


def writes(text: str, summary: Any) -> bool:  # noqa: ANN401 - of the driver
    """Return whether a statement writes; see `side_effects`. The server refuses it as well."""
    if summary.query_type != "s":
        return bool(summary.query_type != "r")
    # Administrative commands, of which only SHOW reads, and procedures.
    return not (_called(_steps(summary.plan)) or _SHOWS.match(_bare(text)))


def _called(steps: Iterable[tuple[str, str]]) -> set[str]:
    return {details.partition("(")[0] for kind, details in steps if kind == "ProcedureCall"}


def _bare(text: str) -> str:
    """Return a statement as the server reads it, with names for quoted names and no comments."""
    plain = _ESCAPE.sub(lambda escape: chr(int(escape[1], 16)), text)
    return _QUOTED.sub(lambda quoted: "x" if quoted[0][0] in "'\"`" else " ", plain)


def _steps(plan: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    yield plan["operatorType"].partition("@")[0], str(plan["args"].get("Details", ""))
    for child in plan.get("children", ()):
        yield from _steps(child)
