"""`cache`: the access cache that questions read, written again where it is not as the graph."""

from itertools import chain
from typing import TYPE_CHECKING, Annotated

import typer

from household_graph.cli.completion import complete_household
from household_graph.cli.database import connected
from household_graph.cli.exit_codes import ExitCode
from household_graph.cli.options import DryRunOption, OutputOption
from household_graph.cli.output import Format, counted, emit, error, note, progress

if TYPE_CHECKING:
    from household_graph.errors import HouseholdGraphError

app = typer.Typer()
_AT_A_TIME = 100  # households locked together
_HouseholdsArgument = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="HOUSEHOLD",
        help="Ids of households or businesses; all of them, if none is given.",
        autocompletion=complete_household,
        show_default=False,
    ),
]


@app.command(epilog="Example: household-graph cache rebuild bakers --check")
def rebuild(
    households: _HouseholdsArgument = None,
    *,
    check: Annotated[
        bool, typer.Option("--check", help="Say for which it is needed, and write nothing.")
    ] = False,
    output: OutputOption = Format.TABLE,
) -> None:
    """Write the access cache again where it does not say what the graph says, or is missing.

    Every change of `household-graph` writes it for its household. It is needed once for a graph
    of an earlier version or after an update of time-zone data, so that questions are answered
    quickly again, and after somebody wrote plain Cypher; `doctor` finds all of these. Removes what
    is cached of households that are not there any more. Lists the households for which it was
    needed; those that cannot be read are named, and end it with exit code 1.
    """
    with connected(is_batch=True) as graph:
        from household_graph.store.cache_rebuild import orphan_caches, rebuild_cache
        from household_graph.store.facts_loader import all_households

        connection = graph.connection
        if not check:
            graph.apply_schema()
        every = households or chain(all_households(connection), orphan_caches(connection))
        wanted = list(dict.fromkeys(every))
        done: list[str] = []
        failed: dict[str, HouseholdGraphError] = {}
        with progress("households", len(wanted)) as tell:
            for start in range(0, len(wanted), _AT_A_TIME):
                part = wanted[start : start + _AT_A_TIME]
                rebuilt = rebuild_cache(connection, part, check=check)
                done += rebuilt.households
                failed |= rebuilt.failed
                tell(len(part))
    emit([{"household": household} for household in done], output, columns=["household"])
    said = "to be rebuilt" if check else "rebuilt"
    note(f"the access cache of {len(done)} of {counted(len(wanted), 'household')} {said}")
    for household, problem in failed.items():
        error(f"`{household}` is left out: {problem.message}", problem.hint)
    if failed:
        raise typer.Exit(ExitCode.FAILED)


def keep_facts(
    households: _HouseholdsArgument = None,
    *,
    dry_run: DryRunOption = False,
    output: OutputOption = Format.TABLE,
) -> None:
    """Deprecated: use `cache rebuild`, which this does; `--dry-run` is `--check` there."""
    note("`keep-facts` is deprecated and goes with the next version: use `cache rebuild`")
    rebuild(households, check=dry_run, output=output)
