"""Reports on the result of a change: who gains and loses what; and lists of what there is."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from household_graph.cli.output import Format, emit, note, plain, show, table, table_of

if TYPE_CHECKING:
    from rich.console import RenderableType

    from household_graph.changes.service import ChangeResult, HouseholdChange
    from household_graph.engine.access_diff import AccessChange

_COLUMNS = ("household", "effect", "party", "action", "target", "device", "before", "after")


def show_result(result: "ChangeResult", output: Format) -> None:
    """Show the result of a change: access on stdout, everything else on stderr."""
    if output is Format.TABLE:
        if result.access:
            show(_table(result.access))
    elif output is Format.CSV:
        rows = [_flat(one, access) for one in result.households for access in one.access]
        emit(rows, output, columns=_COLUMNS)
    else:
        emit([_record(one) for one in result.households], output)
    for line in _notes(result):
        note(line)


def _notes(result: "ChangeResult") -> Iterator[str]:
    for one in result.households:
        for lack in one.lacking:
            yield f"{lack.id} has no {lack.needs} now"
        yield from one.notes
        if one.change:
            yield f"recorded as {one.change}: {one.edits.summary}"
    if not result.households:
        yield "no change needed"
    elif not result.access:
        yield "no access changes at that time"
    if result.dry_run:
        yield "nothing was written: this was a dry run"


def show_list(
    items: Iterable[Mapping[str, Any]],
    output: Format,
    columns: Sequence[str],
    *,
    hidden: Collection[str] = (),
    empty: str,
) -> None:
    """Show a list of records, in a table without hidden columns, or note that it is empty.

    Values may be datetimes, tuples, and None for an open end.
    """
    records = [{name: _plain(value) for name, value in one.items()} for one in items]
    shown = [one for one in columns if one not in hidden]
    if output is Format.TABLE:
        show(table([_short(one) for one in records], shown))
    else:
        emit(records, output, columns=columns)
    if not records:
        note(empty)


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat(timespec="milliseconds" if value.microsecond else "seconds")
    return list(value) if isinstance(value, tuple) else value


def _short(record: Mapping[str, Any]) -> dict[str, Any]:
    """Return a record for a table: a local midnight is its day."""
    return {
        name: value.partition("T")[0] if isinstance(value, str) and "T00:00:00" in value else value
        for name, value in record.items()
    }


def _record(one: "HouseholdChange") -> dict[str, Any]:
    return {
        "household": one.household,
        "change": one.change,
        "edits": one.edits.summary,
        "access": [
            {
                "effect": access.effect,
                "before": access.before.as_dict() if access.before else None,
                "after": access.after.as_dict() if access.after else None,
            }
            for access in one.access
        ],
        "lacking": [lack._asdict() for lack in one.lacking],
        "notes": list(one.notes),
    }


def _flat(one: "HouseholdChange", access: "AccessChange") -> dict[str, Any]:
    asked = access.decision.as_dict()
    return {
        "household": one.household,
        "effect": access.effect,
        **{name: asked[name] for name in ("party", "action", "target", "device")},
        "before": list(access.before.codes) if access.before else [],
        "after": list(access.after.codes) if access.after else [],
    }


def _table(changes: Iterable["AccessChange"]) -> "RenderableType":
    """Return who gains and loses what, and why: one row for all that is alike."""
    rows: dict[tuple[str, ...], dict[str, list[str]]] = {}
    for access in changes:
        decision = access.decision
        row = (decision.party, access.effect, decision.action.value, _why(access))
        devices = rows.setdefault(row, {}).setdefault(decision.target, [])
        if decision.device:
            devices.append(_local(decision.device))
    shown = []
    for (party, effect, action, why), targets in sorted(rows.items()):
        what = "\n".join(
            f"{action} {_local(target)}" + (f" on {', '.join(devices)}" if devices else "")
            for target, devices in targets.items()
        )
        style = "green" if effect.startswith("gains") else "red"
        shown.append((party, plain(effect, style), what, why))
    return table_of(("party", "", "what", "why"), shown)


def _why(access: "AccessChange") -> str:
    """Return the reasons of the side that says no; there is one, or nothing would differ."""
    for when, decision in (("now", access.after), ("was", access.before)):
        if decision and not decision.allowed:
            return f"{when}: {', '.join(decision.codes)}"
    return "new here" if access.before is None else "no longer known here"


def _local(entity_id: str) -> str:
    return entity_id.rpartition("/")[2]
