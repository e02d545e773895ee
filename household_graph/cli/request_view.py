"""Requests as people read them, and as records."""

import json
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from household_graph.cli.output import Format, emit, note, table_of
from household_graph.cli.preview import preview_records, show_preview
from household_graph.model.enums import RequestState
from household_graph.model.instants import from_datetime, short_time, zone_named

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from household_graph.changes.request_steps import RequestOutcome

_COLUMNS = ("request", "state", "summary", "actors", "agreed", "waits_for", "lapses_at", "due_at")
_HEAD = ("request", "what", "asked by", "agreed", "waits for", "until")
_TIMES = ("at", "lapses_at", "due_at", "ended_at")


def show_requests(outcomes: Iterable["RequestOutcome"], output: Format) -> None:
    """Show requests as a table, or as records."""
    found = list(outcomes)
    rows = (_cells(one) for one in found)
    records = [request_record(one) for one in found]
    emit(records, output, columns=_COLUMNS, picture=lambda: table_of(_HEAD, rows))


def show_request(outcome: "RequestOutcome", output: Format) -> None:
    """Show one request and what it comes to: access on stdout, everything else on stderr."""
    if output is not Format.TABLE:
        emit([request_record(outcome)], output, columns=_COLUMNS)
    elif outcome.result:
        for one in outcome.result.households:
            show_preview(one)
    for line in _notes(outcome):
        note(line)


def request_record(outcome: "RequestOutcome") -> dict[str, Any]:
    """Return a request as JSON has it; times are in UTC."""
    request = outcome.request
    times = {name: getattr(request, name) for name in _TIMES}
    agreed = zip(request.agreed, request.agreed_at, strict=True)
    return {
        "request": request.id or None,
        "household": request.household,
        "state": outcome.state.value,
        "summary": request.summary,
        "method": request.method,
        "arguments": json.loads(request.arguments),
        "actors": list(request.actors),
        "actor_kind": request.actor_kind.value,
        "reason": request.reason,
        **{name: at and at.isoformat(timespec="milliseconds") for name, at in times.items()},
        "agreed": [{"party": party, "at": at} for party, at in agreed],
        "waits_for": [list(group) for group in outcome.needs],
        "problem": outcome.problem,
        "ended_by": request.ended_by,
        "ended_reason": request.ended_reason,
        "changes": list(request.changes),
        "preview": [
            {"household": one.household, **preview_records(one), "notes": list(one.notes)}
            for one in (outcome.result.households if outcome.result else ())
        ],
    }


def _zone(outcome: "RequestOutcome") -> "ZoneInfo":
    return outcome.zone or zone_named("UTC")


def _cells(outcome: "RequestOutcome") -> tuple[object, ...]:
    request, zone = outcome.request, _zone(outcome)
    until = request.due_at or request.lapses_at
    waits = outcome.problem or _waits_for(outcome) or _state(outcome)
    return (
        request.id,
        request.summary,
        ", ".join(request.actors),
        ", ".join(request.agreed),
        waits,
        short_time(from_datetime(until), zone),
    )


def _state(outcome: "RequestOutcome") -> str:
    by = f" by {outcome.request.ended_by}" if outcome.request.ended_by else ""
    return f"{outcome.state}{by}"


def _waits_for(outcome: "RequestOutcome") -> str:
    return ", and ".join(" or ".join(group) for group in outcome.needs)


def _notes(outcome: "RequestOutcome") -> Iterator[str]:
    request, zone = outcome.request, _zone(outcome)
    for one in outcome.result.households if outcome.result else ():
        yield from one.notes
    name = request.id or "the request"
    if outcome.problem:
        yield f"it cannot be made as the household is: {outcome.problem}"
    if outcome.needs:
        lapses = short_time(from_datetime(request.lapses_at), zone)
        yield f"{name}: {request.summary}: waits for {_waits_for(outcome)}, until {lapses}"
        yield "nothing changes before all have agreed"
    elif outcome.state is RequestState.SCHEDULED and request.due_at:
        due = short_time(from_datetime(request.due_at), zone)
        yield f"{name}: {request.summary}: scheduled for {due}, for `household-graph due` to make"
    elif not outcome.problem:
        reason = f": {request.ended_reason}" if request.ended_reason else ""
        yield f"{name}: {request.summary}: {_state(outcome)}{reason}"
    for change in request.changes:
        yield f"recorded as {change}"
    if outcome.dry_run:
        yield "nothing was written: this was a dry run"
