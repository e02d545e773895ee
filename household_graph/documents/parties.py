"""Parties in a document: the organization, its units, individuals; their places and usernames."""

from typing import Annotated

from pydantic import Field, WithJsonSchema

from household_graph.documents.parts import DatedLink, DocumentModel, Named, ReferenceTo
from household_graph.documents.values import (
    Age,
    Day,
    HouseholdId,
    Reference,
    Text,
    TimeZone,
    Truth,
    one_of,
)
from household_graph.model.enums import OrganizationType, PartyStatus

Status = Annotated[PartyStatus, one_of(PartyStatus)]
Memberships = Annotated[tuple[DatedLink, ...], ReferenceTo.to("Organization")]
Responsibilities = Annotated[tuple[DatedLink, ...], ReferenceTo.to("Individual")]
Places = Annotated[tuple[Reference, ...], ReferenceTo.to("Place")]

_STATUS = "TMF632: active, suspended, deceased or closed; only `active` counts."
_LOCATED_AT = "The places it is at."
_IDENTITIES = "The usernames it owns."


class Place(Named):
    """An address."""

    street: Text | None = Field(None, description="Street and number.")
    postal_code: Text | None = Field(None, description="The postal code.")
    city: Text | None = Field(None, description="The city.")
    country: Text | None = Field(None, description="The ISO 3166 code of two letters.")


class Identity(Named):
    """A username at a provider of identity."""

    username: Text | None = Field(None, description="What one logs in with.")
    realm: Text | None = Field(None, description="Where it is known: the provider of identity.")
    status: Text = Field("active", description="How it stands, such as `active`.")


class Organization(DocumentModel):
    """The household, or the business, itself."""

    id: HouseholdId = Field(
        description="The id, such as `bakers`: letters, digits and `-`. It stands in front of "
        "all other ids."
    )
    name: Text | None = Field(None, description="The name.")
    organization_type: Annotated[
        OrganizationType,
        one_of(OrganizationType, but=OrganizationType.UNIT),
        WithJsonSchema({"type": "string", "enum": ["household", "business"]}),
    ] = Field(OrganizationType.HOUSEHOLD, description="household or business.")
    time_zone: TimeZone = Field(
        description="The IANA name of its time zone. Dates, curfews and ages follow it."
    )
    age_of_majority: Age = Field(18, description="In years; below it one is a minor.")
    status: Status = Field(PartyStatus.ACTIVE, description=_STATUS)
    located_at: Places = Field((), description=_LOCATED_AT)
    identities: tuple[Identity, ...] = Field((), description=_IDENTITIES)


class Unit(Named):
    """A part of the organization, such as a department; units nest."""

    name: Text | None = Field(None, description="The name.")
    status: Status = Field(PartyStatus.ACTIVE, description=_STATUS)
    member_of: Memberships = Field((), description="The organization or units it is a part of.")
    located_at: Places = Field((), description=_LOCATED_AT)
    identities: tuple[Identity, ...] = Field((), description=_IDENTITIES)


class Individual(Named):
    """A person, named or not."""

    given_name: Text | None = Field(None, description="The given name; left out if un-named.")
    family_name: Text | None = Field(None, description="The family name.")
    description: Text | None = Field(None, description="Who it is, in words.")
    birth_date: Day | None = Field(
        None, description="The date of birth; it decides who is a minor, and when no longer."
    )
    minor: Truth | None = Field(
        None, description="Whether a minor; for somebody whose date of birth is not known."
    )
    status: Status = Field(PartyStatus.ACTIVE, description=_STATUS)
    member_of: Memberships = Field((), description="The organization or units it is a member of.")
    responsible_for: Responsibilities = Field(
        (), description="The minors whose responsible adult it is."
    )
    located_at: Places = Field((), description=_LOCATED_AT)
    identities: tuple[Identity, ...] = Field((), description=_IDENTITIES)
