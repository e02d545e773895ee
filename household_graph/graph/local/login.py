"""Whether the server answers over Bolt and accepts our login."""

import time
from pathlib import Path
from typing import TYPE_CHECKING

from household_graph.errors import DatabaseUnavailableError, LocalServerError
from household_graph.graph.local.process import is_alive

if TYPE_CHECKING:
    import psutil

    from household_graph.graph.local.server import LocalServer

__all__ = ["DATABASE", "answers", "last_words", "wait_for_answer"]

DATABASE = "neo4j"
REFUSED = "Neo.ClientError.Security."  # a wrong password, or too many of them in a row
ANSWER = 5.0  # seconds that one attempt may take
PAUSE = 0.2  # seconds between attempts
TAIL = 20  # lines of the log to show


def answers(server: "LocalServer") -> bool:
    """Ask the database one trivial question.

    Returns:
        False where nothing answers, or the database is still coming up.

    Raises:
        DatabaseUnavailableError: it answers and refuses the password.
    """
    import neo4j

    # The driver's own retries would back off for up to 30 s; whoever waits, waits here.
    driver = neo4j.GraphDatabase.driver(
        server.bolt_uri,
        auth=(server.username, server.password),
        connection_timeout=ANSWER,
        connection_acquisition_timeout=ANSWER,
        max_transaction_retry_time=0,
    )
    try:
        with driver:
            driver.execute_query("RETURN 1", database_=DATABASE)
    except neo4j.exceptions.Neo4jError as error:
        if not (error.code or "").startswith(REFUSED):
            return False
        raise DatabaseUnavailableError(
            f"the database at `{server.bolt_uri}` refuses the password in `{server.password_file}`",
            hint="put the old password back, or start over with `household-graph db reset`",
        ) from error
    except neo4j.exceptions.DriverError:
        return False
    return True


def wait_for_answer(
    server: "LocalServer", process: "psutil.Process", log: Path, timeout: float
) -> None:
    """Wait until the database answers.

    Args:
        server: the server to ask.
        process: its process; when that ends there is nothing to wait for.
        log: what the process writes, for the message.
        timeout: seconds since the process began; a process older than that is asked once more.

    Raises:
        LocalServerError: the process ended.
        DatabaseUnavailableError: the time is up, or the password is refused.
    """
    since = process.create_time()
    while not answers(server):
        if not is_alive(process):
            raise LocalServerError("Neo4j ended while it was starting", hint=last_words(log))
        if time.time() > since + timeout:
            raise DatabaseUnavailableError(
                f"Neo4j runs (pid `{server.pid}`) but does not answer at `{server.bolt_uri}`",
                hint=f"see `{log}`; `household-graph db stop` ends it",
            )
        time.sleep(PAUSE)


def last_words(log: Path) -> str:
    """Quote the end of the log, less Java's stack frames, which would leave no room for causes."""
    lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
    telling = [line for line in lines if not line.startswith("\tat ")]
    return "\n".join([f"the end of `{log}`:", *telling[-TAIL:]])
