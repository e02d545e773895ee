"""Which functional roles a change gives and takes: Customer, Bill Payer and User of accounts."""

from collections.abc import Mapping
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from household_graph.engine.timeline import NEVER, Timeline
from household_graph.engine.timeline_difference import (
    DifferingPeriod,
    DifferingTimes,
    ZonedTimeline,
    timeline_difference,
)
from household_graph.model.enums import PartyRoleKind
from household_graph.model.rows import RowIndex
from household_graph.model.spans import Span, span_of, union

_Held = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class RoleChange:
    """A functional role that a party gains or loses, from a time on, for a time or for good.

    Attributes:
        effect: `gains` or `loses`.
        role: the kind of the role: `Customer`, `BillPayer` or `User`.
    """

    effect: str
    party: str
    role: str
    account: str
    times: DifferingTimes

    @property
    def periods(self) -> tuple[DifferingPeriod, ...]:
        """When the party has the role with the change alone, or without it alone."""
        return self.times.periods


def compare_roles(
    before: RowIndex, after: RowIndex, zone: ZoneInfo, instant: int
) -> list[RoleChange]:
    """Return the functional roles that are gained and lost from an instant on, by account.

    Times are in a zone, that of the household.
    """
    sides = _held(before), _held(after)
    found = []
    for held in sorted(sides[0].keys() | sides[1].keys()):
        was, now = (ZonedTimeline(side.get(held, NEVER), zone) for side in sides)
        gained, lost = timeline_difference((was, now), instant)
        account, role, party = held
        found += [
            RoleChange(effect, party, role, account, times)
            for effect, times in (("gains", gained), ("loses", lost))
            if times.periods
        ]
    return found


def _held(index: RowIndex) -> Mapping[_Held, Timeline]:
    """Return when parties have functional roles, by account, kind and party."""
    found: dict[_Held, tuple[Span, ...]] = {}
    for kind in PartyRoleKind:
        for role in index.labelled(kind.value):
            for account in index.ends("ON_ACCOUNT", role.id):
                for party in index.starts("PLAYS", role.id):
                    held = account, kind.value, party
                    found[held] = union((*found.get(held, ()), Span(*span_of(role.properties))))
    return {held: Timeline(spans) for held, spans in found.items()}
