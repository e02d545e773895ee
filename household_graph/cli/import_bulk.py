"""`import bulk`: a very large export by way of Neo4j's own offline importer."""

import shutil
from getpass import getuser
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from household_graph.cli.exit_codes import ExitCode
from household_graph.cli.import_options import (
    DelimiterOption,
    EncodingOption,
    MappingOption,
    MergeOption,
    PathsArgument,
    ProfileOption,
    export_of,
    imports_folder,
)
from household_graph.cli.import_pictures import show_imported
from household_graph.cli.options import ActorOption, OutputOption, ReasonOption
from household_graph.cli.output import Format, note, progress
from household_graph.errors import BadInputError

if TYPE_CHECKING:
    from household_graph.crm.bulk import BulkFiles

__all__ = ["bulk"]


def bulk(
    paths: PathsArgument,
    *,
    profile: ProfileOption = None,
    mapping: MappingOption = None,
    encoding: EncodingOption = None,
    delimiter: DelimiterOption = None,
    merge_from: MergeOption = None,
    to: Annotated[
        Path | None, typer.Option("--to", metavar="FOLDER", help="Where the files go.")
    ] = None,
    run: Annotated[
        bool, typer.Option("--run", help="Import them into the local server, which is empty.")
    ] = False,
    actor: ActorOption = None,
    reason: ReasonOption = None,
    output: OutputOption = Format.TABLE,
) -> None:
    """Write the files for Neo4j's offline importer, and the one command that imports them.

    For a first, very large import into an empty database: what comes of it is what `import run`
    makes, only sooner. The server is stopped while the importer works; `--run` sees to that.
    """
    from household_graph.crm.bulk import write_bulk

    if run:
        _check_target()
    export = export_of(
        paths,
        profile=profile,
        mapping=mapping,
        encoding=encoding,
        delimiter=delimiter,
        merge_from=merge_from,
        complete=False,
    )
    folder = to or imports_folder() / f"{export.mapping.source}.bulk"
    done, files = write_bulk(
        export, folder, imports_folder(), progress, actor=actor or getuser(), reason=reason
    )
    if run:
        _import(files, keep=to is not None)
    show_imported(done, output, command=None if run else files)
    if done.reports.rejected:
        raise typer.Exit(ExitCode.REJECTED)


def _check_target() -> None:
    """Refuse before the files are written what would be refused after."""
    from household_graph.graph.connection import ServerSettings
    from household_graph.graph.local.importing import check_empty

    if uri := ServerSettings().uri:
        raise BadInputError(
            f"`--run` imports into the local server, and NEO4J_URI names `{uri}`",
            hint="leave it out, and run the command that is shown where that server lives",
        )
    check_empty()


def _import(files: "BulkFiles", *, keep: bool) -> None:
    from household_graph.graph.local.importing import import_into_local

    server = import_into_local(files.options)
    note(f"imported {files.households:,} households into {server.bolt_uri}")
    if not keep:
        shutil.rmtree(files.folder)
