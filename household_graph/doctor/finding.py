"""What the doctor looks for and reports: checks, issues, findings, and commands that fix them."""

import shlex
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from household_graph.doctor.check_context import CheckContext


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
        fix: the command line that fixes it.
        hint: what to do with that command, where it is not complete by itself.
        severity: the severity, where it is not the usual one of the check.
    """

    ids: tuple[str, ...]
    text: str
    fix: str
    hint: str | None = None
    severity: Severity | None = None


@dataclass(frozen=True, slots=True)
class Check:
    """One kind of finding.

    Attributes:
        id: its name in output and on the command line.
        severity: the usual severity of its findings.
        meaning: what is wrong, in one sentence.
        find: yields the issues of a household.
    """

    id: str
    severity: Severity
    meaning: str
    find: "Callable[[CheckContext], Iterator[Issue]]"


def check(
    check_id: str, severity: Severity
) -> "Callable[[Callable[[CheckContext], Iterator[Issue]]], Check]":
    """Return a decorator that makes a check of a generator of issues; its docstring is the meaning.

    Args:
        check_id: the name of the check.
        severity: the usual severity of its findings.
    """

    def declare(find: "Callable[[CheckContext], Iterator[Issue]]") -> Check:
        meaning = " ".join((find.__doc__ or "").split())
        return Check(check_id, severity, meaning, find)

    return declare


class Finding(NamedTuple):
    """One thing that is wrong with a household.

    Attributes:
        household: the id of the household.
        check: the check that found it.
        severity: its severity.
        issue: what was found.
    """

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


BROWSER = "household-graph db browser"
"""The fix for what plain Cypher wrote and only plain Cypher can repair."""


def command(*words: str) -> str:
    """Return a command line of words, quoted for a shell."""
    return shlex.join(("household-graph", *words))


def edit_document(household: str) -> str:
    """Return the command line that exports a household, opens an editor, and loads the result."""
    file = shlex.quote(f"{household}.yaml")
    export = command("export", household)
    return f"{export} > {file} && ${{EDITOR:-vi}} {file} && household-graph load {file}"
