"""The exit codes, and which error ends in which; no other module decides them."""

from enum import IntEnum

from household_graph.errors import (
    BadInputError,
    DatabaseUnavailableError,
    HouseholdGraphError,
    LocalServerError,
    OutcomeUnknownError,
    RefusedError,
)


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
