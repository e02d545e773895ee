"""`import bulk`: a very large export by way of Neo4j's own offline importer."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from household_graph.cli.change_command import ChangeOptions, change_options
from household_graph.cli.database import may_make_local
from household_graph.cli.exit_codes import ExitCode
from household_graph.cli.import_leftovers import if_interrupted, whole_or_gone
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
from household_graph.cli.output import counted, note, progress
from household_graph.errors import BadInputError

if TYPE_CHECKING:
    from household_graph.imports.bulk import BulkFiles
    from household_graph.imports.runs.export import Export
    from household_graph.imports.runs.staged import Imported
    from household_graph.model.actor import Actor


@change_options(dry_run=False)
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
    options: ChangeOptions,
) -> None:
    """Write the files for Neo4j's offline importer, and the one command that imports them.

    For a first, very large import into an empty database, of a server with many processors most
    of all: what comes of it is what `import run` makes. The server is stopped while the importer
    works; `--run` sees to that.
    """
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
    with if_interrupted("nothing is imported; the same command begins anew"):
        done, files = _written(export, folder, options.actor, options.reason)
        if run:
            _import(files, keep=to is not None)
    show_imported(done, options.output, command=None if run else files)
    if done.reports.rejected:
        raise typer.Exit(ExitCode.REJECTED)


def _check_target() -> None:
    """Refuse before the files are written what would be refused after."""
    from household_graph.store.bulk_import import check_empty
    from household_graph.store.connection import ServerSettings, without_login

    if uri := ServerSettings().uri:
        raise BadInputError(
            f"`--run` imports into the local server, and NEO4J_URI names `{without_login(uri)}`",
            hint="leave it out, and run the command that is shown where that server lives",
        )
    check_empty(create=may_make_local())


def _written(
    export: "Export", folder: Path, actor: "Actor", reason: str | None
) -> "tuple[Imported, BulkFiles]":
    from household_graph.imports.bulk import write_bulk

    with whole_or_gone(folder), _folder_errors(folder):
        return write_bulk(export, folder, imports_folder(), progress, actor=actor, reason=reason)


@contextmanager
def _folder_errors(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise BadInputError(
            f"`{error.filename or folder}` cannot be written to: {error.strerror}",
            hint="choose another folder with --to, or make room",
        ) from error


def _import(files: "BulkFiles", *, keep: bool) -> None:
    from household_graph.store.bulk_import import import_into_local

    try:
        server = import_into_local(files.options)
    finally:
        if not keep:
            shutil.rmtree(files.folder, ignore_errors=True)
    note(f"imported {counted(files.households, 'household')} into {server.bolt_uri}")
