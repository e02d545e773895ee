"""`doctor`: what the laws forbid, or a provider would want to know, and what mends it."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from household_graph.cli.completion import complete_household
from household_graph.cli.database import connected
from household_graph.cli.exit_codes import ExitCode
from household_graph.cli.options import AtOption, OutputOption
from household_graph.cli.output import (
    Format,
    counted,
    emit,
    emit_each,
    note,
    plain,
    progress,
    show,
)
from household_graph.doctor.kinds import Kind, Severity
from household_graph.errors import BadInputError
from household_graph.model.ids import nearest

if TYPE_CHECKING:
    from rich.text import Text
    from rich.tree import Tree

    from household_graph.doctor.finding import Finding

_COLUMNS = ("household", "severity", "kind", "ids", "text", "hint", "mend")
_STYLES = {Severity.ERROR: "bold red", Severity.WARNING: "yellow"}


OptionalHouseholdArgument = Annotated[
    str | None,
    typer.Argument(
        metavar="HOUSEHOLD",
        help="Id of a household or business; all of them, if not given.",
        autocompletion=complete_household,
        show_default=False,
    ),
]


def _kind(word: str) -> Kind:
    """Return the kind of a word; what it was called earlier will do for one version."""
    try:
        kind = Kind(word)
    except ValueError:
        near = ", ".join(f"`{one}`" for one in nearest(word, [*Kind]))
        raise BadInputError(
            f"unknown kind of finding `{word}`",
            hint=f"did you mean {near}?" if near else "see household-graph doctor --list",
        ) from None
    if kind != word:
        note(f"`{word}` is deprecated and goes with the next version: use `{kind}`")
    return kind


OnlyOption = Annotated[
    list[Kind] | None,
    typer.Option(
        "--only",
        metavar="KIND",
        parser=_kind,
        autocompletion=lambda: [kind.value for kind in Kind],
        help="Look for this kind alone; see --list.",
    ),
]
SeverityOption = Annotated[
    Severity, typer.Option("--severity", help="Leave out what is less grave than this.")
]
StrictOption = Annotated[
    bool, typer.Option("--strict", help="Let warnings count for the exit code too.")
]
ListOption = Annotated[
    bool, typer.Option("--list", help="List the kinds of findings with their meaning.")
]


def doctor(
    household: OptionalHouseholdArgument = None,
    *,
    at: AtOption = None,
    only: OnlyOption = None,
    severity: SeverityOption = Severity.WARNING,
    strict: StrictOption = False,
    list_kinds: ListOption = False,
    output: OutputOption = Format.TABLE,
) -> None:
    """Find what is wrong with households, each with the command that mends it.

    An error is what a law forbids, a warning what somebody should look at. Exit code 0 means that
    there are no errors (with --strict: nothing at all), 4 that there are.
    """
    if list_kinds:
        emit(list(_kinds()), output)
        return
    with connected(is_batch=True) as graph:
        from household_graph.doctor.rounds import examine_all, examine_one

        kinds = only or ()
        if household is None:
            visits = examine_all(graph.connection, at=at, only=kinds)
        else:
            visits = iter([examine_one(graph.connection, household, at=at, only=kinds)])
        counts = _shown(_wanted(visits, severity), output)
    _say(counts)
    if counts[Severity.ERROR] or (strict and counts[Severity.WARNING]):
        raise typer.Exit(ExitCode.DENIED)


def _kinds() -> Iterator[dict[str, Any]]:
    from household_graph.doctor.checks import CHECKS

    for check in CHECKS:
        yield {
            "kind": check.kind.value,
            "severity": check.severity.value,
            "meaning": check.meaning,
        }


def _wanted(visits: Iterable[list["Finding"]], severity: Severity) -> Iterator[list["Finding"]]:
    """Yield the findings that are grave enough, household by household, and count on stderr."""
    with progress("households") as advance:
        for findings in visits:
            yield [one for one in findings if severity in (Severity.WARNING, one.severity)]
            advance()


def _shown(visits: Iterable[list["Finding"]], output: Format) -> Counter[str]:
    """Show findings, as they come where the format can, and return how many there are of each."""
    counts: Counter[str] = Counter()

    def counting() -> Iterator["Finding"]:
        for findings in visits:
            counts["households"] += 1
            for finding in findings:
                counts[finding.severity] += 1
                yield finding

    if output in {Format.JSONL, Format.CSV}:
        emit_each((finding.as_dict() for finding in counting()), output, columns=_COLUMNS)
    elif output is Format.TABLE:
        for tree in _trees(list(counting())):
            show(tree)
    else:
        emit([finding.as_dict() for finding in counting()], output)
    return counts


def _say(counts: Counter[str]) -> None:
    found = [counted(counts[one], one.value) for one in Severity if counts[one]]
    looked = counted(counts["households"], "household")
    note(f"{looked} looked at: {', '.join(found) or 'nothing found'}")


def _trees(findings: Sequence["Finding"]) -> Iterator["Tree"]:
    """Yield a tree for each household: what is wrong, and below it what mends it."""
    from rich.tree import Tree

    homes: dict[str, Tree] = {}
    for finding in findings:
        home = homes.setdefault(
            finding.household, Tree(plain(finding.household, "bold"), guide_style="dim")
        )
        branch = home.add(_headline(finding))
        branch.add(plain(finding.symptom.mend, "cyan"))
        if finding.symptom.hint:
            branch.add(plain(finding.symptom.hint, "dim"))
    yield from homes.values()


def _headline(finding: "Finding") -> "Text":
    severity = plain(finding.severity.value, _STYLES[finding.severity])
    return severity + plain(f" {finding.kind.value}: {finding.symptom.text}", "default")
