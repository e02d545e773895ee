"""The constraints and indexes of the graph: find and create the missing ones."""

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
    """Return the declared constraints and indexes that are not in the database."""
    with objects(driver, database=database):
        present = _present()
    return tuple(index for index in INDEXES if index not in present)


def install_schema(driver: Driver, *, database: str | None = None) -> tuple[Index, ...]:
    """Create the missing constraints and indexes, and return them; idempotent.

    Nothing is dropped, except what a constraint left behind if the server was killed during its
    creation.

    Raises:
        BadInputError: if data in the database violate a constraint.
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
    """Drop the index of a missing constraint: it occupies the name."""
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
            hint="remove duplicates, or the index in the way, and try again",
        ) from error
