"""Blocks: all that is in scope."""

from household_graph.engine.policies.restriction import Restriction


class Block(Restriction):
    """Forbids whatever is in its scope."""

    name = "block"
    summary = "always"
    letter = "B"
