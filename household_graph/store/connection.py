"""Connections to the database: a Neo4j server that is named, or the local one.

Each session has a deadline. The driver waits for an answer as long as the connection is open, which
takes minutes if the server is stopped or the network drops everything. No setting of the driver
limits this wait, so one thread watches all sessions and closes the connections of those whose time
is up; their pending calls fail.
"""

import re
from asyncio import CancelledError
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from itertools import islice
from math import inf
from os import environ
from random import uniform
from threading import Lock, Thread
from time import monotonic, sleep
from typing import Any, Literal, TypeVar

from neo4j import (
    READ_ACCESS,
    WRITE_ACCESS,
    Driver,
    GraphDatabase,
    ManagedTransaction,
    Record,
    Session,
    Transaction,
)
from neo4j.exceptions import (
    AuthError,
    ConfigurationError,
    DriverError,
    IncompleteCommit,
    Neo4jError,
    ServiceUnavailable,
    SessionExpired,
    TransientError,
)
from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from household_graph.errors import (
    BadInputError,
    DatabaseUnavailableError,
    DeadlineExceededError,
    HouseholdGraphError,
    OutcomeUnknownError,
)
from household_graph.store.query_files import load_query

_HOST = re.compile(r"[\w.:\[\]-]*/?")  # with its port
_TIMEOUT = 30.0  # seconds, the default
_LONGEST = 86_400.0  # seconds: more than that is a mistake
_CONNECTING = 10.0  # maximum seconds for a server to accept a connection
_RETRYING = 10.0  # maximum seconds of retries
_GRACE = 3.0  # seconds by which the server may be late to end a transaction
_TICK = 0.1  # seconds between two looks at the deadlines
_IDLE = 50  # looks without a session, after which the thread ends

_TIMED_OUT = ("TransactionTimedOut", "LockAcquisitionTimeout")  # in what the server calls it
_STOPPED = "LockClientStopped"  # the same while it waited for a lock, or it was ended otherwise
_CANNOT_WRITE = frozenset(
    {
        "Neo.DatabaseError.Transaction.TransactionLogError",
        "Neo.DatabaseError.Transaction.TransactionCommitFailed",
    }
)
_MORE_TIME = "try again, or give it more time with --timeout or HOUSEHOLD_GRAPH_TIMEOUT"
_SILENT = "check NEO4J_URI and that the server runs; unset it to use the local one"
_SILENT_LOCAL = "look at `household-graph db status`, or give it longer with --timeout"
_A_MOMENT = 60.0  # seconds
_MOST_MISSES = 10_000  # households that are remembered, and as many again
_T = TypeVar("_T")


class ServerSettings(BaseSettings):
    """The server to use, from the variables of cypher-shell and Aura.

    Without a `uri`, such as `neo4j://graph.internal:7687`, it is the local server; without a
    `database`, the server's default.
    """

    model_config = SettingsConfigDict(
        env_prefix="NEO4J_", env_ignore_empty=True, frozen=True, hide_input_in_errors=True
    )

    uri: str | None = None
    username: str = "neo4j"
    password: str = Field(default="", repr=False)
    database: str | None = None


@dataclass(slots=True, eq=False)
class Watch:
    """The deadline of a session, by the monotonic clock, and whether it passed before the end."""

    session: Session
    until: float
    is_over: bool = False

    def lift(self) -> None:
        """Remove the deadline."""
        self.until = inf


