"""The kinds of policy there are: a module and a class for each (law 7).

Whatever differs between kinds is asked of these classes: when a policy forbids, its reason in
words, its letter in a matrix, its options at the command line. Nothing else names a kind, so
another one is a module here and a line in `KINDS`.
"""

from collections.abc import Mapping

from household_graph.engine.policies.allow_only import AllowOnly
from household_graph.engine.policies.block import Block
from household_graph.engine.policies.classification import Classification
from household_graph.engine.policies.curfew import Curfew
from household_graph.engine.policies.restriction import Request, Restriction
from household_graph.errors import BadInputError

__all__ = ["KINDS", "Request", "Restriction", "kind_named", "kind_of_field"]

KINDS: Mapping[str, Restriction] = {
    one.name: one for one in (Curfew(), Classification(), Block(), AllowOnly())
}
"""The kinds by name."""

_KIND_OF_FIELD = {field: kind for kind in KINDS.values() for field in kind.options}


def kind_of_field(field: str) -> Restriction:
    """Return the one kind that has a field."""
    return _KIND_OF_FIELD[field]


def kind_named(name: str, policy: str) -> Restriction:
    """Return the kind of a policy.

    Args:
        name: of the kind, as it is recorded.
        policy: the id of the policy.

    Raises:
        BadInputError: if this version does not know the kind.
    """
    if name in KINDS:
        return KINDS[name]
    raise BadInputError(
        f"the policy `{policy}` is of the kind `{name}`, which this version does not know",
        hint="a newer version of household-graph wrote it, or plain Cypher: update this one, or "
        f"make it one of {', '.join(KINDS)}",
    )
