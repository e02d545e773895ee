"""What the checks read and report: a household at an instant, issues, and commands to fix them.

The rows may be damaged, since plain Cypher can write anything; all other code relies on rows as the
declaration says, and gets the readable part of them.
"""

import shlex
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property
from typing import Any, NamedTuple

from household_graph.engine.facts import is_minor
from household_graph.engine.facts_builder import facts_from_rows
from household_graph.engine.grants import coverages, inactive
from household_graph.engine.ownership_gaps import holders_of, ownership_gaps, takes_part
from household_graph.engine.policies import KINDS
from household_graph.engine.question import Moment
from household_graph.model.declaration import ENDS, LABEL_SETS, properties_of, properties_of_type
from household_graph.model.enums import PartyRoleKind, PartyStatus, RoleName, ServiceState
from household_graph.model.instants import FOREVER, instant_of, isoformat
from household_graph.model.rows import NodeRow, RelationshipRow, RowIndex, Rows, Value
from household_graph.model.spans import holds, span_of
from household_graph.store.access_cache import StoredAccess

_ORGANIZATION = frozenset({"Party", "Organization"})
_HOUSEHOLD_DEFAULTS: Mapping[str, Value] = {"time_zone": "UTC", "age_of_majority": 18}
_PARTS_OF_ROLES = (  # what a role cannot be read without: its relationship, and on which labels
    ("player", "PLAYS", frozenset({"PartyRole", "ResourceRole"})),
    ("account", "ON_ACCOUNT", frozenset({"PartyRole"})),
    ("target", "INVOLVED_IN", frozenset({"InvolvementRole"})),
)


BROWSER = "household-graph db browser"
"""The fix for what plain Cypher wrote and only plain Cypher can repair."""


class Severity(StrEnum):
    """How severe a finding is."""

    ERROR = "error"
    """A law forbids it, or it makes an answer wrong."""
    WARNING = "warning"
    """Worth a look."""


class Issue(NamedTuple):
    """One thing that a check found: the entities concerned, the most important first, and what.

    The fix is a command line; empty: to edit the document of the household. The hint says what to
    do with it where it is not complete. The severity is None where it is the usual of the check.
    """

    ids: tuple[str, ...]
    text: str
    fix: str = ""
    hint: str | None = None
    severity: Severity | None = None


