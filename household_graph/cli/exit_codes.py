"""What the exit codes mean, and which error ends in which; nothing else decides them."""

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
    """Something failed that none of the others names, or was changed meanwhile: try again."""
    BAD_INPUT = 2
    """Wrong usage, or input that cannot be worked with."""
    DATABASE_UNAVAILABLE = 3
    """The database cannot be reached or started, or refuses the login."""
    DENIED = 4
    """The answer is no, a law forbids the change, or the doctor found errors."""
    REJECTED = 5
    """An import finished, with rejected rows."""
    OUTCOME_UNKNOWN = 6
    """A change may have been made: its answer was lost, and whether it is there is not known."""
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

    One that came up while Ctrl-C was worked off ends as that does: the driver may fail with what
    it was caught in the middle of.
    """
    behind = [error]
    for one in behind:  # grows while it is walked, and the driver's errors lie behind each other
        if isinstance(one, KeyboardInterrupt):
            return ExitCode.INTERRUPTED
        further = (one.__cause__, one.__context__)
        behind += [found for found in further if found is not None and found not in behind]
    return next(code for kind, code in _CODES if isinstance(error, kind))
