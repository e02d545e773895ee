"""The access matrix: who may use which service on which device, as a grid and as a page."""

import html
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from string import Template
from typing import NamedTuple

from household_graph.engine.access_timeline import AccessTimeline
from household_graph.engine.decision import Decision
from household_graph.engine.policies import KINDS
from household_graph.model.enums import ReasonCode
from household_graph.model.ids import local_id
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
"""What stands in a cell for each reason of a no: small where a grant lacks, large for policies."""
_PAGE = Path(__file__).with_name("heat_map.html")


class Shade(StrEnum):
    """The colour of a cell."""

    YES = "yes"
    POLICY = "policy"
    NO_GRANT = "no-grant"


class MatrixRows(NamedTuple):
    """An access matrix: the columns are parties, the rows services on devices."""

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
    """Return what stands in a cell: a tick, or a letter for each reason of a no."""
    return YES if decision.allowed else "".join(LETTERS[ReasonCode(c)] for c in decision.codes)


def shade(decision: Decision) -> Shade:
    """Return the colour of a cell: a policy alone stands between a party and what it is granted."""
    if decision.allowed:
        return Shade.YES
    return Shade.POLICY if letters(decision).isupper() else Shade.NO_GRANT


def heat_map(title: str, decisions: Iterable[Decision]) -> str:
    """Return the matrix as one HTML page without scripts; a pointer on a cell shows the reasons."""
    found = grid(decisions)
    head = "".join(f"<th scope=col>{_text(local_id(party))}" for party in found.parties)
    rows = (
        _row(service, device, "".join(_cell(cells[party]) for party in found.parties))
        for (service, device), cells in found.rows.items()
    )
    legend = "".join(f"<li><b>{letter}</b> {code.value}" for code, letter in LETTERS.items())
    return _page(title, head, rows, legend)


def strip_chart(title: str, timelines: Sequence[AccessTimeline]) -> str:
    """Return answers over time as one HTML page without scripts: a strip for each target."""
    return _page(title, "<th scope=col>when", map(_strip, timelines), "")


def _page(title: str, head: str, rows: Iterable[str], legend: str) -> str:
    page = Template(_PAGE.read_text(encoding="utf-8"))
    return page.substitute(title=_text(title), head=head, rows="\n".join(rows), legend=legend)


def _strip(timeline: AccessTimeline) -> str:
    parts = []
    for span in timeline.spans:
        last = min(timeline.end, span.end or timeline.end)
        width = 100 * ((last - span.start) / (timeline.end - timeline.start))
        codes = {reason.code.value for reason in span.reasons}
        forbidden = Shade.POLICY if codes <= KINDS.keys() else Shade.NO_GRANT
        until = f"until {span.end.isoformat()}" if span.end else "with no scheduled change"
        details = [f"{'yes' if span.allowed else 'no'} from {span.start.isoformat()}, {until}"]
        details += [reason.text for reason in span.reasons]
        parts.append(
            f"<i class={Shade.YES if span.allowed else forbidden} style='width:{width:.3f}%' "
            f'title="{_text(chr(10).join(details))}"></i>'
        )
    return _row(timeline.target, timeline.device or "", f"<td class=strip>{''.join(parts)}")


def _row(target: str, device: str, cells: str) -> str:
    first, second = _text(local_id(target)), _text(local_id(device))
    return f"<tr><th scope=row>{first}<td class=device>{second}{cells}"


def _cell(decision: Decision) -> str:
    why = "\n".join(reason.text for reason in decision.reasons)
    until = f"\nuntil {decision.changes_at.isoformat()}" if decision.changes_at else ""
    return f'<td class={shade(decision)} title="{_text(why + until)}">{letters(decision)}'


def _text(text: str) -> str:
    return html.escape(printable(text))
