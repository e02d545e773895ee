"""The questions about the household or business itself."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from household_graph.documents.loading import already_there
from household_graph.documents.offerings import Offering
from household_graph.documents.values import Age, HouseholdId, Moment, TimeZone
from household_graph.errors import BadInputError
from household_graph.model.enums import OrganizationType
from household_graph.model.instants import to_local, zone_named
from household_graph.onboarding.asking import ask_for, ask_one, ask_text
from household_graph.onboarding.names import slug
from household_graph.onboarding.question import NOTHING, Asking, Choice
from household_graph.onboarding.values import as_kind, whole

_KINDS = (Choice("household", "a household"), Choice("business", "a small business"))
_COUNTRIES = {"Europe/London": "GB"}


@dataclass(frozen=True, slots=True)
class Setting:
    """What an interview takes for granted.

    Attributes:
        offerings: what can be chosen, by kind of organization.
        now: the instant of the interview, in milliseconds.
        time_zone: the one that is proposed.
        taken: tells whether there is a household of an id already.
    """

    offerings: Callable[[OrganizationType], tuple[Offering, ...]]
    now: int
    time_zone: str = "Europe/London"
    taken: Callable[[str], bool] = lambda _household: False


@dataclass(frozen=True, slots=True)
class Address:
    """Where the household lives; street and number are there, the rest may be missing."""

    street: str
    postal_code: str | None
    city: str | None
    country: str | None


@dataclass(frozen=True, slots=True)
class Household:
    """What the first questions come to; `since` is when everything begins to hold."""

    kind: OrganizationType
    name: str
    id: str
    time_zone: str
    age_of_majority: int
    since: date | datetime
    address: Address | None

    @property
    def is_business(self) -> bool:
        """Tell a business from a household."""
        return self.kind is OrganizationType.BUSINESS


def ask_household(setting: Setting) -> Asking[Household]:
    """Ask for the kind, the name, the id, the time zone, the age of majority, and the address."""
    word = yield from ask_one(
        "A household or a business?",
        _KINDS,
        "household",
        "Both work alike; it decides what is offered.",
    )
    name = yield from ask_text("Its name", f"The new {word}", "What people call it.")
    shown = name or f"The new {word}"
    own_id = yield from ask_for(
        "Its id",
        _new_id(setting.taken),
        slug(_without_article(shown), word),
        "Stands in front of all other ids, as in `bakers/katie`: letters, digits and `-`.",
    )
    zone: str = yield from ask_for(
        "Its time zone",
        as_kind(TimeZone),
        setting.time_zone,
        "The IANA name, such as Europe/London. Curfews, dates and ages follow it.",
    )
    majority: int = yield from ask_for(
        "Of age from", whole(Age), "18", "In years; whoever is younger is a minor."
    )
    since: date | datetime = yield from ask_for(
        "From when does all this hold?",
        as_kind(Moment),
        to_local(setting.now, zone_named(zone)).date().isoformat(),
        "A date, or a local time such as 2026-11-22T20:00.",
    )
    address = yield from _address(zone)
    return Household(OrganizationType(word), shown, own_id, zone, majority, since, address)


def _without_article(name: str) -> str:
    """Return a name without the article that it begins with."""
    return name[4:] if name.lower().startswith("the ") else name


def _new_id(taken: Callable[[str], bool]) -> Callable[[str], str]:
    read = as_kind(HouseholdId)

    def read_new(text: str) -> str:
        household: str = read(text)
        if taken(household):
            raise already_there(household)
        return household

    return read_new


def _address(zone: str) -> Asking[Address | None]:
    street = yield from ask_text("Street and number", None, "Of the address; - for none.")
    if street is None:
        return None
    postal_code = yield from ask_text("Postal code", None, "- for none.")
    city = yield from ask_text("City", None, "- for none.")
    country = yield from ask_for(
        "Country", _country, _COUNTRIES.get(zone, NOTHING), "The code of two letters, such as GB."
    )
    return Address(street, postal_code, city, country)


def _country(text: str) -> str | None:
    if text == NOTHING:
        return None
    if not re.fullmatch("[A-Za-z]{2}", text):
        raise BadInputError(f"`{text}` is no code of a country", hint="use two letters, such as GB")
    return text.upper()
