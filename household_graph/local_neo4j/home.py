"""The home: where everything of a local Neo4j lies, as the environment says, for this user alone.

HOME/                     mode 0700, as is every folder below; files 0600
├── .household-graph-home marks a folder as a home; nothing is touched without it
├── password              of the user `neo4j`
├── server.json           ports and process, see `State`
├── lock                  held while a command starts, stops, repairs or resets the server
├── data/  import/  logs/ Neo4j's own
├── tmp/                  what Java unpacks while it runs; emptied at each start
├── importing/  deleted/  work in progress; emptied by the next command that needs them
├── copies/               of `data/`, made before a repair; only the user deletes them
├── imports/  cache/      reports of imports; jars, where the home is set by hand
└── neo4j-VERSION/        rewritten at each start
    ├── conf/neo4j.conf
    └── class-path.arg
"""

import json
import os
import socket
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from filelock import FileLock

from household_graph.errors import LocalServerError
from household_graph.local_neo4j.disk import write_errors, write_private
from household_graph.local_neo4j.terminal import note

if TYPE_CHECKING:
    from household_graph.local_neo4j.jars import LockedJar
    from household_graph.local_neo4j.settings import LocalSettings

MARK = ".household-graph-home"
NAMES = {
    *("password", "server.json", "lock", "data", "import", "logs", "tmp", "importing", "deleted"),
    *("copies", "imports", "cache", "help", "household-graph-questions.zip"),
    *("run", "plugins", "licenses", "certificates"),  # what Neo4j may make by itself
}
BEGINNINGS = ("neo4j-", ".password-", ".server.json-")
OWN_FOLDER = "set HOUSEHOLD_GRAPH_HOME to a folder that is empty or does not exist yet"
WRITABLE = "set HOUSEHOLD_GRAPH_HOME to a directory you can write to"
HOST = "127.0.0.1"  # never anything that others can reach


class Home:
    """The home directory of one local Neo4j.

    Java's temporary files are in it, as systems clean up /tmp below servers that run for weeks;
    `logs` is also the working directory, so that a crash report lands there.
    """

    def __init__(self, root: Path, settings: "LocalSettings") -> None:
        """Name the parts of a home; nothing is read or written."""
        self.root = root
        self.settings = settings
        self.jars = settings.jars_directory
        self.data = root / "data"
        self.logs = root / "logs"
        self.scratch = root / "tmp"
        self.log_file = self.logs / "output.log"
        self.password_file = root / "password"
        self.state_file = root / "server.json"

    @cached_property
    def jar_list(self) -> "tuple[LockedJar, ...]":
        """The jars to install, read on first use."""
        from household_graph.local_neo4j.jars import read_jar_list

        return read_jar_list()

    @property
    def neo4j_version(self) -> str:
        """The version of Neo4j that the jars are of."""
        from household_graph.local_neo4j.jars import neo4j_version

        return neo4j_version(self.jar_list)

    @property
    def conf(self) -> Path:
        """The directory of `neo4j.conf`."""
        return self.root / f"neo4j-{self.neo4j_version}" / "conf"

    @property
    def class_path_file(self) -> Path:
        """The class path as an argument file for Java, too long for a command line."""
        return self.conf.with_name("class-path.arg")

    @property
    def has_database(self) -> bool:
        """Whether a database exists, running or not."""
        return (self.data / "databases").exists()

    def is_made(self) -> bool:
        """Return whether the home exists; touches nothing.

        Raises:
            LocalServerError: the folder exists and is not a home, or others could read it, or a
                part of it is a link that leads elsewhere.
        """
        if not self.root.exists():
            return False
        with write_errors(self.root, hint=OWN_FOLDER):
            names = {path.name for path in self.root.iterdir()}
        made = MARK in names
        if names and not made and not self._is_of_version_0_1(names):
            strange = sorted(name for name in names if not _is_known(name)) or sorted(names)
            raise LocalServerError(
                f"`{self.root}` is not a folder of a local Neo4j: `{strange[0]}` is in it",
                hint=OWN_FOLDER,
            )
        for name in sorted(filter(_is_known, names)):
            if (self.root / name).is_symlink():
                raise LocalServerError(
                    f"`{self.root / name}` is a link, and what it leads to is not followed",
                    hint="put the folder itself there, or move the whole home and set "
                    "HOUSEHOLD_GRAPH_HOME",
                )
        if os.name == "posix":
            self._check_owner(made=made)
        return bool(names)

    def _is_of_version_0_1(self, names: set[str]) -> bool:
        """Return whether version 0.1.0, which left no mark, made a folder, and nothing else did.

        In a folder that a variable named, its server gives it away; in the default place
        everything was its own, even an import's reports, or what an interrupted start left.
        """
        has_server = {"password", "server.json"} <= names and any(
            name.startswith("neo4j-") for name in names
        )
        settings = self.settings
        is_default = settings.home is None and self.root == settings.home_directory.resolve()
        return (has_server or is_default) and all(map(_is_known, names))

    def _check_owner(self, *, made: bool) -> None:
        if not hasattr(os, "geteuid"):  # Windows has neither uids nor modes
            return
        found = self.root.stat()
        if found.st_uid != os.geteuid():
            raise LocalServerError(
                f"`{self.root}` belongs to another user (uid `{found.st_uid}`)", hint=OWN_FOLDER
            )
        if made and stat.S_IMODE(found.st_mode) & 0o077:
            raise LocalServerError(
                f"others can look into `{self.root}`, which holds a password",
                hint=f"close it with `chmod 700 {self.root}`",
            )

    @contextmanager
    def exclusively(self) -> Iterator[None]:
        """Hold the home's lock, waiting for other commands; make the home if it is missing."""
        self.make()
        lock = FileLock(self.root / "lock", mode=0o600)
        with write_errors(self.root, hint=WRITABLE), lock:
            yield

    def make(self) -> None:
        """Make the home, or take over an empty folder or a home of version 0.1.0, for us alone."""
        is_older = self.is_made()
        with write_errors(self.root, hint=WRITABLE):
            self.root.mkdir(mode=0o700, parents=True, exist_ok=True)
            if (self.root / MARK).exists():
                return
            if stat.S_IMODE(self.root.stat().st_mode) & 0o077:
                self.root.chmod(0o700)
                if is_older:
                    note(f"`{self.root}` was open to other users of this machine; it is closed now")
            # Exclusively created and never replaced: another command may look for it now.
            with suppress(FileExistsError):
                os.close(os.open(self.root / MARK, os.O_CREAT | os.O_EXCL, 0o600))


