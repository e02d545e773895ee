"""What is shown of a change: who gains and loses what."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from household_graph.cli.output import Format, emit, empty_table, note, plain

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.text import Text

    from household_graph.changes.service import Outcome
    from household_graph.engine.access_diff import AccessChange
    from household_graph.engine.decision import Decision

_COLUMNS = ("household", "effect", "party", "action", "target", "device", "before", "after")


def show_outcomes(outcomes: Sequence["Outcome"], output: Format, *, dry_run: bool) -> None:
    """Show what a change came to: access on stdout, everything else said on stderr."""
    if output is Format.TABLE:
        if any(outcome.access for outcome in outcomes):
            emit([], output, picture=_table(outcomes))
    elif output is Format.CSV:
        rows = [_flat(one, access) for one in outcomes for access in one.access]
        emit(rows, output, columns=_COLUMNS)
    else:
        emit([_record(outcome) for outcome in outcomes], output)
    _say(outcomes, dry_run=dry_run)


def _say(outcomes: Sequence["Outcome"], *, dry_run: bool) -> None:
    for outcome in outcomes:
        for lack in outcome.lacking:
            note(f"{lack.id} has no {lack.needs} now")
        for line in outcome.notes:
            note(line)
        if outcome.change:
            note(f"recorded as {outcome.change}: {outcome.edits.summary}")
    if not outcomes:
        note("nothing to do: it is so already")
    elif not any(outcome.access for outcome in outcomes):
        note("nobody gains or loses anything by it at that moment")
    if dry_run:
        note("nothing was written: this was a dry run")


def _record(outcome: "Outcome") -> dict[str, Any]:
    return {
        "household": outcome.household,
        "change": outcome.change,
        "edits": outcome.edits.summary,
        "access": [
            {
                "effect": access.effect,
                "before": access.before.as_dict() if access.before else None,
                "after": access.after.as_dict() if access.after else None,
            }
            for access in outcome.access
        ],
        "lacking": [lack._asdict() for lack in outcome.lacking],
        "notes": list(outcome.notes),
    }


def _flat(outcome: "Outcome", access: "AccessChange") -> dict[str, Any]:
    decision = access.decision
    return {
        "household": outcome.household,
        "effect": access.effect,
        "party": decision.party,
        "action": decision.action.value,
        "target": decision.target,
        "device": decision.device,
        "before": _codes(access.before),
        "after": _codes(access.after),
    }


def _codes(decision: "Decision | None") -> list[str]:
    return list(decision.codes) if decision else []


def _table(outcomes: Iterable["Outcome"]) -> "RenderableType":
    """Return who gains and loses what, and why: one row for all that is alike."""
    groups: dict[tuple[str, str, str, str], list[AccessChange]] = {}
    for outcome in outcomes:
        for access in outcome.access:
            decision = access.decision
            key = (decision.party, access.effect, decision.action.value, _why(access))
            groups.setdefault(key, []).append(access)
    grid = empty_table(("party", "", "what", "why"))
    for (party, effect, action, why), alike in sorted(groups.items()):
        style = "green" if effect.startswith("gains") else "red"
        what = plain("\n").join(_what(action, one) for one in _targets(alike))
        grid.add_row(plain(party), plain(effect, style), what, plain(why))
    return grid


def _targets(alike: Iterable["AccessChange"]) -> list[tuple[str, list[str]]]:
    """Return the targets of changes, each with the devices it is on."""
    found: dict[str, list[str]] = {}
    for access in alike:
        devices = found.setdefault(access.decision.target, [])
        if access.decision.device:
            devices.append(_local(access.decision.device))
    return list(found.items())


def _what(action: str, target: tuple[str, list[str]]) -> "Text":
    name, devices = target
    on = f" on {', '.join(devices)}" if devices else ""
    return plain(f"{action} {_local(name)}{on}")


def _why(access: "AccessChange") -> str:
    """Return the grounds of the side that says no; there is one, or nothing would be different."""
    if access.after and not access.after.allowed:
        return f"now: {', '.join(access.after.codes)}"
    if access.before and not access.before.allowed:
        return f"was: {', '.join(access.before.codes)}"
    return "new here" if access.before is None else "no longer known here"


def _local(entity_id: str) -> str:
    return entity_id.rpartition("/")[2]
