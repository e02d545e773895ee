"""Arguments and options of `import`."""

import inspect
import os
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from household_graph.cli.database import check_room
from household_graph.cli.options import a_number
from household_graph.cli.output import note
from household_graph.errors import BadInputError

if TYPE_CHECKING:
    from household_graph.imports.pipeline import Export


def _complete_profile(incomplete: str) -> list[str]:
    from household_graph.imports.mapping import shipped_profiles

    return [name for name in shipped_profiles() if name.startswith(incomplete)]


def _complete_run(incomplete: str) -> list[str]:
    from household_graph.cli.database import connected, is_running
    from household_graph.errors import HouseholdGraphError
    from household_graph.imports.import_run import fetch_runs

    try:
        if not is_running():
            return []
        with connected() as graph:
            runs = fetch_runs(graph.connection)
    except HouseholdGraphError:
        return []
    return [run.id for run in runs if run.id.startswith(incomplete)]


ProfileOption = Annotated[
    str | None,
    typer.Option(
        "--profile",
        "-p",
        metavar="NAME",
        help="The kind of export; see `import profiles`.",
        autocompletion=_complete_profile,
    ),
]
OneRunArgument = Annotated[
    str,
    typer.Argument(metavar="RUN", help="Id of the run.", autocompletion=_complete_run),
]
RunArgument = Annotated[
    str | None,
    typer.Argument(
        metavar="RUN",
        help="Id of the run, such as import-telco-1; the newest, if not given.",
        autocompletion=_complete_run,
    ),
]
_PathsArgument = Annotated[
    list[Path],
    typer.Argument(
        metavar="PATH…",
        help="Exports: CSV, TSV or JSON lines, also as .gz or .zip, or folders of them.",
    ),
]
_MappingOption = Annotated[
    Path | None,
    typer.Option("--mapping", "-m", metavar="FILE", help="A mapping; see `import mapping`."),
]
_EncodingOption = Annotated[
    str | None,
    typer.Option("--encoding", metavar="NAME", help="Such as cp1252; detected, if not given."),
]
_DelimiterOption = Annotated[
    str | None,
    typer.Option("--delimiter", metavar="CHAR", help="Such as ; or tab; detected, if not given."),
]
_MergeOption = Annotated[
    float | None,
    typer.Option(
        "--merge-from",
        metavar="CONFIDENCE",
        min=0.5,
        max=1.0,
        callback=a_number,
        help="The confidence, from 0.5 to 1, at which two records are merged into one person.",
    ),
]
_FullOption = Annotated[
    bool,
    typer.Option(
        "--full-export",
        help="Treat the export as complete: end everything it no longer contains.",
    ),
]
_CompleteOption = Annotated[bool, typer.Option("--complete", hidden=True)]


def export_options(*, full: bool = True) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Give a command the arguments and options of an export.

    The function takes the export as `export`.

    Args:
        full: whether it has `--full-export`.
    """
    added: dict[str, tuple[object, object]] = {
        "paths": (_PathsArgument, inspect.Parameter.empty),
        "profile": (ProfileOption, None),
        "mapping": (_MappingOption, None),
        "encoding": (_EncodingOption, None),
        "delimiter": (_DelimiterOption, None),
        "merge_from": (_MergeOption, None),
    }
    if full:
        added |= {"full_export": (_FullOption, False), "complete": (_CompleteOption, False)}

    def decorate(function: Callable[..., None]) -> Callable[..., None]:
        @wraps(function)
        def command(**given: Any) -> None:  # noqa: ANN401 - what typer has read
            options = {name: given.pop(name) for name in added}
            function(export=_export(**options), **given)

        own = inspect.signature(function).parameters.values()
        parameters = [
            inspect.Parameter(
                name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=kind
            )
            for name, (kind, default) in added.items()
        ]
        parameters += [one for one in own if one.name != "export"]
        command.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
        command.__annotations__ = {one.name: one.annotation for one in parameters}
        return command

    return decorate


def _export(
    paths: list[Path],
    *,
    profile: str | None,
    mapping: Path | None,
    encoding: str | None,
    delimiter: str | None,
    merge_from: float | None,
    full_export: bool = False,
    complete: bool = False,
) -> "Export":
    """Return the export that the options describe.

    Raises:
        BadInputError: if there is no profile or mapping, or both.
        DocumentError: if the mapping is wrong.
    """
    from household_graph.imports.mapping import profile_named, read_mapping
    from household_graph.imports.matching import Thresholds
    from household_graph.imports.pipeline import Export
    from household_graph.imports.sources import ReadOptions

    if complete:
        note("`--complete` is deprecated and goes with the next version: use `--full-export`")
    if (profile is None) == (mapping is None):
        raise BadInputError(
            "give one of --profile and --mapping",
            hint="`household-graph import profiles` lists profiles, and "
            "`household-graph import mapping PATH` guesses a mapping to edit",
        )
    check_room(paths, "this import")
    return Export(
        tuple(paths),
        profile_named(profile) if profile else read_mapping(mapping or Path()),
        ReadOptions(encoding, {"tab": "\t", "\\t": "\t"}.get(delimiter or "", delimiter)),
        full_export or complete,
        Thresholds() if merge_from is None else Thresholds(merge=merge_from),
    )


def imports_folder() -> Path:
    """Return the folder in which imports leave their reports, readable by the user alone.

    From here on that is true of every file that this process writes: rejects, staging and the
    files for the importer are about people.

    Raises:
        LocalServerError: the home belongs to somebody else, or cannot be written.
    """
    from household_graph.local_neo4j.disk import make_private
    from household_graph.local_neo4j.home import locate

    home = locate(None)
    home.make()
    folder = home.root / "imports"
    make_private(folder)
    os.umask(0o077)
    return folder
