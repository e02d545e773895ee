"""Sources: the files of exports, opened and read record by record; one module a format."""

from household_graph.imports.sources.open import ReadOptions, SourceFile, open_sources, samples

__all__ = ["ReadOptions", "SourceFile", "open_sources", "samples"]
