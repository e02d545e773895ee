"""The schema, declared once, as neomodel classes.

Constraints are installed from it (`apply`), the schema page is made from it (`describe`), and
Python users walk the graph through it:

    from household_graph.graph.schema import Individual, objects

    with objects(driver):
        katie = Individual.nodes.get(id="bakers/katie")
        print([household.name for household in katie.member_of.all()])

Objects are for looking. Changes go through `household_graph.graph.writing`, which locks the
household, leaves a `Change`, and writes the access cache that questions read; what is saved through
an object does none of these.
"""

from household_graph.graph.schema.base import Entity
from household_graph.graph.schema.browsing import objects
from household_graph.graph.schema.description import (
    LabelDescription,
    LinkDescription,
    PropertyDescription,
    Rule,
    SchemaDescription,
    describe,
)
from household_graph.graph.schema.holdings import (
    BillingAccount,
    CustomerAccount,
    Product,
    Resource,
    Service,
)
from household_graph.graph.schema.installing import apply, missing
from household_graph.graph.schema.links import Dated, Shared
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

__all__ = [
    "AccessCache",
    "Admin",
    "BillPayer",
    "BillingAccount",
    "Change",
    "Chooser",
    "Consumer",
    "Customer",
    "CustomerAccount",
    "Dated",
    "DigitalIdentity",
    "Entity",
    "ImportRun",
    "Individual",
    "InvolvementRole",
    "KeptFacts",
    "LabelDescription",
    "LinkDescription",
    "MatchDecision",
    "Organization",
    "Party",
    "PartyRole",
    "Place",
    "Policy",
    "Product",
    "PropertyDescription",
    "Resource",
    "ResourceRole",
    "Rule",
    "SchemaDescription",
    "Service",
    "Shared",
    "SourceRecord",
    "User",
    "apply",
    "describe",
    "missing",
    "objects",
]
