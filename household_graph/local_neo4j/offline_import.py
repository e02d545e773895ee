"""Files into the local database by Neo4j's own offline importer, while the server is stopped.

The importer fills a data directory of its own, which replaces the server's only when it is whole:
after a failure at any point before that, the next command finds the database as it was.
"""

import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

from household_graph.errors import LocalServerError
from household_graph.local_neo4j.diagnosis import log_end
from household_graph.local_neo4j.disk import check_space
from household_graph.local_neo4j.home import Home, locate
from household_graph.local_neo4j.java import run_admin_tool, stop_server
from household_graph.local_neo4j.login import DATABASE
from household_graph.local_neo4j.server import LocalServer, ensure_running
from household_graph.local_neo4j.terminal import Progress, on_stderr


def import_files(
    options: Sequence[str],
    check: Callable[[LocalServer], None],
    home: Path | None = None,
    progress: Progress = on_stderr,
) -> LocalServer:
    """Replace the local database by what is in files.

    The server is stopped meanwhile, and other commands wait. Connections to it have to be opened
    again afterwards. The importer's output is in `logs/import.log` below the home.

    Args:
        options: the options of `neo4j-admin database import full`, with absolute paths.
        check: raises if what the database holds must not be replaced; no other command starts,
            stops or resets the server between this and the import.
        home: where the server lives; as with `ensure_running`.
        progress: shows what takes time.

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
    """Make new data from the files, beside the present users and passwords, and switch to them."""
    beside, replaced = place.root / "importing", place.root / "deleted"
    for directory in (beside, replaced):
        shutil.rmtree(directory, ignore_errors=True)  # what a killed import left behind
    try:
        shutil.copytree(place.data, beside / "data", ignore=shutil.ignore_patterns(DATABASE))
        log = "import.log"
        arguments = ("database", "import", "full", DATABASE, *options)
        if run_admin_tool(place, *arguments, log=log, environment={"NEO4J_HOME": str(beside)}):
            raise LocalServerError("Neo4j's importer failed", hint=log_end(place.logs / log))
        # Killed between these two, it leaves no data, which is an empty database too.
        place.data.rename(replaced)
        (beside / "data").rename(place.data)
    finally:
        for directory in (beside, replaced):
            shutil.rmtree(directory, ignore_errors=True)
