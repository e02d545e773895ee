"""Mappings: what the columns of an export mean, read from files, fitted to headers, guessed."""

from household_graph.imports.mapping.compiling import CompiledTable, compile_table
from household_graph.imports.mapping.document import Mapping
from household_graph.imports.mapping.fitting import table_for, unused_columns
from household_graph.imports.mapping.guessing import guess_mapping
from household_graph.imports.mapping.reading import (
    mapping_schema,
    mapping_text,
    profile_named,
    profile_text,
    read_mapping,
    shipped_profiles,
)

__all__ = [
    "CompiledTable",
    "Mapping",
    "compile_table",
    "guess_mapping",
    "mapping_schema",
    "mapping_text",
    "profile_named",
    "profile_text",
    "read_mapping",
    "shipped_profiles",
    "table_for",
    "unused_columns",
]
