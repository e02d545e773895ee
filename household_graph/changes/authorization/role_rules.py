"""Who may change functional roles, roles of devices and involvement roles."""

from collections.abc import Iterable, Iterator

from household_graph.changes.authorization.asset_rules import (
    accounts_of,
    accounts_of_bill,
    customers,
    customers_of,
    device_rights,
)
from household_graph.changes.authorization.context import ChangeContext
from household_graph.changes.authorization.requirements import Law, Requirement, Right, RightKind
from household_graph.model.edits import NodeEdit
from household_graph.model.rows import RelationshipRow
from household_graph.model.spans import span_of


def involvement(context: ChangeContext, edit: NodeEdit) -> Iterator[Requirement]:
    """Yield what it takes to make or change an involvement role."""
    yield from involvement_requirements(context, edit.id, ends=context.verb(edit.id) == "end")


def involved(context: ChangeContext, link: RelationshipRow) -> Iterator[Requirement]:
    """Yield what it takes to say what an involvement role is on: a right on each such thing."""
    yield from involvement_requirements(context, link.start)
    if link.end not in context.ends("INVOLVED_IN", link.start):
        yield _demand(context, link.start, link.end)


def involvement_requirements(
    context: ChangeContext, role: str, *, ends: bool = False
) -> Iterator[Requirement]:
    """Yield what an involvement role demands, one demand for each thing it is on.

    Args:
        context: the change.
        role: the id of the involvement role.
        ends: whether it only ends. Then who ends somebody's role on an account may end what that
            role played there as well. Nor does it take more to go on with one that ends.
    """
    continued = None if ends else _continued(context, role)
    items = context.ends("INVOLVED_IN", role)
    for item in items:
        requirement = _demand(context, role, item)
        ending = role if ends else continued
        own = _expelling(context, ending, item) if ending else ()
        yield requirement._replace(rights=(*requirement.rights, *own))
    if not items:
        yield Requirement(Law.UNNAMED, role, ())


def _demand(context: ChangeContext, role: str, item: str) -> Requirement:
    labels, device = context.labels(role), "Resource" in context.labels(item)
    customer, admin = customers_of(context, item), Right(RightKind.ADMIN, item)
    if "Consumer" in labels:
        others = () if context.administered(item) else customer
        return Requirement(Law.CONSUMERS, role, (admin, *others))
    if "Admin" in labels and not device:
        return Requirement(Law.ADMINS, role, customer)
    law = Law.DEVICE_ROLES if device else Law.CHOOSERS
    return Requirement(law, role, (admin, *customer))


def _expelling(context: ChangeContext, role: str, item: str) -> tuple[Right, ...]:
    """Return the right of who ends the role that plays this one, where both are on one account."""
    adult = "Resource" in context.labels(item) or context.closed_to_minors(item)
    accounts = accounts_of(context, item)
    players = [
        player
        for player in context.starts("PLAYS", role)
        if context.verb(player) == "end" and context.until(player) <= context.until(role)
        if accounts.intersection(context.ends("ON_ACCOUNT", player))
    ]
    shared = {one for player in players for one in context.ends("ON_ACCOUNT", player)} & accounts
    guarantors = (Right(RightKind.GUARANTOR, player, adult=True) for player in players)
    return (*customers(context, shared, adult=adult), *guarantors) if players else ()


def _continued(context: ChangeContext, role: str) -> str | None:
    """Return the involvement role that ends with the change and that a new one takes up."""
    if not context.is_new(role):
        return None
    items, player = context.ends("INVOLVED_IN", role), context.player(role)
    return next(
        (
            old
            for old in context.ended(*context.labels(role))
            if context.ends("INVOLVED_IN", old) == items
            and context.player(old) == player
            and context.until(role) <= context.until(old, before=True)
        ),
        None,
    )


def party_role(context: ChangeContext, edit: NodeEdit) -> Iterator[Requirement]:
    """Yield what it takes to make or change a functional role."""
    yield from _on_its_accounts(context, edit.id)
    yield from _what_it_plays(context, edit)


