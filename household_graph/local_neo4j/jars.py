"""The jars of Neo4j: the locked list of them, and fetching what is missing.

`jars.lock` has one line per jar: `group:artifact:version[:classifier]`, two spaces, its SHA-256.
`scripts/lock_jars.py` writes it. Every jar is hashed when it arrives and before every start, which
takes a third of a second beside ten for the start, so that a changed jar never runs. An interrupted
fetch continues where it stopped.
"""

import hashlib
import os
import shutil
import tempfile
from collections.abc import Callable, Sequence
from concurrent.futures import CancelledError, ThreadPoolExecutor, as_completed
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from threading import Event

from filelock import FileLock

from household_graph.errors import LocalServerError
from household_graph.local_neo4j.disk import check_space, write_errors
from household_graph.local_neo4j.terminal import Progress, note

LOCK_FILE = Path(__file__).with_name("jars.lock")
THREADS = 8
PAUSES = (0.0, 1.0, 2.0)  # seconds before each try
TIMEOUT = 30  # seconds without a byte
SIZE = 800_000  # bytes of an average jar


@dataclass(frozen=True, order=True, slots=True)
class LockedJar:
    """One jar: its Maven coordinate and its SHA-256 as lower-case hexadecimal digits."""

    group: str
    artifact: str
    version: str
    classifier: str
    sha256: str

    @classmethod
    def parse(cls, line: str) -> "LockedJar":
        """Read one line of the list; a line of another shape is a ValueError."""
        coordinate, sha256 = line.split()
        group, artifact, version, *rest = coordinate.split(":")
        return cls(group, artifact, version, ":".join(rest), sha256)

    @property
    def coordinate(self) -> str:
        """The name in the list: `group:artifact:version[:classifier]`."""
        return ":".join(filter(None, (self.group, self.artifact, self.version, self.classifier)))

    @property
    def relative_path(self) -> Path:
        """Where the jar lies below the directory of all jars; no two jars share one."""
        name = "-".join(filter(None, (self.artifact, self.version, self.classifier)))
        return Path(self.group, f"{name}.jar")

    def is_sound(self, directory: Path) -> bool:
        """Return whether the jar is in the directory and has the right hash."""
        path = directory / self.relative_path
        return path.exists() and file_sha256(path) == self.sha256


def read_jar_list(path: Path = LOCK_FILE) -> tuple[LockedJar, ...]:
    """Read the list, in the order of the class path."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return tuple(LockedJar.parse(line) for line in lines if not line.startswith("#"))


def neo4j_version(jars: Sequence[LockedJar]) -> str:
    """Return the version of Neo4j among the jars."""
    return next(jar.version for jar in jars if (jar.group, jar.artifact) == ("org.neo4j", "neo4j"))


def file_sha256(path: Path) -> str:
    """Return the SHA-256 of a file as lower-case hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def install_jars(
    jars: Sequence[LockedJar], directory: Path, scratch: Path, progress: Progress
) -> None:
    """Fetch every jar that is missing from a directory or has a wrong hash.

    What a killed fetch leaves behind lies in `scratch`, as the directory may hold what is not ours.

    Raises:
        LocalServerError: a jar cannot be fetched or has a wrong hash, or the directory cannot be
            written, or there is no room.
    """
    if not _missing(jars, directory):
        return
    with write_errors(directory, hint="set HOUSEHOLD_GRAPH_JARS to a directory you can write to"):
        directory.mkdir(mode=0o755, parents=True, exist_ok=True)
        with FileLock(directory / "lock"):
            missing = _missing(jars, directory)
            check_space(directory, len(missing) * SIZE, "installing Neo4j")
            for jar in missing:
                if (directory / jar.relative_path).exists():
                    note(f"`{jar.coordinate}` has a wrong SHA-256 and is fetched again")
            text = f"installing Neo4j {neo4j_version(jars)} into {directory}"
            with progress(text, len(missing)) as advance:
                _fetch_all(missing, directory, scratch, advance)


def _missing(jars: Sequence[LockedJar], directory: Path) -> list[LockedJar]:
    with ThreadPoolExecutor(THREADS) as pool:
        sound = pool.map(lambda jar: jar.is_sound(directory), jars)
        return [jar for jar, good in zip(jars, sound, strict=True) if not good]


def _fetch_all(
    missing: Sequence[LockedJar], directory: Path, scratch: Path, advance: Callable[[], None]
) -> None:
    """Fetch jars, several at a time."""
    cancelled = Event()
    with ThreadPoolExecutor(THREADS) as pool:
        try:
            tasks = [pool.submit(_fetch, jar, directory, scratch, cancelled) for jar in missing]
            for task in as_completed(tasks):
                task.result()
                advance()
        finally:
            cancelled.set()
            pool.shutdown(wait=False, cancel_futures=True)


def _fetch(jar: LockedJar, directory: Path, scratch: Path, cancelled: Event) -> None:
    """Fetch one jar, check it and move it to its place."""
    with tempfile.TemporaryDirectory(dir=scratch) as folder:
        fetched = _download(jar, Path(folder), cancelled)
        if file_sha256(fetched) != jar.sha256:
            raise LocalServerError(
                f"`{jar.coordinate}` arrived with a wrong SHA-256 and was removed",
                hint="try again; if that does not help, something on the way here changes files",
            )
        target = directory / jar.relative_path
        target.parent.mkdir(mode=0o755, exist_ok=True)
        beside = target.with_suffix(f".{os.getpid()}.part")
        try:
            shutil.copyfile(fetched, beside)
            beside.replace(target)
        finally:
            beside.unlink(missing_ok=True)


def _download(jar: LockedJar, scratch: Path, cancelled: Event) -> Path:
    """Fetch one jar; retry where the network or the repository fails."""
    failure: Exception | None = None
    for attempt, pause in enumerate(PAUSES):
        cancelled.wait(pause)
        try:
            return _resolve(jar, scratch / str(attempt), cancelled)
        except (OSError, RuntimeError) as error:
            # Errors of the network are OSErrors as well, but have no number of the system's.
            if isinstance(error, OSError) and isinstance(error.errno, int):
                raise
            failure = error
    raise LocalServerError(
        f"cannot fetch `{jar.coordinate}`: {type(failure).__name__}",
        hint="the first start needs a network; the next try continues after the jars fetched so "
        "far",
    ) from failure


def _resolve(jar: LockedJar, repository: Path, cancelled: Event) -> Path:
    """Let jgo, which knows where the repository is, fetch one jar into a directory of its own."""
    # jgo and what it needs take a quarter of a second to import, on the first start only.
    from jgo.maven import MavenContext, PythonResolver

    def watch(_name: str, _size: int) -> AbstractContextManager[Callable[[int], None]]:
        return nullcontext(check)

    def check(_count: int) -> None:
        if cancelled.is_set():
            raise CancelledError

    resolver = PythonResolver(progress_callback=watch)
    context = MavenContext(resolver, repo_cache=repository, timeout=TIMEOUT)
    component = context.project(jar.group, jar.artifact).at_version(jar.version)
    return component.artifact(classifier=jar.classifier, packaging="jar").resolve()
