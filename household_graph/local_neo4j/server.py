"""A Neo4j that needs no care: installed, started, found, asked, stopped and reset.

Every change happens while the home's lock is held. A command may be interrupted anywhere: each
step either shows in the files or is repeated by the next command.
"""

import os
import secrets
import shutil
import time
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from enum import Enum, auto
from pathlib import Path
from typing import TYPE_CHECKING

import psutil

from household_graph.errors import DatabaseUnavailableError, HouseholdGraphError, LocalServerError
from household_graph.local_neo4j.disk import check_space, make_private, write_private
from household_graph.local_neo4j.home import (
    Home,
    State,
    choose_ports,
    locate,
    read_state,
    write_state,
)
from household_graph.local_neo4j.java import (
    StartFailure,
    find,
    find_cause,
    is_alive,
    is_full,
    listens,
    log_end,
    run_admin_tool,
    spawn,
    stop_server,
    write_class_path,
    write_config,
)
from household_graph.local_neo4j.terminal import Progress, is_interactive, on_stderr

if TYPE_CHECKING:
    import neo4j

EMPTY_STORE = 4 * 2**20  # bytes that a start writes at least
USERNAME = "neo4j"
DATABASE = "neo4j"
BYTES = 16  # of the password: 128 bits, written as hexadecimal digits, which need no quoting
REFUSED = "Neo.ClientError.Security."  # a wrong password, or too many of them in a row
TOO_MANY = "Neo.ClientError.Security.AuthenticationRateLimit"
BROKEN = "Neo.DatabaseError."  # after a panic no transaction can be begun, not even to read
UNAVAILABLE = "Neo.TransientError.General.DatabaseUnavailable"
ANSWER = 5.0  # seconds that one attempt may take
PAUSE = 0.2  # seconds between attempts
LOCKED_OUT = 1.0  # the same while others use up the attempts; Neo4j lets us in again after five
LOGIN_PATIENCE = 30.0  # seconds to wait for that


class Answer(Enum):
    """The result of asking a server."""

    READY = auto()
    """It answers questions."""
    COMING = auto()
    """Nothing answers yet, or the database is still coming up."""
    BROKEN = auto()
    """It answers, but its database failed and stays down until the server is restarted."""
    LOCKED_OUT = auto()
    """Too many wrong logins, by any program, were tried a moment ago."""
    ENDED = auto()
    """Its process ended."""


@dataclass(frozen=True, slots=True)
class LocalServer:
    """A running server and how to log in to it.

    The URIs are where drivers connect, and where Neo4j Browser is, below `/browser/`. The password
    is in the file, for this user only; it is not in the repr, which may end up in a log.
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
    """The state of the local server, running or not; what is None is unknown until it runs.

    Attributes:
        version: of Neo4j, as it is or would be installed.
        answering: whether it also answers over Bolt and accepts the login.
        started: when the process began, in UTC.
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
        progress: shows installing and starting, not finding.
        create: whether an empty database may be made where there is none; None: only if
            `may_create` agrees.

    Raises:
        LocalServerError: it cannot be installed or started, or there is none and none may be made.
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
    place: Home, found: tuple[State, psutil.Process] | None, progress: Progress
) -> LocalServer:
    """Start the server unless it was found, and wait. The home's lock is held."""
    state, process = found or start_server(place, progress)
    begun, server = process.create_time(), local_server(place, state, process)
    with progress("starting Neo4j", None):
        answer = wait_for_answer(server, process, place)
    if answer is Answer.READY:
        return server
    cause = find_cause(place, begun)
    if found and not is_full(place) and not (cause and cause.torn_log):
        stop_server(place)
        return _ready(place, None, progress)
    raise start_error(place, cause, answer)


def start_error(place: Home, cause: StartFailure | None, answer: Answer) -> HouseholdGraphError:
    """Return the error for a server that did not come up, with its cause if that is known."""
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
    """Stop the local server and wait until it is gone; False where none was running."""
    place = locate(home)
    if not place.is_made():
        return False
    with place.exclusively():
        return stop_server(place)


def status(home: Path | None = None) -> LocalStatus:
    """Look, and change nothing."""
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


def running(place: Home) -> tuple[State, psutil.Process] | None:
    """Find the recorded ports and the process of a running server of a home."""
    state = read_state(place)
    process = find(place.root, state) if state else None
    return (state, process) if state and process else None


def local_server(place: Home, state: State, process: psutil.Process) -> LocalServer:
    """Return how to log in to a server that was found; errors as of `read_password`."""
    return LocalServer(
        state.bolt_uri,
        state.http_uri,
        USERNAME,
        read_password(place),
        place.password_file,
        process.pid,
    )


def find_answering(place: Home) -> LocalServer | None:
    """Return the running server of a home if it answers; errors as of `read_password` and `ask`."""
    if found := running(place):
        server = local_server(place, *found)
        if ask(server, found[1]) is Answer.READY:
            return server
    return None


