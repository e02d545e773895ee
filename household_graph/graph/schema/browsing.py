"""Looking at the graph through neomodel's objects, over a driver that exists already."""

from collections.abc import Iterator
from contextlib import contextmanager

from neo4j import Driver
from neomodel import db

__all__ = ["objects"]


@contextmanager
def objects(driver: Driver, *, database: str | None = None) -> Iterator[None]:
    """Let the classes of the schema work over a driver while the block lasts.

    neomodel has one connection for the whole process, so this is for one thread at a time.
    Whatever connection it had before is given back at the end, and no driver is closed.

    Args:
        driver: an open driver; it stays the caller's.
        database: the name of the database; the user's home database if None.
    """
    connection = db._connection  # noqa: SLF001 - the only way to put a connection back
    before = (db.driver, db.url, connection._owns_driver, connection._database_name)  # noqa: SLF001
    db.driver = None  # or neomodel closes a driver of its own making
    try:
        db.set_connection(driver=driver)
        connection._database_name = database  # noqa: SLF001 - a driver has no database
        yield
    finally:
        db.driver, db.url, connection._owns_driver, connection._database_name = before  # noqa: SLF001
        connection._database_version = None  # noqa: SLF001 - asked again where it is needed
