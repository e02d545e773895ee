"""The access matrix: who may use which service on which device, as a grid and as a page."""

import html
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from string import Template

from household_graph.engine.access_timeline import AccessTimeline
from household_graph.engine.decision import Decision
from household_graph.engine.policies import KINDS
from household_graph.model.enums import ReasonCode
from household_graph.model.printable import printable

YES = "✓"
LETTERS = {
    ReasonCode.NOT_GRANTED: "g",
    ReasonCode.NOT_YET_VALID: "y",
    ReasonCode.ENDED: "e",
    ReasonCode.NOT_ACTIVE: "a",
    ReasonCode.NOT_AVAILABLE_ON_DEVICE: "u",
    ReasonCode.NO_DEVICE_GRANT: "d",
    **{ReasonCode(kind.name): kind.letter for kind in KINDS.values()},
}
"""What stands in a cell for each ground of a no: small where a grant lacks, large for policies."""


_PAGE = Path(__file__).with_name("heat_map.html")


class Shade(StrEnum):
    """The colour of a cell."""

    YES = "yes"
    POLICY = "policy"
    NO_GRANT = "no-grant"


@dataclass(frozen=True, slots=True)
class MatrixRows:
    """An access matrix.

    Attributes:
        parties: the columns.
        rows: for each service and device, what is decided for each party.
    """

    parties: tuple[str, ...]
    rows: Mapping[tuple[str, str], Mapping[str, Decision]]


def grid(decisions: Iterable[Decision]) -> MatrixRows:
    """Return decisions as a matrix, in the order in which they come."""
    rows: dict[tuple[str, str], dict[str, Decision]] = {}
    parties: dict[str, None] = {}
    for decision in decisions:
        parties[decision.party] = None
        rows.setdefault((decision.target, decision.device or ""), {})[decision.party] = decision
    return MatrixRows(tuple(parties), rows)


def letters(decision: Decision) -> str:
    """Return what stands in a cell: a tick, or a letter for each ground of a no."""
    return YES if decision.allowed else "".join(LETTERS[ReasonCode(c)] for c in decision.codes)


def shade(decision: Decision) -> Shade:
    """Return the colour of a cell: a policy alone stands between a party and what it is granted."""
    if decision.allowed:
        return Shade.YES
    return Shade.POLICY if letters(decision).isupper() else Shade.NO_GRANT


def heat_map(title: str, decisions: Iterable[Decision]) -> str:
    """Return the matrix as one HTML page without scripts; a pointer on a cell tells the grounds."""
    found = grid(decisions)
    head = "".join(f"<th scope=col>{_text(_local(party))}" for party in found.parties)
    legend = "".join(f"<li><b>{letter}</b> {code.value}" for code, letter in LETTERS.items())
    page = Template(_PAGE.read_text(encoding="utf-8"))
    return page.substitute(
        title=_text(title),
        head=head,
        rows="\n".join(_row(found, service, device) for service, device in found.rows),
        legend=legend,
    )


def strip_chart(title: str, timelines: Sequence[AccessTimeline]) -> str:
    """Return answers over time as one HTML page without scripts: a strip for each target."""
    page = Template(_PAGE.read_text(encoding="utf-8"))
    return page.substitute(
        title=_text(title),
        head="<th scope=col>when",
        rows="\n".join(map(_strip, timelines)),
        legend="",
    )


def _strip(timeline: AccessTimeline) -> str:
    parts = []
    for span in timeline.spans:
        last = min(timeline.end, span.end or timeline.end)
        width = 100 * ((last - span.start) / (timeline.end - timeline.start))
        codes = {reason.code.value for reason in span.reasons}
        forbidden = Shade.POLICY if codes <= KINDS.keys() else Shade.NO_GRANT
        until = f"until {span.end.isoformat()}" if span.end else "with no scheduled change"
        told = [f"{'yes' if span.allowed else 'no'} from {span.start.isoformat()}, {until}"]
        told += [reason.text for reason in span.reasons]
        parts.append(
            f"<i class={Shade.YES if span.allowed else forbidden} style='width:{width:.3f}%' "
            f'title="{_text(chr(10).join(told))}"></i>'
        )
    device = _text(_local(timeline.device or ""))
    return (
        f"<tr><th scope=row>{_text(_local(timeline.target))}<td class=device>{device}"
        f"<td class=strip>{''.join(parts)}"
    )


def _row(found: MatrixRows, service: str, device: str) -> str:
    cells = found.rows[service, device]
    return (
        f"<tr><th scope=row>{_text(_local(service))}<td class=device>{_text(_local(device))}"
        + "".join(_cell(cells[party]) for party in found.parties)
    )


def _cell(decision: Decision) -> str:
    why = "\n".join(reason.text for reason in decision.reasons)
    until = f"\nuntil {decision.changes_at.isoformat()}" if decision.changes_at else ""
    return f'<td class={shade(decision)} title="{_text(why + until)}">{letters(decision)}'


def _text(text: str) -> str:
    return html.escape(printable(text))


def _local(entity_id: str) -> str:
    return entity_id.rpartition("/")[2]
