"""Roles in a document: functional ones on an account, those of devices, and involvement."""

from typing import Annotated

from pydantic import Field

from household_graph.documents.parts import Link, ReferenceTo, SharedLink, Timed
from household_graph.documents.values import LocalId, Position, Reference, Text, one_of
from household_graph.model.enums import PartyRoleKind

_DERIVED = "Left out, it is made of what the role connects: "


class Involvement(Link, Timed):
    """An involvement role: a reference alone, or a mapping with `to` and more."""

    id: LocalId | None = Field(
        None, description=f"The local id. {_DERIVED}`<role>.consumer.<target>`."
    )
    identified_by: Annotated[tuple[Reference, ...], ReferenceTo.to("DigitalIdentity")] = Field(
        (), description="The usernames it is exercised with."
    )
    granted_by: Annotated[Reference | None, ReferenceTo.to("Party")] = Field(
        None, description="The party who granted it."
    )


Involvements = Annotated[tuple[Involvement, ...], ReferenceTo.to("Product", "Service", "Resource")]


class _Involving(Timed):
    """A role by way of which somebody, or something, is involved."""

    consumer_of: Involvements = Field(
        (), description="The products, services and devices it uses (Consumer)."
    )
    chooser_of: Involvements = Field((), description="Those it chooses and changes (Chooser).")
    admin_of: Involvements = Field((), description="Those it administers (Admin).")


class PartyRole(_Involving):
    """A functional role of a party, relative to a customer account."""

    id: LocalId | None = Field(
        None, description=f"The local id. {_DERIVED}`dad.bill-payer.account`."
    )
    party: Annotated[Reference, ReferenceTo.to("Party")] = Field(
        description="Whose role it is: an individual, a unit, or the household itself, whose "
        "members then share in it."
    )
    role: Annotated[PartyRoleKind, one_of(PartyRoleKind)] = Field(
        description="Customer, BillPayer or User."
    )
    account: Annotated[Reference, ReferenceTo.to("CustomerAccount")] = Field(
        description="The customer account it is relative to."
    )
    guarantor: Annotated[Reference | None, ReferenceTo.to("Individual")] = Field(
        None,
        description="The responsible adult who answers for a minor who is Customer or BillPayer.",
    )
    pays: Annotated[tuple[SharedLink, ...], ReferenceTo.to("BillingAccount")] = Field(
        (), description="BillPayer only: the bills paid, with the share of each."
    )


class ResourceRole(_Involving):
    """A role of a device, such as gateway, or member of a hunting group."""

    id: LocalId | None = Field(
        None, description=f"The local id. {_DERIVED}`line-1.hunt-group-member`."
    )
    resource: Annotated[Reference, ReferenceTo.to("Resource")] = Field(
        description="Whose role it is."
    )
    name: Text | None = Field(None, description="The role, such as `hunt group member`.")
    position: Position | None = Field(
        None, description="The place in the order of a hunting group, from 1."
    )
