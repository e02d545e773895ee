"""The commands of the schema."""

import json

import pytest
from typer.testing import CliRunner

from household_graph.cli.db import schema as app
from household_graph.local_neo4j import LocalServer
from household_graph.model.declaration import INDEXES, LABELS, RELATIONSHIPS
from household_graph.store.connection import Connection
from household_graph.store.graph_schema import schema_page


def run(*arguments: str) -> tuple[str, str]:
    result = CliRunner().invoke(app, arguments)
    assert result.exit_code == 0, result.output
    return result.stdout, result.stderr


@pytest.fixture
def without_index(
    blank: Connection, own_server: LocalServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A database, named as users name it, from which one index was dropped."""
    blank.driver.execute_query("DROP INDEX index_Resource_value")
    monkeypatch.setenv("NEO4J_URI", own_server.bolt_uri)
    monkeypatch.setenv("NEO4J_USERNAME", own_server.username)
    monkeypatch.setenv("NEO4J_PASSWORD", own_server.password)


@pytest.mark.usefixtures("without_index")
def test_apply_says_what_it_created() -> None:
    """A dry run says what is missing; then it is created; then nothing is missing."""
    expected = [{"label": "Resource", "property": "value", "kind": "index"}]
    for arguments, found, said in [
        (["--dry-run"], expected, "missing: 1"),
        ([], expected, "created: 1"),
        ([], [], "nothing is missing"),
    ]:
        out, err = run("apply", *arguments, "-o", "json")
        assert (json.loads(out), err.strip()) == (found, said)


def test_show_has_everything() -> None:
    """JSON has every label, link and rule; the table a line for each label, property and link."""
    data = json.loads(run("show", "-o", "json")[0])
    assert [label["name"] for label in data["labels"]] == [each.name for each in LABELS]
    assert len(data["links"]) == len(RELATIONSHIPS)
    assert len(data["rules"]) == len(INDEXES)
    table = run("show")[0]
    assert "Individual.birth_date" in table
    assert "(InvolvementRole)-[INVOLVED_IN]->(Product | Service | Resource)" in table


def test_show_writes_the_page() -> None:
    """As markdown it is docs/schema.md."""
    assert run("show", "-o", "markdown")[0] == schema_page()
