"""Servers as child processes: on free loopback ports, stopped at the end whatever happens."""

import os
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

__all__ = ["free_port", "running"]

_PATIENCE = 15  # seconds for a server to stop by itself


def free_port() -> int:
    """Return a port of the loopback interface that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def running(command: list[str], log: Path, **environment: str) -> Iterator[None]:
    """Run a server while the block lasts; it writes to the log."""
    with log.open("wb") as out:
        process = subprocess.Popen(  # noqa: S603 - our own commands
            command, stdout=out, stderr=out, env={**os.environ, **environment}
        )
        try:
            yield
        finally:
            process.terminate()
            try:
                process.wait(_PATIENCE)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
