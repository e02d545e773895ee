"""Who stands how in a household when an event takes effect."""

from datetime import date

from household_graph.changes.draft import Draft
from household_graph.engine.ages import minority_of
from household_graph.model.rows import NodeRow
from household_graph.model.validity import holds, span_of


def minor_until(draft: Draft, party: str) -> int | None:
    """Return when a person ceases to be a minor, in milliseconds; None: it never is one.

    Who is flagged as a minor without a birth date is one for ever.
    """
    own, household = draft.node(party).properties, draft.node(draft.household).properties
    born, majority = own.get("birth_date"), household.get("age_of_majority")
    span = minority_of(
        born if isinstance(born, date) else None,
        minor=bool(own.get("minor")),
        age_of_majority=int(str(majority)),
        zone=draft.zone,
    )
    return span.end if span else None


def is_minor(draft: Draft, party: str) -> bool:
    """Return whether a person is a minor when the event takes effect."""
    return draft.at < (minor_until(draft, party) or draft.at)


def guarantor_of(draft: Draft, party: str) -> str | None:
    """Return the adult who can answer for a minor: the first responsible one; None for others."""
    if not is_minor(draft, party):
        return None
    adults = [link.start for link in draft.holding(draft.index.into("RESPONSIBLE_FOR", party))]
    return next((one for one in adults if not is_minor(draft, one)), None)


def open_roles(draft: Draft, player: str, *, label: str | None = None) -> list[NodeRow]:
    """Return the roles that somebody, or a device, plays then or later, of one label or all."""
    roles = (draft.index.nodes[link.end] for link in draft.index.out("PLAYS", player))
    return [
        role
        for role in roles
        if span_of(role.properties)[1] > draft.at and (label is None or label in role.labels)
    ]


def holding_roles(draft: Draft, player: str, label: str) -> list[NodeRow]:
    """Return the roles of a label that somebody plays when the event takes effect."""
    return [r for r in open_roles(draft, player, label=label) if holds(r.properties, draft.at)]


def has_part(draft: Draft, party: str) -> bool:
    """Return whether somebody is a member, or plays a role, then or later."""
    memberships = draft.index.out("MEMBER_OF", party)
    return bool(open_roles(draft, party)) or any(
        span_of(link.properties)[1] > draft.at for link in memberships
    )
