"""A Neo4j that needs no care: installed, started, found, stopped and reset.

Every change happens while the home's lock is held. A command may be interrupted anywhere: each
step either shows in the files or is repeated by the next command.
"""

import os
import shutil
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from household_graph.errors import DatabaseUnavailableError, HouseholdGraphError, LocalServerError
from household_graph.local_neo4j.disk import check_space, make_private
from household_graph.local_neo4j.home import (
    Home,
    State,
    choose_ports,
    locate,
    read_state,
    write_state,
)
from household_graph.local_neo4j.java import (
    find,
    spawn,
    stop_server,
    write_class_path,
    write_config,
)
from household_graph.local_neo4j.login import (
    USERNAME,
    Answer,
    ask,
    read_password,
    set_initial_password,
    wait_for_answer,
)
from household_graph.local_neo4j.terminal import Progress, is_interactive, on_stderr

if TYPE_CHECKING:
    import psutil

    from household_graph.local_neo4j.diagnosis import StartFailure

EMPTY_STORE = 4 * 2**20  # bytes that a start writes at least


@dataclass(frozen=True, slots=True)
class LocalServer:
    """A running server and how to log in to it.

    Attributes:
        bolt_uri: where drivers connect.
        http_uri: where Neo4j Browser is served, below `/browser/`.
        username: the only user.
        password: of that user; left out of the repr, which may end up in a log.
        password_file: where the password is stored, readable by this user only.
        pid: of the Java process.
    """

    bolt_uri: str
    http_uri: str
    username: str
    password: str = field(repr=False)
    password_file: Path
    pid: int

    @property
    def bolt_port(self) -> int:
        """The port for drivers."""
        return int(self.bolt_uri.rpartition(":")[2])


@dataclass(frozen=True, slots=True)
class LocalStatus:
    """The state of the local server, running or not.

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


def ensure_running(
    home: Path | None = None, progress: Progress = on_stderr, *, create: bool | None = True
) -> LocalServer:
    """Find the local server running, or install and start it; ready for queries on return.

    A server whose database failed, as with a full disk, is restarted once there is room.

    Args:
        home: where it lives; None: the directory in `HOUSEHOLD_GRAPH_HOME`, or else the user's
            data directory.
        progress: shows what takes time: installing and starting, not finding.
        create: whether an empty database may be made where there is none; None: only if
            `may_create` agrees.

    Raises:
        LocalServerError: it cannot be installed or started, or there is none and none may be made,
            or the home belongs to another user or program.
        DatabaseUnavailableError: it runs but does not answer, or refuses the password.
    """
    place = locate(home)
    if place.is_made() and (server := find_answering(place)):
        place.make()
        return server
    exists = place.has_database or running(place)
    if not exists and not (may_create(place) if create is None else create):
        raise LocalServerError(
            f"NEO4J_URI is not set, and there is no local database in `{place.root}` yet",
            hint="set NEO4J_URI; or let an empty local database be made by `household-graph "
            "db start`, --local, HOUSEHOLD_GRAPH_LOCAL=1, or connect(local=True) in Python",
        )
    with place.exclusively():
        return _ready(place, running(place), progress)


def may_create(place: Home) -> bool:
    """Return whether a command that names no server may make an empty database.

    Without a terminal, as in cron, it would answer for a database that was not meant.
    """
    return place.settings.local or (is_interactive() and not os.environ.get("CI"))


def _ready(
    place: Home, found: "tuple[State, psutil.Process] | None", progress: Progress
) -> LocalServer:
    """Start the server unless it was found, and wait. The home's lock is held."""
    state, process = found or start_server(place, progress)
    begun, server = process.create_time(), local_server(place, state, process)
    with progress("starting Neo4j", None):
        answer = wait_for_answer(server, process, place)
    if answer is Answer.READY:
        return server
    from household_graph.local_neo4j.diagnosis import find_cause, is_full

    cause = find_cause(place, begun)
    if found and not is_full(place) and not (cause and cause.torn_log):
        stop_server(place)
        return _ready(place, None, progress)
    raise start_error(place, cause, answer)


