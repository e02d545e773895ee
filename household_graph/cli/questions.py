"""The commands that ask: check, services, devices, who, matrix."""

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

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
from household_graph.cli.output import Format, emit, note
from household_graph.cli.population import (
    EveryOption,
    ReasonsOption,
    WorkersOption,
    decide_all,
    require_alone,
)
from household_graph.errors import BadInputError
from household_graph.model.vocabulary import Action

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rich.console import RenderableType

    from household_graph.decision.decision import Decision
    from household_graph.graph.household_graph import HouseholdGraph

__all__ = ["check", "devices", "matrix", "services", "who"]

_MatrixTo = Annotated[
    Path | None,
    typer.Option(
        "--to",
        metavar="PATH",
        help="As a heat map, an HTML page, instead; with --all a folder of Parquet files.",
    ),
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
    with _asked(as_of, recorded) as graph:
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
    with _asked(as_of, recorded) as graph:
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
    with _asked(as_of, recorded) as graph:
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
    with _asked(as_of, recorded) as graph:
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
    with _asked(as_of, recorded) as graph:
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
    dry_run: DryRunOption = False,
    output: OutputOption = Format.TABLE,
) -> None:
    """Show who may use which service on which device: the whole household at a glance.

    With --all, all households, into Parquet files: the same command goes on where it was cut off.
    """
    if every:
        require_alone(household, as_of or recorded, to)
        decide_all(Path(to or ""), at, workers, reasons=reasons, dry_run=dry_run)
        return
    if household is None or workers or reasons or dry_run:
        raise BadInputError(
            "name a household; `--workers`, `--reasons` and `--dry-run` go with `--all`",
            hint="household-graph matrix bakers, or household-graph matrix --all --to decided",
        )
    with _asked(as_of, recorded) as graph:
        found = graph.matrix(household, at=at)
    if to is None:
        _emit(found, output, matrix_table(found))
        return
    from household_graph.cli.files import write_picture
    from household_graph.pictures.matrix import heat_map

    when = f", {found[0].at.isoformat()}" if found else ""
    write_picture(to, heat_map(f"{household}{when}", found))


@contextmanager
def _asked(as_of: str | None, recorded: str | None) -> "Iterator[HouseholdGraph]":
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
    """Write decisions: flat for a csv, whole for everything else."""
    flat = output is Format.CSV
    records = [flat_record(one) if flat else one.as_dict() for one in decisions]
    emit(records, output, columns=FLAT_COLUMNS, picture=picture, single=single)
    if not records:
        note("nothing is allowed here; --all lists what is denied, and why")
