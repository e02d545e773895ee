"""Deadlines for sessions: the connection of one that exceeds its time is closed.

The driver waits for an answer as long as the connection is open, which takes minutes if the server
is stopped or the network drops everything. No setting of the driver limits this wait, so one thread
watches all sessions and closes the connections of those whose time is up; their pending calls fail.
"""

from asyncio import CancelledError
from collections.abc import Iterator
from contextlib import contextmanager
from math import inf
from threading import Lock, Thread
from time import monotonic, sleep

from neo4j import Session
from neo4j.exceptions import Neo4jError

from household_graph.errors import DeadlineExceededError, HouseholdGraphError

_TICK = 0.1  # seconds between two checks
_IDLE = 50  # checks without a session, after which the thread ends
_TIMED_OUT = ("TransactionTimedOut", "LockAcquisitionTimeout")  # in what the server calls it
_STOPPED = (
    "LockClientStopped"  # the same while it waited for a lock, or that it was ended otherwise
)
_HINT = "try again, or give it more time with --timeout or HOUSEHOLD_GRAPH_TIMEOUT"


class Watch:
    """The deadline of a session.

    Attributes:
        session: the one that is watched.
        until: the deadline, by the monotonic clock.
        is_over: whether it passed before the session ended.
    """

    __slots__ = ("is_over", "session", "until")

    def __init__(self, session: Session, seconds: float | None) -> None:
        """Start the clock; None: no deadline."""
        self.session = session
        self.until = inf if seconds is None else monotonic() + seconds
        self.is_over = False

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
                    _close(watch.session)
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


def _close(session: Session) -> None:
    """Close the socket of a session; the driver has no method for another thread to do so."""
    session._config.max_transaction_retry_time = -1.0  # noqa: SLF001 - no retries
    connection = session._connection  # noqa: SLF001
    if connection is not None:
        connection.socket.close()


_WATCHDOG = _Watchdog()


def close_all() -> None:
    """Make every pending call to the database in this process fail at once."""
    _WATCHDOG.close(all_=True)


@contextmanager
def watched(session: Session, seconds: float | None, *, grace: float = 0.0) -> Iterator[Watch]:
    """Use a session, and close it; at Ctrl-C immediately, without waiting for the server.

    Args:
        session: a new one.
        seconds: its time limit; None: no limit.
        grace: seconds more, where the server enforces the limit itself.

    Raises:
        DeadlineExceededError: if it takes longer, or the server ends a transaction for that.
    """
    watch = Watch(session, None if seconds is None else seconds + grace)
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
            raise DeadlineExceededError(f"Neo4j did not answer{within}", hint=_HINT) from error
        raise
    finally:
        _WATCHDOG.remove(watch)


def _timed_out(error: Exception, end: float) -> bool:
    """Return whether the server ended a transaction because of its time limit."""
    code = (error.code or "") if isinstance(error, Neo4jError) else ""
    names = (*_TIMED_OUT, _STOPPED) if monotonic() >= end else _TIMED_OUT
    return any(name in code for name in names)
