"""The household document: all that a file says about one household, as one frozen value."""

from typing import Self

from pydantic import Field, ValidationInfo, model_validator

from household_graph.documents.models import (
    BillingAccountEntry,
    CustomerAccountEntry,
    DocumentModel,
    IndividualEntry,
    OrganizationEntry,
    PartyRoleEntry,
    PlaceEntry,
    PolicyEntry,
    ProductEntry,
    ResourceEntry,
    ResourceRoleEntry,
    ServiceEntry,
    UnitEntry,
)
from household_graph.documents.problems import DocumentRulesError
from household_graph.documents.rules import problems_of
from household_graph.documents.values import Moment

SKIP_RULES = {"skip_rules": True}
"""The validation context that checks single values, but not the rules."""


class HouseholdDocument(DocumentModel):
    """One household, or small business, with all it holds.

    A document made in Python is checked like a file: `pydantic.ValidationError` names wrong
    values, and all rules that are broken. `read.document_of` raises `DocumentError` instead.
    """

    organization: OrganizationEntry = Field(description="What the document is about.")
    valid_from: Moment | None = Field(
        None,
        description="The first instant of every validity below that states none of its own.",
    )
    places: tuple[PlaceEntry, ...] = Field((), description="Addresses.")
    units: tuple[UnitEntry, ...] = Field((), description="Parts of the organization.")
    individuals: tuple[IndividualEntry, ...] = Field((), description="People.")
    customer_accounts: tuple[CustomerAccountEntry, ...] = Field(
        (), description="What products are held on."
    )
    billing_accounts: tuple[BillingAccountEntry, ...] = Field((), description="What is billed.")
    products: tuple[ProductEntry, ...] = Field((), description="What is subscribed to.")
    services: tuple[ServiceEntry, ...] = Field((), description="What products are realized by.")
    resources: tuple[ResourceEntry, ...] = Field((), description="Devices, lines, SIMs, gateways.")
    party_roles: tuple[PartyRoleEntry, ...] = Field(
        (), description="Functional roles on accounts, with the involvement that they bring."
    )
    resource_roles: tuple[ResourceRoleEntry, ...] = Field((), description="Roles of devices.")
    policies: tuple[PolicyEntry, ...] = Field((), description="What the household forbids.")

    @model_validator(mode="after")
    def _check_rules(self, info: ValidationInfo) -> Self:
        """Check what no single value can show: ids, references, validities, guarantors."""
        if info.context is not SKIP_RULES and (problems := problems_of(self)):
            raise DocumentRulesError(problems)
        return self
