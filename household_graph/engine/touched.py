"""Which questions a change can answer differently: most of a household is not touched by it.

A verdict rests on the party with the organizations above it, the target with the products around
it, the device with whatever is around that, the grants between them, and the policies. Where none
of these differs, neither does the verdict. That is quicker to find out than to judge: an event asks
all of the matrix, and touches little of it.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping
from typing import TypeVar

from household_graph.engine.facts import Facts
from household_graph.engine.paths import covers, reaches

_Key = TypeVar("_Key")


def touched_by(before: Facts, after: Facts) -> Callable[[str, str, str | None], bool]:
    """Return a function that says whether a question may be answered differently.

    It takes the party, the target, and the device or None.

    Args:
        before: the facts of a household without a change.
        after: its facts with it.
    """
    if _of_all(before) != _of_all(after):
        return lambda *_asked: True
    parties = _differing(before.askers, after.askers, _party, before, after)
    items = {**before.products, **before.services, **before.resources}
    items_after = {**after.products, **after.services, **after.resources}
    things = _differing(items, items_after, _thing, before, after)
    grants = _changed(_held(before), _held(after))
    devices = {device for _service, device in _changed(_offered(before), _offered(after))}

    def touched(party: str, target: str, device: str | None) -> bool:
        asked = (target, device or target)
        if party in parties or device in devices or not things.isdisjoint(asked):
            return True
        if not grants:
            return False
        holders = {reach.holder for reach in reaches(after, party)}
        around = {cover.item for thing in asked for cover in covers(after, thing)}
        return any(holder in holders and item in around for holder, item in grants)

    return touched


def _of_all(facts: Facts) -> tuple[object, ...]:
    """Return what bears on every question."""
    return facts.zone, facts.age_of_majority, facts.policies, facts.exemptions


def _party(facts: Facts, party: str) -> object:
    return facts.askers[party], reaches(facts, party)


def _thing(facts: Facts, thing: str) -> object:
    """Return a product, service or resource with all that is around it."""
    own = (facts.products.get(thing), facts.services.get(thing), facts.askers.get(thing))
    return own, covers(facts, thing)


def _held(facts: Facts) -> dict[tuple[str, str], list[object]]:
    """Return by holder and item what is granted, by which roles, on accounts of which state."""
    found: dict[tuple[str, str], list[object]] = defaultdict(list)
    for holder, role, kind, item, grant in facts.held:
        state = facts.accounts[role.account] if role.account else None
        found[holder, item].append((kind, grant, role._replace(grants={}), state))
    return found


def _offered(facts: Facts) -> dict[tuple[str, str], object]:
    """Return when services are on devices."""
    return {
        (service, device): spans
        for service, devices in facts.availability.items()
        for device, spans in devices.items()
    }


def _changed(first: Mapping[_Key, object], second: Mapping[_Key, object]) -> set[_Key]:
    """Return the keys under which the two do not have the same."""
    return {key for key in first.keys() | second.keys() if first.get(key) != second.get(key)}


def _differing(
    first: Mapping[str, object],
    second: Mapping[str, object],
    of: Callable[[Facts, str], object],
    before: Facts,
    after: Facts,
) -> set[str]:
    """Return the ids that are on one side only, or are not the same on both."""
    return {
        one
        for one in first.keys() | second.keys()
        if one not in first or one not in second or of(before, one) != of(after, one)
    }
