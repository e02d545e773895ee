"""What is live and nobody holds: products without an Admin, bills without a payer, and so on."""

from collections.abc import Iterator
from typing import NamedTuple

from household_graph.engine.facts import Facts
from household_graph.engine.grants import coverages, inactive, is_granted
from household_graph.engine.guarantors import is_minor, responsible_adults
from household_graph.model.enums import InvolvementKind, PartyRoleKind
from household_graph.model.rows import RelationshipRow, RowIndex
from household_graph.model.spans import holds


class OwnershipGap(NamedTuple):
    """Something live without a role that it needs.

    Attributes:
        id: what it is.
        needs: `Admin`, `Customer`, `BillPayer` or `responsible adult`.
    """

    id: str
    needs: str


def ownership_gaps(index: RowIndex, facts: Facts, instant: int) -> list[OwnershipGap]:
    """Return what is live at an instant without a role that it needs, by id.

    A live product needs an Admin, and the account that holds it a Customer; the bills it is
    charged to, or without any the account, need a Bill Payer. What else has Admin roles of its own
    needs one that grants. A minor who is a member, or plays a role, needs a responsible adult.

    Args:
        index: the rows of the household.
        facts: of the same rows.
        instant: in milliseconds.
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
    roles = (
        role
        for on in index.incoming("ON_ACCOUNT", account)
        if kind.value in (role := index.nodes[on.start]).labels and holds(role.properties, instant)
    )
    players = {link.start for role in roles for link in index.incoming("PLAYS", role.id)}
    return sorted(p for p in players if p in facts.principals and not inactive(facts, p))


def _without_admin(facts: Facts, instant: int) -> Iterator[OwnershipGap]:
    label = InvolvementKind.ADMIN.value
    others = {
        held.item
        for held in facts.assignments
        if held.kind == label
        and held.item not in facts.products
        and _carried(facts, held.item, instant)
    }
    for item in (*_live_products(facts, instant), *others):
        if not inactive(facts, item) and not administered(facts, item, instant):
            yield OwnershipGap(item, label)


def _carried(facts: Facts, item: str, instant: int) -> bool:
    """Return whether a service has a product in force, if it has any; a resource needs none."""
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
    holders = {one.holder for one in facts.assignments if one.kind == "Admin" and one.item in above}
    return any(
        is_granted(facts, holder, InvolvementKind.ADMIN, item, instant) for holder in holders
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
        bills = index.outgoing("CHARGED_TO", product)
        for bill in bills:
            if not any(
                _pays(index, facts, link, instant) for link in index.incoming("PAYS", bill.end)
            ):
                yield OwnershipGap(bill.end, PartyRoleKind.BILL_PAYER.value)
        if not bills and not holders_of(index, facts, PartyRoleKind.BILL_PAYER, account, instant):
            yield OwnershipGap(account, PartyRoleKind.BILL_PAYER.value)


def _pays(index: RowIndex, facts: Facts, link: RelationshipRow, instant: int) -> bool:
    role = index.nodes[link.start]
    return holds(role.properties, instant) and any(
        not inactive(facts, plays.start) for plays in index.incoming("PLAYS", role.id)
    )


def _without_adult(index: RowIndex, facts: Facts, instant: int) -> Iterator[OwnershipGap]:
    for party in facts.principals:
        if not is_minor(facts, party, instant) or inactive(facts, party):
            continue
        adults = responsible_adults(index, facts, party, instant)
        if takes_part(index, party, instant) and all(inactive(facts, one) for one in adults):
            yield OwnershipGap(party, "responsible adult")


def takes_part(index: RowIndex, individual: str, instant: int) -> bool:
    """Return whether a person is a member of anything, or plays a role."""
    if any(holds(link.properties, instant) for link in index.outgoing("MEMBER_OF", individual)):
        return True
    return any(
        holds(index.nodes[link.end].properties, instant)
        for link in index.outgoing("PLAYS", individual)
    )
