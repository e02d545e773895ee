"""Policies: set, changed, ended and listed, and exemptions from them."""

import re
from datetime import datetime
from typing import Any, NamedTuple, Unpack
from zoneinfo import ZoneInfo

from household_graph.changes.draft import Draft, in_household, span_in, span_until
from household_graph.changes.policy_terms import PolicyTerms, Terms, complete_terms, terms_of
from household_graph.changes.role_queries import local_or_open, nearest_paths, overlap, player_of
from household_graph.changes.service import ChangeGroup, ChangeKeywords, ChangeResult
from household_graph.engine.applicable_policies import audience
from household_graph.engine.facts import Facts, PolicyFact
from household_graph.engine.facts_builder import facts_from_rows
from household_graph.engine.policies import kind_of
from household_graph.engine.question import Moment
from household_graph.errors import BadInputError
from household_graph.model.enums import Audience, InvolvementKind
from household_graph.model.ids import local_id
from household_graph.model.instants import FOREVER, instant_of
from household_graph.model.rows import NodeRow, RowIndex
from household_graph.model.spans import ALWAYS, Span, span_of, without


class PolicyInWords(NamedTuple):
    """A policy as it is listed.

    Attributes:
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
        """Set a new policy, or change one: what is None stays as it is, an empty list is taken away.

        A policy that is changed ends, and another begins, such as `bedtime-2`, so that yesterday
        stays; `bedtime` means that one from then on. Exemptions go on. It is set in the power of
        the party who makes the change, or for an operator of an Admin of the enforcing service.

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
                terms[name] = tuple(value)
        is_dated = given.get("at") is not None

        def plan(draft: Draft) -> None:
            old = _lasting(draft, policy)
            before = terms_of(draft.index, old) if old else None
            after = complete_terms(draft, terms, before)
            began, ended = span_of(old.properties) if old else (draft.at, FOREVER)
            end = ended if until is None else instant_of(until, draft.zone)
            if old and after == before:
                start = min(draft.at, began) if is_dated else began
                draft.hold(old.id, *span_in(draft, (start, end)))
                return
            start = draft.at if is_dated else max(began, draft.at)
            made = _create(draft, policy, after, span_in(draft, (start, end)))
            if old:
                draft.end(old, start)
                _carry_exemptions(draft, old.id, made, start)

        return self._change("policy set", f"set the policy {policy}", household, plan, **given)

    def end(self, policy: str, **keywords: Unpack[ChangeKeywords]) -> ChangeResult:
        """End a policy for everybody."""

        def plan(draft: Draft) -> None:
            draft.end(policy_of(draft, policy))

        return self._change("policy end", f"end the policy {policy}", policy, plan, **keywords)

    def exempt(
        self,
        policy: str,
        person: str,
        *,
        until: Moment = None,
        end: bool = False,
        **keywords: Unpack[ChangeKeywords],
    ) -> ChangeResult:
        """Exempt a person from a policy; where they are exempt already, nothing is done.

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
            one = in_household(draft, person, "individual", "Individual").id
            lifted = policy_of(draft, policy).id
            links = [x for x in draft.index.outgoing("EXEMPT_FROM", one) if x.end == lifted]
            ended = [draft.end(link) for link in links if end]
            if end and not any(ended):
                raise BadInputError(
                    f"`{one}` is not exempt from `{lifted}`",
                    hint="`household-graph policy list` shows who is",
                )
            if not end:
                wanted = Span(*span_in(draft, span_until(draft, until)))
                held = tuple(Span(*span_of(link.properties)) for link in links)
                for gap in without((wanted,), held):
                    draft.relate("EXEMPT_FROM", one, lifted, span=gap)

        summary = f"{person} is {'no longer ' if end else ''}exempt from {policy}"
        return self._change("policy exempt", summary, policy, plan, **keywords)

    def list(
        self, whose: str, *, at: Moment = None, ended: bool = False
    ) -> tuple[PolicyInWords, ...]:
        """Return policies by id, in words.

        Args:
            whose: the id of a household; or of a party or device, for those that apply to it,
                exempt or not.
            at: only those in force at this time; None: now.
            ended: also those that have ended or are to come.
        """
        rows, party, instant = self._listed(whose, at)
        index, facts = RowIndex(rows), facts_from_rows(rows)
        asked = ALWAYS if ended else Span(instant, instant + 1)
        return tuple(
            _in_words(index, facts, policy, asked)
            for policy in sorted(facts.policies)
            if policy.id in index.nodes and _is_listed(facts, policy, party, asked)
        )


def _is_listed(facts: Facts, policy: PolicyFact, party: str | None, asked: Span) -> bool:
    """Return whether a policy applies, to a party if one is named, within a span."""
    held = asked.meet(policy.valid_from, policy.valid_to)
    spans = audience(facts, policy, facts.principals[party]) if party else [ALWAYS]
    return any(overlap(span, held) for span in spans)


def _in_words(index: RowIndex, facts: Facts, policy: PolicyFact, asked: Span) -> PolicyInWords:
    kind, exempt = kind_of(facts, policy), index.incoming("EXEMPT_FROM", policy.id)
    governed = ["everything" if one == facts.household else one for one in sorted(policy.governs)]
    what = ", ".join((*governed, *(f"category {one}" for one in policy.categories)))
    limits = kind.limits(policy.terms)
    return PolicyInWords(
        policy=policy.id,
        kind=policy.kind,
        whom=", ".join(policy.parties) if policy.audience == Audience.PARTIES else policy.audience,
        what=f"{what}: {limits}" if limits else what,
        when=kind.hours(policy.terms),
        enforced_by=tuple(index.ends("ENFORCED_BY", policy.id)),
        set_by=tuple(sorted({player_of(index, one) for one in index.starts("SET", policy.id)})),
        exempt=tuple(
            dict.fromkeys(one.start for one in exempt if overlap(span_of(one.properties), asked))
        ),
        span=(policy.valid_from, policy.valid_to),
        zone=facts.zone,
    )


def policy_of(draft: Draft, policy: str) -> NodeRow:
    """Return the policy of an id: the one that lasts, where it was changed since it was first set.

    Raises:
        BadInputError: if the id is of something else, or of nothing.
    """
    node = in_household(draft, policy, "policy", "Policy")
    return _lasting(draft, policy) or node


def _lasting(draft: Draft, policy: str) -> NodeRow | None:
    """Return the policy of an id, or of the id and a number, that has not ended; None: of none."""
    full = draft.qualify(policy)
    if not draft.has(full):
        return None
    in_household(draft, full, "policy", "Policy")
    lasting = [
        node
        for node in draft.index.labelled("Policy")
        if re.fullmatch(rf"{re.escape(full)}(-\d+)?", node.id) and draft.remaining(node)
    ]
    return min(lasting, key=lambda node: (node.id != full, span_of(node.properties)), default=None)


def _create(draft: Draft, policy: str, terms: Terms, span: tuple[int, int]) -> str:
    """Make a policy under the next free id, in whose power it is set included."""
    full = draft.qualify(policy)
    first = re.sub(r"-\d+$", "", full)
    made = draft.next_free_id(local_id(first if draft.has(first) else full))
    draft.create(made, ["Policy"], terms.properties, span)
    for link, ends in terms.links.items():
        for end in ends:
            draft.relate(link, made, end)
    setters = [draft.party] if draft.party else list(draft.facts.principals)
    ways = [
        way
        for one in setters
        for service in terms["enforced_by"]
        for way in nearest_paths(draft, one, InvolvementKind.ADMIN, service)[:1]
    ]
    if ways:
        way = min(ways, key=lambda way: (len(way.ids), way.ids))
        draft.relate("SET", way.assignment.grant.involvement, made)
    return made


def _carry_exemptions(draft: Draft, old: str, new: str, at: int) -> None:
    for link in draft.index.incoming("EXEMPT_FROM", old):
        start, end = span_of(link.properties)
        if end > at:
            draft.relate("EXEMPT_FROM", link.start, new, span=(max(start, at), end))
            draft.end(link, at)
