"""`request`: changes that some ask for and others agree to; `due`: those that are scheduled."""

from collections.abc import Callable

import typer

from household_graph.cli.change_command import (
    LAPSES,
    SCHEDULE,
    ChangeOptions,
    change_options,
)
from household_graph.cli.command_lines import request_change
from household_graph.cli.exit_codes import ExitCode
from household_graph.cli.options import (
    DRY_RUN,
    HOUSEHOLD,
    OUTPUT,
    argument,
    connected,
    option,
    optional,
)
from household_graph.cli.output import Format, note
from household_graph.cli.request_view import show_request, show_requests
from household_graph.errors import BadInputError
from household_graph.model.enums import RequestState

request = typer.Typer()
_REQUEST = argument("REQUEST", "Id of the request, such as bakers/request-3.")


def _command(verb: str, example: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    return request.command(verb, epilog=f"Example: household-graph request {verb} {example}")


@_command("new", "'event leave bakers/katie' --as bakers/katie")
@change_options()
def new(
    line: str = argument(
        "COMMAND",
        "A command that changes something, in quotes, such as 'policy end bakers/bedtime'.",
    ),
    *,
    lapses: str | None = LAPSES,
    schedule: str | None = SCHEDULE,
    options: ChangeOptions,
) -> None:
    """Ask for a change: it is made once all agreed who have to, as the household is then.

    Who asks as an operator has no say: the household agrees. Each command that changes something
    can be asked for with --request as well.
    """
    show_request(request_change(line, options, lapses=lapses, schedule=schedule), options.output)


@_command("list", "bakers/emma")
def list_(
    whose: str = argument("HOUSEHOLD|PARTY", "Id of a household or business, or of one party."),
    *,
    ended: bool = option("--all", "Also list those that are over.", default=False),
    output: Format = OUTPUT,
) -> None:
    """List the requests that wait, and for whom; of a party, those it asked for or has a say in."""
    with connected() as graph:
        found = graph.requests.list(whose, ended=ended)
    show_requests(found, output)
    if not found:
        note("no request waits" if not ended else "there is no request")


@_command("show", "bakers/request-3")
def show(request_id: str = _REQUEST, *, output: Format = OUTPUT) -> None:
    """Show a request, who has to agree yet, and what it would change as the household is."""
    with connected() as graph:
        found = graph.requests.show(request_id)
    show_request(found, output)


@_command("approve", "bakers/request-3 --as bakers/emma")
@change_options(reason=False)
def approve(request_id: str = _REQUEST, *, options: ChangeOptions) -> None:
    """Agree to a request, in one's own name; the last who agrees makes the change."""
    with connected() as graph:
        found = graph.requests.approve(request_id, party=_parties(options), dry_run=options.dry_run)
    show_request(found, options.output)


@_command("refuse", "bakers/request-3 --as bakers/emma --reason 'not this year'")
@change_options()
def refuse(request_id: str = _REQUEST, *, options: ChangeOptions) -> None:
    """Refuse a request, in one's own name: it is over."""
    with connected() as graph:
        found = graph.requests.refuse(
            request_id, party=_parties(options), reason=options.reason, dry_run=options.dry_run
        )
    show_request(found, options.output)


@_command("withdraw", "bakers/request-3 --as bakers/dad")
@change_options()
def withdraw(request_id: str = _REQUEST, *, options: ChangeOptions) -> None:
    """Withdraw one's own request, or call off a scheduled change; an operator may, too."""
    with connected() as graph:
        found = graph.requests.withdraw(request_id, **options.asking)
    show_request(found, options.output)


def due(
    household: str | None = optional(HOUSEHOLD), *, dry_run: bool = DRY_RUN, output: Format = OUTPUT
) -> None:
    """Make the scheduled changes that are due, of a household or of all; for cron.

    What cannot be made then fails, and the request says why; the command ends with exit code 4.
    """
    with connected() as graph:
        found = list(graph.requests.due(household, dry_run=dry_run))
    show_requests(found, output)
    failed = [one for one in found if one.state is RequestState.FAILED]
    for one in failed:
        note(f"{one.request.id} failed: {one.request.ended_reason}")
    if not found:
        note("nothing is due")
    if dry_run:
        note("nothing was written: this was a dry run")
    if failed:
        raise typer.Exit(ExitCode.DENIED)


def _parties(options: ChangeOptions) -> tuple[str, ...]:
    if not options.actor.is_party:
        raise BadInputError(
            "a party agrees or refuses, and no operator", hint="name the party with --as"
        )
    return options.actor.parties
