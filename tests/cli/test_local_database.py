"""Which database a command without NEO4J_URI uses, and when it may make one."""

import stat
from pathlib import Path

import pytest

from household_graph import connect
from household_graph import local_neo4j as local
from household_graph.cli.exit_codes import ExitCode
from household_graph.errors import LocalServerError
from household_graph.local_neo4j import LocalServer
from household_graph.local_neo4j.home import locate
from household_graph.local_neo4j.server import may_create
from tests.cli.commands import household_graph

COMMANDS = (
    "doctor --severity error",
    "check bakers/tom bakers/sports",
    "query run who-pays-what",
    "schema apply",
    "import status",
    "db browser --no-open",
    "import bulk exports -p siebel --run",
)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home that is not there yet, of somebody who names no server."""
    monkeypatch.setenv("HOUSEHOLD_GRAPH_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


@pytest.fixture
def wanted(monkeypatch: pytest.MonkeyPatch) -> list[bool | None]:
    """What was said of making a database, each time that one was to be found or made."""
    asked: list[bool | None] = []

    def ensure_running(*, create: bool | None = True) -> LocalServer:
        asked.append(may_create(locate(None)) if create is None else create)
        raise LocalServerError("no further")

    monkeypatch.setattr(local, "ensure_running", ensure_running)
    return asked


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_makes_no_database_that_nobody_meant(command: str, home: Path) -> None:
    """As in cron with a variable lost: it says so, ends in 3, and nothing is made."""
    outcome = household_graph(*command.split())
    assert outcome.code == ExitCode.DATABASE_UNAVAILABLE
    assert outcome.out == ""
    assert "NEO4J_URI is not set, and there is no local database" in outcome.err
    assert "--local" in outcome.err
    assert not home.exists()


def test_python_makes_none_either(home: Path) -> None:
    """`connect()` as a server or a job calls it."""
    with pytest.raises(LocalServerError, match="there is no local database"):
        connect()
    with pytest.raises(LocalServerError, match="there is no local database"):
        connect(local=False)
    assert not home.exists()


@pytest.mark.usefixtures("home")
@pytest.mark.parametrize(
    "command", ["--local doctor", "--local db browser --no-open", "db start", "demo"]
)
def test_who_means_it_says_so(command: str, wanted: list[bool | None]) -> None:
    """By the option, or by a command that is about the local database."""
    assert household_graph(*command.split()).err == "error: no further\n"
    assert wanted == [True]


@pytest.mark.usefixtures("home")
def test_the_variable_and_python_mean_it_too(
    wanted: list[bool | None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """HOUSEHOLD_GRAPH_LOCAL=1 and `connect(local=True)`; without them nobody does."""
    with pytest.raises(LocalServerError, match="no further"):
        connect()
    with pytest.raises(LocalServerError, match="no further"):
        connect(local=True)
    monkeypatch.setenv("HOUSEHOLD_GRAPH_LOCAL", "1")
    household_graph("doctor")
    monkeypatch.delenv("HOUSEHOLD_GRAPH_LOCAL")
    household_graph("doctor")
    assert wanted == [False, True, True, False]


def test_a_database_that_is_there_is_used_off_a_terminal(server: LocalServer) -> None:
    """As from a notebook or cron: it runs already, and nothing is asked for."""
    outcome = household_graph("db", "browser", "--no-open")
    assert outcome.code == ExitCode.DONE
    assert server.bolt_uri in outcome.out


def test_reports_of_imports_are_for_their_owner_only(
    server: LocalServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rejects are about people: the folder and each file are closed, whatever the umask."""
    monkeypatch.setenv("NEO4J_URI", server.bolt_uri)
    monkeypatch.setenv("NEO4J_PASSWORD", server.password)
    monkeypatch.setenv("HOUSEHOLD_GRAPH_HOME", str(tmp_path / "home"))
    export = tmp_path / "lines.csv"
    export.write_text("MSISDN,Name\n,\n", encoding="utf-8")
    outcome = household_graph("import", "plan", str(export), "-p", "phone-lines")
    assert "Traceback" not in outcome.err
    found = [tmp_path / "home", *(tmp_path / "home").rglob("*")]
    assert any(path.suffix == ".csv" for path in found), outcome.err
    assert [path for path in found if stat.S_IMODE(path.stat().st_mode) & 0o077] == []


def test_reports_go_to_no_folder_of_somebody(
    server: LocalServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A home that is none is refused by imports as well, and left as it is."""
    monkeypatch.setenv("NEO4J_URI", server.bolt_uri)
    monkeypatch.setenv("NEO4J_PASSWORD", server.password)
    monkeypatch.setenv("HOUSEHOLD_GRAPH_HOME", str(tmp_path))
    export = tmp_path / "lines.csv"
    export.write_text("MSISDN,Name\n,\n", encoding="utf-8")
    outcome = household_graph("import", "plan", str(export), "-p", "phone-lines")
    assert outcome.code == ExitCode.DATABASE_UNAVAILABLE
    assert "`lines.csv` is in it" in outcome.err
    assert list(tmp_path.iterdir()) == [export]
