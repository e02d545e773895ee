"""Roles: granting, revoking and listing functional roles and involvement roles."""

from collections.abc import Iterable, Mapping
from typing import Unpack

from household_graph.changes.bill_shares import pay_share
from household_graph.changes.draft import Draft, span_until
from household_graph.changes.revocation import revoke
from household_graph.changes.role_grants import involve, party_role, set_position
from household_graph.changes.role_queries import RoleHeld, list_roles
from household_graph.changes.service import ChangeGroup, ChangeKeywords, ChangeResult
from household_graph.engine.question import Moment
from household_graph.errors import BadInputError
from household_graph.model.enums import PartyRoleKind, RoleName

_FUNCTIONAL = frozenset({RoleName.CUSTOMER, RoleName.BILL_PAYER, RoleName.USER})
_INVOLVED = frozenset(RoleName) - _FUNCTIONAL
_ONLY_FOR = {
    "identities": _INVOLVED,
    "account": _INVOLVED,
    "role_name": _INVOLVED,
    "position": _INVOLVED,
    "guarantor": frozenset({RoleName.CUSTOMER, RoleName.BILL_PAYER}),
    "pays": frozenset({RoleName.BILL_PAYER}),
    "share": frozenset({RoleName.BILL_PAYER}),
}


class Roles(ChangeGroup):
    """The roles of parties and resources; see `ChangeGroup`."""

    def grant(
        self,
        holder: str,
        role: RoleName | str,
        target: str,
        *,
        until: Moment = None,
        identities: Iterable[str] | None = None,
        account: str | None = None,
        guarantor: str | None = None,
        pays: str | None = None,
        share: float | None = None,
        role_name: str | None = None,
        position: int | None = None,
        **keywords: Unpack[ChangeKeywords],
    ) -> ChangeResult:
        """Grant a role; if the holder has it already, nothing is done.

        Args:
            holder: the id of the party or resource.
            role: customer, bill-payer or user of an account; admin, chooser or consumer of
                anything else.
            target: the id of the account, product, service or resource.
            until: when it ends; None: it goes on.
            identities: usernames of the holder with which an involvement role is exercised.
            account: the account as whose User a party is involved; None: that of the product.
            guarantor: the adult who is guarantor of a minor who becomes Customer or Bill Payer.
            pays: the id of the bill that a Bill Payer pays.
            share: of that bill, in per cent; None: what others leave.
            role_name: as what a resource is involved, such as `gateway`.
            position: of a resource among others, from 1, such as a line of a hunting group.
        """
        named = RoleName(role)
        involved = {
            "identities": identities,
            "account": account,
            "role_name": role_name,
            "position": position,
        }
        _check_arguments(named, {**involved, "guarantor": guarantor, "pays": pays, "share": share})
        usernames = tuple(identities or ())

        def plan(draft: Draft) -> None:
            span = None if until is None else span_until(draft, until)
            if isinstance(named.kind, PartyRoleKind):
                held = party_role(draft, holder, named.kind, target, span, guarantor=guarantor)
                if pays is not None:
                    pay_share(draft, held, pays, share, span and span[1])
                return
            involve(
                draft,
                holder,
                named.kind,
                target,
                span,
                account=account,
                identities=usernames,
                granted_by=draft.granter,
                role_name=role_name,
            )
            if position is not None:
                set_position(draft, holder, named.kind, target, position)

        return self._change(
            "role grant", f"{holder} is {named} of {target}", holder, plan, **keywords
        )

    def revoke(
        self, holder: str, role: RoleName | str, target: str, **keywords: Unpack[ChangeKeywords]
    ) -> ChangeResult:
        """End a role, named as for `grant`, that a party or a resource plays itself."""
        named = RoleName(role)

        def plan(draft: Draft) -> None:
            revoke(draft, holder, named.kind, target)

        summary = f"{holder} is {named} of {target} no longer"
        return self._change("role revoke", summary, holder, plan, **keywords)

    def list(
        self, whose: str, *, on: str | None = None, at: Moment = None, ended: bool = False
    ) -> tuple[RoleHeld, ...]:
        """Return the roles in force at a time, or with `ended` all, by holder, kind and target.

        `whose` is the id of a household, for everybody's own roles; or of a party, for those it has
        as a member of something too. With `on`, they are those on this item, or on a product that
        carries it.
        """
        draft, party = self._listed(whose, at)
        return tuple(list_roles(draft, party, on=on, ended=ended))


def _check_arguments(role: RoleName, given: Mapping[str, object]) -> None:
    for name, value in given.items():
        if value is not None and role not in _ONLY_FOR[name]:
            raise BadInputError(
                f"`{name}` is not for {role}",
                hint=f"leave it out; it is for {' and '.join(sorted(_ONLY_FOR[name]))}",
            )
    if given["share"] is not None and given["pays"] is None:
        raise BadInputError("a share without a bill", hint="name the bill that is paid")
