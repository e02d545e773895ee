"""A minor is Customer or Bill Payer only with a guarantor; that binds operators too.

`engine/guarantors.py` decides who is a guarantor, for changes and for the doctor.
"""

from collections.abc import Iterable, Iterator, Mapping

from household_graph.changes.authorization.context import HouseholdState, effective
from household_graph.changes.authorization.refusal import listed
from household_graph.changes.authorization.requirements import Law
from household_graph.engine.guarantors import GUARANTEED, active_guardians, is_guaranteed, is_minor
from household_graph.errors import RefusedError
from household_graph.model.edits import Edits, NodeEdit, apply_edits
from household_graph.model.rows import Rows
from household_graph.model.spans import span_of

_TOUCHES_GUARANTORS = {*GUARANTEED, "Individual", "Organization"}
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


def judged_at(span: tuple[int, int], instant: int) -> int | None:
    """Return the instant for which a role is held to the law; None: it is over.

    A role that begins later is judged by how it begins, one that has begun as of now.

    Args:
        span: when it begins and ends, in milliseconds.
        instant: now, or when a change takes effect.
    """
    start, end = span
    moment = max(start, instant)
    return moment if moment < end else None


def unguaranteed(state: HouseholdState, instant: int) -> Iterator[tuple[str, str]]:
    """Yield the Customer and Bill Payer roles of minors without a guarantor, and the minors.

    Args:
        state: the household.
        instant: now, or when a change takes effect, in milliseconds; see `judged_at`.
    """
    for role in state.index.labelled("PartyRole"):
        moment = judged_at(span_of(role.properties), instant)
        if moment is None or role.labels.isdisjoint(GUARANTEED):
            continue
        for link in state.index.incoming("PLAYS", role.id):
            minor = is_minor(state.facts, link.start, moment)
            if minor and not guaranteed(state, role.id, link.start, moment):
                yield role.id, link.start


def guaranteed(state: HouseholdState, role: str, minor: str, instant: int) -> bool:
    """Return whether a responsible adult is recorded as guarantor for a role of a minor."""
    return is_guaranteed(state.index, state.facts, role, minor, instant)


def guarantors_of(state: HouseholdState, minor: str, instant: int) -> list[str]:
    """Return who could become guarantor of a minor: the active adults responsible for them."""
    return active_guardians(state.index, state.facts, minor, instant)


def _check_guarantors(rows: Rows, edits: Edits, now: int) -> None:
    wanted, instant = apply_edits(rows, edits), effective(edits, now)
    if not wanted.nodes:
        return  # a household that is undone as a whole has no minors
    after = HouseholdState.of(wanted)
    had = set(unguaranteed(HouseholdState.of(rows), instant)) if rows.nodes else set()
    for role, minor in unguaranteed(after, instant):
        if (role, minor) not in had:
            eligible = guarantors_of(after, minor, instant)
            raise RefusedError(
                f"`{minor}` would have the role `{role}` without a guarantor, "
                f"but {Law.GUARANTORS.value}",
                hint=f"name {listed(eligible)} as guarantor, or end the role"
                if eligible
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