def start_error(place: Home, cause: "StartFailure | None", answer: Answer) -> HouseholdGraphError:
    """Return the error for a server that did not come up, with its cause if that is known."""
    from household_graph.local_neo4j.diagnosis import log_end

    why = f": {cause.text}" if cause else ""
    if answer is Answer.ENDED:
        return LocalServerError(
            f"Neo4j ended while it was starting{why}",
            hint=cause.hint if cause else log_end(place.log_file),
        )
    return DatabaseUnavailableError(
        f"the local database is down{why}",
        hint=cause.hint if cause else f"see `{place.logs / 'debug.log'}`",
    )


def stop(home: Path | None = None) -> bool:
    """Stop the local server and wait until it is gone; False where none was running.

    Raises:
        LocalServerError: the home cannot be written, or belongs to another user or program.
    """
    place = locate(home)
    if not place.is_made():
        return False
    with place.exclusively():
        return stop_server(place)


def status(home: Path | None = None) -> LocalStatus:
    """Look, and change nothing.

    Raises:
        LocalServerError: the home belongs to another user or program.
    """
    place = locate(home)
    state, process = (running(place) if place.is_made() else None) or (None, None)
    answering = False
    if process:
        with suppress(HouseholdGraphError):
            answering = find_answering(place) is not None
    return LocalStatus(
        home=place.root,
        version=place.neo4j_version,
        running=process is not None,
        answering=answering,
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
        LocalServerError: the home cannot be written, or belongs to another user or program.
    """
    place = locate(home)
    if not place.is_made():
        return False
    with place.exclusively():
        stop_server(place)
        has_data = place.data.exists()
        # Renamed first: deleting takes a while, and half a database would not start.
        trash = place.root / "deleted"
        shutil.rmtree(trash, ignore_errors=True)
        if has_data:
            place.data.rename(trash)
            shutil.rmtree(trash)
    return has_data


def running(place: Home) -> "tuple[State, psutil.Process] | None":
    """Find the recorded ports and the process of a running server of a home."""
    state = read_state(place)
    process = find(place.root, state) if state else None
    return (state, process) if state and process else None


def local_server(place: Home, state: State, process: "psutil.Process") -> LocalServer:
    """Return how to log in to a server that was found.

    Raises:
        LocalServerError: the password cannot be read.
    """
    return LocalServer(
        bolt_uri=state.bolt_uri,
        http_uri=state.http_uri,
        username=USERNAME,
        password=read_password(place),
        password_file=place.password_file,
        pid=process.pid,
    )


def find_answering(place: Home) -> LocalServer | None:
    """Return the running server of a home if it answers and accepts the login.

    Raises:
        LocalServerError: it runs, but the password cannot be read.
        DatabaseUnavailableError: it refuses the password.
    """
    if found := running(place):
        server = local_server(place, *found)
        if ask(server, found[1]) is Answer.READY:
            return server
    return None


def start_server(
    place: Home, progress: Progress, *, cut_torn_log: bool = False
) -> "tuple[State, psutil.Process]":
    """Install and spawn the server, without waiting for it. The home's lock is held.

    Args:
        place: the home.
        progress: shows what takes time.
        cut_torn_log: see `write_config` and `spawn`.

    Raises:
        LocalServerError: it cannot be installed or started, or there is no room.
    """
    stop_server(place)  # one whose record was lost would hold the database's own lock
    check_space(place.root, EMPTY_STORE, "starting Neo4j")
    shutil.rmtree(place.scratch, ignore_errors=True)  # what a crash left there
    make_private(place.installation, place.conf, place.data, place.logs, place.scratch)
    make_private(place.root / "import")
    from household_graph.local_neo4j.jars import install_jars

    install_jars(place, progress)
    ports = choose_ports(place.settings, read_state(place))
    write_config(place, ports, cut_torn_log=cut_torn_log)
    write_class_path(place)
    set_initial_password(place)
    write_state(place, ports)
    process = spawn(place, cut_torn_log=cut_torn_log)
    state = State(ports.bolt_port, ports.http_port, process.pid, process.create_time())
    write_state(place, state)
    return state, process
