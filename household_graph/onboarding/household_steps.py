"""The prompts about the household or business itself, its people, and its accounts."""

import re
from collections.abc import Callable
from datetime import date, datetime

from household_graph.documents.load import household_exists
from household_graph.documents.values import Age, HouseholdId, TimeZone
from household_graph.engine.facts import birthday
from household_graph.errors import BadInputError
from household_graph.model.enums import OrganizationType, PartyRoleKind
from household_graph.model.instants import instant_of, to_local, zone_named
from household_graph.onboarding.answers import (
    AccountAnswer,
    Answers,
    Data,
    slug,
)
from household_graph.onboarding.prompts import (
    NOTHING,
    optional,
    read_as,
    read_number_as,
    read_shares,
    read_yes,
)

_KINDS = {"household": "a household", "business": "a small business"}
_MEMBER, _FOR_A_TIME, _GUEST = "member", "for-a-time", "guest"
_BELONGING = {
    _MEMBER: "belongs to it",
    _FOR_A_TIME: "belongs to it for a time, such as a summer",
    _GUEST: "does not belong to it, but uses something",
}


def ask_household(answers: Answers) -> None:
    """Ask for the kind, the name, the id, the time zone, the age of majority, and the address."""
    setting = answers.setting
    explanation = "Both work alike; it decides what is offered."
    kind = answers.ask_one("A household or a business?", _KINDS, "household", explanation)
    name = answers.ask_name("Its name", f"The new {kind}", "What people call it.")
    proposed = slug(name[4:] if name.lower().startswith("the ") else name, kind)
    explanation = "Stands in front of all other ids, as in `bakers/katie`: letters, digits and `-`."
    own_id = answers.ask("Its id", _new_id(setting.taken), proposed, explanation)
    explanation = "The IANA name, such as Europe/London. Curfews, dates and ages follow it."
    zone: str = answers.ask("Its time zone", read_as(TimeZone), setting.time_zone, explanation)
    explanation = "In years; younger people are minors."
    majority: int = answers.ask("Of age from", read_number_as(Age), "18", explanation)
    answers.zone = zone_named(zone)
    today = to_local(setting.now, answers.zone).date().isoformat()
    explanation = "A date, or a local time such as 2026-11-22T20:00."
    since = answers.ask("From when does all this hold?", answers.read_moment, today, explanation)
    answers.organization = {
        "id": answers.ids.take_free(own_id),
        "name": name,
        "organization_type": kind,
        "time_zone": zone,
        "age_of_majority": majority,
    }
    answers.household, answers.since, answers.kind = own_id, since, OrganizationType(kind)
    answers.offerings = setting.offerings(answers.kind)
    street = answers.ask_text("Street and number", None, "Of the address; - for none.")
    if street is not None:
        home = answers.ids.take_free("home")
        answers.add("places", home, **ask_address(answers, street))
        answers.places[home] = street


def _new_id(taken: Callable[[str], bool]) -> Callable[[str], str]:
    def read(text: str) -> str:
        household: str = read_as(HouseholdId)(text)
        if taken(household):
            raise household_exists(household)
        return household

    return read


def ask_address(answers: Answers, street: str | None) -> Data:
    """Ask for the rest of the address of a street."""
    postal_code = answers.ask_text("Postal code", None, "- for none.")
    city = answers.ask_text("City", None, "- for none.")
    explanation = "Its name, or the code of two letters, such as GB."
    read, usual = optional(_country_reader(answers)), answers.country or NOTHING
    country = answers.ask("Country", read, usual, explanation)
    return {"street": street, "postal_code": postal_code, "city": city, "country": country}


def _country_reader(answers: Answers) -> Callable[[str], str]:
    def read(text: str) -> str:
        code = answers.setting.read_country(text, answers.country)
        if not re.fullmatch("[A-Z]{2}", code):
            hint = "use two letters, such as GB"
            raise BadInputError(f"`{text}` is no code of a country", hint=hint)
        return code

    return read


