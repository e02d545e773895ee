"""What is remembered between commands: the server's loopback ports, and its process."""

import json
import os
import socket
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from household_graph.errors import LocalServerError
from household_graph.local_neo4j.home import Home, write_private

if TYPE_CHECKING:
    from household_graph.local_neo4j.settings import LocalSettings

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


def choose_ports(settings: "LocalSettings", last: State | None) -> State:
    """Choose both ports: the fixed ones, else the last ones if still free, else any free ones.

    Raises:
        LocalServerError: a port fixed by the environment is taken.
    """
    bolt = _choose(
        "HOUSEHOLD_GRAPH_BOLT_PORT", settings.bolt_port, last.bolt_port if last else None
    )
    http = _choose(
        "HOUSEHOLD_GRAPH_HTTP_PORT", settings.http_port, last.http_port if last else None
    )
    if bolt == http:
        raise LocalServerError(
            f"port `{bolt}` is asked for twice",
            hint="set HOUSEHOLD_GRAPH_BOLT_PORT and HOUSEHOLD_GRAPH_HTTP_PORT to different ports",
        )
    return State(bolt, http)


def _choose(variable: str, fixed: int | None, last: int | None) -> int:
    if fixed is None:
        return last if last is not None and is_free(last) else _any_free_port()
    if not is_free(fixed):
        raise LocalServerError(
            f"port `{fixed}` is taken by another program",
            hint=f"set {variable} to a free port, or unset it to have one chosen",
        )
    return fixed


def is_free(port: int) -> bool:
    """Whether a server could listen on the port now."""
    with socket.socket() as probe:
        if os.name == "posix":
            # As Java does it: connections that linger after a stop do not count as taken.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
        return True


def _any_free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port
