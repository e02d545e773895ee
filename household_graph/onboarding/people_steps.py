"""The prompts about people: who they are, whether they belong, who answers for the minors."""

from dataclasses import replace
from datetime import date, datetime

from household_graph.documents.values import Day, Moment
from household_graph.engine.ages import birthday
from household_graph.errors import BadInputError
from household_graph.model.instants import instant_of, zone_named
from household_graph.onboarding.answers import Answers, PersonAnswer, people_choices, slug
from household_graph.onboarding.prompts import (
    NOTHING,
    Asking,
    Choice,
    ask,
    ask_one,
    ask_some,
    ask_text,
    ask_yes,
    optional,
    read_as,
    read_yes,
)

_MEMBER, _FOR_A_TIME, _GUEST = "member", "for-a-time", "guest"
_BELONGING = (
    Choice(_MEMBER, "belongs to it"),
    Choice(_FOR_A_TIME, "belongs to it for a time, such as a summer"),
    Choice(_GUEST, "does not belong to it, but uses something"),
)


def ask_people(answers: Answers) -> Asking[None]:
    """Ask for people until there is an adult and nobody is left, then who answers for minors."""
    people, more = answers.people, True
    while more:
        person = yield from _ask_person(answers)
        people.append(person)
        more = yield from ask(
            "Is there anybody else?",
            read_yes if answers.adults else _read_more,
            "no" if answers.adults else "yes",
            "All who live or work there, and all who only use something there.",
        )
    for place, person in enumerate(people):
        if person.is_minor:
            responsible = yield from _ask_responsible(answers, person)
            people[place] = replace(person, responsible=responsible)


def _read_more(text: str) -> bool:
    if not read_yes(text):
        raise BadInputError(
            "there is nobody of age yet, and an adult must hold the account",
            hint="answer yes, and add an adult",
        )
    return True


def _ask_person(answers: Answers) -> Asking[PersonAnswer]:
    number = len(answers.people) + 1
    given = yield from ask_text(
        f"Person {number}: given name", None, "Leave it out for an un-named person."
    )
    family = description = None
    if given is None:
        description = yield from ask_text("Who is it?", None, "In words, such as: the au pair.")
    else:
        usual = answers.people[-1].fields["family_name"] if answers.people else None
        family = yield from ask_text("Family name", usual, "- for none.")
    shown = given or description or f"person {number}"
    own_id = yield from answers.ids.ask(
        f"Id of {shown}",
        slug(shown, f"person-{number}"),
        "Letters, digits, `-` and `_`; no household.",
    )
    born, is_minor = yield from _ask_age(answers, shown)
    fields = {
        "given_name": given,
        "family_name": family,
        "description": description,
        "birth_date": born,
        "minor": True if is_minor and not born else None,
    }
    person = PersonAnswer(own_id, given or description or own_id, fields, is_minor)
    return (yield from _ask_belonging(answers, person))


def _ask_age(answers: Answers, shown: str) -> Asking[tuple[date | None, bool]]:
    majority, zone = answers.household.age_of_majority, answers.household.time_zone
    born: date | None = yield from ask(
        f"Birth date of {shown}",
        optional(read_as(Day)),
        NOTHING,
        "As 2013-05-14; it decides who is a minor, and until when. - if it is not known.",
    )
    if born is not None:
        return born, birthday(born, majority, zone_named(zone)) > answers.setting.now
    minor = yield from ask_yes(f"Is {shown} a minor?", f"Below {majority} years.", default=False)
    return None, minor


def _ask_belonging(answers: Answers, person: PersonAnswer) -> Asking[PersonAnswer]:
    household = answers.household
    belonging = yield from ask_one(
        f"Does {person.shown} belong to {household.name}?",
        _BELONGING,
        _MEMBER,
        "What is granted to it reaches those who belong to it; others are granted things by name.",
    )
    if belonging == _MEMBER:
        return person
    since: date | datetime = yield from ask(
        f"{person.shown} is there from",
        read_as(Moment),
        household.since.isoformat(),
        "A date, or a local time.",
    )
    zone = zone_named(household.time_zone)

    def read_end(text: str) -> date | datetime:
        end: date | datetime = read_as(Moment)(text)
        if instant_of(end, zone) <= instant_of(since, zone):
            raise BadInputError(f"`{end}` is not after `{since}`, when it starts")
        return end

    until: date | datetime | None = yield from ask(
        f"{person.shown} is there until",
        optional(read_end),
        NOTHING,
        "The first day after it is over; - if that is open.",
    )
    return replace(person, is_member=belonging == _FOR_A_TIME, span=(since, until))


def _ask_responsible(answers: Answers, minor: PersonAnswer) -> Asking[tuple[str, ...]]:
    adults = answers.adults
    members = [adult.id for adult in adults if adult.is_member] or [adults[0].id]
    return ask_some(
        f"Who is responsible for {minor.shown}?",
        people_choices(adults),
        members[:1] if answers.is_business else members,
        "One adult or more. They can answer for what a minor orders or pays.",
        least=1,
    )
