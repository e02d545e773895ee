"""Involvement roles that a role plays: made new, or made once more for another role or item."""

from household_graph.changes.draft import Draft
from household_graph.model.ids import involvement_id
from household_graph.model.rows import NodeRow
from household_graph.model.vocabulary import InvolvementKind

Span = tuple[int, int]


def involve_by(draft: Draft, role: str, kind: InvolvementKind, item: str, span: Span) -> str:
    """Make a new involvement role played by a role that is there, and return its id.

    Args:
        draft: the household.
        role: the full id of the role that plays it.
        kind: which role.
        item: the full id of a product, service or resource.
        span: in milliseconds.
    """
    role_name, item_name = (one.rpartition("/")[2] for one in (role, item))
    own_id = draft.free_id(involvement_id(role_name, kind.value, item_name))
    draft.make(own_id, ["InvolvementRole", kind.value], span=span)
    draft.link("PLAYS", role, own_id)
    draft.link("INVOLVED_IN", own_id, item)
    return own_id


def play_again(
    draft: Draft, involvement: NodeRow, role: str, span: Span, item: str | None = None
) -> str:
    """Make an involvement role once more, with its usernames, and return the id of the new one.

    Args:
        draft: the household.
        involvement: the one that is there, and stays as it is.
        role: the full id of the role that plays the new one.
        span: when the new one holds, in milliseconds.
        item: the full id of what it is on; None: what the other is on.
    """
    kind = next(kind for kind in InvolvementKind if kind.value in involvement.labels)
    on = item or draft.index.out("INVOLVED_IN", involvement.id)[0].end
    identities = [link.end for link in draft.index.out("IDENTIFIED_BY", involvement.id)]
    made = involve_by(draft, role, kind, on, span)
    draft.set(made, granted_by=involvement.properties.get("granted_by"))
    for identity in identities:
        draft.link("IDENTIFIED_BY", made, identity)
    return made
