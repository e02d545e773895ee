"""Who has to agree to a change: the people who could make it alone, or the smallest group."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import chain, combinations

from household_graph.changes.authorization.context import ChangeContext, Requirement

_LARGEST_TRIED = 4  # people in a group that is sure to be the smallest

Required = Sequence[tuple[ChangeContext, Sequence[Requirement]]]
"""What the laws ask in each household that a change is of."""


def who_could_meet(
    required: Required, actors: Iterable[str] = (), consenting: Iterable[str] = ()
) -> tuple[list[str], tuple[str, ...]]:
    """Return the people of whom each could make a change, or else the smallest group who could.

    All whose consent it takes are in it. Among groups of one size those with the most of the
    actors come first, then the order of ids decides. Neither: there is no such group.
    """
    able = _who_meets(required)
    needed = sorted(set(consenting))
    everybody = sorted(set().union(*able))
    alone = [one for one in everybody if all(one in of_one for of_one in able)]
    alone = [one for one in alone if {one}.issuperset(needed)]
    return (alone, ()) if alone else ([], smallest_group(able, actors, needed))


def who_has_to_agree(
    required: Required, actors: Sequence[str], consenting: Iterable[str] = ()
) -> tuple[tuple[str, ...], ...]:
    """Return the groups of people of each of which one has to agree beside the actors.

    Those whose consent it takes are groups of one. None: it does not depend on people.
    """
    lacking = {
        frozenset(context.who_meets([one]))
        for context, of_one in required
        for one in of_one
        if not context.is_met(actors, one)
    }
    lacking |= {frozenset({one}) for one in consenting if one not in actors}
    if frozenset() in lacking:
        return ()
    least = [one for one in lacking if not any(other < one for other in lacking)]
    return tuple(sorted(tuple(sorted(one)) for one in least))


def smallest_group(
    able: Iterable[frozenset[str]], preferred: Iterable[str] = (), needed: Iterable[str] = ()
) -> tuple[str, ...]:
    """Return the smallest group with somebody of each set, and all that are needed; or nobody.

    Beyond four people besides these it may be larger than the smallest.
    """
    group, liked = tuple(needed), set(preferred)
    left = {one for one in able if one.isdisjoint(group)}
    if frozenset() in left:
        return ()
    ways: dict[frozenset[frozenset[str]], str] = {}  # who stands for all that could meet the same
    for person in sorted(set().union(*left), key=lambda one: (one not in liked, one)):
        ways.setdefault(frozenset(one for one in left if person in one), person)
    tried = chain.from_iterable(combinations(ways, size) for size in range(_LARGEST_TRIED + 1))
    found = next((some for some in tried if frozenset().union(*some) == left), None)
    met = [ways[one] for one in found] if found is not None else _greedy(ways, left)
    return tuple(sorted((*group, *met)))


def _greedy(
    ways: Mapping[frozenset[frozenset[str]], str], left: Iterable[frozenset[str]]
) -> list[str]:
    """Return a group, beginning with who could meet the most."""
    open_, found = set(left), list[str]()
    while open_:
        best = max(ways, key=lambda met: len(met & open_))
        found.append(ways[best])
        open_ -= best
    return found


def _who_meets(required: Required) -> set[frozenset[str]]:
    """Return for each requirement the people who meet it, each set of people once."""
    return {frozenset(context.who_meets([one])) for context, of_one in required for one in of_one}
