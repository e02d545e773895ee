"""Coming of age: what held for a minor alone ends."""

from household_graph.changes.bill_shares import supersede_role
from household_graph.changes.draft import Draft
from household_graph.changes.resolve_ids import in_household
from household_graph.changes.role_queries import minor_until, open_roles
from household_graph.errors import RefusedError
from household_graph.model.instants import FOREVER, isoformat


def come_of_age(draft: Draft, reference: str) -> None:
    """End what holds for a minor alone: responsibility for it, and the guarantors of its roles.

    Raises:
        RefusedError: if it is not of age yet.
    """
    party = in_household(draft, reference, "individual", "Individual")
    until = minor_until(draft, party.id)
    if until == FOREVER:
        draft.update(party.id, minor=None)  # there is no birth date, so the event says so
    elif until is not None and draft.at < until:
        raise RefusedError(
            f"`{party.id}` is a minor until {isoformat(until, draft.zone)}",
            hint=f"give --at {isoformat(until, draft.zone)}",
        )
    for link in draft.index.incoming("RESPONSIBLE_FOR", party.id):
        draft.end(link)
    for role in open_roles(draft, party.id):
        if draft.index.outgoing("GUARANTEED_BY", role.id):
            supersede_role(draft, role.id, guarantors=())
