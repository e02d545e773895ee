"""The life events of households, as users call them: one method an event."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Unpack

from household_graph.changes.draft import Draft
from household_graph.changes.events.come_of_age import come_of_age
from household_graph.changes.events.death import record_death
from household_graph.changes.events.hand_over import hand_over
from household_graph.changes.events.join import Joining, join
from household_graph.changes.events.leave import OwnHousehold, leave, leave_for
from household_graph.changes.events.merge import merge
from household_graph.changes.events.move_home import move_home
from household_graph.changes.events.separate import Separation, separate
from household_graph.changes.resolve_ids import instant_in
from household_graph.changes.service import (
    ChangeGroup,
    ChangeKeywords,
    ChangeResult,
    ChangeService,
    Drafts,
    planned_change,
)
from household_graph.engine.question import Moment
from household_graph.errors import BadInputError
from household_graph.model.enums import RoleName
from household_graph.model.ids import household_of
from household_graph.model.instants import FOREVER


class Events(ChangeGroup):
    """Life events; see `ChangeGroup`.

    An event is refused where it would leave something live without an Admin, Customer, Bill Payer
    or responsible adult; a `successor` takes over whatever would.
    """

    def join(
        self,
        person: str,
        *,
        given_name: str | None = None,
        family_name: str | None = None,
        description: str | None = None,
        birth_date: date | None = None,
        minor: bool = False,
        responsible: Iterable[str] = (),
        guest: bool = False,
        uses: Iterable[str] = (),
        account: str | None = None,
        until: Moment = None,
        **keywords: Unpack[ChangeKeywords],
    ) -> ChangeResult:
        """Let a person join a household: a new one, or one who was in it before.

        Args:
            person: the id of the person.
            given_name: the given name, if there is one.
            family_name: the family name.
            description: who they are, in words.
            birth_date: the date of birth, if it is known.
            minor: whether they are a minor, if the date of birth is not known.
            responsible: ids of the adults responsible for a minor.
            guest: whether they are no member, and use only what is named.
            uses: ids of products, services and devices of which they become Consumer.
            account: on which they become User; None: the first.
            until: when they leave again; None: they stay.
        """
        if isinstance(birth_date, datetime):
            birth_date = birth_date.date()
        properties = {
            "given_name": given_name,
            "family_name": family_name,
            "description": description,
            "birth_date": birth_date,
            "minor": minor or None,
        }
        adults, items = tuple(responsible), tuple(uses)

        def plan(draft: Draft) -> None:
            ends = instant_in(draft, until)
            end = FOREVER if ends is None else ends
            join(draft, person, Joining(properties, adults, guest, items, account, end))

        return self._event("join", f"{person} joins", person, plan, **keywords)

    def leave(
        self,
        person: str,
        *,
        to: str | None = None,
        keep: Iterable[str] = (),
        name: str | None = None,
        successor: str | None = None,
        **keywords: Unpack[ChangeKeywords],
    ) -> ChangeResult:
        """Remove a person from the household, or move them to a new household of their own.

        Args:
            person: the id of the person.
            to: the id of the new household; None: they leave for good.
            keep: ids of products and devices that go along to it.
            name: of the new household.
            successor: the id of who takes over.
        """
        own = OwnHousehold(tuple(keep), name)
        if to is None and (own.kept or name):
            raise BadInputError(
                "what is kept needs a household to go to", hint="name a new one with --to"
            )
        home = household_of(person)

        def plan(drafts: Drafts) -> None:
            if to is None:
                leave(drafts[home], person, successor)
            else:
                leave_for(drafts[home], drafts[to], person, own, successor=successor)

        households = (home, to or home)
        return self._event_of("leave", f"{person} leaves", households, plan, **keywords)

    def separate(
        self,
        household: str,
        new: str,
        *,
        move: Iterable[str],
        both: Iterable[str] = (),
        name: str | None = None,
        successors: Iterable[str] = (),
        **keywords: Unpack[ChangeKeywords],
    ) -> ChangeResult:
        """Split a household in two.

        Args:
            household: the id of the household.
            new: the id of the new one.
            move: ids of people, accounts, bills, products and devices that go to the new one.
            both: ids of minors who belong to both households from then on.
            name: of the new household.
            successors: ids of those who take over, one for each household.
        """
        separation = Separation(tuple(move), tuple(both), name, tuple(successors))

        def plan(drafts: Drafts) -> None:
            separate(drafts[household], drafts[new], separation)

        summary = f"{new} separates from {household}"
        return self._event_of("separate", summary, (household, new), plan, **keywords)

    def merge(
        self,
        household: str,
        *,
        into: str,
        same: Mapping[str, str] | Iterable[tuple[str, str]] = (),
        successor: str | None = None,
        **keywords: Unpack[ChangeKeywords],
    ) -> ChangeResult:
        """Move everything of one household into another, and close the one.

        Args:
            household: the id of the household that is closed.
            into: the id of the one that remains.
            same: for each person who is in both, their full ids in the one and in the other.
            successor: the id of who takes over.
        """
        if household == into:
            raise BadInputError(f"`{into}` cannot be merged into itself")
        one_person = dict(same)

        def plan(drafts: Drafts) -> None:
            merge(drafts[household], drafts[into], one_person, successor)

        summary = f"{household} is merged into {into}"
        return self._event_of("merge", summary, (household, into), plan, **keywords)

    def hand_over(
        self,
        role: RoleName | str,
        target: str,
        *,
        giver: str,
        taker: str,
        **keywords: Unpack[ChangeKeywords],
    ) -> ChangeResult:
        """Hand an Admin, Chooser, Customer or Bill Payer role over to another party.

        Args:
            role: which role.
            target: the id of what it is on.
            giver: the id of who has it now.
            taker: the id of who has it from then on.
        """
        named = RoleName(role)

        def plan(draft: Draft) -> None:
            hand_over(draft, named.kind, target, giver, taker)

        summary = f"{taker} is {named} of {target} for {giver}"
        return self._event("hand-over", summary, target, plan, **keywords)

    def come_of_age(self, person: str, **keywords: Unpack[ChangeKeywords]) -> ChangeResult:
        """End what held for a minor alone: responsibility for them, and their guarantors."""
        return self._event(
            "come-of-age",
            f"{person} comes of age",
            person,
            lambda draft: come_of_age(draft, person),
            **keywords,
        )

    def move_home(
        self,
        household: str,
        place: str,
        *,
        street: str | None = None,
        postal_code: str | None = None,
        city: str | None = None,
        country: str | None = None,
        old: str | None = None,
        left: Iterable[str] = (),
        **keywords: Unpack[ChangeKeywords],
    ) -> ChangeResult:
        """Move a household to a new place, with everything at its old one.

        Args:
            household: the id of the household.
            place: the local id of the new place.
            street: street and number.
            postal_code: the postal code.
            city: the city.
            country: the ISO 3166 code of two letters.
            old: the id of the old place; None: the only one.
            left: ids of products that end, and of devices that stay behind and are locked.
        """
        lines = {"street": street, "postal_code": postal_code, "city": city, "country": country}
        stays = tuple(left)

        def plan(draft: Draft) -> None:
            move_home(draft, place, lines, left=stays, old=old)

        return self._event("move-home", f"{household} moves home", household, plan, **keywords)

    def death(
        self, person: str, *, successor: str | None = None, **keywords: Unpack[ChangeKeywords]
    ) -> ChangeResult:
        """Record that a person has died, and who takes over.

        Args:
            person: the id of the person.
            successor: the id of who takes over.
        """
        return self._event(
            "death",
            f"{person} has died",
            person,
            lambda draft: record_death(draft, person, successor),
            **keywords,
        )

    def _event(
        self,
        name: str,
        summary: str,
        entity_id: str,
        planner: Callable[[Draft], object],
        **keywords: Unpack[ChangeKeywords],
    ) -> ChangeResult:
        household = household_of(entity_id)
        return self._event_of(
            name, summary, (household,), lambda drafts: planner(drafts[household]), **keywords
        )

    def _event_of(
        self,
        name: str,
        summary: str,
        households: tuple[str, ...],
        planner: Callable[[Drafts], object],
        **keywords: Unpack[ChangeKeywords],
    ) -> ChangeResult:
        planned = planned_change(f"event {name}", summary, **keywords)
        planned = replace(planned, require_owners=True)
        return ChangeService(self._connection).change(households, planner, planned)