def _is_known(name: str) -> bool:
    return name == MARK or name in NAMES or name.startswith(BEGINNINGS)


def locate(home: Path | None) -> Home:
    """Return the home given, or the one the environment names, or the user's own."""
    # pydantic takes a third of a second to import, so it waits until a server is needed.
    from household_graph.local_neo4j.settings import read_settings

    settings = read_settings()
    root = settings.home_directory if home is None else home.expanduser()
    # Resolved, because a running server is recognised by this path in its command line.
    return Home(root.resolve(), settings)


@dataclass(frozen=True, slots=True)
class State:
    """The ports of the latest start for drivers and for Neo4j Browser, and its process.

    `pid` is None until it is started. `created` is when the operating system says that it began,
    in seconds since 1970; it tells it from a later process that was given the same pid.
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
    """Write the state, atomically."""
    write_private(home.state_file, json.dumps(asdict(state)))


def choose_ports(settings: "LocalSettings", last: State | None) -> State:
    """Choose both ports: the fixed ones, else the last ones if still free, else any free ones.

    Raises:
        LocalServerError: a port fixed by the environment is taken.
    """
    ports = {}
    for name in ("bolt_port", "http_port"):
        fixed, variable = getattr(settings, name), f"HOUSEHOLD_GRAPH_{name.upper()}"
        ports[name] = free_port(fixed or (getattr(last, name) if last else 0))
        if ports[name] is None and fixed:
            raise LocalServerError(
                f"port `{fixed}` is taken by another program",
                hint=f"set {variable} to a free port, or unset it to have one chosen",
            )
    chosen = State(**{name: port or free_port() or 0 for name, port in ports.items()})
    if chosen.bolt_port == chosen.http_port:
        raise LocalServerError(
            f"port `{chosen.bolt_port}` is asked for twice",
            hint="set HOUSEHOLD_GRAPH_BOLT_PORT and HOUSEHOLD_GRAPH_HTTP_PORT to different ports",
        )
    return chosen


def free_port(port: int = 0) -> int | None:
    """Return the port if a server could listen on it now, else None; any free one for 0."""
    with socket.socket() as probe:
        if os.name == "posix":
            # As Java does it: connections that linger after a stop do not count as taken.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return None
        found: int = probe.getsockname()[1]
        return found
