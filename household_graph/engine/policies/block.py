"""Block: what is in scope is forbidden at all times."""

from household_graph.engine.policies.restriction import Restriction


class Block(Restriction):
    """Forbids whatever is in its scope."""

    name = "block"
    summary = "always"
    letter = "B"
