"""Policies: setting, changing and ending them, and exemptions from them."""

import re
from collections.abc import Mapping
from typing import Any, Unpack

from household_graph.changes.draft import Draft, in_household, instant_in, span_in, span_until
from household_graph.changes.lists import PolicyInWords, list_policies, one_party, rows_at
from household_graph.changes.policy_terms import PolicyTerms, Terms, complete_terms, terms_of
from household_graph.changes.role_queries import gaps
from household_graph.changes.service import ChangeGroup, ChangeKeywords, ChangeResult
from household_graph.engine.facts_builder import facts_from_rows
from household_graph.engine.grants import paths
from household_graph.engine.question import Moment
from household_graph.errors import BadInputError
from household_graph.model.enums import InvolvementKind
from household_graph.model.instants import FOREVER
from household_graph.model.rows import NodeRow
from household_graph.model.spans import span_of


class PolicyKeywords(PolicyTerms, ChangeKeywords, total=False):
    """The terms of a policy, and what every change takes."""


class Policies(ChangeGroup):
    """The policies of households; see `ChangeGroup`."""

    def set(
        self,
        household: str,
        policy: str,
        *,
        until: Moment = None,
        **keywords: Unpack[PolicyKeywords],
    ) -> ChangeResult:
        """Set a new policy, or change one: what is None stays as it is.

        A policy that is changed ends, and another begins, such as `bedtime-2`; `bedtime` means
        that one from then on.

        Args:
            household: the id of the household.
            policy: its id, such as `bedtime`.
            until: when it ends; None: as before.
            **keywords: the terms, see `PolicyTerms`, and those of every change.
        """
        given: dict[str, Any] = {**keywords}
        terms = {name: given.pop(name, None) for name in PolicyTerms.__annotations__}
        for name, value in terms.items():
            if value is not None and not isinstance(value, str):
                terms[name] = tuple(value) or None

        def plan(draft: Draft) -> None:
            begins = None if given.get("at") is None else draft.at
            ends = instant_in(draft, until)
            set_policy(draft, policy, terms, begins=begins, ends=ends, actor=draft.party)

        return self._change("policy set", f"set the policy {policy}", household, plan, **given)

    def end(self, policy: str, **keywords: Unpack[ChangeKeywords]) -> ChangeResult:
        """End a policy for everybody."""
        return self._change(
            "policy end",
            f"end the policy {policy}",
            policy,
            lambda draft: end_policy(draft, policy),
            **keywords,
        )

    def exempt(
        self,
        policy: str,
        person: str,
        *,
        until: Moment = None,
        end: bool = False,
        **keywords: Unpack[ChangeKeywords],
    ) -> ChangeResult:
        """Exempt a person from a policy.

        Args:
            policy: the id of the policy.
            person: the id of the individual.
            until: when the exemption ends; None: it goes on.
            end: end the exemption instead.
        """
        if end and until is not None:
            raise BadInputError(
                "an exemption is ended, or given until a time", hint="leave one of them out"
            )

        def plan(draft: Draft) -> None:
            if end:
                end_exemption(draft, policy, person)
            else:
                exempt(draft, policy, person, span_until(draft, until))

        summary = f"{person} is {'no longer ' if end else ''}exempt from {policy}"
        return self._change("policy exempt", summary, policy, plan, **keywords)

    def list(
        self, whose: str, *, at: Moment = None, ended: bool = False
    ) -> tuple[PolicyInWords, ...]:
        """Return policies by id, in words.

        Args:
            whose: the id of a household; or of a party or device, for those that apply to it.
            at: only those in force at this time; None: now.
            ended: also those that have ended or are to come.
        """
        found = rows_at(self._connection, whose, at)
        party = one_party(found, whose)
        return tuple(list_policies(found.rows, party, at=None if ended else found.at))


def set_policy(
    draft: Draft,
    policy: str,
    terms: Mapping[str, Any],
    *,
    begins: int | None = None,
    ends: int | None = None,
    actor: str | None = None,
) -> str:
    """Set a policy, or change one: it ends and a new one begins, so that yesterday stays.

    Terms that are None stay as they were. Exemptions go on.

    Args:
        draft: the household.
        policy: the id, see `policy_of`.
        terms: as in `PolicyTerms`; ids may be local.
        begins: in milliseconds; None: when the change takes effect, or when a policy begins that
            has not begun by then.
        ends: in milliseconds; None: as before, and else never.
        actor: the id of the party who sets it; None: an operator, in the name of the
            Admin of the enforcing service.

    Returns:
        The id of the policy.

    Raises:
        BadInputError: if it lacks something, or has what is of another kind of policy.
    """
    old = _lasting(draft, policy)
    before = terms_of(draft.index, old) if old else None
    after = complete_terms(draft, terms, before)
    began, ended = span_of(old.properties) if old else (draft.at, FOREVER)
    start = max(began, draft.at) if begins is None else begins
    end = ended if ends is None else ends
    if old and after == before:
        start = min(start, began) if begins is not None else began
        draft.hold(old.id, *span_in(draft, (start, end)))
        return old.id
    span = span_in(draft, (start, end))
    made = _make(draft, policy, after, span)
    _set_by(draft, made, after, actor)
    if old:
        draft.end(old, start)
        _carry_exemptions(draft, old.id, made, start)
    return made


