"""A household at an instant, read off its rows slowly and plainly, for questions to be held to.

Whoever may do something is asked of the judge: of a household cut down to the grants that are
spoken of, and without policies on use. What is active, who pays and who belongs where is read off
the rows.
"""

from collections.abc import Iterator
from dataclasses import replace
from functools import cached_property
from typing import Any

from household_graph.engine.facts import Facts, FactsCache, minority
from household_graph.engine.facts_builder import facts_from_rows
from household_graph.engine.timeline import timeline
from household_graph.model.instants import to_utc
from household_graph.model.rows import NodeRow, RelationshipRow, Rows
from household_graph.model.spans import holds, span_of

__all__ = ["PlainHousehold", "kind_of", "policy_of"]

ACTIVE = {"active", "unlocked", "enable"}


class PlainHousehold:
    """A household at an instant, to be read off its rows."""

    def __init__(self, rows: Rows, instant: int) -> None:
        self.rows, self.instant = rows, instant
        self.id = rows.household
        self.nodes = {node.id: node for node in rows.nodes}
        self._cut: dict[tuple[str, str | None, bool], Facts] = {}

    @cached_property
    def facts(self) -> Facts:
        return facts_from_rows(self.rows)

    @cached_property
    def unlocked(self) -> "PlainHousehold":
        """The same, with every device active."""
        states = {"administrative_state": "unlocked", "operational_state": "enable"}
        nodes = tuple(
            replace(node, properties={**node.properties, **states})
            if "Resource" in node.labels
            else node
            for node in self.rows.nodes
        )
        return PlainHousehold(replace(self.rows, nodes=nodes), self.instant)

    def labelled(self, label: str) -> list[NodeRow]:
        return [node for node in self.nodes.values() if label in node.labels]

    def links(self, kind: str, start: str | None = None, end: str | None = None) -> list[Any]:
        """Relationships of a type, those that have ended or not begun as well."""
        return [
            link
            for link in self.rows.relationships
            if link.type == kind and start in {None, link.start} and end in {None, link.end}
        ]

    def holds(self, thing: NodeRow | RelationshipRow | str) -> bool:
        node = self.nodes[thing] if isinstance(thing, str) else thing
        return holds(node.properties, self.instant)

    def active(self, one: str) -> bool:
        """Whether all states of one thing are active ones, whatever it hangs on."""
        names = {
            "Party": ("status",),
            "CustomerAccount": ("state",),
            "BillingAccount": ("state",),
            "Product": ("status",),
            "Service": ("state",),
            "Resource": ("administrative_state", "operational_state"),
        }
        node = self.nodes[one]
        [states] = [names[label] for label in node.labels if label in names]
        return all(node.properties.get(state) in ACTIVE for state in states)

    @cached_property
    def live(self) -> list[str]:
        """Products that are valid and active, as are the accounts they are on."""
        return [
            one.id
            for one in self.labelled("Product")
            if self.holds(one)
            and self.active(one.id)
            and all(self.active(link.start) for link in self.links("HAS_PRODUCT", end=one.id))
        ]

    def is_minor(self, person: str) -> bool:
        span = minority(self.facts, self.facts.principals[person])
        return span is not None and span.start <= self.instant < span.end

    @cached_property
    def minors(self) -> list[str]:
        people = (one.id for one in self.labelled("Individual"))
        return [person for person in people if self.active(person) and self.is_minor(person)]

    def adults(self, minor: str) -> list[str]:
        """Who is responsible for somebody, is active, and of age."""
        return sorted(
            {
                link.start
                for link in self.links("RESPONSIBLE_FOR", end=minor)
                if self.holds(link) and self.active(link.start) and not self.is_minor(link.start)
            }
        )

    def allows(
        self, party: str, kind: str, target: str, *, on: str | None = None, own: bool = False
    ) -> bool:
        """Whether the judge says yes, policies on use aside.

        Args:
            party: who asks.
            kind: the label of the involvement role.
            target: what is asked for.
            on: only by roles on this.
            own: only by roles that the party plays itself.
        """
        key = (kind, on, own)
        if key not in self._cut:
            self._cut[key] = self._cut_down(*key)
        facts = self._cut[key]
        return timeline(facts, party, kind, target, None).allows(self.instant, facts.zone)

    def _cut_down(self, kind: str, on: str | None, own: bool) -> Facts:
        facts = self.facts
        if on is not None:
            roles = {
                holder: [
                    role._replace(
                        grants={
                            each: {item: of for item, of in items.items() if item == on}
                            for each, items in role.grants.items()
                        }
                    )
                    for role in played
                ]
                for holder, played in facts.roles.items()
            }
            facts = replace(facts, roles=roles)
        return replace(
            facts,
            memberships={} if own else facts.memberships,
            policies=() if kind == "Consumer" else facts.policies,
            cache=FactsCache(),
        )

    def own(self, kind: str, target: str) -> list[str]:
        """Who plays a role of a kind, that counts, on something, by themselves."""
        principals = self.facts.principals
        return sorted(p for p in principals if self.allows(p, kind, target, on=target, own=True))

    def people(self, device: str) -> list[str]:
        return sorted(
            one.id for one in self.labelled("Individual") if self.allows(one.id, "Consumer", device)
        )

    def payments(self) -> Iterator[tuple[str, str, float, str]]:
        """Payer, bill, share and role, of active parties and bills."""
        for link in self.links("PAYS"):
            for played in self.links("PLAYS", end=link.start):
                if self.active(played.start) and self.active(link.end) and self.holds(link.start):
                    yield played.start, link.end, link.properties.get("share", 100.0), link.start

    def amount(self, charge: RelationshipRow) -> float:
        price = self.nodes[charge.start].properties.get("price", 0.0)
        return float(price) * float(charge.properties.get("share", 100.0)) / 100  # type: ignore[arg-type]

    def charges(self, bill: str) -> list[RelationshipRow]:
        return [link for link in self.links("CHARGED_TO", end=bill) if link.start in self.live]

    def parts(self, product: str) -> set[str]:
        """The product, what it bundles, and the services of these."""
        found = {product}
        while True:
            more = {
                link.end
                for kind in ("BUNDLES", "REALIZED_BY")
                for link in self.links(kind)
                if link.start in found
            }
            if more <= found:
                return found
            found |= more

    def lets_use(self, party: str, product: str, *, own: bool = False) -> bool:
        """Whether a Consumer role on a product, its parts or its bundles lets one use any of it."""
        parts = self.parts(product)
        bundles = {one.id for one in self.labelled("Product") if product in self.parts(one.id)}
        return any(self.allows(party, "Consumer", part, on=part, own=own) for part in parts) or any(
            self.allows(party, "Consumer", product, on=bundle, own=own)
            for bundle in bundles - {product}
        )

    def users(self, product: str) -> list[str]:
        return sorted(p for p in self.facts.principals if self.lets_use(p, product, own=True))

    def belongs(self, member: str, organization: str) -> bool:
        """Whether somebody is a member of something now, by way of units or not."""
        above, found = {member}, {member}
        while above:
            above = {
                link.end
                for link in self.links("MEMBER_OF")
                if link.start in above and self.holds(link)
            } - found
            found |= above
        return organization in found

    def told(self, policy: NodeRow, person: str) -> bool:
        """Whether a policy in force speaks to a minor who is not exempt from it altogether."""
        versions = {
            one.id for one in self.labelled("Policy") if policy_of(one) == policy_of(policy)
        }
        lifts = [
            *(x for one in versions for x in self.links("EXEMPT_FROM", person, one)),
            *(x for one in versions for x in self.links("PAUSED", one)),
        ]
        audience = policy.properties["audience"]
        return (
            self.holds(policy)
            and (
                audience != "parties"
                or any(
                    self.belongs(person, link.end)
                    for link in self.links("APPLIES_TO", start=policy.id)
                )
            )
            and not any(self.holds(one) and "only_for" not in one.properties for one in lifts)
        )

    def scope(self, policy: NodeRow) -> list[Any]:
        governed = sorted(link.end for link in self.links("GOVERNS", start=policy.id))
        return [*governed, *policy.properties.get("categories", ())]  # type: ignore[misc]

    def date_of(self, link: NodeRow, end: int) -> Any:  # noqa: ANN401 - as the driver has it
        stated = "valid_to" if end else "valid_from"
        return to_utc(span_of(link.properties)[end]) if stated in link.properties else None

    def played_by(self, party: str, kind: str | None = None) -> Iterator[tuple[NodeRow, str]]:
        """Yield each involvement role that somebody plays, and that counts, with what it is on."""
        for plays in self.links("PLAYS", start=party):
            for link in self.links("PLAYS", start=plays.end):
                role = self.nodes[link.end]
                alone = self._with_one_role(role.id)
                for on in self.links("INVOLVED_IN", start=role.id):
                    label = kind_of(role)
                    if kind in {None, label} and alone.allows(party, label, on.end, own=True):
                        yield role, on.end

    def _with_one_role(self, involvement: str) -> "PlainHousehold":
        rest = tuple(
            link
            for link in self.rows.relationships
            if link.type != "INVOLVED_IN" or link.start == involvement
        )
        return PlainHousehold(replace(self.rows, relationships=rest), self.instant)


def policy_of(version: NodeRow) -> str:
    """The id of the policy of which a node is a version."""
    return str(version.properties.get("policy", version.id))


def kind_of(role: NodeRow) -> str:
    """The label of an involvement role that says what it grants."""
    [label] = {"Consumer", "Admin", "Chooser"} & role.labels
    return label
