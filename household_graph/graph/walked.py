"""The households that are walked, because nothing was kept of them a moment ago."""

from collections.abc import Iterable
from itertools import islice
from time import monotonic

__all__ = ["Walked"]

_A_MOMENT = 60.0  # seconds
_MOST = 10_000  # households that are remembered, and as many again


class Walked:
    """Saves asking for what is not kept: a trip to the server for each question.

    Another process may keep something meanwhile. The answers are the same, they take longer.
    """

    __slots__ = ("_found",)

    def __init__(self) -> None:
        """Begin with none."""
        self._found: dict[str, float] = {}

    def others(self, households: Iterable[str]) -> list[str]:
        """Return those of which something may be kept."""
        before = monotonic() - _A_MOMENT
        return [one for one in households if self._found.get(one, before) <= before]

    def remember(self, households: Iterable[str]) -> None:
        """Take the ids of households of which nothing is kept."""
        if len(self._found) > _MOST:
            self._found.clear()
        self._found.update(dict.fromkeys(islice(households, _MOST), monotonic()))

    def forget(self, households: Iterable[str]) -> None:
        """Take the ids of households of which something may be kept again."""
        for one in households:
            self._found.pop(one, None)
