"""Where everything of a local Neo4j lies, whose that folder is, and how files are written there.

HOME/                     mode 0700, as is every folder below; files 0600
├── .household-graph-home the mark that this folder was made here: nothing is touched without it
├── password              of the user `neo4j`
├── server.json           ports and process, see `state`
├── lock                  held while a command starts, stops, repairs or resets the server
├── data/  import/  logs/ Neo4j's own
├── tmp/                  what Java unpacks while it runs; emptied at each start
├── importing/  deleted/  work in progress; emptied by who needs them next
├── copies/               of `data/`, made before a repair; deleted by nobody but the user
├── imports/  cache/      reports of imports; jars, where the home is set by hand
└── neo4j-VERSION/        what is written anew at each start
    ├── conf/neo4j.conf
    └── class-path.arg
"""

import os
import shutil
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from filelock import FileLock

from household_graph.errors import LocalServerError
from household_graph.local_neo4j.jarlist import JarList, read_jar_list
from household_graph.local_neo4j.progress import note

if TYPE_CHECKING:
    from household_graph.local_neo4j.settings import LocalSettings

MARK = ".household-graph-home"
MARK_TEXT = (
    "A local Neo4j lives here. What is in this folder was made, and may be deleted, by it.\n"
)
NAMES = {
    *("password", "server.json", "lock", "data", "import", "logs", "tmp", "importing", "deleted"),
    *("copies", "imports", "cache", "help", "household-graph-questions.zip"),
    *("run", "plugins", "licenses", "certificates"),  # what Neo4j may make by itself
}
BEGINNINGS = ("neo4j-", ".password-", ".server.json-")
OWN_FOLDER = "set HOUSEHOLD_GRAPH_HOME to a folder that is empty, or not there yet"
LOW = 256 * 2**20  # bytes free below which a disk is said to be nearly full


@dataclass(frozen=True)
class Home:
    """The home directory of one local Neo4j, with the settings and jars that go with it."""

    root: Path
    settings: "LocalSettings"

    @cached_property
    def jar_list(self) -> JarList:
        """The jars to install, read when first asked for."""
        return read_jar_list()

    @property
    def jars(self) -> Path:
        """The directory of all jars, which homes share."""
        return self.settings.jars_directory

    @property
    def data(self) -> Path:
        """The databases and users: what `reset` deletes."""
        return self.root / "data"

    @property
    def logs(self) -> Path:
        """Neo4j's logs; also its working directory, so that a crash report lands here."""
        return self.root / "logs"

    @property
    def scratch(self) -> Path:
        """Java's temporary files: systems clean up /tmp below servers that run for weeks."""
        return self.root / "tmp"

    @property
    def log_file(self) -> Path:
        """What the Java process of the latest start wrote to stdout and stderr."""
        return self.logs / "output.log"

    @property
    def password_file(self) -> Path:
        """Holds the password and nothing else."""
        return self.root / "password"

    @property
    def state_file(self) -> Path:
        """Holds ports and process."""
        return self.root / "server.json"

    @property
    def installation(self) -> Path:
        """What belongs to this one version of Neo4j; data outlive it."""
        return self.root / f"neo4j-{self.jar_list.neo4j_version}"

    @property
    def conf(self) -> Path:
        """The directory of `neo4j.conf`."""
        return self.installation / "conf"

    @property
    def class_path_file(self) -> Path:
        """The class path as an argument file for Java, too long for a command line."""
        return self.installation / "class-path.arg"

    @property
    def has_database(self) -> bool:
        """Whether there is a database already, running or not."""
        return (self.data / "databases").exists()

    def is_made(self) -> bool:
        """Return whether the home was made; touches nothing.

        Raises:
            LocalServerError: the folder is there and was made by somebody else, or others could
                read it, or a part of it is a link that leads elsewhere.
        """
        if not self.root.exists():
            return False
        with writing(self.root, hint=OWN_FOLDER):
            names = {path.name for path in self.root.iterdir()}
        made = MARK in names
        if names and not made and not self._is_older(names):
            strange = sorted(name for name in names if not self._is_known(name)) or sorted(names)
            raise LocalServerError(
                f"`{self.root}` is not a folder of a local Neo4j: `{strange[0]}` is in it",
                hint=OWN_FOLDER,
            )
        for name in sorted(filter(self._is_known, names)):
            if (self.root / name).is_symlink():
                raise LocalServerError(
                    f"`{self.root / name}` is a link, and what it leads to is not followed",
                    hint="put the folder itself there, or move the whole home and set "
                    "HOUSEHOLD_GRAPH_HOME",
                )
        if os.name == "posix":
            self._check_owner(made=made)
        return bool(names)

    def _is_known(self, name: str) -> bool:
        return name == MARK or name in NAMES or name.startswith(BEGINNINGS)

    def _is_older(self, names: set[str]) -> bool:
        """Return whether version 0.1.0, which left no mark, made a folder, and nothing else did.

        Where it was told to use a folder it is known by its server; in the default place all was
        its own, also an import's reports alone, or what an interrupted start left.
        """
        server = {"password", "server.json"} <= names and any(
            name.startswith("neo4j-") for name in names
        )
        settings = self.settings
        default = settings.home is None and self.root == settings.home_directory.resolve()
        return (server or default) and all(map(self._is_known, names))

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
        """Hold the home's lock, waiting for other commands; make the home where there is none.

        Raises:
            LocalServerError: the home cannot be written, on the way in or inside the block, or is
                not one, see `is_made`.
        """
        self.make()
        with (
            writing(self.root, hint="set HOUSEHOLD_GRAPH_HOME to a directory you can write to"),
            FileLock(self.root / "lock", mode=0o600),
        ):
            yield

    def make(self) -> None:
        """Make the home, or take over an empty folder or a home of version 0.1.0, for us alone.

        Raises:
            LocalServerError: it cannot be made, or is not one, see `is_made`.
        """
        older = self.is_made()
        with writing(self.root, hint="set HOUSEHOLD_GRAPH_HOME to a directory you can write to"):
            self.root.mkdir(mode=0o700, parents=True, exist_ok=True)
            if (self.root / MARK).exists():
                return
            if stat.S_IMODE(self.root.stat().st_mode) & 0o077:
                self.root.chmod(0o700)
                if older:
                    note(f"`{self.root}` was open to other users of this machine; it is no more")
            # Never away for a moment: another command may be looking for it.
            with suppress(FileExistsError):
                os.close(os.open(self.root / MARK, os.O_CREAT | os.O_EXCL, 0o600))