class CheckContext:
    """One household at one instant: all rows, and index and facts of the readable part of them.

    `damage` is what is not readable, `strays` are relationships that leave the household, `stored`
    is the access cache in the graph (None: not examined). The instant, in milliseconds, is that of
    `at`, which is local time if it has no offset; None: `now`. Fixes are run now: those for a later
    instant name it.

    Raises:
        InvalidTimeError: if `at` cannot be read.
    """

    def __init__(
        self,
        rows: Rows,
        at: Moment = None,
        *,
        now: int,
        strays: Iterable[RelationshipRow] = (),
        stored: StoredAccess | None = None,
    ) -> None:
        """Read what is readable."""
        readable, self.damage = readable_part(rows)
        self.rows, self.household = rows, rows.household
        self.index, self.facts = RowIndex(readable), facts_from_rows(readable)
        self.strays, self.stored = tuple(strays), stored
        self.instant = now if at is None else instant_of(at, self.facts.zone)
        is_later = self.instant > now
        self._later = isoformat(self.instant, self.facts.zone) if is_later else None

    @cached_property
    def is_closed(self) -> bool:
        """Whether the household itself is closed, or all of it has ended.

        Warnings concern nobody then.
        """
        node = self.index.nodes.get(self.household)
        if node is not None and node.properties.get("status") == PartyStatus.CLOSED:
            return True
        roles, products = self.index.labelled("PartyRole"), self.index.labelled("Product")
        members = self.index.incoming("MEMBER_OF", self.household)
        dated = [one.properties for one in (*roles, *products)]
        dated += [one.properties for one in members]
        return bool(dated) and all(span_of(one)[1] <= self.instant for one in dated)

    @cached_property
    def gaps(self) -> Mapping[str, list[str]]:
        """The ids of what is active and lacks an owner, payer or adult, by what they need."""
        gaps = ownership_gaps(self.index, self.facts, self.instant)
        return {gap.needs: [one.id for one in gaps if one.needs == gap.needs] for gap in gaps}

    @cached_property
    def minors(self) -> list[str]:
        """The ids of active minors who are members or have a role."""
        individuals = filter(self.is_minor, self._individuals())
        return [one for one in individuals if takes_part(self.index, one, self.instant)]

    @cached_property
    def adults(self) -> list[str]:
        """The ids of active adults who are members."""
        return [
            one
            for one in self._individuals()
            if not self.is_minor(one)
            and any(map(self.in_force, self.index.outgoing("MEMBER_OF", one)))
        ]

    @cached_property
    def enforcements(self) -> list[tuple[str, str]]:
        """The ids of each policy in force and each service that enforces it."""
        return [
            (policy.id, service)
            for policy in self.labelled("Policy")
            for service in self.index.ends("ENFORCED_BY", policy.id)
        ]

    @cached_property
    def enforcing_services(self) -> list[str]:
        """The ids of active services that enforce policies in force."""
        services = {service for _policy, service in self.enforcements}
        return sorted(filter(self.is_service_active, services))

    def labelled(self, label: str) -> Iterator[NodeRow]:
        """Yield the nodes of a label that are in force, in the order of ids."""
        return filter(self.in_force, self.index.labelled(label))

    def in_force(self, row: NodeRow | RelationshipRow) -> bool:
        """Return whether a row is valid at the instant."""
        return holds(row.properties, self.instant)

    def is_minor(self, party: str) -> bool:
        """Return whether a party is an individual below the age of majority."""
        return is_minor(self.facts, party, self.instant)

    def is_active(self, principal: str) -> bool:
        """Return whether a party or a resource is active."""
        return inactive(self.facts, principal) is None

    def player(self, role: NodeRow) -> NodeRow:
        """Return who plays a role; of an involvement role, the functional or resource role."""
        return self.index.nodes[self.index.starts("PLAYS", role.id)[0]]

    def account(self, role: NodeRow) -> str | None:
        """Return the account of a functional role; None for a resource role."""
        return next(iter(self.index.ends("ON_ACCOUNT", role.id)), None)

    def involvements(self) -> Iterator[tuple[NodeRow, NodeRow, NodeRow]]:
        """Yield the involvement roles in force, the roles that play them, and the players."""
        for involvement in self.labelled("InvolvementRole"):
            role = self.player(involvement)
            if self.in_force(role):  # else it begins, or has ended, with its role
                yield involvement, role, self.player(role)

    def is_service_active(self, service: str) -> bool:
        """Return whether a service and, if it has products, one of them is active."""
        own = (cover for cover in coverages(self.facts, service) if cover.item == service)
        is_active = self.facts.services[service].state == ServiceState.ACTIVE
        return is_active and any(cover.is_effective(self.instant) for cover in own)

    def default_adult(self, account: str | None = None) -> str | None:
        """Return the adult to suggest: Customer or payer of an account, else any; None: nobody."""
        accounts = [account] if account else []
        accounts += [node.id for node in self.index.labelled("CustomerAccount")]
        for kind in (PartyRoleKind.CUSTOMER, PartyRoleKind.BILL_PAYER):
            for one in accounts:
                holders = holders_of(self.index, self.facts, kind, one, self.instant)
                if adults := [holder for holder in holders if holder in self.adults]:
                    return adults[0]
        return next(iter(self.adults), None)

    def command(self, *words: str, at: str | None = "--at") -> str:
        """Return a command line; `at` is the option that names its time if that is later."""
        return command(*words, *((at, self._later) if at and self._later else ()))

    def regrant(self, role: NodeRow, kind: PartyRoleKind, *options: str) -> str:
        """Return the command that grants a functional role again with options, until its end."""
        account, end = self.account(role), span_of(role.properties)[1]
        if account is None:
            return ""
        until = () if end == FOREVER else ("--until", isoformat(end, self.facts.zone))
        words = ("role", "grant", self.player(role).id, RoleName.of(kind), account)
        return self.command(*words, *until, *options, at="--from")

    def _individuals(self) -> list[str]:
        return sorted(filter(self.is_active, self.facts.individuals))


Find = Callable[[CheckContext], Iterator[Issue]]


@dataclass(frozen=True, slots=True)
class Check:
    """One kind of finding: its id, its usual severity, its meaning, and what yields its issues."""

    id: str
    severity: Severity
    meaning: str
    find: Find


def check(check_id: str, severity: Severity) -> Callable[[Find], Check]:
    """Return what makes a check of a generator of issues; its docstring is the meaning."""
    return lambda find: Check(check_id, severity, " ".join((find.__doc__ or "").split()), find)


class Finding(NamedTuple):
    """One thing that is wrong with a household; its issue names a fix."""

    household: str
    check: Check
    severity: Severity
    issue: Issue

    def as_dict(self) -> dict[str, Any]:
        """Return the finding for JSON; `mend` is the name of `fix` in version 0.1."""
        return {
            "household": self.household,
            "severity": self.severity.value,
            "kind": self.check.id,
            "ids": list(self.issue.ids),
            "text": self.issue.text,
            "hint": self.issue.hint,
            "fix": self.issue.fix,
            "mend": self.issue.fix,
        }


def command(*words: str) -> str:
    """Return a command line of words, quoted for a shell."""
    return shlex.join(("household-graph", *words))


def edit_document(household: str) -> str:
    """Return the command line that exports a household, opens an editor, and loads the result."""
    file = shlex.quote(f"{household}.yaml")
    export = command("export", household)
    return f"{export} > {file} && ${{EDITOR:-vi}} {file} && household-graph load {file}"


def _damage(ids: tuple[str, ...], text: str, *, has_default: bool = False) -> Issue:
    """Return the issue of what is not as declared; documents may have a default in its place."""
    if has_default:
        hint = "the document has the default in its place: check whether it is right"
        return Issue(ids, text, hint=hint)
    return Issue(ids, text, BROWSER, "repair it in Cypher")


