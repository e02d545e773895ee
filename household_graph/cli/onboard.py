"""`onboard`: a new household or business, by prompts or from a document."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from household_graph.cli.change_command import ChangeOptions, change_options
from household_graph.cli.database import connected
from household_graph.cli.exit_codes import ExitCode
from household_graph.cli.options import option
from household_graph.cli.output import emit, note, stderr_console
from household_graph.errors import BadInputError, HouseholdGraphError, OutcomeUnknownError

if TYPE_CHECKING:
    from household_graph.documents.document import HouseholdDocument
    from household_graph.documents.load import Loaded

_SourceOption = Annotated[
    str | None,
    option("--from FILE", "Ask nothing, and read this household document; - for stdin."),
]
_OfferingOption = Annotated[
    list[str] | None,
    option(
        "--offering FILE|NAME",
        "The products to choose from; can be repeated. Default: all shipped offerings.",
    ),
]
_SaveOption = Annotated[
    Path | None,
    option("--save FILE", "Save the answers as a household document for --from; in a dry run too."),
]


@change_options()
def onboard(
    *,
    source: _SourceOption = None,
    offering: _OfferingOption = None,
    save: _SaveOption = None,
    options: ChangeOptions,
) -> None:
    """Ask for a new household or business, show it, and write it.

    Defaults are in brackets; `?` explains a question, `<` goes back to the one before, `:quit`
    and Ctrl-C stop and write nothing. The household must be new.
    """
    if save:
        from household_graph.cli.onboard_terminal import new_file

        new_file(str(save))
    if source is None:
        _by_prompts(offering or [], save, options)
    elif offering:
        raise BadInputError("`--offering` is of no use with `--from`", hint="leave one out")
    else:
        from household_graph.cli.tree_view import tree

        document = _read(source)
        stderr_console().print(tree(document))
        _finish(document, _written(document, options), save, options)


def _by_prompts(offerings: list[str], save: Path | None, options: ChangeOptions) -> None:
    """Ask, write the answers if that is confirmed, and save them if they cannot be written."""
    if not sys.stdin.isatty():
        raise BadInputError(
            "there is no terminal to ask on",
            hint="hand in a household document with --from FILE, or --from - for stdin",
        )
    from household_graph.cli.onboard_terminal import Quit, ask_for_household

    try:
        document, save, wanted = ask_for_household(offerings, save, dry_run=options.dry_run)
    except (Quit, KeyboardInterrupt) as left:
        note("\nnothing was written")
        if isinstance(left, Quit):
            raise typer.Exit(ExitCode.FAILED) from left
        raise
    if not wanted:
        _finish(document, None, save, options)
        return
    try:
        loaded = _written(document, options)
    except HouseholdGraphError as problem:
        raise _rescued(document, save, problem) from problem
    _finish(document, loaded, save, options)


def _written(document: "HouseholdDocument", options: ChangeOptions) -> "Loaded":
    from household_graph.documents.load import load_document

    with connected() as graph:
        if not options.dry_run:
            graph.apply_schema()
        return load_document(
            graph.connection,
            document,
            action="onboard",
            only_new=True,
            dry_run=options.dry_run,
            **options.author,
        )


def _finish(
    document: "HouseholdDocument",
    loaded: "Loaded | None",
    save: Path | None,
    options: ChangeOptions,
) -> None:
    """Save the document if requested, and report what was done."""
    if save:
        _save(document, save, written=loaded is not None and not options.dry_run)
        note(f"saved as {save}")
    if loaded:
        record: dict[str, Any] = {"household": loaded.household, "outcome": loaded.outcome}
        saved = {"saved": str(save) if save else None}
        emit([record | loaded.difference.counts | saved], options.output)
        for line in loaded.notes:
            note(line)
    if options.dry_run:
        note("nothing was written: this was a dry run")
    elif not loaded:
        note(f"nothing was written; do it with household-graph onboard --from {save}")


def _rescued(
    document: "HouseholdDocument", save: Path | None, problem: HouseholdGraphError
) -> HouseholdGraphError:
    """Save answers that could not be written, and return the error to raise."""
    from household_graph.cli.onboard_terminal import free_file

    path = save or free_file(document.organization.id)
    _save(document, path, written=False)
    if isinstance(problem, OutcomeUnknownError):
        note(f"your answers are in {path}")
    else:
        note(f"nothing was written, but your answers are in {path}")
        note(f"go on with: household-graph onboard --from {path}")
    return problem


def _save(document: "HouseholdDocument", path: Path, *, written: bool) -> None:
    from household_graph.documents.export import dump

    try:
        with path.open("x", encoding="utf-8", newline="\n") as file:
            file.write(dump(document))
    except OSError as error:
        own_id = document.organization.id
        raise BadInputError(
            f"cannot write `{path}`: {(error.strerror or str(error)).lower()}",
            hint=f"the household is there; `household-graph export {own_id}` gives the document"
            if written
            else "name another file with --save",
        ) from error


def _read(source: str) -> "HouseholdDocument":
    from household_graph.documents.read import read_documents

    if source == "-":
        documents = read_documents(sys.stdin.buffer, "stdin")
    else:
        documents = read_documents(source)
    if len(documents) > 1:
        raise BadInputError(
            f"`{source}` holds {len(documents)} households",
            hint="onboard one at a time, or load them all with `household-graph load`",
        )
    return documents[0]
