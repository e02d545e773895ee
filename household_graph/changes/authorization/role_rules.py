"""Which rights it takes to make, end, prolong or hand over roles, and to pay bills by them."""

from collections.abc import Iterator

from household_graph.changes.authorization import Law
from household_graph.changes.authorization.context import ChangeContext, Requirement, Right
from household_graph.changes.authorization.rights import (
    Rights,
    accounts_of,
    customers,
    device_rights,
    guarantor_rights,
    guarantors,
    own_rights,
    party_rights,
    product_rights,
    username_rights,
)
from household_graph.engine.grants import coverages
from household_graph.engine.ownership_gaps import administered
from household_graph.model.edits import NodeEdit
from household_graph.model.rows import RelationshipRow
from household_graph.model.spans import span_of

Requirements = Iterator[Requirement]


def identified_by(context: ChangeContext, link: RelationshipRow) -> Requirements:
    """The owner of the username has no say in a role of another party."""
    yield Requirement(Law.IDENTITIES, link.end, username_rights(context, link.end))
    own = tuple(
        right
        for role in context.starts("PLAYS", link.start)
        for party in context.starts("PLAYS", role)
        for right in party_rights(context, party)
    )
    for requirement in _involvement(context, link.start):
        yield requirement._replace(rights=(*requirement.rights, *own))


def _involvement(
    context: ChangeContext, role: str, *, ends: bool = False, removed: bool = False
) -> Requirements:
    """Yield what an involvement role requires, for each thing it is on.

    If it only ends (`ends`), its player may end it, and who ends the role on an account that plays
    it may as well. Nor does it take more to continue one that ends. It may be `removed` as well,
    by undoing what made it.
    """
    ending = role if ends else _continued(context, role)
    items = context.ends("INVOLVED_IN", role)
    player = own_rights(context, context.player(role))
    own = player if ends else _giving_up(context, role)
    for item in items:
        if (ends or removed) and _is_own_admin(context, role, item):
            yield Requirement(Law.OWN_ADMINS, role, player)
            continue
        requirement = _involvement_on(context, role, item)
        more = (*_expelling(context, ending, item), *_ending(context, role, item)) if ending else ()
        yield requirement._replace(rights=(*requirement.rights, *own, *more))
    if not items:
        yield Requirement(Law.UNNAMED, role)


def _involvement_on(context: ChangeContext, role: str, item: str) -> Requirement:
    labels, is_device = context.labels(role), "Resource" in context.labels(item)
    owners, admin = customers(context, item), Right(context.admin, item)
    if "Consumer" in labels:
        others = () if administered(context.facts, item, context.now) else owners
        return Requirement(Law.CONSUMERS, role, (admin, *others))
    if "Admin" in labels and not is_device:
        return Requirement(Law.ADMINS, role, owners)
    law = Law.DEVICE_ROLES if is_device else Law.CHOOSERS
    return Requirement(law, role, (admin, *owners))


def _is_own_admin(context: ChangeContext, role: str, item: str) -> bool:
    """Return whether an adult is Admin by a role of what enforces policies in force."""
    is_admin = "Admin" in context.labels(role) and context.closed_to_minors(item)
    return is_admin and context.is_own_person(context.player(role))


def _giving_up(context: ChangeContext, role: str) -> Rights:
    """Return the right of who gives up a role that a successor takes over by a new one."""
    if not context.is_new(role) or context.player(role) not in context.edits.successors:
        return ()
    return tuple(
        right
        for old in context.ended(*context.labels(role))
        if _is_taken_over(context, old, role)
        for right in own_rights(context, context.player(old))
    )


def _is_taken_over(context: ChangeContext, old: str, new: str) -> bool:
    """Return whether a new role is on an account, or on something, that an old one reached."""
    for kind in ("ON_ACCOUNT", "INVOLVED_IN"):
        reached = set(context.ends(kind, old))
        for item in context.ends(kind, new):
            if reached.isdisjoint({item, *(one.item for one in coverages(context.facts, item))}):
                return False
    return True


def _sharing_out(context: ChangeContext, role: str) -> Rights:
    """Return the right of who gives up a share of the bills of a role, whose payer goes on."""
    if "BillPayer" not in context.labels(role):
        return ()
    if context.is_new(role) and not context.holds_then(role):
        return ()
    outs = [context.shared_out_by(bill) for bill in context.ends("PAYS", role)]
    leaving = [one for one in outs if one is not None]
    ended = frozenset(map(context.player, context.ended("BillPayer")))
    everywhere = ended.intersection(*leaving) if leaving else ()
    return tuple(right for one in sorted(everywhere) for right in own_rights(context, one))


def _expelling(context: ChangeContext, role: str, item: str) -> Rights:
    """Return the right of who ends the role that plays this one, where both are on one account."""
    accounts = accounts_of(context, item)
    players = {
        player: on
        for player in context.starts("PLAYS", role)
        if context.verb(player) == "end" and context.until(player) <= context.until(role)
        if (on := accounts.intersection(context.ends("ON_ACCOUNT", player)))
    }
    if not players:
        return ()
    shared = set().union(*players.values())
    return (*customers(context, item, among=shared), *guarantors(context, players))


