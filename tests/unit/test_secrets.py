"""No password in an error, a log or a list of processes, whatever variable it came by."""

import os
import re
import subprocess
import traceback
from pathlib import Path

import pytest
from neo4j.exceptions import AuthError, ServiceUnavailable
from ruamel.yaml import YAML

from household_graph import connect
from household_graph.errors import HouseholdGraphError
from household_graph.store.connection import ServerSettings, database_errors, without_login
from tests.cli.commands import household_graph

SECRET = "s3cr3t"  # noqa: S105 - made up
ROOT = Path(__file__).parents[2]
URIS = (
    f"bolt://neo4j:{SECRET}@127.0.0.1:9",
    f"bolt://{SECRET}@127.0.0.1:9",
    f"bolt://neo4j:{SECRET}/@x@127.0.0.1:9",
    f"neo4j:{SECRET}@127.0.0.1",
    f"postgres://neo4j:{SECRET}@127.0.0.1",
    f"neo4j://127.0.0.1:9?password={SECRET}",
    f"bolt://127.0.0.1:9?user=neo4j@x&password={SECRET}",
    f"{SECRET}@",
    f"bolt://neo4j@127.0.0.1password={SECRET}",
)


@pytest.mark.parametrize("uri", URIS)
def test_a_uri_is_shown_without_what_it_holds(uri: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Errors of commands and of `connect`, whatever the format, and their tracebacks."""
    monkeypatch.setenv("NEO4J_URI", uri)
    assert SECRET not in without_login(uri)
    for words in (("check", "a/b", "a/c"), ("doctor", "-o", "json"), ("load", "-")):
        outcome = household_graph(*words)
        assert outcome.code in {2, 3}
        assert SECRET not in outcome.out + outcome.err
    with pytest.raises(HouseholdGraphError) as caught:
        connect(uri)
    assert SECRET not in str(caught.value) + str(caught.value.hint)
    assert SECRET not in "".join(traceback.format_exception(caught.value))


@pytest.mark.parametrize("uri", URIS)
def test_offline_imports_show_no_uri_either(uri: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The refusal of `import bulk --run` beside a named server names it without its login."""
    monkeypatch.setenv("NEO4J_URI", uri)
    outcome = household_graph("import", "bulk", "x.csv", "-p", "siebel", "--run")
    assert outcome.code == 2
    assert "NEO4J_URI names" in outcome.err
    assert SECRET not in outcome.out + outcome.err


def test_an_ordinary_uri_is_shown_whole() -> None:
    """Where there is nothing to hide nothing is left out."""
    assert without_login("neo4j+s://graph.example.org:7687") == "neo4j+s://graph.example.org:7687"


def test_a_password_that_is_no_text_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    """Bytes that are no UTF-8 are an error that names neither the value nor a part of it."""
    monkeypatch.setenv("NEO4J_URI", "bolt://127.0.0.1:9")
    monkeypatch.setenv("NEO4J_PASSWORD", os.fsdecode(SECRET.encode() + b"\xff"))
    outcome = household_graph("check", "a/b", "a/c")
    assert outcome.code != 0
    assert SECRET not in outcome.out + outcome.err


def test_settings_do_not_repeat_the_password() -> None:
    """A repr ends up in logs."""
    assert SECRET not in repr(ServerSettings(uri="bolt://x", password=SECRET))


def test_errors_of_the_driver_are_told_without_the_login() -> None:
    """Also by those who name the server to `database_errors` themselves."""
    for error in (ServiceUnavailable("no"), AuthError("no")):
        with (
            pytest.raises(HouseholdGraphError) as caught,
            database_errors(URIS[0], "neo4j"),
        ):
            raise error
        assert SECRET not in str(caught.value)
        assert "127.0.0.1:9" in str(caught.value)


def test_the_health_check_tells_no_process_the_password_by_its_arguments(tmp_path: Path) -> None:
    """docker-compose.yml gives it to cypher-shell, which everybody can list, by its environment."""
    services = YAML(typ="safe").load(ROOT / "docker-compose.yml")["services"]
    kind, command = services["neo4j"]["healthcheck"]["test"]
    assert kind == "CMD-SHELL"
    shell = tmp_path / "cypher-shell"
    shell.write_text('#!/bin/sh\necho "arguments: $*"\necho "password: $NEO4J_PASSWORD"\n')
    shell.chmod(0o700)
    done = subprocess.run(  # noqa: S603 - the text of our own file
        ["/bin/sh", "-c", command.replace("$$", "$")],
        env={"PATH": f"{tmp_path}:{os.environ['PATH']}", "NEO4J_AUTH": f"neo4j/{SECRET}"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert re.search(rf"^password: {SECRET}$", done.stdout, re.MULTILINE)
    assert SECRET not in done.stdout.splitlines()[0]
    assert SECRET not in command
