"""The commands that ask: check, services, devices, who, matrix."""

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from household_graph.cli.database import connected
from household_graph.cli.decisions import (
    FLAT_COLUMNS,
    answer,
    decision_table,
    flat_record,
    matrix_table,
)
from household_graph.cli.exit_codes import ExitCode
from household_graph.cli.options import (
    ActionOption,
    AllOption,
    AsOfOption,
    AtOption,
    DeviceOption,
    DryRunOption,
    OptionalHouseholdArgument,
    OptionalPartyArgument,
    OptionalTargetArgument,
    OutputOption,
    PartyArgument,
    RecordedOption,
    TargetArgument,
)
from household_graph.cli.output import Format, emit, emit_each, note, progress, stdout_console
from household_graph.errors import BadInputError
from household_graph.model.enums import Action

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from rich.console import RenderableType

    from household_graph.api.household_graph import HouseholdGraph
    from household_graph.engine.decision import Decision

_MOST_CELLS = 50_000  # of a matrix that is shown as a whole
_MatrixTo = Annotated[
    Path | None,
    typer.Option(
        "--to",
        metavar="PATH",
        help="As a heat map, an .html page, instead; with --all a folder of Parquet files.",
    ),
]
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
OverwriteOption = Annotated[
    bool,
    typer.Option("--overwrite", help="With --all: decide again what the folder holds already."),
]


def check(
    party: OptionalPartyArgument = None,
    target: OptionalTargetArgument = None,
    *,
    device: DeviceOption = None,
    action: ActionOption = Action.USE,
    at: AtOption = None,
    as_of: AsOfOption = None,
    recorded: RecordedOption = None,
    explain: Annotated[
        bool, typer.Option("--explain", help="Show the ids walked for every reason.")
    ] = False,
    batch: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Answer every question of a JSONL or CSV file (- for stdin) with the columns "
            "party, target and, where wanted, action, device, at.",
        ),
    ] = None,
    output: OutputOption = Format.TABLE,
) -> None:
    """May this party use, choose or administer this target, and why?

    Exit code 0 means yes, 4 means no. A batch exits with 0 when every question was answered,
    and with 2 when one of them could not be.
    """
    if batch is not None:
        _check_batch(batch, party, output, as_of, recorded)
        return
    if party is None or target is None:
        raise BadInputError(
            "a check needs a PARTY and a TARGET", hint="or a file of questions: --batch FILE"
        )
    with asked_graph(as_of, recorded) as graph:
        decision = graph.check(party, target, action=action, device=device, at=at)
    picture = answer(decision, explain=explain)
    _emit([decision], output, picture, single=True)
    raise typer.Exit(ExitCode.DONE if decision.allowed else ExitCode.DENIED)


def _check_batch(
    batch: Path, party: str | None, output: Format, as_of: str | None, recorded: str | None
) -> None:
    from household_graph.cli.batch import answer_batch

    if party is not None:
        raise BadInputError(
            "a batch takes its parties from the file", hint="leave PARTY and TARGET out"
        )
    with asked_graph(as_of, recorded) as graph:
        failed = answer_batch(graph, batch, output)
    if failed:
        raise typer.Exit(ExitCode.BAD_INPUT)


def services(
    party: PartyArgument,
    *,
    device: DeviceOption = None,
    at: AtOption = None,
    as_of: AsOfOption = None,
    recorded: RecordedOption = None,
    include_denied: AllOption = False,
    output: OutputOption = Format.TABLE,
) -> None:
    """Which services may this party use, on this device or at all?"""
    with asked_graph(as_of, recorded) as graph:
        found = graph.services(party, device=device, at=at, include_denied=include_denied)
    _emit(found, output, decision_table(found, "target"))


def devices(
    party: PartyArgument,
    target: TargetArgument,
    *,
    at: AtOption = None,
    as_of: AsOfOption = None,
    recorded: RecordedOption = None,
    include_denied: AllOption = False,
    output: OutputOption = Format.TABLE,
) -> None:
    """On which devices may this party use this service or product?"""
    with asked_graph(as_of, recorded) as graph:
        found = graph.devices(party, target, at=at, include_denied=include_denied)
    _emit(found, output, decision_table(found, "device"))


