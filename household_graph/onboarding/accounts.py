"""The questions about accounts: whose they are, and who pays what."""

from collections.abc import Sequence
from dataclasses import dataclass

from household_graph.onboarding.asking import (
    ask_for,
    ask_one,
    ask_some,
    ask_text,
    ask_yes,
)
from household_graph.onboarding.household import Household
from household_graph.onboarding.names import Ids
from household_graph.onboarding.people import Person, choices_of
from household_graph.onboarding.question import Asking
from household_graph.onboarding.values import shares


@dataclass(frozen=True, slots=True)
class Account:
    """A customer account and its bill.

    Attributes:
        id: the local id.
        name: what it is called.
        bill: the local id of the bill.
        bill_name: what that is called.
        customer: the id of who holds it.
        shares: who pays the bill, and how much of it in per cent; these sum to 100.
        guarantors: who answers for a minor that holds or pays, by the id of the minor.
    """

    id: str
    name: str
    bill: str
    bill_name: str
    customer: str
    shares: dict[str, float]
    guarantors: dict[str, str]


def ask_accounts(
    household: Household, people: Sequence[Person], ids: Ids
) -> Asking[tuple[Account, ...]]:
    """Ask for one account after the other."""
    accounts: list[Account] = []
    more = True
    while more:
        accounts.append((yield from _account(household, people, ids, first=not accounts)))
        more = yield from ask_yes(
            "Is there another account?",
            "For somebody who holds and pays part of the products separately.",
            default=False,
        )
    return tuple(accounts)


def _account(
    household: Household, people: Sequence[Person], ids: Ids, *, first: bool
) -> Asking[Account]:
    adults = [person for person in people if not person.is_minor]
    customer = yield from ask_one(
        "Whose account is it?" if first else "Whose is the other account?",
        choices_of(people),
        adults[0].id,
        "The Customer, who appoints those who choose and administer its products.",
    )
    holder = next(person for person in people if person.id == customer)
    whose = household.name if first else holder.shown
    proposed = f"Account of {whose}"
    name = (yield from ask_text("Name of the account", proposed, "What to call it.")) or proposed
    wanted = ids.free("account" if first else f"{customer}-account")
    own_id = yield from ask_for(
        "Id of the account", ids.reader(), wanted, "Letters, digits, `-` and `_`."
    )
    ids.take(own_id)
    bill = ids.take_free("bill" if first else f"{customer}-bill")
    payers = yield from ask_some(
        "Who pays?", choices_of(people), [customer], "The Bill Payers.", least=1
    )
    parts = yield from _shares(payers)
    guarantors: dict[str, str] = {}
    for person in people:
        if person.is_minor and person.id in {customer, *payers}:
            guarantors[person.id] = yield from _guarantor(person, people)
    return Account(own_id, name, bill, f"Bill of {whose}", customer, parts, guarantors)


def _shares(payers: Sequence[str]) -> Asking[dict[str, float]]:
    if len(payers) == 1:
        return {payers[0]: 100.0}
    parts = yield from ask_for(
        f"What share do {', '.join(payers)} pay?",
        shares(len(payers)),
        " ".join(f"{share:g}" for share in equal_shares(len(payers))),
        "In per cent, in this order; they sum to 100.",
    )
    return dict(zip(payers, parts, strict=True))


def equal_shares(count: int) -> tuple[float, ...]:
    """Return shares as equal as two digits allow, in per cent; they sum to 100 exactly."""
    cents, left = divmod(100_00, count)
    return tuple((cents + (place < left)) / 100 for place in range(count))


def _guarantor(minor: Person, people: Sequence[Person]) -> Asking[str]:
    able = [person for person in people if person.id in minor.responsible]
    if len(able) == 1:
        return able[0].id
    return (
        yield from ask_one(
            f"Who answers for {minor.shown}, a minor?",
            choices_of(able),
            able[0].id,
            "The guarantor: a minor holds or pays an account only with one.",
        )
    )
