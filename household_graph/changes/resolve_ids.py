"""What is refused before a draft is changed: ids of something else, spans that are none."""

import re
from collections.abc import Iterable

from household_graph.changes.draft import Draft
from household_graph.engine.question import Moment
from household_graph.errors import BadInputError
from household_graph.model.enums import describe_labels
from household_graph.model.ids import LOCAL_PATTERN, household_of
from household_graph.model.instants import FOREVER, instant_of, isoformat
from household_graph.model.rows import NodeRow


def in_household(draft: Draft, reference: str, place: str, *labels: str) -> NodeRow:
    """Return the node of an id, local or full, of this household and with one of these labels.

    Args:
        draft: the household.
        reference: the id.
        place: what the id stands for, for the error.
        labels: any, if none is given.

    Raises:
        BadInputError: if it is of another household, or something else.
        UnknownIdError: if there is none, naming the nearest of these labels.
    """
    full = draft.qualify(reference)
    if household_of(full) != draft.household:
        raise BadInputError(
            f"the {place} `{full}` is not in the household `{draft.household}`",
            hint="roles and policies stay within one household",
        )
    there = draft.index.nodes.get(full)
    if there and labels and there.labels.isdisjoint(labels):
        raise BadInputError(
            f"`{full}` is {describe_labels(there.labels)}, and no {place}",
            hint=f"name {' or '.join(_known(draft, labels)) or 'another'}",
        )
    return draft.get(full, *labels, place=place)


def holder_of(draft: Draft, reference: str) -> NodeRow:
    """Return the party or the resource of an id; errors as of `in_household`."""
    return in_household(draft, reference, "party", "Party", "Resource")


def item_of(draft: Draft, reference: str) -> NodeRow:
    """Return the product, service or resource of an id; errors as of `in_household`."""
    return in_household(draft, reference, "target", "Product", "Service", "Resource")


def new_id(draft: Draft, reference: str) -> str:
    """Return the full id of something new.

    Raises:
        BadInputError: if it cannot be one, is of another household, or is taken.
    """
    full = draft.qualify(reference)
    local_id = full.removeprefix(f"{draft.household}/")
    if full == draft.household or not re.fullmatch(LOCAL_PATTERN, local_id):
        raise BadInputError(
            f"`{reference}` cannot be the id of something new in `{draft.household}`",
            hint="use letters, digits, `.`, `_` or `-`; no household in front",
        )
    if full in draft.index.nodes or draft.next_free_id(local_id) != full:
        raise BadInputError(
            f"the id `{full}` is taken",
            hint=f"give another, such as `{draft.next_free_id(local_id)}`",
        )
    return full


def own_identities(draft: Draft, holder: str, identities: Iterable[str]) -> list[str]:
    """Return the full ids of usernames.

    Raises:
        BadInputError: if one belongs to another party than the holder.
    """
    found = [in_household(draft, one, "identity", "DigitalIdentity").id for one in identities]
    own = {link.end for link in draft.index.outgoing("HAS_IDENTITY", holder)}
    for identity in found:
        if identity not in own:
            raise BadInputError(
                f"the identity `{identity}` is not one of `{holder}`",
                hint="a role is exercised with a username of its holder; `household-graph "
                "identity list` shows whose it is",
            )
    return found


def span_in(draft: Draft, span: tuple[int, int] | None) -> tuple[int, int]:
    """Return a span, or that from when the change takes effect, with an open end.

    Raises:
        BadInputError: if it ends before it begins.
    """
    start, end = span or (draft.at, FOREVER)
    if end <= start:
        raise BadInputError(
            f"`{isoformat(end, draft.zone)}` is not after `{isoformat(start, draft.zone)}`",
            hint="let it end later than it begins",
        )
    return start, end


def instant_in(draft: Draft, moment: Moment) -> int | None:
    """Return the instant of a moment, in milliseconds; without an offset it is local time."""
    return None if moment is None else instant_of(moment, draft.zone)


def span_until(draft: Draft, end: Moment) -> tuple[int, int]:
    """Return the span from when the change takes effect until a moment; None: with an open end."""
    instant = instant_in(draft, end)
    return draft.at, FOREVER if instant is None else instant


def _known(draft: Draft, labels: Iterable[str], limit: int = 5) -> list[str]:
    ids = sorted({n.id for label in labels for n in draft.index.labelled(label)})
    return [f"`{one}`" for one in ids[:limit]]
