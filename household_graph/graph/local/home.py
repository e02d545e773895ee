"""Where everything of a local Neo4j lies, and how files are written there.

HOME/
├── password              of the user `neo4j`, mode 0600
├── server.json           ports and process, see `state`
├── lock                  held while a command starts, stops or resets the server
├── data/  import/  logs/ Neo4j's own
├── tmp/                  what Java unpacks while it runs
└── neo4j-VERSION/        what is written anew at each start
    ├── conf/neo4j.conf
    └── class-path.arg
"""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from filelock import FileLock

from household_graph.errors import LocalServerError
from household_graph.graph.local.jarlist import JarList, read_jar_list

if TYPE_CHECKING:
    from household_graph.graph.local.settings import LocalSettings

__all__ = ["Home", "locate", "write_private", "writing"]


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

    @contextmanager
    def exclusively(self) -> Iterator[None]:
        """Hold the home's lock, waiting for other commands; create the home where it is not.

        Raises:
            LocalServerError: the home cannot be written, on the way in or inside the block.
        """
        with writing(self.root, hint="set HOUSEHOLD_GRAPH_HOME to a directory you can write to"):
            self.root.mkdir(mode=0o700, parents=True, exist_ok=True)
            with FileLock(self.root / "lock"):
                yield


def locate(home: Path | None) -> Home:
    """Find the home: the one given, or the one the environment names, or the user's own.

    Raises:
        LocalServerError: an environment variable holds what cannot be used.
    """
    # pydantic costs a third of a second, so it waits until a server is asked for.
    from household_graph.graph.local.settings import read_settings

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
