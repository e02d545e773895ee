"""Facts of a household that is in no database: of a document, or of a change not yet made.

It says in Python what `cypher/facts/` says in Cypher; a test holds the two to each other.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from typing import Any

from household_graph.engine.facts import Facts
from household_graph.engine.policies import KIND_OF_FIELD
from household_graph.model.declaration import relationships_from
from household_graph.model.enums import InvolvementKind
from household_graph.model.rows import NodeRow, RelationshipRow, Rows, Value, policy_id
from household_graph.model.spans import span_of

_LINKS = {name: one for name, one in relationships_from("Policy").items() if name in KIND_OF_FIELD}
"""The terms of kinds of policy that are relationships."""


def facts_from_rows(rows: Rows) -> Facts:
    """Return the facts that a household of these rows has.

    Raises:
        InvalidTimeError: if the household's time zone is unknown.
    """
    return Facts.of(_Reader(rows).read())


_NODES = {
    "individuals": ("Individual", "birth_date", "minor", "status"),
    "organizations": ("Organization", "status"),
    "services": ("Service", "category", "minimum_age", "state"),
    "resources": ("Resource", "administrative_state", "operational_state"),
}
_DATED = {"memberships": "MEMBER_OF", "availability": "AVAILABLE_ON"}


class _Reader:
    """Rows indexed by label and by relationship type."""

    def __init__(self, rows: Rows) -> None:
        self.household = rows.household
        self.nodes = {node.id: node for node in rows.nodes}
        self.by_type: dict[str, list[RelationshipRow]] = defaultdict(list)
        for relationship in rows.relationships:
            self.by_type[relationship.type].append(relationship)

    def read(self) -> dict[str, Any]:
        own = self.nodes[self.household].properties
        nodes = {
            name: [[node.id, *_values(node, *names)] for node in self.labelled(label)]
            for name, (label, *names) in _NODES.items()
        }
        dated = {
            name: [[r.start, r.end, *span_of(r.properties)] for r in self.by_type[kind]]
            for name, kind in _DATED.items()
        }
        carried = (*self.pairs("REALIZED_BY"), *self.pairs("BUNDLES"))
        return {
            "household": self.household,
            "time_zone": own["time_zone"],
            "age_of_majority": own["age_of_majority"],
            **nodes,
            **dated,
            "grants": list(self.grants()),
            "products": list(self.products()),
            "carriers": [(part, product) for product, part in carried],
            "policies": [self.policy(node) for node in self.labelled("Policy")],
            "exemptions": [
                [
                    *(r.start, self.policy_of(r.end), *span_of(r.properties)),
                    _plain(r.properties.get("only_for")) or [],
                ]
                for r in self.by_type["EXEMPT_FROM"]
            ],
            "pauses": [
                [self.policy_of(r.start), *span_of(r.properties)] for r in self.by_type["PAUSED"]
            ],
        }

    def labelled(self, label: str) -> Iterable[NodeRow]:
        return (node for node in self.nodes.values() if label in node.labels)

    def pairs(self, kind: str) -> list[tuple[str, str]]:
        return [(r.start, r.end) for r in self.by_type[kind]]

    def ends(self, kind: str, start: str) -> list[str]:
        return [r.end for r in self.by_type[kind] if r.start == start]

    def account(self, ids: list[str]) -> list[Any]:
        """Return the id and the state of the first account named, or two Nones."""
        return [ids[0], *_values(self.nodes[ids[0]], "state")] if ids else [None, None]

    def grants(self) -> Iterable[list[Any]]:
        items = dict(self.pairs("INVOLVED_IN"))
        players = {r.end: r.start for r in self.by_type["PLAYS"]}
        for involvement, item in items.items():
            node, role = self.nodes[involvement], players.get(involvement)
            if role not in players:
                continue  # a role that nobody plays grants nothing to anybody
            kind = next(k.value for k in InvolvementKind if k.value in node.labels)
            yield [
                *(kind, item, involvement, *span_of(node.properties)),
                *(role, *span_of(self.nodes[role].properties)),
                *self.account(self.ends("ON_ACCOUNT", role)),
                players[role],
            ]

    def products(self) -> Iterable[list[Any]]:
        accounts = {r.end: r.start for r in self.by_type["HAS_PRODUCT"]}
        for node in self.labelled("Product"):
            account = self.account([accounts[node.id]] if node.id in accounts else [])
            yield [node.id, *_values(node, "status"), *span_of(node.properties), *account]

    def policy(self, node: NodeRow) -> list[Any]:
        return [
            *(node.id, *_values(node, "kind", "audience")),
            *(self.ends("APPLIES_TO", node.id), self.ends("GOVERNS", node.id)),
            _plain(node.properties.get("categories")) or [],
            self.ends("ENFORCED_BY", node.id),
            {name: self.ends(link.type, node.id) for name, link in _LINKS.items()},
            {n: _plain(node.properties.get(n)) for n in KIND_OF_FIELD if n not in _LINKS},
            *(*span_of(node.properties), self.policy_of(node.id), self.ends("ONLY_ON", node.id)),
        ]

    def policy_of(self, version: str) -> str:
        return policy_id(self.nodes[version])


def _values(node: NodeRow, *names: str) -> list[Any]:
    """Return properties as Cypher returns them."""
    return [_plain(node.properties.get(name)) for name in names]


def _plain(value: Value | None) -> Any:  # noqa: ANN401 - as Cypher returns it
    if isinstance(value, tuple):
        return list(value)
    return value.isoformat() if isinstance(value, date) else value
