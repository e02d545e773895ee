"""Ids are given once, and every reference is to something of the right kind."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from household_graph.documents.names import (
    SECTIONS,
    Entry,
    ReferenceAt,
    entries,
    local,
    references,
)
from household_graph.documents.parts import DatedLink
from household_graph.documents.problems import Loc, Problem
from household_graph.documents.roles import Involvement
from household_graph.documents.rules.damage import Unreadable
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


def wrong_ids(document: "HouseholdDocument", unreadable: Unreadable) -> Iterator[Problem]:
    """Yield ids that are given twice."""
    first: dict[str, Entry] = {}
    for entry in entries(document):
        if entry.derived and unreadable.at(entry.loc):
            continue
        taken = first.setdefault(entry.id, entry)
        if taken is entry:
            continue
        if "Household" in taken.labels:
            message, hint = f"`{entry.id}` is the id of the household", "use another id"
        else:
            message = f"duplicate id `{entry.id}`, already used"
            hint = "give the second an `id`" if entry.derived else "use another id"
        yield Problem(entry.loc, message, hint, taken.loc)


def wrong_references(document: "HouseholdDocument", unreadable: Unreadable) -> Iterator[Problem]:
    """Yield references to nothing, to the wrong kind, out of the household, or made twice."""
    household = document.organization.id
    known: dict[str, tuple[str, ...]] = {}
    for entry in entries(document):
        known.setdefault(entry.id, entry.labels)
    for reference in references(document):
        name = local(household, reference.text)
        if "/" in name:
            yield from _foreign(reference, unreadable)
        elif name not in known:
            yield from _unknown(reference, name, known, unreadable)
        elif not _fits(known[name], reference.labels):
            message = f"`{reference.text}` is {_article(_word(known[name][-1]))}"
            yield Problem(reference.loc, f"{message}, not {_article(_wanted(reference))}")
    yield from _made_twice(document)


def _foreign(reference: ReferenceAt, unreadable: Unreadable) -> Iterator[Problem]:
    if not unreadable.at(("organization", "id")):
        message = f"`{reference.text}` is in another household"
        yield Problem(reference.loc, message, "refer to what is in this document")


def _unknown(
    reference: ReferenceAt, name: str, known: Mapping[str, tuple[str, ...]], unreadable: Unreadable
) -> Iterator[Problem]:
    if reference.labels == ("Admin",):  # to a role, whose id may be derived
        may_be_lost = bool(unreadable.lost) or unreadable.within("party_roles", "resource_roles")
    else:
        may_be_lost = not unreadable.lost.isdisjoint(SECTIONS)
    if may_be_lost or name in unreadable.ids:
        return
    fitting = [one for one, labels in known.items() if _fits(labels, reference.labels)]
    message = f"unknown {_wanted(reference)} `{reference.text}`"
    yield Problem(reference.loc, message, did_you_mean(name, fitting))


def _fits(labels: tuple[str, ...], wanted: tuple[str, ...]) -> bool:
    return not set(labels).isdisjoint(wanted)


def _wanted(reference: ReferenceAt) -> str:
    words = [_word(label) for label in reference.labels]
    return " or ".join(filter(None, [", ".join(words[:-1]), words[-1]]))


def _word(label: str) -> str:
    return _WORDS.get(label, label.lower())


def _article(words: str) -> str:
    if words == _WORDS["Household"]:
        return f"the {words}"
    return f"{'an' if words[0] in 'aeioAEIO' else 'a'} {words}"


def _made_twice(document: "HouseholdDocument") -> Iterator[Problem]:
    """Yield second mentions in lists where once says it all; dated ones have their own rule."""
    household = document.organization.id
    seen: dict[Loc, dict[str, Loc]] = defaultdict(dict)
    for reference in references(document):
        if reference.in_list is None or isinstance(reference.source, DatedLink):
            continue
        if isinstance(reference.source, Involvement) and reference.loc[-1] == "to":
            continue
        name = local(household, reference.text)
        first = seen[reference.in_list].setdefault(name, reference.loc)
        if first != reference.loc:
            yield Problem(reference.loc, f"`{reference.text}` is stated twice", "leave one out")
