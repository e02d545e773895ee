"""What can be asked of a question instead of its answer; apart, as the command line reads it."""

from enum import StrEnum


class Plan(StrEnum):
    """How the server would go about it, or how it went."""

    EXPLAIN = "explain"
    PROFILE = "profile"
