"""What a policy says: its kind, whom it speaks to, what it governs, and when."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import datetime

from household_graph.changes.draft import Draft, in_household
from household_graph.engine.policies import KINDS, Restriction, kind_of_field
from household_graph.errors import BadInputError
from household_graph.model.declaration.properties import MAXIMUM_AGE_PATTERN
from household_graph.model.enums import Audience, PolicyKind, Weekday
from household_graph.model.rows import NodeRow, RowIndex, Value

_OPTIONS = {field: option for kind in KINDS.values() for field, option in kind.options.items()}
"""The options of the fields that only one kind of policy has."""
_WEEK = [day.value for day in Weekday]


@dataclass(frozen=True, slots=True)
class PolicyTerms:
    """The terms of a policy; None: not said.

    Attributes:
        kind: what it forbids.
        name: what it is called.
        audience: `minors`, `everyone`, or ids of parties.
        governs: ids of products, services, resources, or of the household, for everything.
        categories: of services that it governs as well.
        weekdays: on which a curfew begins.
        start_time: at which it begins, local, as HH:MM.
        end_time: at which it ends, local, as HH:MM.
        maximum_age: the highest rating allowed, in years, or `own-age`.
        blocked_categories: of services not allowed at all.
        allows: ids of products and services that stay allowed.
        allowed_categories: of services that stay allowed.
        enforced_by: ids of services.
    """

    kind: PolicyKind | None = None
    name: str | None = None
    audience: tuple[str, ...] | None = None
    governs: tuple[str, ...] | None = None
    categories: tuple[str, ...] | None = None
    weekdays: tuple[str, ...] | None = None
    start_time: str | None = None
    end_time: str | None = None
    maximum_age: str | None = None
    blocked_categories: tuple[str, ...] | None = None
    allows: tuple[str, ...] | None = None
    allowed_categories: tuple[str, ...] | None = None
    enforced_by: tuple[str, ...] | None = None

    @property
    def parties(self) -> tuple[str, ...]:
        """The parties it speaks to by name."""
        words = {Audience.MINORS.value, Audience.EVERYONE.value}
        return tuple(one for one in self.audience or () if one not in words)

    @property
    def properties(self) -> Mapping[str, Value | None]:
        """The properties of the node that says it."""
        named = Audience.PARTIES.value if self.parties else next(iter(self.audience or ()), None)
        return {
            "kind": self.kind.value if self.kind else None,
            "name": self.name,
            "audience": named,
            "categories": self.categories or None,
            "weekdays": self.weekdays or None,
            "start_time": self.start_time,
            "end_time": self.end_time,
            "maximum_age": self.maximum_age,
            "blocked_categories": self.blocked_categories or None,
            "allowed_categories": self.allowed_categories or None,
        }


def terms_of(index: RowIndex, policy: NodeRow) -> PolicyTerms:
    """Return what a policy of a household says."""
    has = policy.properties
    parties = _ends(index, "APPLIES_TO", policy.id)
    return PolicyTerms(
        kind=PolicyKind(str(has["kind"])),
        name=_text(has.get("name")),
        audience=parties or (str(has.get("audience")),),
        governs=_ends(index, "GOVERNS", policy.id),
        categories=_words(has.get("categories")),
        weekdays=_words(has.get("weekdays")),
        start_time=_text(has.get("start_time")),
        end_time=_text(has.get("end_time")),
        maximum_age=_text(has.get("maximum_age")),
        blocked_categories=_words(has.get("blocked_categories")),
        allows=_ends(index, "ALLOWS", policy.id),
        allowed_categories=_words(has.get("allowed_categories")),
        enforced_by=_ends(index, "ENFORCED_BY", policy.id),
    )


def completed(draft: Draft, given: PolicyTerms, before: PolicyTerms | None) -> PolicyTerms:
    """Return the terms of a policy that is set: those given, and of others what was before.

    Args:
        draft: the household.
        given: what is said; ids may be local.
        before: the terms of the policy that is changed, or None for a new one.

    Raises:
        BadInputError: if something is missing, or is of another kind of policy.
    """
    said = {f.name: v for f in fields(given) if (v := getattr(given, f.name)) is not None}
    kept = before or PolicyTerms()
    if before and given.kind not in (None, before.kind):
        kept = replace(before, **dict.fromkeys(_OPTIONS))
    whole = _in_order(draft, replace(kept, **said))
    if not whole.enforced_by:
        whole = replace(whole, enforced_by=(_enforcing(draft),))
    _check(whole)
    return whole


def _in_order(draft: Draft, terms: PolicyTerms) -> PolicyTerms:
    """Return terms with full ids of what is there, and everything in the order of rows."""
    named = [
        one if one not in terms.parties else in_household(draft, one, "party", "Party").id
        for one in terms.audience or ()
    ]
    return replace(
        terms,
        audience=tuple(sorted(set(named))),
        governs=_governed(draft, terms.governs or ()),
        enforced_by=_full(draft, terms.enforced_by, "service", "Service"),
        categories=tuple(sorted(set(terms.categories or ()))),
        blocked_categories=tuple(sorted(set(terms.blocked_categories or ()))),
        allows=_full(draft, terms.allows, "target", "Product", "Service"),
        allowed_categories=tuple(sorted(set(terms.allowed_categories or ()))),
        weekdays=tuple(sorted(set(terms.weekdays or ()), key=_WEEK.index)),
        start_time=_clock(terms.start_time),
        end_time=_clock(terms.end_time),
        maximum_age=_age(terms.maximum_age),
    )


def _check(terms: PolicyTerms) -> None:
    if terms.kind is None:
        raise BadInputError("a new policy needs a kind", hint="say --kind curfew, for instance")
    if not terms.audience:
        raise BadInputError("the policy speaks to nobody", hint="say --audience minors, or whom")
    if len(terms.audience) > max(1, len(terms.parties)):
        raise BadInputError(
            f"an audience of {' and '.join(terms.audience)} is more than one",
            hint="say minors, everyone, or the ids of parties",
        )
    if not terms.governs and not terms.categories:
        raise BadInputError(
            "the policy governs nothing",
            hint="say --governs with an id (that of the household means everything) or --category",
        )
    _check_kind(terms, KINDS[terms.kind.value])


def _check_kind(terms: PolicyTerms, kind: Restriction) -> None:
    """Refuse what is of another kind of policy, and what is missing of this one."""
    stated = [field for field in _OPTIONS if getattr(terms, field)]
    for field in stated:
        if field not in kind.options:
            raise BadInputError(
                f"{_OPTIONS[field]} is of {kind_of_field(field).called}, not of {kind.called}",
                hint="leave it out",
            )
    for group in kind.missing(stated):
        options = " or ".join(_OPTIONS[field] for field in group)
        what = kind.any_of_in_words if group == kind.any_of else options
        raise BadInputError(f"{kind.called} needs {what}", hint=f"say {options} as well")


def _enforcing(draft: Draft) -> str:
    """Return the one service that enforces the household's policies."""
    found = {
        link.end
        for policy in draft.index.labelled("Policy")
        for link in draft.index.outgoing("ENFORCED_BY", policy.id)
    }
    if len(found) == 1:
        return found.pop()
    names = " or ".join(f"`{one}`" for one in sorted(found)) or "a smart firewall"
    raise BadInputError(
        "the policy needs a service that enforces it", hint=f"say --enforced-by, such as {names}"
    )


