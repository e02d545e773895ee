"""Usernames: whose they are, what they are used for, and whether they may be."""

from typing import NamedTuple, Unpack

from household_graph.changes.draft import Draft
from household_graph.changes.lists import one_party, rows_at
from household_graph.changes.resolve_ids import (
    holder_of,
    in_household,
    item_of,
    new_id,
    own_identities,
)
from household_graph.changes.role_queries import involved, player_of
from household_graph.changes.service import ChangeGroup, ChangeKeywords, ChangeResult
from household_graph.engine.question import Moment
from household_graph.errors import BadInputError
from household_graph.model.enums import InvolvementKind, RoleName
from household_graph.model.rows import NodeRow, RowIndex, Rows

ACTIVE, SUSPENDED = "active", "suspended"


class Identities(ChangeGroup):
    """The usernames of parties; see `ChangeGroup`."""

    def add(
        self,
        owner: str,
        username: str,
        *,
        realm: str,
        local_id: str | None = None,
        **keywords: Unpack[ChangeKeywords],
    ) -> ChangeResult:
        """Give a party a username; the notes of the result say its id.

        Args:
            owner: the id of the party.
            username: the name used to log in.
            realm: where it is known.
            local_id: of the identity; None: made of that of the party.
        """

        def plan(draft: Draft) -> None:
            draft.notes.append(f"it is {add_identity(draft, owner, username, realm, local_id)}")

        summary = f"{owner} is {username} at {realm}"
        return self._change("identity add", summary, owner, plan, **keywords)

    def link(
        self,
        identity: str,
        holder: str | None = None,
        role: RoleName | str | None = None,
        target: str | None = None,
        *,
        to: str | None = None,
        **keywords: Unpack[ChangeKeywords],
    ) -> ChangeResult:
        """Let a role be exercised with a username of its holder.

        Args:
            identity: the id of the username.
            holder: the id of the party who plays the role.
            role: admin, chooser or consumer.
            target: the id of what the role is on.
            to: the id of the involvement role, in place of the three before.
        """
        named = None if to and holder is None else _involvement(holder, role, target, to)

        def plan(draft: Draft) -> None:
            if named:
                link_identity_to(draft, identity, *named)
            elif to:
                link_identity(draft, identity, to)

        summary = f"{identity} is used for {to or f'{role} of {target}'}"
        return self._change("identity link", summary, identity, plan, **keywords)

    def suspend(
        self, identity: str, *, lift: bool = False, **keywords: Unpack[ChangeKeywords]
    ) -> ChangeResult:
        """Suspend a username, or with `lift` let it be used again."""
        status = ACTIVE if lift else SUSPENDED
        return self._change(
            "identity suspend",
            f"{identity} is {status}",
            identity,
            lambda draft: set_status(draft, identity, status),
            **keywords,
        )

    def list(self, whose: str, *, at: Moment = None) -> tuple["Username", ...]:
        """Return usernames by id, and what they are used for.

        Args:
            whose: the id of a household, or of one party.
            at: for this time; None: now.
        """
        found = rows_at(self._connection, whose, at)
        return tuple(list_identities(found.rows, one_party(found, whose), found.at))


def _involvement(
    holder: str | None, role: RoleName | str | None, target: str | None, to: str | None
) -> tuple[str, InvolvementKind, str]:
    """Return the holder, kind and item of the involvement role that a username is used for."""
    if to is not None or holder is None or role is None or target is None:
        raise BadInputError(
            "which role is it used for?", hint="name PARTY ROLE TARGET, or --to with its id"
        )
    kind = RoleName(role).kind
    if not isinstance(kind, InvolvementKind):
        raise BadInputError(
            f"a {role} has no username", hint="name a role that is admin, chooser or consumer"
        )
    return holder, kind, target


class Username(NamedTuple):
    """A username as it is listed.

    Attributes:
        identity: its id.
        party: the owner, if there is one.
        username: what one logs in with.
        realm: where it is known.
        status: how it stands, such as `active`.
        used_for: what it is used for, and as what: `bakers/broadband (Admin)`.
    """

    identity: str
    party: str | None
    username: str | None
    realm: str | None
    status: str | None
    used_for: tuple[str, ...]


