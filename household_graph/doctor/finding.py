"""What the doctor looks for and reports: checks, issues and findings."""

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from household_graph.doctor.check_context import CheckContext

    Find = Callable[[CheckContext], Iterator["Issue"]]

BROWSER = "household-graph db browser"
"""The fix for what plain Cypher wrote and only plain Cypher can repair."""


class Severity(StrEnum):
    """How severe a finding is."""

    ERROR = "error"
    """A law forbids it, or it makes an answer wrong."""
    WARNING = "warning"
    """Worth a look."""


class Issue(NamedTuple):
    """One thing that a check found.

    Attributes:
        ids: the entities concerned, the most important one first.
        text: what is wrong.
        fix: the command line that fixes it; empty: to edit the document of the household.
        hint: what to do with that command, where it is not complete by itself.
        severity: the severity, where it is not the usual one of the check.
    """

    ids: tuple[str, ...]
    text: str
    fix: str = ""
    hint: str | None = None
    severity: Severity | None = None


@dataclass(frozen=True, slots=True)
class Check:
    """One kind of finding: its id, its usual severity, its meaning, and what yields its issues."""

    id: str
    severity: Severity
    meaning: str
    find: "Find"


def check(check_id: str, severity: Severity) -> "Callable[[Find], Check]":
    """Return a decorator that makes a check of a generator of issues; its docstring is the meaning.

    Args:
        check_id: its name in output and on the command line.
        severity: the usual severity of its findings.
    """
    return lambda find: Check(check_id, severity, " ".join((find.__doc__ or "").split()), find)


class Finding(NamedTuple):
    """One thing that is wrong with a household; its issue names a fix."""

    household: str
    check: Check
    severity: Severity
    issue: Issue

    def as_dict(self) -> dict[str, Any]:
        """Return the finding for JSON; `mend` is the name of `fix` in version 0.1."""
        return {
            "household": self.household,
            "severity": self.severity.value,
            "kind": self.check.id,
            "ids": list(self.issue.ids),
            "text": self.issue.text,
            "hint": self.issue.hint,
            "fix": self.issue.fix,
            "mend": self.issue.fix,
        }
