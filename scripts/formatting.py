"""Generated Python as `make format` leaves it."""

import subprocess
import sys
from pathlib import Path


def formatted(text: str, path: str) -> str:
    """Return generated Python, sorted and formatted as the rules for a path say."""
    ruff = Path(sys.executable).with_name("ruff")
    for command in (["check", "--fix-only", "--quiet", "--select", "I,F401,UP037"], ["format"]):
        done = subprocess.run(  # noqa: S603 - our own formatter
            [ruff, *command, "--stdin-filename", path, "-"],
            input=text,
            capture_output=True,
            text=True,
            check=True,
        )
        text = done.stdout
    return text
