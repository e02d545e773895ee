"""Who has which role on what, through what, and until when."""

from collections.abc import Iterator
from typing import NamedTuple

from household_graph.changes.played import involved
from household_graph.engine.facts import Facts
from household_graph.engine.facts_from_rows import facts_from_rows
from household_graph.engine.intervals import ALWAYS, Span
from household_graph.engine.paths import Reach, covers, reaches
from household_graph.model.row_index import RowIndex
from household_graph.model.rows import Rows
from household_graph.model.validity import span_of
from household_graph.model.vocabulary import PartyRoleKind


class RoleHeld(NamedTuple):
    """A functional role, or an involvement role, that somebody or something has.

    Attributes:
        party: who has it.
        role: `Customer`, `BillPayer`, `User`, `Chooser`, `Admin` or `Consumer`.
        target: the account, product, service or resource it is on.
        account: the account of the functional role it comes by; None for a device's.
        span: when it holds, with the role and the memberships it comes by, in milliseconds.
        identities: the usernames it is exercised with.
        through: the organization whose role it is, where that is not the party.
        id: of the role.
    """

    party: str
    role: str
    target: str
    account: str | None
    span: Span
    identities: tuple[str, ...]
    through: str | None
    id: str


def list_roles(rows: Rows, party: str | None, *, on: str | None, at: int | None) -> list[RoleHeld]:
    """Return roles by party, kind and target.

    Args:
        rows: of the household.
        party: whose, with those it has as a member of something; None: everybody's own.
        on: only those on this, or on a product that carries it.
        at: only those in force at this instant, in milliseconds; None: of whatever time.
    """
    index, facts = RowIndex(rows), facts_from_rows(rows)
    own = (Reach(one, (one,), ALWAYS, None) for one in facts.askers)
    above = own if party is None else reaches(facts, party)
    wanted = _around(facts, on) if on else None
    found = {
        held
        for reach in above
        for held in _held(index, reach)
        if held.span.start < held.span.end
        and (at is None or held.span.start <= at < held.span.end)
        and (wanted is None or held.target in wanted)
    }
    return sorted(found, key=lambda held: (held.party, _ORDER.index(held.role), held[2:4], held.id))


_ORDER = [kind.value for kind in PartyRoleKind] + ["Admin", "Chooser", "Consumer"]


def _around(facts: Facts, item: str) -> set[str]:
    return {item, *(cover.item for cover in covers(facts, item))}


def _held(index: RowIndex, reach: Reach) -> Iterator[RoleHeld]:
    """Yield the roles that come to a party by one reach."""
    party, through = reach.ids[0], None if reach.holder == reach.ids[0] else reach.holder
    accounts: dict[str, str] = {}
    for link in index.out("PLAYS", reach.holder):
        role = index.nodes[link.end]
        for on in index.out("ON_ACCOUNT", role.id):
            accounts[role.id] = on.end
            kind = next(kind.value for kind in PartyRoleKind if kind.value in role.labels)
            span = reach.span.meet(*span_of(role.properties))
            yield RoleHeld(party, kind, on.end, on.end, span, (), through, role.id)
    for one in involved(index, reach.holder):
        yield RoleHeld(
            *(party, one.kind.value, one.item, accounts.get(one.role)),
            span=reach.span.meet(*one.span),
            identities=tuple(link.end for link in index.out("IDENTIFIED_BY", one.id)),
            through=through,
            id=one.id,
        )
