"""Records about households: what was changed, and what was imported. They are not entities."""

from neomodel import ArrayProperty, IntegerProperty, StringProperty

from household_graph.graph.schema.base import Identified
from household_graph.graph.schema.properties import InstantProperty, LinkTo

__all__ = ["Change", "ImportRun"]


class Change(Identified):
    """One change of one household: by whom, when, why, and what."""

    revision = IntegerProperty(help_text="the revision the household had after it")
    actor = StringProperty(help_text="who made it")
    at = InstantProperty(help_text="when it was made")
    effective_at = InstantProperty(help_text="since when it holds")
    reason = StringProperty(help_text="why, in the words of the actor")
    action = StringProperty(help_text="what kind of change, such as `onboard`")
    summary = StringProperty(help_text="what was changed, in one line")
    difference = StringProperty(help_text="everything touched, before and after, as JSON text")

    together = ArrayProperty(
        StringProperty(), help_text="the changes of other households that are one with it"
    )

    recorded_for = LinkTo("RECORDED_FOR", "Organization", help_text="the household changed")


class ImportRun(Identified):
    """One run of an import of many households."""

    actor = StringProperty(help_text="who started it")
    at = InstantProperty(help_text="when it was started")
    source = StringProperty(help_text="what was imported")
    summary = StringProperty(help_text="what came of it, in one line")
