"""The death of a person."""

from household_graph.changes.draft import Draft
from household_graph.changes.events.succession import assign_successor, successor_of, terminate
from household_graph.changes.resolve_ids import in_household
from household_graph.model.enums import PartyStatus


def record_death(draft: Draft, reference: str, successor: str | None) -> None:
    """End all that a person has in the household, and record that they have died.

    Args:
        draft: the household.
        reference: the id of the person.
        successor: the id of who takes over what would lack an owner, or None.
    """
    party = in_household(draft, reference, "individual", "Individual").id
    heir = successor_of(draft, successor, [party])
    terminate(draft, [party])
    draft.update(party, status=PartyStatus.DECEASED.value)
    assign_successor(draft, heir)
