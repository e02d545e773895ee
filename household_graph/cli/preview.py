"""Who gains and loses what by a change, and when: in lines for people, and as records."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from household_graph.cli.output import counted, plain, record_of, show
from household_graph.model.enums import Action, words_of
from household_graph.model.ids import local_id
from household_graph.model.instants import from_datetime

if TYPE_CHECKING:
    from household_graph.changes.service import HouseholdChange
    from household_graph.engine.access_diff import AccessChange
    from household_graph.engine.role_diff import RoleChange
    from household_graph.engine.timeline_difference import DifferingPeriod

COLUMNS = (
    *("household", "effect", "party", "action", "target", "device", "before", "after"),
    *("from", "until", "hours", "role"),
)
_MOST_NAMED = 4  # parties or targets in a line; devices are counted if there are more than two
_RIGHTS = {
    Action.USE: "",
    Action.CHOOSE: "the choice of ",
    Action.ADMINISTER: "the administration of ",
}

_What = dict[str, tuple[str, ...]]
"""The devices on which targets are gained or lost, by target."""


class _Line(NamedTuple):
    """What all of a line is the same: when, which way, of what kind, and why."""

    start: datetime
    until: datetime | None
    hours: str
    effect: str
    right: str
    why: str


def show_preview(one: "HouseholdChange") -> None:
    """Show who gains and loses what in a household: a line for all that is alike."""
    from rich.text import Text

    for line, parties, what in _lines(one):
        verb = line.effect if len(parties) == 1 else line.effect.removesuffix("s")
        hours = f", {line.hours}" if line.hours else ""
        style = "green" if line.effect == "gains" else "red"
        shown = Text.assemble(
            plain(f"{_when(line, one)}: {_named(parties)} "),
            plain(verb, style),
            plain(f" {line.right}{what}{hours}"),
            plain(f" ({line.why})" if line.why else "", "dim"),
        )
        show(shown)


def preview_records(one: "HouseholdChange") -> dict[str, list[dict[str, Any]]]:
    """Return the same as JSON can say it: access with the answers, and functional roles."""
    return {
        "access": [
            {
                "effect": access.effect,
                "before": access.before.as_dict() if access.before else None,
                "after": access.after.as_dict() if access.after else None,
                **_times(access),
            }
            for access in one.access
        ],
        "roles": [
            {**record_of(role, "effect", "party", "role", "account"), **_times(role)}
            for role in one.roles
        ],
    }


def preview_rows(one: "HouseholdChange") -> Iterator[dict[str, Any]]:
    """Yield the same as flat rows of `COLUMNS`, one for each period."""
    for access in one.access:
        of = {
            "household": one.household,
            "effect": access.effect,
            **record_of(access.decision, "party", "action", "target", "device"),
            "before": list(access.before.codes) if access.before else [],
            "after": list(access.after.codes) if access.after else [],
        }
        yield from (of | period.as_dict() for period in access.periods)
    for role in one.roles:
        of = {"household": one.household, "target": role.account}
        of |= record_of(role, "effect", "party", "role")
        yield from (of | period.as_dict() for period in role.periods)


def _times(change: "AccessChange | RoleChange") -> dict[str, Any]:
    periods, spans = (
        [one.as_dict() for one in of] for of in (change.times.periods, change.times.spans)
    )
    for span in spans:
        del span["hours"]
    return {
        "from": periods[0]["from"],
        "until": periods[-1]["until"],
        "periods": periods,
        "spans": spans,
    }


def _lines(one: "HouseholdChange") -> Iterator[tuple[_Line, Sequence[str], str]]:
    """Yield what the lines are about, whose they are and what is gained or lost, by time."""
    found: dict[_Line, dict[str, dict[str, list[str]]]] = {}
    for access in one.access:
        of, right, why = access.decision, _RIGHTS[access.decision.action], _why(access)
        for period in access.periods:
            what = found.setdefault(_line(period, access.effect, right, why), {})
            devices = what.setdefault(of.party, {}).setdefault(of.target, [])
            devices += [of.device] if of.device else []
    for role in one.roles:
        right = f"the role of {' '.join(words_of(role.role)).title()} of "
        for period in role.periods:
            what = found.setdefault(_line(period, role.effect, right, ""), {})
            what.setdefault(role.party, {}).setdefault(role.account, [])
    for line in sorted(found, key=lambda line: line.start):
        yield from ((line, *shared) for shared in _shared(found[line]))


def _line(period: "DifferingPeriod", effect: str, right: str, why: str) -> _Line:
    return _Line(period.start, period.end, period.hours, effect, right, why)


def _why(access: "AccessChange") -> str:
    """Return the reasons of the side that says no; there is one, or nothing would differ."""
    for when, decision in (("now", access.after), ("was", access.before)):
        if decision and not decision.allowed:
            return f"{when}: {', '.join(decision.codes)}"
    return "new here" if access.before is None else "no longer known here"


def _shared(
    of_parties: Mapping[str, Mapping[str, Sequence[str]]],
) -> Iterator[tuple[Sequence[str], str]]:
    """Yield parties with what they share: the same targets on the same devices, or on their own."""
    by_targets: dict[tuple[str, ...], list[str]] = {}
    for party, what in of_parties.items():
        by_targets.setdefault(tuple(sorted(what)), []).append(party)
    for targets, parties in by_targets.items():
        own = [{one: frozenset(of_parties[party][one]) for one in targets} for party in parties]
        together = {
            one: tuple(sorted(frozenset().union(*(on[one] for on in own)))) for one in targets
        }
        alike = all(on == own[0] for on in own)
        yield parties, _described(together, "" if alike else " in all")


def _described(what: _What, suffix: str) -> str:
    """Return targets and devices in words; those on the same devices are named together."""
    by_devices: dict[tuple[str, ...], list[str]] = {}
    for target, devices in what.items():
        by_devices.setdefault(devices, []).append(target)
    return "; ".join(
        f"{_named(map(local_id, targets))}{_on(devices, suffix)}"
        for devices, targets in by_devices.items()
    )


def _on(devices: Sequence[str], suffix: str) -> str:
    if not devices:
        return ""
    if len(devices) > 2 or suffix:  # noqa: PLR2004 - a few are named
        return f" on {counted(len(devices), 'device')}{suffix}"
    return f" on {_named(map(local_id, devices))}"


def _named(names: Iterable[str]) -> str:
    """Return names as a list in words, such as `a, b and c`; of many the first and a number."""
    every = list(names)
    if len(every) > _MOST_NAMED:
        every[_MOST_NAMED - 1 :] = [f"{len(every) - _MOST_NAMED + 1:,} more"]
    *first, last = every
    return f"{', '.join(first)} and {last}" if first else last


def _when(line: _Line, one: "HouseholdChange") -> str:
    """Return from when until when, such as `from Monday 2026-11-30 16:00 until 2027-01-04`."""
    begins_now = one.at == one.made_at == from_datetime(line.start)
    begins = "at once" if begins_now else f"from {_time(line.start, one.at)}"
    return f"{begins} until {_time(line.until, one.at)}" if line.until else begins


def _time(moment: datetime, effect: int) -> str:
    """Return a time in words: with its weekday within 14 days of a change, a midnight as a day."""
    from household_graph.engine.timeline_difference import EACH_EDGE

    weekday = f"{moment:%A} " if from_datetime(moment) - effect <= EACH_EDGE else ""
    clock = f" {moment:%H:%M}" if moment.hour or moment.minute else ""
    return f"{weekday}{moment:%Y-%m-%d}{clock}"
