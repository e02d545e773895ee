"""Records about households: what was changed, and what was imported from where."""

from neomodel import ArrayProperty, BooleanProperty, IntegerProperty, StringProperty

from household_graph.graph.schema.base import Entity, Identified
from household_graph.graph.schema.properties import InstantProperty, LinkFrom, LinkTo, words
from household_graph.model.vocabulary import ActorKind, RunState

__all__ = ["AccessCache", "Change", "ImportRun", "KeptFacts", "MatchDecision", "SourceRecord"]

_KIND = "a party, or an operator of the provider; not there in records of version 0.1"


class Change(Identified):
    """One change of one household: by whom, when, why, and what."""

    revision = IntegerProperty(help_text="the revision the household had after it")
    idempotency_key = StringProperty(
        help_text="what it was sent with, to be found by where its answer was lost"
    )
    actor = StringProperty(help_text="who made it")
    actor_kind = StringProperty(choices=words(ActorKind), help_text=_KIND)
    at = InstantProperty(help_text="when it was made")
    effective_at = InstantProperty(help_text="since when it holds")
    reason = StringProperty(help_text="why, in the words of the actor")
    action = StringProperty(help_text="what kind of change, such as `onboard`")
    summary = StringProperty(help_text="what was changed, in one line")
    difference = StringProperty(
        help_text="everything touched, before and after, as JSON; if long, deflated, in base64"
    )

    together = ArrayProperty(
        StringProperty(), help_text="the changes of other households that are one with it"
    )

    consents = ArrayProperty(
        StringProperty(), help_text="the parties who agreed to their part in it, by an operator"
    )

    recorded_for = LinkTo("RECORDED_FOR", "Organization", help_text="the household changed")
    part_of = LinkTo("PART_OF", "ImportRun", help_text="the import by which it came")


class ImportRun(Identified):
    """One run of an import of many households."""

    source = StringProperty(index=True, help_text="the name of the source, such as `telco`")
    actor = StringProperty(help_text="who started it")
    actor_kind = StringProperty(choices=words(ActorKind), help_text=_KIND)
    reason = StringProperty(help_text="why, in the words of the actor")
    at = InstantProperty(help_text="when it was started; what it ends, ends then")
    finished_at = InstantProperty(help_text="when it was finished; not there while it is not")
    state = StringProperty(choices=words(RunState), help_text="how far it has come")
    files = ArrayProperty(StringProperty(), help_text="the files it reads, in order")
    digest = StringProperty(help_text="a checksum of the files and of what was asked")
    mapping = StringProperty(help_text="the mapping by which they were read, as YAML")
    counts = StringProperty(help_text="how many records came to what, as JSON text")

    changes = LinkFrom("PART_OF", "Change")


class KeptFacts(Identified):
    """What earlier versions called the access cache: deprecated, and goes with the next version."""


class AccessCache(KeptFacts):
    """The facts about a household that decisions rest on, and what they entitle its people to.

    Its id is that of the household. It is read only where its revision is that of the household,
    and format and time-zone data fit; otherwise questions are answered live. Whoever changes a
    household in plain Cypher counts its revision up in the same transaction.
    """

    revision = IntegerProperty(help_text="the revision of the household that it is of")
    format = IntegerProperty(help_text="what the content is to be read as")
    tzdata = StringProperty(help_text="the version of the time-zone data it was laid out with")
    content = StringProperty(
        help_text="the revision; the facts as JSON, deflated, in base64; when its people may use "
        "its services, as JSON"
    )


class MatchDecision(Identified):
    """What somebody decided of two persons, or records, of a source: whether they are one."""

    source = StringProperty(index=True, help_text="the name of the source, such as `telco`")
    first = StringProperty(help_text="the key of one of them")
    second = StringProperty(help_text="the key of the other")
    accepted = BooleanProperty(help_text="whether they are one")
    actor = StringProperty(help_text="who decided")
    actor_kind = StringProperty(choices=words(ActorKind), help_text=_KIND)
    reason = StringProperty(help_text="why, in the words of the actor")
    at = InstantProperty(help_text="when it was decided")


class SourceRecord(Entity):
    """One record of a legacy system as it was imported last, and what it speaks of."""

    key = StringProperty(
        unique_index=True, help_text="its key, with the source in front: `telco:customers/7590`"
    )
    file = StringProperty(help_text="the file it stood in when it last said something new")
    line = IntegerProperty(help_text="the line in that file, from 1")
    import_run = StringProperty(help_text="the id of the run that read that")
    person = StringProperty(help_text="the key of the person it is about, after merging")
    said = StringProperty(help_text="what it says, cleaned, as JSON text")

    describes = LinkTo(
        "DESCRIBES", "Party", "CustomerAccount", "Product", "Resource", help_text="speaks of"
    )
