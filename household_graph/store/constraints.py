"""Constraints and indexes: which are missing, and creating them."""

import io
from collections.abc import Iterable

from neo4j import Driver
from neo4j.exceptions import Neo4jError
from neomodel import db

from household_graph.errors import BadInputError
from household_graph.model.declaration import INDEXES, Index
from household_graph.store.neomodel_classes import NODE_CLASSES
from household_graph.store.neomodel_types import objects
from household_graph.store.query_files import load_query


def missing_schema(driver: Driver, *, database: str | None = None) -> tuple[Index, ...]:
    """Return the constraints and indexes that are declared and not in the database."""
    with objects(driver, database=database):
        present = _present()
    return tuple(index for index in INDEXES if index not in present)


def install_schema(driver: Driver, *, database: str | None = None) -> tuple[Index, ...]:
    """Create the constraints and indexes that are missing, and return them.

    Nothing is dropped but what a constraint left behind as the server was killed while it was made.
    To call it again does nothing.

    Raises:
        BadInputError: if the database holds something a constraint cannot bear.
    """
    absent = missing_schema(driver, database=database)
    labels = {index.label for index in absent}
    with objects(driver, database=database):
        _drop_leftovers(absent)
        for node_class in NODE_CLASSES:
            if node_class.__label__ in labels:
                _install(node_class)
    return absent


def _present() -> set[Index]:
    constraints = [
        Index(row["labelsOrTypes"][0], row["properties"][0], "unique")
        for row in db.list_constraints()
        if row["entityType"] == "NODE" and row["type"].endswith("UNIQUENESS")
    ]
    indexes = [
        Index(row["labelsOrTypes"][0], row["properties"][0], "index")
        for row in db.list_indexes(exclude_token_lookup=True)
        if row["entityType"] == "NODE" and row["type"] == "RANGE" and len(row["properties"]) == 1
    ]
    return {*constraints, *indexes}


def _drop_leftovers(absent: Iterable[Index]) -> None:
    """Drop the index of a constraint that is missing: its name would be in the way."""
    names = {f"constraint_unique_{index.label}_{index.property}" for index in absent}
    for row in db.list_indexes(exclude_token_lookup=True):
        if row["name"] in names and row["owningConstraint"] is None:
            db.cypher_query(load_query("schema/drop-index").text, {"name": row["name"]})


def _install(node_class: type) -> None:
    try:
        db.install_labels(node_class, stdout=io.StringIO())
    except Neo4jError as error:
        if ".Schema." not in (error.code or ""):
            raise
        why = " ".join((error.message or "").split())
        raise BadInputError(
            f"the schema of `{node_class.__name__}` cannot be installed: {why}",
            hint="remove what is there twice, or the index in the way, and try again",
        ) from error
