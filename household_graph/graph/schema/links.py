"""What relationships carry: a validity, or a share."""

from neomodel import FloatProperty, IntegerProperty, StructuredRel

from household_graph.graph.schema.properties import InstantProperty

__all__ = ["VALID_FROM", "VALID_TO", "Dated", "Shared"]

VALID_FROM = "the first instant at which it holds; absent: it always did"
VALID_TO = "the first instant at which it holds no longer; absent: it goes on"


class Dated(StructuredRel):
    """It holds for a time, and can hold again later as a second relationship."""

    valid_from = InstantProperty(help_text=VALID_FROM)
    valid_to = InstantProperty(help_text=VALID_TO)
    period = IntegerProperty(
        help_text="1 for the first time the two are related so, 2 for the next"
    )


class Shared(StructuredRel):
    """It bears a part of something."""

    share = FloatProperty(help_text="the part, in per cent, 0 to 100")
