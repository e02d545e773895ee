"""What whoever makes a change is told of it: what is recorded by it, and has no effect."""

from household_graph.doctor.checks import examine
from household_graph.doctor.kinds import Kind
from household_graph.model.rows import Rows

_KINDS = (Kind.POLICY_WITHOUT_EFFECT, Kind.EXEMPTION_WITHOUT_EFFECT, Kind.GRANT_NEVER_HOLDS)


def remarks(before: Rows, after: Rows, at: int) -> tuple[str, ...]:
    """Return what the doctor will find without effect, and did not find before the change.

    Args:
        before: the household; without rows, if it is new.
        after: the same with the change.
        at: when the change takes effect, in milliseconds.
    """
    had = _without_effect(before, at)
    return tuple(text for text in _without_effect(after, at) if text not in had)


def _without_effect(rows: Rows, at: int) -> list[str]:
    if not rows.nodes:
        return []
    return [finding.symptom.text for finding in examine(rows, now=at, only=_KINDS)]
