"""Policies: set, changed, ended, paused and listed, and exemptions from them."""

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import datetime
from typing import Any, NamedTuple, Unpack
from zoneinfo import ZoneInfo

from household_graph.changes.draft import Draft, in_household, span_in, span_until
from household_graph.changes.policy_versions import (
    AUDIENCE_WORDS,
    PROPERTIES,
    TERM_LINKS,
    Terms,
    begin_policy,
    exempt_from,
    lasting_policy,
    links_of,
    parties_in,
    pause_policy,
    policy_named,
    policy_to_set,
    remaining_versions,
    revise,
    targets_of,
    versions_of,
    without_empty,
)
from household_graph.changes.role_queries import local_or_open, overlap, player_of
from household_graph.changes.service import ChangeGroup, ChangeKeywords, ChangeResult
from household_graph.engine.facts import Facts, PolicyFact
from household_graph.engine.policies import KIND_OF_FIELD, KINDS, KindTerms, kind_of
from household_graph.engine.policies.restriction import Restriction
from household_graph.engine.question import Moment
from household_graph.engine.timeline import audience
from household_graph.errors import BadInputError
from household_graph.model.declaration import PropertyType
from household_graph.model.declaration.properties import CLOCK_PATTERN, MAXIMUM_AGE_PATTERN
from household_graph.model.enums import Audience
from household_graph.model.instants import FOREVER, short_time
from household_graph.model.rows import RowIndex
from household_graph.model.spans import ALWAYS, Span, span_of

_ITEMS = ("Product", "Service", "Resource")
_PLACES: Mapping[tuple[str, ...], str] = {("Service",): "service", ("Resource",): "device"}
"""By what a term may name, what a message calls it."""