class _Watchdog:
    """Closes the connections of sessions past their deadline; the thread ends when it is idle."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._watches: set[Watch] = set()
        self._thread: Thread | None = None

    def add(self, watch: Watch) -> None:
        with self._lock:
            self._watches.add(watch)
            if self._thread is None or not self._thread.is_alive():  # dead after a fork
                self._thread = Thread(target=self._run, name="deadlines", daemon=True)
                self._thread.start()

    def remove(self, watch: Watch) -> None:
        with self._lock:  # so that no connection is closed that another session uses by then
            self._watches.discard(watch)

    def close(self, *, all_: bool) -> bool:
        """Close the connections past their deadline, or all; return whether any are watched."""
        with self._lock:
            now = monotonic()
            for watch in self._watches:
                if all_ or now >= watch.until:
                    watch.is_over = True
                    # The driver has no method for another thread to close a session's socket.
                    watch.session._config.max_transaction_retry_time = -1.0  # noqa: SLF001 - no retries
                    if connection := watch.session._connection:  # noqa: SLF001
                        connection.socket.close()
            return bool(self._watches)

    def _run(self) -> None:
        idle = 0
        while True:
            sleep(_TICK)
            idle = 0 if self.close(all_=False) else idle + 1
            if idle > _IDLE:
                with self._lock:
                    if not self._watches:
                        self._thread = None
                        return


_WATCHDOG = _Watchdog()


def close_all() -> None:
    """Make every pending call to the database in this process fail at once."""
    _WATCHDOG.close(all_=True)


@contextmanager
def _watched(session: Session, seconds: float | None, grace: float) -> Iterator[Watch]:
    """Use a new session, and close it; at Ctrl-C immediately, without waiting for the server.

    Raises:
        DeadlineExceededError: if it takes longer, or the server ends a transaction for that.
    """
    watch = Watch(session, inf if seconds is None else monotonic() + seconds + grace)
    _WATCHDOG.add(watch)
    try:
        with session:
            try:
                yield watch
            except KeyboardInterrupt as interrupt:
                # Without a cancellation, closing a session waits for the end of its query.
                raise CancelledError from interrupt
    except CancelledError as cancelled:
        raise KeyboardInterrupt from cancelled
    except HouseholdGraphError:
        raise
    except Exception as error:
        if watch.is_over or _timed_out(error, watch.until - grace):
            within = f" within {seconds:g} s" if seconds is not None else " in time"
            raise DeadlineExceededError(f"Neo4j did not answer{within}", hint=_MORE_TIME) from error
        raise
    finally:
        _WATCHDOG.remove(watch)


def _timed_out(error: Exception, end: float) -> bool:
    """Return whether the server ended a transaction because of its time limit."""
    code = (error.code or "") if isinstance(error, Neo4jError) else ""
    names = (*_TIMED_OUT, _STOPPED) if monotonic() >= end else _TIMED_OUT
    return any(name in code for name in names)


@dataclass(slots=True, eq=False)
class CacheMisses:
    """Households that had no access cache a moment ago: nobody asks for it at every question.

    Another process may write one meanwhile. The answers are the same, they take longer.
    """

    _found: dict[str, float] = field(default_factory=dict)

    def others(self, households: Iterable[str]) -> list[str]:
        """Return those that may have one."""
        before = monotonic() - _A_MOMENT
        return [one for one in households if self._found.get(one, before) <= before]

    def remember(self, households: Iterable[str]) -> None:
        """Take those that have none."""
        if len(self._found) > _MOST_MISSES:
            self._found.clear()
        self._found.update(dict.fromkeys(islice(households, _MOST_MISSES), monotonic()))

    def forget(self, households: Iterable[str]) -> None:
        """Take those that may have one again."""
        for one in households:
            self._found.pop(one, None)


@dataclass(frozen=True, slots=True)
class Connection:
    """A driver whose server has answered, and the settings of its sessions.

    Attributes:
        driver: of Neo4j.
        database: its name; None: the server's default.
        timeout: seconds that one question or one change may take, including waits for locks.
        is_batch: whether sessions belong to a batch, which has no time limit as a whole; the
            timeout then applies to the lock of a household alone.
        misses: households that had no access cache within the last minute.
    """

    driver: Driver
    database: str | None
    timeout: float = _TIMEOUT
    is_batch: bool = False
    misses: CacheMisses = field(default_factory=CacheMisses, compare=False, repr=False)

    @contextmanager
    def session(
        self,
        access: str = WRITE_ACCESS,
        *,
        is_batch: bool = False,
        seconds: float | None = None,
    ) -> Iterator[Session]:
        """Yield a session that reads what this connection wrote, on any member of a cluster.

        Ctrl-C ends it immediately, and so does its time limit: the seconds, or the timeout, or none
        in a batch. The access, READ_ACCESS or WRITE_ACCESS, matters outside of transactions.

        Raises:
            DeadlineExceededError: if it takes longer.
        """
        if seconds is None and not (is_batch or self.is_batch):
            seconds = self.timeout
        with self.watched(seconds, access) as watch:
            yield watch.session

    def watched(
        self,
        seconds: float | None,
        access: str = WRITE_ACCESS,
        *,
        grace: float = 0.0,
        notifications: Literal["OFF", "INFORMATION"] | None = None,
    ) -> AbstractContextManager[Watch]:
        """Return a session with a deadline that can be lifted; None: it has no deadline.

        The grace is seconds more, where the server enforces the limit itself. The server's
        notifications are those of the driver, or from a severity on.
        """
        session = self.driver.session(
            database=self.database,
            default_access_mode=access,
            bookmark_manager=self.driver.execute_query_bookmark_manager,
            notifications_min_severity=notifications,
        )
        return _watched(session, seconds, grace)

    def transact(
        self,
        work: Callable[[Transaction, Watch], _T],
        households: Sequence[str],
        *,
        retrying: float = _RETRYING,
    ) -> _T:
        """Run work in a transaction that changes households, and return its result.

        A transient failure, such as a deadlock, is retried for some seconds: the work may be called
        again. A transaction whose answer to the commit was lost is not retried. The work may lift
        the watch once the households, whose ids are in the transaction's metadata, are locked.

        Raises:
            OutcomeUnknownError: if the answer to the commit was lost, or Ctrl-C came before it.
            DeadlineExceededError: if it takes longer than the timeout.
            DatabaseUnavailableError: if the server does not answer; nothing was written.
        """
        delays = _delays(min(retrying, self.timeout))
        # The server ends it first, with a reason; also if this process has stopped.
        with (
            database_errors(),
            self.watched(self.timeout, grace=_GRACE) as watch,
        ):
            while True:
                try:
                    transaction = watch.session.begin_transaction(
                        metadata={"app": "household-graph", "households": list(households)},
                        timeout=None if self.is_batch else self.timeout,
                    )
                    return _committed(transaction, work, watch, households)
                except (DriverError, Neo4jError) as error:
                    delay = next(delays, None) if error.is_retryable() else None
                    if delay is None or watch.is_over:
                        raise
                sleep(delay)


def _committed(
    transaction: Transaction,
    work: Callable[[Transaction, Watch], _T],
    watch: Watch,
    households: Sequence[str],
) -> _T:
    """Do the work and commit it; roll back on errors of the work."""
    try:
        done = work(transaction, watch)
    except Exception:
        transaction.close()
        raise
    try:
        transaction.commit()
    except (IncompleteCommit, KeyboardInterrupt) as error:
        raise OutcomeUnknownError(households) from error
    return done


def _delays(seconds: float) -> Iterator[float]:
    """Yield the seconds to wait before each retry, until some time after the first attempt."""
    end, delay = monotonic() + seconds, 0.05
    while monotonic() < end:
        yield delay * uniform(0.8, 1.2)  # noqa: S311 - so that two do not collide again
        delay = min(2 * delay, 1.0)


def open_connection(
    settings: ServerSettings | None = None,
    timeout: float | None = None,
    *,
    local: bool | None = None,
) -> Connection:
    """Return a connection to the server of the settings; without a URI, to the local one.

    The local server is installed and started if necessary; `local` says whether an empty local
    database may be made, see `ensure_running`. Without settings they are those of the environment,
    without a timeout, in seconds, it is that of HOUSEHOLD_GRAPH_TIMEOUT, or 30.

    Raises:
        DatabaseUnavailableError: if it does not answer, or refuses the login.
        BadInputError: if the URI or the timeout is invalid.
        LocalServerError: if the local server cannot be installed or started.
    """
    seconds = _seconds(environ.get("HOUSEHOLD_GRAPH_TIMEOUT") if timeout is None else timeout)
    settings = settings or ServerSettings()
    ours = not settings.uri
    if ours:
        from household_graph.local_neo4j import ensure_running

        server = ensure_running(create=local)
        login = {"uri": server.bolt_uri, "username": server.username, "password": server.password}
        settings = settings.model_copy(update=login)
    uri = settings.uri or ""
    if "@" in uri:  # the driver takes no login there, and its errors would repeat parts of it
        raise _no_uri(uri)
    with database_errors(uri, settings.username, local=ours):
        driver = None
        try:
            driver = GraphDatabase.driver(
                uri,
                auth=(settings.username, settings.password),
                connection_timeout=min(seconds, _CONNECTING),
                connection_acquisition_timeout=min(seconds, _CONNECTING),
                max_transaction_retry_time=min(seconds, _RETRYING),
                notifications_min_severity="OFF",
            )
            driver.verify_connectivity()
        except BaseException as error:
            if driver:
                driver.close()
            if isinstance(error, ConfigurationError | ValueError):  # an invalid host or port
                raise _no_uri(uri) from None  # its cause may repeat what the URI holds
            raise
    return Connection(driver, settings.database, seconds)


def _seconds(stated: float | str | None) -> float:
    if stated is None or stated == "":
        return _TIMEOUT
    try:
        seconds = float(stated)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds <= _LONGEST:
        raise BadInputError(
            f"`{stated}` cannot be a timeout",
            hint=f"give a number of seconds, above 0 and up to {_LONGEST:.0f}",
        )
    return seconds


def _no_uri(uri: str) -> BadInputError:
    return BadInputError(
        f"`{without_login(uri)}` is not the URI of a Neo4j server",
        hint="set NEO4J_URI to something like neo4j://localhost:7687, or leave it unset; the login "
        "is in NEO4J_USERNAME and NEO4J_PASSWORD",
    )


def without_login(uri: str) -> str:
    """Return a URI without login, query and fragment, which may hold secrets.

    What follows a login is left out too, unless it is a host: a `?` may be missing before it.
    """
    rest = uri.partition("?")[0].partition("#")[0]
    before, at, host = rest.rpartition("@")
    if not at:
        return rest
    scheme, separator, _ = before.partition("://")
    shown = host if _HOST.fullmatch(host) else "…"
    return f"{scheme}{separator}…@{shown}" if separator else f"…@{shown}"


@contextmanager
def database_errors(
    uri: str | None = None, username: str | None = None, *, local: bool = False
) -> Iterator[None]:
    """Convert the driver's errors into the project's own.

    The URI is for messages, and the username is that of the login; None once they are accepted.

    Raises:
        DatabaseUnavailableError: if the server does not answer, is not ready, or refuses the login.
        HouseholdGraphError: for any other error.
    """
    at = f"Neo4j at `{without_login(uri)}`" if uri else "Neo4j"
    again = "run the same command again"
    try:
        yield
    except AuthError as error:
        login = (
            f"the login of `{username}`" if username else "the login that it has accepted before"
        )
        raise DatabaseUnavailableError(
            f"{at} refuses {login}", hint="check NEO4J_USERNAME and NEO4J_PASSWORD"
        ) from error
    except (ServiceUnavailable, SessionExpired, DriverError) as error:
        raise DatabaseUnavailableError(
            f"{at} does not answer" if uri else f"{at} does not answer any more",
            hint=(_SILENT_LOCAL if local else _SILENT) if uri else again,
        ) from error
    except TransientError as error:
        raise DatabaseUnavailableError(f"{at} is not ready: {error.message}", hint=again) from error
    except Neo4jError as error:
        if error.code in _CANNOT_WRITE:
            raise DatabaseUnavailableError(
                f"{at} cannot write to its disk, which may be full",
                hint="make room on its disk; for the local database, `household-graph db start` "
                "shows more, and `household-graph db repair` repairs a torn log",
            ) from error
        raise HouseholdGraphError(f"{at} refuses: {error.message}", hint=error.code) from error


Tx = ManagedTransaction | Transaction


def read(connection: Connection, name: str, **parameters: object) -> Sequence[Any]:
    """Run a query of the catalogue with read access and return its records.

    It runs without a transaction around it, which saves the way to the server and back that a
    commit takes; where the server moved or went, it is run again as a transaction that may be.
    """
    text = load_query(name).text
    with database_errors():
        try:
            with connection.session(READ_ACCESS) as session:
                return list(session.run(text, parameters))
        except (DriverError, Neo4jError) as error:
            if not error.is_retryable():
                raise
        with connection.session(READ_ACCESS) as session:
            return session.execute_read(lambda tx: list(tx.run(text, parameters)))


def run_query(tx: Tx, name: str, **parameters: Any) -> Iterator[Record]:  # noqa: ANN401 - as declared
    """Run a query of the catalogue in a transaction, and return its records."""
    return iter(tx.run(load_query(name).text, parameters))
