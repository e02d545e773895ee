"""Mappings: what the columns of an export mean, read from files, matched to headers, guessed."""

from household_graph.imports.mapping.compile import CompiledTable, table_for, unused_columns
from household_graph.imports.mapping.mapping import (
    ExportMapping,
    mapping_schema,
    profile_named,
    profile_text,
    read_mapping,
    shipped_profiles,
)

__all__ = [
    "CompiledTable",
    "ExportMapping",
    "mapping_schema",
    "profile_named",
    "profile_text",
    "read_mapping",
    "shipped_profiles",
    "table_for",
    "unused_columns",
]
