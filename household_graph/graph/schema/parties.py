"""Parties: individuals and organizations, where they live, and what they log in with."""

from neomodel import BooleanProperty, IntegerProperty, StringProperty

from household_graph.graph.schema.base import Entity
from household_graph.graph.schema.links import Dated
from household_graph.graph.schema.properties import DateProperty, LinkFrom, LinkTo, words
from household_graph.model.vocabulary import OrganizationType, PartyStatus

__all__ = ["DigitalIdentity", "Individual", "Organization", "Party", "Place"]

_STATUS = "TMF632; only `active` counts"


class Party(Entity):
    """An individual or an organization."""

    member_of = LinkTo(
        "MEMBER_OF",
        "Organization",
        model=Dated,
        help_text="is a member of the organization; a unit is a part of it",
    )
    plays = LinkTo("PLAYS", "PartyRole", help_text="holds the functional role")
    has_identity = LinkTo("HAS_IDENTITY", "DigitalIdentity", help_text="owns the username")
    located_at = LinkTo("LOCATED_AT", "Place", help_text="lives or works there")
    spoken_to_by = LinkFrom("APPLIES_TO", "Policy")
    described_by = LinkFrom("DESCRIBES", "SourceRecord")


class Individual(Party):
    """A person, named or not."""

    given_name = StringProperty(help_text="the given name; absent for somebody un-named")
    family_name = StringProperty(help_text="the family name")
    description = StringProperty(help_text="who it is, in words, such as `the au pair`")
    birth_date = DateProperty(help_text="the date of birth; it decides who is a minor")
    minor = BooleanProperty(help_text="whether a minor; for somebody without a date of birth")
    status = StringProperty(choices=words(PartyStatus), help_text=_STATUS)

    responsible_for = LinkTo(
        "RESPONSIBLE_FOR",
        "Individual",
        model=Dated,
        help_text="is the responsible adult of the minor",
    )
    exempt_from = LinkTo(
        "EXEMPT_FROM",
        "Policy",
        model=Dated,
        help_text="the policy is lifted for this individual",
    )
    minded_by = LinkFrom("RESPONSIBLE_FOR", "Individual", model=Dated)
    guarantees = LinkFrom("GUARANTEED_BY", "PartyRole")


class Organization(Party):
    """A household, a business, or a unit of one."""

    name = StringProperty(help_text="the name")
    organization_type = StringProperty(
        choices=words(OrganizationType), help_text="what kind of organization it is"
    )
    time_zone = StringProperty(help_text="the IANA name of its zone, such as Europe/London")
    age_of_majority = IntegerProperty(help_text="in years; below it one is a minor")
    status = StringProperty(choices=words(PartyStatus), help_text=_STATUS)
    revision = IntegerProperty(help_text="counts the changes; every change adds one")

    members = LinkFrom("MEMBER_OF", "Party", model=Dated)
    changes = LinkFrom("RECORDED_FOR", "Change")
    governed_by = LinkFrom("GOVERNS", "Policy")


class DigitalIdentity(Entity):
    """A username at a provider of identity."""

    username = StringProperty(index=True, help_text="what one logs in with")
    realm = StringProperty(help_text="where it is known: the provider of identity")
    status = StringProperty(help_text="such as `active`")

    owned_by = LinkFrom("HAS_IDENTITY", "Party")
    identifies = LinkFrom("IDENTIFIED_BY", "InvolvementRole")


class Place(Entity):
    """An address."""

    street = StringProperty(help_text="street and number")
    postal_code = StringProperty(help_text="the postal code")
    city = StringProperty(help_text="the city")
    country = StringProperty(help_text="the country, as an ISO 3166 code of two letters")

    location_of = LinkFrom("LOCATED_AT", "Party", "Resource")
