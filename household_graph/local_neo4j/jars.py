"""Fetching the locked jars, each held to its SHA-256 when it arrives and before every start.

Hashing all of them takes a third of a second, a start ten; so nothing has to be remembered about
them, and a jar that somebody changed is never run. An interrupted fetch goes on where it was.
"""

import os
import shutil
import tempfile
from collections.abc import Callable, Sequence
from concurrent.futures import CancelledError, ThreadPoolExecutor, as_completed
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from threading import Event

from filelock import FileLock

from household_graph.errors import LocalServerError
from household_graph.local_neo4j.home import Home, check_space, writing
from household_graph.local_neo4j.jarlist import LockedJar, file_sha256
from household_graph.local_neo4j.progress import Progress, note

THREADS = 8
PAUSES = (0.0, 1.0, 2.0)  # seconds before each try
TIMEOUT = 30  # seconds without a byte
SIZE = 800_000  # bytes of a jar on the average


def install_jars(home: Home, progress: Progress) -> None:
    """Make sure that every jar is in its place and is what the list says.

    Raises:
        LocalServerError: a jar cannot be fetched or is not what the list says, or the directory
            cannot be written, or there is no room.
    """
    if not _missing(home):
        return
    with writing(home.jars, hint="set HOUSEHOLD_GRAPH_JARS to a directory you can write to"):
        home.jars.mkdir(mode=0o755, parents=True, exist_ok=True)
        with FileLock(home.jars / "lock"):
            missing = _missing(home)
            check_space(home.jars, len(missing) * SIZE, "installing Neo4j")
            for jar in missing:
                if (home.jars / jar.relative_path).exists():
                    note(f"`{jar.coordinate}` is not what it has to be, and is fetched anew")
            _fetch_all(home, missing, progress)


def _missing(home: Home) -> list[LockedJar]:
    """Return the jars that are not there, or not right."""
    jars = home.jar_list.jars
    with ThreadPoolExecutor(THREADS) as pool:
        sound = pool.map(lambda jar: _is_sound(home.jars, jar), jars)
        return [jar for jar, good in zip(jars, sound, strict=True) if not good]


def _is_sound(directory: Path, jar: LockedJar) -> bool:
    path = directory / jar.relative_path
    return path.exists() and file_sha256(path) == jar.sha256


def _fetch_all(home: Home, missing: Sequence[LockedJar], progress: Progress) -> None:
    """Fetch jars, several at a time."""
    cancelled = Event()
    text = f"installing Neo4j {home.jar_list.neo4j_version} into {home.jars}"
    with ThreadPoolExecutor(THREADS) as pool:
        try:
            with progress(text, len(missing)) as advance:
                tasks = [pool.submit(_fetch, jar, home, cancelled) for jar in missing]
                for task in as_completed(tasks):
                    task.result()
                    advance()
        finally:
            cancelled.set()
            pool.shutdown(wait=False, cancel_futures=True)


def _fetch(jar: LockedJar, home: Home, cancelled: Event) -> None:
    """Fetch one jar into the home, check it and put it in its place.

    What a killed fetch leaves behind lies in the home, which may be cleaned up; the directory of
    jars may hold what is not ours.
    """
    with tempfile.TemporaryDirectory(dir=home.scratch) as scratch:
        fetched = _download(jar, Path(scratch), cancelled)
        if file_sha256(fetched) != jar.sha256:
            raise LocalServerError(
                f"`{jar.coordinate}` arrived with a wrong SHA-256 and was removed",
                hint="try again; if it stays so, something on the way here changes files",
            )
        target = home.jars / jar.relative_path
        target.parent.mkdir(mode=0o755, exist_ok=True)
        beside = target.with_suffix(f".{os.getpid()}.part")
        try:
            shutil.copyfile(fetched, beside)
            beside.replace(target)
        finally:
            beside.unlink(missing_ok=True)


def _download(jar: LockedJar, scratch: Path, cancelled: Event) -> Path:
    """Fetch one jar, trying again where the network or the repository hiccups."""
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
        hint="the first start needs a network; what was fetched so far is kept",
    ) from failure


def _resolve(jar: LockedJar, repository: Path, cancelled: Event) -> Path:
    """Let jgo, which knows where the repository is, fetch one jar into a directory of its own."""
    # jgo and what it needs cost a quarter of a second, on the first start only.
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
