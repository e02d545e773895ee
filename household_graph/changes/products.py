"""Products: changed, suspended, resumed, ended, moved to another account, and listed."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple, Unpack

from household_graph.changes.bill_shares import share_of, shares_of
from household_graph.changes.draft import Draft, in_household, text_of
from household_graph.changes.role_queries import (
    accounts_of,
    list_roles,
    local_or_open,
    player_of,
)
from household_graph.changes.service import ChangeGroup, ChangeKeywords, ChangeResult
from household_graph.engine.ownership_gaps import holders_of
from household_graph.engine.question import Moment
from household_graph.errors import BadInputError
from household_graph.model.enums import InvolvementKind, PartyRoleKind, ProductStatus
from household_graph.model.rows import NodeRow
from household_graph.model.spans import holds, span_of

_Roles = dict[tuple[str, str], list[str]]
"""The parties with a role, by target and role."""


class SubscribedProduct(NamedTuple):
    """A product as it is listed, with who pays, administers, chooses and uses it.

    Parties, services and the account are ids; of those who pay a bill it is charged to, the share
    follows (`bakers/dad 60 %`). The price is that of a month.
    """

    product: str
    name: str | None
    status: str | None
    account: str | None
    price: float | None
    valid_from: datetime | None
    valid_to: datetime | None
    services: tuple[str, ...]
    paid_by: tuple[str, ...]
    administered_by: tuple[str, ...]
    chosen_by: tuple[str, ...]
    used_by: tuple[str, ...]


class Products(ChangeGroup):
    """The products that households hold; see `ChangeGroup`."""

    def change(
        self,
        product: str,
        *,
        name: str | None = None,
        price: float | None = None,
        bill: str | None = None,
        **keywords: Unpack[ChangeKeywords],
    ) -> ChangeResult:
        """Change the name or the price of a month, or charge all of a product to another bill."""
        if name is None and price is None and bill is None:
            raise BadInputError("nothing to change", hint="give --name, --price or --charged-to")

        def plan(draft: Draft) -> None:
            own = _held(draft, product).id
            stated = {"name": name, "price": price}
            draft.update(own, **{one: value for one, value in stated.items() if value is not None})
            if bill is not None:
                charge(draft, own, bill)

        return self._change("product change", f"change {product}", product, plan, **keywords)

    def suspend(self, product: str, **keywords: Unpack[ChangeKeywords]) -> ChangeResult:
        """Suspend a product: nothing of it can be used until it is resumed."""
        return self._set_status(product, "suspend", ProductStatus.SUSPENDED, **keywords)

    def resume(self, product: str, **keywords: Unpack[ChangeKeywords]) -> ChangeResult:
        """Resume a suspended product."""
        return self._set_status(product, "resume", ProductStatus.ACTIVE, **keywords)

    def end(self, product: str, **keywords: Unpack[ChangeKeywords]) -> ChangeResult:
        """End a product, with all involvement in it and in services that only it carries."""

        def plan(draft: Draft) -> None:
            end_product(draft, _held(draft, product).id)

        return self._change("product end", f"end {product}", product, plan, **keywords)

    def move(
        self,
        product: str,
        account: str,
        *,
        bill: str | None = None,
        **keywords: Unpack[ChangeKeywords],
    ) -> ChangeResult:
        """Move a product to another account, and charge it to a bill there.

        Without a `bill`, that is the one that products of that account are charged to. Who
        administers, chooses and uses it stays as it is.
        """

        def plan(draft: Draft) -> None:
            own = _held(draft, product).id
            to = in_household(draft, account, "account", "CustomerAccount").id
            charged = bill or usual_bill(draft, to)
            for link in draft.index.incoming("HAS_PRODUCT", own):
                draft.unrelate(link)
            draft.relate("HAS_PRODUCT", to, own)
            if charged is not None:
                charge(draft, own, charged)

        summary = f"{product} is on {account}"
        return self._change("product move", summary, product, plan, require_owners=True, **keywords)

    def list(
        self, whose: str, *, at: Moment = None, ended: bool = False
    ) -> tuple[SubscribedProduct, ...]:
        """Return the products in force at a time, or with `ended` all, by id.

        `whose` is the id of a household; or of a party, for the products it has to do with, also
        as a member of something: by a role on one, on a service of it, or as who holds or pays it.
        """
        draft, party = self._listed(whose, at)
        held: _Roles = defaultdict(list)
        for role in list_roles(draft, None):
            held[role.target, role.role].append(role.party)
        own = list_roles(draft, party) if party else ()
        targets = {role.target for role in own if role.role != PartyRoleKind.USER}
        return tuple(
            _listed(draft, node, held)
            for node in draft.index.labelled("Product")
            if ended or holds(node.properties, draft.at)
            if party is None or not targets.isdisjoint(_around(draft, node.id))
        )

    def _set_status(
        self, product: str, verb: str, status: ProductStatus, **keywords: Unpack[ChangeKeywords]
    ) -> ChangeResult:
        def plan(draft: Draft) -> None:
            node = _held(draft, product)
            present = text_of(node, "status")
            if present not in {ProductStatus.ACTIVE, ProductStatus.SUSPENDED}:
                raise BadInputError(
                    f"the product `{node.id}` is {present}",
                    hint="only one that is active or suspended can be suspended or resumed",
                )
            draft.update(node.id, status=status.value)

        return self._change(f"product {verb}", f"{verb} {product}", product, plan, **keywords)


def end_product(draft: Draft, product: str) -> None:
    """End a product, by full id, and all involvement in it and in services that only it carries."""
    index = draft.index
    services = index.ends("REALIZED_BY", product)
    own = [one for one in services if index.starts("REALIZED_BY", one) == [product]]
    for item in (product, *own):
        for involvement in index.starts("INVOLVED_IN", item):
            draft.end(draft.get(involvement))
    draft.end(draft.get(product))


def charge(draft: Draft, product: str, bill: str) -> None:
    """Charge all of a product to a bill, and to no other; a note says who pays it."""
    account = in_household(draft, bill, "bill", "BillingAccount").id
    for link in draft.index.outgoing("CHARGED_TO", product):
        if link.end != account:
            draft.unrelate(link)
    draft.relate("CHARGED_TO", product, account, {"share": 100.0})
    payers = ", ".join(_payers(draft, product)) or "nobody"
    draft.notes.append(f"{product} is charged to {account}, which is paid by {payers}")


def usual_bill(draft: Draft, account: str) -> str | None:
    """Return the bill that products of an account are charged to; None, if they are to none.

    Raises:
        BadInputError: if there are several.
    """
    index = draft.index
    products = (draft.get(one) for one in index.ends("HAS_PRODUCT", account))
    lasting = [one.id for one in products if draft.remaining(one)]
    bills = sorted({bill for one in lasting for bill in index.ends("CHARGED_TO", one)})
    if len(bills) > 1:
        raise BadInputError(
            f"the products of `{account}` are on several bills: {', '.join(bills)}",
            hint="name one with --charged-to",
        )
    return bills[0] if bills else None


def _held(draft: Draft, product: str) -> NodeRow:
    """Return a product that has not ended; BadInputError, if it has."""
    node = in_household(draft, product, "product", "Product")
    if draft.remaining(node) is None:
        raise BadInputError(f"the product `{node.id}` has ended")
    return node


def _around(draft: Draft, product: str) -> set[str]:
    """Return what a role can be on that concerns a product."""
    index = draft.index
    services = index.ends("REALIZED_BY", product)
    return {product, *services, *accounts_of(index, product)}


def _listed(draft: Draft, node: NodeRow, held: _Roles) -> SubscribedProduct:
    index, (start, end) = draft.index, span_of(node.properties)
    admins, choosers, consumers = (
        tuple(held.get((node.id, kind.value), ()))
        for kind in (InvolvementKind.ADMIN, InvolvementKind.CHOOSER, InvolvementKind.CONSUMER)
    )
    price = node.properties.get("price")
    return SubscribedProduct(
        product=node.id,
        name=text_of(node, "name"),
        status=text_of(node, "status"),
        account=next(iter(index.starts("HAS_PRODUCT", node.id)), None),
        price=None if price is None else float(str(price)),
        valid_from=local_or_open(start, draft.zone),
        valid_to=local_or_open(end, draft.zone),
        services=tuple(index.ends("REALIZED_BY", node.id)),
        paid_by=tuple(_payers(draft, node.id)),
        administered_by=admins,
        chosen_by=choosers,
        used_by=consumers,
    )


def _payers(draft: Draft, product: str) -> Iterable[str]:
    """Yield who pays which share of the bills of a product; or the payers of its account."""
    charges = draft.index.outgoing("CHARGED_TO", product)
    shares: dict[str, float] = defaultdict(float)
    for link in charges:
        for role, share in shares_of(draft, link.end).items():
            shares[player_of(draft.index, role)] += share_of(link) * share / 100
    yield from (f"{party} {share:g} %" for party, share in sorted(shares.items()))
    for account in () if charges else accounts_of(draft.index, product):
        kind = PartyRoleKind.BILL_PAYER
        yield from holders_of(draft.index, draft.facts, kind, account, draft.at)
