"""JSON over one kept-open connection a thread, by the standard library: the quickest client."""

import json
import threading
import time
from http.client import HTTPConnection, HTTPException
from typing import Any

__all__ = ["Client"]

_TIMEOUT = 120.0  # seconds


class Client:
    """Posts JSON to a server on loopback."""

    def __init__(self, port: int, token: str = "") -> None:
        """Remember where the server is; a token is sent where there is one."""
        self._port = port
        self._headers = {"Content-Type": "application/json"}
        if token:
            self._headers["Authorization"] = f"Bearer {token}"
        self._own = threading.local()

    def post(self, path: str, body: dict[str, Any]) -> Any:  # noqa: ANN401 - JSON
        """Return the answer: one object, or of a stream the list of them.

        Raises:
            RuntimeError: if the server refuses.
        """
        lines = self._send(path, body).splitlines()
        answers = [json.loads(line) for line in lines if line]
        return answers[0] if len(answers) == 1 else answers

    def _send(self, path: str, body: dict[str, Any]) -> bytes:
        connection = getattr(self._own, "connection", None)
        if connection is None:
            connection = HTTPConnection("127.0.0.1", self._port, timeout=_TIMEOUT)
            self._own.connection = connection
        connection.request("POST", path, json.dumps(body).encode(), self._headers)
        response = connection.getresponse()
        read: bytes = response.read()
        if response.status >= 400:  # noqa: PLR2004 - HTTP's
            raise RuntimeError(f"{path}: {response.status} {read.decode()[:500]}")
        return read

    def wait(self, path: str, seconds: float = 60.0) -> None:
        """Wait until a GET of the path is answered well."""
        end = time.monotonic() + seconds
        while True:
            try:
                probe = HTTPConnection("127.0.0.1", self._port, timeout=2)
                probe.request("GET", path)
                if probe.getresponse().status < 500:  # noqa: PLR2004 - HTTP's
                    return
            except (OSError, HTTPException):
                pass
            if time.monotonic() > end:
                raise RuntimeError(f"no answer at port {self._port} within {seconds:.0f} s")
            time.sleep(0.1)
