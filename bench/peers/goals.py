"""What this project is held to beside the others, as ratios of one run."""

from collections.abc import Sequence
from dataclasses import dataclass

from bench.peers.measuring import RATES, Measured

__all__ = ["Goal", "goals"]


@dataclass(frozen=True, slots=True)
class Goal:
    """A ratio and its bound.

    Attributes:
        what: is measured.
        beside: what it is divided by.
        ratio: that was measured.
        bound: that is to be reached.
        at_most: whether the ratio is to be at most the bound, as of times, or at least.
    """

    what: str
    beside: str
    ratio: float
    bound: float
    at_most: bool

    @property
    def reached(self) -> bool:
        """Whether it is."""
        return self.ratio <= self.bound if self.at_most else self.ratio >= self.bound


def goals(done: Sequence[Measured]) -> list[Goal]:
    """Return all goals that can be computed from the engines that were measured."""
    by_kind = {kind: [one for one in done if one.kind == kind] for kind in _KINDS}
    return [
        _goal(measure, ours[0], theirs, bound)
        for measure, own, other, bound in _BOUNDS
        if (ours := by_kind[own]) and (theirs := by_kind[other])
    ]


_KINDS = ("graph", "snapshot", "bare", "server", "library")
_BOUNDS = (
    ("check", "graph", "server", 0.8),
    ("check", "graph", "bare", 2.0),
    ("services", "graph", "server", 0.5),
    ("who", "graph", "server", 0.5),
    ("batch", "graph", "server", 20.0),
    ("batch", "graph", "bare", 0.5),
    ("batch", "snapshot", "server", 200.0),
    ("batch", "snapshot", "library", 5.0),
    ("threads", "graph", "server", 5.0),
)


def _goal(measure: str, ours: Measured, theirs: Sequence[Measured], bound: float) -> Goal:
    """Return the ratio to the fastest of theirs."""
    rate = measure in RATES
    fastest = (max if rate else min)(theirs, key=lambda one: one.middle(measure))
    ratio = ours.middle(measure) / fastest.middle(measure)
    return Goal(f"{ours.name}: {measure}", fastest.name, ratio, bound, not rate)
