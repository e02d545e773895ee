"""How deep things nest: units in units by MEMBER_OF, products in bundles by BUNDLES."""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from graphlib import CycleError, TopologicalSorter

MOST_LEVELS = 32
"""The most relationships of one of these types in a row; nothing is granted through more of them.

A party in a unit at level 32 is reached, one level further down it is not; a product may be in
bundles of bundles, 32 of them, and the services that realize it come on top. Cypher counts alike:
`[:MEMBER_OF*0..32]`, and `[:BUNDLES|REALIZED_BY*0..33]` to a service."""

NESTING = {"MEMBER_OF": "memberships", "BUNDLES": "bundles"}
"""The relationship types that nest, and what a message calls many of them."""


def too_deep(chain: Sequence[str], kind: str) -> str:
    """Say what is wrong with a chain of relationships of a type."""
    return (
        f"`{chain[0]}` and `{chain[-1]}` are {len(chain) - 1} {NESTING[kind]} apart, and no more "
        f"than {MOST_LEVELS} count"
    )


def chain_too_long(edges: Iterable[tuple[str, str]]) -> list[str]:
    """Return the ids of the longest chain, from its start on, if it is too long; else nothing.

    Circles, and what is only reached through one, are left out.

    Args:
        edges: the starts and ends of relationships of one type.
    """
    below: dict[str, list[str]] = {}
    sorter: TopologicalSorter[str] = TopologicalSorter()
    for start, end in edges:
        below.setdefault(end, []).append(start)
        sorter.add(end, start)
    with suppress(CycleError):
        sorter.prepare()
    levels: dict[str, int] = {}
    while ready := sorter.get_ready():
        for one in ready:
            levels[one] = max((levels[start] + 1 for start in below.get(one, ())), default=0)
        sorter.done(*ready)
    top = max(levels, key=levels.__getitem__, default="")
    if levels.get(top, 0) <= MOST_LEVELS:
        return []
    chain = [top]
    while under := below.get(chain[-1]):
        chain.append(max(under, key=levels.__getitem__))
    return chain[::-1]
