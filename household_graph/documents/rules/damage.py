"""The parts of a document that failed to parse, to suppress follow-on problems."""

from dataclasses import dataclass

from household_graph.documents.problems import Loc


@dataclass(frozen=True, slots=True)
class Unreadable:
    """What was removed from a document, or replaced by a placeholder.

    Attributes:
        items: the locations of sections, or of items of sections, with such values in them.
        placeholders: ids of what may have been removed, and placeholders of references.
    """

    items: frozenset[Loc] = frozenset()
    ids: frozenset[str] = frozenset()

    def at(self, loc: Loc) -> bool:
        """Return whether the section, or the item of it, of a location is affected."""
        return loc[:1] in self.items or loc[:2] in self.items

    def within(self, *sections: str) -> bool:
        """Return whether anything in these sections is affected."""
        return any(item[0] in sections for item in self.items)

    @property
    def lost(self) -> frozenset[str]:
        """The sections that could not be read at all, and unknown fields."""
        return frozenset(str(item[0]) for item in self.items if len(item) == 1)
