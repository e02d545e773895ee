"""Policies: set, changed, ended and listed, and exemptions from them."""

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import datetime
from typing import Any, NamedTuple, Unpack
from zoneinfo import ZoneInfo

from household_graph.changes.draft import Draft, in_household, span_in, span_until
from household_graph.changes.role_queries import local_or_open, nearest_paths, overlap, player_of
from household_graph.changes.service import ChangeGroup, ChangeKeywords, ChangeResult
from household_graph.engine.facts import Facts, PolicyFact
from household_graph.engine.policies import KIND_OF_FIELD, KINDS, KindTerms, kind_of
from household_graph.engine.policies.restriction import Restriction
from household_graph.engine.question import Moment
from household_graph.engine.timeline import audience
from household_graph.errors import BadInputError
from household_graph.model.declaration import (
    PropertyType,
    properties_of,
    relationships_from,
)
from household_graph.model.declaration.properties import CLOCK_PATTERN, MAXIMUM_AGE_PATTERN
from household_graph.model.enums import Audience, InvolvementKind
from household_graph.model.ids import local_id
from household_graph.model.instants import FOREVER, instant_of
from household_graph.model.rows import NodeRow, RowIndex
from household_graph.model.spans import ALWAYS, Span, span_of, without

_PROPERTIES, _LINKS = properties_of(frozenset({"Policy"})), relationships_from("Policy")
_STORED = ("kind", "name", "categories", *(n for n in KIND_OF_FIELD if n in _PROPERTIES))
"""The terms that are properties of the node under the same name."""
_Terms = dict[str, Any]
"""Terms as they are compared and written: full ids, sorted tuples, nothing that is empty."""
_ITEMS = ("Product", "Service", "Resource")
_WORDS = frozenset({Audience.MINORS.value, Audience.EVERYONE.value})


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


class PolicyTerms(KindTerms, total=False):
    """The terms that a policy can have; those that are None or left out are not stated.

    Attributes:
        kind: what it forbids, such as `curfew`.
        name: what it is called.
        audience: `minors`, `everyone`, or ids of parties.
        governs: ids of products, services, resources, or of the household, for everything.
        categories: of services that it governs as well.
        enforced_by: ids of services; left out: the one that enforces the other policies.
    """

    kind: str | None
    name: str | None
    audience: Iterable[str] | None
    governs: Iterable[str] | None
    categories: Iterable[str] | None
    enforced_by: Iterable[str] | None


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
        """Set a new policy, or change one: what is None stays, an empty list goes.

        A policy that is changed ends, and another begins, such as `bedtime-2`, so that yesterday
        stays; `bedtime` means that one from then on. Exemptions go on. It is set in the power of
        the party who makes the change, or for an operator of an Admin of the enforcing service.
        `PolicyTerms` says which terms it may have; without `until` it ends as before, or never.
        """
        given: dict[str, Any] = {**keywords}
        terms = {name: given.pop(name, None) for name in PolicyTerms.__annotations__}
        for name, value in terms.items():
            if value is not None and not isinstance(value, str):
                terms[name] = tuple(value)
        is_dated = given.get("at") is not None

        def plan(draft: Draft) -> None:
            old = _lasting(draft, policy)
            before = _terms_of(draft.index, old) if old else None
            after = _complete_terms(draft, terms, before)
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
        """Exempt a person from a policy, or with `end` end their exemption.

        Where they are exempt already, nothing is done.
        """
        if end and until is not None:
            raise BadInputError(
                "an exemption is ended, or given until a time", hint="leave one of them out"
            )

        def plan(draft: Draft) -> None:
            one = in_household(draft, person, "individual", "Individual").id
            lifted = policy_of(draft, policy).id
            links = [x for x in draft.index.outgoing("EXEMPT_FROM", one) if x.end == lifted]
            if not end:
                wanted = Span(*span_in(draft, span_until(draft, until)))
                held = tuple(Span(*span_of(link.properties)) for link in links)
                for gap in without((wanted,), held):
                    draft.relate("EXEMPT_FROM", one, lifted, span=gap)
            elif sum(map(draft.end, links)) == 0:
                raise BadInputError(
                    f"`{one}` is not exempt from `{lifted}`",
                    hint="`household-graph policy list` shows who is",
                )

        summary = f"{person} is {'no longer ' if end else ''}exempt from {policy}"
        return self._change("policy exempt", summary, policy, plan, **keywords)

    def list(
        self, whose: str, *, at: Moment = None, ended: bool = False
    ) -> tuple[PolicyInWords, ...]:
        """Return the policies in force at a time, or with `ended` all, by id, in words.

        `whose` is the id of a household; or of a party or device, for those that apply to it,
        exempt or not.
        """
        draft, party = self._listed(whose, at)
        index, facts = draft.index, draft.facts
        asked = ALWAYS if ended else Span(draft.at, draft.at + 1)
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


def _create(draft: Draft, policy: str, terms: _Terms, span: tuple[int, int]) -> str:
    """Make a policy under the next free id, in whose power it is set included."""
    full = draft.qualify(policy)
    first = re.sub(r"-\d+$", "", full)
    made = draft.next_free_id(local_id(first if draft.has(first) else full))
    parties = _parties(terms)
    stored = {name: terms.get(name) for name in _STORED}
    stored["audience"] = Audience.PARTIES.value if parties else terms["audience"][0]
    draft.create(made, ["Policy"], stored, span)
    for name, link in _LINKS.items():
        for end in parties if link.type == "APPLIES_TO" else terms.get(name, ()):
            draft.relate(link.type, made, end)
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


