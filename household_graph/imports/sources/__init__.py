"""Files of exports: found, told what they are, and read record by record."""

from household_graph.imports.sources.opening import open_sources, samples
from household_graph.imports.sources.source_file import Reading, SourceFile

__all__ = ["Reading", "SourceFile", "open_sources", "samples"]
