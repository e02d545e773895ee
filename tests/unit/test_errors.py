"""The errors: what each says, and the exit code that it ends in."""

import pytest

from household_graph.cli.exit_codes import ExitCode, exit_code_of
from household_graph.errors import (
    BadInputError,
    ConflictError,
    DeadlineExceededError,
    OutcomeUnknownError,
    RefusedError,
)


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (BadInputError("…"), ExitCode.BAD_INPUT),
        (RefusedError("…"), ExitCode.DENIED),
        (ConflictError("…"), ExitCode.FAILED),
        (DeadlineExceededError("…"), ExitCode.DATABASE_UNAVAILABLE),
        (OutcomeUnknownError(["bakers"]), ExitCode.OUTCOME_UNKNOWN),
    ],
)
def test_each_error_has_its_exit_code(error: Exception, code: ExitCode) -> None:
    """A conflict is no bad input, and a change that may have been made is like nothing else."""
    assert exit_code_of(error) == code


def test_what_may_have_been_done_is_not_told_to_be_done_again() -> None:
    """Who lost an answer is told where to look, of many households by the first ones."""
    one = OutcomeUnknownError(["bakers"])
    assert one.message.startswith("the change of `bakers` may have been made")
    assert str(one.hint).endswith("household-graph history bakers")
    many = OutcomeUnknownError(f"h-{number}" for number in (5, 3, 1, 4, 2))
    assert many.households == ("h-1", "h-2", "h-3", "h-4", "h-5")
    assert "`h-1`, `h-2`, `h-3` and 2 more households" in many.message
