"""Moving home."""

from collections.abc import Iterable, Mapping

from household_graph.changes.devices import StateChange, set_state
from household_graph.changes.draft import Draft
from household_graph.changes.resolve_ids import in_household, new_id
from household_graph.errors import BadInputError
from household_graph.model.rows import Value


def move_home(
    draft: Draft,
    local_id: str,
    address: Mapping[str, Value | None],
    *,
    left: Iterable[str] = (),
    old: str | None = None,
) -> None:
    """Let a household live at a new place, with everything that stood at its old one.

    Args:
        draft: the household.
        local_id: of the new place.
        address: `street`, `postal_code`, `city`, `country`, as far as they are known.
        left: ids of products that end, and of devices that stay behind and are locked.
        old: the id of the place that is left; None: the only one.

    Raises:
        BadInputError: if the id is taken, something left is neither product nor device, or there
            are several places and none is named.
    """
    place = draft.create(new_id(draft, local_id), ("Place",), address)
    spot = _old_place(draft, old)
    stays = {in_household(draft, one, "thing", "Product", "Resource").id for one in left}
    for one in sorted(stays):
        node = draft.get(one)
        if "Product" in node.labels:
            draft.end(node)
        else:
            set_state(draft, one, StateChange.LOCK)
    here = {link.start for link in draft.index.incoming("LOCATED_AT", spot)} if spot else set()
    for one in sorted((here or {draft.household}) - stays):
        _move(draft, one, spot, place)


def _old_place(draft: Draft, named: str | None) -> str | None:
    if named is not None:
        return in_household(draft, named, "place", "Place").id
    places = [link.end for link in draft.index.outgoing("LOCATED_AT", draft.household)]
    if len(places) > 1:
        raise BadInputError(
            f"`{draft.household}` is at several places: {', '.join(places)}",
            hint="name the one that is left with --from",
        )
    return places[0] if places else None


def _move(draft: Draft, one: str, old: str | None, new: str) -> None:
    for link in draft.index.outgoing("LOCATED_AT", one):
        if link.end == old:
            draft.unrelate(link)
    draft.relate("LOCATED_AT", one, new)
