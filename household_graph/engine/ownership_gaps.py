"""Who answers for what: the roles that live things need, and the adults that minors need."""

from collections.abc import Iterator
from itertools import chain
from typing import NamedTuple

from household_graph.engine.facts import Facts, is_minor
from household_graph.engine.grants import coverages, inactive, is_granted
from household_graph.model.enums import InvolvementKind, PartyRoleKind
from household_graph.model.rows import RowIndex
from household_graph.model.spans import holds

GUARANTEED = frozenset({PartyRoleKind.CUSTOMER, PartyRoleKind.BILL_PAYER})
"""The functional roles that a minor has only with a guarantor."""

_ADMIN = InvolvementKind.ADMIN.value


class OwnershipGap(NamedTuple):
    """Something live, and what it needs: an Admin, Customer, BillPayer or responsible adult."""

    id: str
    needs: str


def ownership_gaps(index: RowIndex, facts: Facts, instant: int) -> list[OwnershipGap]:
    """Return what is live at an instant without a role that it needs, by id.

    A live product needs an Admin, and the account that holds it a Customer; the bills it is
    charged to, or without any the account, need a Bill Payer. What else has Admin roles of its own
    needs one that grants. A minor who is a member, or plays a role, needs a responsible adult.
    """
    found = {
        *_without_admin(facts, instant),
        *_without_customer_or_payer(index, facts, instant),
        *_without_adult(index, facts, instant),
    }
    return sorted(found)


def holders_of(
    index: RowIndex, facts: Facts, kind: PartyRoleKind, account: str, instant: int
) -> list[str]:
    """Return the active parties that play a functional role on an account, at an instant."""
    roles = (index.nodes[one] for one in index.starts("ON_ACCOUNT", account))
    holding = (one for one in roles if kind.value in one.labels and holds(one.properties, instant))
    players = {player for role in holding for player in index.starts("PLAYS", role.id)}
    return sorted(player for player in players if not inactive(facts, player))


def _without_admin(facts: Facts, instant: int) -> Iterator[OwnershipGap]:
    administrable = {
        one.item
        for one in facts.assignments
        if one.kind == _ADMIN and _carried(facts, one.item, instant)
    }
    for item in administrable.union(_live_products(facts, instant)):
        if not inactive(facts, item) and not administered(facts, item, instant):
            yield OwnershipGap(item, _ADMIN)


def _carried(facts: Facts, item: str, instant: int) -> bool:
    """Return whether a product, or one that carries the service, is valid; others always are."""
    own = (coverage.span for coverage in coverages(facts, item) if coverage.item == item)
    return any(span.start <= instant < span.end for span in own)


def _live_products(facts: Facts, instant: int) -> Iterator[str]:
    for product in facts.products.values():
        live = product.valid_from <= instant < product.valid_to
        if live and not inactive(facts, product.id):
            yield product.id


def administered(facts: Facts, item: str, instant: int) -> bool:
    """Return whether an active party or resource is Admin of something, at an instant."""
    above = {coverage.item for coverage in coverages(facts, item)}
    return any(
        is_granted(facts, holder, _ADMIN, item, instant)
        for holder, roles in facts.roles.items()
        if any(not above.isdisjoint(role.grants.get(_ADMIN, ())) for role in roles)
    )


def _without_customer_or_payer(
    index: RowIndex, facts: Facts, instant: int
) -> Iterator[OwnershipGap]:
    for product in _live_products(facts, instant):
        account = facts.products[product].account
        if account is None:
            continue
        if not holders_of(index, facts, PartyRoleKind.CUSTOMER, account, instant):
            yield OwnershipGap(account, PartyRoleKind.CUSTOMER.value)
        bills = index.ends("CHARGED_TO", product)
        for bill in bills:
            if not any(_pays(index, facts, one, instant) for one in index.starts("PAYS", bill)):
                yield OwnershipGap(bill, PartyRoleKind.BILL_PAYER.value)
        if not bills and not holders_of(index, facts, PartyRoleKind.BILL_PAYER, account, instant):
            yield OwnershipGap(account, PartyRoleKind.BILL_PAYER.value)


def _pays(index: RowIndex, facts: Facts, role: str, instant: int) -> bool:
    return holds(index.nodes[role].properties, instant) and any(
        not inactive(facts, player) for player in index.starts("PLAYS", role)
    )


def _without_adult(index: RowIndex, facts: Facts, instant: int) -> Iterator[OwnershipGap]:
    for party in facts.principals:
        if (
            is_minor(facts, party, instant)
            and not inactive(facts, party)
            and takes_part(index, party, instant)
            and not active_guardians(index, facts, party, instant)
        ):
            yield OwnershipGap(party, "responsible adult")


def responsible_adults(index: RowIndex, facts: Facts, minor: str, instant: int) -> set[str]:
    """Return the ids of adults, active or not, who are responsible for a minor at an instant."""
    return {
        link.start
        for link in index.incoming("RESPONSIBLE_FOR", minor)
        if holds(link.properties, instant) and not is_minor(facts, link.start, instant)
    }


def is_guaranteed(index: RowIndex, facts: Facts, role: str, minor: str, instant: int) -> bool:
    """Return whether a responsible adult is recorded as guarantor of a role of a minor."""
    adults = responsible_adults(index, facts, minor, instant)
    return not adults.isdisjoint(index.ends("GUARANTEED_BY", role))


def judged_at(span: tuple[int, int], instant: int) -> int | None:
    """Return the instant for which a role is held to the law of guarantors; None: it is over.

    A role that begins later than an instant is judged by how it begins, others by that instant.
    """
    start, end = span
    moment = max(start, instant)
    return moment if moment < end else None


def active_guardians(index: RowIndex, facts: Facts, minor: str, instant: int) -> list[str]:
    """Return the ids of active adults who are responsible for a minor at an instant, sorted."""
    adults = responsible_adults(index, facts, minor, instant)
    return sorted(adult for adult in adults if not inactive(facts, adult))


def takes_part(index: RowIndex, individual: str, instant: int) -> bool:
    """Return whether a person is a member of anything, or plays a role."""
    memberships = (link.properties for link in index.outgoing("MEMBER_OF", individual))
    roles = (role.properties for role in index.played_by(individual))
    return any(holds(properties, instant) for properties in chain(memberships, roles))
