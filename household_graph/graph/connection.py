"""The way to the database: a Neo4j server that is named, or the local one."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from neo4j import WRITE_ACCESS, Driver, GraphDatabase, Session
from neo4j.exceptions import (
    AuthError,
    ConfigurationError,
    DriverError,
    Neo4jError,
    ServiceUnavailable,
    SessionExpired,
    TransientError,
)
from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from household_graph.errors import (
    BadInputError,
    DatabaseUnavailableError,
    HouseholdGraphError,
)
from household_graph.graph.local import ensure_running
from household_graph.graph.walked import Walked

__all__ = ["Connection", "ServerSettings", "database_errors", "open_connection", "without_login"]

_TIMEOUT = 10.0  # seconds to wait for a server to take a connection


class ServerSettings(BaseSettings):
    """Which server to use, from the variables that cypher-shell and Aura use.

    Attributes:
        uri: such as `neo4j://graph.internal:7687`; None means the local server.
        username: whom to log in as.
        password: with what.
        database: which database; None means the server's default.
    """

    model_config = SettingsConfigDict(
        env_prefix="NEO4J_", env_ignore_empty=True, frozen=True, hide_input_in_errors=True
    )

    uri: str | None = None
    username: str = "neo4j"
    password: str = Field(default="", repr=False)
    database: str | None = None


@dataclass(frozen=True, slots=True)
class Connection:
    """A driver that has answered once, and the database to ask it for (None: its default).

    Attributes:
        driver: of Neo4j.
        database: its name, or None.
        walked: the households of which nothing was kept a moment ago.
    """

    driver: Driver
    database: str | None
    walked: Walked = field(default_factory=Walked, compare=False, repr=False)

    def session(self, access: str = WRITE_ACCESS) -> Session:
        """Return a session that reads what this connection wrote, on any member of a cluster.

        Args:
            access: what it runs outside of transactions: the driver's READ_ACCESS or WRITE_ACCESS.
        """
        return self.driver.session(
            database=self.database,
            default_access_mode=access,
            bookmark_manager=self.driver.execute_query_bookmark_manager,
        )


def open_connection(
    settings: ServerSettings | None = None, *, local: bool | None = None
) -> Connection:
    """Return a connection to the server of the settings; without a URI, to the local one.

    The local server is installed and started where it has to be.

    Args:
        settings: which server; None: that of the environment.
        local: whether an empty local database may be made; see `ensure_running`.

    Raises:
        DatabaseUnavailableError: if it does not answer, or refuses the login.
        BadInputError: if the URI cannot be one.
        LocalServerError: if the local server cannot be installed or started.
    """
    settings = settings or ServerSettings()
    if not settings.uri:
        server = ensure_running(create=local)
        settings = ServerSettings(
            uri=server.bolt_uri, username=server.username, password=server.password
        )
    uri = settings.uri or ""
    with database_errors(uri, settings.username):
        driver = _driver(uri, settings)
        try:
            driver.verify_connectivity()
        except BaseException:
            driver.close()
            raise
    return Connection(driver, settings.database)


def _driver(uri: str, settings: ServerSettings) -> Driver:
    try:
        return GraphDatabase.driver(
            uri,
            auth=(settings.username, settings.password),
            connection_timeout=_TIMEOUT,
            connection_acquisition_timeout=_TIMEOUT,
            max_transaction_retry_time=_TIMEOUT,
            notifications_min_severity="OFF",
        )
    except (ConfigurationError, ValueError):
        # Without its cause, which may repeat a password that the URI holds.
        raise BadInputError(
            f"`{without_login(uri)}` is not the URI of a Neo4j server",
            hint="set NEO4J_URI to something like neo4j://localhost:7687, or leave it unset; who "
            "logs in is said by NEO4J_USERNAME and NEO4J_PASSWORD",
        ) from None


def without_login(uri: str) -> str:
    """Return a URI as it may be shown: less the login and the query, which may hold secrets."""
    rest = uri.partition("?")[0]
    before, at, host = rest.rpartition("@")
    scheme, separator, _ = before.partition("://")
    return f"{scheme}{separator}…@{host}" if separator else f"…@{host}" if at else rest


@contextmanager
def database_errors(uri: str | None = None, username: str = "the user") -> Iterator[None]:
    """Turn what the driver raises into the project's own errors.

    Args:
        uri: where the server is, for messages; None once it has answered.
        username: who logs in.

    Raises:
        DatabaseUnavailableError: if the server does not answer, is not ready, or refuses the login.
        HouseholdGraphError: if it answers with any other error.
    """
    uri = without_login(uri) if uri else None
    try:
        yield
    except AuthError as error:
        raise DatabaseUnavailableError(
            f"Neo4j at `{uri}` refuses the login of `{username}`",
            hint="check NEO4J_USERNAME and NEO4J_PASSWORD",
        ) from error
    except (ServiceUnavailable, SessionExpired, DriverError) as error:
        raise DatabaseUnavailableError(
            f"Neo4j at `{uri}` does not answer" if uri else "Neo4j does not answer any more",
            hint="check NEO4J_URI and that the server runs; unset it to use the local one"
            if uri
            else "run the same command again",
        ) from error
    except TransientError as error:
        raise DatabaseUnavailableError(
            f"Neo4j is not ready: {error.message}", hint="run the same command again"
        ) from error
    except Neo4jError as error:
        raise HouseholdGraphError(f"Neo4j refuses: {error.message}", hint=error.code) from error
