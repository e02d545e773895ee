"""Who may change functional roles and roles of devices, and with them all that they play."""

from collections.abc import Iterable, Iterator

from household_graph.changes.authorization.belonging import (
    accounts_of_bill,
    customers,
    device_rights,
)
from household_graph.changes.authorization.involvements import involvement_demands
from household_graph.changes.authorization.rights import Demand, Law, Right, RightKind
from household_graph.changes.authorization.sight import Sight
from household_graph.model.edits import NodeEdit
from household_graph.model.rows import RelationshipRow
from household_graph.model.validity import span_of


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
