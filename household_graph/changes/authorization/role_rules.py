"""Who may change functional roles, roles of devices and involvement roles."""

from collections.abc import Iterable, Iterator

from household_graph.changes.authorization.asset_rules import (
    accounts_of,
    accounts_of_bill,
    customers,
    customers_of,
    device_rights,
)
from household_graph.changes.authorization.context import Sight
from household_graph.changes.authorization.requirements import Demand, Law, Right, RightKind
from household_graph.model.edits import NodeEdit
from household_graph.model.rows import RelationshipRow
from household_graph.model.spans import span_of


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


def party_role(sight: Sight, edit: NodeEdit) -> Iterator[Demand]:
    """Yield what it takes to make or change a functional role."""
    yield from _on_its_accounts(sight, edit.id)
    yield from _what_it_plays(sight, edit)


def device_role(sight: Sight, edit: NodeEdit) -> Iterator[Demand]:
    """Yield what it takes to make or change a role of a device."""
    devices = sight.starts("PLAYS", edit.id)
    for device in devices:
        yield Demand(Law.DEVICES, edit.id, device_rights(sight, device))
    if not devices:
        yield Demand(Law.UNNAMED, edit.id, ())
    yield from _what_it_plays(sight, edit)


def plays(sight: Sight, link: RelationshipRow) -> Iterator[Demand]:
    """Yield what it takes to say who plays a role; an old one brings along all that it plays."""
    role = link.end
    if "InvolvementRole" in sight.labels(role):
        yield from involvement_demands(sight, role)
        return
    if "ResourceRole" in sight.labels(role):
        yield Demand(Law.DEVICES, role, device_rights(sight, link.start))
    else:
        yield from _on_its_accounts(sight, role)
    for played in sight.played_by(role):
        yield from involvement_demands(sight, played)


def on_account(sight: Sight, link: RelationshipRow) -> Iterator[Demand]:
    """Yield what it takes to say which account a role is relative to: a right on each."""
    yield from _on_its_accounts(sight, link.start)
    yield _on_account(sight, link.start, link.end)


def guarantor(sight: Sight, link: RelationshipRow) -> Iterator[Demand]:
    """Yield what it takes to say who stands guarantor for a role."""
    yield from _on_its_accounts(sight, link.start)


def pays(sight: Sight, link: RelationshipRow) -> Iterator[Demand]:
    """Yield what it takes to say what share of a bill a role pays."""
    yield from _on_its_accounts(sight, link.start)
    rights = customers(sight, accounts_of_bill(sight, link.end))
    ended = sight.ended("BillPayer") if sight.is_new(link.start) else ()
    paid = [role for role in ended if link.end in sight.ends("PAYS", role)]
    yield Demand(Law.ACCOUNTS, link.end, (*rights, *_guarantors(paid)))


def _on_its_accounts(sight: Sight, role: str) -> Iterator[Demand]:
    accounts = sight.ends("ON_ACCOUNT", role)
    for account in accounts:
        yield _on_account(sight, role, account)
    if not accounts:
        yield Demand(Law.ACCOUNTS, role, customers(sight, ()))


def _on_account(sight: Sight, role: str, account: str) -> Demand:
    rights = customers(sight, [account])
    if "User" not in sight.labels(role):
        return Demand(
            Law.ACCOUNTS, role, (*rights, *_guarantors(_handed_over(sight, role, account)))
        )
    admins = (Right(RightKind.ADMIN, one) for one in sight.ends("HAS_PRODUCT", account))
    return Demand(Law.USERS, role, (*rights, *admins, *_granted_with(sight, role)))


def _handed_over(sight: Sight, role: str, account: str) -> list[str]:
    """Return a role if it ends, or if it is new, those like it that end with the change."""
    if not sight.is_new(role):
        return [role] if sight.verb(role) == "end" else []
    ended = sight.ended(*sight.labels(role))
    return [one for one in ended if account in sight.ends("ON_ACCOUNT", one)]


def _guarantors(roles: Iterable[str]) -> Iterator[Right]:
    """Yield the rights of guarantors to limit, end or hand over what they guarantee."""
    return (Right(RightKind.GUARANTOR, role, adult=True) for role in roles)


def _granted_with(sight: Sight, role: str) -> Iterator[Right]:
    """Yield the rights to grant what a new role is made for."""
    if sight.is_new(role):
        for played in sight.ends("PLAYS", role):
            for demand in involvement_demands(sight, played):
                yield from demand.rights


def _what_it_plays(sight: Sight, edit: NodeEdit) -> Iterator[Demand]:
    """Yield what it takes to end, or prolong, with an old role what it plays."""
    spans = [span_of(row.properties) for row in (edit.before, edit.after) if row]
    if len(set(spans)) == len(spans):
        for played in sight.played_by(edit.id):
            yield from involvement_demands(sight, played, ends=sight.verb(edit.id) == "end")
