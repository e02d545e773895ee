"""What `matrix --all` does: a population decided into files, with progress."""

from pathlib import Path
from typing import Annotated

import typer

from household_graph.cli.database import connected
from household_graph.cli.output import counted, note, progress
from household_graph.errors import BadInputError

__all__ = ["EveryOption", "ReasonsOption", "WorkersOption", "decide_all", "require_alone"]

EveryOption = Annotated[
    bool, typer.Option("--all", help="Decide all households there are, into files.")
]
WorkersOption = Annotated[
    int | None,
    typer.Option(
        "--workers",
        min=1,
        max=256,
        metavar="NUMBER",
        help="With --all: processes; 2, if not given.",
    ),
]
ReasonsOption = Annotated[
    bool,
    typer.Option("--reasons", help="With --all: write reasons and next changes too; slower."),
]


def require_alone(household: str | None, past: str | None, to: Path | None) -> None:
    """Refuse what does not go with all households.

    Raises:
        BadInputError: if a household or a past is named, or no folder.
    """
    if household or past:
        raise BadInputError(
            "`--all` goes with neither a household nor `--as-of` or `--recorded`",
            hint="leave one of them out; `--at` says for when",
        )
    if to is None:
        raise BadInputError(
            "all households are decided into files", hint="name a folder for them with --to"
        )


def decide_all(
    folder: Path, at: str | None, workers: int | None, *, reasons: bool, dry_run: bool
) -> None:
    """Decide all households there are, into Parquet files in a folder."""
    from household_graph.extras import require_extra

    require_extra("parquet", "pyarrow")
    with connected() as graph:
        from household_graph.population.run import plan, run  # now that the driver is imported

        planned = plan(graph.connection, folder, at, reasons=reasons)
    left = planned.parts(folder)
    households = counted(planned.households, "household")
    if dry_run:
        note(f"{households} in {counted(len(planned.ends), 'part')}, {len(left)} to be written")
        return
    decisions = 0
    with progress("households", planned.households) as tell:
        tell(planned.households * (len(planned.ends) - len(left)) // max(1, len(planned.ends)))
        for written in run(folder, planned, workers or 2):
            decisions += written.decisions
            tell(written.households)
    said = f"{counted(decisions, 'decision')} written" if left else "all was written before"
    note(f"{households} at {planned.at}: {said} to {folder}")
