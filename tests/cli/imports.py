"""Imports in tests: plan, run, look at and delete them."""

import json
from dataclasses import replace
from typing import Any

from household_graph import HouseholdGraph
from household_graph.model.rows import Rows
from household_graph.store.row_reader import fetch_rows
from tests.cli.commands import household_graph

__all__ = ["forget_imports", "import_plan", "import_run", "imported_rows"]

SOURCES = ("contacts", "lines", "salesforce", "siebel", "telco")


def import_plan(*arguments: str) -> dict[str, Any]:
    """Return what `import plan` says as JSON; with rejected records it ends in 5, as a run does."""
    return _said("plan", *arguments)


def import_run(*arguments: str, code: int = 0) -> dict[str, Any]:
    """Return what `import run` says as JSON; it has to end in the exit code given."""
    return _said("run", *arguments, code=code)


def _said(*arguments: str, code: int | None = None) -> dict[str, Any]:
    done = household_graph("import", *arguments, "-o", "json")
    assert done.out, done
    found: dict[str, Any] = json.loads(done.out)
    assert done.code == ((5 if found["rejected"] else 0) if code is None else code), done
    parts = ("written", "unchanged", "merged", "rejected", "skipped")
    assert found["read"] == sum(found[part] for part in parts), found
    return found


def imported_rows(graph: HouseholdGraph) -> dict[str, Rows]:
    """Return the rows of all imported households, by their ids; without those taken back.

    Which run read a record is left out, so that what two runs made can be held to each other.
    """
    found = fetch_rows(graph.connection, _households(graph))
    return {household: _without_run(rows) for household, rows in found.items() if rows.nodes}


def _without_run(rows: Rows) -> Rows:
    nodes = (
        replace(node, properties={**node.properties, "import_run": ""})
        if "SourceRecord" in node.labels
        else node
        for node in rows.nodes
    )
    return replace(rows, nodes=tuple(nodes))


def forget_imports(graph: HouseholdGraph) -> None:
    """Delete every household of every import, also of those taken back, and the runs."""
    for label in ("Entity", "Change"):
        graph.connection.driver.execute_query(
            f"MATCH (n:{label}) WHERE any(source IN $sources WHERE n.id STARTS WITH source + '-') "
            "DETACH DELETE n",
            sources=SOURCES,
        )
    graph.connection.driver.execute_query("MATCH (n:ImportRun|MatchDecision) DETACH DELETE n")


def _households(graph: HouseholdGraph) -> list[str]:
    """Return the ids of all households that were imported, also of those taken back."""
    records = graph.connection.driver.execute_query(
        "UNWIND $sources AS source "
        "MATCH (n:Entity) WHERE NOT n.id CONTAINS '/' AND n.id STARTS WITH source + '-' "
        "RETURN n.id ORDER BY n.id",
        sources=SOURCES,
    ).records
    return [record[0] for record in records]
