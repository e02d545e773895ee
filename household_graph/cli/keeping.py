"""`keep-facts`: what questions read at once, written anew where it is not what is there."""

from typing import Annotated

import typer

from household_graph.cli.completion import complete_household
from household_graph.cli.database import connected
from household_graph.cli.options import DryRunOption, OutputOption
from household_graph.cli.output import Format, counted, emit, note, progress

__all__ = ["keep_facts"]

_AT_A_TIME = 100  # households locked together


def keep_facts(
    households: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="HOUSEHOLD",
            help="Ids of households or businesses; all of them, if none is given.",
            autocompletion=complete_household,
            show_default=False,
        ),
    ] = None,
    *,
    dry_run: DryRunOption = False,
    output: OutputOption = Format.TABLE,
) -> None:
    """Keep the facts of households anew, for questions to read, where they are not as in the graph.

    Every change of `household-graph` does this for its household. It is needed once for a graph
    of an earlier version, and after somebody wrote to the graph in plain Cypher; `doctor` finds
    both. Lists the households for which it was needed.
    """
    with connected(is_batch=True) as graph:
        from household_graph.graph.facts import all_households
        from household_graph.graph.keeping import keep_facts as keep

        if not dry_run:
            graph.apply_schema()
        wanted = list(dict.fromkeys(households or all_households(graph.connection)))
        done: list[str] = []
        with progress("households", len(wanted)) as tell:
            for start in range(0, len(wanted), _AT_A_TIME):
                part = wanted[start : start + _AT_A_TIME]
                done += keep(graph.connection, part, dry_run=dry_run)
                tell(len(part))
    emit([{"household": household} for household in done], output, columns=["household"])
    said = "would be kept anew" if dry_run else "kept anew"
    note(f"{len(done)} of {counted(len(wanted), 'household')} {said}")
