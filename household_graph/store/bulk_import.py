"""The bulk import: a first, very large one into the local database, by Neo4j's offline importer."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from neo4j import Driver, GraphDatabase

from household_graph.errors import BadInputError
from household_graph.local_neo4j import LocalServer, ensure_running
from household_graph.local_neo4j.maintenance import import_files
from household_graph.local_neo4j.terminal import Progress, on_stderr
from household_graph.store.connection import database_errors
from household_graph.store.query_files import load_query


def import_into_local(
    options: Sequence[str], home: Path | None = None, progress: Progress = on_stderr
) -> LocalServer:
    """Import files into the local database, which must be empty, and install the schema.

    Args:
        options: the options of `neo4j-admin database import full`, with absolute paths.
        home: where the server lives; as with `ensure_running`.
        progress: shows what takes time.

    Returns:
        The server, running again; connections to it have to be opened again.

    Raises:
        BadInputError: the database is not empty.
        LocalServerError: the importer failed; the database is as empty as before.
        DatabaseUnavailableError: the server does not answer.
    """
    server = import_files(options, _check_empty, home, progress)
    with progress("creating the indexes", None), _driver(server) as driver:
        from household_graph.store.constraints import install_schema

        install_schema(driver)
    return server


def check_empty(
    home: Path | None = None, progress: Progress = on_stderr, *, create: bool | None = None
) -> None:
    """Refuse a local database that is not empty.

    Args:
        home: where the server lives; as with `ensure_running`, like the other arguments.
        progress: shows what takes time.
        create: whether an empty one may be made where there is none.

    Raises:
        BadInputError: it is not empty.
        LocalServerError: the server cannot be installed or started, or there is none and none may
            be made, see `ensure_running`.
        DatabaseUnavailableError: the server does not answer.
    """
    _check_empty(ensure_running(home, progress, create=create))


def _check_empty(server: LocalServer) -> None:
    with _driver(server) as driver:
        records = driver.execute_query(load_query("reads/is-empty").text).records
    if not records[0]["empty"]:
        raise BadInputError(
            f"the database at `{server.bolt_uri}` is not empty",
            hint="import online, with `household-graph import run`; or set HOUSEHOLD_GRAPH_HOME "
            "to a new folder for a database of its own",
        )


@contextmanager
def _driver(server: LocalServer) -> Iterator[Driver]:
    login = (server.username, server.password)
    with (
        database_errors(server.bolt_uri, server.username, local=True),
        GraphDatabase.driver(
            server.bolt_uri, auth=login, notifications_min_severity="OFF"
        ) as driver,
    ):
        yield driver
