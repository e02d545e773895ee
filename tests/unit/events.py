"""Life events of one household as `Events` plans them, on drafts, without a database."""

from collections.abc import Iterable, Mapping
from typing import Any

from household_graph.changes.draft import Draft
from household_graph.changes.life_events import Events
from household_graph.model.enums import InvolvementKind, PartyRoleKind, RoleName
from household_graph.model.instants import FOREVER, to_utc
from tests.unit.drafts import on

__all__ = ["come_of_age", "hand_over", "join", "leave", "move_home", "record_death"]


def join(
    draft: Draft,
    person: str,
    properties: Mapping[str, Any],
    *,
    responsible: Iterable[str] = (),
    account: str | None = None,
    until: int = FOREVER,
) -> None:
    end = None if until == FOREVER else to_utc(until)
    on(draft, Events).join(
        person, **properties, responsible=responsible, account=account, until=end
    )


def leave(draft: Draft, person: str, successor: str | None = None) -> None:
    on(draft, Events).leave(person, successor=successor)


def record_death(draft: Draft, person: str, successor: str | None = None) -> None:
    on(draft, Events).death(person, successor=successor)


def come_of_age(draft: Draft, person: str) -> None:
    on(draft, Events).come_of_age(person)


def hand_over(
    draft: Draft, kind: PartyRoleKind | InvolvementKind, target: str, giver: str, taker: str
) -> None:
    [role] = [one for one in RoleName if one.kind is kind]
    on(draft, Events).hand_over(role, target, giver=giver, taker=taker)


def move_home(draft: Draft, place: str, address: Mapping[str, Any], **left: Any) -> None:  # noqa: ANN401 - as of `Events`
    on(draft, Events).move_home(draft.household, place, **address, **left)
