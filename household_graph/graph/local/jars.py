"""Fetching the locked jars, each checked against its SHA-256 before it gets its name.

A jar that has its final name was whole and right when it got it, so an interrupted fetch goes on
where it was. When all are there a marker named after the list's digest says so, and later starts
only look whether the files exist.
"""

import shutil
import tempfile
from collections.abc import Callable
from concurrent.futures import CancelledError, ThreadPoolExecutor, as_completed
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from threading import Event

from filelock import FileLock

from household_graph.errors import LocalServerError
from household_graph.graph.local.home import Home, writing
from household_graph.graph.local.jarlist import LockedJar, file_sha256
from household_graph.graph.local.progress import Progress

__all__ = ["install_jars"]

THREADS = 8
PAUSES = (0.0, 1.0, 2.0)  # seconds before each try
TIMEOUT = 30  # seconds without a byte


def install_jars(home: Home, progress: Progress) -> None:
    """Make sure that every jar is in its place; quick when they are.

    Raises:
        LocalServerError: a jar cannot be fetched or is not what the list says, or the directory
            cannot be written.
    """
    if _complete(home):
        return
    with writing(home.jars, hint="set HOUSEHOLD_GRAPH_JARS to a directory you can write to"):
        home.jars.mkdir(parents=True, exist_ok=True)
        with FileLock(home.jars / "lock"):
            if not _complete(home):
                _fetch_missing(home, progress)
                _marker(home).touch()


def _marker(home: Home) -> Path:
    return home.jars / f"complete-{home.jar_list.digest[:16]}"


def _complete(home: Home) -> bool:
    paths = (home.jars / jar.relative_path for jar in home.jar_list.jars)
    return _marker(home).exists() and all(path.exists() for path in paths)


def _fetch_missing(home: Home, progress: Progress) -> None:
    """Fetch what is not there or not right, several at a time."""
    staging = home.jars / "incoming"
    shutil.rmtree(staging, ignore_errors=True)  # what a killed fetch left behind
    staging.mkdir()
    cancelled = Event()
    with ThreadPoolExecutor(THREADS) as pool:
        sound = pool.map(lambda jar: _is_sound(home.jars, jar), home.jar_list.jars)
        missing = [jar for jar, good in zip(home.jar_list.jars, sound, strict=True) if not good]
        text = f"installing Neo4j {home.jar_list.neo4j_version} into {home.jars}"
        try:
            with progress(text, len(missing)) as advance:
                tasks = [pool.submit(_fetch, jar, home.jars, cancelled) for jar in missing]
                for task in as_completed(tasks):
                    task.result()
                    advance()
        finally:
            cancelled.set()
            pool.shutdown(wait=False, cancel_futures=True)
    shutil.rmtree(staging, ignore_errors=True)


def _is_sound(directory: Path, jar: LockedJar) -> bool:
    path = directory / jar.relative_path
    return path.exists() and file_sha256(path) == jar.sha256


def _fetch(jar: LockedJar, directory: Path, cancelled: Event) -> None:
    """Fetch one jar, check it and put it in its place."""
    with tempfile.TemporaryDirectory(dir=directory / "incoming") as scratch:
        fetched = _download(jar, Path(scratch), cancelled)
        if file_sha256(fetched) != jar.sha256:
            raise LocalServerError(
                f"`{jar.coordinate}` arrived with a wrong SHA-256 and was removed",
                hint="try again; if it stays so, something on the way here changes files",
            )
        target = directory / jar.relative_path
        target.parent.mkdir(exist_ok=True)
        fetched.replace(target)


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
