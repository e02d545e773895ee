"""Whether what is written can be read back: a household, exported and loaded, is as it was."""

import io
from collections.abc import Iterator

from household_graph.documents.diff import difference
from household_graph.documents.document import HouseholdDocument
from household_graph.documents.export import dump, from_rows
from household_graph.documents.read import read_documents
from household_graph.documents.to_rows import to_rows
from household_graph.documents.to_rows import zone_of as zone_of_document
from household_graph.errors import DocumentError
from household_graph.model.instants import to_local, to_utc
from household_graph.model.rows import Rows, zone_of
from household_graph.viz.diagram import rows_at

__all__ = ["exported_again", "not_read_back"]


def exported_again(document: HouseholdDocument, instant: int) -> HouseholdDocument:
    """Return a document that is written as a file, and read at an instant."""
    moment = to_local(instant, zone_of_document(document)).replace(tzinfo=None)
    [read] = read_documents(io.StringIO(dump(document)), document.organization.id, today=moment)
    return read


def not_read_back(rows: Rows, instant: int) -> Iterator[str]:
    """Yield what a household would lose or gain by an export that is loaded at an instant."""
    if zone_of(rows.household, rows.nodes) is None:  # it is not there
        return
    try:
        from_rows(rows_at(rows, instant))
        read = to_rows(exported_again(from_rows(rows), instant))
    except DocumentError as error:
        yield error.message
        return
    edits = difference(rows, read, to_utc(instant)).edits
    yield from (f"{edit.before} is {edit.after}" for edit in edits.nodes)
    yield from (f"{edit.before} is {edit.after}" for edit in edits.relationships)
