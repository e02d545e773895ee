"""The registry of the kinds of policy, each a module of this package.

Whatever differs between kinds is asked of their classes: when a policy forbids, its reason in
words, its letter in a matrix, its options at the command line. Nothing else names a kind, so
another one is a module here and its place in `KINDS`.
"""

from collections.abc import Iterable, Mapping
from typing import TypedDict

from household_graph.engine.facts import Facts, PolicyFact
from household_graph.engine.policies.allow_only import AllowOnly
from household_graph.engine.policies.block import Block
from household_graph.engine.policies.classification import Classification
from household_graph.engine.policies.curfew import Curfew
from household_graph.engine.policies.restriction import Restriction
from household_graph.errors import BadInputError


class KindTerms(TypedDict, total=False):
    """The fields that only one kind of policy has, as keywords.

    A maximum age is in years or `own-age`, times are local as HH:MM, and `allows` takes ids of
    products and services.
    """

    weekdays: Iterable[str] | None
    start_time: str | None
    end_time: str | None
    maximum_age: str | None
    blocked_categories: Iterable[str] | None
    allows: Iterable[str] | None
    allowed_categories: Iterable[str] | None


KINDS: Mapping[str, Restriction] = {
    one.name: one for one in (Curfew(), Classification(), Block(), AllowOnly())
}
"""The kinds by name."""

KIND_OF_FIELD: Mapping[str, Restriction] = {
    field: kind for kind in KINDS.values() for field in kind.options
}
"""By each field that only one kind has, that kind."""


def kind_of(facts: Facts, policy: PolicyFact) -> Restriction:
    """Return the kind of a policy.

    Raises:
        BadInputError: if this version does not know the kind; it names the one that wrote it.
    """
    if policy.kind in KINDS:
        return KINDS[policy.kind]
    writer = f"household-graph {facts.written_by}" if facts.written_by else "another version"
    called = f"the policy `{policy.policy}`"
    raise BadInputError(
        f"{called} is of a kind that this version does not know: `{policy.kind}`",
        hint=f"{writer} changed the household last: use that one, or a newer one",
    )
