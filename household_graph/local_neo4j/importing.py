"""Files into the local database by Neo4j's own offline importer, while the server is stopped.

The importer fills a data directory of its own, which takes the place of the server's only when it
is whole: whatever happens before, the next command finds the database as it was.
"""

import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

from household_graph.errors import LocalServerError
from household_graph.local_neo4j.causes import last_words
from household_graph.local_neo4j.home import Home, check_space, locate
from household_graph.local_neo4j.launch import run_admin_tool
from household_graph.local_neo4j.login import DATABASE
from household_graph.local_neo4j.process import stop_server
from household_graph.local_neo4j.progress import Progress, on_stderr
from household_graph.local_neo4j.server import LocalServer, ensure_running


def import_files(
    options: Sequence[str],
    check: Callable[[LocalServer], None],
    home: Path | None = None,
    progress: Progress = on_stderr,
) -> LocalServer:
    """Put files in the place of the local database.

    The server is stopped meanwhile, and other commands wait. Connections to it have to be opened
    anew afterwards. What the importer said is kept in `logs/import.log` below the home.

    Args:
        options: the options of `neo4j-admin database import full`, with absolute paths.
        check: raises if what the database holds must not be replaced; nobody starts, stops or
            resets the server between this and the import.
        home: where the server lives; as with `ensure_running`.
        progress: told what takes time.

    Returns:
        The server, running again.

    Raises:
        LocalServerError: there is no room, or the importer failed; the database is as before.
        DatabaseUnavailableError: the server does not answer.
    """
    server, place = ensure_running(home, progress), locate(home)
    with place.exclusively():
        check_space(place.root, _size(options), "importing these files")
        check(server)
        with progress("importing into Neo4j", None):
            stop_server(place)
            _import(place, options)
    return ensure_running(home, progress)


def _size(options: Sequence[str]) -> int:
    """Return the bytes in the files that options of the importer name."""
    names = (name for option in options for name in option.rpartition("=")[2].split(","))
    return sum(path.stat().st_size for path in map(Path, names) if path.is_file())


def _import(place: Home, options: Sequence[str]) -> None:
    """Make new data of the files, beside users and passwords as they are, and take them in use."""
    beside, replaced = place.root / "importing", place.root / "deleted"
    for directory in (beside, replaced):
        shutil.rmtree(directory, ignore_errors=True)  # what a killed import left behind
    try:
        shutil.copytree(place.data, beside / "data", ignore=shutil.ignore_patterns(DATABASE))
        log = "import.log"
        arguments = ("database", "import", "full", DATABASE, *options)
        if run_admin_tool(place, *arguments, log=log, environment={"NEO4J_HOME": str(beside)}):
            raise LocalServerError("Neo4j's importer failed", hint=last_words(place.logs / log))
        # Whoever is killed between these two leaves no data, which is an empty database too.
        place.data.rename(replaced)
        (beside / "data").rename(place.data)
    finally:
        for directory in (beside, replaced):
            shutil.rmtree(directory, ignore_errors=True)
