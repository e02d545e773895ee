"""`role`: who is Customer, Bill Payer or User of an account, and Admin, Chooser or Consumer."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import typer

from household_graph.cli.one_household import (
    How,
    by_a_party,
    change_within,
    household_at,
    in_short,
    one_party,
    shown_span,
    span_until,
)
from household_graph.cli.options import (
    ActorOption,
    AtOption,
    DryRunOption,
    EffectiveOption,
    OutputOption,
    ReasonOption,
)
from household_graph.cli.output import Format, emit, note, table
from household_graph.cli.role_options import (
    AccountOption,
    BillOption,
    EverOption,
    FromOption,
    GuarantorOption,
    HolderArgument,
    IdentitiesOption,
    OnOption,
    Role,
    RoleArgument,
    RoleNameOption,
    RoleTargetArgument,
    ShareOption,
    UntilOption,
    WhoseArgument,
)
from household_graph.errors import BadInputError
from household_graph.model.vocabulary import PartyRoleKind

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from household_graph.changes.draft import Draft
    from household_graph.changes.role_list import RoleHeld

__all__ = ["app"]

app = typer.Typer()
_COLUMNS = (
    *("party", "role", "target", "account", "valid_from", "valid_to", "identities", "through"),
    "id",
)
_SHOWN = tuple(name for name in _COLUMNS if name not in {"account", "id"})
_FUNCTIONAL = frozenset({Role.CUSTOMER, Role.BILL_PAYER, Role.USER})
_INVOLVED = frozenset(Role) - _FUNCTIONAL
_ONLY_FOR = {
    "--identity": _INVOLVED,
    "--account": _INVOLVED,
    "--role-name": _INVOLVED,
    "--guarantor": frozenset({Role.CUSTOMER, Role.BILL_PAYER}),
    "--pays": frozenset({Role.BILL_PAYER}),
    "--share": frozenset({Role.BILL_PAYER}),
}


@app.command(epilog="Example: household-graph role grant bakers/katie consumer bakers/sports")
def grant(
    party: HolderArgument,
    role: RoleArgument,
    target: RoleTargetArgument,
    *,
    begin: FromOption = None,
    until: UntilOption = None,
    identity: IdentitiesOption = None,
    account: AccountOption = None,
    guarantor: GuarantorOption = None,
    bill: BillOption = None,
    share: ShareOption = None,
    role_name: RoleNameOption = None,
    actor: ActorOption = None,
    reason: ReasonOption = None,
    dry_run: DryRunOption = False,
    output: OutputOption = Format.TABLE,
) -> None:
    """Give a party or a resource a role; if it has it already, nothing is done."""
    involved = {"--identity": identity, "--account": account, "--role-name": role_name}
    functional = {"--guarantor": guarantor, "--pays": bill, "--share": share}
    _check_options(role, {**involved, **functional})

    def work(draft: "Draft") -> None:
        from household_graph.changes.paying import pay_share
        from household_graph.changes.roles import involve, party_role

        kind, by = role.kind, by_a_party(actor, draft)
        span = span_until(until, draft) if until else None
        if isinstance(kind, PartyRoleKind):
            held = party_role(draft, party, kind, target, span, guarantor=guarantor)
            if bill is not None:
                pay_share(draft, held, bill, share)
            return
        own = {"account": account, "role_name": role_name, "granted_by": by}
        involve(draft, party, kind, target, span, identities=identity or (), **own)

    how = How(actor, reason, begin, dry_run, output)
    summary = f"{party} is {role} of {target}"
    change_within(party, work, how, action="role grant", summary=summary)


@app.command(
    epilog="Example: household-graph role revoke bakers/tom consumer bakers/sports-channel"
)
def revoke(
    party: HolderArgument,
    role: RoleArgument,
    target: RoleTargetArgument,
    *,
    at: EffectiveOption = None,
    actor: ActorOption = None,
    reason: ReasonOption = None,
    dry_run: DryRunOption = False,
    output: OutputOption = Format.TABLE,
) -> None:
    """End a role that a party or a resource has of its own."""

    def work(draft: "Draft") -> None:
        from household_graph.changes.revoking import revoke as end

        end(draft, party, role.kind, target)

    how = How(actor, reason, at, dry_run, output)
    summary = f"{party} is {role} of {target} no longer"
    change_within(party, work, how, action="role revoke", summary=summary)


@app.command("list", epilog="Example: household-graph role list bakers --on bakers/sports")
def list_(
    whose: WhoseArgument,
    *,
    on: OnOption = None,
    ever: EverOption = False,
    at: AtOption = None,
    output: OutputOption = Format.TABLE,
) -> None:
    """List the roles in force: of one party also those it has as a member of something."""
    from household_graph.changes.role_list import list_roles

    found = household_at(whose, at)
    party = one_party(found, whose)
    held = list_roles(found.rows, party, on=on, at=None if ever else found.at)
    records = [_record(one, found.zone) for one in held]
    shown = table([in_short(one) for one in records], _SHOWN)
    emit(records, output, columns=_COLUMNS, picture=shown)
    if not held:
        note("no roles; --all lists those that have ended or are to come too")


def _check_options(role: Role, given: Mapping[str, object]) -> None:
    for option, value in given.items():
        if value is not None and role not in _ONLY_FOR[option]:
            raise BadInputError(
                f"{option} is not for {role}",
                hint=f"leave it out; it is for {' and '.join(sorted(_ONLY_FOR[option]))}",
            )
    if given["--share"] is not None and given["--pays"] is None:
        raise BadInputError("a share without a bill", hint="name the bill with --pays")


def _record(held: "RoleHeld", zone: "ZoneInfo") -> dict[str, Any]:
    return {
        "party": held.party,
        "role": Role.of(held.role).value,
        "target": held.target,
        "account": held.account,
        **shown_span(held.span, zone),
        "identities": list(held.identities),
        "through": held.through,
        "id": held.id,
    }
