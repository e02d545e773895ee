"""The last Admin, Customer, payer or responsible adult of something live is not removed."""

from collections.abc import Iterable

from household_graph.engine.facts_from_rows import facts_from_rows
from household_graph.engine.ownership import Lack, lacks
from household_graph.errors import RefusedError
from household_graph.model.row_index import RowIndex
from household_graph.model.rows import Rows


def lacking_after(before: Rows, after: Rows, instant: int) -> list[Lack]:
    """Return what would be live and lack somebody after a change, and does not before it.

    Args:
        before: the rows of a household without the change; none of a new one.
        after: the rows with it.
        instant: when the change takes effect, in milliseconds.
    """
    had = _lacks(before, instant)
    return [lack for lack in _lacks(after, instant) if lack not in had]


def check_owners(lacking: Iterable[Lack], hint: str) -> None:
    """Refuse to leave something live to nobody.

    Args:
        lacking: what would lack somebody, see `lacking_after`.
        hint: what to do about it.

    Raises:
        RefusedError: naming all that would.
    """
    things = "; ".join(f"`{lack.id}` would have no {lack.needs}" for lack in lacking)
    if things:
        raise RefusedError(f"nothing live is left to nobody: {things}", hint=hint)


def _lacks(rows: Rows, instant: int) -> list[Lack]:
    return lacks(RowIndex(rows), facts_from_rows(rows), instant) if rows.nodes else []
