"""Exports into files for Neo4j's own offline importer, and the one command that imports them."""

from household_graph.imports.bulk.files import BulkFiles
from household_graph.imports.bulk.writing import write_bulk

__all__ = ["BulkFiles", "write_bulk"]
