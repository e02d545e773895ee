"""A policy over time: what it says, version by version, while a change is planned.

The first version has the id of the policy. Each later one names it in `policy`, and is linked
SUPERSEDES to the version before. Exemptions and pauses are of all versions; they are linked to the
first.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import count
from typing import Any

from household_graph.changes.draft import Draft, in_household, new_id
from household_graph.changes.role_queries import nearest_paths
from household_graph.engine.policies import KIND_OF_FIELD
from household_graph.errors import BadInputError
from household_graph.model.declaration import properties_of, relationships_from
from household_graph.model.enums import Audience, InvolvementKind
from household_graph.model.ids import local_id
from household_graph.model.rows import NodeRow, RelationshipRow, RowIndex, policy_id
from household_graph.model.spans import Span, span_of, without

Terms = dict[str, Any]
"""Terms as they are compared and written: full ids, sorted tuples, nothing that is empty."""

PROPERTIES = properties_of(frozenset({"Policy"}))
TERM_LINKS = {
    name: one
    for name, one in relationships_from("Policy").items()
    if not one.dated and one.type != "SUPERSEDES"
}
"""The terms that are relationships, by the name of the way there; the audience is `applies_to`."""
STORED = ("kind", "name", "categories", *(n for n in KIND_OF_FIELD if n in PROPERTIES))
"""The terms that are properties of the node under the same name."""
AUDIENCE_WORDS = frozenset({Audience.MINORS.value, Audience.EVERYONE.value})

_Revise = Callable[[Terms], Terms]


def policy_named(draft: Draft, reference: str) -> str:
    """Return the full id of the policy that an id means, be it that of a version.

    Raises:
        BadInputError: if the id is of something else, or in another household.
        UnknownIdError: if there is no such policy.
    """
    return policy_id(in_household(draft, reference, "policy", "Policy"))


def policy_to_set(draft: Draft, reference: str) -> str:
    """Return the same, or the id of a policy that is not there yet; BadInputError, if taken."""
    full = draft.qualify(reference)
    if not draft.has(full):
        return new_id(draft, reference)
    return policy_id(in_household(draft, full, "policy", "Policy"))


def versions_of(index: RowIndex, policy: str) -> list[NodeRow]:
    """Return the versions of a policy that held, or are to, by when they begin."""
    found = (node for node in index.labelled("Policy") if policy_id(node) == policy)
    return sorted(found, key=lambda node: span_of(node.properties))


def remaining_versions(draft: Draft, policy: str) -> list[NodeRow]:
    """Return those that have not ended when the change takes effect."""
    return [node for node in versions_of(draft.index, policy) if draft.remaining(node)]


def lasting_policy(draft: Draft, reference: str) -> str:
    """Return the id of a policy that can still be lifted.

    Raises:
        BadInputError: if it has ended by then; see `policy_named` for others.
    """
    policy = policy_named(draft, reference)
    if not remaining_versions(draft, policy):
        raise BadInputError(
            f"`{policy}` has ended by then", hint="`household-graph policy list --all` says when"
        )
    return policy


def links_of(index: RowIndex, kind: str, policy: str) -> list[RelationshipRow]:
    """Return the exemptions from a policy, or its pauses, to whichever version they are linked."""
    whole = RowIndex.incoming if kind == "EXEMPT_FROM" else RowIndex.outgoing
    return [link for one in versions_of(index, policy) for link in whole(index, kind, one.id)]


def targets_of(exemption: RelationshipRow) -> frozenset[str]:
    """Return the targets that an exemption is narrowed to; none: it is for all."""
    only_for: Any = exemption.properties.get("only_for", ())
    return frozenset(only_for)


def exempt_from(
    draft: Draft, person: str, policy: str, targets: tuple[str, ...], span: tuple[int, int]
) -> None:
    """Exempt a person from a policy for a span, as far as they are not yet; for some targets."""
    links = [one for one in links_of(draft.index, "EXEMPT_FROM", policy) if one.start == person]
    held = [one for one in links if not targets_of(one) or (targets_of(one) >= {*targets} > set())]
    stated = {"only_for": targets} if targets else None
    for gap in _gaps(span, held):
        draft.relate("EXEMPT_FROM", person, policy, stated, span=gap)


def pause_policy(draft: Draft, policy: str, span: tuple[int, int]) -> None:
    """Pause a policy for a span, as far as it is not yet."""
    for gap in _gaps(span, links_of(draft.index, "PAUSED", policy)):
        draft.relate("PAUSED", policy, draft.household, span=gap)


def _gaps(span: tuple[int, int], held: Iterable[RelationshipRow]) -> tuple[Span, ...]:
    """Return the parts of a span that links do not cover."""
    return without((Span(*span),), tuple(Span(*span_of(link.properties)) for link in held))


def terms_of(index: RowIndex, version: NodeRow) -> Terms:
    """Return the terms of a version."""
    has = version.properties
    ends = {name: tuple(index.ends(one.type, version.id)) for name, one in TERM_LINKS.items()}
    ends["audience"] = ends.pop("applies_to") or (str(has.get("audience")),)
    return without_empty({name: has.get(name) for name in STORED} | ends)


def without_empty(terms: Mapping[str, Any]) -> Terms:
    """Return what is stated of terms."""
    return {name: value for name, value in terms.items() if value not in (None, ())}


def parties_in(terms: Terms) -> tuple[str, ...]:
    """Return the parties that a policy applies to by name."""
    return tuple(one for one in terms.get("audience", ()) if one not in AUDIENCE_WORDS)


def begin_policy(draft: Draft, policy: str, terms: Terms, span: tuple[int, int]) -> None:
    """Make the first version of a policy, or one more of a policy that has ended.

    What was left of its exemptions and pauses ends before.
    """
    for kind in ("EXEMPT_FROM", "PAUSED"):
        for link in links_of(draft.index, kind, policy):
            draft.end(link, span[0])
    earlier = versions_of(draft.index, policy)
    if not draft.has(policy):
        draft.create(policy, ["Policy"], span=span)
        _write(draft, policy, terms)
    elif policy not in draft.index.nodes:  # it was called off before it began
        draft.hold(policy, *span)
        _write(draft, policy, terms)
    else:
        _add(draft, policy, terms, span, after=earlier[-1].id)


def revise(draft: Draft, version: NodeRow, piece: Span, revised: _Revise) -> None:
    """Let a version say something else for a span, and outside it what it said.

    A span that goes beyond it extends it; one before it is a version more.
    """
    began, ended = span_of(version.properties)
    before = terms_of(draft.index, version)
    after = revised(before)
    if after == before and piece.end >= began:
        draft.hold(version.id, min(began, piece.start), max(ended, piece.end))
        return
    parts = [
        (Span(began, piece.start), before),
        (piece, after),
        (Span(max(piece.end, began), ended), before),
    ]
    (first, terms), *rest = [part for part in parts if part[0].start < part[0].end]
    followers = draft.index.incoming("SUPERSEDES", version.id)
    draft.hold(version.id, *first)
    if terms is not before:
        _write(draft, version.id, terms)
    last = version.id
    for span, terms in rest:
        last = _add(draft, policy_id(version), terms, span, after=last)
    for link in followers if rest else ():
        draft.unrelate(link)
        draft.relate("SUPERSEDES", link.start, last)


def version_ids(policy: str) -> Iterator[str]:
    """Yield the local ids that later versions of a policy may have."""
    return (f"{local_id(policy)}.{number}" for number in count(2))


def _add(draft: Draft, policy: str, terms: Terms, span: tuple[int, int], *, after: str) -> str:
    """Make a later version of a policy, and return its id."""
    free = next(one for one in map(draft.qualify, version_ids(policy)) if not draft.has(one))
    draft.create(free, ["Policy"], {"policy": policy}, span)
    draft.relate("SUPERSEDES", free, after)
    _write(draft, free, terms)
    return free


def _write(draft: Draft, version: str, terms: Terms) -> None:
    """Let a node say some terms and no others, set by who makes the change."""
    parties = parties_in(terms)
    stored = {name: terms.get(name) for name in STORED}
    stored["audience"] = Audience.PARTIES.value if parties else terms["audience"][0]
    draft.update(version, **stored)
    there = RowIndex(draft.rows, whole=True)
    for name, link in TERM_LINKS.items():
        wanted = set(parties if name == "applies_to" else terms.get(name, ()))
        present = there.outgoing(link.type, version)
        for one in present:
            if one.end not in wanted:
                draft.unrelate(one)
        for end in sorted(wanted.difference(one.end for one in present)):
            draft.relate(link.type, version, end)
    if setter := _setter(draft, terms["enforced_by"]):
        for one in there.incoming("SET", version):
            draft.unrelate(one)
        draft.relate("SET", setter, version)


def _setter(draft: Draft, services: Iterable[str]) -> str | None:
    """Return the Admin role in whose power a policy is set; that of a party who sets it, if any."""
    ways = [
        way
        for one in draft.parties or draft.facts.principals
        for service in services
        for way in nearest_paths(draft, one, InvolvementKind.ADMIN, service)[:1]
    ]
    if not ways:
        return None
    return min(ways, key=lambda way: (len(way.ids), way.ids)).assignment.grant.involvement
