"""What a part of the soak has tried and found, told on stderr while it goes on."""

import sys
from dataclasses import dataclass, field
from random import Random
from time import monotonic

__all__ = ["Report"]

_EVERY = 10.0  # seconds between two lines of progress
_SHOWN = 5  # violations that are printed as they come


@dataclass
class Report:
    """One part of the soak.

    Attributes:
        part: its name.
        wanted: how often it is to try.
        seconds: how long it may take; None: as long as it needs.
        chance: where its moments and choices come from.
        tries: how often it has tried.
        violations: what was not as promised.
        left_out: why it could not be run here; empty if it could.
        took: how long it took, in seconds, from the first try on: what a part needs before it
            can try is not the time of its tries, of which there is always one.
    """

    part: str
    wanted: int
    seconds: float | None
    chance: Random
    tries: int = 0
    violations: list[str] = field(default_factory=list)
    left_out: str = ""
    took: float = 0.0
    _began: float | None = None
    _told: float = field(default_factory=monotonic)

    def goes_on(self) -> bool:
        """Return whether there is more to try, and time for it."""
        self._began = self._began or monotonic()
        self.took = monotonic() - self._began
        if monotonic() - self._told > _EVERY:
            self._told = monotonic()
            self.say(f"{self.tries:,} of {self.wanted:,} tries, {self.took:,.0f} s")
        return self.tries < self.wanted and (self.seconds is None or self.took < self.seconds)

    def tried(self, count: int = 1) -> None:
        """Count tries."""
        self.tries += count

    def wrong(self, what: str) -> None:
        """Keep a violation, and say it."""
        self.violations.append(what)
        if len(self.violations) <= _SHOWN:
            self.say(f"VIOLATION after {self.tries:,} tries: {what}")

    def say(self, what: str) -> None:
        """Say something on stderr."""
        sys.stderr.write(f"{self.part}: {what}\n")
        sys.stderr.flush()