def _ending(context: ChangeContext, role: str, item: str) -> Rights:
    """Return the right of who ends the only product that a role is on, or on a service of."""
    products = context.starts("REALIZED_BY", item) or [item]
    if len(products) > 1 or "Product" not in context.labels(products[0]):
        return ()
    [product] = products
    ends = context.verb(product) == "end" and context.until(product) <= context.until(role)
    rights = (*product_rights(context, product), *guarantor_rights(context, product))
    return rights if ends else ()


def _continued(context: ChangeContext, role: str) -> str | None:
    """Return the involvement role that ends with the change and that a new one continues."""
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


def involvement_role(context: ChangeContext, edit: NodeEdit) -> Requirements:
    """Yield what it takes to touch an involvement role."""
    verb = context.verb(edit.id)
    yield from _involvement(context, edit.id, ends=verb == "end", removed=verb == "remove")


def involved_in(context: ChangeContext, link: RelationshipRow) -> Requirements:
    """Yield what it takes to say what an involvement role is on."""
    yield from _involvement(context, link.start, removed=context.removes_link(link))
    if link.end not in context.ends("INVOLVED_IN", link.start):
        yield _involvement_on(context, link.start, link.end)


def resource_role(context: ChangeContext, edit: NodeEdit) -> Requirements:
    """Yield what it takes to touch a role of a device."""
    devices = context.starts("PLAYS", edit.id)
    for device in devices:
        yield Requirement(Law.DEVICES, edit.id, device_rights(context, device))
    if not devices:
        yield Requirement(Law.UNNAMED, edit.id)


def what_it_plays(context: ChangeContext, edit: NodeEdit) -> Requirements:
    """To end, or prolong, an old role is to do so with what it plays."""
    spans = [span_of(row.properties) for row in (edit.before, edit.after) if row]
    if len(set(spans)) == len(spans):
        for played in context.played_by(edit.id):
            yield from _involvement(context, played, ends=context.verb(edit.id) == "end")


def plays(context: ChangeContext, link: RelationshipRow) -> Requirements:
    """An old role brings along all that it plays."""
    role, labels = link.end, context.labels(link.end)
    if "InvolvementRole" in labels:
        yield from _involvement(context, role, removed=context.removes_link(link))
        return
    if "ResourceRole" in labels:
        yield Requirement(Law.DEVICES, role, device_rights(context, link.start))
    else:
        yield from _on_accounts(context, role)
    for played in context.played_by(role):
        yield from _involvement(context, played, removed=context.removes_link(link))


def party_role(context: ChangeContext, touched: NodeEdit | RelationshipRow) -> Requirements:
    """Yield what it takes to touch a functional role, or what leads from it."""
    yield from _on_accounts(context, touched.id if isinstance(touched, NodeEdit) else touched.start)


def _on_accounts(context: ChangeContext, role: str) -> Requirements:
    accounts = context.ends("ON_ACCOUNT", role)
    for account in accounts:
        yield _role_on_account(context, role, account)
    if not accounts:
        yield Requirement(Law.ACCOUNTS, role, customers(context, role))


def on_account(context: ChangeContext, link: RelationshipRow) -> Requirements:
    """Yield what it takes to say which account a functional role is on."""
    yield _role_on_account(context, link.start, link.end)


def _role_on_account(context: ChangeContext, role: str, account: str) -> Requirement:
    owners, new = customers(context, account), context.is_new(role)
    if "User" in context.labels(role):
        admins = (Right(context.admin, one) for one in context.ends("HAS_PRODUCT", account))
        granted = (  # who may grant what a new role plays may make it
            right
            for played in (context.ends("PLAYS", role) if new else ())
            for requirement in _involvement(context, played)
            for right in requirement.rights
        )
        own = own_rights(context, context.player(role)) if context.verb(role) == "end" else ()
        return Requirement(Law.USERS, role, (*owners, *admins, *granted, *own))
    if new:  # which takes over from one like it that ends with the change
        ended = context.ended(*context.labels(role))
        ended = [one for one in ended if account in context.ends("ON_ACCOUNT", one)]
    else:
        ended = [role] if context.verb(role) == "end" else []
    own = own_rights(context, context.player(role)) if not new and ended else ()
    own += (*_giving_up(context, role), *_sharing_out(context, role))
    return Requirement(Law.ACCOUNTS, role, (*owners, *guarantors(context, ended), *own))


def pays(context: ChangeContext, link: RelationshipRow) -> Requirements:
    """Yield what it takes to say who pays a bill."""
    ended = context.ended("BillPayer") if context.is_new(link.start) else ()
    paid = [role for role in ended if link.end in context.ends("PAYS", role)]
    own = (*_giving_up(context, link.start), *_sharing_out(context, link.start))
    found = (*customers(context, link.end), *guarantors(context, paid), *own)
    yield Requirement(Law.ACCOUNTS, link.end, found)
