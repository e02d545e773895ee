"""What a household has, as lists: roles, policies, devices and usernames."""

from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from household_graph.changes.role_queries import local_or_open, overlap, player_of
from household_graph.engine.applicable_policies import audience
from household_graph.engine.facts import Facts, PolicyFact
from household_graph.engine.facts_builder import facts_from_rows
from household_graph.engine.policies import kind_of
from household_graph.engine.question import Moment
from household_graph.errors import BadInputError, UnknownIdError
from household_graph.model.enums import (
    Audience,
)
from household_graph.model.ids import household_of, nearest
from household_graph.model.instants import (
    from_datetime,
    instant_of,
    zone_named,
)
from household_graph.model.rows import RelationshipRow, RowIndex, Rows, zone_of
from household_graph.model.spans import span_of
from household_graph.store.connection import Connection
from household_graph.store.facts_loader import unknown_household
from household_graph.store.row_reader import fetch_rows_and_now


class PolicyInWords(NamedTuple):
    """One policy.

    Attributes:
        policy: its id.
        kind: `curfew`, `classification` or `block`.
        whom: to whom it applies.
        what: what it governs, and of that what it forbids.
        when: at which hours.
        enforced_by: the services that enforce it.
        set_by: who set it, by the Admin role.
        exempt: the individuals who are exempt from it.
        span: when it holds, in milliseconds.
        zone: the time zone of the household.
    """

    policy: str
    kind: str
    whom: str
    what: str
    when: str
    enforced_by: tuple[str, ...]
    set_by: tuple[str, ...]
    exempt: tuple[str, ...]
    span: tuple[int, int]
    zone: ZoneInfo

    @property
    def valid_from(self) -> datetime | None:
        """When it begins, in local time with offset; None: it always held."""
        return local_or_open(self.span[0], self.zone)

    @property
    def valid_to(self) -> datetime | None:
        """When it ends, in local time with offset; None: it does not."""
        return local_or_open(self.span[1], self.zone)


def list_policies(rows: Rows, party: str | None, *, at: int | None) -> list[PolicyInWords]:
    """Return the policies of a household, by id.

    Args:
        rows: of the household.
        party: only those that speak to this individual, organization or resource, exempt or not.
        at: only those in force at this instant, in milliseconds; None: of whatever time.
    """
    index, facts = RowIndex(rows), facts_from_rows(rows)
    return [
        _in_words(index, facts, policy, at)
        for policy in sorted(facts.policies)
        if policy.id in index.nodes
        and (at is None or policy.valid_from <= at < policy.valid_to)
        and (party is None or _speaks_to(facts, policy, party, at))
    ]


def _speaks_to(facts: Facts, policy: PolicyFact, party: str, at: int | None) -> bool:
    asked = (policy.valid_from, policy.valid_to) if at is None else (at, at + 1)
    return any(overlap(span, asked) for span in audience(facts, policy, facts.principals[party]))


def _in_words(index: RowIndex, facts: Facts, policy: PolicyFact, at: int | None) -> PolicyInWords:
    exempt = [link for link in index.incoming("EXEMPT_FROM", policy.id) if _counts(link, at)]
    setters = [link.start for link in index.incoming("SET", policy.id)]
    return PolicyInWords(
        policy=policy.id,
        kind=policy.kind,
        whom=", ".join(policy.parties) if policy.audience == Audience.PARTIES else policy.audience,
        what=_what(facts, policy),
        when=kind_of(facts, policy).hours(policy.terms),
        enforced_by=tuple(link.end for link in index.outgoing("ENFORCED_BY", policy.id)),
        set_by=tuple(sorted({player_of(index, role) for role in setters})),
        exempt=tuple(dict.fromkeys(link.start for link in exempt)),
        span=(policy.valid_from, policy.valid_to),
        zone=facts.zone,
    )


def _counts(link: RelationshipRow, at: int | None) -> bool:
    start, end = span_of(link.properties)
    return at is None or start <= at < end


def _what(facts: Facts, policy: PolicyFact) -> str:
    governed = ["everything" if one == facts.household else one for one in sorted(policy.governs)]
    governed += [f"category {one}" for one in policy.categories]
    limits = kind_of(facts, policy).limits(policy.terms)
    return ", ".join(governed) + (f": {limits}" if limits else "")


class HouseholdAt(NamedTuple):
    """The rows of a household, and the instant for which they are listed.

    Attributes:
        rows: all of them.
        at: in milliseconds since 1970 (UTC).
    """

    rows: Rows
    at: int


def rows_at(connection: Connection, entity_id: str, at: Moment) -> HouseholdAt:
    """Return the household that an id belongs to.

    Args:
        connection: where the graph is.
        entity_id: of the household, or of something in it.
        at: None: now, by the clock of the server.

    Raises:
        UnknownIdError: if there is nothing of that id.
        InvalidTimeError: if the time cannot be read.
    """
    household = household_of(entity_id)
    present, now = fetch_rows_and_now(connection, [household])
    rows = present[household]
    if not rows.nodes:
        raise unknown_household(connection, entity_id, household)
    known = {node.id for node in rows.nodes}
    if entity_id not in known:
        raise UnknownIdError(entity_id, nearest(entity_id, known))
    zone = zone_of(household, rows.nodes) or zone_named("UTC")
    return HouseholdAt(rows, from_datetime(now) if at is None else instant_of(at, zone))


def one_party(found: HouseholdAt, whose: str) -> str | None:
    """Return the party, or the resource, that a list is asked for; None: the whole household.

    Raises:
        BadInputError: if it is the id of something else.
    """
    if whose == found.rows.household:
        return None
    labels = next(node.labels for node in found.rows.nodes if node.id == whose)
    if labels.isdisjoint({"Party", "Resource"}):
        raise BadInputError(
            f"`{whose}` is no party",
            hint=f"name the household `{found.rows.household}`, or a party or device in it",
        )
    return whose
