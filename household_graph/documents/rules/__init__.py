"""The rules that no single value of a document can keep or break: each file holds one kind."""

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING

from household_graph.documents.problems import Problem
from household_graph.documents.rules.circles import wrong_nesting
from household_graph.documents.rules.damage import Unreadable
from household_graph.documents.rules.guarantors import missing_guarantors
from household_graph.documents.rules.ids import wrong_ids, wrong_references
from household_graph.documents.rules.policies import wrong_policies, wrong_setters
from household_graph.documents.rules.times import repeated_links, wrong_validities
from household_graph.documents.validity import zone_of
from household_graph.model.instants import from_local, now

if TYPE_CHECKING:
    from household_graph.documents.document import HouseholdDocument

__all__ = ["problems_of"]


def problems_of(
    document: "HouseholdDocument",
    *,
    today: date | None = None,
    unreadable: Unreadable | None = None,
) -> list[Problem]:
    """Return every rule that a document breaks.

    Args:
        document: the document; its single values are right.
        today: the household's local date, as of whose beginning it is told who is a minor; None:
            as of now.
        unreadable: what of it could not be read.
    """
    instant = now() if today is None else from_local(today, zone_of(document))
    return list(_problems(document, instant, unreadable or Unreadable()))


def _problems(
    document: "HouseholdDocument", instant: int, unreadable: Unreadable
) -> Iterator[Problem]:
    yield from wrong_ids(document, unreadable)
    yield from wrong_references(document, unreadable)
    yield from wrong_validities(document)
    yield from repeated_links(document, unreadable)
    yield from wrong_nesting(document)
    yield from wrong_policies(document, unreadable)
    if not unreadable.within("party_roles", "resource_roles", "products", "services", "policies"):
        yield from wrong_setters(document)
    if not unreadable.within("party_roles", "individuals"):
        yield from missing_guarantors(document, instant)
