"""Setting, changing and lifting policies, and exempting somebody from one."""

import re

from household_graph.changes.draft import Draft
from household_graph.changes.functional_roles import hold
from household_graph.changes.policy_terms import PolicyTerms, completed, terms_of
from household_graph.changes.resolve_ids import in_household, span_in
from household_graph.changes.role_queries import gaps
from household_graph.engine.facts_builder import facts_from_rows
from household_graph.engine.grants import paths
from household_graph.errors import BadInputError
from household_graph.model.enums import InvolvementKind
from household_graph.model.instants import FOREVER
from household_graph.model.rows import NodeRow
from household_graph.model.spans import span_of


def set_policy(
    draft: Draft,
    policy: str,
    terms: PolicyTerms,
    *,
    begins: int | None = None,
    ends: int | None = None,
    actor: str | None = None,
) -> str:
    """Set a policy, or change one: it ends and a new one begins, so that yesterday stays.

    What is not said is as before. Exemptions go on.

    Args:
        draft: the household.
        policy: the id, see `policy_of`.
        terms: what it says.
        begins: in milliseconds; None: when the change takes effect, or when a policy begins that
            has not begun by then.
        ends: in milliseconds; None: as before, and else never.
        actor: the id of the party who sets it; None: an operator, in the name of whoever
            administers the enforcing service.

    Returns:
        The id of the policy.

    Raises:
        BadInputError: if it lacks something, or has what is of another kind of policy.
    """
    old = _lasting(draft, policy)
    before = terms_of(draft.index, old) if old else None
    after = completed(draft, terms, before)
    began, ended = span_of(old.properties) if old else (draft.at, FOREVER)
    start = max(began, draft.at) if begins is None else begins
    end = ended if ends is None else ends
    if old and after == before:
        start = min(start, began) if begins is not None else began
        hold(draft, old.id, *span_in(draft, (start, end)))
        return old.id
    span = span_in(draft, (start, end))
    made = _make(draft, policy, after, span)
    _set_by(draft, made, after, actor)
    if old:
        draft.end(old, start)
        _carry_exemptions(draft, old.id, made, start)
    return made


def lift(draft: Draft, policy: str) -> None:
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
        draft.link("EXEMPT_FROM", person, lifted, span=gap)


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
    full = draft.full(policy)
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


def _make(draft: Draft, policy: str, terms: PolicyTerms, span: tuple[int, int]) -> str:
    first = re.sub(r"-\d+$", "", draft.full(policy))
    stem = first if _is_there(draft, first) else draft.full(policy)
    made = draft.free_id(stem.rpartition("/")[2])
    draft.make(made, ["Policy"], terms.properties, span)
    for party in terms.parties:
        draft.link("APPLIES_TO", made, party)
    for item in terms.governs or ():
        draft.link("GOVERNS", made, item)
    for service in terms.enforced_by or ():
        draft.link("ENFORCED_BY", made, service)
    return made


def _set_by(draft: Draft, policy: str, terms: PolicyTerms, actor: str | None) -> None:
    """Link the Admin role in whose power the policy is set; the nearest to the service."""
    facts = facts_from_rows(draft.rows)
    setters = [one for one in facts.askers if actor in {None, one}]
    live = [
        way
        for one in setters
        for service in terms.enforced_by or ()
        for way in paths(facts, one, InvolvementKind.ADMIN, service)
        if way.is_effective(draft.at)
    ]
    if live:
        nearest = min(live, key=lambda way: (len(way.ids), way.ids))
        draft.link("SET", nearest.assignment.grant.involvement, policy)


def _carry_exemptions(draft: Draft, old: str, new: str, at: int) -> None:
    for link in draft.index.incoming("EXEMPT_FROM", old):
        start, end = span_of(link.properties)
        if end > at:
            draft.link("EXEMPT_FROM", link.start, new, span=(max(start, at), end))
            draft.end(link, at)
