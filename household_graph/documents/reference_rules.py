"""Rules about ids and references: an id is used once, a reference is to the right kind."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from household_graph.documents.entries import (
    Node,
    ReferenceAt,
    local,
    nodes_of,
    references_of,
    sections_of,
)
from household_graph.documents.models import NamedEntry
from household_graph.documents.problems import Loc, Problem
from household_graph.documents.values import did_you_mean

if TYPE_CHECKING:
    from household_graph.documents.document import HouseholdDocument

_WORDS = {
    "Admin": "Admin role",
    "BillPayer": "BillPayer role",
    "BillingAccount": "billing account",
    "Chooser": "Chooser role",
    "Consumer": "Consumer role",
    "Customer": "Customer role",
    "CustomerAccount": "customer account",
    "DigitalIdentity": "identity",
    "Household": "household itself",
    "ResourceRole": "resource role",
    "User": "User role",
}


@dataclass(frozen=True, slots=True)
class Unreadable:
    """The parts of a document that failed to parse, to suppress follow-on problems.

    Attributes:
        items: the locations of sections, or of items of sections, from which a value was removed,
            or in which a placeholder replaces one.
        ids: the ids that may have been removed, and the placeholders.
    """

    items: frozenset[Loc] = frozenset()
    ids: frozenset[str] = frozenset()

    def at(self, loc: Loc) -> bool:
        """Return whether the section, or the item of it, of a location is affected."""
        return loc[:1] in self.items or loc[:2] in self.items

    def within(self, *sections: str) -> bool:
        """Return whether anything in these sections is affected."""
        return any(item[0] in sections for item in self.items)

    @property
    def lost(self) -> frozenset[str]:
        """The sections that could not be read at all, and unknown fields."""
        return frozenset(str(item[0]) for item in self.items if len(item) == 1)


def repeated_ids(document: "HouseholdDocument", unreadable: Unreadable) -> Iterator[Problem]:
    """Yield ids that are used twice."""
    first: dict[str, Node] = {}
    for node in nodes_of(document):
        if node.is_derived and unreadable.at(node.loc):
            continue
        taken = first.setdefault(node.id, node)
        if taken is node:
            continue
        if "Household" in taken.labels:
            message, hint = f"`{node.id}` is the id of the household", "use another id"
        else:
            message = f"duplicate id `{node.id}`, already used"
            hint = "give the second an `id`" if node.is_derived else "use another id"
        yield Problem(node.id_loc, message, hint, taken.id_loc)


def wrong_references(document: "HouseholdDocument", unreadable: Unreadable) -> Iterator[Problem]:
    """Yield references to nothing, to the wrong kind, or out of the household."""
    household = document.organization.id
    known: dict[str, tuple[str, ...]] = {}
    for node in nodes_of(document):
        known.setdefault(node.id, node.labels)
    for reference in references_of(document):
        name = local(household, reference.text)
        if "/" in name:
            if not unreadable.at(("organization", "id")):
                message = f"`{reference.text}` is in another household"
                yield Problem(reference.loc, message, "refer to what is in this document")
        elif name not in known:
            if name not in unreadable.ids and not _may_be_lost(document, reference, unreadable):
                yield _unknown(reference, name, known)
        elif not _fits(known[name], reference):
            message = f"`{reference.text}` is {_with_article(_word(known[name][-1]))}"
            yield Problem(reference.loc, f"{message}, not {_with_article(_words(reference))}")


def _may_be_lost(
    document: "HouseholdDocument", reference: ReferenceAt, unreadable: Unreadable
) -> bool:
    """Return whether what a reference is to may have been in a part that failed to parse."""
    if reference.labels == ("Admin",):  # a role, with an id that may be derived
        return bool(unreadable.lost) or unreadable.within("party_roles", "resource_roles")
    sections = sections_of(type(document)).items()
    return any(issubclass(model, NamedEntry) and one in unreadable.lost for one, model in sections)


def _unknown(reference: ReferenceAt, name: str, known: Mapping[str, tuple[str, ...]]) -> Problem:
    fitting = [one for one, labels in known.items() if _fits(labels, reference)]
    message = f"unknown {_words(reference)} `{reference.text}`"
    return Problem(reference.loc, message, did_you_mean(name, fitting))


def _fits(labels: tuple[str, ...], reference: ReferenceAt) -> bool:
    return not set(labels).isdisjoint(reference.labels)


def _words(reference: ReferenceAt) -> str:
    words = [_word(label) for label in reference.labels]
    return " or ".join(filter(None, [", ".join(words[:-1]), words[-1]]))


def _word(label: str) -> str:
    return _WORDS.get(label, label.lower())


def _with_article(words: str) -> str:
    if words == _WORDS["Household"]:
        return f"the {words}"
    return f"{'an' if words[0] in 'aeioAEIO' else 'a'} {words}"


def repeated_references(document: "HouseholdDocument") -> Iterator[Problem]:
    """Yield references that are twice in a list, where that says nothing more."""
    household = document.organization.id
    seen: dict[Loc, dict[str, Loc]] = defaultdict(dict)
    for reference in references_of(document):
        if reference.list_loc is None or reference.is_dated:
            continue
        first = seen[reference.list_loc].setdefault(local(household, reference.text), reference.loc)
        if first != reference.loc:
            yield Problem(reference.loc, f"`{reference.text}` is stated twice", "leave one out")
