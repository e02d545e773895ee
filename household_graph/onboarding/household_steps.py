"""The prompts about the household or business itself, and about its accounts."""

import re
from collections.abc import Callable, Sequence

from household_graph.documents.load import household_exists
from household_graph.documents.values import Age, HouseholdId, Moment, TimeZone
from household_graph.errors import BadInputError
from household_graph.model.enums import OrganizationType
from household_graph.model.instants import to_local, zone_named
from household_graph.onboarding.answers import (
    AccountAnswer,
    Answers,
    HouseholdAnswer,
    PersonAnswer,
    WizardSetting,
    people_choices,
    slug,
)
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
    read_number_as,
    read_shares,
)

_KINDS = (Choice("household", "a household"), Choice("business", "a small business"))
_COUNTRIES = {"Europe/London": "GB"}


def ask_household(setting: WizardSetting) -> Asking[HouseholdAnswer]:
    """Ask for the kind, the name, the id, the time zone, the age of majority, and the address."""
    kind = yield from ask_one(
        "A household or a business?",
        _KINDS,
        "household",
        "Both work alike; it decides what is offered.",
    )
    usual = f"The new {kind}"
    name = (yield from ask_text("Its name", usual, "What people call it.")) or usual
    own_id = yield from ask(
        "Its id",
        _new_id(setting.taken),
        slug(name[4:] if name.lower().startswith("the ") else name, kind),
        "Stands in front of all other ids, as in `bakers/katie`: letters, digits and `-`.",
    )
    zone: str = yield from ask(
        "Its time zone",
        read_as(TimeZone),
        setting.time_zone,
        "The IANA name, such as Europe/London. Curfews, dates and ages follow it.",
    )
    majority: int = yield from ask(
        "Of age from", read_number_as(Age), "18", "In years; younger people are minors."
    )
    since = yield from ask(
        "From when does all this hold?",
        read_as(Moment),
        to_local(setting.now, zone_named(zone)).date().isoformat(),
        "A date, or a local time such as 2026-11-22T20:00.",
    )
    address = yield from _ask_address(zone)
    return HouseholdAnswer(OrganizationType(kind), name, own_id, zone, majority, since, address)


def _new_id(taken: Callable[[str], bool]) -> Callable[[str], str]:
    def read(text: str) -> str:
        household: str = read_as(HouseholdId)(text)
        if taken(household):
            raise household_exists(household)
        return household

    return read


def _ask_address(zone: str) -> Asking[dict[str, str | None] | None]:
    street = yield from ask_text("Street and number", None, "Of the address; - for none.")
    if street is None:
        return None
    postal_code = yield from ask_text("Postal code", None, "- for none.")
    city = yield from ask_text("City", None, "- for none.")
    country = yield from ask(
        "Country",
        optional(_read_country),
        _COUNTRIES.get(zone, NOTHING),
        "The code of two letters, such as GB.",
    )
    return {"street": street, "postal_code": postal_code, "city": city, "country": country}


def _read_country(text: str) -> str:
    if not re.fullmatch("[A-Za-z]{2}", text):
        raise BadInputError(f"`{text}` is no code of a country", hint="use two letters, such as GB")
    return text.upper()


def ask_accounts(answers: Answers) -> Asking[None]:
    """Ask for one account after the other: who holds it, and who pays what."""
    more = True
    while more:
        account = yield from _ask_account(answers)
        answers.accounts.append(account)
        more = yield from ask_yes(
            "Is there another account?",
            "For a person who holds and pays part of the products separately.",
            default=False,
        )


def _ask_account(answers: Answers) -> Asking[AccountAnswer]:
    people, first = answers.people, not answers.accounts
    customer = yield from ask_one(
        "Whose account is it?" if first else "Whose is the other account?",
        people_choices(people),
        answers.adults[0].id,
        "The Customer, who appoints those who choose and administer its products.",
    )
    holder = next(person for person in people if person.id == customer)
    whose = answers.household.name if first else holder.shown
    usual = f"Account of {whose}"
    name = (yield from ask_text("Name of the account", usual, "What to call it.")) or usual
    own_id = yield from answers.ids.ask(
        "Id of the account",
        "account" if first else f"{customer}-account",
        "Letters, digits, `-` and `_`.",
    )
    bill = answers.ids.take_free("bill" if first else f"{customer}-bill")
    payers = yield from ask_some(
        "Who pays?", people_choices(people), [customer], "The Bill Payers.", least=1
    )
    shares = yield from _ask_shares(payers)
    guarantors: dict[str, str] = {}
    for person in people:
        if person.is_minor and person.id in {customer, *payers}:
            guarantors[person.id] = yield from _ask_guarantor(person, people)
    return AccountAnswer(own_id, name, bill, f"Bill of {whose}", customer, shares, guarantors)


def _ask_shares(payers: Sequence[str]) -> Asking[dict[str, float]]:
    if len(payers) == 1:
        return {payers[0]: 100.0}
    shares = yield from ask(
        f"What share do {', '.join(payers)} pay?",
        read_shares(len(payers)),
        " ".join(f"{share:g}" for share in equal_shares(len(payers))),
        "In per cent, in this order; they sum to 100.",
    )
    return dict(zip(payers, shares, strict=True))


def equal_shares(count: int) -> tuple[float, ...]:
    """Return shares as equal as two digits allow, in per cent; they sum to 100 exactly."""
    cents, left = divmod(100_00, count)
    return tuple((cents + (place < left)) / 100 for place in range(count))


def _ask_guarantor(minor: PersonAnswer, people: Sequence[PersonAnswer]) -> Asking[str]:
    able = [person for person in people if person.id in minor.responsible]
    if len(able) == 1:
        return able[0].id
    guarantor = yield from ask_one(
        f"Who answers for {minor.shown}, a minor?",
        people_choices(able),
        able[0].id,
        "The guarantor: a minor holds or pays an account only with one.",
    )
    return guarantor