def ask_people(answers: Answers) -> None:
    """Ask for people until there is an adult and nobody is left, then who answers for minors."""
    more, explanation = True, "All who live or work there, and all who only use something there."
    while more:
        _ask_person(answers)
        read, usual = (read_yes, "no") if answers.adults else (_read_more, "yes")
        more = answers.ask("Is there anybody else?", read, usual, explanation)
    for minor in answers.minors:
        answers.minors[minor] = _ask_responsible(answers, minor)
        for adult in answers.minors[minor]:
            entry = answers.sections["individuals"][adult]
            entry.setdefault("responsible_for", []).append(minor)


def _read_more(text: str) -> bool:
    if read_yes(text):
        return True
    message = "there is nobody of age yet, and an adult must hold the account"
    raise BadInputError(message, hint="answer yes, and add an adult")


def _ask_person(answers: Answers) -> None:
    number = len(answers.people) + 1
    explanation = "Leave it out for an un-named person."
    given = answers.ask_text(f"Person {number}: given name", None, explanation)
    family = description = None
    if given is None:
        description = answers.ask_text("Who is it?", None, "In words, such as: the au pair.")
    else:
        others = [*answers.sections["individuals"].values()]
        usual = others[-1].get("family_name") if others else None
        family = answers.ask_text("Family name", usual, "- for none.")
    called = given or description or f"person {number}"
    proposed = slug(called, f"person-{number}")
    own_id = answers.ask_id(f"Id of {called}", proposed, "; no household")
    born, is_minor = _ask_age(answers, called)
    answers.people[own_id] = given or description or own_id
    if is_minor:
        answers.minors[own_id] = ()
    is_member = _ask_belonging(answers, own_id)
    if not is_member:
        answers.guests.append(own_id)
    membership = {"to": answers.household, **answers.stays.get(own_id, {})}
    answers.add(
        "individuals",
        own_id,
        given_name=given,
        family_name=family,
        description=description,
        birth_date=born,
        minor=True if is_minor and not born else None,
        member_of=[membership] if is_member else None,
    )


def _ask_age(answers: Answers, called: str) -> tuple[date | None, bool]:
    majority: int = answers.organization["age_of_majority"]
    text, read = f"Birth date of {called}", optional(_birth_date_reader(answers))
    explanation = "As 2013-05-14 or 14 May 2013; it decides who is a minor. - if it is not known."
    born: date | None = answers.ask(text, read, NOTHING, explanation)
    if born is not None:
        return born, birthday(born, majority, answers.zone) > answers.setting.now
    minor = answers.ask_yes(f"Is {called} a minor?", f"Below {majority} years.", default=False)
    return None, minor


def _birth_date_reader(answers: Answers) -> Callable[[str], date]:
    def read(text: str) -> date:
        born = answers.read_day(text)
        if born > to_local(answers.setting.now, answers.zone).date():
            raise BadInputError(f"`{born}` is in the future", hint="give the date of birth")
        return born

    return read


def _ask_belonging(answers: Answers, person: str) -> bool:
    """Ask whether a person is a member, and from when until when they are there."""
    called = answers.people[person]
    text = f"Does {called} belong to {answers.organization['name']}?"
    explanation = (
        "What is granted to it reaches those who belong to it; others are granted things by name."
    )
    belonging = answers.ask_one(text, _BELONGING, _MEMBER, explanation)
    if belonging == _MEMBER:
        return True
    text, usual = f"{called} is there from", answers.since.isoformat()
    since = answers.ask(text, answers.read_moment, usual, "A date, or a local time.")

    def read_end(text: str) -> date | datetime:
        end = answers.read_moment(text)
        if instant_of(end, answers.zone) <= instant_of(since, answers.zone):
            raise BadInputError(f"`{end}` is not after `{since}`, when it starts")
        return end

    text = f"{called} is there until"
    explanation = "The first day after it is over; - if that is open."
    until = answers.ask(text, optional(read_end), NOTHING, explanation)
    answers.stays[person] = {"valid_from": since} | ({"valid_to": until} if until else {})
    return belonging == _FOR_A_TIME


