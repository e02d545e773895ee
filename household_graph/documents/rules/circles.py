"""Units and bundles nest: never in a circle, and never deeper than questions look."""

from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from itertools import pairwise
from typing import TYPE_CHECKING

from household_graph.documents.names import local
from household_graph.documents.problems import Loc, Problem
from household_graph.model.nesting import chain_too_long, too_deep

if TYPE_CHECKING:
    from household_graph.documents.document import HouseholdDocument

Edges = dict[tuple[str, str], Loc]


def wrong_nesting(document: "HouseholdDocument") -> Iterator[Problem]:
    """Yield circles of units, and of bundles, and the deepest of what is too deep."""
    household = document.organization.id
    memberships: Edges = {
        (unit.id, local(household, link.to)): ("units", index, "member_of", place)
        for index, unit in enumerate(document.units)
        for place, link in enumerate(unit.member_of)
    }
    memberships |= {
        (person.id, local(household, link.to)): ("individuals", index, "member_of", place)
        for index, person in enumerate(document.individuals)
        for place, link in enumerate(person.member_of)
    }
    bundles: Edges = {
        (product.id, local(household, part)): ("products", index, "bundles", place)
        for index, product in enumerate(document.products)
        for place, part in enumerate(product.bundles)
    }
    yield from _circles(memberships, "membership")
    yield from _circles(bundles, "bundling")
    for kind, edges in (("MEMBER_OF", memberships), ("BUNDLES", bundles)):
        if chain := chain_too_long(edges):
            yield Problem(edges[chain[0], chain[1]], too_deep(chain, kind), "nest them less deep")


def _circles(edges: Edges, what: str) -> Iterator[Problem]:
    """Yield one problem for each circle, opening it to find the next."""
    left = dict(edges)
    while cycle := _cycle(left):
        loc, start = min((left[edge], edge[0]) for edge in pairwise(cycle))
        turn = cycle.index(start)
        ids = [*cycle[turn:-1], *cycle[: turn + 1]] if turn else cycle
        yield Problem(loc, f"{what} goes in a circle: {' -> '.join(f'`{one}`' for one in ids)}")
        del left[start, ids[1]]


def _cycle(edges: Edges) -> list[str]:
    """Return a circle, its first id again at its end; empty if there is none."""
    sorter: TopologicalSorter[str] = TopologicalSorter()
    for start, end in edges:
        sorter.add(end, start)  # found circles then run the way the edges do
    try:
        sorter.prepare()
    except CycleError as error:
        found: list[str] = error.args[1]
        return found
    return []
