"""A minor is Customer or Bill Payer only with a guarantor; that binds operators too."""

from collections.abc import Iterable, Mapping

from household_graph.changes.authority.minors import guarantors_of, unguaranteed
from household_graph.changes.authority.refusal import listed
from household_graph.changes.authority.rights import Law
from household_graph.changes.authority.state import State, effective
from household_graph.errors import RefusedError
from household_graph.model.edits import Edits, NodeEdit, applied
from household_graph.model.rows import Rows

__all__ = ["check_guarantors"]

_TOUCHES_GUARANTORS = {"Customer", "BillPayer", "Individual", "Organization"}
_JOINS_GUARANTORS = {"PLAYS", "GUARANTEED_BY", "RESPONSIBLE_FOR"}


def check_guarantors(before: Mapping[str, Rows], changes: Iterable[Edits], now: int) -> None:
    """Refuse a change that leaves a minor Customer or Bill Payer without a guarantor.

    That binds everybody, operators too. What was so before is not held against a change.

    Args:
        before: the rows of the households concerned, by id; none of a new one.
        changes: what is to be done to them.
        now: when the change is made, in milliseconds.

    Raises:
        RefusedError: naming the minor, and who can be guarantor.
    """
    for edits in changes:
        if _touches_guarantors(edits):
            _check_guarantors(before[edits.household], edits, now)


def _check_guarantors(rows: Rows, edits: Edits, now: int) -> None:
    wanted, instant = applied(rows, edits), effective(edits, now)
    if not wanted.nodes:
        return  # a household that is taken back as a whole has no minors
    after = State.of(wanted)
    had = set(unguaranteed(State.of(rows), instant)) if rows.nodes else set()
    for role, minor in unguaranteed(after, instant):
        if (role, minor) not in had:
            able = guarantors_of(after, minor, instant)
            raise RefusedError(
                f"`{minor}` would have the role `{role}` without a guarantor, "
                f"but {Law.GUARANTORS.value}",
                hint=f"name {listed(able)} as guarantor, or end the role"
                if able
                else f"make an adult responsible for `{minor}` first, or end the role",
            )


def _touches_guarantors(edits: Edits) -> bool:
    involved = {edit.id for edit in edits.nodes if _labels(edit) & {"InvolvementRole"}}
    return any(_labels(edit) & _TOUCHES_GUARANTORS for edit in edits.nodes) or any(
        row.type in _JOINS_GUARANTORS and row.end not in involved
        for edit in edits.relationships
        if (row := edit.after or edit.before)
    )


def _labels(edit: NodeEdit) -> frozenset[str]:
    row = edit.after or edit.before
    return row.labels if row else frozenset()
