"""The questions about people: who they are, whether they belong, who answers for the minors."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from household_graph.documents.values import Day, Moment
from household_graph.engine.ages import birthday
from household_graph.errors import BadInputError
from household_graph.model.instants import zone_named
from household_graph.onboarding.asking import (
    ask_for,
    ask_one,
    ask_some,
    ask_text,
    ask_yes,
)
from household_graph.onboarding.household import Household, Setting
from household_graph.onboarding.names import Ids, slug
from household_graph.onboarding.question import NOTHING, Asking, Choice
from household_graph.onboarding.values import as_kind, keep_the_rules, optional, yes

_MEMBER, _FOR_A_TIME, _GUEST = "member", "for-a-time", "guest"
_BELONGING = (
    Choice(_MEMBER, "belongs to it"),
    Choice(_FOR_A_TIME, "belongs to it for a time, such as a summer"),
    Choice(_GUEST, "does not belong to it, but uses something"),
)


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody.

    Attributes:
        id: the local id.
        given_name: None for an un-named person.
        family_name: None if not known.
        description: who it is, of an un-named person.
        birth_date: None if not known.
        is_minor: on the day of the interview.
        is_member: whether what the household is granted reaches it.
        span: since when and until when it is there, if for a time; either may be open.
        responsible: the ids of the adults who are responsible for it.
    """

    id: str
    given_name: str | None
    family_name: str | None
    description: str | None
    birth_date: date | None
    is_minor: bool
    is_member: bool = True
    span: tuple[date | datetime | None, date | datetime | None] = (None, None)
    responsible: tuple[str, ...] = ()

    @property
    def shown(self) -> str:
        """What to call the person."""
        return self.given_name or self.description or self.id


def choices_of(people: Sequence[Person]) -> tuple[Choice, ...]:
    """Return people to choose from."""
    return tuple(Choice(person.id, person.shown) for person in people)


def ask_people(household: Household, setting: Setting, ids: Ids) -> Asking[tuple[Person, ...]]:
    """Ask for one person after the other, of whom one is of age, and who answers for minors."""
    people: list[Person] = []
    more = True
    while more:
        family = people[-1].family_name if people else None
        people.append((yield from _person(len(people) + 1, family, household, setting, ids)))
        adults = [person for person in people if not person.is_minor]
        more = yield from ask_for(
            "Is there anybody else?",
            yes if adults else _more,
            "no" if adults else "yes",
            "Everybody who lives or works there, and who only uses something there.",
        )
    for place, person in enumerate(people):
        people[place] = yield from _looked_after(person, adults, household)
    return tuple(people)


def _more(text: str) -> bool:
    if not yes(text):
        raise BadInputError(
            "there is nobody of age yet, and somebody has to hold the account",
            hint="answer yes, and add an adult",
        )
    return True


def _person(
    number: int, family: str | None, household: Household, setting: Setting, ids: Ids
) -> Asking[Person]:
    given = yield from ask_text(
        f"Person {number}: given name", None, "Leave it out for somebody un-named."
    )
    family_name = description = None
    if given is None:
        description = yield from ask_text("Who is it?", None, "In words, such as: the au pair.")
    else:
        family_name = yield from ask_text("Family name", family, "- for none.")
    shown = given or description or f"person {number}"
    wanted = ids.free(slug(shown, f"person-{number}"))
    own_id = yield from ask_for(
        f"Id of {shown}", ids.reader(), wanted, "Letters, digits, `-` and `_`; no household."
    )
    born, is_minor = yield from _age(shown, household, setting)
    person = Person(ids.take(own_id), given, family_name, description, born, is_minor)
    return (yield from _belonging(person, household))


def _age(shown: str, household: Household, setting: Setting) -> Asking[tuple[date | None, bool]]:
    born: date | None = yield from ask_for(
        f"Birth date of {shown}",
        optional(as_kind(Day)),
        NOTHING,
        "As 2013-05-14; it tells who is a minor, and until when. - if it is not known.",
    )
    if born is not None:
        of_age = birthday(born, household.age_of_majority, zone_named(household.time_zone))
        return born, of_age > setting.now
    minor = yield from ask_yes(
        f"Is {shown} a minor?", f"Below {household.age_of_majority} years.", default=False
    )
    return None, minor


def _belonging(person: Person, household: Household) -> Asking[Person]:
    how = yield from ask_one(
        f"Does {person.shown} belong to {household.name}?",
        _BELONGING,
        _MEMBER,
        "What is granted to it reaches those who belong to it; others are granted things by name.",
    )
    if how == _MEMBER:
        return person
    since: date | datetime = yield from ask_for(
        f"{person.shown} is there from",
        as_kind(Moment),
        household.since.isoformat(),
        "A date, or a local time.",
    )
    until: date | datetime | None = yield from ask_for(
        f"{person.shown} is there until",
        optional(lambda text: _end(text, since, household)),
        NOTHING,
        "The first day on which it is over; - if that is open.",
    )
    return replace(person, is_member=how == _FOR_A_TIME, span=(since, until))


def _end(text: str, since: date | datetime, household: Household) -> date | datetime:
    """Read the end of a time, which comes after its beginning."""
    end: date | datetime = as_kind(Moment)(text)
    link = {"to": household.id, "valid_from": since, "valid_to": end}
    organization = {"id": household.id, "time_zone": household.time_zone}
    somebody = {"id": "somebody-else", "member_of": (link,)}
    keep_the_rules({"organization": organization, "individuals": (somebody,)})
    return end


def _looked_after(person: Person, adults: Sequence[Person], household: Household) -> Asking[Person]:
    if not person.is_minor:
        return person
    members = [adult.id for adult in adults if adult.is_member] or [adults[0].id]
    responsible = yield from ask_some(
        f"Who is responsible for {person.shown}?",
        choices_of(adults),
        members[:1] if household.is_business else members,
        "One adult or more. They can answer for what a minor orders or pays.",
        least=1,
    )
    return replace(person, responsible=responsible)
