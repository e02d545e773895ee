"""What is recorded of people and organizations themselves, corrected or completed."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Unpack

from household_graph.changes.draft import Draft, in_household
from household_graph.changes.service import ChangeGroup, ChangeKeywords, ChangeResult
from household_graph.errors import ArgumentNeededError, BadInputError, did_you_mean
from household_graph.model.enums import OrganizationType
from household_graph.model.ids import nearest
from household_graph.model.instants import to_local, zone_named
from household_graph.model.rows import Value


class Parties(ChangeGroup):
    """What is recorded of people and organizations; see `ChangeGroup`.

    It holds from when it is written on, so `at` cannot be later. What is None stays as it is;
    `remove` has the names of properties to take away, such as `family_name`.
    """

    def update(
        self,
        person: str,
        *,
        given_name: str | None = None,
        family_name: str | None = None,
        description: str | None = None,
        birth_date: date | None = None,
        minor: bool | None = None,
        remove: Iterable[str] = (),
        **keywords: Unpack[ChangeKeywords],
    ) -> ChangeResult:
        """Change what is recorded of a person.

        `minor` says whether a person is one whose birth date is not known; a birth date takes its
        place.

        Raises:
            BadInputError: if nothing is to change, the birth date is in the future, or `minor` is
                given where the birth date is known.
        """
        stated = {
            "given_name": given_name,
            "family_name": family_name,
            "description": description,
            "birth_date": birth_date.date() if isinstance(birth_date, datetime) else birth_date,
        }
        wanted = _changes(stated, remove)
        if not wanted and minor is None:
            raise _nothing("--given-name")

        def plan(draft: Draft) -> None:
            party = in_household(draft, person, "individual", "Individual").id
            check_birth_date(draft, wanted.get("birth_date"), "this is recorded")
            draft.update(party, **wanted)
            born = draft.get(party).properties.get("birth_date")
            if minor is not None and born:
                raise BadInputError(
                    f"`{party}` is born {born}, which says whether they are a minor",
                    hint="correct it with --birth-date, or take it away with --remove birth-date",
                )
            if minor is not None or born:
                draft.update(party, minor=True if minor else None)

        return self._change("party update", f"{person} is changed", person, plan, **keywords)

    def update_organization(
        self,
        organization: str,
        *,
        name: str | None = None,
        time_zone: str | None = None,
        age_of_majority: int | None = None,
        place: str | None = None,
        street: str | None = None,
        postal_code: str | None = None,
        city: str | None = None,
        country: str | None = None,
        remove: Iterable[str] = (),
        **keywords: Unpack[ChangeKeywords],
    ) -> ChangeResult:
        """Change what is recorded of a household, a business or a unit of one.

        The address is that of `place` (None: the only one it is at), and is corrected; a household
        that moves has an event of its own. `age_of_majority` is in years. The clock of `time_zone`,
        an IANA name, is what policies follow from then on; what is recorded keeps its instants.

        Raises:
            BadInputError: if nothing is to change, it is a unit that would get a time zone or an
                age of majority, or it is at no place, or at several.
        """
        parts = {"street": street, "postal_code": postal_code, "city": city, "country": country}
        address = _changes({"name": name, **parts}, remove)
        named = {"name": address.pop("name")} if "name" in address else {}
        measures = time_zone is not None or age_of_majority is not None
        if not (address or named or measures):
            raise _nothing("--name")

        def plan(draft: Draft) -> None:
            own = in_household(draft, organization, "organization", "Organization")
            if own.properties.get("organization_type") == OrganizationType.UNIT and measures:
                raise BadInputError(
                    f"`{own.id}` is a unit, and has the time zone and the age of majority of "
                    f"`{draft.household}`",
                    hint=f"name `{draft.household}`",
                )
            draft.update(own.id, **named)
            if age_of_majority is not None:
                draft.update(own.id, age_of_majority=age_of_majority)
            if time_zone is not None:
                set_time_zone(draft, time_zone)
            if address:
                _correct_address(draft, own.id, place, address)

        summary = f"{organization} is changed"
        return self._change("household update", summary, organization, plan, **keywords)


def check_birth_date(draft: Draft, born: Value | None, when: str) -> None:
    """Refuse a birth date that is after the day of a change, on which something `when` happens."""
    if isinstance(born, date) and born > to_local(draft.at, draft.zone).date():
        raise BadInputError(
            f"`{born}` is after the day on which {when}",
            hint="give the date of birth, or none while it is not known",
        )


def set_time_zone(draft: Draft, name: str) -> None:
    """Let a household follow the clock of another time zone; what is recorded keeps its instants.

    Raises:
        InvalidTimeError: if there is no time zone of that name.
    """
    zone = zone_named(name).key
    if zone != draft.zone.key:
        draft.update(draft.household, time_zone=zone)
        draft.notes.append(
            f"{draft.household} goes by the clock of {zone} now, where it was {draft.zone}; "
            "everything recorded keeps its instant"
        )


def place_of(
    draft: Draft, organization: str, named: str | None, argument: str, hint: str
) -> str | None:
    """Return the place that is named, or the only one where an organization is; None: at none.

    Raises ArgumentNeededError, with a hint, if there are several; `argument` names one.
    """
    if named is not None:
        return in_household(draft, named, "place", "Place").id
    places = draft.index.ends("LOCATED_AT", organization)
    if len(places) > 1:
        raise ArgumentNeededError(
            f"`{organization}` is at several places: {', '.join(places)}",
            argument=argument,
            question="Which one is meant",
            choices=places,
            hint=hint,
        )
    return places[0] if places else None


def _correct_address(
    draft: Draft, organization: str, named: str | None, address: Mapping[str, Value | None]
) -> None:
    place = place_of(draft, organization, named, "place", "name the one that is meant with --place")
    if place is None:
        raise BadInputError(
            f"`{organization}` is at no place",
            hint="`household-graph event move-home` makes one",
        )
    draft.update(place, **address)


def _changes(stated: Mapping[str, Value | None], removed: Iterable[str]) -> dict[str, Value | None]:
    """Return the properties that are stated or taken away; the latter as None.

    Raises BadInputError if one is both, or is not among those that may be stated.
    """
    changes: dict[str, Value | None] = {
        name: value for name, value in stated.items() if value is not None
    }
    for one in removed:
        name = one.replace("-", "_")
        if name not in stated:
            known = [name.replace("_", "-") for name in stated]
            near = did_you_mean(nearest(one, known), f"name one of {', '.join(known)}")
            raise BadInputError(f"`{one}` cannot be taken away", hint=near)
        if changes.get(name) is not None:
            raise BadInputError(f"`{one}` is given and taken away", hint="say the one or the other")
        changes[name] = None
    return changes


def _nothing(example: str) -> BadInputError:
    return BadInputError("nothing is to change", hint=f"say what, such as with {example}")