def locate(home: Path | None) -> Home:
    """Find the home: the one given, or the one the environment names, or the user's own.

    Raises:
        LocalServerError: an environment variable holds what cannot be used.
    """
    # pydantic costs a third of a second, so it waits until a server is asked for.
    from household_graph.local_neo4j.settings import read_settings

    settings = read_settings()
    root = settings.home_directory if home is None else home.expanduser()
    # Resolved, for a running server is also told by this path in its command line.
    return Home(root.resolve(), settings)


@contextmanager
def writing(directory: Path, hint: str) -> Iterator[None]:
    """Tell of a disk that cannot be written, or is full, in the project's own way.

    Raises:
        LocalServerError: the operating system refused something inside the block.
    """
    try:
        yield
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        path = error.filename or directory
        raise LocalServerError(f"cannot write `{path}`: {reason}", hint=hint) from error


def check_space(folder: Path, needed: int, work: str) -> None:
    """Refuse work for which a disk has no room, and say on stderr when it is nearly full.

    Args:
        folder: on the disk; need not be there yet.
        needed: bytes that the work takes at the least.
        work: what needs them, for the message.

    Raises:
        LocalServerError: there are fewer bytes free.
    """
    there = next(path for path in (folder, *folder.parents) if path.exists())
    free = shutil.disk_usage(there).free
    room = f"the disk of `{folder}` has {megabytes(free)} free"
    if free < needed:
        raise LocalServerError(
            f"{work} takes {megabytes(needed)} or more, and {room}",
            hint="make room and run the same command again",
        )
    if free < needed + LOW:
        note(f"{room}, which is little")


def megabytes(count: int) -> str:
    """Say a number of bytes as people do."""
    return f"{count / 2**20:,.0f} MB" if count >= 10 * 2**20 else f"{count / 2**20:.1f} MB"


def make_private(*folders: Path) -> None:
    """Make folders that nobody but the user can look into; those that are there stay."""
    for folder in folders:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)


def private(path: Path) -> BinaryIO:
    """Open a file anew, for writing bytes, that only the user can read."""
    path.unlink(missing_ok=True)  # one of version 0.1.0 may be open to others
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")


def write_private(path: Path, text: str) -> None:
    """Write a file that only the user can read, whole or not at all."""
    descriptor, scratch = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
        Path(scratch).replace(path)
    except BaseException:
        Path(scratch).unlink(missing_ok=True)
        raise
