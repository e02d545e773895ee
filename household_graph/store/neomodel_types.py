"""Property and relationship types of the generated neomodel classes, and their connection."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Self, overload

import neo4j.time
from neo4j import Driver
from neomodel import (
    RelationshipFrom,
    RelationshipManager,
    RelationshipTo,
    StringProperty,
    StructuredNode,
    StructuredRel,
    db,
)
from neomodel.properties import Property, validator

from household_graph.model.declaration import LABELS, RELATIONSHIPS
from household_graph.store.row_reader import from_wire, to_wire

_CLASSES = f"{__name__.rpartition('.')[0]}.neomodel_classes"


class InstantProperty(Property[datetime]):
    """An instant: a native zoned DATETIME in UTC; a datetime with an offset in Python."""

    @validator
    def inflate(self, value: Any) -> Any:  # noqa: ANN401 - as neomodel has it
        """Return a datetime in UTC."""
        return from_wire(value)

    @validator
    def deflate(self, value: Any) -> Any:  # noqa: ANN401 - as neomodel has it
        """Return what the driver takes; a datetime without an offset is refused."""
        if not isinstance(value, datetime):
            raise TypeError(f"expected a datetime, got `{value!r}`")
        return to_wire(value)


class DateProperty(Property[date]):
    """A date of the calendar: a native DATE (neomodel's own DateProperty stores a string)."""

    @validator
    def inflate(self, value: Any) -> Any:  # noqa: ANN401 - as neomodel has it
        """Return a date."""
        return from_wire(value)

    @validator
    def deflate(self, value: Any) -> Any:  # noqa: ANN401 - as neomodel has it
        """Return what the driver takes; a datetime is refused, because it is not a date."""
        if isinstance(value, datetime) or not isinstance(value, date):
            raise TypeError(f"expected a date, got `{value!r}`")
        return neo4j.time.Date(value.year, value.month, value.day)


def words(vocabulary: type[StrEnum]) -> dict[str, str]:
    """Return an enum as the choices of a neomodel property."""
    return {word.value: word.value for word in vocabulary}


class _Link:
    """Declares for type checkers that on a node, a relationship is a manager."""

    if TYPE_CHECKING:

        @overload
        def __get__(self, node: None, owner: type | None = None) -> Self: ...
        @overload
        def __get__(self, node: object, owner: type | None = None) -> RelationshipManager: ...
        def __get__(
            self, node: object, owner: type | None = None
        ) -> Self | RelationshipManager: ...


class LinkTo(_Link, RelationshipTo):
    """A relationship, on the class it starts at; several ends have the label `Entity` in common."""

    def __init__(
        self, relation_type: str, *ends: str, model: type[StructuredRel] | None = None
    ) -> None:
        """Declare the labels it can end at, and the class of its properties."""
        super().__init__(_class_path(ends), relation_type, model=model)


class LinkFrom(_Link, RelationshipFrom):
    """The reverse of a `LinkTo`."""

    def __init__(
        self, relation_type: str, *starts: str, model: type[StructuredRel] | None = None
    ) -> None:
        """Declare the labels it can start at, and the class of its properties."""
        super().__init__(_class_path(starts), relation_type, model=model)


def _class_path(labels: tuple[str, ...]) -> str:
    return f"{_CLASSES}.{labels[0] if len(labels) == 1 else 'Entity'}"


class Identified(StructuredNode):
    """A node with an id of its own; not a label."""

    # Abstract for two reasons: it is no label, and only in an abstract class does neomodel let a
    # property be called `id`, which is what it is called in the graph. (The name it forbids is
    # its old word for Neo4j's internal id; that is `element_id` today.)
    __abstract_node__ = True

    id = StringProperty(  # type: ignore[assignment] # neomodel's own `id` is Neo4j's old internal one
        name="id",
        unique_index=True,
        required=True,
        help_text="its one name in the graph: `bakers`, `bakers/katie`, `bakers/change-3`",
    )

    def __init_subclass__(cls) -> None:
        """Give the properties and relationships of a label the meanings that are declared."""
        super().__init_subclass__()
        meanings = {
            one.name: one.meaning
            for label in LABELS
            if label.name == cls.__name__
            for one in label.properties
        }
        meanings |= {one.forward: one.meaning for one in RELATIONSHIPS if one.start == cls.__name__}
        for name, meaning in meanings.items():
            if name in cls.__dict__:
                cls.__dict__[name].help_text = meaning


@contextmanager
def objects(driver: Driver, *, database: str | None = None) -> Iterator[None]:
    """Connect the classes to a driver inside the block.

    neomodel has one connection for the whole process, so this is for one thread at a time. Its
    previous connection is restored at the end, and no driver is closed.
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
