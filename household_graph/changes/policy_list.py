"""Policies in words: whom they speak to, about what, when, and who is exempt."""

from typing import NamedTuple

from household_graph.changes.played import overlap, player_of
from household_graph.engine.bearing import OWN_AGE, audience
from household_graph.engine.facts import Facts, PolicyFact
from household_graph.engine.facts_from_rows import facts_from_rows
from household_graph.model.row_index import RowIndex
from household_graph.model.rows import RelationshipRow, Rows
from household_graph.model.validity import span_of
from household_graph.model.vocabulary import Audience, PolicyKind, Weekday

_WEEK = [day.value for day in Weekday]


class PolicyInWords(NamedTuple):
    """One policy.

    Attributes:
        policy: its id.
        kind: `curfew`, `classification` or `block`.
        whom: whom it speaks to.
        what: what it governs, and of that what it forbids.
        when: at which hours.
        enforced_by: the services that enforce it.
        set_by: who set it, by the Admin role.
        exempt: the individuals for whom it is lifted.
        span: when it holds, in milliseconds.
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
    return any(overlap(span, asked) for span in audience(facts, policy, facts.askers[party]))


def _in_words(index: RowIndex, facts: Facts, policy: PolicyFact, at: int | None) -> PolicyInWords:
    exempt = [link for link in index.into("EXEMPT_FROM", policy.id) if _counts(link, at)]
    setters = [link.start for link in index.into("SET", policy.id)]
    return PolicyInWords(
        policy=policy.id,
        kind=policy.kind,
        whom=", ".join(policy.parties) if policy.audience == Audience.PARTIES else policy.audience,
        what=_what(facts, policy),
        when=_when(policy),
        enforced_by=tuple(link.end for link in index.out("ENFORCED_BY", policy.id)),
        set_by=tuple(sorted({player_of(index, role) for role in setters})),
        exempt=tuple(dict.fromkeys(link.start for link in exempt)),
        span=(policy.valid_from, policy.valid_to),
    )


def _counts(link: RelationshipRow, at: int | None) -> bool:
    start, end = span_of(link.properties)
    return at is None or start <= at < end


def _what(facts: Facts, policy: PolicyFact) -> str:
    governed = ["everything" if one == facts.household else one for one in sorted(policy.governs)]
    governed += [f"category {one}" for one in policy.categories]
    return ", ".join(governed) + _limits(policy)


def _limits(policy: PolicyFact) -> str:
    if policy.kind != PolicyKind.CLASSIFICATION:
        return ""
    age = policy.maximum_age
    limits = [f"category {one}" for one in policy.blocked_categories]
    if age is not None:
        limits.insert(0, f"rated above {'their own age' if age == OWN_AGE else age}")
    return f": {', or '.join(limits)}"


def _when(policy: PolicyFact) -> str:
    if policy.kind != PolicyKind.CURFEW:
        return "always"
    return f"{_days(list(policy.weekdays))}, {policy.start_time} to {policy.end_time}"


def _days(days: list[str]) -> str:
    """Return weekdays in words; those in a row, also over the weekend, as `Sunday to Thursday`."""
    if len(days) == len(_WEEK):
        return "every day"
    first = next((day for day in days if _WEEK[_WEEK.index(day) - 1] not in days), _WEEK[0])
    turned = _WEEK[_WEEK.index(first) :] + _WEEK[: _WEEK.index(first)]
    names = [day.capitalize() for day in turned if day in days]
    if len(days) > 2 and turned[len(days) - 1] in days:  # noqa: PLR2004 - two are named both
        return f"{names[0]} to {names[-1]}"
    return ", ".join(names)