def _terms_of(index: RowIndex, policy: NodeRow) -> _Terms:
    """Return the terms of a policy of a household."""
    has = policy.properties
    ends = {name: tuple(index.ends(one.type, policy.id)) for name, one in _LINKS.items()}
    ends["audience"] = ends.pop("applies_to") or (str(has.get("audience")),)
    return _without_empty({name: has.get(name) for name in _STORED} | ends)


def _complete_terms(draft: Draft, given: Mapping[str, Any], before: _Terms | None) -> _Terms:
    """Return the terms of a policy that is set: those given, and of others what was before."""
    stated = {name: value for name, value in given.items() if value is not None}
    rest: Mapping[str, Any] = before or {}
    if before and stated.get("kind", before["kind"]) != before["kind"]:
        rest = {name: value for name, value in before.items() if name not in KIND_OF_FIELD}
    whole = {name: _normal(draft, name, value) for name, value in {**rest, **stated}.items()}
    terms = _without_empty(whole)
    if "enforced_by" not in terms:
        terms["enforced_by"] = (_enforcing(draft),)
    _check(terms)
    return terms


def _without_empty(terms: Mapping[str, Any]) -> _Terms:
    return {name: value for name, value in terms.items() if value not in (None, ())}


def _parties(terms: _Terms) -> tuple[str, ...]:
    """Return the parties that a policy applies to by name."""
    return tuple(one for one in terms.get("audience", ()) if one not in _WORDS)


def _normal(draft: Draft, name: str, value: Any) -> Any:  # noqa: ANN401 - by the declared type
    """Return a stated term with full ids of what is there, and lists in the order of rows."""
    if name == "audience":
        return _full(draft, value, "party", "Party", words=_WORDS)
    if name == "governs":  # the household itself means everything
        return _full(draft, value, "target", *_ITEMS, words={draft.household})
    if name in _LINKS:
        labels = _LINKS[name].ends
        return _full(draft, value, "service" if len(labels) == 1 else "target", *labels)
    declared = _PROPERTIES[name]
    if declared.type is PropertyType.STRINGS:  # words in the order of their vocabulary
        words = [word.value for word in declared.words or ()]
        return tuple(sorted({str(one) for one in value}, key=words.index if words else str))
    return _READ_BY_PATTERN.get(declared.pattern or "", str)(value)


def _full(
    draft: Draft, ids: Iterable[str], place: str, *labels: str, words: Collection[str] = ()
) -> tuple[str, ...]:
    """Return the full ids of what is there; words are no ids, and stay."""
    given = {str(one) for one in ids}
    named = {in_household(draft, one, place, *labels).id for one in given.difference(words)}
    return tuple(sorted(named | given.intersection(words)))


def _check(terms: _Terms) -> None:
    if "kind" not in terms:
        raise BadInputError("a new policy needs a kind", hint="say --kind curfew, for instance")
    audience = terms.get("audience", ())
    if not audience:
        raise BadInputError("the policy applies to nobody", hint="say --audience minors, or who")
    if len(audience) > max(1, len(_parties(terms))):
        raise BadInputError(
            f"an audience of {' and '.join(audience)} is more than one",
            hint="say minors, everyone, or the ids of parties",
        )
    if "governs" not in terms and "categories" not in terms:
        raise BadInputError(
            "the policy governs nothing",
            hint="say --governs with an id (that of the household means everything) or --category",
        )
    if terms["kind"] not in KINDS:
        raise BadInputError(
            f"there is no kind of policy `{terms['kind']}`", hint=f"use one of {', '.join(KINDS)}"
        )
    _check_kind(terms, KINDS[terms["kind"]])


def _check_kind(terms: _Terms, kind: Restriction) -> None:
    """Refuse what is of another kind of policy, and what is missing of this one."""
    for field in terms.keys() & KIND_OF_FIELD.keys() - kind.options.keys():
        other = KIND_OF_FIELD[field]
        raise BadInputError(
            f"{other.options[field]} is of {other.called}, not of {kind.called}",
            hint="leave it out",
        )
    for group in kind.missing(terms):
        options = " or ".join(kind.options[field] for field in group)
        what = kind.any_of_in_words if group == kind.any_of else options
        raise BadInputError(f"{kind.called} needs {what}", hint=f"say {options} as well")


def _enforcing(draft: Draft) -> str:
    """Return the one service that enforces the household's policies."""
    policies = draft.index.labelled("Policy")
    found = {one for policy in policies for one in draft.index.ends("ENFORCED_BY", policy.id)}
    if len(found) == 1:
        return found.pop()
    names = " or ".join(f"`{one}`" for one in sorted(found)) or "a smart firewall"
    raise BadInputError(
        "the policy needs a service that enforces it", hint=f"say --enforced-by, such as {names}"
    )


def _clock(text: str) -> str:
    try:
        return datetime.strptime(text, "%H:%M").strftime("%H:%M")  # noqa: DTZ007 - a time of day
    except ValueError as error:
        raise BadInputError(
            f"cannot read the time of day `{text}`",
            hint="write it as 21:00, from 00:00, which is midnight, to 23:59",
        ) from error


def _age(text: str) -> str:
    if text == "own-age":
        return text
    if not re.fullmatch(MAXIMUM_AGE_PATTERN, text):
        raise BadInputError(
            f"cannot read the age `{text}`",
            hint="give a number of years of up to three digits, or own-age",
        )
    return str(int(text))


_READ_BY_PATTERN: Mapping[str, Callable[[str], str]] = {
    CLOCK_PATTERN: _clock,
    MAXIMUM_AGE_PATTERN: _age,
}
"""By the pattern of a text, what reads it as people write it."""
