"""What is remembered between commands: the server's ports and its process."""

import json
from dataclasses import asdict, dataclass
from typing import Any

from household_graph.graph.local.home import Home, write_private

__all__ = ["HOST", "State", "read_state", "write_state"]

HOST = "127.0.0.1"  # never anything that others can reach


@dataclass(frozen=True, slots=True)
class State:
    """The ports of the latest start, and the process it made.

    Attributes:
        bolt_port: the port for drivers.
        http_port: the port for Neo4j Browser.
        pid: the Java process, or None while it is not yet started.
        created: when the operating system says that process began, in seconds since 1970; tells
            it from a later process that was given the same pid.
    """

    bolt_port: int
    http_port: int
    pid: int | None = None
    created: float | None = None

    @property
    def bolt_uri(self) -> str:
        """Where drivers connect."""
        return f"bolt://{HOST}:{self.bolt_port}"

    @property
    def http_uri(self) -> str:
        """Where Neo4j Browser is served, below `/browser/`."""
        return f"http://{HOST}:{self.http_port}"


def read_state(home: Home) -> State | None:
    """Read the state; None where there is none, or none that can be read."""
    try:
        content: dict[str, Any] = json.loads(home.state_file.read_text(encoding="utf-8"))
        return State(**content)
    except (OSError, ValueError, TypeError):
        return None


def write_state(home: Home, state: State) -> None:
    """Write the state, whole or not at all."""
    write_private(home.state_file, json.dumps(asdict(state)))
