"""How decisions look: as records for machines, as pictures for people."""

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from household_graph.cli.output import empty_table, plain
from household_graph.errors import BadInputError
from household_graph.model.enums import ReasonCode

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.text import Text

    from household_graph.engine.decision import Decision
    from household_graph.engine.question import Reason
    from household_graph.viz.heat_map import MatrixRows

_ASKED = ("party", "action", "target", "device", "at")
FLAT_COLUMNS = ("allowed", *_ASKED, "changes_at", "codes", "reasons")
"""The columns of a decision in a csv: codes and reasons are lists in JSON."""

_GAP = 3  # columns between those of a table
_MOST_BLOCKS = 20  # tables that one matrix is cut into
_SHADES = {"yes": "black on green", "policy": "white on red", "no-grant": "dim"}


def flat_record(decision: "Decision") -> dict[str, Any]:
    """Return a decision as one row of a csv."""
    texts = [reason.text for reason in decision.reasons]
    return decision.as_dict() | {"codes": list(decision.codes), "reasons": texts}


def answer(decision: "Decision", *, explain: bool = False) -> "RenderableType":
    """Return one decision as a tree: the answer, its reasons, and with explain the ids walked."""
    from rich.tree import Tree

    tree = Tree(_headline(decision), guide_style="dim")
    for reason in decision.reasons:
        branch = tree.add(_reason(reason))
        if explain:
            branch.add(plain(" → ".join(reason.path), style="dim"))
    tree.add(plain(f"at {decision.at.isoformat()}, {_next_change(decision)}", style="dim"))
    return tree


def _headline(decision: "Decision") -> "Text":
    mark = plain("yes", "bold green") if decision.allowed else plain("no", "bold red")
    may = "may" if decision.allowed else "may not"
    device = f" on {decision.device}" if decision.device else ""
    return mark + plain(f"  {decision.party} {may} {decision.action} {decision.target}{device}")


def _reason(reason: "Reason") -> "Text":
    style = "green" if reason.code in {ReasonCode.GRANTED, ReasonCode.EXEMPT} else "red"
    return plain(reason.code.value, style) + plain(f": {reason.text}", "default")


def _next_change(decision: "Decision") -> str:
    if decision.changes_at is None:
        return "and so it stays as the graph stands"
    return f"until {decision.changes_at.isoformat()}"


def decision_table(decisions: Sequence["Decision"], column: str) -> "RenderableType":
    """Return decisions as a table, a row each.

    Args:
        decisions: what to show.
        column: what tells them apart: `party`, `target` or `device`.
    """
    grid = empty_table(("", column, "changes at", "why"))
    for decision in decisions:
        mark = plain("yes", "green") if decision.allowed else plain("no", "red")
        change = decision.changes_at.isoformat() if decision.changes_at else ""
        why = plain("\n").join(_reason(reason) for reason in decision.reasons)
        grid.add_row(mark, plain(getattr(decision, column)), plain(change), why)
    return grid


def matrix_table(decisions: Iterable["Decision"], width: int) -> "RenderableType":
    """Return an access matrix: a row for each service on a device, a column for each party.

    Where it is wider than that, it is cut into tables below each other.

    Args:
        decisions: of one household.
        width: of the terminal, in columns.

    Raises:
        BadInputError: if that would be too many tables.
    """
    from rich.console import Group

    from household_graph.viz.heat_map import LETTERS, YES, grid

    found = grid(decisions)
    blocks = list(_blocks(found, width))
    if len(blocks) > _MOST_BLOCKS:
        raise BadInputError(
            f"the matrix of {len(found.parties)} people is too wide for {width} columns",
            hint="draw it with --to FILE.html, or write it with -o csv",
        )
    pictures: list[RenderableType] = []
    for parties in blocks:
        picture = empty_table(("service", "device", *map(_local, parties)))
        for (service, device), row in found.rows.items():
            cells = (_cell(row[party]) for party in parties)
            picture.add_row(plain(_local(service)), plain(_local(device)), *cells)
        pictures += [picture, ""]
    legend = "\n".join(f"{letter} {code.value}" for code, letter in LETTERS.items())
    return Group(*pictures[:-1], plain(f"{YES} yes\n{legend}", "dim"))


def _blocks(found: "MatrixRows", width: int) -> Iterator[Sequence[str]]:
    """Yield the parties of each table: as many as there is room for beside the first columns."""
    from rich.cells import cell_len

    from household_graph.viz.heat_map import letters

    def widest(texts: Iterable[str]) -> int:
        return max(map(cell_len, texts), default=0) + _GAP

    left = widest(["service", *(_local(service) for service, _device in found.rows)])
    left += widest(["device", *(_local(device) for _service, device in found.rows)])
    block: list[str] = []
    used = left - _GAP
    for party in found.parties:
        room = widest([_local(party), *(letters(row[party]) for row in found.rows.values())])
        if block and used + room > width:
            yield block
            block, used = [], left - _GAP
        block.append(party)
        used += room
    yield block


def _local(entity_id: str) -> str:
    return entity_id.rpartition("/")[2]


def _cell(decision: "Decision") -> "Text":
    from household_graph.viz.heat_map import letters, shade

    return plain(letters(decision), _SHADES[shade(decision)])
