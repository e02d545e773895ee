"""The ways a grant reaches a party and covers a target (laws 2, 3, 4 and 6).

    party -MEMBER_OF-> organization … -PLAYS-> role -PLAYS-> involvement -INVOLVED_IN-> item
    item -BUNDLES-> product … -REALIZED_BY-> service

The first half is a `Reach`, the second a `Cover`; a `Path` is one grant with both around it.
"""

from collections.abc import Iterator
from typing import NamedTuple

from household_graph.decision.facts import Facts, Grant, Product
from household_graph.decision.intervals import ALWAYS, Span

__all__ = [
    "Cover",
    "Inactive",
    "Path",
    "Reach",
    "covers",
    "granted_items",
    "inactive",
    "is_granted",
    "paths",
    "reaches",
]

_ACTIVE = {"active", "unlocked", "enable"}


class Inactive(NamedTuple):
    """Something that is not active, and the state it is in instead (None: none is recorded)."""

    id: str
    state: str | None


class Reach(NamedTuple):
    """A holder of roles whose grants reach the party: itself, or an organization above it."""

    holder: str
    ids: tuple[str, ...]
    span: Span
    inactive: Inactive | None

    def live(self, instant: int) -> bool:
        """Return whether it counts at the instant."""
        return self.inactive is None and self.span.start <= instant < self.span.end


class Cover(NamedTuple):
    """An item a grant on which covers the target, and the products in between."""

    item: str
    ids: tuple[str, ...]
    span: Span
    inactive: Inactive | None

    def live(self, instant: int) -> bool:
        """Return whether a grant on it counts at the instant."""
        return self.inactive is None and self.span.start <= instant < self.span.end


class Path(NamedTuple):
    """One grant from the party to the target.

    Attributes:
        reach: from the party to the holder of the grant.
        grant: the involvement role in the middle.
        cover: from what the grant is on to the target.
        span: when every link of it is valid.
        inactive: the first thing on it that is not active, or None.
    """

    reach: Reach
    grant: Grant
    cover: Cover
    span: Span
    inactive: Inactive | None

    @property
    def ids(self) -> tuple[str, ...]:
        """All ids walked, party first, target last."""
        return (*self.reach.ids, self.grant.role, self.grant.involvement, *self.cover.ids)

    def live(self, instant: int) -> bool:
        """Return whether the path grants at the instant."""
        return self.inactive is None and self.span.start <= instant < self.span.end


def is_granted(facts: Facts, party: str, kind: str, target: str, instant: int) -> bool:
    """Return whether one of the paths is live at an instant.

    No path is laid out for it: most questions are never asked for their reasons.

    Args:
        facts: of the household.
        party: who asks.
        kind: the label of the involvement role.
        target: what is asked for.
        instant: in milliseconds.
    """
    grants = facts.grants
    items = covers(facts, target)
    for holder, _ids, (begins, ends), stopped in reaches(facts, party):
        if stopped is None and begins <= instant < ends:
            for item, _ids, (start, end), dead in items:
                if dead is None and start <= instant < end:
                    for grant in grants.get((holder, kind, item), ()):
                        if _live(grant, instant):
                            return True
    return False


def granted_items(facts: Facts, kind: str, instant: int) -> dict[str, set[str]]:
    """Return for each holder of roles the items on which it has a live grant of a kind."""
    found: dict[str, set[str]] = {}
    for (holder, of_kind, item), grants in facts.grants.items():
        if of_kind == kind and any(_live(grant, instant) for grant in grants):
            found.setdefault(holder, set()).add(item)
    return found


def _live(grant: Grant, instant: int) -> bool:
    return (
        grant.valid_from <= instant < grant.valid_to
        and grant.role_from <= instant < grant.role_to
        and _inactive_account(grant) is None
    )


def paths(facts: Facts, party: str, kind: str, target: str) -> list[Path]:
    """Return every path by which the party holds an involvement role for the target.

    Args:
        facts: of the household.
        party: who asks.
        kind: the label of the involvement role.
        target: what is asked for.
    """
    key = (party, kind, target)
    found: list[Path] | None = facts.memory.paths.get(key)
    if found is None:
        found = [
            _path(reach, grant, cover)
            for cover in covers(facts, target)
            for reach in reaches(facts, party)
            for grant in facts.grants.get((reach.holder, kind, cover.item), ())
        ]
        facts.memory.paths[key] = found
    return found


