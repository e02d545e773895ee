"""How a change is refused: what is not allowed, by which law, and who could do it."""

from collections.abc import Iterable, Sequence

from household_graph.changes.authorization.context import ChangeContext
from household_graph.changes.authorization.requirements import Requirement
from household_graph.errors import RefusedError

_LAWS, _THINGS = 4, 3  # more than that is not read
_WORDS = {
    "Customer": "Customer role",
    "BillPayer": "Bill Payer role",
    "User": "User role",
    "Admin": "Admin role",
    "Chooser": "Chooser role",
    "Consumer": "Consumer role",
    "ResourceRole": "device role",
    "CustomerAccount": "customer account",
    "BillingAccount": "bill",
    "Product": "product",
    "Service": "service",
    "Resource": "device",
    "Policy": "policy",
    "DigitalIdentity": "username",
    "Individual": "person",
    "Organization": "organization",
    "Place": "place",
}


def refusal(
    context: ChangeContext, actor: str, refused: Iterable[Requirement], eligible: Sequence[str]
) -> RefusedError:
    """Return the error that refuses a change.

    Args:
        context: the change.
        actor: in whose name it was to be made.
        refused: the demands the actor does not meet.
        eligible: who satisfies all requirements of the change.
    """
    by_law: dict[str, list[str]] = {}
    for requirement in refused:
        things = by_law.setdefault(requirement.law.value, [])
        if (thing := _thing(context, requirement.thing)) not in things:
            things.append(thing)
    said = [f"{_some(things)}, because {law}" for law, things in by_law.items()]
    more = ""
    if left := len(said) - _LAWS if said[_LAWS:] else 0:
        more = f"; and {left} laws more forbid it" if left > 1 else "; and one law more forbids it"
    return RefusedError(
        f"`{actor}` may not {'; nor '.join(said[:_LAWS])}{more}",
        hint=who_could(eligible),
    )


def who_could(eligible: Sequence[str]) -> str:
    """Return the hint that names who could make a change."""
    if eligible:
        return f"{listed(eligible)} could make this change, or an operator"
    return "nobody of the household could make all of this change, but an operator could"


def listed(ids: Sequence[str]) -> str:
    """Return ids as words: `a`, `b` or `c`."""
    return _joined([f"`{one}`" for one in ids])


def _some(things: Sequence[str]) -> str:
    more = [f"{len(things) - _THINGS} more"] if things[_THINGS:] else []
    return _joined([*things[:_THINGS], *more])


def _joined(words: Sequence[str]) -> str:
    return " or ".join(filter(None, (", ".join(words[:-1]), *words[-1:])))


def _thing(context: ChangeContext, entity_id: str) -> str:
    word = next(
        (_WORDS[label] for label in sorted(context.labels(entity_id)) if label in _WORDS), ""
    )
    items = " and ".join(f"`{item}`" for item in context.ends("INVOLVED_IN", entity_id))
    what = f"the {word} `{entity_id}`" if word else f"`{entity_id}`"
    return f"{context.verb(entity_id)} {what}" + (f" for {items}" if items else "")