def _governed(draft: Draft, ids: Iterable[str]) -> tuple[str, ...]:
    """Return the full ids of what is governed; the household itself means everything."""
    everything = [one for one in ids if draft.qualify(one) == draft.household]
    others = [one for one in ids if one not in everything]
    named = _full(draft, others, "target", "Product", "Service", "Resource")
    return tuple(sorted({*named, *map(draft.qualify, everything)}))


def _full(draft: Draft, ids: Iterable[str] | None, place: str, *labels: str) -> tuple[str, ...]:
    return tuple(sorted({in_household(draft, one, place, *labels).id for one in ids or ()}))


def _clock(text: str | None) -> str | None:
    if text is None:
        return None
    try:
        return datetime.strptime(text, "%H:%M").strftime("%H:%M")  # noqa: DTZ007 - a time of day
    except ValueError as error:
        raise BadInputError(
            f"cannot read the time of day `{text}`",
            hint="write it as 21:00, from 00:00, which is midnight, to 23:59",
        ) from error


def _age(text: str | None) -> str | None:
    if text is None or text == "own-age":
        return text
    if not re.fullmatch(MAXIMUM_AGE_PATTERN, text):
        raise BadInputError(
            f"cannot read the age `{text}`",
            hint="give a number of years of up to three digits, or own-age",
        )
    return str(int(text))


def _ends(index: RowIndex, kind: str, start: str) -> tuple[str, ...]:
    return tuple(link.end for link in index.outgoing(kind, start))


def _text(value: Value | None) -> str | None:
    return None if value is None else str(value)


def _words(value: Value | None) -> tuple[str, ...]:
    return value if isinstance(value, tuple) else ()
