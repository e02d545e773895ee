"""How an import tells how far it has come."""

from typing import Protocol

__all__ = ["Progress", "Silent"]


class Progress(Protocol):
    """Is told what is being done, and how much of it is done."""

    def begin(self, what: str, total: int | None) -> None:
        """Begin a step; the total is in the unit of `advance`, None if it is not known."""

    def advance(self, amount: int) -> None:
        """Go on with the step by so many bytes, records or households."""


class Silent:
    """Tells nobody."""

    def begin(self, what: str, total: int | None) -> None:
        """Do nothing."""

    def advance(self, amount: int) -> None:
        """Do nothing."""
