"""Who may grant involvement roles, change them and take them away."""

from collections.abc import Iterator

from household_graph.changes.authorization.belonging import accounts_of, customers, customers_of
from household_graph.changes.authorization.rights import Demand, Law, Right, RightKind
from household_graph.changes.authorization.sight import Sight
from household_graph.model.edits import NodeEdit
from household_graph.model.rows import RelationshipRow


def involvement(sight: Sight, edit: NodeEdit) -> Iterator[Demand]:
    """Yield what it takes to make or change an involvement role."""
    yield from involvement_demands(sight, edit.id, ends=sight.verb(edit.id) == "end")


def involved(sight: Sight, link: RelationshipRow) -> Iterator[Demand]:
    """Yield what it takes to say what an involvement role is on: a right on each such thing."""
    yield from involvement_demands(sight, link.start)
    if link.end not in sight.ends("INVOLVED_IN", link.start):
        yield _demand(sight, link.start, link.end)


def involvement_demands(sight: Sight, role: str, *, ends: bool = False) -> Iterator[Demand]:
    """Yield what an involvement role demands, one demand for each thing it is on.

    Args:
        sight: the change.
        role: the id of the involvement role.
        ends: whether it only ends. Then who ends somebody's role on an account may end what that
            role played there as well. Nor does it take more to go on with one that ends.
    """
    continued = None if ends else _continued(sight, role)
    items = sight.ends("INVOLVED_IN", role)
    for item in items:
        demand = _demand(sight, role, item)
        ending = role if ends else continued
        own = _expelling(sight, ending, item) if ending else ()
        yield demand._replace(rights=(*demand.rights, *own))
    if not items:
        yield Demand(Law.UNNAMED, role, ())


def _demand(sight: Sight, role: str, item: str) -> Demand:
    labels, device = sight.labels(role), "Resource" in sight.labels(item)
    customer, admin = customers_of(sight, item), Right(RightKind.ADMIN, item)
    if "Consumer" in labels:
        others = () if sight.administered(item) else customer
        return Demand(Law.CONSUMERS, role, (admin, *others))
    if "Admin" in labels and not device:
        return Demand(Law.ADMINS, role, customer)
    law = Law.DEVICE_ROLES if device else Law.CHOOSERS
    return Demand(law, role, (admin, *customer))


def _expelling(sight: Sight, role: str, item: str) -> tuple[Right, ...]:
    """Return the right of who ends the role that plays this one, where both are on one account."""
    adult = "Resource" in sight.labels(item) or sight.closed_to_minors(item)
    accounts = accounts_of(sight, item)
    players = [
        player
        for player in sight.starts("PLAYS", role)
        if sight.verb(player) == "end" and sight.until(player) <= sight.until(role)
        if accounts.intersection(sight.ends("ON_ACCOUNT", player))
    ]
    shared = {one for player in players for one in sight.ends("ON_ACCOUNT", player)} & accounts
    guarantors = (Right(RightKind.GUARANTOR, player, adult=True) for player in players)
    return (*customers(sight, shared, adult=adult), *guarantors) if players else ()


def _continued(sight: Sight, role: str) -> str | None:
    """Return the involvement role that ends with the change and that a new one takes up."""
    if not sight.is_new(role):
        return None
    items, player = sight.ends("INVOLVED_IN", role), sight.player(role)
    return next(
        (
            old
            for old in sight.ended(*sight.labels(role))
            if sight.ends("INVOLVED_IN", old) == items
            and sight.player(old) == player
            and sight.until(role) <= sight.until(old, before=True)
        ),
        None,
    )