class PolicyInWords(NamedTuple):
    """What a policy says for a time, as it is listed.

    Attributes:
        policy: the id of the policy, the same however often it was changed.
        whom: to whom it applies.
        what: what it governs, and of that what it forbids; on which devices, if on some alone.
        when: at which hours.
        enforced_by: the services that enforce it.
        set_by: who set it, by the Admin role.
        exempt: the individuals who are exempt from it.
        span: when it says so, in milliseconds.
        zone: the time zone of the household.
        pauses: when it is paused, in milliseconds.
        lifted: who is exempt, when, in milliseconds, and the only targets for which, if any.
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
    pauses: tuple[tuple[int, int], ...] = ()
    lifted: tuple[tuple[str, tuple[int, int], tuple[str, ...]], ...] = ()

    @property
    def valid_from(self) -> datetime | None:
        """When it begins, in local time with offset; None: it always held."""
        return local_or_open(self.span[0], self.zone)

    @property
    def valid_to(self) -> datetime | None:
        """When it ends, in local time with offset; None: it does not."""
        return local_or_open(self.span[1], self.zone)

    @property
    def exemptions(self) -> tuple[str, ...]:
        """Who is exempt and when, such as `bakers/tom until 2027-01-04 for bakers/movies`."""
        return tuple(
            party + _dates(span, self.zone) + (f" for {', '.join(targets)}" if targets else "")
            for party, span, targets in self.lifted
        )

    @property
    def paused(self) -> tuple[str, ...]:
        """When it is paused, such as `2026-12-19 to 2027-01-04`, in local time."""
        return tuple(
            " to ".join(
                "…" if abs(edge) == FOREVER else short_time(edge, self.zone) for edge in span
            )
            for span in self.pauses
        )


def _dates(span: tuple[int, int], zone: ZoneInfo) -> str:
    """Return from when until when something holds, with a blank in front; nothing for open ends."""
    edges = zip((" from ", " until "), span, strict=True)
    return "".join(f"{word}{short_time(at, zone)}" for word, at in edges if abs(at) != FOREVER)


class PolicyTerms(KindTerms, total=False):
    """The terms that a policy can have; those that are None or left out are not stated.

    Attributes:
        kind: what it forbids, such as `curfew`.
        name: what it is called.
        audience: `minors`, `everyone`, or ids of parties.
        governs: ids of products, services, resources, or of the household, for everything.
        categories: of services that it governs as well.
        only_on: ids of the devices on which alone it forbids.
        enforced_by: ids of services; left out: the one that enforces the other policies.
    """

    kind: str | None
    name: str | None
    audience: Iterable[str] | None
    governs: Iterable[str] | None
    categories: Iterable[str] | None
    only_on: Iterable[str] | None
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

        A change is of all that the policy says from then on; with `until` it says after that again
        what it would have said. Without terms it changes when the policy begins and ends, and
        nothing else does.
        Yesterday, exemptions and pauses stay. It is set in the power of the party who makes the
        change, or for an operator of an Admin of the enforcing service. `PolicyTerms` says which
        terms it may have.
        """
        given: dict[str, Any] = {**keywords}
        terms = {name: given.pop(name, None) for name in PolicyTerms.__annotations__}
        for name, value in terms.items():
            if value is not None and not isinstance(value, str):
                terms[name] = tuple(value)
        is_dated = given.get("at") is not None

        def plan(draft: Draft) -> None:
            own_id = policy_to_set(draft, policy)
            lasting = remaining_versions(draft, own_id)
            _, end = span_until(draft, until)
            if not lasting:
                span = span_in(draft, (draft.at, end))
                begin_policy(draft, own_id, _complete_terms(draft, terms, None), span)
                return
            began, ended = span_of(lasting[0].properties)[0], span_of(lasting[-1].properties)[1]
            start = draft.at if is_dated else max(began, draft.at)
            span = span_in(draft, (start, ended if until is None else end))
            if any(value is not None for value in terms.values()):
                _revise(draft, own_id, Span(*span), terms)
            else:
                _bound(draft, own_id, Span(min(start, began), span[1]))

        return self._change("policy set", f"set the policy {policy}", household, plan, **given)

    def end(self, policy: str, **keywords: Unpack[ChangeKeywords]) -> ChangeResult:
        """End a policy for everybody, and for good: what it was to say later is called off."""

        def plan(draft: Draft) -> None:
            for version in versions_of(draft.index, policy_named(draft, policy)):
                draft.end(version)

        return self._change("policy end", f"end the policy {policy}", policy, plan, **keywords)

    def pause(
        self,
        policy: str,
        *,
        until: Moment = None,
        end: bool = False,
        **keywords: Unpack[ChangeKeywords],
    ) -> ChangeResult:
        """Pause a policy for everybody it applies to, or with `end` end its pauses.

        Where it is paused already, nothing is done. A time of day is the next one.
        """
        _check_end(until, end=end, what="a pause")

        def plan(draft: Draft) -> None:
            if end:
                paused = policy_named(draft, policy)
                if sum(map(draft.end, links_of(draft.index, "PAUSED", paused))) == 0:
                    raise BadInputError(
                        f"`{paused}` is not paused",
                        hint="`household-graph policy list` shows what is",
                    )
                return
            paused = lasting_policy(draft, policy)
            pause_policy(draft, paused, span_in(draft, span_until(draft, until)))

        summary = f"{'end the pause of' if end else 'pause'} the policy {policy}"
        return self._change("policy pause", summary, policy, plan, **keywords)

    def exempt(
        self,
        policy: str,
        person: str | Iterable[str],
        *,
        until: Moment = None,
        only_for: Iterable[str] = (),
        end: bool = False,
        **keywords: Unpack[ChangeKeywords],
    ) -> ChangeResult:
        """Exempt a person or several from a policy, or with `end` end their exemptions.

        With `only_for` it is for some products, services or devices alone; with `end` too, what is
        for these alone ends. Where they are exempt already, nothing is done. A time of day is the
        next one.
        """
        _check_end(until, end=end, what="an exemption")
        people = (person,) if isinstance(person, str) else tuple(person)
        named = tuple(only_for)

        def plan(draft: Draft) -> None:
            lifted = policy_named(draft, policy) if end else lasting_policy(draft, policy)
            targets = _full(draft, named, "target", *_ITEMS)
            span = span_in(draft, span_until(draft, until))
            for one in people:
                who = in_household(draft, one, "individual", "Individual").id
                if end:
                    _end_exemption(draft, who, lifted, targets)
                else:
                    exempt_from(draft, who, lifted, targets, span)

        verb = f"{'are' if len(people) > 1 else 'is'} {'no longer ' if end else ''}exempt"
        summary = f"{' and '.join(people)} {verb} from {policy}"
        return self._change("policy exempt", summary, policy, plan, **keywords)

    def list(
        self, whose: str, *, at: Moment = None, ended: bool = False
    ) -> tuple[PolicyInWords, ...]:
        """Return the policies in force at a time, or with `ended` all, by id, in words.

        One that was changed is there once for each time at which it says something else. `whose`
        is the id of a household; or of a party or device, for those that apply to it, exempt or
        not.
        """
        draft, party = self._listed(whose, at)
        index, facts = draft.index, draft.facts
        asked = ALWAYS if ended else Span(draft.at, draft.at + 1)
        return tuple(
            _in_words(index, facts, version, asked)
            for version in sorted(facts.policies, key=lambda one: (one.policy, one.valid_from))
            if version.id in index.nodes and _is_listed(facts, version, party, asked)
        )


def _check_end(until: Moment, *, end: bool, what: str) -> None:
    if end and until is not None:
        raise BadInputError(f"{what} is ended, or given until a time", hint="leave one of them out")


def _revise(draft: Draft, policy: str, span: Span, terms: Mapping[str, Any]) -> None:
    """Change what a policy says within a span, which may begin before the policy does."""
    lasting = remaining_versions(draft, policy)
    for version in lasting:
        began, ended = span_of(version.properties)
        start = span.start if version is lasting[0] else max(span.start, began)
        piece = Span(start, min(span.end, ended))
        if piece.start < piece.end:
            revise(draft, version, piece, lambda before: _complete_terms(draft, terms, before))


