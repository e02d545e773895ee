"""A real local Neo4j: started, crashed, interrupted, frozen, locked out and started again."""

import os
import signal
import socket
import stat
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator

import neo4j
import psutil
import pytest

from household_graph.errors import DatabaseUnavailableError, LocalServerError
from household_graph.local_neo4j import LocalServer, ensure_running, status, stop
from household_graph.local_neo4j.home import HOST, Home, locate, read_state
from household_graph.local_neo4j.server import Answer
from household_graph.local_neo4j.server import ask as ask_server
from household_graph.local_neo4j.terminal import silent

START = (
    "import sys\n"
    "from pathlib import Path\n"
    "from household_graph.local_neo4j import ensure_running\n"
    "print(ensure_running(Path(sys.argv[1])).pid)\n"
)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    """A home whose server the tests treat badly."""
    place = locate(tmp_path_factory.mktemp("rough home"))
    try:
        yield place
    finally:
        stop(place.root)


def command(place: Home) -> "subprocess.Popen[str]":
    """Another process that starts the server, in a session like that of a shell's job."""
    return subprocess.Popen(  # noqa: S603 - this very Python
        [sys.executable, "-c", START, str(place.root)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def ask(server: LocalServer, query: str) -> list[object]:
    with neo4j.GraphDatabase.driver(
        server.bolt_uri, auth=(server.username, server.password)
    ) as driver:
        return [record[0] for record in driver.execute_query(query)[0]]


def test_server_answers(server: LocalServer) -> None:
    """What `ensure_running` returns can be logged in to at once."""
    assert ask(server, "RETURN 1") == [1]


def test_second_call_finds_the_same_server(server: LocalServer) -> None:
    """Asking again starts nothing and says nothing."""
    assert ensure_running(progress=lambda *_: pytest.fail("told of progress")) == server


def test_only_this_machine_can_connect(server: LocalServer) -> None:
    """The server listens on loopback addresses only."""
    connections = psutil.Process(server.pid).net_connections("inet")
    hosts = {c.laddr.ip for c in connections if c.status == psutil.CONN_LISTEN}
    assert {host.removeprefix("::ffff:") for host in hosts} == {HOST}


def test_password_is_kept_private(server: LocalServer) -> None:
    """The password is in a file for its owner only, in no command line and in no repr."""
    assert server.password_file.read_text() == server.password
    assert stat.S_IMODE(server.password_file.stat().st_mode) == 0o600
    assert server.password not in " ".join(psutil.Process(server.pid).cmdline())
    assert server.password not in repr(server)


def test_no_file_of_the_home_is_for_others(server: LocalServer) -> None:
    """Data, logs, settings: all of it, whatever process wrote it."""
    home = server.password_file.parent
    found = [home, *(path for path in home.rglob("*") if not path.is_socket())]
    assert [path for path in found if path.exists() and path.stat().st_mode & 0o077] == []


def test_login_needs_the_password(server: LocalServer) -> None:
    """Authentication is on."""
    with (
        neo4j.GraphDatabase.driver(server.bolt_uri) as driver,
        pytest.raises(neo4j.exceptions.ClientError, match=r"authentication|Unauthorized"),
    ):
        driver.verify_connectivity()


def test_browser_is_served(server: LocalServer) -> None:
    """Neo4j Browser comes from the same server."""
    with urllib.request.urlopen(f"{server.http_uri}/browser/") as answer:  # noqa: S310 - http
        assert answer.status == 200
        assert answer.headers["content-type"].startswith("text/html")
        assert b"<html" in answer.read()


def test_server_has_a_session_of_its_own(server: LocalServer) -> None:
    """No Ctrl-C or hang-up of a terminal reaches the server."""
    assert os.getsid(server.pid) == server.pid


def test_a_database_sets_nothing_aside(server: LocalServer) -> None:
    """No transaction log of hundreds of megabytes is made for what may never come."""
    data = server.password_file.parent / "data"
    assert sum(path.stat().st_size for path in data.rglob("*")) < 200_000_000


def test_started_from_several_processes_at_once(place: Home) -> None:
    """Commands that start the server at the same time all get the one server."""
    commands = [command(place) for _ in range(4)]
    pids = {process.communicate()[0] for process in commands}
    assert pids == {f"{status(place.root).pid}\n"}


def test_crash_and_ctrl_c_lose_nothing(place: Home) -> None:
    """After kill -9 the next command starts the server anew; Ctrl-C ends that command alone.

    The command after it goes on with the same start, and what was acknowledged is there.
    """
    first = ensure_running(place.root, silent)
    ask(first, "CREATE (:Kept)")
    psutil.Process(first.pid).kill()
    waiting = command(place)
    pid = pid_of_next_start(place, first.pid)
    os.killpg(waiting.pid, signal.SIGINT)
    assert "KeyboardInterrupt" in waiting.communicate()[1]
    second = ensure_running(place.root, silent)
    assert (second.pid, second.bolt_uri) == (pid, first.bolt_uri)
    assert ask(second, "MATCH (n:Kept) DELETE n RETURN count(*)") == [1]


def pid_of_next_start(place: Home, last: int) -> int:
    while (state := read_state(place)) is None or state.pid in {None, last}:
        time.sleep(0.05)
    assert state.pid
    return state.pid


def test_frozen_server_is_told(place: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    """A process that runs but does not answer is named, and the hint says how to end it."""
    server = ensure_running(place.root, silent)
    monkeypatch.setenv("HOUSEHOLD_GRAPH_START_TIMEOUT", "0.1")
    monkeypatch.setattr("household_graph.local_neo4j.server.ANSWER", 0.5)
    process = psutil.Process(server.pid)
    process.suspend()
    try:
        with pytest.raises(DatabaseUnavailableError, match=f"pid `{server.pid}`") as caught:
            ensure_running(place.root, silent)
        looked = status(place.root)
    finally:
        process.resume()
    assert "db stop" in (caught.value.hint or "")
    assert (looked.running, looked.answering) == (True, False)


def test_refused_password_is_told(place: Home) -> None:
    """A password that is not the database's own is an error that names its file."""
    server = ensure_running(place.root, silent)
    place.password_file.write_text("wrong")
    try:
        with pytest.raises(DatabaseUnavailableError, match="refuses the password in") as caught:
            ensure_running(place.root, silent)
    finally:
        place.password_file.write_text(server.password)
    assert "put the password back" in (caught.value.hint or "")
    assert "reset" not in (caught.value.hint or "")


def test_wrong_logins_of_others_are_waited_for(place: Home) -> None:
    """Three of them lock everybody out for a while, and the tool comes in after that."""
    server = ensure_running(place.root, silent)
    wrong = neo4j.GraphDatabase.driver(server.bolt_uri, auth=(server.username, "guess"))
    with wrong:
        for _ in range(4):
            with pytest.raises(neo4j.exceptions.Neo4jError):
                wrong.verify_connectivity()
    assert ask_server(server, psutil.Process(server.pid)) is Answer.LOCKED_OUT
    assert ensure_running(place.root, silent) == server


def test_lost_password_is_told(place: Home) -> None:
    """A database whose password file is gone is not given a new one; the file is named."""
    server = ensure_running(place.root, silent)
    place.password_file.unlink()
    try:
        assert status(place.root).running
        with pytest.raises(LocalServerError, match=str(place.password_file)) as caught:
            ensure_running(place.root, silent)
        assert "reset" not in (caught.value.hint or "")
    finally:
        place.password_file.write_text(server.password)


def test_server_without_a_record_is_found(place: Home) -> None:
    """A server whose record was lost is still stopped, within seconds."""
    server = ensure_running(place.root, silent)
    process = psutil.Process(server.pid)
    place.state_file.unlink()
    begin = time.monotonic()
    assert stop(place.root)
    assert time.monotonic() - begin < 10
    assert not process.is_running()
    assert not stop(place.root)


def test_java_that_ends_shows_its_log(place: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    """When Java ends instead of starting, the hint is the end of what it wrote."""
    stop(place.root)
    monkeypatch.setenv("HOUSEHOLD_GRAPH_HEAP", "1k")
    with pytest.raises(LocalServerError, match="ended while it was starting") as caught:
        ensure_running(place.root, silent)
    assert "heap" in (caught.value.hint or "")
    assert not status(place.root).running


def test_neo4j_that_ends_tells_why(place: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    """When Neo4j ends by itself, the hint has the cause, not Java's stack."""
    stop(place.root)
    monkeypatch.setenv("HOUSEHOLD_GRAPH_PAGE_CACHE", "1k")
    with pytest.raises(LocalServerError, match="ended while it was starting") as caught:
        ensure_running(place.root, silent)
    assert "Page cache must have at least 2 pages" in (caught.value.hint or "")
    assert "\tat " not in (caught.value.hint or "")


def test_taken_port_stops_the_start(place: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    """A port fixed by the environment that is taken is told before Java is started."""
    stop(place.root)
    with socket.socket() as other:
        other.bind((HOST, 0))
        other.listen()
        monkeypatch.setenv("HOUSEHOLD_GRAPH_BOLT_PORT", str(other.getsockname()[1]))
        with pytest.raises(LocalServerError, match="is taken by another program"):
            ensure_running(place.root, silent)
    assert not status(place.root).running
