"""Usernames: added, linked to roles, suspended and listed."""

from typing import NamedTuple, Unpack

from household_graph.changes.draft import Draft, holder_of, in_household, item_of, new_id, text_of
from household_graph.changes.role_grants import own_identities
from household_graph.changes.role_queries import involved_from_now, list_roles, player_of
from household_graph.changes.service import ChangeGroup, ChangeKeywords, ChangeResult
from household_graph.engine.question import Moment
from household_graph.errors import BadInputError
from household_graph.model.enums import InvolvementKind, RoleName
from household_graph.model.ids import local_id as local_id_of
from household_graph.model.rows import RowIndex

_ACTIVE, _SUSPENDED = "active", "suspended"


class Username(NamedTuple):
    """A username with its id, its owner, if there is one, and what it is used for.

    That is what the owner is there: `bakers/broadband (Admin)`.
    """

    identity: str
    party: str | None
    username: str | None
    realm: str | None
    status: str | None
    used_for: tuple[str, ...]


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
        """Give a party a username, which is known in a realm; a note of the result says its id.

        Without a `local_id`, that is made of the id of the party. Where the party has the username
        already, nothing is done.

        Raises:
            BadInputError: if another party of the household has it, or the id is taken.
        """

        def plan(draft: Draft) -> None:
            party = in_household(draft, owner, "party", "Party").id
            own_id = _identity_of(draft, party, username, realm)
            if own_id is None:
                usual = draft.next_free_id(f"{local_id_of(party)}-login")
                own_id = new_id(draft, local_id) if local_id else usual
                properties = {"username": username, "realm": realm, "status": _ACTIVE}
                draft.create(own_id, ["DigitalIdentity"], properties)
                draft.relate("HAS_IDENTITY", party, own_id)
            draft.notes.append(f"it is {own_id}")

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

        The role (admin, chooser or consumer) is named by its holder and its target, or in place of
        the three with `to` by the id of the involvement role.

        Raises:
            BadInputError: if the holder itself plays none that lasts, or the username is not
                one of theirs.
        """
        involvement = None
        if to is None and holder and role and target:
            involvement = holder, _involvement_kind(role), target
        elif not to or holder is not None:
            raise BadInputError(
                "which role is it used for?", hint="name PARTY ROLE TARGET, or --to with its id"
            )

        def plan(draft: Draft) -> None:
            for one in _lasting(draft, *involvement) if involvement else (to or "",):
                own_id = in_household(draft, one, "involvement role", "InvolvementRole").id
                [own] = own_identities(draft, player_of(draft.index, own_id), [identity])
                draft.relate("IDENTIFIED_BY", own_id, own)

        summary = f"{identity} is used for {to or f'{role} of {target}'}"
        return self._change("identity link", summary, identity, plan, **keywords)

    def suspend(
        self, identity: str, *, lift: bool = False, **keywords: Unpack[ChangeKeywords]
    ) -> ChangeResult:
        """Suspend a username, or with `lift` let it be used again."""
        status = _ACTIVE if lift else _SUSPENDED

        def plan(draft: Draft) -> None:
            node = in_household(draft, identity, "identity", "DigitalIdentity")
            draft.update(node.id, status=status)

        summary = f"{identity} is {status}"
        return self._change("identity suspend", summary, identity, plan, **keywords)

    def list(self, whose: str, *, at: Moment = None) -> tuple[Username, ...]:
        """Return the usernames of a household or a party, and what they are used for at a time."""
        draft, party = self._listed(whose, at)
        index, roles = draft.index, list_roles(draft, None)
        return tuple(
            Username(
                identity=node.id,
                party=owner,
                username=text_of(node, "username"),
                realm=text_of(node, "realm"),
                status=text_of(node, "status"),
                used_for=tuple(
                    sorted({f"{r.target} ({r.role})" for r in roles if node.id in r.identities})
                ),
            )
            for node in index.labelled("DigitalIdentity")
            for owner in (_owner(index, node.id),)
            if party in {None, owner}
        )


def _identity_of(draft: Draft, party: str, username: str, realm: str) -> str | None:
    """Return the identity of a party that has a username; None if there is none."""
    for node in draft.index.labelled("DigitalIdentity"):
        if (node.properties.get("username"), node.properties.get("realm")) == (username, realm):
            owner = _owner(draft.index, node.id)
            if owner == party:
                return node.id
            raise BadInputError(
                f"the username `{username}` at `{realm}` is that of `{owner}`",
                hint=f"it is `{node.id}`; give another username",
            )
    return None


def _involvement_kind(role: RoleName | str) -> InvolvementKind:
    kind = RoleName(role).kind
    if not isinstance(kind, InvolvementKind):
        raise BadInputError(
            f"a {role} has no username", hint="name a role that is admin, chooser or consumer"
        )
    return kind


def _lasting(draft: Draft, party: str, kind: InvolvementKind, target: str) -> list[str]:
    """Return the ids of the roles of a kind on a target that a party itself plays."""
    holder, item = holder_of(draft, party).id, item_of(draft, target).id
    roles = [one.id for one in involved_from_now(draft, holder, kind, item)]
    if not roles:
        raise BadInputError(
            f"`{holder}` itself is no {kind.value} of `{item}`",
            hint=f"`household-graph role list {holder}` shows what it is, and through whom",
        )
    return roles


def _owner(index: RowIndex, identity: str) -> str | None:
    return next(iter(index.starts("HAS_IDENTITY", identity)), None)
