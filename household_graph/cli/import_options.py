"""Arguments and options of `import`."""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from household_graph.cli.database import check_room
from household_graph.cli.options import a_number
from household_graph.errors import BadInputError

if TYPE_CHECKING:
    from household_graph.imports.runs.export import Export


def _complete_profile(incomplete: str) -> list[str]:
    from household_graph.imports.mapping import shipped_profiles

    return [name for name in shipped_profiles() if name.startswith(incomplete)]


def _complete_run(incomplete: str) -> list[str]:
    from household_graph.cli.database import connected, is_running
    from household_graph.errors import HouseholdGraphError
    from household_graph.imports.runs.import_run import fetch_runs

    try:
        if not is_running():
            return []
        with connected() as graph:
            runs = fetch_runs(graph.connection)
    except HouseholdGraphError:
        return []
    return [run.id for run in runs if run.id.startswith(incomplete)]


PathsArgument = Annotated[
    list[Path],
    typer.Argument(
        metavar="PATH…",
        help="Exports: CSV, TSV or JSON lines, also as .gz or .zip, or folders of them.",
    ),
]
ProfileOption = Annotated[
    str | None,
    typer.Option(
        "--profile",
        "-p",
        metavar="NAME",
        help="What is exported; see `import profiles`.",
        autocompletion=_complete_profile,
    ),
]
MappingOption = Annotated[
    Path | None,
    typer.Option("--mapping", "-m", metavar="FILE", help="A mapping; see `import mapping`."),
]
EncodingOption = Annotated[
    str | None,
    typer.Option("--encoding", metavar="NAME", help="Such as cp1252; found out, if not given."),
]
DelimiterOption = Annotated[
    str | None,
    typer.Option("--delimiter", metavar="CHAR", help="Such as ; or tab; found out, if not given."),
]
CompleteOption = Annotated[
    bool,
    typer.Option(
        "--complete", help="The export is whole: what it does not speak of any more has ended."
    ),
]
MergeOption = Annotated[
    float | None,
    typer.Option(
        "--merge-from",
        metavar="CONFIDENCE",
        min=0.5,
        max=1.0,
        callback=a_number,
        help="How sure it must be that two records speak of one person, from 0.5 to 1.",
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


def export_of(
    paths: list[Path],
    *,
    profile: str | None,
    mapping: Path | None,
    encoding: str | None,
    delimiter: str | None,
    merge_from: float | None,
    complete: bool,
) -> "Export":
    """Return what the options ask for.

    Raises:
        BadInputError: if there is no profile or mapping, or both.
        DocumentError: if the mapping is wrong.
    """
    from household_graph.imports.mapping import profile_named, read_mapping
    from household_graph.imports.matching import Thresholds
    from household_graph.imports.runs.export import Export
    from household_graph.imports.sources import Reading

    if (profile is None) == (mapping is None):
        raise BadInputError(
            "give one of --profile and --mapping",
            hint="`household-graph import profiles` lists profiles, and "
            "`household-graph import mapping PATH` guesses a mapping to edit",
        )
    check_room(paths, "this import")
    found = profile_named(profile) if profile else read_mapping(mapping or Path())
    delimiter = {"tab": "\t", "\\t": "\t"}.get(delimiter or "", delimiter)
    thresholds = Thresholds() if merge_from is None else Thresholds(merge=merge_from)
    reading = Reading(encoding=encoding, delimiter=delimiter)
    return Export(tuple(paths), found, reading, complete, thresholds)


def imports_folder() -> Path:
    """Return the folder in which imports leave their reports, for the user's eyes only.

    From here on every file that this process writes is: rejects, staging and the files for the
    importer are about people.

    Raises:
        LocalServerError: the home is somebody else's, or cannot be written.
    """
    from household_graph.local_neo4j.disk import make_private
    from household_graph.local_neo4j.home import locate

    home = locate(None)
    home.make()
    folder = home.root / "imports"
    make_private(folder)
    os.umask(0o077)
    return folder
