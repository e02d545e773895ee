"""Who is the same person, and who lives in one household: by keys, and by what is alike."""

from household_graph.imports.matching.resolving import resolve
from household_graph.imports.matching.scores import Thresholds
from household_graph.imports.matching.traits import Traits, add_traits, traits_of

__all__ = ["Thresholds", "Traits", "add_traits", "resolve", "traits_of"]
