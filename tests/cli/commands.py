"""Command lines run in this process: what they print and the exit code they end in."""

import io
import os
import sys
from dataclasses import dataclass

import pytest

from household_graph.cli.main import run

__all__ = ["Outcome", "household_graph"]


@dataclass(frozen=True)
class Outcome:
    """What a command line came to."""

    code: int
    out: str
    err: str


def household_graph(*arguments: str, stdin: str | bytes = "") -> Outcome:
    """Run `household-graph` with these arguments, off a terminal."""
    out, err = io.StringIO(), io.StringIO()
    umask = os.umask(0o022)
    given = io.BytesIO(stdin if isinstance(stdin, bytes) else stdin.encode())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "argv", ["household-graph", *arguments])
        patch.setattr(sys, "stdin", io.TextIOWrapper(given, encoding="utf-8"))
        patch.setattr(sys, "stdout", out)
        patch.setattr(sys, "stderr", err)
        patch.setattr(sys, "unraisablehook", sys.unraisablehook)  # which the command changes
        try:
            with pytest.raises(SystemExit) as ended:
                run()
        finally:
            os.umask(umask)  # which imports change
    code = ended.value.code
    return Outcome(
        code if isinstance(code, int) else int(bool(code)), out.getvalue(), err.getvalue()
    )
