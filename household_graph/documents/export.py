"""Rows of one household as a document: the way back from `to_rows`."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pydantic import ValidationError

from household_graph.documents.document import SKIP_RULES, HouseholdDocument
from household_graph.documents.names import (
    INVOLVEMENT_FIELDS,
    local,
)
from household_graph.documents.properties import PROPERTIES
from household_graph.documents.rows import to_rows
from household_graph.documents.validity import to_moment
from household_graph.documents.yaml_text import SCHEMA_FILE, yaml_text
from household_graph.errors import DocumentError
from household_graph.model.enums import Audience, InvolvementKind
from household_graph.model.ids import involvement_id, party_role_id, resource_role_id
from household_graph.model.instants import zone_named
from household_graph.model.rows import NodeRow, RelationshipRow, RowIndex, Rows, Value

_HOLDINGS = {"CustomerAccount": "customer_accounts", "BillingAccount": "billing_accounts"}


def dump(document: HouseholdDocument, *, schema: str = SCHEMA_FILE) -> str:
    """Return a document as canonical YAML: equal households give equal text, byte for byte.

    Sections are in the order of the model, what is in them in the order of ids. Nothing that
    equals its default is written, nor an id that can be derived; the `valid_from` on top is the
    most common one.

    Args:
        document: the document.
        schema: where an editor finds the JSON Schema, seen from the file; it is named on top.
    """
    return yaml_text(from_rows(to_rows(document)), schema=schema)


def from_rows(rows: Rows) -> HouseholdDocument:
    """Return the document of a household's rows, its values checked, the rules aside.

    What never held (it ended when it began) is left out, and so is an involvement role that
    nobody plays: no document can say them.

    Raises:
        DocumentError: if the rows lack something that a document needs, such as a time zone.
    """
    index = RowIndex(rows)
    if rows.household not in index.nodes:
        raise DocumentError(f"there is no organization `{rows.household}` among its rows")
    try:
        data = _Export(index).document()
        return HouseholdDocument.model_validate(data, context=SKIP_RULES)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(str(step) for step in first["loc"])
        message = f"`{rows.household}` cannot be written as a document: {place}: {first['msg']}"
        raise DocumentError(message) from error


class _Export:
    """Builds the plain data of one document."""

    def __init__(self, index: RowIndex) -> None:
        self.index = index
        self.household = index.household
        self.zone = zone_named(str(index.nodes[self.household].properties.get("time_zone")))
        self.usual = index.most_common_start()

    def document(self) -> dict[str, Any]:
        household = self.index.nodes[self.household]
        organization = self.part(household, "organization") | self.party(household)
        data: dict[str, Any] = {"organization": organization}
        if self.usual is not None:
            data["valid_from"] = to_moment(self.usual, self.zone)
        return data | {
            "places": self.parts("Place", "places"),
            "units": [self.unit(node) for node in self.labelled("Organization")],
            "individuals": [self.individual(node) for node in self.labelled("Individual")],
            **{section: self.parts(label, section) for label, section in _HOLDINGS.items()},
            "products": [self.product(node) for node in self.labelled("Product")],
            "services": [self.service(node) for node in self.labelled("Service")],
            "resources": [self.resource(node) for node in self.labelled("Resource")],
            "party_roles": [self.party_role(node) for node in self.labelled("PartyRole")],
            "resource_roles": [self.resource_role(node) for node in self.labelled("ResourceRole")],
            "policies": [self.policy(node) for node in self.labelled("Policy")],
        }

    def labelled(self, label: str) -> list[NodeRow]:
        return [node for node in self.index.labelled(label) if node.id != self.household]

    def local(self, full_id: str) -> str:
        return local(self.household, full_id)

    def parts(self, label: str, section: str) -> list[dict[str, Any]]:
        return [self.part(node, section) for node in self.labelled(label)]

    def part(self, node: NodeRow, section: str) -> dict[str, Any]:
        names = PROPERTIES[section]
        stated = {name: node.properties[name] for name in names if name in node.properties}
        return {"id": self.local(node.id), **stated}

    def unit(self, node: NodeRow) -> dict[str, Any]:
        member_of = self.dated("MEMBER_OF", node)
        return self.part(node, "units") | self.party(node) | {"member_of": member_of}

    def individual(self, node: NodeRow) -> dict[str, Any]:
        return self.part(node, "individuals") | {
            "member_of": self.dated("MEMBER_OF", node),
            "responsible_for": self.dated("RESPONSIBLE_FOR", node),
            **self.party(node),
        }

    def party(self, node: NodeRow) -> dict[str, Any]:
        identities = [link.end for link in self.index.outgoing("HAS_IDENTITY", node.id)]
        return {
            "located_at": self.ends("LOCATED_AT", node),
            "identities": [self.part(self.index.nodes[i], "identities") for i in identities],
        }

    def product(self, node: NodeRow) -> dict[str, Any]:
        account = self.first_start("HAS_PRODUCT", node)
        return self.part(node, "products") | {
            **({"account": account} if account else {}),
            "bundles": self.ends("BUNDLES", node),
            "services": self.ends("REALIZED_BY", node),
            "charged_to": self.shared("CHARGED_TO", node),
            **self.validity(node.properties),
        }

    def service(self, node: NodeRow) -> dict[str, Any]:
        return self.part(node, "services") | {"available_on": self.dated("AVAILABLE_ON", node)}

    def resource(self, node: NodeRow) -> dict[str, Any]:
        return self.part(node, "resources") | {
            "connected_to": self.ends("CONNECTED_TO", node),
            "located_at": self.ends("LOCATED_AT", node),
        }

    def party_role(self, node: NodeRow) -> dict[str, Any]:
        kind = min(node.labels - {"PartyRole"}, default="")
        party, account = self.first_start("PLAYS", node), self.first_end("ON_ACCOUNT", node)
        guarantor = self.first_end("GUARANTEED_BY", node)
        derived = party_role_id(party or "", kind, account or "")
        stated = {"party": party, "account": account, "guarantor": guarantor}
        return {
            **({} if self.local(node.id) == derived else {"id": self.local(node.id)}),
            **{name: value for name, value in stated.items() if value},
            "role": kind,
            "pays": self.shared("PAYS", node),
            **self.validity(node.properties),
            **self.involvements(node),
        }

    def resource_role(self, node: NodeRow) -> dict[str, Any]:
        resource, part = self.first_start("PLAYS", node), self.part(node, "resource_roles")
        if part["id"] == resource_role_id(resource or "", part.get("name")):
            del part["id"]
        return {
            **part,
            **({"resource": resource} if resource else {}),
            **self.validity(node.properties),
            **self.involvements(node),
        }

    def involvements(self, role: NodeRow) -> dict[str, Any]:
        fields: dict[str, list[dict[str, Any]]] = {}
        for link in self.index.outgoing("PLAYS", role.id):
            node = self.index.nodes[link.end]
            kind = next(kind for kind in InvolvementKind if kind.value in node.labels)
            item = self.involvement(role, node, kind)
            fields.setdefault(INVOLVEMENT_FIELDS[kind], []).append(item)
        return fields

    def involvement(self, role: NodeRow, node: NodeRow, kind: InvolvementKind) -> dict[str, Any]:
        target, own_id = self.first_end("INVOLVED_IN", node), self.local(node.id)
        derived = involvement_id(self.local(role.id), kind.value, target or "")
        granted_by = node.properties.get("granted_by")
        return {
            **({"to": target} if target else {}),
            **({} if own_id == derived else {"id": own_id}),
            "identified_by": self.ends("IDENTIFIED_BY", node),
            **({"granted_by": self.local(str(granted_by))} if granted_by else {}),
            **self.validity(node.properties),
        }

    def policy(self, node: NodeRow) -> dict[str, Any]:
        part = self.part(node, "policies")
        if part.get("audience") == Audience.PARTIES:
            part["audience"] = self.ends("APPLIES_TO", node)
        setter = self.first_start("SET", node)
        exempt = self.index.incoming("EXEMPT_FROM", node.id)
        return part | {
            "governs": self.ends("GOVERNS", node),
            "enforced_by": self.ends("ENFORCED_BY", node),
            **({"set_by": setter} if setter else {}),
            "exempt": [self.dated_link(link.start, link) for link in exempt],
            **self.validity(node.properties),
        }

    def ends(self, kind: str, node: NodeRow) -> list[str]:
        return [self.local(link.end) for link in self.index.outgoing(kind, node.id)]

    def first_end(self, kind: str, node: NodeRow) -> str | None:
        return next(iter(self.ends(kind, node)), None)

    def first_start(self, kind: str, node: NodeRow) -> str | None:
        return next((self.local(link.start) for link in self.index.incoming(kind, node.id)), None)

    def dated(self, kind: str, node: NodeRow) -> list[dict[str, Any]]:
        return [self.dated_link(link.end, link) for link in self.index.outgoing(kind, node.id)]

    def dated_link(self, other: str, link: RelationshipRow) -> dict[str, Any]:
        return {"to": self.local(other), **self.validity(link.properties)}

    def shared(self, kind: str, node: NodeRow) -> list[dict[str, Any]]:
        links = self.index.outgoing(kind, node.id)
        return [{"to": self.local(link.end), **link.properties} for link in links]

    def validity(self, properties: Mapping[str, Value]) -> dict[str, Any]:
        """Return what is to be stated: a beginning that is not the usual one, and an end."""
        start, end = properties.get("valid_from"), properties.get("valid_to")
        stated: dict[str, Any] = {}
        if start != self.usual:
            stated["valid_from"] = self.moment(start)
        if end is not None:
            stated["valid_to"] = self.moment(end)
        return stated

    def moment(self, value: Value | None) -> Any:  # noqa: ANN401 - a date, a datetime or None
        return to_moment(value, self.zone) if isinstance(value, datetime) else value
