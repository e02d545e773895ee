"""The bulk import: a first, very large one into the local database, by Neo4j's offline importer."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from household_graph.errors import BadInputError
from household_graph.local_neo4j import LocalServer, ensure_running
from household_graph.local_neo4j.maintenance import import_files
from household_graph.local_neo4j.terminal import Progress, on_stderr
from household_graph.store.connection import Connection, ServerSettings, open_connection, read
from household_graph.store.graph_schema import install_schema


def import_into_local(
    options: Sequence[str], home: Path | None = None, progress: Progress = on_stderr
) -> LocalServer:
    """Import files into the local database, which must be empty, and install the schema.

    The options are those of `neo4j-admin database import full`, with absolute paths. The server
    that is returned runs again; connections to it have to be opened again.

    Raises:
        BadInputError: the database is not empty.
        LocalServerError: the importer failed; the database is as empty as before.
        DatabaseUnavailableError: the server does not answer.
    """
    server = import_files(options, _check_empty, home, progress)
    with progress("creating the indexes", None), _connected(server) as connection:
        install_schema(connection.driver)
    return server


def check_empty(*, create: bool | None = None) -> None:
    """Refuse a local database that is not empty; errors and `create` as of `ensure_running`.

    Raises:
        BadInputError: it is not empty.
    """
    _check_empty(ensure_running(create=create))


def _check_empty(server: LocalServer) -> None:
    with _connected(server) as connection:
        [record] = read(connection, "reads/is-empty")
    if not record["empty"]:
        raise BadInputError(
            f"the database at `{server.bolt_uri}` is not empty",
            hint="import online, with `household-graph import run`; or set HOUSEHOLD_GRAPH_HOME "
            "to a new folder for a database of its own",
        )


@contextmanager
def _connected(server: LocalServer) -> Iterator[Connection]:
    connection = open_connection(
        ServerSettings(
            uri=server.bolt_uri, username=server.username, password=server.password, database=None
        )
    )
    with connection.driver:
        yield connection