def readable_part(rows: Rows) -> tuple[Rows, tuple[Issue, ...]]:
    """Return the rows that can be read, and what was left out and why.

    A household without a time zone or an age of majority is read with UTC and 18. An involvement
    role without a player is left out silently: an undone change may leave one.
    """
    damage: list[Issue] = []
    entities = [node for node in rows.nodes if "SourceRecord" not in node.labels]
    nodes = {node.id: node for node in _readable_nodes(rows.household, entities, damage)}
    links = [link for link in rows.relationships if link.type != "DESCRIBES"]
    links = list(_readable_links(links, nodes, damage))
    while incomplete := list(_incomplete_roles(nodes.values(), links, damage)):
        for node_id in incomplete:
            del nodes[node_id]
        links = [link for link in links if link.start in nodes and link.end in nodes]
    return Rows(rows.household, tuple(nodes.values()), tuple(links)), tuple(damage)


def _readable_nodes(
    household: str, nodes: Iterable[NodeRow], damage: list[Issue]
) -> Iterator[NodeRow]:
    own = next((node for node in nodes if node.id == household), None)
    if own is None or _labels(own) != _ORGANIZATION:
        damage.append(_damage((household,), f"there is no household `{household}`"))
        yield NodeRow(household, _ORGANIZATION, {**_HOUSEHOLD_DEFAULTS, "status": "active"})
    for node in nodes:
        labels = _labels(node)
        if labels is None:
            shown = ":".join(sorted(node.labels)) or "no label"
            damage.append(_damage((node.id,), f"`{node.id}` has {shown}, which is not declared"))
        elif node is not own or labels == _ORGANIZATION:
            defaults = _HOUSEHOLD_DEFAULTS if node is own else {}
            readable = _readable(replace(node, labels=labels), damage, defaults)
            if readable is not None:
                yield readable


def _labels(node: NodeRow) -> frozenset[str] | None:
    """Return the one declared set of labels that a node has, without any others."""
    fitting = [labels for labels in LABEL_SETS if labels <= node.labels]
    return fitting[0] if len(fitting) == 1 else None


def _readable(node: NodeRow, damage: list[Issue], defaults: Mapping[str, Value]) -> NodeRow | None:
    """Return a node without its unreadable values; None for a policy that lacks its terms."""
    declared = properties_of(node.labels)
    required = [one.name for one in declared.values() if one.required] + list(defaults)
    is_policy = "Policy" in node.labels
    kind = KINDS.get(str(node.properties.get("kind"))) if is_policy else None
    required += kind.required if kind else ()
    wrong = {
        name
        for name, value in node.properties.items()
        if name in declared and not declared[name].allows(value)
    }
    missing = [name for name in required if name not in node.properties]
    for name in sorted(wrong):
        text = f"`{node.id}` has an invalid {name}: `{node.properties[name]}`"
        damage.append(_damage((node.id,), text))
    has_default = not defaults and not is_policy
    damage += [
        _damage((node.id,), f"`{node.id}` has no {name}", has_default=has_default)
        for name in missing
    ]
    if is_policy and (missing or not wrong.isdisjoint(required)):
        return None
    properties = {name: v for name, v in node.properties.items() if name not in wrong}
    return replace(node, properties={**defaults, **properties})


def _readable_links(
    links: Iterable[RelationshipRow], nodes: Mapping[str, NodeRow], damage: list[Issue]
) -> Iterator[RelationshipRow]:
    """Yield the relationships with declared ends and a valid share."""
    for link in links:
        start, end = nodes.get(link.start), nodes.get(link.end)
        if start is None or end is None:
            continue  # the missing node has been reported
        ids = (link.start, link.end)
        pairs = ((one, other) for one in start.labels for other in end.labels)
        share = properties_of_type(link.type).get("share")
        if ENDS.get(link.type, frozenset()).isdisjoint(pairs):
            text = f"{link.type} cannot join `{link.start}` and `{link.end}`"
            damage.append(_damage(ids, text))
        elif share and not share.allows(link.properties.get("share")):
            text = f"{link.type} from `{link.start}` to `{link.end}` has no share"
            damage.append(_damage(ids, text, has_default="share" not in link.properties))
        else:
            yield link


def _incomplete_roles(
    nodes: Iterable[NodeRow], links: Iterable[RelationshipRow], damage: list[Issue]
) -> Iterator[str]:
    """Yield the ids of roles without a player, an account, or a target."""
    linked = {(link.type, link.end if link.type == "PLAYS" else link.start) for link in links}
    for node in nodes:
        missing = [
            part
            for part, kind, labels in _PARTS_OF_ROLES
            if not labels.isdisjoint(node.labels) and (kind, node.id) not in linked
        ]
        damage += [_damage((node.id,), f"the role `{node.id}` has no {one}") for one in missing]
        is_unplayed = "InvolvementRole" in node.labels and ("PLAYS", node.id) not in linked
        if missing or is_unplayed:
            yield node.id
