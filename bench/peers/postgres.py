"""A PostgreSQL of its own for one engine, below a directory that is removed at the end."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.peers.processes import free_port

__all__ = ["found", "postgres", "version"]

_PLACES = ("/usr/local/bin", "/usr/lib/postgresql/*/bin", "/usr/bin")
_USER = "nobody"  # PostgreSQL refuses to run as root


def found() -> Path | None:
    """Return the directory of PostgreSQL's programs, or None where they are not installed."""
    for place in _PLACES:
        for folder in sorted(Path("/").glob(place.lstrip("/")), reverse=True):
            if all((folder / name).exists() for name in ("initdb", "pg_ctl", "postgres")):
                return folder
    return None


def version() -> str:
    """Return what PostgreSQL says of its version."""
    said = _run([f"{found()}/postgres", "--version"])
    return said.split("(")[-1].split()[-1].rstrip(")\n")


@contextmanager
def postgres() -> Iterator[str]:
    """Run a server while the block lasts, and yield the address of its database."""
    folder = found()
    with tempfile.TemporaryDirectory(prefix="household-graph-postgres-") as home:
        if os.geteuid() == 0:
            shutil.chown(home, _USER)
        data, port = f"{home}/data", free_port()
        options = f"-p {port} -k {home} -c listen_addresses=127.0.0.1 -c max_connections=200"
        control = [f"{folder}/pg_ctl", "-D", data, "-w"]
        _run([f"{folder}/initdb", "-D", data, "-U", "bench", "-A", "trust", "-E", "UTF8"])
        try:
            _run([*control, "-l", f"{home}/log", "-o", options, "start"])
            yield f"postgres://bench@127.0.0.1:{port}/postgres?sslmode=disable"
        finally:
            _run([*control, "-m", "immediate", "stop"], check=False)


def _run(command: list[str], *, check: bool = True) -> str:
    """Run a program of PostgreSQL's, as another user where we are root."""
    if os.geteuid() == 0:
        command = [shutil.which("runuser") or "runuser", "-u", _USER, "--", *command]
    # A server left in the background must not hold our pipe open: only --version is read.
    out = subprocess.PIPE if "--version" in command else subprocess.DEVNULL
    done = subprocess.run(  # noqa: S603 - our own commands
        command, check=check, stdout=out, stderr=subprocess.DEVNULL, text=True, cwd="/"
    )
    return done.stdout or ""
