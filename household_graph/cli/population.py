"""What `matrix --all` does: a population decided into files, with progress."""

from pathlib import Path
from typing import NamedTuple

from household_graph.cli.database import connected
from household_graph.cli.output import Format, counted, note, progress
from household_graph.errors import BadInputError

_FILES = {".csv", ".html", ".json", ".jsonl", ".parquet", ".yaml"}


class HowToDecide(NamedTuple):
    """What `matrix --all` is asked with; see the options of the same names."""

    at: str | None
    workers: int | None
    reasons: bool
    overwrite: bool
    dry_run: bool


def require_alone(household: str | None, past: str | None, to: Path | None, output: Format) -> None:
    """Refuse what does not go with all households.

    Raises:
        BadInputError: if a household, a past or a format is named, or no folder.
    """
    if household or past:
        raise BadInputError(
            "`--all` goes with neither a household nor `--as-of` or `--recorded`",
            hint="leave one of them out; `--at` says for when",
        )
    if output is not Format.TABLE:
        raise BadInputError(
            f"`--all` writes Parquet files, not {output.value}",
            hint="leave -o out: pandas, polars and Spark read the folder",
        )
    if to is None or to.suffix.lower() in _FILES:
        named = f", not a file such as `{to}`" if to else ""
        raise BadInputError(
            f"all households are decided into the files of a folder{named}",
            hint="name a folder for them with --to",
        )


def decide_all(folder: Path, how: HowToDecide) -> None:
    """Decide all households there are, into Parquet files in a folder."""
    from household_graph.optional_dependencies import require_extra

    require_extra("parquet", "pyarrow")
    with connected(is_batch=True) as graph:
        from household_graph.batch.scheduler import plan, run  # now that the driver is imported

        planned = plan(
            graph.connection, folder, how.at, reasons=how.reasons, overwrite=how.overwrite
        )
    left = planned.parts(folder)
    households = counted(planned.households, "household")
    if how.dry_run:
        note(f"{households} in {counted(len(planned.ends), 'part')}, {len(left)} to be written")
        return
    decisions = 0
    with progress("households", planned.households) as tell:
        tell(planned.households * (len(planned.ends) - len(left)) // max(1, len(planned.ends)))
        for written in run(folder, planned, how.workers or 2):
            decisions += written.decisions
            tell(written.households)
    note(f"{households} at {planned.at}: {counted(decisions, 'decision')} written to {folder}")
