"""Household documents: read, checked, made into rows, loaded, and got back out of the graph."""

from household_graph.documents.document import HouseholdDocument
from household_graph.documents.export import dump, from_rows
from household_graph.documents.load import (
    Loaded,
    check_reach,
    export_household,
    load_document,
    load_documents,
)
from household_graph.documents.read import document_of, read_documents
from household_graph.documents.to_rows import to_rows

__all__ = [
    "HouseholdDocument",
    "Loaded",
    "check_reach",
    "document_of",
    "dump",
    "export_household",
    "from_rows",
    "load_document",
    "load_documents",
    "read_documents",
    "to_rows",
]