def end_policy(draft: Draft, policy: str) -> None:
    """End a policy.

    Raises:
        BadInputError: if the id is of something else.
    """
    draft.end(policy_of(draft, policy))


def exempt(draft: Draft, policy: str, party: str, span: tuple[int, int] | None = None) -> None:
    """Lift a policy for one individual; where it is lifted already, nothing is done.

    Args:
        draft: the household.
        policy: the id, see `policy_of`.
        party: the id of an individual.
        span: in milliseconds; None: from when the change takes effect, with an open end.

    Raises:
        BadInputError: if an id is of something else.
    """
    person = in_household(draft, party, "individual", "Individual").id
    lifted = policy_of(draft, policy).id
    held = [
        span_of(link.properties)
        for link in draft.index.outgoing("EXEMPT_FROM", person)
        if link.end == lifted
    ]
    for gap in gaps(span_in(draft, span), held):
        draft.relate("EXEMPT_FROM", person, lifted, span=gap)


def end_exemption(draft: Draft, policy: str, party: str) -> None:
    """Let a policy hold for an individual again.

    Raises:
        BadInputError: if the individual is not exempt from it.
    """
    person = in_household(draft, party, "individual", "Individual").id
    lifted = policy_of(draft, policy).id
    links = [link for link in draft.index.outgoing("EXEMPT_FROM", person) if link.end == lifted]
    ended = [draft.end(link) for link in links]
    if not any(ended):
        raise BadInputError(
            f"`{person}` is not exempt from `{lifted}`",
            hint="`household-graph policy list` shows who is",
        )


def policy_of(draft: Draft, policy: str) -> NodeRow:
    """Return the policy of an id: the one that lasts, where it was changed since it was first set.

    A policy that is changed ends, and another begins as `bedtime-2`; `bedtime` means that then.

    Raises:
        BadInputError: if the id is of something else, or of nothing.
    """
    node = in_household(draft, policy, "policy", "Policy")
    return _lasting(draft, policy) or node


def _lasting(draft: Draft, policy: str) -> NodeRow | None:
    """Return the policy of an id, or of the id and a number, that has not ended; None: of none."""
    full = draft.qualify(policy)
    if not _is_there(draft, full):
        return None
    in_household(draft, full, "policy", "Policy")
    versions = [
        node
        for node in draft.index.labelled("Policy")
        if node.id == full or re.fullmatch(rf"{re.escape(full)}-\d+", node.id)
    ]
    lasting = [node for node in versions if span_of(node.properties)[1] > draft.at]
    return min(lasting, key=lambda node: (node.id != full, span_of(node.properties)), default=None)


def _is_there(draft: Draft, entity_id: str) -> bool:
    """Return whether there is anything of an id, if only something that never held."""
    return any(node.id == entity_id for node in draft.rows.nodes)


def _make(draft: Draft, policy: str, terms: Terms, span: tuple[int, int]) -> str:
    first = re.sub(r"-\d+$", "", draft.qualify(policy))
    stem = first if _is_there(draft, first) else draft.qualify(policy)
    made = draft.next_free_id(stem.rpartition("/")[2])
    draft.create(made, ["Policy"], terms.properties, span)
    for link, ends in terms.links.items():
        for end in ends:
            draft.relate(link, made, end)
    return made


def _set_by(draft: Draft, policy: str, terms: Terms, actor: str | None) -> None:
    """Link the Admin role in whose power the policy is set; the nearest to the service."""
    facts = facts_from_rows(draft.rows)
    setters = [one for one in facts.principals if actor in {None, one}]
    live = [
        way
        for one in setters
        for service in terms["enforced_by"]
        for way in paths(facts, one, InvolvementKind.ADMIN, service)
        if way.is_effective(draft.at)
    ]
    if live:
        nearest = min(live, key=lambda way: (len(way.ids), way.ids))
        draft.relate("SET", nearest.assignment.grant.involvement, policy)


def _carry_exemptions(draft: Draft, old: str, new: str, at: int) -> None:
    for link in draft.index.incoming("EXEMPT_FROM", old):
        start, end = span_of(link.properties)
        if end > at:
            draft.relate("EXEMPT_FROM", link.start, new, span=(max(start, at), end))
            draft.end(link, at)
