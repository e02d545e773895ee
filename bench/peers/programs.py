"""The engines' programs, fetched by their ordinary package clients into a cache."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from platformdirs import user_cache_path

__all__ = ["OPENFGA", "SPICEDB", "cache", "go_program", "go_version"]

OPENFGA = "github.com/openfga/openfga/cmd/openfga@v1.22.1"
SPICEDB = "github.com/authzed/spicedb/cmd/spicedb@v1.56.2"


def cache(given: Path | None) -> Path:
    """Return where programs are kept: as given, or in the user's cache."""
    return (given or user_cache_path("household-graph", appauthor=False) / "peers").absolute()


def go_program(folder: Path, package: str) -> Path | None:
    """Return a program built by `go install`, built now if need be; None where that fails."""
    name = package.partition("@")[0].rpartition("/")[2]
    program = folder / "bin" / name
    wanted = package.partition("@")[2]
    if program.exists() and go_version(program) in {wanted, ""}:
        return program
    own = {"GOBIN": str(folder / "bin")}
    return program if _ran(["go", "install", package], **own) else None


def go_version(program: Path) -> str:
    """Return the version of the module that a program was built from."""
    go = shutil.which("go")
    if go is None:
        return ""
    said = subprocess.run(  # noqa: S603 - go's own
        [go, "version", "-m", str(program)], capture_output=True, text=True, check=False
    ).stdout
    lines = (line.split() for line in said.splitlines())
    return next((words[2] for words in lines if words[:1] == ["mod"]), "")


def _ran(command: list[str], **environment: str) -> bool:
    program = shutil.which(command[0])
    if program is None:
        return False
    print("fetching:", " ".join(command), file=sys.stderr)
    done = subprocess.run(  # noqa: S603 - our own commands
        [program, *command[1:]], check=False, env={**os.environ, **environment}
    )
    return done.returncode == 0
