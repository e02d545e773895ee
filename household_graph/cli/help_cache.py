"""The entry point: prints `--help` and completions of names from a cache, runs all else.

Typer and Rich take ten times as long to import as a cached page to print, and a page depends only
on the installed code, the terminal and some variables. Completions that ask the graph or a folder
are not cached. Files are overwritten, never deleted; without a writable cache nothing is cached.
"""

import os
import sys
from contextlib import suppress
from pathlib import Path
from shutil import get_terminal_size
from typing import Any, TextIO

_COMPLETE = "_HOUSEHOLD_GRAPH_COMPLETE"
_VARIABLES = {"COLUMNS", "FORCE_COLOR", "GITHUB_ACTIONS", "LANG", "LC_ALL", "NO_COLOR", "PY_COLORS"}
_VARIABLES |= {"TERM", "TERMINAL_WIDTH"}
_PREFIXES = ("_TYPER", "TYPER", "TTY_", "_HOUSEHOLD_GRAPH", "COMP_")


def run() -> None:
    """Run the command line, or print its cached output."""
    file = _cache_file(sys.argv[1:])
    version = _code_version() if file else ""
    if file is not None:
        with suppress(OSError, ValueError):
            cached_by, _, text = file.read_text(encoding="utf-8").partition("\n")
            if cached_by == version:
                _print(text)
                return
    from household_graph.cli.main import run as run_command

    if file is None:
        run_command()
        return
    sys.stdout = output = _Tee(sys.stdout)
    try:
        run_command()
    except SystemExit as end:
        if not end.code:
            _save(file, f"{version}\n{''.join(output.parts)}")
        raise
    finally:
        sys.stdout = output.stream


def _cache_file(words: list[str]) -> Path | None:
    """Return where the output of a command line is cached; None: it is not always the same."""
    if _COMPLETE in os.environ:
        words = os.environ.get("COMP_WORDS", os.environ.get("_TYPER_COMPLETE_ARGS", "")).split(" ")
        if not _completes_name(words[1:] or [""]):
            return None
    elif words[-1:] not in (["--help"], ["-h"]):
        return None
    from hashlib import sha256

    from platformdirs import user_cache_path

    variables = [
        one for one in os.environ.items() if one[0] in _VARIABLES or one[0].startswith(_PREFIXES)
    ]
    terminal = [sys.stdout.isatty(), sys.stdout.encoding, get_terminal_size().columns, sys.prefix]
    key = repr([words, variables, terminal]).encode(errors="backslashreplace")
    folder = user_cache_path("household-graph", appauthor=False) / "help"
    return folder / f"{sha256(key).hexdigest()[:32]}.txt"


def _completes_name(words: list[str]) -> bool:
    """Return whether the last word, which is completed, is the name of a command or an option."""
    from household_graph.cli.commands import COMMANDS

    groups = [[name] for name, command in COMMANDS.items() if command.is_group]
    return words[-1].startswith("-") or words[:-1] in ([], *groups)


def _code_version() -> str:
    """Return a text that differs once our code has changed or a library was installed."""
    libraries = next((path for path in sys.path if path.endswith("site-packages")), os.__file__)
    newest, size = Path(libraries).stat().st_mtime_ns, 0
    for folder, _, names in os.walk(Path(__file__).parents[1]):
        for name in names:
            if name.endswith(".py"):
                found = os.stat(os.path.join(folder, name))  # noqa: PTH116, PTH118 - pathlib is slow
                newest, size = max(newest, found.st_mtime_ns), size + found.st_size
    return f"{newest} {size}"


def _print(text: str) -> None:
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except (
        BrokenPipeError
    ):  # as in `--help | head -1`; Python is not to complain at its exit either
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _save(file: Path, text: str) -> None:
    with suppress(OSError):
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        unfinished = file.with_suffix(f".{os.getpid()}")
        unfinished.write_text(text, encoding="utf-8")
        unfinished.replace(file)


class _Tee:
    """A stream that remembers what is written to it."""

    def __init__(self, stream: TextIO) -> None:
        self.stream = stream
        self.parts: list[str] = []

    def write(self, text: str) -> int:
        written = self.stream.write(text)  # first, as it may raise
        self.parts.append(text)
        return written

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever a stream has
        return getattr(self.stream, name)
