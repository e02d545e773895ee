"""`doctor`: list what is wrong with households, and the commands that fix it."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING

import typer

from household_graph.cli.exit_codes import ExitCode
from household_graph.cli.options import (
    AT,
    OUTPUT,
    AskedState,
    argument,
    asks_state,
    option,
)
from household_graph.cli.output import Format, counted, emit, emit_each, note, plain, progress, show
from household_graph.doctor.check_context import Check, Finding, Severity
from household_graph.errors import BadInputError, did_you_mean
from household_graph.model.ids import nearest

if TYPE_CHECKING:
    from rich.tree import Tree

_COLUMNS = ("household", "severity", "kind", "ids", "text", "hint", "fix", "mend")
_STYLES = {Severity.ERROR: "bold red", Severity.WARNING: "yellow"}
_DEPRECATED_IDS = {
    "stale-facts": "stale-cache",
    "grant-to-nobody": "ineffective-grant",
    "of-age-with-guardian": "adult-with-guardian",
}
"""The ids of checks in version 0.1, accepted for one version."""


def _check(check_id: str) -> Check:
    """Return the check of an id; a deprecated id is accepted with a warning."""
    from household_graph.doctor.runner import CHECKS

    current = _DEPRECATED_IDS.get(check_id, check_id)
    if current not in CHECKS:
        hint = did_you_mean(nearest(check_id, CHECKS), "see household-graph doctor --list")
        raise BadInputError(f"unknown check `{check_id}`", hint=hint)
    if current != check_id:
        note(f"`{check_id}` is deprecated and goes with the next version: use `{current}`")
    return CHECKS[current]


def _complete_check() -> list[str]:
    from household_graph.doctor.runner import CHECKS

    return list(CHECKS)


@asks_state
def doctor(
    household: str | None = argument(
        "HOUSEHOLD", "Id of a household or business. Default: all.", None, show_default=False
    ),
    *,
    at: str | None = AT,
    state: AskedState,
    only: list[Check] | None = option(
        "--only CHECK",
        "Run only this check; see --list. May be given again.",
        parser=_check,
        autocompletion=_complete_check,
    ),
    severity: Severity = option("--severity", "The minimum severity to list.", Severity.WARNING),
    strict: bool = option("--strict", "Exit with 4 for warnings too.", False),
    list_checks: bool = option("--list", "List the checks and their meanings.", False),
    output: Format = OUTPUT,
) -> None:
    """Find what is wrong with households, each with the command that fixes it.

    An error breaks a law or makes an answer wrong; a warning may be a mistake. The exit code is 4
    if there are errors (with --strict: any findings), otherwise 0.
    """
    from household_graph.doctor.runner import CHECKS, examine_all, examine_one

    if list_checks:
        checks = CHECKS.values()
        emit([{"kind": c.id, "severity": c.severity, "meaning": c.meaning} for c in checks], output)
        return
    with state.graph(is_batch=True) as graph:
        if household is None:
            households = examine_all(graph.store, at=at, only=only or ())
        else:
            one = partial(examine_one, graph.store, household, at=at)
            households = iter([one(only=only or ())])
        counts: Counter[str] = Counter()
        selected = _selected(households, severity, counts)
        if output is Format.TABLE:
            for tree in _trees(list(selected)):
                show(tree)
        else:
            emit_each((finding.as_dict() for finding in selected), output, columns=_COLUMNS)
    listed = ", ".join(counted(counts[one], one.value) for one in Severity if counts[one])
    note(f"{counted(counts['households'], 'household')} examined: {listed or 'nothing found'}")
    if counts[Severity.ERROR] or (strict and counts[Severity.WARNING]):
        raise typer.Exit(ExitCode.DENIED)


def _selected(
    households: Iterable[list[Finding]], severity: Severity, counts: Counter[str]
) -> Iterator[Finding]:
    """Yield the findings of a minimum severity, and count them, with progress on stderr."""
    with progress("households") as advance:
        for findings in households:
            shown = [one for one in findings if severity in (Severity.WARNING, one.severity)]
            counts["households"] += 1
            counts.update(one.severity for one in shown)
            yield from shown
            advance()


def _trees(findings: Sequence[Finding]) -> Iterable["Tree"]:
    """Return a tree for each household, with its findings and below each the fix."""
    from rich.tree import Tree

    trees: dict[str, Tree] = {}
    for household, check, severity, issue in findings:
        tree = trees.setdefault(household, Tree(plain(household, "bold"), guide_style="dim"))
        headline = plain(severity.value, _STYLES[severity])
        branch = tree.add(headline + plain(f" {check.id}: {issue.text}", "default"))
        branch.add(plain(issue.fix, "cyan"))
        if issue.hint:
            branch.add(plain(issue.hint, "dim"))
    return trees.values()
