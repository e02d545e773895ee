"""A household document as rows: the nodes and relationships it says there are."""

from collections import defaultdict
from collections.abc import Iterable
from functools import cache, partial
from typing import TYPE_CHECKING

from household_graph.documents.names import full, involvements_of, local, role_id
from household_graph.documents.parties import Individual, Organization, Unit
from household_graph.documents.parts import DatedLink, DocumentModel, SharedLink, Timed
from household_graph.documents.policies import Policy
from household_graph.documents.properties import LABELS, PROPERTIES, value_of
from household_graph.documents.roles import PartyRole, ResourceRole
from household_graph.documents.validity import span_of
from household_graph.model.enums import Audience, OrganizationType
from household_graph.model.rows import NodeRow, RelationshipRow, Rows, Value
from household_graph.model.validity import stated_span

if TYPE_CHECKING:
    from household_graph.documents.document import HouseholdDocument


def to_rows(document: "HouseholdDocument") -> Rows:
    """Return the rows of a document, nodes in the order of ids, relationships of their keys.

    Instants are in UTC. States that a document leaves out are there, as `active` and the like.
    """
    builder = _Builder(document)
    builder.build()
    return Rows(
        household=builder.household,
        nodes=tuple(sorted(builder.nodes, key=lambda node: node.id)),
        relationships=tuple(sorted(builder.links, key=lambda link: link.key)),
    )


class _Builder:
    """Collects the rows of one document."""

    def __init__(self, document: "HouseholdDocument") -> None:
        self.document = document
        self.household = document.organization.id
        self.full = cache(partial(full, self.household))
        self.nodes: list[NodeRow] = []
        self.links: list[RelationshipRow] = []

    def build(self) -> None:
        document = self.document
        self.node(self.household, ("Party", "Organization"), document.organization, "organization")
        self.party(self.household, document.organization)
        for section, labels in LABELS.items():
            for part in getattr(document, section, ()):
                if section != "resource_roles":
                    self.node(part.id, labels, part, section)
        for unit in document.units:
            self.party(unit.id, unit)
            self.dated("MEMBER_OF", unit.id, unit.member_of)
        for individual in document.individuals:
            self.party(individual.id, individual)
            self.dated("MEMBER_OF", individual.id, individual.member_of)
            self.dated("RESPONSIBLE_FOR", individual.id, individual.responsible_for)
        self.holdings()
        self.roles()
        for policy in document.policies:
            self.policy(policy)

    def party(self, own_id: str, party: Organization | Unit | Individual) -> None:
        self.plain("LOCATED_AT", own_id, party.located_at)
        for identity in party.identities:
            self.node(identity.id, LABELS["identities"], identity, "identities")
            self.link("HAS_IDENTITY", own_id, identity.id)

    def holdings(self) -> None:
        for product in self.document.products:
            if product.account is not None:
                self.link("HAS_PRODUCT", product.account, product.id)
            self.plain("BUNDLES", product.id, product.bundles)
            self.plain("REALIZED_BY", product.id, product.services)
            self.shared("CHARGED_TO", product.id, product.charged_to)
        for service in self.document.services:
            self.dated("AVAILABLE_ON", service.id, service.available_on)
        for resource in self.document.resources:
            self.plain("CONNECTED_TO", resource.id, resource.connected_to)
            self.plain("LOCATED_AT", resource.id, resource.located_at)

    def roles(self) -> None:
        for role in self.document.party_roles:
            own_id = role_id(self.household, role)
            self.node(own_id, ("PartyRole", role.role.value), role, "party_roles")
            self.link("PLAYS", role.party, own_id)
            self.link("ON_ACCOUNT", own_id, role.account)
            if role.guarantor is not None:
                self.link("GUARANTEED_BY", own_id, role.guarantor)
            self.shared("PAYS", own_id, role.pays)
            self.involvements(own_id, role)
        for device_role in self.document.resource_roles:
            own_id = role_id(self.household, device_role)
            self.node(own_id, LABELS["resource_roles"], device_role, "resource_roles")
            self.link("PLAYS", device_role.resource, own_id)
            self.involvements(own_id, device_role)

    def involvements(self, role: str, part: PartyRole | ResourceRole) -> None:
        for own_id, kind, involvement, _place in involvements_of(self.household, part):
            labels = ("InvolvementRole", kind.value)
            granted_by = involvement.granted_by and self.full(involvement.granted_by)
            self.node(own_id, labels, involvement, "involvements", granted_by=granted_by)
            self.link("PLAYS", role, own_id)
            self.link("INVOLVED_IN", own_id, involvement.to)
            self.plain("IDENTIFIED_BY", own_id, involvement.identified_by)

    def policy(self, policy: Policy) -> None:
        if isinstance(policy.audience, tuple):
            self.plain("APPLIES_TO", policy.id, policy.audience)
        self.plain("GOVERNS", policy.id, policy.governs)
        self.plain("ENFORCED_BY", policy.id, policy.enforced_by)
        if policy.set_by is not None:
            self.link("SET", policy.set_by, policy.id)
        self.dated("EXEMPT_FROM", policy.id, policy.exempt, reverse=True)

    def node(
        self,
        own_id: str,
        labels: tuple[str, ...],
        part: DocumentModel,
        section: str,
        *,
        granted_by: str | None = None,
    ) -> None:
        properties: dict[str, Value] = {
            name: value
            for name in PROPERTIES[section]
            if (value := value_of(part, name)) is not None
        }
        if section == "units":
            properties["organization_type"] = OrganizationType.UNIT.value
        if isinstance(part, Policy) and isinstance(part.audience, tuple):
            properties["audience"] = Audience.PARTIES.value
        if granted_by is not None:
            properties["granted_by"] = granted_by
        properties |= self.validity(part)
        self.nodes.append(NodeRow(self.full(own_id), frozenset(labels), properties))

    def validity(self, part: DocumentModel) -> dict[str, Value]:
        if not isinstance(part, Timed):
            return {}
        return stated_span(*span_of(self.document, part))

    def link(
        self,
        kind: str,
        start: str,
        end: str,
        period: int = 0,
        properties: dict[str, Value] | None = None,
    ) -> None:
        ends = self.full(start), self.full(end)
        self.links.append(RelationshipRow(kind, *ends, period, properties or {}))

    def plain(self, kind: str, start: str, ends: Iterable[str]) -> None:
        for end in ends:
            self.link(kind, start, end)

    def shared(self, kind: str, start: str, links: Iterable[SharedLink]) -> None:
        for link in links:
            self.link(kind, start, link.to, 0, {"share": float(link.share)})

    def dated(
        self, kind: str, owner: str, links: Iterable[DatedLink], *, reverse: bool = False
    ) -> None:
        """Number the times that two are related so by when they begin."""
        periods: dict[str, int] = defaultdict(int)
        for link in sorted(links, key=lambda link: span_of(self.document, link)):
            other = local(self.household, link.to)
            periods[other] += 1
            ends = (other, owner) if reverse else (owner, other)
            self.link(kind, *ends, periods[other], self.validity(link))
