"""The household document: all that a file says about one household, as one frozen value."""

from typing import Self

from pydantic import Field, ValidationInfo, model_validator

from household_graph.documents.holdings import (
    BillingAccount,
    CustomerAccount,
    Product,
    Resource,
    Service,
)
from household_graph.documents.parties import Individual, Organization, Place, Unit
from household_graph.documents.parts import DocumentModel
from household_graph.documents.policies import Policy
from household_graph.documents.problems import DocumentRulesError
from household_graph.documents.roles import PartyRole, ResourceRole
from household_graph.documents.rules import problems_of
from household_graph.documents.values import Moment

SKIP_RULES = {"unchecked": True}
"""The validation context in which single values are checked, and the rules are left for later."""


class HouseholdDocument(DocumentModel):
    """One household, or small business, with all it holds.

    A document made in Python is checked like a file: `pydantic.ValidationError` names single
    values that are wrong, and all rules that are broken. `reading.document_of` raises
    `DocumentError` in its place.
    """

    organization: Organization = Field(description="What the document is about.")
    valid_from: Moment | None = Field(
        None,
        description="The first instant of every validity below that states none of its own.",
    )
    places: tuple[Place, ...] = Field((), description="Addresses.")
    units: tuple[Unit, ...] = Field((), description="Parts of the organization.")
    individuals: tuple[Individual, ...] = Field((), description="People.")
    customer_accounts: tuple[CustomerAccount, ...] = Field(
        (), description="What products are held on."
    )
    billing_accounts: tuple[BillingAccount, ...] = Field((), description="What is billed.")
    products: tuple[Product, ...] = Field((), description="What is subscribed to.")
    services: tuple[Service, ...] = Field((), description="What products are realized by.")
    resources: tuple[Resource, ...] = Field((), description="Devices, lines, SIMs, gateways.")
    party_roles: tuple[PartyRole, ...] = Field(
        (), description="Functional roles on accounts, with what they involve in."
    )
    resource_roles: tuple[ResourceRole, ...] = Field((), description="Roles of devices.")
    policies: tuple[Policy, ...] = Field((), description="What the household forbids.")

    @model_validator(mode="after")
    def _keep_the_rules(self, info: ValidationInfo) -> Self:
        """Check what no single value can show: ids, references, validities, guarantors."""
        if info.context is not SKIP_RULES and (problems := problems_of(self)):
            raise DocumentRulesError(problems)
        return self
