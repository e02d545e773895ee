"""What a policy says: its kind, its audience, what it governs, and the terms of its kind."""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any, TypedDict

from household_graph.changes.draft import Draft, in_household
from household_graph.engine.policies import KIND_OF_FIELD, KINDS, KindTerms, Restriction
from household_graph.errors import BadInputError
from household_graph.model.declaration import (
    Property,
    PropertyType,
    properties_of,
    relationships_from,
)
from household_graph.model.declaration.properties import CLOCK_PATTERN, MAXIMUM_AGE_PATTERN
from household_graph.model.enums import Audience
from household_graph.model.rows import NodeRow, RowIndex, Value

_PROPERTIES, _LINKS = properties_of(frozenset({"Policy"})), relationships_from("Policy")
_WORDS = frozenset({Audience.MINORS.value, Audience.EVERYONE.value})


class CommonTerms(TypedDict, total=False):
    """The terms of policies of any kind.

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


class PolicyTerms(CommonTerms, KindTerms, total=False):
    """All terms that a policy can have; those that are None or left out are not stated."""


class Terms(dict[str, Any]):
    """Terms as they are compared and written: full ids, sorted tuples, nothing that is empty."""

    @property
    def parties(self) -> tuple[str, ...]:
        """The parties that it applies to by name."""
        return tuple(one for one in self.get("audience", ()) if one not in _WORDS)

    @property
    def properties(self) -> Mapping[str, Value | None]:
        """The properties of its node."""
        audience = Audience.PARTIES.value if self.parties else self["audience"][0]
        own = {name: self.get(name) for name in ("kind", "name", "categories", *KIND_OF_FIELD)}
        stored = {name: value for name, value in own.items() if name in _PROPERTIES}
        return stored | {"audience": audience}

    @property
    def links(self) -> Mapping[str, tuple[str, ...]]:
        """By relationship type, the ids that the node is linked to."""
        ends = {one.type: self.get(name, ()) for name, one in _LINKS.items()}
        return ends | {"APPLIES_TO": self.parties}


def terms_of(index: RowIndex, policy: NodeRow) -> Terms:
    """Return the terms of a policy of a household."""
    has = policy.properties
    ends = {
        name: tuple(link.end for link in index.outgoing(one.type, policy.id))
        for name, one in _LINKS.items()
    }
    ends["audience"] = ends.pop("applies_to") or (str(has.get("audience")),)
    names = ("kind", "name", "categories", *KIND_OF_FIELD)
    stored = {name: has.get(name) for name in names if name in _PROPERTIES}
    return _without_empty(stored | ends)


def complete_terms(draft: Draft, given: Mapping[str, Any], before: Terms | None) -> Terms:
    """Return the terms of a policy that is set: those given, and of others what was before.

    Args:
        draft: the household.
        given: as in `PolicyTerms`; ids may be local.
        before: the terms of the policy that is changed, or None for a new one.

    Raises:
        BadInputError: if something is missing, or is of another kind of policy.
    """
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


def _without_empty(terms: Mapping[str, Any]) -> Terms:
    return Terms({name: value for name, value in terms.items() if value not in (None, ())})


def _normal(draft: Draft, name: str, value: Any) -> Any:  # noqa: ANN401 - by the declared type
    """Return a stated term with full ids of what is there, and lists in the order of rows."""
    if name == "audience":
        return _audience(draft, value)
    if name == "governs":
        return _governed(draft, value)
    if name in _LINKS:
        labels = _LINKS[name].ends
        return _full(draft, value, "service" if len(labels) == 1 else "target", *labels)
    declared = _PROPERTIES[name]
    if declared.type is PropertyType.STRINGS:
        return tuple(sorted({str(one) for one in value}, key=_order(declared)))
    read = _READ_BY_PATTERN.get(declared.pattern or "", str)
    return read(value)


def _order(declared: Property) -> Callable[[str], Any]:
    """Return the key by which values of a list are sorted: words as their vocabulary has them."""
    words = [word.value for word in declared.words or ()]
    return words.index if words else str


def _check(terms: Terms) -> None:
    if "kind" not in terms:
        raise BadInputError("a new policy needs a kind", hint="say --kind curfew, for instance")
    audience = terms.get("audience", ())
    if not audience:
        raise BadInputError("the policy applies to nobody", hint="say --audience minors, or who")
    if len(audience) > max(1, len(terms.parties)):
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


def _audience(draft: Draft, names: Iterable[str]) -> tuple[str, ...]:
    ids = {str(one) for one in names}
    parties = _full(draft, ids - _WORDS, "party", "Party")
    return tuple(sorted({*(ids & _WORDS), *parties}))


def _governed(draft: Draft, ids: Iterable[str]) -> tuple[str, ...]:
    """Return the full ids of what is governed; the household itself means everything."""
    ids = set(ids)
    everything = {one for one in ids if draft.qualify(one) == draft.household}
    named = _full(draft, ids - everything, "target", "Product", "Service", "Resource")
    return tuple(sorted({*named, *map(draft.qualify, everything)}))


def _full(draft: Draft, ids: Iterable[str], place: str, *labels: str) -> tuple[str, ...]:
    return tuple(sorted({in_household(draft, one, place, *labels).id for one in ids}))


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
