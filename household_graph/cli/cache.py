"""`cache`: rebuild the access cache, which answers questions without reading the graph."""

from itertools import chain
from typing import TYPE_CHECKING, Annotated

import typer

from household_graph.cli.database import connected
from household_graph.cli.exit_codes import ExitCode
from household_graph.cli.options import DryRunOption, OutputOption, argument, option
from household_graph.cli.output import Format, counted, emit, error, note, progress

if TYPE_CHECKING:
    from household_graph.errors import HouseholdGraphError

app = typer.Typer()
_PAGE = 100  # households locked together
_HouseholdsArgument = Annotated[
    list[str] | None,
    argument("HOUSEHOLD", "Ids of households or businesses. Default: all.", show_default=False),
]


@app.command(epilog="Example: household-graph cache rebuild bakers --check")
def rebuild(
    households: _HouseholdsArgument = None,
    *,
    check: Annotated[bool, option("--check", "List the stale caches, and write nothing.")] = False,
    output: OutputOption = Format.TABLE,
) -> None:
    """Rebuild access caches that are missing or differ from the graph.

    Every change by `household-graph` updates the cache of its household. Rebuild it after an
    upgrade or an update of time-zone data, since answers are slow until then, and after changes in
    plain Cypher; `doctor` finds all of these. Also removes the caches of deleted households. Lists
    the households that were rebuilt; if one cannot be read, the exit code is 1.
    """
    done: list[str] = []
    failed: dict[str, HouseholdGraphError] = {}
    with connected(is_batch=True) as graph:
        from household_graph.store.cache_rebuild import orphan_caches, rebuild_cache
        from household_graph.store.facts_loader import all_households

        connection = graph.connection
        if not check:
            graph.apply_schema()
        every = households or chain(all_households(connection), orphan_caches(connection))
        wanted = list(dict.fromkeys(every))
        with progress("households", len(wanted)) as advance:
            for start in range(0, len(wanted), _PAGE):
                page = wanted[start : start + _PAGE]
                rebuilt = rebuild_cache(connection, page, check=check)
                done += rebuilt.households
                failed |= rebuilt.failed
                advance(len(page))
    emit([{"household": household} for household in done], output, columns=["household"])
    result = "to be rebuilt" if check else "rebuilt"
    note(f"the access cache of {len(done)} of {counted(len(wanted), 'household')} {result}")
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
    """Deprecated: use `cache rebuild`; `--dry-run` is `--check` there."""
    note("`keep-facts` is deprecated and goes with the next version: use `cache rebuild`")
    rebuild(households, check=dry_run, output=output)
