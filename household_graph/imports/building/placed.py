"""A record with the household and the person it was found to belong to."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from household_graph.imports.statements import Statement


@dataclass(frozen=True)
class Placed:
    """What one record says, and of whom.

    Attributes:
        text: what it says; see `text_of`.
        person: the key of the person it is about: its own, or that of the one it was merged with;
            None, if it is about nobody.
        file: the file it stands in.
        line: the line in that file, from 1.
        run: the id of the run that read it.
    """

    text: str
    person: str | None
    file: str
    line: int
    run: str

    @cached_property
    def said(self) -> Statement:
        """What it says; read only when somebody asks, in the process that does."""
        return Statement.model_validate_json(self.text)


def text_of(said: Statement) -> str:
    """Return a statement as JSON text: equal statements have equal texts."""
    return said.model_dump_json(exclude_defaults=True)


def placed_from(properties: Mapping[str, Any]) -> Placed:
    """Return a record from the properties of its node in the graph."""
    return Placed(
        text=properties["said"],
        person=properties.get("person"),
        file=properties["file"],
        line=properties["line"],
        run=properties["import_run"],
    )
