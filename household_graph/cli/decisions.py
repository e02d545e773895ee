"""How decisions look: as records for machines, as pictures for people."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from household_graph.cli.output import empty_table, plain
from household_graph.model.vocabulary import ReasonCode
from household_graph.pictures.matrix import LETTERS, YES, Shade, grid, letters, shade

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.text import Text

    from household_graph.decision.decision import Decision
    from household_graph.decision.question import Reason

__all__ = ["FLAT_COLUMNS", "answer", "decision_table", "flat_record", "matrix_table"]

_ASKED = ("party", "action", "target", "device", "at")
FLAT_COLUMNS = ("allowed", *_ASKED, "changes_at", "codes", "reasons")
"""The columns of a decision in a csv: codes apart by spaces, reasons by semicolons."""

_SHADES = {Shade.YES: "black on green", Shade.POLICY: "white on red", Shade.NO_GRANT: "dim"}


def flat_record(decision: "Decision") -> dict[str, Any]:
    """Return a decision as one row of a csv."""
    texts = "; ".join(reason.text for reason in decision.reasons)
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


def matrix_table(decisions: Iterable["Decision"]) -> "RenderableType":
    """Return an access matrix: a row for each service on a device, a column for each party."""
    from rich.console import Group

    found = grid(decisions)
    picture = empty_table(("service", "device", *map(_local, found.parties)))
    for (service, device), row in found.rows.items():
        cells = (_cell(row[party]) for party in found.parties)
        picture.add_row(plain(service), plain(device), *cells)
    legend = "\n".join(f"{letter} {code.value}" for code, letter in LETTERS.items())
    return Group(picture, plain(f"{YES} yes\n{legend}", "dim"))


def _local(entity_id: str) -> str:
    return entity_id.rpartition("/")[2]


def _cell(decision: "Decision") -> "Text":
    return plain(letters(decision), _SHADES[shade(decision)])