def _path(reach: Reach, grant: Grant, cover: Cover) -> Path:
    span = Span(
        max(reach.span.start, grant.role_from, grant.valid_from, cover.span.start),
        min(reach.span.end, grant.role_to, grant.valid_to, cover.span.end),
    )
    return Path(
        reach, grant, cover, span, reach.inactive or _inactive_account(grant) or cover.inactive
    )


def reaches(facts: Facts, party: str) -> list[Reach]:
    """Return whose roles count for the party: its own, and those of its organizations."""
    found: list[Reach] | None = facts.memory.reaches.get(party)
    if found is None:
        found = [Reach(party, (party,), ALWAYS, None)]
        for reach in found:  # grows while it is walked: units nest
            for link in facts.memberships.get(reach.holder, ()):
                if link.end not in reach.ids:
                    asker = facts.askers[link.end]
                    found.append(
                        Reach(
                            link.end,
                            (*reach.ids, link.end),
                            reach.span.meet(link.valid_from, link.valid_to),
                            reach.inactive or _inactive(asker.id, *asker.states),
                        )
                    )
        facts.memory.reaches[party] = found
    return found


def covers(facts: Facts, target: str) -> list[Cover]:
    """Return the items a grant on which covers the target."""
    found: list[Cover] | None = facts.memory.covers.get(target)
    if found is None:
        if target in facts.services:
            found = _service_covers(facts, target)
        elif target in facts.products:
            found = list(_product_covers(facts, target, ()))
        else:
            found = [Cover(target, (target,), ALWAYS, None)]
        facts.memory.covers[target] = found
    return found


def _service_covers(facts: Facts, service: str) -> list[Cover]:
    """A grant on the service itself needs a product that carries it, where it has products."""
    carriers = [facts.products[product] for product in facts.carriers.get(service, ())]
    direct = [
        Cover(service, (service,), Span(p.valid_from, p.valid_to), _inactive_product(p))
        for p in carriers
    ] or [Cover(service, (service,), ALWAYS, None)]
    return direct + [cover for p in carriers for cover in _product_covers(facts, p.id, (service,))]


def _product_covers(facts: Facts, product: str, below: tuple[str, ...]) -> Iterator[Cover]:
    """Walk from a product up to the products that bundle it."""
    fact = facts.products[product]
    span = Span(fact.valid_from, fact.valid_to)
    dead = _inactive_product(fact)
    yield Cover(product, (product, *below), span, dead)
    for bundle in facts.carriers.get(product, ()):
        if bundle != product and bundle not in below:
            for cover in _product_covers(facts, bundle, (product, *below)):
                yield cover._replace(span=cover.span.meet(*span), inactive=cover.inactive or dead)


def _inactive(thing: str, *states: str | None) -> Inactive | None:
    """Return the first state that is not an active one; None if all are."""
    for state in states:
        if state not in _ACTIVE:
            return Inactive(thing, state)
    return None


def _inactive_account(held: Grant | Product) -> Inactive | None:
    """Return the account that a role or a product is on, if there is one and it is not active."""
    return _inactive(held.account, held.account_state) if held.account else None


def _inactive_product(product: Product) -> Inactive | None:
    """Return what is not active about a product: itself, or the account that holds it."""
    return _inactive(product.id, product.status) or _inactive_account(product)


def inactive(facts: Facts, thing: str) -> Inactive | None:
    """Return what about a party, a device or a target is not active, whoever asks for it.

    A service is not active either when no product that carries it is.
    """
    memory = facts.memory.inactive
    if thing not in memory:
        memory[thing] = _inactive_thing(facts, thing)
    found: Inactive | None = memory[thing]
    return found


def _inactive_thing(facts: Facts, thing: str) -> Inactive | None:
    if thing in facts.products:
        return _inactive_product(facts.products[thing])
    if thing in facts.askers:
        return _inactive(thing, *facts.askers[thing].states)
    direct = [cover.inactive for cover in covers(facts, thing) if cover.item == thing]
    stopped = direct[0] if all(direct) else None
    return _inactive(thing, facts.services[thing].state) or stopped
