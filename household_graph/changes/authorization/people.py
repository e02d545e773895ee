"""Who may change people, organizations, places, usernames, and who answers for whom."""

from collections.abc import Iterator

from household_graph.changes.authorization.belonging import customers
from household_graph.changes.authorization.holdings import connected_to
from household_graph.changes.authorization.involvements import involvement_demands
from household_graph.changes.authorization.rights import Demand, Law, Right, RightKind
from household_graph.changes.authorization.sight import Sight
from household_graph.model.edits import NodeEdit
from household_graph.model.rows import RelationshipRow

_MEASURES = ("birth_date", "minor", "age_of_majority", "time_zone")
"""The properties by which policies tell whom and when they forbid."""


def belonging(sight: Sight, edit: NodeEdit) -> Iterator[Demand]:
    """Yield what it takes to make or change a person, an organization or a place.

    Of who was there before, what policies measure by is a matter of who administers these.
    """
    if edit.before and edit.after:
        before, after = dict(edit.before.properties), dict(edit.after.properties)
        measures = [(before.pop(name, None), after.pop(name, None)) for name in _MEASURES]
        if any((was or None) != (becomes or None) for was, becomes in measures):
            yield from _measured(sight, edit.id)
            if before == after:
                return
    yield Demand(Law.PEOPLE, edit.id, customers(sight, ()))


def _measured(sight: Sight, entity_id: str) -> Iterator[Demand]:
    enforcers = sight.enforcers()
    for service in enforcers:
        yield Demand(Law.MEASURES, entity_id, (Right(RightKind.ADMIN, service, adult=True),))
    if not enforcers:
        yield Demand(Law.MEASURES, entity_id, customers(sight, ()))


def member_of(sight: Sight, link: RelationshipRow) -> Iterator[Demand]:
    """Yield what it takes to say who is a member of what."""
    yield Demand(Law.PEOPLE, link.start, customers(sight, ()))


def located_at(sight: Sight, link: RelationshipRow) -> Iterator[Demand]:
    """Yield what it takes to say where a party lives, or a device stands."""
    device = "Resource" in sight.labels(link.start)
    yield from (connected_to if device else member_of)(sight, link)


def responsible_for(sight: Sight, link: RelationshipRow) -> Iterator[Demand]:
    """Yield what it takes to say who is responsible for a minor."""
    guardian = Right(RightKind.GUARDIAN, link.end)
    yield Demand(Law.GUARDIANS, link.end, (guardian, *customers(sight, ())))


def identity(sight: Sight, edit: NodeEdit) -> Iterator[Demand]:
    """Yield what it takes to make or change a username."""
    yield _of_its_owner(sight, edit.id)


def has_identity(sight: Sight, link: RelationshipRow) -> Iterator[Demand]:
    """Yield what it takes to say whose a username is: a right on each such party."""
    yield _of_its_owner(sight, link.end)
    yield Demand(Law.IDENTITIES, link.end, _of_party(sight, link.start))


def identified_by(sight: Sight, link: RelationshipRow) -> Iterator[Demand]:
    """Yield what it takes to exercise a role with a username: a right on both.

    Whose username it is has no say yet in a role of somebody else.
    """
    yield _of_its_owner(sight, link.end)
    own = tuple(
        right
        for role in sight.starts("PLAYS", link.start)
        for party in sight.starts("PLAYS", role)
        for right in _of_party(sight, party)
    )
    for demand in involvement_demands(sight, link.start):
        yield demand._replace(rights=(*demand.rights, *own))


def _of_its_owner(sight: Sight, one: str) -> Demand:
    owners = sight.starts("HAS_IDENTITY", one)
    rights = tuple(right for owner in owners for right in _of_party(sight, owner))
    return Demand(Law.IDENTITIES, one, rights or customers(sight, ()))


def _of_party(sight: Sight, party: str) -> tuple[Right, ...]:
    own = (Right(RightKind.SELF, party), Right(RightKind.GUARDIAN, party))
    return (*own, *customers(sight, ()))