def start_server(
    place: Home, progress: Progress, *, cut_torn_log: bool = False
) -> tuple[State, psutil.Process]:
    """Install and spawn the server, without waiting for it. The home's lock is held.

    Raises:
        LocalServerError: it cannot be installed or started, or there is no room.
    """
    from household_graph.local_neo4j.jars import install_jars

    stop_server(place)  # one whose record was lost would hold the database's own lock
    check_space(place.root, EMPTY_STORE, "starting Neo4j")
    shutil.rmtree(place.scratch, ignore_errors=True)  # what a crash left there
    make_private(place.conf.parent, place.conf, place.data, place.logs, place.scratch)
    make_private(place.root / "import")
    install_jars(place.jar_list, place.jars, place.scratch, progress)
    ports = choose_ports(place.settings, read_state(place))
    write_config(place, ports, cut_torn_log=cut_torn_log)
    write_class_path(place)
    set_initial_password(place)
    write_state(place, ports)
    process = spawn(place, cut_torn_log=cut_torn_log)
    state = replace(ports, pid=process.pid, created=process.create_time())
    write_state(place, state)
    return state, process


def read_password(home: Home) -> str:
    """Read the password; a LocalServerError if its file is missing or cannot be read."""
    try:
        return home.password_file.read_text(encoding="utf-8").strip()
    except OSError as error:
        raise LocalServerError(
            f"the password file `{home.password_file}` cannot be read",
            hint="restore it from a copy or a backup; the data are there and need it",
        ) from error


def set_initial_password(home: Home) -> None:
    """Make a password if there is none, and set it for a database that never ran.

    Raises:
        LocalServerError: the admin tool failed; or a database that ran before has lost its file.
    """
    if home.has_database:
        read_password(home)
        return
    if not home.password_file.exists():
        write_private(home.password_file, secrets.token_hex(BYTES))
    # The tool reads the file itself: a password among the arguments shows in every process list.
    arguments = ("dbms", "set-initial-password", f"@{home.password_file}")
    if failed := run_admin_tool(home, *arguments, log="password.log"):
        raise LocalServerError("the initial password cannot be set", hint=log_end(failed))


def ask(server: LocalServer, process: psutil.Process) -> Answer:
    """Ask the database one trivial question, if it is our process that listens there.

    No other process gets the password: another user could listen on the port in its place.

    Raises:
        DatabaseUnavailableError: it answers and refuses the password.
    """
    if not listens(process, server.bolt_port):
        return Answer.COMING
    import neo4j

    # The driver's own retries would back off for up to 30 s; `wait_for_answer` waits instead.
    driver = neo4j.GraphDatabase.driver(
        server.bolt_uri,
        auth=(server.username, server.password),
        connection_timeout=ANSWER,
        connection_acquisition_timeout=ANSWER,
        max_transaction_retry_time=0,
    )
    with driver:
        try:
            driver.execute_query("RETURN 1", database_=DATABASE)
        except neo4j.exceptions.Neo4jError as error:
            return _answer_of(error, server, driver)
        except neo4j.exceptions.DriverError:
            return Answer.COMING
    return Answer.READY


def _answer_of(
    error: "neo4j.exceptions.Neo4jError", server: LocalServer, driver: "neo4j.Driver"
) -> Answer:
    code = error.code or ""
    if code == TOO_MANY:
        return Answer.LOCKED_OUT
    if code.startswith(REFUSED):
        raise DatabaseUnavailableError(
            f"the database at `{server.bolt_uri}` refuses the password in `{server.password_file}`",
            hint="put the password back into the file that was there, or that you set by hand",
        ) from error
    if code.startswith(BROKEN) or (code == UNAVAILABLE and _has_failed(driver)):
        return Answer.BROKEN
    return Answer.COMING


def _has_failed(driver: "neo4j.Driver") -> bool:
    """Return whether the server gave up starting the database."""
    import neo4j

    try:
        found = driver.execute_query(f"SHOW DATABASE {DATABASE}", database_="system").records
    except (neo4j.exceptions.Neo4jError, neo4j.exceptions.DriverError):
        return False
    return any(one["currentStatus"] == "offline" and one["statusMessage"] for one in found)


def wait_for_answer(server: LocalServer, process: psutil.Process, home: Home) -> Answer:
    """Wait until the database answers, is broken, or its process ended; return which.

    A start may take the seconds of the settings from the beginning of the process; an older process
    is asked once more.

    Raises:
        DatabaseUnavailableError: the time is up, or the password is refused, or other programs
            keep trying wrong ones.
    """
    since, begun = process.create_time(), time.time()
    while (answer := ask(server, process)) not in {Answer.READY, Answer.BROKEN}:
        if not is_alive(process):
            return Answer.ENDED
        is_locked_out = answer is Answer.LOCKED_OUT
        if is_locked_out and time.time() > begun + LOGIN_PATIENCE:
            raise DatabaseUnavailableError(
                f"Neo4j at `{server.bolt_uri}` refuses every login: a program on this machine "
                "keeps trying wrong passwords",
                hint="find out which does, then run the same command again",
            )
        if not is_locked_out and time.time() > since + home.settings.start_timeout:
            raise DatabaseUnavailableError(
                f"Neo4j runs (pid `{server.pid}`) but does not answer at `{server.bolt_uri}`",
                hint=f"see `{home.log_file}`; `household-graph db stop` ends it",
            )
        time.sleep(LOCKED_OUT if is_locked_out else PAUSE)
    return answer
