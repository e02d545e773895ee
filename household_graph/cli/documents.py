"""`load` and `export`: household documents; `demo`: questions about those that are shipped."""

import os
import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from household_graph.cli.change_command import ChangeOptions, change_options, check_room
from household_graph.cli.options import HOUSEHOLD, argument, connected, option
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
from household_graph.errors import BadInputError
from household_graph.installation import shipped

if TYPE_CHECKING:
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


@change_options()
def load(
    files: list[Path] = argument("FILE…", "Household documents in YAML; - for stdin."),
    *,
    options: ChangeOptions,
) -> None:
    """Make households in the graph equal to their documents.

    Every file is read and checked before anything is written. Each household is written as a whole
    or not at all; if one is refused, those before it stay and are listed. Loading the same document
    again changes nothing.
    """
    documents = [document for file in files for document in _read(file)]
    if not options.dry_run and not os.environ.get("NEO4J_URI"):  # else it is another machine's disk
        check_room(files, "loading these documents")
    from household_graph.documents.load import check_documents_reach, load_document

    records: list[dict[str, Any]] = []
    notes: list[str] = []
    try:
        with connected() as graph, progress("households", len(documents)) as advance:
            check_documents_reach(graph.connection, documents, options.actor)
            if not options.dry_run:
                graph.apply_schema()
            for document in documents:
                loaded = load_document(
                    graph.connection, document, dry_run=options.dry_run, **options.author
                )
                records.append(_record(loaded))
                notes += loaded.notes
                advance()
    except BaseException:
        if records and not options.dry_run:
            emit(records, options.output)
            note(f"only {len(records)} of {counted(len(documents), 'household')} are loaded")
        raise
    emit(records, options.output)
    for line in notes:
        note(line)
    if options.dry_run:
        note("nothing was written: this was a dry run")


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


def _read(path: Path) -> "list[HouseholdDocument]":
    from household_graph.documents.read import read_documents

    if str(path) == "-":
        return read_documents(sys.stdin.buffer, "stdin")
    return read_documents(path)


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
