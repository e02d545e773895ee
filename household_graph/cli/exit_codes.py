"""How commands end: the exit codes, which error ends in which, and Ctrl-C.

No other module decides the exit codes. Ctrl-C ends whatever the process waits for, and a note says
what becomes of the work.
"""

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from enum import IntEnum
from socket import socket, socketpair
from threading import Event, Thread, current_thread, main_thread
from time import sleep
from types import FrameType

from household_graph.errors import (
    BadInputError,
    DatabaseUnavailableError,
    HouseholdGraphError,
    LocalServerError,
    OutcomeUnknownError,
    RefusedError,
)

_GRACE = 0.5  # seconds in which a command may end by itself after Ctrl-C
_FORCED = 1.3  # seconds after that, once the connections are closed
_INTERRUPTED = b"error: interrupted\n"
reported = Event()
"""Set once the interruption is reported."""


class ExitCode(IntEnum):
    """The exit codes of every command."""

    DONE = 0
    """Done, or the answer is yes."""
    FAILED = 1
    """Any other failure, or a conflict with a concurrent change: try again."""
    BAD_INPUT = 2
    """Wrong usage, or invalid input."""
    DATABASE_UNAVAILABLE = 3
    """The database cannot be reached or started, or refuses the login."""
    DENIED = 4
    """The answer is no, a law forbids the change, or the doctor found errors."""
    REJECTED = 5
    """An import finished, with rejected rows."""
    OUTCOME_UNKNOWN = 6
    """A change may have been made: the connection was lost before the server confirmed it."""
    INTERRUPTED = 130
    """Ctrl-C."""


_CODES: tuple[tuple[type[BaseException], ExitCode], ...] = (
    (BadInputError, ExitCode.BAD_INPUT),
    (DatabaseUnavailableError, ExitCode.DATABASE_UNAVAILABLE),
    (RefusedError, ExitCode.DENIED),
    (LocalServerError, ExitCode.DATABASE_UNAVAILABLE),
    (OutcomeUnknownError, ExitCode.OUTCOME_UNKNOWN),
    (HouseholdGraphError, ExitCode.FAILED),
    (Exception, ExitCode.FAILED),
)


def exit_code_of(error: BaseException) -> ExitCode:
    """Return the exit code that an error ends in.

    An error caused by Ctrl-C ends like Ctrl-C: the driver may fail in the middle of something.
    """
    chain = [error]
    for one in chain:  # grows during the loop
        if isinstance(one, KeyboardInterrupt):
            return ExitCode.INTERRUPTED
        causes = (one.__cause__, one.__context__)
        chain += [cause for cause in causes if cause is not None and cause not in chain]
    return next(code for kind, code in _CODES if isinstance(error, kind))


@contextmanager
def ending_at_ctrl_c() -> Iterator[None]:
    """Let the first Ctrl-C end the process, whatever it waits for.

    Python handles a signal between two bytecodes, so a wait for a thread or a silent server delays
    it. Hence another thread gets the signal too: it closes the database connections, which ends
    waits for the server, and if that is not enough, the process.
    """
    if current_thread() is not main_thread():
        yield
        return
    receiver, sender = socketpair()  # not a pipe: Windows accepts sockets only
    sender.setblocking(False)
    before = signal.set_wakeup_fd(sender.fileno(), warn_on_full_buffer=False)
    Thread(target=_end_on_signal, args=(receiver,), daemon=True).start()
    try:
        yield
    finally:
        signal.set_wakeup_fd(before)
        sender.close()


def _end_on_signal(receiver: socket) -> None:
    with receiver:
        while number := receiver.recv(1):
            if number[0] == signal.SIGINT:
                sleep(_GRACE)
                if connection := sys.modules.get("household_graph.store.connection"):
                    connection.close_all()
                sleep(_FORCED)
                if not reported.is_set():
                    os.write(sys.__stderr__.fileno() if sys.__stderr__ else 2, _INTERRUPTED)
                os._exit(ExitCode.INTERRUPTED)


@contextmanager
def note_if_interrupted(message: str) -> Iterator[None]:
    """Write what becomes of the work, and what to do next, if Ctrl-C interrupts it.

    Raises:
        KeyboardInterrupt: after Ctrl-C, whatever error it has caused.
    """
    from household_graph.cli.output import note

    seen = list[int]()

    def interrupt(number: int, frame: FrameType | None) -> None:
        seen.append(number)
        signal.default_int_handler(number, frame)

    before = signal.signal(signal.SIGINT, interrupt)
    try:
        yield
    except (KeyboardInterrupt, Exception) as error:
        # SQLite replaces errors that are raised in the functions that it calls.
        if not seen:
            raise
        note(message)
        raise KeyboardInterrupt from error
    finally:
        signal.signal(signal.SIGINT, before)
