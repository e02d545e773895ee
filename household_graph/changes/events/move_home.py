"""Moving home."""

from collections.abc import Iterable, Mapping

from household_graph.changes.devices import StateChange, set_state
from household_graph.changes.draft import Draft, in_household, new_id
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
    """Let a household live at a new place, with all that was at its old one.

    See `Events.move_home`; `address` has `street`, `postal_code`, `city` and `country`.

    Raises:
        BadInputError: if the id is taken, something left is neither product nor device, or there
            are several places and none is named.
    """
    new = draft.create(new_id(draft, local_id), ("Place",), address)
    old = _old_place(draft, old)
    stays = {in_household(draft, one, "thing", "Product", "Resource").id for one in left}
    for one in sorted(stays):
        node = draft.get(one)
        if "Product" in node.labels:
            draft.end(node)
        else:
            set_state(draft, one, StateChange.LOCK)
    here = draft.index.starts("LOCATED_AT", old) if old else ()
    for one in sorted({*(here or [draft.household])} - stays):
        for link in draft.index.outgoing("LOCATED_AT", one):
            if link.end == old:
                draft.unrelate(link)
        draft.relate("LOCATED_AT", one, new)


def _old_place(draft: Draft, named: str | None) -> str | None:
    if named is not None:
        return in_household(draft, named, "place", "Place").id
    places = draft.index.ends("LOCATED_AT", draft.household)
    if len(places) > 1:
        raise BadInputError(
            f"`{draft.household}` is at several places: {', '.join(places)}",
            hint="name the one that is left with --from",
        )
    return places[0] if places else None
