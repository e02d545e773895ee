"""The first Ctrl-C ends any command, whatever it waits for; and a deadline does where nobody is."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from household_graph import HouseholdGraph
from household_graph.cli.exit_codes import ExitCode
from household_graph.local_neo4j import LocalServer
from household_graph.store.query_files import load_query
from tests.cli.commands import household_graph
from tests.cli.imports import forget_imports
from tests.graph.bolt_proxy import BoltProxy, Message, Mode

TOOL = [sys.executable, "-c", "from household_graph.cli.main import run; run()"]
SOON = 15  # seconds: what is to end in two is given time on a busy machine, and not a minute
GRANT = ("role", "grant", "bakers/katie", "consumer", "bakers/email", "--dry-run")
CHANGE = ("role", "grant", "bakers/katie", "consumer", "bakers/email")
CHECK = ("check", "bakers/dad", "bakers/cable-tv", "--action", "choose")


@pytest.fixture
def proxy(server: LocalServer, graph: HouseholdGraph) -> Iterator[BoltProxy]:
    """A proxy before the server that has the households of the scenarios."""
    assert graph
    with BoltProxy(int(str(server.bolt_uri).rpartition(":")[2])) as proxy:
        yield proxy


@contextmanager
def started(
    *arguments: str, server: LocalServer, port: int | None = None, timeout: float = 60
) -> Iterator["subprocess.Popen[str]"]:
    """Start the tool, before a proxy or not."""
    uri = f"bolt://127.0.0.1:{port}" if port else str(server.bolt_uri)
    login = {"NEO4J_URI": uri, "NEO4J_PASSWORD": str(server.password)}
    process = subprocess.Popen(  # noqa: S603 - this project
        [*TOOL, "--timeout", str(timeout), *arguments],
        env={**os.environ, **login},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


@contextmanager
def held(graph: HouseholdGraph) -> Iterator[None]:
    """Hold the lock of the Bakers, as a client does that was stopped in the middle of a change."""
    with graph.connection.driver.session() as session, session.begin_transaction() as tx:
        list(tx.run(load_query("writes/lock").text, {"households": ["bakers"]}))
        yield
        tx.rollback()


def waiting(graph: HouseholdGraph) -> None:
    """Wait until a change waits for a lock."""
    text = "SHOW TRANSACTIONS YIELD status WHERE status STARTS WITH 'Blocked' RETURN count(*) AS n"
    end = time.monotonic() + 60
    while not graph.connection.driver.execute_query(text).records[0]["n"]:
        assert time.monotonic() < end
        time.sleep(0.1)


def test_ctrl_c_ends_a_wait_for_a_lock(server: LocalServer, graph: HouseholdGraph) -> None:
    """A change that waits for another one ends at once, and nothing is written."""
    before = household_graph("export", "bakers").out
    with held(graph), started(*CHANGE, server=server) as process:
        waiting(graph)
        process.send_signal(signal.SIGINT)
        _out, err = process.communicate(timeout=SOON)
    assert (process.returncode, err) == (ExitCode.INTERRUPTED, "error: interrupted\n")
    assert household_graph("export", "bakers").out == before


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (CHECK, Message.LOGON),
        (GRANT, Message.RUN),
        (("query", "run", "who-pays-what"), Message.RUN),
    ],
)
def test_ctrl_c_ends_a_wait_for_a_silent_server(
    arguments: tuple[str, ...], message: Message, server: LocalServer, proxy: BoltProxy
) -> None:
    """A command ends at once if the server says no more."""
    proxy.fault(message, Mode.SILENCE)
    with started(*arguments, server=server, port=proxy.port) as process:
        assert proxy.struck.wait(60)
        process.send_signal(signal.SIGINT)
        _out, err = process.communicate(timeout=SOON)
    assert (process.returncode, err) == (ExitCode.INTERRUPTED, "error: interrupted\n")


def test_ctrl_c_in_a_commit_says_what_it_may_have_done(
    server: LocalServer, proxy: BoltProxy
) -> None:
    """Whoever stops a change that is being committed is told that it may have been made."""
    proxy.fault(Message.COMMIT, Mode.HOLE)
    with started(*CHANGE, server=server, port=proxy.port) as process:
        assert proxy.struck.wait(60)
        process.send_signal(signal.SIGINT)
        _out, err = process.communicate(timeout=SOON)
    assert process.returncode == ExitCode.INTERRUPTED
    assert "the change of `bakers` may have been made" in err
    assert "household-graph history bakers" in err
    assert "again" not in err.replace("before doing it again", "")


def test_ctrl_c_ends_an_import(
    server: LocalServer, proxy: BoltProxy, graph: HouseholdGraph, tmp_path: Path
) -> None:
    """An import whose writers wait for an answer ends at once, and says how to go on."""
    path = tmp_path / "contacts.csv"
    lines = (f"C-{number},{number},yes\n" for number in range(600))
    path.write_text("id,household,primary\n" + "".join(lines), encoding="utf-8")
    proxy.fault(Message.COMMIT, Mode.HOLE, after=8)
    arguments = ("import", "run", str(path), "-p", "contacts-with-household")
    with started(*arguments, server=server, port=proxy.port) as process:
        assert proxy.struck.wait(60)
        process.send_signal(signal.SIGINT)
        _out, err = process.communicate(timeout=SOON)
    assert process.returncode == ExitCode.INTERRUPTED
    assert "the same command resumes it" in err
    forget_imports(graph)


def test_ctrl_c_ends_what_python_cannot_stop(tmp_path: Path) -> None:
    """A process that hangs in its own clean-up is ended all the same."""
    script = (
        "import sys, threading\n"
        "from household_graph.cli import main\n"
        "def hang():\n"
        "    try:\n"
        "        threading.Event().wait()\n"
        "    finally:\n"
        "        print('hanging', flush=True)\n"
        "        while True:\n"
        "            try: threading.Event().wait()\n"
        "            except KeyboardInterrupt: pass\n"
        "main.app = lambda: (print('ready', flush=True), hang())\n"
        "main.run()\n"
    )
    process = subprocess.Popen(  # noqa: S603 - this project
        [sys.executable, "-c", script],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout
    assert process.stdout.readline() == "ready\n"
    process.send_signal(signal.SIGINT)
    _out, err = process.communicate(timeout=SOON)
    assert (process.returncode, err) == (ExitCode.INTERRUPTED, "error: interrupted\n")


def test_a_lock_is_waited_for_so_long(server: LocalServer, graph: HouseholdGraph) -> None:
    """A change ends at its deadline, and says who is waited for."""
    assert server
    with held(graph):
        outcome = household_graph("--timeout", "1", *CHANGE)
    assert outcome.code == ExitCode.DATABASE_UNAVAILABLE
    assert "another change is under way in `bakers`" in outcome.err
    assert "--timeout" in outcome.err
    assert "nothing was written" in outcome.err


def test_a_silent_server_is_waited_for_so_long(
    server: LocalServer, proxy: BoltProxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A question ends at its deadline, which the environment can set too."""
    monkeypatch.setenv("NEO4J_URI", f"bolt://127.0.0.1:{proxy.port}")
    monkeypatch.setenv("NEO4J_PASSWORD", str(server.password))
    monkeypatch.setenv("HOUSEHOLD_GRAPH_TIMEOUT", "1")
    proxy.fault(Message.RUN, Mode.SILENCE)
    outcome = household_graph(*CHECK)
    assert outcome.code == ExitCode.DATABASE_UNAVAILABLE
    assert "did not answer within 1 s" in outcome.err


@pytest.mark.parametrize("seconds", ["0", "-1", "nan", "inf", "1e400", "100000"])
def test_a_timeout_is_a_number_of_seconds(seconds: str) -> None:
    """What cannot be a timeout is bad input."""
    outcome = household_graph("--timeout", seconds, *CHECK)
    assert outcome.code == ExitCode.BAD_INPUT
    assert "cannot be a timeout" in outcome.err


def test_a_change_that_may_have_been_made(
    server: LocalServer, proxy: BoltProxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An answer that is lost for good ends in an exit code of its own; nobody is to repeat it."""
    monkeypatch.setenv("NEO4J_URI", f"bolt://127.0.0.1:{proxy.port}")
    monkeypatch.setenv("NEO4J_PASSWORD", str(server.password))
    proxy.fault(Message.COMMIT, Mode.CUT, dies=True)
    outcome = household_graph("--timeout", "2", *CHANGE)
    assert outcome.code == ExitCode.OUTCOME_UNKNOWN
    assert "the change of `bakers` may have been made" in outcome.err
    assert "run the same command" not in outcome.err
