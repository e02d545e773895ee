"""A validity begins before it ends, and the same link does not hold twice at once."""

from collections import defaultdict
from collections.abc import Iterator
from itertools import pairwise
from typing import TYPE_CHECKING

from household_graph.onboarding.names import local, parts_within
from household_graph.onboarding.parts import DatedLink, Timed
from household_graph.onboarding.problems import Loc, Problem
from household_graph.onboarding.rules.damage import Damage
from household_graph.onboarding.validity import span_of, starts

if TYPE_CHECKING:
    from household_graph.onboarding.document import HouseholdDocument

__all__ = ["overlaps", "wrong_validities"]


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


def overlaps(document: "HouseholdDocument", damage: Damage) -> Iterator[Problem]:
    """Yield dated links that are stated twice for the same time, where all could be read."""
    household = document.organization.id
    links: dict[tuple[Loc, str], list[tuple[int, int, Loc]]] = defaultdict(list)
    for loc, part in parts_within(document):
        if isinstance(part, DatedLink) and not damage.at(loc):
            start, end = span_of(document, part)
            if start < end:
                links[loc[:-1], local(household, part.to)].append((start, end, loc))
    for (_place, name), spans in links.items():
        for (_start, end, first), (start, _end, second) in pairwise(sorted(spans)):
            if start < end:
                later = max(first, second, key=lambda loc: loc[-1])
                yield Problem(
                    later,
                    f"the link to `{name}` is stated twice for the same time, first",
                    "end the one before the other starts, or leave one out",
                    min(first, second, key=lambda loc: loc[-1]),
                )