def list_identities(rows: Rows, party: str | None, at: int) -> list[Username]:
    """Return the usernames of a party, or of all, by id, and what they are used for at an instant.

    Args:
        rows: of the household.
        party: whose; None: everybody's.
        at: in milliseconds.
    """
    index = RowIndex(rows)
    return [
        Username(
            identity=node.id,
            party=owner,
            username=_text(node, "username"),
            realm=_text(node, "realm"),
            status=_text(node, "status"),
            used_for=_used_for(index, node.id, at),
        )
        for node in index.labelled("DigitalIdentity")
        for owner in (_owner(index, node.id),)
        if party in {None, owner}
    ]


def _text(node: NodeRow, name: str) -> str | None:
    value = node.properties.get(name)
    return None if value is None else str(value)


def _used_for(index: RowIndex, identity: str, at: int) -> tuple[str, ...]:
    roles = {link.start for link in index.incoming("IDENTIFIED_BY", identity)}
    involvement = [one for role in roles for one in involved(index, player_of(index, role))]
    return tuple(
        sorted(
            f"{one.item} ({one.kind.value})"
            for one in set(involvement)
            if one.id in roles and one.span[0] <= at < one.span[1]
        )
    )


def add_identity(
    draft: Draft, party: str, username: str, realm: str, local_id: str | None = None
) -> str:
    """Give a party a username; where it has that one already, nothing is done.

    Args:
        draft: the household.
        party: the id of who owns it.
        username: what one logs in with.
        realm: where it is known.
        local_id: of the identity; None: made of that of the party.

    Returns:
        The id of the identity.

    Raises:
        BadInputError: if another party of the household has it, or the id is taken.
    """
    owner = in_household(draft, party, "party", "Party").id
    for node in draft.index.labelled("DigitalIdentity"):
        if (node.properties.get("username"), node.properties.get("realm")) == (username, realm):
            whose = _owner(draft.index, node.id)
            if whose == owner:
                return node.id
            raise BadInputError(
                f"the username `{username}` at `{realm}` is that of `{whose}`",
                hint=f"it is `{node.id}`; give another username",
            )
    usual = draft.next_free_id(f"{owner.rpartition('/')[2]}-login")
    own_id = new_id(draft, local_id) if local_id else usual
    properties = {"username": username, "realm": realm, "status": ACTIVE}
    draft.create(own_id, ["DigitalIdentity"], properties)
    draft.relate("HAS_IDENTITY", owner, own_id)
    return own_id


def link_identity(draft: Draft, identity: str, involvement: str) -> None:
    """Let an involvement role be exercised with a username.

    Args:
        draft: the household.
        identity: the id of the username.
        involvement: the id of an involvement role.

    Raises:
        BadInputError: if the username is not one of the holder of the role.
    """
    role = in_household(draft, involvement, "involvement role", "InvolvementRole").id
    [own] = own_identities(draft, player_of(draft.index, role), [identity])
    draft.relate("IDENTIFIED_BY", role, own)


def link_identity_to(
    draft: Draft, identity: str, party: str, kind: InvolvementKind, item: str
) -> None:
    """Let the involvement roles that a party itself plays on an item be exercised with a username.

    Raises:
        BadInputError: if it plays none that lasts, or the username is not one of the party.
    """
    holder, thing = holder_of(draft, party).id, item_of(draft, item).id
    roles = [
        one.id
        for one in involved(draft.index, holder)
        if (one.kind, one.item) == (kind, thing) and one.span[1] > draft.at
    ]
    if not roles:
        raise BadInputError(
            f"`{holder}` itself is no {kind.value} of `{thing}`",
            hint=f"`household-graph role list {holder}` shows what it is, and through whom",
        )
    for role in roles:
        link_identity(draft, identity, role)


def set_status(draft: Draft, identity: str, status: str) -> None:
    """Set how a username stands: `ACTIVE` or `SUSPENDED`."""
    node = in_household(draft, identity, "identity", "DigitalIdentity")
    draft.update(node.id, status=status)


def _owner(index: RowIndex, identity: str) -> str | None:
    return next((link.start for link in index.incoming("HAS_IDENTITY", identity)), None)