def _ask_responsible(answers: Answers, minor: str) -> tuple[str, ...]:
    adults = answers.adults
    members = [one for one in adults if one not in answers.stays] or [*adults][:1]
    usual = members[:1] if answers.kind is OrganizationType.BUSINESS else members
    explanation = "One adult or more. They can answer for what a minor orders or pays."
    text = f"Who is responsible for {answers.people[minor]}?"
    return answers.ask_some(text, adults, usual, explanation, least=1)


def ask_accounts(answers: Answers) -> None:
    """Ask for one account after the other: who holds it, and who pays what."""
    more, explanation = True, "For a person who holds and pays part of the products separately."
    while more:
        _ask_account(answers)
        more = answers.ask_yes("Is there another account?", explanation, default=False)


def _ask_account(answers: Answers) -> None:
    people, first = answers.people, not answers.accounts
    text = "Whose account is it?" if first else "Whose is the other account?"
    explanation = "The Customer, who appoints those who choose and administer its products."
    customer = answers.ask_one(text, people, next(iter(answers.adults)), explanation)
    whose = answers.organization["name"] if first else people[customer]
    name = answers.ask_name("Name of the account", f"Account of {whose}")
    proposed = "account" if first else f"{customer}-account"
    own_id = answers.ask_id("Id of the account", proposed)
    bill = answers.ids.take_free("bill" if first else f"{customer}-bill")
    payers = answers.ask_some("Who pays?", people, [customer], "The Bill Payers.", least=1)
    shares = _ask_shares(answers, payers)
    guarantors = {
        minor: _ask_guarantor(answers, minor)
        for minor in answers.minors
        if minor in {customer, *payers}
    }
    account = AccountAnswer(own_id, name, bill, customer, guarantors)
    answers.accounts.append(account)
    answers.add("customer_accounts", own_id, name=name)
    answers.add("billing_accounts", bill, name=f"Bill of {whose}")
    answers.role(customer, PartyRoleKind.CUSTOMER, account)
    for payer, share in zip(payers, shares, strict=True):
        role = answers.role(payer, PartyRoleKind.BILL_PAYER, account)
        role["pays"] = [{"to": bill, "share": share}]


def _ask_shares(answers: Answers, payers: tuple[str, ...]) -> tuple[float, ...]:
    if len(payers) == 1:
        return (100.0,)
    text = f"What share do {', '.join(payers)} pay?"
    usual = " ".join(f"{share:g}" for share in equal_shares(len(payers)))
    explanation = "In per cent, in this order; they sum to 100."
    return answers.ask(text, read_shares(len(payers)), usual, explanation)


def equal_shares(count: int) -> tuple[float, ...]:
    """Return shares as equal as two digits allow, in per cent; they sum to 100 exactly."""
    cents, left = divmod(100_00, count)
    return tuple((cents + (place < left)) / 100 for place in range(count))


def _ask_guarantor(answers: Answers, minor: str) -> str:
    responsible = answers.minors[minor]
    able = {one: called for one, called in answers.people.items() if one in responsible}
    first = next(iter(able))
    if len(able) == 1:
        return first
    text = f"Who answers for {answers.people[minor]}, a minor?"
    explanation = "The guarantor: a minor holds or pays an account only with one."
    return answers.ask_one(text, able, first, explanation)


def ask_usernames(answers: Answers) -> None:
    """Ask who logs in with a username, and where."""
    explanation = "Of a portal, a hub or a TV; customer care looks things up by it. - for nobody."
    for person in answers.ask_some("Who has a username?", answers.people, (), explanation):
        called = answers.people[person]
        username = answers.ask_name(f"Username of {called}", person, "What is typed to log in.")
        realm = answers.ask_name(f"Where {called} logs in with it", "portal", "Such as tv.")
        own_id = answers.ids.take_free(f"{person}-login")
        login = {"id": own_id, "username": username, "realm": realm}
        answers.sections["individuals"][person]["identities"] = [login]
