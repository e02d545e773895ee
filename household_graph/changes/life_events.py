"""The life events of households, as users call them: one method an event."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Unpack

from household_graph.changes.draft import span_until
from household_graph.changes.service import ChangeGroup, ChangeKeywords, ChangeResult
from household_graph.engine.question import Moment
from household_graph.errors import BadInputError
from household_graph.model.enums import RoleName
from household_graph.model.ids import household_of


class Events(ChangeGroup):
    """Life events; see `ChangeGroup`.

    An event is refused where it would leave something live without an Admin, Customer, Bill Payer
    or responsible adult; a `successor`, the id of a party, takes over whatever would. Arguments
    that are lists have ids.
    """

    # Each method imports its own event, because a command makes only one of them.

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

        They become User of the account (None: of the first), and Consumer of the products, services
        and devices in `uses`; a `guest` is no member, and uses only these. A `minor` is one whose
        birth date is not known; `responsible` are the adults responsible for a minor. With `until`
        they leave again.
        """
        from household_graph.changes.events.join import join

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
        return self._event(
            "join",
            f"{person} joins",
            [household_of(person)],
            lambda draft: join(
                draft,
                person,
                properties,
                responsible=adults,
                guest=guest,
                uses=items,
                account=account,
                until=span_until(draft, until)[1],
            ),
            **keywords,
        )

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

        `to` is the id of the new household (None: they leave for good), `name` its name, and `keep`
        are the products and devices that go along.
        """
        summary, home, kept = f"{person} leaves", household_of(person), tuple(keep)
        if to is not None:
            from household_graph.changes.events.separate import leave_for

            return self._event(
                "leave",
                summary,
                [home, to],
                lambda old, own: leave_for(
                    old, own, person, keep=kept, name=name, successor=successor
                ),
                **keywords,
            )
        if kept or name:
            raise BadInputError(
                "what is kept needs a household to go to", hint="name a new one with --to"
            )
        from household_graph.changes.events.leave import leave

        return self._event(
            "leave", summary, [home], lambda draft: leave(draft, person, successor), **keywords
        )

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

        The people, accounts, bills, products and devices in `move` go to the new household, and the
        minors in `both` belong to both from then on. `name` is that of the new household. There may
        be one successor for each household.
        """
        from household_graph.changes.events.separate import separate

        moved, shared, heirs = tuple(move), tuple(both), tuple(successors)
        return self._event(
            "separate",
            f"{new} separates from {household}",
            [household, new],
            lambda old, own: separate(old, own, moved, both=shared, name=name, successors=heirs),
            **keywords,
        )

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

        `same` has, for each person who is in both, their full ids in the one and in the other.
        """
        from household_graph.changes.events.merge import merge

        if household == into:
            raise BadInputError(f"`{into}` cannot be merged into itself")
        one_person = dict(same)
        return self._event(
            "merge",
            f"{household} is merged into {into}",
            [household, into],
            lambda source, target: merge(source, target, one_person, successor),
            **keywords,
        )

    def hand_over(
        self,
        role: RoleName | str,
        target: str,
        *,
        giver: str,
        taker: str,
        **keywords: Unpack[ChangeKeywords],
    ) -> ChangeResult:
        """Hand an Admin, Chooser, Customer or Bill Payer role over to another party."""
        from household_graph.changes.events.hand_over import hand_over

        named = RoleName(role)
        return self._event(
            "hand-over",
            f"{taker} is {named} of {target} for {giver}",
            [household_of(target)],
            lambda draft: hand_over(draft, named.kind, target, giver, taker),
            **keywords,
        )

    def come_of_age(self, person: str, **keywords: Unpack[ChangeKeywords]) -> ChangeResult:
        """End what held for a minor alone: responsibility for them, and their guarantors."""
        from household_graph.changes.events.leave import come_of_age

        return self._event(
            "come-of-age",
            f"{person} comes of age",
            [household_of(person)],
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

        `place` is the local id of the new place, `country` the ISO 3166 code of two letters, and
        `old` the place that is left (None: the only one). Products in `left` end; devices in it
        stay behind and are locked.
        """
        from household_graph.changes.events.move_home import move_home

        address = {"street": street, "postal_code": postal_code, "city": city, "country": country}
        stays = tuple(left)
        return self._event(
            "move-home",
            f"{household} moves home",
            [household_of(household)],
            lambda draft: move_home(draft, place, address, left=stays, old=old),
            **keywords,
        )

    def death(
        self, person: str, *, successor: str | None = None, **keywords: Unpack[ChangeKeywords]
    ) -> ChangeResult:
        """Record that a person has died, and who takes over."""
        from household_graph.changes.events.leave import record_death

        return self._event(
            "death",
            f"{person} has died",
            [household_of(person)],
            lambda draft: record_death(draft, person, successor),
            **keywords,
        )

    def _event(
        self,
        name: str,
        summary: str,
        households: Sequence[str],
        planner: Callable[..., object],
        **keywords: Unpack[ChangeKeywords],
    ) -> ChangeResult:
        """Make an event; the planner takes the drafts of the households, in this order."""
        return self._change(
            f"event {name}", summary, households, planner, require_owners=True, **keywords
        )
