"""The commands of `db`, on the tests' own server and on homes without one."""

import json
import webbrowser
import zipfile
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from household_graph.cli.db import db as app
from household_graph.local_neo4j import LocalServer, ensure_running
from household_graph.local_neo4j.home import locate
from household_graph.local_neo4j.terminal import silent


def db(*arguments: str) -> Result:
    return CliRunner().invoke(app, arguments, catch_exceptions=False)


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The data of a home whose server does not run."""
    monkeypatch.setenv("HOUSEHOLD_GRAPH_HOME", str(tmp_path))
    locate(tmp_path).make()
    data = tmp_path / "data"
    data.mkdir()
    return data


def test_status_of_a_running_server(server: LocalServer) -> None:
    """Status tells as data where the server is, and that it answers."""
    record: dict[str, Any] = json.loads(db("status", "-o", "json").stdout)
    assert record["running"]
    assert record["answering"]
    assert (record["pid"], record["bolt_uri"]) == (server.pid, server.bolt_uri)


@pytest.mark.usefixtures("data")
def test_status_of_no_server() -> None:
    """That no server runs is an answer like any other."""
    result = db("status")
    assert result.exit_code == 0
    assert ["running", "no"] in [line.split() for line in result.stdout.splitlines()]


def test_start_of_a_running_server(server: LocalServer) -> None:
    """Starting what runs says where it is, as a note."""
    result = db("start")
    assert (result.exit_code, result.stdout) == (0, "")
    assert server.bolt_uri in result.stderr


@pytest.mark.usefixtures("data")
def test_stop_of_nothing() -> None:
    """Stopping what does not run says so and is no failure."""
    result = db("stop")
    assert (result.exit_code, result.stdout, result.stderr) == (0, "", "not running\n")


def test_browser_tells_how_to_log_in(server: LocalServer) -> None:
    """The URL, the user and the password's file are told; the password only when asked for."""
    shown = json.loads(db("browser", "--no-open", "-o", "json").stdout)
    assert shown["url"] == f"{server.http_uri}/browser/"
    assert shown["password_file"] == str(server.password_file)
    assert zipfile.is_zipfile(shown["questions_file"])
    assert "password" not in shown
    told = json.loads(db("browser", "--no-open", "--show-password", "-o", "json").stdout)
    assert told["password"] == server.password


def test_browser_opens_the_url(server: LocalServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """The default web browser is opened on Neo4j Browser; without one a note says so."""
    opened: list[str] = []
    monkeypatch.setattr(webbrowser, "open", opened.append)
    result = db("browser")
    assert opened == [f"{server.http_uri}/browser/"]
    assert "open the URL yourself" in result.stderr


def test_repair_asks_first(server: LocalServer) -> None:
    """Without `--yes` and without a terminal to ask on nothing is done, and it fails."""
    result = db("repair")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "--yes" in result.stderr
    assert ensure_running(progress=silent) == server


def test_repair_of_what_runs_does_nothing(server: LocalServer) -> None:
    """A dry run and a real one say so; the server is the one that it was."""
    for words in (["--dry-run"], ["--yes"]):
        record = json.loads(db("repair", *words, "-o", "json").stdout)
        assert (record["needed"], record["copy"]) == (False, None)
    assert ensure_running(progress=silent) == server
    assert not (server.password_file.parent / "copies").exists()


def test_reset_asks_first(data: Path) -> None:
    """Without `--yes` and without a terminal to ask on nothing is deleted, and it fails."""
    result = db("reset")
    assert result.exit_code == 1
    assert "--yes" in result.stderr
    assert data.exists()


def test_reset_deletes_when_told_to(data: Path) -> None:
    """With `--yes` the data go; a second time there is nothing to delete."""
    assert "deleted all data" in db("reset", "--yes").stderr
    assert not data.exists()
    assert "no data" in db("reset", "--yes").stderr
