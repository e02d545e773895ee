"""Moving home."""

from collections.abc import Iterable, Mapping

from household_graph.changes.checks import in_household, new_id
from household_graph.changes.devices import StateChange, put_at, set_state
from household_graph.changes.draft import Draft
from household_graph.model.rows import Value

__all__ = ["move_home"]


def move_home(
    draft: Draft, local_id: str, address: Mapping[str, Value | None], left: Iterable[str] = ()
) -> None:
    """Let a household live at a new place, with everything that stood at its old one.

    Args:
        draft: the household.
        local_id: of the new place.
        address: `street`, `postal_code`, `city`, `country`, as far as they are known.
        left: ids of products that end, and of devices that stay behind and are locked.

    Raises:
        BadInputError: if the id is taken, or something left is neither product nor device.
    """
    place = draft.make(new_id(draft, local_id), ("Place",), address)
    old = {link.end for link in draft.index.out("LOCATED_AT", draft.household)}
    stays = {in_household(draft, one, "thing", "Product", "Resource").id for one in left}
    for one in sorted(stays):
        node = draft.node(one)
        if "Product" in node.labels:
            draft.end(node)
        else:
            set_state(draft, one, StateChange.LOCK)
    here = {link.start for spot in old for link in draft.index.into("LOCATED_AT", spot)}
    for one in sorted({draft.household, *here} - stays):
        put_at(draft, one, place)
