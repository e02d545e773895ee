"""The classes of the schema, in the order in which the schema page shows them."""

from typing import TYPE_CHECKING

from household_graph.graph.schema.base import Entity
from household_graph.graph.schema.holdings import (
    BillingAccount,
    CustomerAccount,
    Product,
    Resource,
    Service,
)
from household_graph.graph.schema.parties import (
    DigitalIdentity,
    Individual,
    Organization,
    Party,
    Place,
)
from household_graph.graph.schema.policies import Policy
from household_graph.graph.schema.records import (
    AccessCache,
    Change,
    ImportRun,
    KeptFacts,
    MatchDecision,
    SourceRecord,
)
from household_graph.graph.schema.roles import (
    Admin,
    BillPayer,
    Chooser,
    Consumer,
    Customer,
    InvolvementRole,
    PartyRole,
    ResourceRole,
    User,
)

if TYPE_CHECKING:
    from household_graph.graph.schema.base import Identified

__all__ = ["NODE_CLASSES"]

NODE_CLASSES: "tuple[type[Identified], ...]" = (
    Entity,
    Party,
    Individual,
    Organization,
    PartyRole,
    Customer,
    BillPayer,
    User,
    ResourceRole,
    InvolvementRole,
    Chooser,
    Admin,
    Consumer,
    CustomerAccount,
    BillingAccount,
    Product,
    Service,
    Resource,
    DigitalIdentity,
    Policy,
    Place,
    Change,
    KeptFacts,
    AccessCache,
    ImportRun,
    MatchDecision,
    SourceRecord,
)
