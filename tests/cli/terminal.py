"""A real terminal with `household-graph` on it: type, and look at what appears."""

import os
import pty
import re
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

__all__ = ["Terminal", "terminal"]

# Makes the terminal its own, so that Ctrl-C typed there interrupts it, and becomes the command.
_LAUNCH = """
import fcntl, os, sys, termios
os.setsid()
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
os.execv(sys.executable, [sys.executable, "-c", sys.argv[1], *sys.argv[2:]])
"""
_RUN = "from household_graph.cli.main import run; run()"
_ESCAPES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
_PATIENCE = 60  # seconds: long enough for a machine that has much else to do


class Terminal:
    """A command on a terminal of its own."""

    def __init__(self, process: "subprocess.Popen[bytes]", master: int) -> None:
        self.process, self._master = process, master
        self._raw, self._seen = b"", 0

    @property
    def screen(self) -> str:
        """All that has appeared so far, without colours."""
        return _ESCAPES.sub("", self._raw.decode(errors="replace")).replace("\r\n", "\n")

    def sees(self, text: str) -> None:
        """Wait until a text appears, after what was seen before; lines may have been folded."""
        pattern = re.compile(r"\s+".join(map(re.escape, text.split())))
        end = time.monotonic() + _PATIENCE
        while not (found := pattern.search(self.screen, self._seen)):
            more = self._read(end - time.monotonic())
            assert more, f"`{text}` does not appear after:\n{self.screen[self._seen :]}"
        self._seen = found.end()

    def types(self, text: str) -> None:
        """Type a line."""
        os.write(self._master, text.encode() + b"\n")

    def answers(self, question: str, answer: str = "") -> None:
        """Wait for a question, and type an answer to it."""
        self.sees(question)
        self.sees("]:")
        self.types(answer)

    def takes_defaults_until(self, question: str) -> None:
        """Answer with nothing until a question is there, which is not answered."""
        while True:
            start = self._seen
            self.sees("]:")
            if question in self.screen[start : self._seen]:
                return
            self.types("")

    def presses(self, key: str) -> None:
        """Press a key together with Ctrl."""
        os.write(self._master, bytes([ord(key.upper()) - ord("@")]))

    def ends(self) -> int:
        """Wait for the end of the command; returns its exit code."""
        while self._read(_PATIENCE):
            pass
        return self.process.wait(_PATIENCE)

    def _read(self, seconds: float) -> bytes:
        ready, _, _ = select.select([self._master], [], [], max(0, seconds))
        try:
            read = os.read(self._master, 65536) if ready else b""
        except OSError:  # on Linux, the other end is closed
            read = b""
        self._raw += read
        return read


@contextmanager
def terminal(*arguments: str, folder: Path, **environment: str) -> Iterator[Terminal]:
    """Start `household-graph` on a terminal of its own, in a folder; drafts are beside that."""
    state = {"XDG_STATE_HOME": f"{folder}-state"}
    master, slave = pty.openpty()
    process = subprocess.Popen(  # noqa: S603 - ourselves
        [sys.executable, "-c", _LAUNCH, _RUN, *arguments],
        stdin=slave,
        stdout=slave,
        stderr=slave,
        cwd=folder,
        env={
            **os.environ,
            "TERM": "xterm",
            "TZ": "Europe/London",
            "COLUMNS": "80",
            **state,
            **environment,
        },
    )
    os.close(slave)
    try:
        yield Terminal(process, master)
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGKILL)
            process.wait()
        os.close(master)
