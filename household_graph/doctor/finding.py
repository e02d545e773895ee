"""What a check finds, and what becomes of it: a finding with its kind and severity."""

from dataclasses import dataclass
from typing import Any, NamedTuple

from household_graph.doctor.kinds import Kind, Severity


class Symptom(NamedTuple):
    """One thing that a check found.

    Attributes:
        ids: those concerned, the most important one first.
        text: what is wrong, in words.
        mend: the command line that mends it.
        hint: what to do with that command, where it does not say it all.
        severity: how grave it is, where that is not as usual for its kind.
    """

    ids: tuple[str, ...]
    text: str
    mend: str
    hint: str | None = None
    severity: Severity | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong with a household.

    Attributes:
        household: its id.
        kind: what kind of thing.
        severity: how grave it is.
        symptom: what was found.
    """

    household: str
    kind: Kind
    severity: Severity
    symptom: Symptom

    def as_dict(self) -> dict[str, Any]:
        """Return the finding as JSON can say it."""
        return {
            "household": self.household,
            "severity": self.severity.value,
            "kind": self.kind.value,
            "ids": list(self.symptom.ids),
            "text": self.symptom.text,
            "hint": self.symptom.hint,
            "mend": self.symptom.mend,
        }
