"""`consent`: which agents of the provider may look or act, for what, and until when."""

from typing import Any

import typer

from household_graph.cli.change_command import ChangeOptions, change_options
from household_graph.cli.exit_codes import ExitCode
from household_graph.cli.options import OUTPUT, argument, connected, option
from household_graph.cli.output import Format, emit, note, show, table_of
from household_graph.cli.request_view import show_request
from household_graph.model.instants import short_local

consent = typer.Typer()
_ITEM = argument("TARGET", "Id of the product, service or device.")
_AGENT = argument("AGENT", "The name under which the agent works.")
_ACT = option("--act", "To act on it, and not only to look.", default=False)
_COLUMNS = ("request", "state", "agent", "item", "act", "purpose", "given_by", "until")
_HEAD = ("consent", "agent", "may", "for", "given by", "until")


@consent.command(
    "give",
    epilog="Example: household-graph consent give bakers/cable-tv care-7 --purpose 'no picture' "
    "--until 2026-12-24T18:00 --as bakers/dad",
)
@change_options()
def give(
    item: str = _ITEM,
    agent: str = _AGENT,
    *,
    purpose: str = option("--purpose TEXT", "What it is for.", ...),
    until: str = option("--until TIME", "When it ends.", ...),
    act: bool = _ACT,
    options: ChangeOptions,
) -> None:
    """Let an agent of the provider look at something, or act on it, until a time.

    Its Admin gives that. Whoever else says so, as the agent themselves (`--operator`), asks for it:
    the Admin agrees by `request approve`. `consent end` takes it back.
    """
    with connected() as graph:
        found = graph.consents.give(
            item, agent, purpose=purpose, until=until, act=act, **options.asking
        )
    show_request(found, options.output)


@consent.command("list", epilog="Example: household-graph consent list bakers")
def list_(
    whose: str = argument("HOUSEHOLD|TARGET", "Id of a household, or of one thing in it."),
    *,
    agent: str | None = option("--agent NAME", "Only what this agent may."),
    ended: bool = option("--all", "Also list those that are over.", default=False),
    output: Format = OUTPUT,
) -> None:
    """List which agents may look at what, or act on it, and until when."""
    with connected() as graph:
        found = graph.consents.list(whose, agent=agent, ended=ended)
    records: list[dict[str, Any]] = [
        {**one._asdict(), "state": one.state.value, "until": one.until.isoformat()} for one in found
    ]
    rows = (
        (
            one.request,
            one.agent,
            f"{_may(act=one.act)} {one.item}",
            one.purpose,
            ", ".join(one.given_by),
            short_local(one.until),
        )
        for one in found
    )
    emit(records, output, columns=_COLUMNS, picture=lambda: table_of(_HEAD, rows))
    if not found:
        note("no consent was given" if ended else "no consent is in force")


@consent.command(
    "check", epilog="Example: household-graph consent check care-7 bakers/cable-tv --act"
)
def check(
    agent: str = _AGENT, item: str = _ITEM, *, act: bool = _ACT, output: Format = OUTPUT
) -> None:
    """May this agent look at this target now, or act on it? Exit code 4 means no."""
    with connected() as graph:
        found = graph.consents.check(agent, item, act=act)
    record = {
        "allowed": found is not None,
        "agent": agent,
        "item": item,
        "act": act,
        "request": found and found.request,
        "purpose": found and found.purpose,
        "until": found and found.until.isoformat(),
    }
    if output is not Format.TABLE:
        emit([record], output, single=True)
    elif found:
        show(f"yes: {found.purpose}, until {short_local(found.until)} ({found.request})")
    else:
        show(f"no: nobody who may lets {agent} {_may(act=act)} {item}")
    if found is None:
        raise typer.Exit(ExitCode.DENIED)


@consent.command(
    "end", epilog="Example: household-graph consent end bakers/request-3 --as bakers/dad"
)
@change_options()
def end(
    request: str = argument("REQUEST", "Id of the consent, such as bakers/request-3."),
    *,
    options: ChangeOptions,
) -> None:
    """Take a consent back, as who gave it or could give it, or as an operator."""
    with connected() as graph:
        found = graph.requests.withdraw(request, **options.asking)
    show_request(found, options.output)


def _may(*, act: bool) -> str:
    return "act on" if act else "look at"
