"""What of a document could not be read, so that nothing is said only for want of it."""

from dataclasses import dataclass

from household_graph.documents.problems import Loc


@dataclass(frozen=True, slots=True)
class Damage:
    """What had to be taken out of a document, or has something else in its place.

    Attributes:
        items: the places of sections, or of items of sections, with such values in them.
        ghosts: ids of what may have been taken out, or stands in for something.
    """

    items: frozenset[Loc] = frozenset()
    ghosts: frozenset[str] = frozenset()

    def at(self, loc: Loc) -> bool:
        """Return whether the section, or the item of it, that a place is in is damaged."""
        return loc[:1] in self.items or loc[:2] in self.items

    def within(self, *sections: str) -> bool:
        """Return whether anything in these sections is damaged."""
        return any(item[0] in sections for item in self.items)

    @property
    def lost(self) -> frozenset[str]:
        """The sections that could not be read at all, and fields that are none."""
        return frozenset(str(item[0]) for item in self.items if len(item) == 1)


NO_DAMAGE = Damage()
