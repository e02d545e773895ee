"""The password of the local server, and whether the server answers over Bolt and accepts it."""

import secrets
import time
from enum import Enum, auto
from typing import TYPE_CHECKING

from household_graph.errors import DatabaseUnavailableError, LocalServerError
from household_graph.local_neo4j.disk import write_private
from household_graph.local_neo4j.java import is_alive, listens, run_admin_tool

if TYPE_CHECKING:
    import neo4j
    import psutil

    from household_graph.local_neo4j.home import Home
    from household_graph.local_neo4j.server import LocalServer

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
PATIENCE = 30.0  # seconds to wait for that


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


def read_password(home: "Home") -> str:
    """Read the password.

    Raises:
        LocalServerError: the file is missing or cannot be read.
    """
    try:
        return home.password_file.read_text(encoding="utf-8").strip()
    except OSError as error:
        raise LocalServerError(
            f"the password file `{home.password_file}` cannot be read",
            hint="restore it from a copy or a backup; the data are there and need it",
        ) from error


def set_initial_password(home: "Home") -> None:
    """Make a password if there is none, and set it for a database that never ran.

    Raises:
        LocalServerError: the admin tool failed, with the end of its output as the hint; or a
            database that ran before has lost its password file.
    """
    if home.has_database:
        read_password(home)
        return
    if not home.password_file.exists():
        write_private(home.password_file, secrets.token_hex(BYTES))
    # The tool reads the file itself: a password among the arguments shows in every process list.
    arguments = ("dbms", "set-initial-password", f"@{home.password_file}")
    if run_admin_tool(home, *arguments, log="password.log"):
        from household_graph.local_neo4j.diagnosis import log_end

        raise LocalServerError(
            "the initial password cannot be set", hint=log_end(home.logs / "password.log")
        )


def ask(server: "LocalServer", process: "psutil.Process") -> Answer:
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
    error: "neo4j.exceptions.Neo4jError", server: "LocalServer", driver: "neo4j.Driver"
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


def wait_for_answer(server: "LocalServer", process: "psutil.Process", home: "Home") -> Answer:
    """Wait until the database answers, or waiting is useless.

    Args:
        server: the server to ask.
        process: its process.
        home: its settings give the seconds from the beginning of the process that count as a
            start. An older process is asked once more.

    Returns:
        READY, BROKEN or ENDED.

    Raises:
        DatabaseUnavailableError: the time is up, or the password is refused, or other programs
            keep trying wrong ones.
    """
    since, begun = process.create_time(), time.time()
    while (answer := ask(server, process)) not in {Answer.READY, Answer.BROKEN}:
        if not is_alive(process):
            return Answer.ENDED
        is_locked_out = answer is Answer.LOCKED_OUT
        if is_locked_out and time.time() > begun + PATIENCE:
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
