"""`matrix`: a household at a glance, or with `--all` every household, in Parquet files."""

from pathlib import Path
from typing import TYPE_CHECKING

from household_graph.cli.options import (
    AT,
    DRY_RUN,
    HOUSEHOLD,
    OUTPUT,
    AskedState,
    asks_state,
    connected,
    option,
    optional,
)
from household_graph.cli.output import (
    Format,
    counted,
    emit_each,
    note,
    plain,
    progress,
    stdout_console,
    table_of,
    write_picture,
)
from household_graph.cli.questions import (
    FLAT_COLUMNS,
    emit_decisions,
    require_page,
    with_reasons,
)
from household_graph.errors import BadInputError
from household_graph.model.ids import local_id

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from rich.console import RenderableType

    from household_graph.engine.decision import Decision
    from household_graph.viz.heat_map import MatrixRows

_MOST_CELLS = 50_000  # of a matrix that is shown as a whole
_MOST_BLOCKS = 20  # tables that one matrix is cut into
_GAP = 3  # columns between those of a table
_SHADES = {"yes": "black on green", "policy": "white on red", "no-grant": "dim"}
_FILES = {".csv", ".html", ".json", ".jsonl", ".parquet", ".yaml"}


@asks_state
def matrix(
    household: str | None = optional(HOUSEHOLD),
    *,
    at: str | None = AT,
    state: AskedState,
    to: Path | None = option(
        "--to PATH",
        "Draw a heat map on this .html page instead; with --all, the folder for the files.",
    ),
    every: bool = option("--all", "Decide all households, into Parquet files.", False),
    workers: int | None = option(
        "--workers NUMBER", "With --all: the number of processes. Default: 2.", min=1, max=256
    ),
    reasons: bool = option(
        "--reasons", "With --all: also write reasons and next changes; slower.", False
    ),
    overwrite: bool = option(
        "--overwrite", "With --all: replace the files that the folder already has.", False
    ),
    dry_run: bool = DRY_RUN,
    output: Format = OUTPUT,
) -> None:
    """Show who may use which service on which device: the whole household at a glance.

    With --all, it decides all households into Parquet files; if it is interrupted, the same command
    resumes it.
    """
    if every:
        folder = _folder(household, to, output, is_past=any(state))
        _decide_all(folder, at, workers or 2, reasons=reasons, overwrite=overwrite, dry_run=dry_run)
        return
    if household is None or workers or reasons or overwrite or dry_run:
        raise BadInputError(
            "name a household; `--workers`, `--reasons`, `--overwrite` and `--dry-run` go with "
            "`--all`",
            hint="household-graph matrix bakers, or household-graph matrix --all --to decided",
        )
    if to is not None:
        require_page(to, output)
    with state.graph() as graph:
        count, found = graph.each_of_matrix(household, at=at)
        _show(household, count, found, to, output)


def _show(
    household: str, count: int, found: "Iterator[Decision]", to: Path | None, output: Format
) -> None:
    """Show a matrix as a table or a page; any other format is written as it is decided."""
    if output is Format.TABLE and count > _MOST_CELLS:
        raise BadInputError(
            f"the matrix of `{household}` has {count:,} cells, and nobody can look at more than "
            f"{_MOST_CELLS:,}",
            hint="-o csv and -o jsonl write them one by one, `matrix --all` decides all "
            "households into Parquet files",
        )
    with progress("decisions", count) as advance:
        counting = _counting(found, advance)
        if output is not Format.TABLE:
            records = with_reasons((one.as_dict() for one in counting), output)
            emit_each(records, output, columns=FLAT_COLUMNS)
            return
        decided = list(counting)
    if to is None:
        emit_decisions(decided, output, lambda: matrix_table(decided, stdout_console().width))
        return
    from household_graph.viz.heat_map import heat_map

    when = f", {decided[0].at.isoformat()}" if decided else ""
    write_picture(to, heat_map(f"{household}{when}", decided))


def _counting(found: "Iterator[Decision]", advance: "Callable[[], None]") -> "Iterator[Decision]":
    for one in found:
        yield one
        advance()


def matrix_table(decisions: "Iterable[Decision]", width: int) -> "RenderableType":
    """Return an access matrix: a row for each service on a device, a column for each party.

    Where it is wider than the terminal, it is cut into tables below each other.

    Raises:
        BadInputError: if that would be too many tables.
    """
    from rich.console import Group

    from household_graph.viz.heat_map import LETTERS, YES, grid, letters, shade

    found = grid(decisions)
    blocks = list(_blocks(found, width))
    if len(blocks) > _MOST_BLOCKS:
        raise BadInputError(
            f"the matrix of {len(found.parties)} people is too wide for {width} columns",
            hint="draw it with --to FILE.html, or write it with -o csv",
        )
    pictures: list[RenderableType] = []
    for parties in blocks:
        rows = [
            (
                *map(local_id, place),
                *(plain(letters(row[one]), _SHADES[shade(row[one])]) for one in parties),
            )
            for place, row in found.rows.items()
        ]
        pictures += [table_of(("service", "device", *map(local_id, parties)), rows), ""]
    legend = "\n".join(f"{letter} {code.value}" for code, letter in LETTERS.items())
    return Group(*pictures[:-1], plain(f"{YES} yes\n{legend}", "dim"))


def _blocks(found: "MatrixRows", width: int) -> "Iterator[Sequence[str]]":
    """Yield the parties of each table: as many as there is room for beside the first columns."""
    from rich.cells import cell_len

    from household_graph.viz.heat_map import letters

    def widest(texts: "Iterable[str]") -> int:
        return max(map(cell_len, texts), default=0) + _GAP

    left = widest(["service", *(local_id(service) for service, _device in found.rows)])
    left += widest(["device", *(local_id(device) for _service, device in found.rows)])
    block: list[str] = []
    used = left - _GAP
    for party in found.parties:
        room = widest([local_id(party), *(letters(row[party]) for row in found.rows.values())])
        if block and used + room > width:
            yield block
            block, used = [], left - _GAP
        block.append(party)
        used += room
    yield block


def _folder(household: str | None, to: Path | None, output: Format, *, is_past: bool) -> Path:
    """Return the folder for the files of all households."""
    if household or is_past:
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
    return to


def _decide_all(
    folder: Path, at: str | None, workers: int, *, reasons: bool, overwrite: bool, dry_run: bool
) -> None:
    from household_graph.installation import require_extra

    require_extra("parquet", "pyarrow")
    with connected(is_batch=True) as graph:
        from household_graph.batch.scheduler import plan, run  # now that the driver is imported

        planned = plan(graph.connection, folder, at, reasons=reasons, overwrite=overwrite)
    left, parts = len(planned.parts(folder)), len(planned.ends)
    households = counted(planned.households, "household")
    if dry_run:
        note(f"{households} in {counted(parts, 'part')}, {left} to be written")
        return
    decisions = 0
    with progress("households", planned.households) as advance:
        advance(planned.households * (parts - left) // max(1, parts))
        for written in run(folder, planned, workers):
            decisions += written.decisions
            advance(written.households)
    note(f"{households} at {planned.at}: {counted(decisions, 'decision')} written to {folder}")
