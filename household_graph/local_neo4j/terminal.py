"""Notes and progress on stderr, for the person at the terminal.

A `Progress` is called with a text and the number of steps (None if unknown). It returns a context
manager around the work, which yields a function to call after each step.
"""

import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext

Progress = Callable[[str, int | None], AbstractContextManager[Callable[[], None]]]


def silent(text: str, steps: int | None) -> AbstractContextManager[Callable[[], None]]:  # noqa: ARG001
    """Show nothing."""
    return nullcontext(lambda: None)


@contextmanager
def on_stderr(text: str, steps: int | None) -> Iterator[Callable[[], None]]:
    """Show a bar that disappears at the end; where stderr is no terminal, one line of text."""
    # rich is slow to import, and most commands find the server running and show nothing.
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
    """Print one line on stderr."""
    from rich.console import Console

    Console(stderr=True).print(text, markup=False, highlight=False, soft_wrap=True)


def is_interactive() -> bool:
    """Return whether stdin or stderr is a terminal."""
    return any(stream is not None and stream.isatty() for stream in (sys.stdin, sys.stderr))
