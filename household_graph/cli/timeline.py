"""The command that asks over time: timeline."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from household_graph.cli.options import (
    ActionOption,
    AsOfOption,
    DeviceOption,
    OptionalTargetArgument,
    OutputOption,
    PartyArgument,
    RecordedOption,
)
from household_graph.cli.output import Format, emit, empty_table, note, plain, write_picture
from household_graph.model.enums import Action

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import RenderableType

    from household_graph.engine.access_timeline import AccessSpan, AccessTimeline

_COLUMNS = ("allowed", "party", "action", "target", "device", "start", "end", "codes", "reasons")


def timeline(
    party: PartyArgument,
    target: OptionalTargetArgument = None,
    *,
    device: DeviceOption = None,
    action: ActionOption = Action.USE,
    start: Annotated[
        str | None,
        typer.Option(
            "--from",
            metavar="TIME",
            help="ISO 8601; without an offset, local time of the household. Now, if not given.",
        ),
    ] = None,
    end: Annotated[
        str | None,
        typer.Option("--until", metavar="TIME", help="Likewise; a week later, if not given."),
    ] = None,
    as_of: AsOfOption = None,
    recorded: RecordedOption = None,
    to: Annotated[
        Path | None,
        typer.Option("--to", metavar="FILE.html", help="As a strip chart, an .html page, instead."),
    ] = None,
    output: OutputOption = Format.TABLE,
) -> None:
    """When may this party use this target? What changes this week, and why?

    Without a TARGET, of all that is open to the party at some time.
    """
    from household_graph.cli.questions import asked_graph, require_page

    if to is not None:
        require_page(to, output)
    with asked_graph(as_of, recorded) as graph:
        if target is None:
            found = graph.timelines(party, action, device, start=start, end=end)
        else:
            found = [graph.timeline(party, target, action, device, start=start, end=end)]
    if to is not None:
        from household_graph.viz.heat_map import strip_chart

        when = f", {found[0].start.isoformat()} to {found[0].end.isoformat()}" if found else ""
        write_picture(to, strip_chart(f"{party}{when}", found))
        return
    records = [record for one in found for record in _records(one, output)]
    emit(records, output, columns=_COLUMNS, picture=_by_day(found))
    if not records:
        note(f"nothing is open to {party} in that time")


def _records(found: "AccessTimeline", output: Format) -> "list[dict[str, Any]]":
    """Return a record for each span; in a csv reasons are texts."""
    records = found.as_dicts()
    if output is Format.CSV:
        for record, span in zip(records, found.spans, strict=True):
            record["codes"] = sorted({reason.code.value for reason in span.reasons})
            record["reasons"] = [reason.text for reason in span.reasons]
    return records


def _by_day(found: "Sequence[AccessTimeline]") -> "RenderableType":
    """Return spans as a table, a row each, by the day on which they begin."""
    table = empty_table(("day", "from", "until", "target", "", "why"))
    rows = sorted(
        ((span.start, one.target, span) for one in found for span in one.spans),
        key=lambda row: row[:2],
    )
    shown = ""
    for start, target, span in rows:
        day = f"{start:%a %Y-%m-%d}"
        mark = plain("yes", "green") if span.allowed else plain("no", "red")
        cells = ("" if day == shown else day, f"{start:%H:%M}", _end(span), target)
        why = plain("\n".join(f"{reason.code.value}: {reason.text}" for reason in span.reasons))
        table.add_row(*map(plain, cells), mark, why)
        shown = day
    return table


def _end(span: "AccessSpan") -> str:
    """Return when a span ends, without the date where it is that of the start."""
    if span.end is None:
        return "for good"
    same = span.end.date() == span.start.date()
    return f"{span.end:%H:%M}" if same else f"{span.end:%a %Y-%m-%d %H:%M}"
