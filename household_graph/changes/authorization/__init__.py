"""Who may change what: the laws in words, and how a change is refused.

They bind a party in whose name a change is made, and are checked on the rows that it touches, so
that every way of changing a household obeys the same. `rules` and `role_rules` say for each
label and each type of relationship which of the `rights` would do, `context` whether a party has
one, by the grants of the engine. Two laws of `check`, guarantors and consent, bind operators too.
"""

from collections.abc import Iterable, Sequence
from enum import StrEnum

from household_graph.errors import AgreementNeededError, RefusedError


class Law(StrEnum):
    """Who may change what, in words; docs/laws.md has each of these sentences."""

    ADMINS = "a Customer of the account appoints and removes the Admins of its products"
    CHOOSERS = "a Customer of the account, or an Admin, appoints and removes Choosers"
    CONSUMERS = "an Admin grants and removes Consumers, a Customer only where there is no Admin"
    DEVICES = "the Admin of a device changes it, and where there is none, a Customer who is of age"
    GIVEN_UP = (
        "a device is locked or reported lost by its Admin, a Customer who is of age, or the "
        "person who alone uses it"
    )
    DEVICE_ROLES = (
        "the Admin of a device, or a Customer who is of age, appoints its Admins and Choosers"
    )
    ACCOUNTS = "a Customer of the account says who is Customer of it, and who pays what"
    USERS = "a Customer of the account, or an Admin of something on it, says who is User of it"
    POLICIES = "an Admin of the service that enforces a policy sets, changes and ends it"
    SETTERS = "a party sets a policy in an Admin role that the party holds"
    PRODUCTS = "a Customer of the account, or a Chooser, changes a product and its services"
    SERVICES = "what a service is, and that there is one, is the provider's to say"
    ENFORCERS = "a service that enforces a policy is suspended or ended by its Admin who is of age"
    MEASURES = (
        "birth dates, ages of majority and time zones are changed by an Admin, of age, of every "
        "service that enforces a policy; where none does, by a Customer who is of age"
    )
    IDENTITIES = (
        "the username of an adult is theirs alone, that of a minor also their responsible adult's, "
        "or a Customer's"
    )
    OWN_ADMINS = (
        "an Admin who is of age gives up a service that enforces a policy themselves, and nobody "
        "takes it from them"
    )
    GUARANTORS = "a minor is Customer or Bill Payer only with a responsible adult as guarantor"
    MINOR_ADMINS = "a minor administers no service that enforces a policy"
    CONSENT = "nobody becomes Bill Payer, guarantor or successor without their consent"
    AGENTS = (
        "an Admin of something, and where there is none a Customer, lets an agent of the provider "
        "look at it, or act on it, for a purpose and until a time"
    )
    PEOPLE = "a Customer who is of age says who belongs to the household, and where it lives"
    GUARDIANS = "a responsible adult, or a Customer who is of age, says who is responsible"
    FOUNDERS = "a new household is founded by a Customer of it who is of age"
    FOREIGN = "a party changes no household but its own"
    PROVIDER = "prices, payments, ratings and categories are the provider's to say"
    UNNAMED = "no law lets a party change this"


_LAWS, _THINGS = 4, 3  # more than that is not read


def refusal(
    actors: Sequence[str],
    refused: Iterable[tuple[Law, str]],
    eligible: Sequence[str],
    group: Sequence[str] = (),
    needs: Sequence[tuple[str, ...]] = (),
) -> RefusedError:
    """Return the error that names laws, each with what is done to a thing, and who may do it.

    These are the people of whom each may, or a group who may together. `needs` is who has to agree
    beside the actors, if that is enough; see `AgreementNeededError`.
    """
    by_law: dict[Law, list[str]] = {}
    for law, thing in dict.fromkeys(refused):
        by_law.setdefault(law, []).append(thing)
    reasons = [f"{_some(things)}, because {law}" for law, things in by_law.items()]
    left, more = len(reasons) - _LAWS, ""
    if left > 0:
        more = f"; and {left} laws more forbid it" if left > 1 else "; and one law more forbids it"
    who = together(actors) if actors else "nobody who agreed"
    message = f"{who} may not {'; nor '.join(reasons[:_LAWS])}{more}"
    hint = who_could(eligible, group)
    error = (
        AgreementNeededError(message, needs, hint=hint)
        if needs
        else RefusedError(message, hint=hint)
    )
    if len(reasons) > 1:
        error.brief = f"{who} may not make all of this change: {len(reasons)} laws forbid it"
    return error


def who_could(eligible: Sequence[str], group: Sequence[str] = ()) -> str:
    """Return the hint that names who could make a change: each of some, or a group together."""
    if eligible or group:
        who = listed(eligible) if eligible else together(group)
        return f"{who} could make this change, or an operator"
    return "nobody of the household could make all of this change, but an operator could"


def together(ids: Sequence[str]) -> str:
    """Return ids as words: `a` together with `b` and `c`."""
    first, *others = (f"`{one}`" for one in ids)
    return f"{first} together with {_joined(others, 'and')}" if others else first


def listed(ids: Sequence[str]) -> str:
    """Return ids as words: `a`, `b` or `c`."""
    return _joined([f"`{one}`" for one in ids])


def _some(things: Sequence[str]) -> str:
    more = [f"{len(things) - _THINGS} more"] if things[_THINGS:] else []
    return _joined([*things[:_THINGS], *more])


def _joined(words: Sequence[str], conjunction: str = "or") -> str:
    return f" {conjunction} ".join(filter(None, (", ".join(words[:-1]), *words[-1:])))
