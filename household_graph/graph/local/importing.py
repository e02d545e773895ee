"""Files into the local database by Neo4j's own offline importer, while the server is stopped.

The importer fills a data directory of its own, which takes the place of the server's only when it
is whole: whatever happens before, the next command finds the database as it was.
"""

import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from household_graph.errors import BadInputError, LocalServerError
from household_graph.graph.local.home import Home, locate
from household_graph.graph.local.java import ADMIN_TOOL, java_command, java_environment
from household_graph.graph.local.login import DATABASE, last_words
from household_graph.graph.local.process import stop_server
from household_graph.graph.local.progress import Progress, on_stderr
from household_graph.graph.local.server import LocalServer, ensure_running

if TYPE_CHECKING:
    from neo4j import Driver

__all__ = ["check_empty", "import_into_local"]


def import_into_local(
    options: Sequence[str], home: Path | None = None, progress: Progress = on_stderr
) -> LocalServer:
    """Import files into the local database, which must be empty, and install the schema.

    The server is stopped meanwhile, and other commands wait. Connections to it have to be opened
    anew afterwards. What the importer said is kept in `logs/import.log` below the home.

    Args:
        options: the options of `neo4j-admin database import full`, with absolute paths.
        home: where the server lives; as with `ensure_running`.
        progress: told what takes time.

    Returns:
        The server, running again.

    Raises:
        BadInputError: the database holds something already.
        LocalServerError: the importer failed; the database is as empty as before.
        DatabaseUnavailableError: the server does not answer.
    """
    server, place = ensure_running(home, progress), locate(home)
    with place.exclusively():
        _check_empty(server)
        with progress("importing into Neo4j", None):
            stop_server(place)
            _import(place, options)
    server = ensure_running(home, progress)
    with progress("making the indexes", None), _driver(server) as driver:
        from household_graph.graph.schema import apply

        apply(driver, database=DATABASE)
    return server


def check_empty(home: Path | None = None, progress: Progress = on_stderr) -> None:
    """Refuse a local database that holds something.

    Raises:
        BadInputError: it does.
        LocalServerError: the server cannot be installed or started.
        DatabaseUnavailableError: the server does not answer.
    """
    _check_empty(ensure_running(home, progress))


def _check_empty(server: LocalServer) -> None:
    from household_graph.graph.queries import query

    with _driver(server) as driver:
        records = driver.execute_query(query("reads/is-empty").text, database_=DATABASE).records
    if not records[0]["empty"]:
        raise BadInputError(
            f"the database at `{server.bolt_uri}` is not empty",
            hint="import online, with `household-graph import run`; or empty it first, with "
            "`household-graph db reset`",
        )


@contextmanager
def _driver(server: LocalServer) -> Iterator["Driver"]:
    from neo4j import GraphDatabase

    from household_graph.graph.connection import database_errors

    login = (server.username, server.password)
    with (
        database_errors(server.bolt_uri, server.username),
        GraphDatabase.driver(
            server.bolt_uri, auth=login, notifications_min_severity="OFF"
        ) as driver,
    ):
        yield driver


def _import(place: Home, options: Sequence[str]) -> None:
    """Make new data of the files, beside users and passwords as they are, and take them in use."""
    beside, replaced = place.root / "importing", place.root / "deleted"
    for directory in (beside, replaced):
        shutil.rmtree(directory, ignore_errors=True)  # what a killed import left behind
    try:
        shutil.copytree(place.data, beside / "data", ignore=shutil.ignore_patterns(DATABASE))
        _run_importer(place, beside, options)
        # Whoever is killed between these two leaves no data, which is an empty database too.
        place.data.rename(replaced)
        (beside / "data").rename(place.data)
    finally:
        for directory in (beside, replaced):
            shutil.rmtree(directory, ignore_errors=True)


def _run_importer(place: Home, beside: Path, options: Sequence[str]) -> None:
    log = place.logs / "import.log"
    with log.open("wb") as output:
        done = subprocess.run(  # noqa: S603 - our own Java with our own arguments
            java_command(place, ADMIN_TOOL, "database", "import", "full", DATABASE, *options),
            env=java_environment(place) | {"NEO4J_HOME": str(beside)},
            cwd=place.logs,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            check=False,
        )
    if done.returncode != 0:
        raise LocalServerError("Neo4j's importer failed", hint=last_words(log))
