"""The one thing a cleaning function raises: a value that cannot be understood."""

from household_graph.errors import BadInputError


class CleaningError(BadInputError):
    """A value of a record cannot be understood, and is not guessed.

    Attributes:
        reason: what is wrong, naming the value: lower case, no full stop.
        hint: what to do about it.
    """

    hint: str

    def __init__(self, reason: str, *, hint: str) -> None:
        """Keep the reason and the hint apart, as the rejects file has a column for each."""
        super().__init__(reason, hint=hint)
        self.reason = reason
