"""A Neo4j that the user need not know about: installed, started, found again, stopped, reset.

Every change happens while the home's lock is held. A command may be interrupted anywhere: each
step either shows in the files or is done again by the next command.
"""

import shutil
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from household_graph.errors import HouseholdGraphError
from household_graph.graph.local.config import write_config
from household_graph.graph.local.home import Home, locate
from household_graph.graph.local.jars import install_jars
from household_graph.graph.local.java import write_class_path
from household_graph.graph.local.login import answers, wait_for_answer
from household_graph.graph.local.password import USERNAME, read_password, set_initial_password
from household_graph.graph.local.ports import choose_ports
from household_graph.graph.local.process import find, spawn, stop_server
from household_graph.graph.local.progress import Progress, on_stderr
from household_graph.graph.local.state import State, read_state, write_state

if TYPE_CHECKING:
    import psutil

__all__ = ["LocalServer", "LocalStatus", "ensure_running", "reset", "status", "stop"]


@dataclass(frozen=True, slots=True)
class LocalServer:
    """A running server and how to log in to it.

    Attributes:
        bolt_uri: where drivers connect.
        http_uri: where Neo4j Browser is served, below `/browser/`.
        username: the one user there is.
        password: of that user; left out of the repr, which may end up in a log.
        password_file: where the password is kept, readable by this user only.
        pid: of the Java process.
    """

    bolt_uri: str
    http_uri: str
    username: str
    password: str = field(repr=False)
    password_file: Path
    pid: int


@dataclass(frozen=True, slots=True)
class LocalStatus:
    """What is known of the local server, running or not.

    Attributes:
        home: where its files are.
        version: of Neo4j, as it is or would be installed.
        running: whether its process runs.
        answering: whether it also answers over Bolt and accepts the login.
        pid: of the process, or None.
        started: when the process began, in UTC, or None.
        bolt_uri: where drivers connect while it runs, or None.
        http_uri: where Neo4j Browser is served while it runs, or None.
        log: what the process wrote since it started.
    """

    home: Path
    version: str
    running: bool
    answering: bool
    pid: int | None
    started: datetime | None
    bolt_uri: str | None
    http_uri: str | None
    log: Path


def ensure_running(home: Path | None = None, progress: Progress = on_stderr) -> LocalServer:
    """Find the local server running, or install and start it; ready for queries on return.

    Args:
        home: where it lives; by default what `HOUSEHOLD_GRAPH_HOME` says, else the user's data
            directory.
        progress: told what takes time: installing and starting, not finding.

    Raises:
        LocalServerError: it cannot be installed or started.
        DatabaseUnavailableError: it runs but does not answer, or refuses the password.
    """
    place = locate(home)
    found = _running(place)
    if found and answers(server := _server(place, *found)):
        return server
    with place.exclusively():
        state, process = _running(place) or _start(place, progress)
        server = _server(place, state, process)
        with progress("starting Neo4j", None):
            timeout = place.settings.start_timeout
            wait_for_answer(server, process, place.log_file, timeout)
    return server


def stop(home: Path | None = None) -> bool:
    """Stop the local server and wait until it is gone; False where none was running.

    Raises:
        LocalServerError: the home cannot be written.
    """
    place = locate(home)
    if not place.root.exists():
        return False
    with place.exclusively():
        return stop_server(place)


def status(home: Path | None = None) -> LocalStatus:
    """Look, and change nothing."""
    place = locate(home)
    found = _running(place)
    state, process = found or (None, None)
    return LocalStatus(
        home=place.root,
        version=place.jar_list.neo4j_version,
        running=found is not None,
        answering=found is not None and _accepts_login(place, *found),
        pid=process.pid if process else None,
        started=datetime.fromtimestamp(process.create_time(), UTC) if process else None,
        bolt_uri=state.bolt_uri if state else None,
        http_uri=state.http_uri if state else None,
        log=place.log_file,
    )


def reset(home: Path | None = None) -> bool:
    """Stop the local server and delete all its data; False where there was none.

    The password stays: the next start sets up an empty database with the same one.

    Raises:
        LocalServerError: the home cannot be written.
    """
    place = locate(home)
    if not place.root.exists():
        return False
    with place.exclusively():
        stop_server(place)
        had_data = place.data.exists()
        # Renamed first: deleting takes a while, and half a database would not start.
        trash = place.root / "deleted"
        shutil.rmtree(trash, ignore_errors=True)
        if had_data:
            place.data.rename(trash)
            shutil.rmtree(trash)
    return had_data


def _running(place: Home) -> tuple[State, "psutil.Process"] | None:
    state = read_state(place)
    process = find(place.root, state) if state else None
    return (state, process) if state and process else None


def _server(place: Home, state: State, process: "psutil.Process") -> LocalServer:
    return LocalServer(
        bolt_uri=state.bolt_uri,
        http_uri=state.http_uri,
        username=USERNAME,
        password=read_password(place),
        password_file=place.password_file,
        pid=process.pid,
    )


def _accepts_login(place: Home, state: State, process: "psutil.Process") -> bool:
    try:
        return answers(_server(place, state, process))
    except HouseholdGraphError:
        return False


def _start(place: Home, progress: Progress) -> tuple[State, "psutil.Process"]:
    """Do all that comes before the waiting. The home's lock is held."""
    stop_server(place)  # one whose record was lost would hold the database's own lock
    install_jars(place, progress)
    shutil.rmtree(place.scratch, ignore_errors=True)  # what a crash left there
    for directory in (place.conf, place.data, place.logs, place.scratch, place.root / "import"):
        directory.mkdir(parents=True, exist_ok=True)
    ports = choose_ports(place.settings, read_state(place))
    write_config(place, ports)
    write_class_path(place)
    set_initial_password(place)
    write_state(place, ports)
    process = spawn(place)
    state = State(ports.bolt_port, ports.http_port, process.pid, process.create_time())
    write_state(place, state)
    return state, process
