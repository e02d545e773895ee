"""How an import tells how far it has come."""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext

Advance = Callable[[int], None]
"""Is told how much more is done: bytes of files, or households."""

Progress = Callable[[str, int | None], AbstractContextManager[Advance]]
"""Is given what is being done, and how much of it there is, if that is known."""


def silent(_what: str, _total: int | None) -> AbstractContextManager[Advance]:
    """Tell nobody."""
    return nullcontext(lambda _amount: None)
