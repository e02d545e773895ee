"""Telling the person at the terminal what takes so long, on stderr.

Anything of the type `Progress` will do: it is called with a text and the number of steps (None
where that is not known) and gives a context manager around the work; what the context manager
yields is called after each step.
"""

import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext

Progress = Callable[[str, int | None], AbstractContextManager[Callable[[], None]]]


def silent(text: str, steps: int | None) -> AbstractContextManager[Callable[[], None]]:  # noqa: ARG001
    """Say nothing."""
    return nullcontext(lambda: None)


@contextmanager
def on_stderr(text: str, steps: int | None) -> Iterator[Callable[[], None]]:
    """Show a bar that goes away when done; where stderr is no terminal, one line of text."""
    # rich is slow to import, and most commands find the server running and say nothing.
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn
    from rich.progress import Progress as Bar

    console = Console(stderr=True)
    if not console.is_terminal:
        note(text)
        yield lambda: None
        return
    columns = [TextColumn("{task.description}", markup=False), BarColumn()]
    columns += [MofNCompleteColumn()] if steps else []
    with Bar(*columns, console=console, transient=True) as bar:
        task = bar.add_task(text, total=steps)
        yield lambda: bar.advance(task)


def note(text: str) -> None:
    """Say one line on stderr that stays there."""
    from rich.console import Console

    Console(stderr=True).print(text, markup=False, highlight=False, soft_wrap=True)


def is_seen() -> bool:
    """Return whether somebody is at a terminal, to see what is said or to answer."""
    return any(stream is not None and stream.isatty() for stream in (sys.stdin, sys.stderr))
