"""`role`: who is Customer, Bill Payer or User of an account, and Admin, Chooser or Consumer."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any

import typer

from household_graph.cli.change_command import (
    ChangeOptions,
    ChangePlan,
    FromOption,
    change_command,
    change_within,
    span_until,
)
from household_graph.cli.one_household import (
    household_at,
    in_short,
    one_party,
    shown_span,
)
from household_graph.cli.options import AtOption, OutputOption, a_number, complete_id
from household_graph.cli.output import Format, emit, note, table
from household_graph.cli.role_options import (
    AccountOption,
    EverOption,
    HolderArgument,
    Role,
    RoleArgument,
    RoleTargetArgument,
    UntilOption,
    WhoseArgument,
)
from household_graph.errors import BadInputError
from household_graph.model.enums import PartyRoleKind

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from household_graph.changes.draft import Draft
    from household_graph.changes.lists import RoleHeld

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

OnOption = Annotated[
    str | None,
    typer.Option(
        "--on",
        metavar="ITEM",
        help="Only roles on this, or on a product that carries it.",
        autocompletion=complete_id,
    ),
]
IdentitiesOption = Annotated[
    list[str] | None,
    typer.Option(
        "--identity",
        metavar="ID",
        help="A username of the party with which the role is exercised. May be given again.",
        autocompletion=complete_id,
    ),
]
GuarantorOption = Annotated[
    str | None,
    typer.Option(
        "--guarantor",
        metavar="ADULT",
        help="Who answers for a minor who is made customer or bill-payer.",
        autocompletion=complete_id,
    ),
]
BillOption = Annotated[
    str | None,
    typer.Option(
        "--pays",
        metavar="BILL",
        help="The bill that a bill-payer pays.",
        autocompletion=complete_id,
    ),
]
ShareOption = Annotated[
    float | None,
    typer.Option(
        "--share",
        min=0,
        max=100,
        callback=a_number,
        help="In per cent of it. What others leave, if not given.",
    ),
]
RoleNameOption = Annotated[
    str | None,
    typer.Option(
        "--role-name", metavar="NAME", help="As what a resource is involved, such as gateway."
    ),
]


@change_command(
    app, "role grant", "bakers/katie consumer bakers/sports", at=FromOption, consents=True
)
def grant(
    party: HolderArgument,
    role: RoleArgument,
    target: RoleTargetArgument,
    *,
    until: UntilOption = None,
    identity: IdentitiesOption = None,
    account: AccountOption = None,
    guarantor: GuarantorOption = None,
    bill: BillOption = None,
    share: ShareOption = None,
    role_name: RoleNameOption = None,
    options: ChangeOptions,
) -> ChangePlan:
    """Give a party or a resource a role; if it has it already, nothing is done."""
    from household_graph.changes.bill_shares import pay_share
    from household_graph.changes.functional_roles import party_role
    from household_graph.changes.involvement_roles import involve

    involved = {"--identity": identity, "--account": account, "--role-name": role_name}
    functional = {"--guarantor": guarantor, "--pays": bill, "--share": share}
    _check_options(role, {**involved, **functional})

    def work(draft: "Draft") -> None:
        kind, by = role.kind, options.actor.party_id
        span = span_until(until, draft) if until else None
        if isinstance(kind, PartyRoleKind):
            held = party_role(draft, party, kind, target, span, guarantor=guarantor)
            if bill is not None:
                pay_share(draft, held, bill, share)
            return
        own = {"account": account, "role_name": role_name, "granted_by": by}
        involve(draft, party, kind, target, span, identities=identity or (), **own)

    return change_within(party, work, f"{party} is {role} of {target}")


@change_command(app, "role revoke", "bakers/tom consumer bakers/sports-channel")
def revoke(party: HolderArgument, role: RoleArgument, target: RoleTargetArgument) -> ChangePlan:
    """End a role that a party or a resource has of its own."""
    from household_graph.changes.involvement_roles import revoke as end

    def work(draft: "Draft") -> None:
        end(draft, party, role.kind, target)

    return change_within(party, work, f"{party} is {role} of {target} no longer")


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
    from household_graph.changes.lists import list_roles

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
