"""What neomodel lacks: native dates, instants in UTC, words of the vocabulary, links with prose."""

from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Self, overload

import neo4j.time
from neomodel import RelationshipFrom, RelationshipManager, RelationshipTo, StructuredRel
from neomodel.properties import Property, validator

from household_graph.graph.wire import from_wire, to_wire

__all__ = ["DateProperty", "InstantProperty", "LinkFrom", "LinkTo", "words"]

_SCHEMA = __name__.rpartition(".")[0]


class InstantProperty(Property[datetime]):
    """An instant: a native zoned DATETIME in UTC; a datetime with an offset in Python."""

    @validator
    def inflate(self, value: Any) -> Any:  # noqa: ANN401 - as neomodel has it
        """Return a datetime in UTC."""
        return from_wire(value)

    @validator
    def deflate(self, value: Any) -> Any:  # noqa: ANN401 - as neomodel has it
        """Return what the driver is given; a datetime without an offset is refused."""
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
        """Return what the driver is given; a datetime is refused, for it is not a date."""
        if isinstance(value, datetime) or not isinstance(value, date):
            raise TypeError(f"expected a date, got `{value!r}`")
        return neo4j.time.Date(value.year, value.month, value.day)


def words(vocabulary: type[StrEnum]) -> dict[str, str]:
    """Return the words of a vocabulary as neomodel takes choices."""
    return {word.value: word.value for word in vocabulary}


class _Link:
    """Tells type checkers what neomodel does: on a node, a link is the manager to walk it with."""

    if TYPE_CHECKING:

        @overload
        def __get__(self, node: None, owner: type | None = None) -> Self: ...
        @overload
        def __get__(self, node: object, owner: type | None = None) -> RelationshipManager: ...
        def __get__(
            self, node: object, owner: type | None = None
        ) -> Self | RelationshipManager: ...


class LinkTo(_Link, RelationshipTo):
    """A relationship, declared on the class it starts at.

    Attributes:
        targets: the labels it can end at.
        help_text: what it means.
    """

    def __init__(
        self,
        relation_type: str,
        *targets: str,
        help_text: str,
        model: type[StructuredRel] | None = None,
    ) -> None:
        """Declare it; with several targets, neomodel is told the label all of them have."""
        super().__init__(_class_path(targets), relation_type, model=model)
        self.targets = targets
        self.help_text = help_text


class LinkFrom(_Link, RelationshipFrom):
    """The other end of a `LinkTo`: for walking back, no declaration of its own."""

    def __init__(
        self, relation_type: str, *sources: str, model: type[StructuredRel] | None = None
    ) -> None:
        """Declare where it comes from."""
        super().__init__(_class_path(sources), relation_type, model=model)


def _class_path(labels: tuple[str, ...]) -> str:
    return f"{_SCHEMA}.{labels[0] if len(labels) == 1 else 'Entity'}"
