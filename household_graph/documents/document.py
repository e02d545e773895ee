"""The household document: all that a file says about one household, and the rules that it keeps."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from graphlib import CycleError, TopologicalSorter
from itertools import pairwise
from typing import Self

from pydantic import ValidationInfo, model_validator

from household_graph.documents.models import (
    DatedLink,
    HouseholdSections,
    InvolvementEntry,
    NamedEntry,
    NarrowedLink,
    PolicyEntry,
    Timed,
)
from household_graph.documents.to_rows import (
    Node,
    ReferenceAt,
    full,
    local,
    models_within,
    nodes_of,
    references_in,
    sections_of,
    span_of,
    start_of,
    to_rows,
    zone_of,
)
from household_graph.documents.values import DocumentRulesError, Loc, Problem
from household_graph.engine.facts import is_minor
from household_graph.engine.facts_builder import facts_from_rows
from household_graph.engine.grants import chain_too_long, too_deep
from household_graph.engine.ownership_gaps import GUARANTEED, judged_at, responsible_adults
from household_graph.engine.policies import KIND_OF_FIELD, KINDS
from household_graph.errors import did_you_mean
from household_graph.model.enums import InvolvementKind, PartyRoleKind, words_of
from household_graph.model.ids import nearest
from household_graph.model.instants import from_local, now
from household_graph.model.rows import RowIndex, Rows

SKIP_RULES = {"skip_rules": True}
"""The validation context that checks single values, but not the rules."""

_WORDS = {"DigitalIdentity": "identity", "Household": "household itself"}
_ROLES = frozenset({*PartyRoleKind, *InvolvementKind})
_NAME_ENFORCING = "name the enforcing service in `enforced_by`"
_Edges = dict[tuple[str, str], Loc]


class HouseholdDocument(HouseholdSections):
    """One household, or small business, with all it holds.

    A document made in Python is checked like a file: `pydantic.ValidationError` names wrong
    values, and all rules that are broken. `read.document_of` raises `DocumentError` instead.
    """

    @model_validator(mode="after")
    def _check_rules(self, info: ValidationInfo) -> Self:
        """Check what no single value can show: ids, references, validities, guarantors."""
        if info.context is not SKIP_RULES and (problems := problems_of(self)):
            raise DocumentRulesError(problems)
        return self


@dataclass(frozen=True, slots=True)
class Unreadable:
    """The parts of a document that failed to parse, to suppress follow-on problems.

    `items` are the locations of sections, or of items of them, from which a value was removed, or
    in which a placeholder replaces one; `ids` those that may have been removed, and placeholders.
    """

    items: frozenset[Loc] = frozenset()
    ids: frozenset[str] = frozenset()

    def at(self, loc: Loc) -> bool:
        """Return whether the section, or the item of it, of a location is affected."""
        return loc[:1] in self.items or loc[:2] in self.items

    def within(self, *sections: str) -> bool:
        """Return whether anything in these sections is affected."""
        return any(item[0] in sections for item in self.items)


READABLE = Unreadable()
"""Of a document that failed to parse nowhere."""


def problems_of(
    document: HouseholdSections, unreadable: Unreadable = READABLE, *, today: date | None = None
) -> list[Problem]:
    """Return every rule that a document breaks whose single values are right, where readable.

    Minors are those at the beginning of `today`, a local date of the household; None: now.
    """
    instant = now() if today is None else from_local(today, zone_of(document))
    return list(_Rules(document, instant, unreadable).problems())


class _Rules:
    """What no single value can show."""

    def __init__(self, document: HouseholdSections, instant: int, unreadable: Unreadable) -> None:
        self.document = document
        self.household = document.organization.id
        self.instant = instant
        self.unreadable = unreadable
        self.nodes = list(nodes_of(document))
        self.references = [(node, one) for node in self.nodes for one in references_in(node)]

    def problems(self) -> Iterator[Problem]:
        yield from self._repeated_ids()
        yield from self._wrong_references()
        yield from self._repeated_references()
        yield from self._wrong_validities()
        yield from self._repeated_starts()
        yield from self._wrong_nesting()
        yield from self._wrong_payers()
        yield from self._wrong_policies()
        within = self.unreadable.within
        if not within("party_roles", "resource_roles", "products", "services", "policies"):
            yield from self._wrong_setters()
        if not within("party_roles", "individuals"):
            yield from self._wrong_guarantors()

    def local(self, reference: str | None) -> str:
        return local(self.household, reference)

    def _repeated_ids(self) -> Iterator[Problem]:
        first: dict[str, Node] = {}
        for node in self.nodes:
            if node.is_derived and self.unreadable.at(node.loc):
                continue
            taken = first.setdefault(node.id, node)
            if taken is node:
                continue
            message = f"duplicate id `{node.id}`, already used"
            hint = "give the second an `id`" if node.is_derived else "use another id"
            if "Household" in taken.labels:
                message, hint = f"`{node.id}` is the id of the household", "use another id"
            yield Problem(node.id_loc, message, hint, taken.id_loc)

    def _wrong_references(self) -> Iterator[Problem]:
        """Yield references to nothing, to the wrong kind, or out of the household."""
        known: dict[str, tuple[str, ...]] = {}
        for node in self.nodes:
            known.setdefault(node.id, node.labels)
        for _node, reference in self.references:
            text, loc, wanted = reference.text, reference.loc, reference.link.labels
            name = self.local(text)
            if "/" in name:
                if not self.unreadable.at(("organization", "id")):
                    hint = "refer to what is in this document"
                    yield Problem(loc, f"`{text}` is in another household", hint)
            elif name not in known:
                if name not in self.unreadable.ids and not self._may_be_lost(wanted):
                    fitting = [one for one, labels in known.items() if {*labels} & {*wanted}]
                    message = f"unknown {_words(wanted)} `{text}`"
                    yield Problem(loc, message, did_you_mean(nearest(name, fitting)))
            elif not {*known[name]} & {*wanted}:
                found, needed = _words(known[name][-1:]), _words(wanted)
                yield Problem(loc, f"`{text}` is {_article(found)}, not {_article(needed)}")

    def _may_be_lost(self, labels: tuple[str, ...]) -> bool:
        """Return whether what a reference is to may have been in a part that failed to parse."""
        lost = {item[0] for item in self.unreadable.items if len(item) == 1}
        if labels == ("Admin",):  # a role, with an id that may be derived
            return bool(lost) or self.unreadable.within("party_roles", "resource_roles")
        sections = sections_of(type(self.document)).items()
        return any(issubclass(model, NamedEntry) and one in lost for one, model in sections)

    def _repeated_references(self) -> Iterator[Problem]:
        """Yield references that are twice in a list, where that says nothing more."""
        seen: dict[tuple[Loc, str], ReferenceAt] = {}
        for _node, reference in self.references:
            if reference.list_loc is None or isinstance(reference.entry, DatedLink):
                continue
            first = seen.setdefault((reference.list_loc, self.local(reference.text)), reference)
            if first is not reference:
                yield Problem(reference.loc, f"`{reference.text}` is stated twice", "leave one out")

    def _wrong_validities(self) -> Iterator[Problem]:
        for loc, timed in models_within(self.document):
            if not isinstance(timed, Timed):
                continue
            start, end = span_of(self.document, timed)
            if start >= end:
                began = start_of(self.document, timed)
                message = f"`{timed.valid_to}` is not after `{began}`, when it starts"
                hint = "it starts with the document: state its own `valid_from`"
                is_own = "valid_from" in timed.model_fields_set
                yield Problem((*loc, "valid_to"), message, None if is_own else hint)

    def _repeated_starts(self) -> Iterator[Problem]:
        """Yield dated links that begin twice at the same time, where all could be read."""
        first: dict[tuple[Loc, str, int, frozenset[str]], Loc] = {}
        for loc, link in models_within(self.document):
            if isinstance(link, DatedLink) and not self.unreadable.at(loc):
                start, _end = span_of(self.document, link)
                only_for = link.only_for if isinstance(link, NarrowedLink) else ()
                narrowed = frozenset(map(self.local, only_for))
                other = first.setdefault((loc[:-1], self.local(link.to), start, narrowed), loc)
                if other != loc:
                    message = f"the link to `{link.to}` begins twice at the same time, first"
                    hint = "give it another `valid_from`, or leave it out"
                    yield Problem(loc, message, hint, other)

    def _edges(self, kind: str) -> _Edges:
        """Return the local ids that relationships of a type join, with the locations."""
        return {
            (node.id, self.local(one.text)): one.loc[:-1] if one.entry else one.loc
            for node, one in self.references
            if one.link.type == kind
        }

    def _wrong_nesting(self) -> Iterator[Problem]:
        """Yield cycles of memberships, and of bundles, and chains deeper than questions look."""
        memberships, bundles = self._edges("MEMBER_OF"), self._edges("BUNDLES")
        yield from _cycles(memberships, "membership")
        yield from _cycles(bundles, "bundling")
        for kind, edges in (("MEMBER_OF", memberships), ("BUNDLES", bundles)):
            if chain := chain_too_long(edges):
                loc = edges[chain[0], chain[1]]
                yield Problem(loc, too_deep(chain, kind), "nest them less deep")

    def _wrong_payers(self) -> Iterator[Problem]:
        for index, role in enumerate(self.document.party_roles):
            if role.pays and role.role is not PartyRoleKind.BILL_PAYER:
                message = f"only a BillPayer has `pays`, not a {role.role.value}"
                yield Problem(("party_roles", index, "pays"), message)

    def _wrong_policies(self) -> Iterator[Problem]:
        """Yield policies that lack a field, or have one of another kind of policy."""
        for index, policy in enumerate(self.document.policies):
            loc: Loc = ("policies", index)
            yield from () if self.unreadable.at(loc) else _wrong_policy(policy, loc)
        if not self.unreadable.within("policies"):
            yield from self._wrong_versions()

    def _wrong_versions(self) -> Iterator[Problem]:
        """Yield versions of what is a version itself, and those after one of another policy."""
        policy_of = {one.id: self.local(one.policy) or one.id for one in self.document.policies}
        for index, version in enumerate(self.document.policies):
            policy, before = policy_of[version.id], self.local(version.supersedes)
            if policy_of.get(policy, policy) != policy:
                hint = f"name `{policy_of[policy]}`, of which it is one"
                message = f"`{policy}` is a version of a policy itself"
                yield Problem(("policies", index, "policy"), message, hint)
            elif policy_of.get(before, policy) != policy:
                message = f"`{before}` is no version of `{policy}`"
                yield Problem(("policies", index, "supersedes"), message, "name one, or leave it")

    def _wrong_setters(self) -> Iterator[Problem]:
        """Yield policies set by an Admin role, but of none of the services that enforce them."""
        administered = {
            node.id: self.local(node.entry.to)
            for node in self.nodes
            if isinstance(node.entry, InvolvementEntry) and "Admin" in node.labels
        }
        for index, policy in enumerate(self.document.policies):
            setter = self.local(policy.set_by)
            enforcing = set(map(self.local, policy.enforced_by))
            if setter in administered and administered[setter] not in self._above(enforcing):
                names = " or ".join(f"`{one}`" for one in sorted(enforcing))
                hint = f"name an Admin role of {names}" if names else _NAME_ENFORCING
                message = f"`{setter}` does not administer a service that enforces the policy"
                yield Problem(("policies", index, "set_by"), message, hint)

    def _above(self, services: set[str]) -> set[str]:
        """Return the services, the products they realize, and the products that bundle those."""
        edges = [*self._edges("REALIZED_BY"), *self._edges("BUNDLES")]
        reached: set[str] = set()
        found = services
        while not found <= reached:
            reached |= found
            found = {product for product, part in edges if part in reached}
        return reached

    def _wrong_guarantors(self) -> Iterator[Problem]:
        """Yield roles of minors that need a guarantor and have none, or one who cannot be it.

        A role that begins later is judged by how it begins; one that has ended does not count.
        """
        people = self._people()
        index, facts = RowIndex(people), facts_from_rows(people)
        for at, role in enumerate(self.document.party_roles):
            moment = judged_at(span_of(self.document, role), self.instant)
            party = full(self.household, role.party)
            if role.role not in GUARANTEED or moment is None or not is_minor(facts, party, moment):
                continue
            minor = self.local(party)
            adults = responsible_adults(index, facts, party, moment)
            names = " or ".join(f"`{self.local(one)}`" for one in sorted(adults))
            hint = f"name {names}" if names else f"make an adult `responsible_for` `{minor}` first"
            if role.guarantor is None:
                message = f"`{minor}` is a minor, and {role.role.value} only with a `guarantor`"
                yield Problem(("party_roles", at, "party"), message, hint)
                continue
            guarantor = full(self.household, role.guarantor)
            if guarantor in index.nodes and guarantor not in adults:  # others are wrong references
                is_young = is_minor(facts, guarantor, moment)
                why = "a minor too" if is_young else f"not responsible for `{minor}`"
                message = f"the guarantor `{self.local(guarantor)}` is {why}"
                yield Problem(("party_roles", at, "guarantor"), message, hint)

    def _people(self) -> Rows:
        """Return the rows of the people alone, which can be read whatever else is wrong."""
        rows = to_rows(self.document)
        people = {
            row.id: row
            for row in rows.nodes
            if "Individual" in row.labels or "time_zone" in row.properties
        }
        links = (row for row in rows.relationships if row.type == "RESPONSIBLE_FOR")
        known = tuple(row for row in links if {row.start, row.end} <= people.keys())
        return Rows(rows.household, tuple(people.values()), known)


def _words(labels: tuple[str, ...]) -> str:
    words = [
        f"{one} role" if one in _ROLES else _WORDS.get(one) or " ".join(words_of(one))
        for one in labels
    ]
    return " or ".join(filter(None, [", ".join(words[:-1]), words[-1]]))


def _article(words: str) -> str:
    if words == _WORDS["Household"]:
        return f"the {words}"
    return f"{'an' if words[0] in 'aeioAEIO' else 'a'} {words}"


def _wrong_policy(policy: PolicyEntry, loc: Loc) -> Iterator[Problem]:
    kind = KINDS[policy.kind.value]
    stated = [field for field in KIND_OF_FIELD if getattr(policy, field)]
    for field in stated:
        if field not in kind.options:
            message = f"`{field}` is of {KIND_OF_FIELD[field].called}, not of {kind.called}"
            yield Problem((*loc, field), message, "leave it out")
    for fields in kind.missing(stated):
        names = " or ".join(f"`{field}`" for field in fields)
        yield Problem(loc, f"{kind.called} needs {names}")
    if not policy.governs and not policy.categories:
        hint = "name the household itself in `governs` to mean everything"
        yield Problem(loc, "the policy governs nothing", hint)


def _cycles(edges: _Edges, what: str) -> Iterator[Problem]:
    """Yield one problem for each cycle, removing an edge of it to find the next."""
    left = dict(edges)
    while cycle := _cycle(left):
        loc, start = min((left[edge], edge[0]) for edge in pairwise(cycle))
        turn = cycle.index(start)
        ids = [*cycle[turn:-1], *cycle[: turn + 1]] if turn else cycle
        yield Problem(loc, f"{what} goes in a circle: {' -> '.join(f'`{one}`' for one in ids)}")
        del left[start, ids[1]]


def _cycle(edges: Iterable[tuple[str, str]]) -> list[str]:
    """Return a cycle, its first id again at its end; empty if there is none."""
    sorter: TopologicalSorter[str] = TopologicalSorter()
    for start, end in edges:
        sorter.add(end, start)  # cycles are then found in the direction of the edges
    try:
        sorter.prepare()
    except CycleError as error:
        found: list[str] = error.args[1]
        return found
    return []
