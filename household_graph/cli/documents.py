"""`load` and `export`: household documents; `demo`: questions about those that are shipped."""

import os
import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from household_graph.cli.change_command import (
    METHODS,
    ChangeOptions,
    change_options,
    check_room,
    make_change,
)
from household_graph.cli.options import HOUSEHOLD, argument, connected, documents_in, option
from household_graph.cli.output import (
    Format,
    counted,
    emit,
    note,
    plain,
    progress,
    show,
    write,
)
from household_graph.cli.preview import preview_records, show_preview
from household_graph.cli.row_records import row_records
from household_graph.errors import BadInputError
from household_graph.installation import shipped

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from household_graph.changes.service import HouseholdChange
    from household_graph.documents.document import HouseholdDocument
    from household_graph.documents.load import Loaded


_KATIE_AT_THE_BOX = "bakers/katie --device bakers/stb-living-room"
_TOM_AND_THE_MATCH = "bakers/tom bakers/sports --device bakers/stb-living-room"

QUESTIONS = (
    (
        "Which services may Katie, a minor, use on the living-room set-top box, and why?",
        f"services {_KATIE_AT_THE_BOX} --at 2026-11-22T20:00 --all",
    ),
    (
        "It is past bedtime. May Tom watch the sports channel he pays half of?",
        f"check {_TOM_AND_THE_MATCH} --at 2026-11-22T21:30 --explain",
    ),
    (
        "On which devices may the au pair, who has no name here, use the internet?",
        "devices bakers/au-pair bakers/internet --at 2026-11-22T21:30",
    ),
    (
        "Who administers the smart firewall?",
        "who bakers/smart-firewall --action administer --at 2026-11-22T20:00",
    ),
    (
        "Who can use what, and where, at bedtime?",
        "matrix bakers --at 2026-11-22T21:30",
    ),
)
"""Each headline question in words, and the command that answers it."""


METHODS["load"] = ("documents.replace", frozenset({"document"}))


@change_options(requests=True)
def load(
    files: list[Path] = argument("FILE…", "Household documents in YAML; - for stdin."),
    *,
    atomic: bool = option(
        "--atomic", "Load all of the documents or none, in one transaction.", False
    ),
    options: ChangeOptions,
) -> None:
    """Make households in the graph equal to their documents.

    Every file is read and checked before anything is written. Each household is written as a whole
    or not at all; if one is refused, those before it stay and are listed, unless --atomic is given.
    Loading the same document again changes nothing.

    Of a household that is there already, every row that changes is shown, and who gains and loses
    what; formats other than table and csv have each row before and after.
    """
    documents = [document for file in files for document in documents_in(file)]
    if options.is_deferred:
        _ask_for(documents, options)
        return
    if not options.dry_run and not os.environ.get("NEO4J_URI"):  # else it is another machine's disk
        check_room(files, "loading these documents")
    done: list[Loaded] = []
    try:
        done.extend(_loaded(documents, options, atomic=atomic))  # those before an error stay in it
    except BaseException:
        if done and not options.dry_run:
            _show(done, options.output)
            note(f"only {len(done)} of {counted(len(documents), 'household')} are loaded")
        raise
    _show(done, options.output)
    for line in (line for loaded in done for line in loaded.notes):
        note(line)
    if options.dry_run:
        note("nothing was written: this was a dry run")


def _ask_for(documents: "Sequence[HouseholdDocument]", options: ChangeOptions) -> None:
    """Ask for, or simulate, what documents change: of each household by itself."""
    from household_graph.documents.export import dump

    for document in documents:
        make_change("documents.replace", {"document": dump(document)}, options)


def _loaded(
    documents: "Sequence[HouseholdDocument]", options: ChangeOptions, *, atomic: bool
) -> "Iterator[Loaded]":
    """Load documents, and yield what each did; if `atomic`, once all of them are loaded."""
    from household_graph.documents.load import check_documents_reach, load_documents

    parts = [documents] if atomic else [[document] for document in documents]
    with connected() as graph, progress("households", len(documents)) as advance:
        check_documents_reach(graph.store, documents, options.actor)
        if not options.dry_run:
            graph.apply_schema()
        for part in parts:
            yield from load_documents(
                *(graph.store, part),
                dry_run=options.dry_run,
                atomic=True,
                **options.author,
            )
            advance(len(part))


def _show(done: "Sequence[Loaded]", output: Format) -> None:
    """Show what loading did to each household; in a table, below it what changes in those."""
    records = [_record(loaded) for loaded in done]
    if output not in {Format.TABLE, Format.CSV}:
        records = [one | _changes(loaded) for one, loaded in zip(records, done, strict=True)]
    emit(records, output)
    if output is Format.TABLE:
        for loaded in done:
            if loaded.change and not loaded.is_new:
                _show_changes(loaded.change, loaded.zone)


def _show_changes(change: "HouseholdChange", zone: ZoneInfo) -> None:
    from household_graph.changes.change_history import describe_edits

    show(plain(f"\n{change.household}", "bold"))
    for line in describe_edits(change.edits, zone):
        show(plain(line))
    show_preview(change)


def _changes(loaded: "Loaded") -> dict[str, Any]:
    """Return the rows of a household that was there that change, and who gains and loses what."""
    change = None if loaded.is_new else loaded.change
    rows = row_records(change.edits, loaded.zone) if change else {"nodes": [], "relationships": []}
    return rows | (preview_records(change) if change else {"access": [], "roles": []})


def export(
    household: str = HOUSEHOLD,
    output: Format = option("--output -o", "yaml, the document itself, or json.", Format.YAML),
) -> None:
    """Write a household as a document; loading it again changes nothing."""
    from household_graph.documents.export import dump

    if output not in {Format.YAML, Format.JSON}:
        raise BadInputError(
            f"a household cannot be written as {output.value}", hint="use -o yaml or -o json"
        )
    with connected() as graph:
        document = graph.documents.export(household)
    if output is Format.YAML:
        write(dump(document))
    else:
        # Pydantic serializes plainly validated values twice, and warns of what it made itself.
        data = document.model_dump(mode="json", exclude_unset=True, warnings=False)
        emit([data], output, single=True)


def _record(loaded: "Loaded") -> dict[str, Any]:
    """Return how many things changed; `kept` are the ids that the document does not mention."""
    counts = loaded.difference.counts | {"kept": list(loaded.difference.kept)}
    return {"household": loaded.household, "outcome": loaded.outcome} | counts


def demo() -> None:
    """Load the seed households and ask the headline questions about them."""
    from household_graph.cli.main import app

    with connected(local=True):
        pass  # starts the server
    app(["load", *map(str, sorted(shipped("seed").glob("*.yaml")))], standalone_mode=False)
    for question, command in QUESTIONS:
        show(plain(f"\n{question}", "bold"))
        show(plain(f"$ household-graph {command}", "cyan"))
        app(shlex.split(command), standalone_mode=False)
    note("\nthe database keeps running; see household-graph db status, db browser, db stop")