def device_role(context: ChangeContext, edit: NodeEdit) -> Iterator[Requirement]:
    """Yield what it takes to make or change a role of a device."""
    devices = context.starts("PLAYS", edit.id)
    for device in devices:
        yield Requirement(Law.DEVICES, edit.id, device_rights(context, device))
    if not devices:
        yield Requirement(Law.UNNAMED, edit.id, ())
    yield from _what_it_plays(context, edit)


def plays(context: ChangeContext, link: RelationshipRow) -> Iterator[Requirement]:
    """Yield what it takes to say who plays a role; an old one brings along all that it plays."""
    role = link.end
    if "InvolvementRole" in context.labels(role):
        yield from involvement_requirements(context, role)
        return
    if "ResourceRole" in context.labels(role):
        yield Requirement(Law.DEVICES, role, device_rights(context, link.start))
    else:
        yield from _on_its_accounts(context, role)
    for played in context.played_by(role):
        yield from involvement_requirements(context, played)


def on_account(context: ChangeContext, link: RelationshipRow) -> Iterator[Requirement]:
    """Yield what it takes to say which account a role is relative to: a right on each."""
    yield from _on_its_accounts(context, link.start)
    yield _on_account(context, link.start, link.end)


def guarantor(context: ChangeContext, link: RelationshipRow) -> Iterator[Requirement]:
    """Yield what it takes to say who stands guarantor for a role."""
    yield from _on_its_accounts(context, link.start)


def pays(context: ChangeContext, link: RelationshipRow) -> Iterator[Requirement]:
    """Yield what it takes to say what share of a bill a role pays."""
    yield from _on_its_accounts(context, link.start)
    rights = customers(context, accounts_of_bill(context, link.end))
    ended = context.ended("BillPayer") if context.is_new(link.start) else ()
    paid = [role for role in ended if link.end in context.ends("PAYS", role)]
    yield Requirement(Law.ACCOUNTS, link.end, (*rights, *_guarantors(paid)))


def _on_its_accounts(context: ChangeContext, role: str) -> Iterator[Requirement]:
    accounts = context.ends("ON_ACCOUNT", role)
    for account in accounts:
        yield _on_account(context, role, account)
    if not accounts:
        yield Requirement(Law.ACCOUNTS, role, customers(context, ()))


def _on_account(context: ChangeContext, role: str, account: str) -> Requirement:
    rights = customers(context, [account])
    if "User" not in context.labels(role):
        return Requirement(
            Law.ACCOUNTS, role, (*rights, *_guarantors(_handed_over(context, role, account)))
        )
    admins = (Right(RightKind.ADMIN, one) for one in context.ends("HAS_PRODUCT", account))
    return Requirement(Law.USERS, role, (*rights, *admins, *_granted_with(context, role)))


def _handed_over(context: ChangeContext, role: str, account: str) -> list[str]:
    """Return a role if it ends, or if it is new, those like it that end with the change."""
    if not context.is_new(role):
        return [role] if context.verb(role) == "end" else []
    ended = context.ended(*context.labels(role))
    return [one for one in ended if account in context.ends("ON_ACCOUNT", one)]


def _guarantors(roles: Iterable[str]) -> Iterator[Right]:
    """Yield the rights of guarantors to limit, end or hand over what they guarantee."""
    return (Right(RightKind.GUARANTOR, role, adult=True) for role in roles)


def _granted_with(context: ChangeContext, role: str) -> Iterator[Right]:
    """Yield the rights to grant what a new role is made for."""
    if context.is_new(role):
        for played in context.ends("PLAYS", role):
            for requirement in involvement_requirements(context, played):
                yield from requirement.rights


def _what_it_plays(context: ChangeContext, edit: NodeEdit) -> Iterator[Requirement]:
    """Yield what it takes to end, or prolong, with an old role what it plays."""
    spans = [span_of(row.properties) for row in (edit.before, edit.after) if row]
    if len(set(spans)) == len(spans):
        for played in context.played_by(edit.id):
            yield from involvement_requirements(
                context, played, ends=context.verb(edit.id) == "end"
            )