def _bound(draft: Draft, policy: str, span: Span) -> None:
    """Let a policy begin and end with a span, and say what it says."""
    first = remaining_versions(draft, policy)[0]
    draft.hold(first.id, span.start, span_of(first.properties)[1])
    lasting = remaining_versions(draft, policy)
    began, ended = span_of(lasting[-1].properties)
    if span.end > ended:
        draft.hold(lasting[-1].id, began, span.end)
    for version in lasting if span.end < ended else ():
        draft.end(version, span.end)


def _end_exemption(draft: Draft, person: str, policy: str, targets: tuple[str, ...]) -> None:
    links = [one for one in links_of(draft.index, "EXEMPT_FROM", policy) if one.start == person]
    if targets:
        links = [one for one in links if set() < targets_of(one) <= {*targets}]
    if sum(map(draft.end, links)) == 0:
        which = f" for {' and '.join(f'`{one}`' for one in targets)} alone" if targets else ""
        raise BadInputError(
            f"`{person}` is not exempt from `{policy}`{which}",
            hint="`household-graph policy list` shows who is",
        )


def _is_listed(facts: Facts, policy: PolicyFact, party: str | None, asked: Span) -> bool:
    """Return whether a policy applies, to a party if one is named, within a span."""
    held = asked.meet(policy.valid_from, policy.valid_to)
    spans = audience(facts, policy, facts.principals[party]) if party else [ALWAYS]
    return any(overlap(span, held) for span in spans)


def _in_words(index: RowIndex, facts: Facts, version: PolicyFact, asked: Span) -> PolicyInWords:
    kind, span = kind_of(facts, version), asked.meet(version.valid_from, version.valid_to)
    exempt, paused = (
        [
            one
            for one in links_of(index, name, version.policy)
            if overlap(span_of(one.properties), span)
        ]
        for name in ("EXEMPT_FROM", "PAUSED")
    )
    return PolicyInWords(
        policy=version.policy,
        kind=version.kind,
        whom=", ".join(version.parties)
        if version.audience == Audience.PARTIES
        else version.audience,
        what=_what(facts, version, kind.limits(version.terms)),
        when=kind.hours(version.terms),
        enforced_by=tuple(index.ends("ENFORCED_BY", version.id)),
        set_by=tuple(sorted({player_of(index, one) for one in index.starts("SET", version.id)})),
        exempt=tuple(sorted({one.start for one in exempt})),
        span=(version.valid_from, version.valid_to),
        zone=facts.zone,
        pauses=tuple(sorted(span_of(one.properties) for one in paused)),
        lifted=tuple(
            sorted(
                (one.start, span_of(one.properties), tuple(sorted(targets_of(one))))
                for one in exempt
            )
        ),
    )


def _what(facts: Facts, version: PolicyFact, limits: str) -> str:
    """Return in words what a policy governs, on which devices, and what of that it forbids."""
    governed = ["everything" if one == facts.household else one for one in sorted(version.governs)]
    what = ", ".join((*governed, *(f"category {one}" for one in version.categories)))
    what += f" on {', '.join(version.only_on)}" if version.only_on else ""
    return f"{what}: {limits}" if limits else what


def _complete_terms(draft: Draft, given: Mapping[str, Any], before: Terms | None) -> Terms:
    """Return the terms of a policy that is set: those given, and of others what was before."""
    stated = {name: value for name, value in given.items() if value is not None}
    rest: Mapping[str, Any] = before or {}
    if before and stated.get("kind", before["kind"]) != before["kind"]:
        rest = {name: value for name, value in before.items() if name not in KIND_OF_FIELD}
    whole = {name: _normal(draft, name, value) for name, value in {**rest, **stated}.items()}
    terms = without_empty(whole)
    if "enforced_by" not in terms:
        terms["enforced_by"] = (_enforcing(draft),)
    _check(terms)
    return terms


def _normal(draft: Draft, name: str, value: Any) -> Any:  # noqa: ANN401 - by the declared type
    """Return a stated term with full ids of what is there, and lists in the order of rows."""
    if name == "audience":
        return _full(draft, value, "party", "Party", words=AUDIENCE_WORDS)
    if name == "governs":  # the household itself means everything
        return _full(draft, value, "target", *_ITEMS, words={draft.household})
    if name in TERM_LINKS:
        labels = TERM_LINKS[name].ends
        return _full(draft, value, _PLACES.get(labels, "target"), *labels)
    declared = PROPERTIES[name]
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


def _check(terms: Terms) -> None:
    if "kind" not in terms:
        raise BadInputError("a new policy needs a kind", hint="say --kind curfew, for instance")
    audience = terms.get("audience", ())
    if not audience:
        raise BadInputError("the policy applies to nobody", hint="say --audience minors, or who")
    if len(audience) > max(1, len(parties_in(terms))):
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


def _check_kind(terms: Terms, kind: Restriction) -> None:
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
