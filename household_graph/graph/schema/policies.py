"""Restrictions that the household set."""

from neomodel import ArrayProperty, StringProperty

from household_graph.graph.schema.base import Entity
from household_graph.graph.schema.links import VALID_FROM, VALID_TO, Dated
from household_graph.graph.schema.properties import InstantProperty, LinkFrom, LinkTo, words
from household_graph.model.vocabulary import Audience, PolicyKind, Weekday

__all__ = ["Policy"]


class Policy(Entity):
    """A restriction: a curfew, a classification, or a block."""

    name = StringProperty(help_text="the name")
    kind = StringProperty(choices=words(PolicyKind), help_text="what it forbids")
    audience = StringProperty(
        choices=words(Audience), help_text="whom it speaks to; `parties`: those it applies to"
    )
    categories = ArrayProperty(
        StringProperty(), help_text="the categories of service it governs, beside GOVERNS"
    )
    weekdays = ArrayProperty(
        StringProperty(choices=words(Weekday)),
        help_text="curfew: the days on which a window starts",
    )
    start_time = StringProperty(help_text="curfew: local time at which it starts, as HH:MM")
    end_time = StringProperty(help_text="curfew: local time at which it ends, as HH:MM")
    maximum_age = StringProperty(
        help_text="classification: the highest rating allowed, digits or `own-age`"
    )
    blocked_categories = ArrayProperty(
        StringProperty(), help_text="classification: categories of service not allowed at all"
    )
    valid_from = InstantProperty(help_text=VALID_FROM)
    valid_to = InstantProperty(help_text=VALID_TO)

    applies_to = LinkTo("APPLIES_TO", "Party", help_text="speaks to this party by name")
    governs = LinkTo(
        "GOVERNS",
        "Product",
        "Service",
        "Resource",
        "Organization",
        help_text="is about it; the organization itself means everything in the household",
    )
    enforced_by = LinkTo("ENFORCED_BY", "Service", help_text="the service that enforces it")
    set_by = LinkFrom("SET", "Admin")
    lifted_for = LinkFrom("EXEMPT_FROM", "Individual", model=Dated)
