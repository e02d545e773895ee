"""Life events as the plain model of a household sees them: see household_model.py.

Each takes what there is, and returns what there is then, or None where the event is refused.
"""

from typing import Any

from household_graph.model.instants import FOREVER
from tests.property.household_model import HouseholdModel, Span, Spans, holds, until, with_span

__all__ = ["come_of_age", "hand_over", "join", "leave", "record_death"]

NEEDS = {"account-without-customer": "Customer", "bill-without-payer": "BillPayer"}


def join(
    model: HouseholdModel, who: str, born: str, span: Span, adult: str | None
) -> HouseholdModel | None:
    """Let somebody be a member and User for a span; a minor needs an adult who answers for it."""
    after = model.copy()
    after.people.setdefault(who, born)
    if not model.dead.isdisjoint({who, adult}) or any(
        meet(one, span) for one in model.members.get(who, ())
    ):
        return None
    if adult:
        answer(after, adult, who, span[0])
    adults = [spans for (_one, minor), spans in after.responsible.items() if minor == who]
    if after.is_minor(who, span[0]) and not any(holds(one, span[0]) for one in adults):
        return None
    after.members[who] = with_span(after.members.get(who, ()), span)
    after.functional[who, "User"] = with_span(after.functional.get((who, "User"), ()), span)
    return after


def leave(model: HouseholdModel, who: str, at: int, heir: str | None) -> HouseholdModel | None:
    """Let somebody have no part any more; an heir takes over what then lacks somebody."""
    parts = [model.members.get(who, ()), *model.roles_of(who)]
    if not any(lasts(one, at) for one in parts) or not may_inherit(model, who, at, heir):
        return None
    return _without(model, who, at, heir)


def record_death(
    model: HouseholdModel, who: str, at: int, heir: str | None
) -> HouseholdModel | None:
    """Let somebody have died, which ends all it was."""
    if who not in model.people or not may_inherit(model, who, at, heir):
        return None
    return _without(model, who, at, heir, dead=True)


def hand_over(
    model: HouseholdModel, what: tuple[str, str | None], giver: str, taker: str, at: int
) -> HouseholdModel | None:
    """Let one have what another one had: a role on a product, or on the account."""
    after, (kind, item), key = model.copy(), what, (giver, what[0])
    spans = model.involved.get((*key, item), ()) if item else model.functional.get(key, ())
    known = taker in model.people and kind != "Consumer"
    if giver == taker or not known or not lasts(spans, at) or taker in model.dead:
        return None
    if item:
        after.involved[*key, item] = until(spans, at)
        give(after, taker, kind, item, at)
    else:
        after.functional[key] = until(spans, at)
        held = after.functional.get((taker, kind), ())
        after.functional[taker, kind] = with_span(held, (at, FOREVER))
    return after


def come_of_age(model: HouseholdModel, who: str, at: int) -> HouseholdModel | None:
    """Let nobody answer for somebody any more, who is no minor then."""
    if who not in model.people or model.is_minor(who, at):
        return None
    after = model.copy()
    for pair, spans in model.responsible.items():
        if pair[1] == who:
            after.responsible[pair] = until(spans, at)
    return after


def may_inherit(model: HouseholdModel, who: str, at: int, heir: str | None) -> bool:
    return heir is None or (heir != who and model.takes_part(heir, at))


def give(model: HouseholdModel, who: str, kind: str, item: str, at: int) -> None:
    """Give somebody a role on a product, for as long as it is User or, if it is none, for good."""
    users = model.functional.get((who, "User"), ())
    span = at, max((end for start, end in users if start <= at < end), default=FOREVER)
    model.involved[who, kind, item] = with_span(model.involved.get((who, kind, item), ()), span)
    model.functional[who, "User"] = with_span(users, span)


def answer(model: HouseholdModel, adult: str, minor: str, at: int) -> None:
    spans = model.responsible.get((adult, minor), ())
    if not holds(spans, at):
        model.responsible[adult, minor] = with_span(spans, (at, FOREVER))


def _without(
    model: HouseholdModel, who: str, at: int, heir: str | None, *, dead: bool = False
) -> HouseholdModel:
    after = model.copy()
    for held in (after.involved, after.functional, after.members, after.responsible, after.exempt):
        _end(held, who, at)
    if dead:
        after.dead.add(who)
    if heir:
        _succeed(after, heir, after.ownerless(at) - model.ownerless(at), at)
    return after


def _end(held: dict[Any, Spans], who: str, at: int) -> None:
    """End what somebody holds, and who answers for it."""
    for key, spans in held.items():
        if key == who or key[0] == who or key[1:] == (who,):
            held[key] = until(spans, at)


def _succeed(model: HouseholdModel, heir: str, lacking: set[tuple[str, str]], at: int) -> None:
    for thing, finding in lacking:
        item = thing.removeprefix(f"{model.home}/")
        if finding == "minor-without-responsible-adult":
            answer(model, heir, item, at)
        elif finding == "product-without-admin":
            give(model, heir, "Admin", item, at)
        else:
            key = heir, NEEDS[finding]
            model.functional[key] = with_span(model.functional.get(key, ()), (at, FOREVER))


def lasts(spans: Spans, at: int) -> bool:
    return any(end > at for _start, end in spans)


def meet(first: Span, second: Span) -> bool:
    return max(first[0], second[0]) < min(first[1], second[1])
