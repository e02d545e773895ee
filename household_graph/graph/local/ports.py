"""Choosing the loopback ports that the server listens on."""

import os
import socket
from typing import TYPE_CHECKING

from household_graph.errors import LocalServerError
from household_graph.graph.local.state import HOST, State

if TYPE_CHECKING:
    from household_graph.graph.local.settings import LocalSettings

__all__ = ["choose_ports", "is_free"]


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