def who(
    target: TargetArgument,
    *,
    device: DeviceOption = None,
    action: ActionOption = Action.USE,
    at: AtOption = None,
    as_of: AsOfOption = None,
    recorded: RecordedOption = None,
    include_denied: AllOption = False,
    output: OutputOption = Format.TABLE,
) -> None:
    """Who may use, choose or administer this target?"""
    with asked_graph(as_of, recorded) as graph:
        found = graph.who(
            target, device=device, action=action, at=at, include_denied=include_denied
        )
    _emit(found, output, decision_table(found, "party"))


def matrix(
    household: OptionalHouseholdArgument = None,
    *,
    at: AtOption = None,
    as_of: AsOfOption = None,
    recorded: RecordedOption = None,
    to: _MatrixTo = None,
    every: EveryOption = False,
    workers: WorkersOption = None,
    reasons: ReasonsOption = False,
    overwrite: OverwriteOption = False,
    dry_run: DryRunOption = False,
    output: OutputOption = Format.TABLE,
) -> None:
    """Show who may use which service on which device: the whole household at a glance.

    With --all, all households, into Parquet files: the same command goes on where it was cut off.
    """
    if every:
        from household_graph.cli.population import HowToDecide, decide_all, require_alone

        require_alone(household, as_of or recorded, to, output)
        how = HowToDecide(at, workers, reasons=reasons, overwrite=overwrite, dry_run=dry_run)
        decide_all(Path(to or ""), how)
        return
    if household is None or workers or reasons or overwrite or dry_run:
        raise BadInputError(
            "name a household; `--workers`, `--reasons`, `--overwrite` and `--dry-run` go with "
            "`--all`",
            hint="household-graph matrix bakers, or household-graph matrix --all --to decided",
        )
    if to is not None:
        require_page(to, output)
    with asked_graph(as_of, recorded) as graph:
        count, found = graph.each_of_matrix(household, at=at)
        _show_matrix(household, count, found, to, output)


def require_page(to: Path, output: Format) -> None:
    """Refuse a path that is no page, or a format beside one.

    Raises:
        BadInputError: if it is so.
    """
    if to.suffix.lower() != ".html" or output is not Format.TABLE:
        raise BadInputError(
            f"`{to}` is no .html file" if output is Format.TABLE else "--to draws a page",
            hint="give --to FILE.html alone for a page, or -o csv without it for a file to read",
        )


def _show_matrix(
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
    with progress("decisions", count) as tell:
        counting = _counting(found, tell)
        if output is not Format.TABLE:
            emit_each(_records(counting, output), output, columns=FLAT_COLUMNS)
            return
        decided = list(counting)
    if to is None:
        _emit(decided, output, matrix_table(decided, stdout_console().width))
        return
    from household_graph.cli.output import write_picture
    from household_graph.viz.heat_map import heat_map

    when = f", {decided[0].at.isoformat()}" if decided else ""
    write_picture(to, heat_map(f"{household}{when}", decided))


def _counting(found: "Iterator[Decision]", tell: "Callable[[], None]") -> "Iterator[Decision]":
    for one in found:
        yield one
        tell()


@contextmanager
def asked_graph(as_of: str | None, recorded: str | None) -> "Iterator[HouseholdGraph]":
    """Yield the graph as it stands, or at an earlier time."""
    with connected() as graph:
        yield graph.past(as_of=as_of, recorded=recorded) if as_of or recorded else graph


def _emit(
    decisions: "Sequence[Decision]",
    output: Format,
    picture: "RenderableType",
    *,
    single: bool = False,
) -> None:
    records = list(_records(decisions, output))
    emit(records, output, columns=FLAT_COLUMNS, picture=picture, single=single)
    if not records:
        note("nothing is allowed here; --all lists what is denied, and why")


def _records(decisions: "Iterable[Decision]", output: Format) -> "Iterator[dict[str, Any]]":
    """Yield decisions as they are written: flat for a csv, whole for everything else."""
    flat = output is Format.CSV
    return (flat_record(one) if flat else one.as_dict() for one in decisions)
