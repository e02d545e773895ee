"""Whether the server answers over Bolt and accepts our login."""

import time
from enum import Enum, auto
from typing import TYPE_CHECKING

from household_graph.errors import DatabaseUnavailableError
from household_graph.local_neo4j.process import is_alive, listens

if TYPE_CHECKING:
    import neo4j
    import psutil

    from household_graph.local_neo4j.home import Home
    from household_graph.local_neo4j.server import LocalServer

DATABASE = "neo4j"
REFUSED = "Neo.ClientError.Security."  # a wrong password, or too many of them in a row
TOO_MANY = "Neo.ClientError.Security.AuthenticationRateLimit"
BROKEN = "Neo.DatabaseError."  # after a panic no transaction can be begun, not even to read
UNAVAILABLE = "Neo.TransientError.General.DatabaseUnavailable"
ANSWER = 5.0  # seconds that one attempt may take
PAUSE = 0.2  # seconds between attempts
LOCKED_OUT = 1.0  # the same while others use up the attempts; Neo4j lets us in again after five
PATIENCE = 30.0  # seconds to wait for that


class Answer(Enum):
    """What asking a server came to."""

    READY = auto()
    """It answers questions."""
    COMING = auto()
    """Nothing answers yet, or the database is still coming up."""
    BROKEN = auto()
    """It answers, but its database failed and stays down until the server is started again."""
    LOCKED_OUT = auto()
    """Too many wrong logins, by whomever, were tried a moment ago."""
    ENDED = auto()
    """Its process ended."""


def ask(server: "LocalServer", process: "psutil.Process") -> Answer:
    """Ask the database one trivial question, if it is our process that listens there.

    The password goes to nobody else: another user could listen on the port in its place.

    Raises:
        DatabaseUnavailableError: it answers and refuses the password.
    """
    if not listens(process, server.bolt_port):
        return Answer.COMING
    import neo4j

    # The driver's own retries would back off for up to 30 s; whoever waits, waits here.
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
            return _refused(server, driver, error)
        except neo4j.exceptions.DriverError:
            return Answer.COMING
    return Answer.READY


def _refused(
    server: "LocalServer", driver: "neo4j.Driver", error: "neo4j.exceptions.Neo4jError"
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
    """Wait until the database answers, or waiting is of no use.

    Args:
        server: the server to ask.
        process: its process.
        home: whose settings say how many seconds since the process began count as a start. A
            process older than that is asked once more.

    Returns:
        READY, BROKEN or ENDED.

    Raises:
        DatabaseUnavailableError: the time is up, or the password is refused, or others go on
            trying wrong ones.
    """
    since, begun = process.create_time(), time.time()
    while (answer := ask(server, process)) not in {Answer.READY, Answer.BROKEN}:
        if not is_alive(process):
            return Answer.ENDED
        if answer is Answer.LOCKED_OUT:
            if time.time() > begun + PATIENCE:
                raise DatabaseUnavailableError(
                    f"Neo4j at `{server.bolt_uri}` lets nobody in: somebody on this machine goes "
                    "on trying wrong passwords",
                    hint="find out who does, then run the same command again",
                )
            time.sleep(LOCKED_OUT)
            continue
        if time.time() > since + home.settings.start_timeout:
            raise DatabaseUnavailableError(
                f"Neo4j runs (pid `{server.pid}`) but does not answer at `{server.bolt_uri}`",
                hint=f"see `{home.log_file}`; `household-graph db stop` ends it",
            )
        time.sleep(PAUSE)
    return answer
