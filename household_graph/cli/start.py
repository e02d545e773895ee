"""The entry point: says help and completions again that it said before, at once.

Typer, Rich and pydantic take a third of a second to import, and what `--help` says depends on
nothing but the installed code and the terminal. So it is kept in the user's cache, beside a
fingerprint of the code that said it; and so are completions of the names of commands and options.
Completions that ask the graph or a folder are not. Files are only ever written over: nothing is
deleted, and where they cannot be written nothing is kept.
"""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from shutil import get_terminal_size
from typing import Any, TextIO

_COMPLETES = "_HOUSEHOLD_GRAPH_COMPLETE"
_LOOKS = (
    *("COLUMNS", "FORCE_COLOR", "GITHUB_ACTIONS", "LANG", "LC_ALL", "NO_COLOR", "PY_COLORS"),
    *("TERM", "TERMINAL_WIDTH"),
)


def run() -> None:
    """Run the command line, or say again what it said."""
    place = _place(sys.argv[1:])
    code = _fingerprint() if place else ""
    if place is not None and (text := _read(place, code)) is not None:
        _say(text)
        return
    from household_graph.cli.main import run as run_command

    if place is None:
        run_command()
        return
    with _kept(place, code):
        run_command()


def _say(text: str) -> None:
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except BrokenPipeError:  # as of `--help | head -1`; nor is the end of Python to complain of it
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _place(words: list[str]) -> Path | None:
    """Return where the output of a command line is kept; None: it says something else each time."""
    if _COMPLETES in os.environ:
        words = os.environ.get("COMP_WORDS", os.environ.get("_TYPER_COMPLETE_ARGS", "")).split(" ")
        if not _names(words[1:] or [""]):
            return None
    elif words[-1:] not in (["--help"], ["-h"]):
        return None
    from hashlib import sha256

    from platformdirs import user_cache_path

    asked = [words, [(name, value) for name, value in os.environ.items() if _matters(name)]]
    out = sys.stdout
    seen = [out.isatty(), out.encoding, get_terminal_size().columns, sys.prefix]
    name = sha256(repr([asked, seen]).encode(errors="backslashreplace")).hexdigest()[:32]
    return user_cache_path("household-graph", appauthor=False) / "help" / f"{name}.txt"


def _names(words: list[str]) -> bool:
    """Return whether what is completed, the last word, is the name of a command or an option."""
    from household_graph.cli.commands import COMMANDS

    before = words[:-1]
    groups = [[name] for name, listed in COMMANDS.items() if ":" not in listed.home]
    return words[-1].startswith("-") or before in ([], *groups)


def _matters(name: str) -> bool:
    return name in _LOOKS or name.startswith(
        ("_TYPER", "TYPER", "TTY_", "_HOUSEHOLD_GRAPH", "COMP_")
    )


def _fingerprint() -> str:
    """Return what is another whenever our code is changed, or a library is installed."""
    ours = Path(__file__).parents[1]
    libraries = next((path for path in sys.path if path.endswith("site-packages")), os.__file__)
    newest, size = Path(libraries).stat().st_mtime_ns, 0
    for folder, _, names in os.walk(ours):
        for name in names:
            if name.endswith(".py"):
                found = os.stat(os.path.join(folder, name))  # noqa: PTH116, PTH118 - pathlib is slow
                newest, size = max(newest, found.st_mtime_ns), size + found.st_size
    return f"{newest} {size}"


def _read(place: Path, code: str) -> str | None:
    """Return what is kept, if the same code said it."""
    try:
        said_by, _, text = place.read_text(encoding="utf-8").partition("\n")
    except (OSError, ValueError):
        return None
    return text if said_by == code else None


@contextmanager
def _kept(place: Path, code: str) -> Iterator[None]:
    """Keep what is said on stdout, if it was said without an error."""
    said = _Kept(sys.stdout)
    sys.stdout = said
    try:
        yield
    except SystemExit as ended:
        if not ended.code:
            with suppress(OSError):
                place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                unfinished = place.with_suffix(f".{os.getpid()}")
                unfinished.write_text(f"{code}\n{''.join(said.parts)}", encoding="utf-8")
                unfinished.replace(place)
        raise
    finally:
        sys.stdout = said.out


class _Kept:
    """A stream that remembers what is written to it."""

    def __init__(self, out: TextIO) -> None:
        self.out = out
        self.parts: list[str] = []

    def write(self, text: str) -> int:
        written = self.out.write(text)  # first, as it may refuse
        self.parts.append(text)
        return written

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever a stream has
        return getattr(self.out, name)
