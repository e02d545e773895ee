"""Who meets what the laws ask, at the instant a change is made."""

from collections.abc import Iterable

from household_graph.changes.authorization.rights import Demand, Law, Right, RightKind
from household_graph.changes.authorization.state import State, is_minor
from household_graph.changes.authorization.telling import TELLING, is_admin_by_record
from household_graph.engine.ownership import takes_part
from household_graph.engine.paths import inactive


class Standing:
    """Tells which demands a party meets.

    Attributes:
        state: the household by which it is told: as it is before the change.
    """

    def __init__(self, state: State, now: int) -> None:
        """Look at a household at an instant, in milliseconds."""
        self.state, self._now = state, now

    def meets(self, party: str, demand: Demand) -> bool:
        """Return whether a party has one of the rights that would do."""
        return self.able(party) and any(self._has(party, right) for right in demand.rights)

    def in_words(self, party: str, demand: Demand) -> Demand:
        """Return a demand that a party does not meet, by the law that says why.

        Whoever is only too young to be Admin of what it takes is told so.
        """
        young = any(
            right.kind is RightKind.ADMIN
            and self._minor(party)
            and is_admin_by_record(self.state, party, right.of, self._now)
            for right in demand.rights
        )
        return demand._replace(law=Law.MINOR_ADMINS) if young else demand

    def meets_all(self, party: str, demands: Iterable[Demand]) -> bool:
        """Return whether a party meets every one of some demands."""
        return all(self.meets(party, demand) for demand in demands)

    def able(self, party: str) -> bool:
        """Return whether a party is active and, if it is a person, takes part in anything."""
        asker = self.state.facts.askers.get(party)
        if asker is None or asker.kind == "Resource" or inactive(self.state.facts, party):
            return False
        person = asker.kind == "Individual"
        return not person or takes_part(self.state.index, party, self._now)

    def people(self) -> list[str]:
        """Return the people who are able to have rights."""
        return sorted(
            asker.id
            for asker in self.state.facts.askers.values()
            if asker.kind == "Individual" and self.able(asker.id)
        )

    def _has(self, party: str, right: Right) -> bool:
        if right.adult and self._minor(party):
            return False
        return TELLING[right.kind](self.state, party, right.of, self._now)

    def _minor(self, party: str) -> bool:
        return is_minor(self.state.facts, party, self._now)
