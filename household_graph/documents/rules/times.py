"""A validity begins before it ends, and the same link does not begin twice at once."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from household_graph.documents.names import local, parts_within
from household_graph.documents.parts import DatedLink, Timed
from household_graph.documents.problems import Loc, Problem
from household_graph.documents.rules.damage import Unreadable
from household_graph.documents.validity import span_of, starts

if TYPE_CHECKING:
    from household_graph.documents.document import HouseholdDocument


def wrong_validities(document: "HouseholdDocument") -> Iterator[Problem]:
    """Yield validities that end before, or when, they start."""
    for loc, part in parts_within(document):
        if not isinstance(part, Timed):
            continue
        start, end = span_of(document, part)
        if start >= end:
            inherited = "valid_from" not in part.model_fields_set
            yield Problem(
                (*loc, "valid_to"),
                f"`{part.valid_to}` is not after `{starts(document, part)}`, when it starts",
                "it starts with the document: state its own `valid_from`" if inherited else None,
            )


def repeated_links(document: "HouseholdDocument", unreadable: Unreadable) -> Iterator[Problem]:
    """Yield dated links that begin twice at the same time, where all could be read."""
    household = document.organization.id
    first: dict[tuple[Loc, str, int], Loc] = {}
    for loc, part in parts_within(document):
        if isinstance(part, DatedLink) and not unreadable.at(loc):
            start, _end = span_of(document, part)
            other = first.setdefault((loc[:-1], local(household, part.to), start), loc)
            if other != loc:
                message = f"the link to `{part.to}` begins twice at the same time, first"
                yield Problem(loc, message, "give it another `valid_from`, or leave it out", other)
