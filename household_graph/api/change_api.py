"""The groups of changes and lists that a graph and a simulation have alike."""

from abc import abstractmethod
from datetime import datetime
from typing import TYPE_CHECKING

from household_graph.api.decision_api import DecisionApi
from household_graph.engine.question import Moment
from household_graph.model.ids import household_of

if TYPE_CHECKING:
    from household_graph.api.change_groups import Documents, GraphDevices, OrderedProducts
    from household_graph.api.simulation import Simulation
    from household_graph.changes.change_history import Changes
    from household_graph.changes.eligibility import EligibleChange
    from household_graph.changes.identities import Identities
    from household_graph.changes.life_events import Events
    from household_graph.changes.parties import Parties
    from household_graph.changes.policies import Policies
    from household_graph.changes.roles import Roles
    from household_graph.store.row_store import RowStore

GROUPS = {
    "roles": "household_graph.changes.roles:Roles",
    "policies": "household_graph.changes.policies:Policies",
    "products": "household_graph.api.change_groups:OrderedProducts",
    "devices": "household_graph.changes.devices:Devices",
    "identities": "household_graph.changes.identities:Identities",
    "parties": "household_graph.changes.parties:Parties",
    "events": "household_graph.changes.life_events:Events",
    "documents": "household_graph.api.change_groups:Documents",
    "changes": "household_graph.changes.change_history:Changes",
    "agents": "household_graph.changes.consents:AgentAccess",
}
"""The groups whose changes can be asked for, each with its module and class."""


class ChangeApi(DecisionApi):
    """Answers questions, and changes what they are about.

    Changes are methods of the groups `roles`, `policies`, `products`, `devices`, `identities`,
    `parties`, `events`, `documents` and `changes`; see
    `household_graph.changes.service.ChangeGroup`.
    """

    @property
    @abstractmethod
    def store(self) -> "RowStore":
        """The households as rows; changes go there."""

    def simulate(self, now: datetime | None = None) -> "Simulation":
        """Return the same for questions over changes that are made in memory only.

        It fetches a household when it is first asked about or changed, and keeps it as it was then.
        It is `now`, a moment in UTC; None: as here.

        Raises:
            BadInputError: if this is the graph at an earlier time.
        """
        from household_graph.api.simulation import Simulation
        from household_graph.store.row_store import SimulatedRows

        self.store.check_writable()
        return Simulation(SimulatedRows(below=self.store, now=now))

    def who_may_change(self, entity_id: str, *, at: Moment = None) -> "list[EligibleChange]":
        """Return what can be done to a thing, and the people of the household who may do it.

        Rights are those in force at a moment; None: now. An operator may do all of it.

        Raises:
            UnknownIdError: if there is no such thing.
            BadInputError: if its kind is not changed by itself, such as a role.
            InvalidTimeError: if the moment cannot be read.
        """
        from household_graph.changes.eligibility import eligible_changes
        from household_graph.changes.service import draft_at

        draft = draft_at(self.store, household_of(entity_id), at)
        return list(eligible_changes(draft, entity_id))

    @property
    def roles(self) -> "Roles":
        """Roles on accounts, products, services and devices: grant, revoke and list them."""
        from household_graph.changes.roles import Roles

        return Roles(self.store)

    @property
    def policies(self) -> "Policies":
        """Curfews, classifications and blocks: set, end and list them, and exempt people."""
        from household_graph.changes.policies import Policies

        return Policies(self.store)

    @property
    def products(self) -> "OrderedProducts":
        """Products: add one of the catalogue; change, suspend, end, move and list them."""
        from household_graph.api.change_groups import OrderedProducts

        return OrderedProducts(self.store)

    @property
    def devices(self) -> "GraphDevices":
        """Devices: add, replace, move, lock, list; called, it asks as `DecisionApi.devices`."""
        from household_graph.api.change_groups import GraphDevices

        return GraphDevices(self, self.store)

    @property
    def identities(self) -> "Identities":
        """Usernames: add, link, suspend and list them."""
        from household_graph.changes.identities import Identities

        return Identities(self.store)

    @property
    def parties(self) -> "Parties":
        """What is recorded of people and organizations: names, birth dates, time zone, address."""
        from household_graph.changes.parties import Parties

        return Parties(self.store)

    @property
    def events(self) -> "Events":
        """Life events: people join, leave and die; households separate, merge and move."""
        from household_graph.changes.life_events import Events

        return Events(self.store)

    @property
    def documents(self) -> "Documents":
        """Households as YAML documents: load, export and compare them."""
        from household_graph.api.change_groups import Documents

        return Documents(self.store)

    @property
    def changes(self) -> "Changes":
        """The changes that were recorded: their history, and how to undo them."""
        from household_graph.changes.change_history import Changes

        return Changes(self.store)
