"""A proxy before a Neo4j server that knows the messages of Bolt: it cuts, drops and falls silent.

with BoltProxy(port) as proxy:
    proxy.fault(Message.COMMIT, Mode.LOSE)
    connect(f"bolt://127.0.0.1:{proxy.port}", …)
"""

import socket
from collections.abc import Callable, Iterator
from contextlib import suppress
from enum import Enum, IntEnum
from threading import Event, Lock, Thread
from time import sleep
from types import TracebackType
from typing import Self

__all__ = ["BoltProxy", "Message", "Mode"]

_LATE = 0.5  # seconds
_HANDSHAKE = 20  # bytes that a client begins with
_MANIFEST = b"\x00\x00\x01\xff"  # what a server says that lets it choose once more
_CHOICE = 5  # bytes with which it does


class Message(IntEnum):
    """What a client says, by its tag in the protocol."""

    HELLO = 0x01
    RESET = 0x0F
    RUN = 0x10
    BEGIN = 0x11
    COMMIT = 0x12
    ROLLBACK = 0x13
    DISCARD = 0x2F
    PULL = 0x3F
    LOGON = 0x6A


class Mode(Enum):
    """What happens to a message."""

    CUT = "cut"
    """It does not arrive, and the connection is closed."""
    LOSE = "lose"
    """It arrives, its answer does not, and the connection is closed."""
    SILENCE = "silence"
    """It arrives; from then on nothing does, in either direction, and the connection stands."""
    DELAY = "delay"
    """It arrives half a second late."""
    HOLE = "hole"
    """It does not arrive, nor does anything after it, and the connection stands."""


class _Link:
    """One connection of a client."""

    def __init__(self, client: socket.socket, server: socket.socket) -> None:
        self.client, self.server = client, server
        self.chooses = self.loses = self.is_silent = False

    def close(self) -> None:
        for end in (self.client, self.server):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()


class BoltProxy:
    """Hands on what clients and a server say to each other, until it is told not to.

    Attributes:
        port: where clients find it, on 127.0.0.1.
        seen: every message that clients have sent, in the order in which they came.
        struck: is set once a fault has happened.
    """

    def __init__(self, server_port: int) -> None:
        self._server_port = server_port
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self.seen: list[int] = []
        self.struck = Event()
        self._strikes: Callable[[int], Mode | None] = lambda _message: None
        self._links: list[_Link] = []
        self._lock = Lock()
        self._refuses = False

    def fault(self, message: Message, mode: Mode, *, after: int = 0, dies: bool = False) -> None:
        """Let something happen to the next message of a kind, once.

        Args:
            message: the kind.
            mode: what.
            after: how many of the kind get through before.
            dies: whether no client gets a new connection from then on.
        """
        left = [after]

        def strikes(seen: int) -> Mode | None:
            if seen != message or self.struck.is_set():
                return None
            left[0] -= 1
            if left[0] >= 0:
                return None
            self._refuses = dies
            self.struck.set()
            return mode

        self.struck.clear()
        self._strikes = strikes

    def heal(self) -> None:
        """Let everything through again, and clients in."""
        self._strikes = lambda _message: None
        self._refuses = False

    def __enter__(self) -> Self:
        """Begin to listen to clients."""
        Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close all connections."""
        self._listener.close()
        for link in self._links:
            link.close()

    def _accept(self) -> None:
        with suppress(OSError):  # as of the listener that is closed
            while True:
                client, _address = self._listener.accept()
                if self._refuses:
                    client.close()
                    continue
                server = socket.create_connection(("127.0.0.1", self._server_port))
                link = _Link(client, server)
                self._links.append(link)
                for pump in (self._from_client, self._from_server):
                    Thread(target=self._pumping, args=(pump, link), daemon=True).start()

    @staticmethod
    def _pumping(pump: Callable[[_Link], None], link: _Link) -> None:
        with suppress(OSError):
            pump(link)
        if not link.is_silent:
            link.close()

    def _from_client(self, link: _Link) -> None:
        link.server.sendall(_exactly(link.client, _HANDSHAKE))
        first = True
        while True:
            start = _exactly(link.client, 1)
            if first and link.chooses:
                link.server.sendall(start + _exactly(link.client, _CHOICE - 1))
                first = False
                continue
            first = False
            raw, body = _message(link.client, start)
            with self._lock:
                self.seen.append(body[1])
                mode = self._strikes(body[1])
            if mode is Mode.CUT:
                return
            link.loses = link.loses or mode is Mode.LOSE
            link.is_silent = mode in {Mode.SILENCE, Mode.HOLE}
            if mode is Mode.DELAY:
                sleep(_LATE)
            if mode is not Mode.HOLE:
                link.server.sendall(raw)
            if link.is_silent:
                while link.client.recv(65536):
                    pass
                link.is_silent = False
                return

    def _from_server(self, link: _Link) -> None:
        first = _exactly(link.server, 4)
        link.chooses = first == _MANIFEST
        link.client.sendall(first)
        while data := link.server.recv(65536):
            if link.loses:
                return
            if not link.is_silent:
                link.client.sendall(data)


def _exactly(end: socket.socket, count: int) -> bytes:
    data = b""
    while len(data) < count:
        more = end.recv(count - len(data))
        if not more:
            raise OSError("closed")
        data += more
    return data


def _message(end: socket.socket, start: bytes) -> tuple[bytes, bytes]:
    """Return the next message: as it came in chunks, and what they hold."""
    raw, body = b"", b""
    for size in _sizes(end, start):
        raw += size.to_bytes(2)
        chunk = _exactly(end, size)
        raw, body = raw + chunk, body + chunk
        if not size and body:
            break
    return raw, body


def _sizes(end: socket.socket, start: bytes) -> Iterator[int]:
    while True:
        yield int.from_bytes(start + _exactly(end, 2 - len(start)))
        start = b""
