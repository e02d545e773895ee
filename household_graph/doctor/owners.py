"""Checks of who holds and who pays for what is live."""

import math
from collections.abc import Iterable, Iterator

from household_graph.doctor.evidence import Evidence
from household_graph.doctor.finding import Symptom
from household_graph.engine.paths import inactive
from household_graph.model.enums import AccountState, InvolvementKind, PartyRoleKind
from household_graph.model.rows import NodeRow, RelationshipRow

_ROUNDING = 0.05  # per cent: three thirds of 33.33, seven sevenths of 14.29


def without_admin(evidence: Evidence) -> Iterator[Symptom]:
    """Yield live products, and what else is administered, without an Admin."""
    for lack in evidence.lacks:
        if lack.needs == InvolvementKind.ADMIN:
            product = evidence.facts.products.get(lack.id)
            adult = evidence.stand_in(product.account if product else None)
            hint = None if adult else "give it an Admin"
            mend = evidence.through_document
            if adult:
                mend = evidence.command("role", "grant", adult, "admin", lack.id, at="--from")
            yield Symptom((lack.id,), f"`{lack.id}` has no Admin", mend, hint)


def without_customer(evidence: Evidence) -> Iterator[Symptom]:
    """Yield accounts of live products without a Customer."""
    for lack in evidence.lacks:
        if lack.needs == PartyRoleKind.CUSTOMER:
            adult = evidence.stand_in(lack.id)
            hint = None if adult else "let an adult be its Customer"
            mend = evidence.through_document
            if adult:
                mend = evidence.command("role", "grant", adult, "customer", lack.id, at="--from")
            yield Symptom((lack.id,), f"the account `{lack.id}` has no Customer", mend, hint)


def without_payer(evidence: Evidence) -> Iterator[Symptom]:
    """Yield bills of live products, or accounts with products on no bill, that nobody pays."""
    for lack in evidence.lacks:
        if lack.needs == PartyRoleKind.BILL_PAYER:
            yield Symptom(
                (lack.id,), f"`{lack.id}` has no Bill Payer", *_new_payer(evidence, lack.id)
            )


def _new_payer(evidence: Evidence, bill: str) -> tuple[str, str | None]:
    """Return the command that makes somebody pay, and what to do with it."""
    products = [link.start for link in evidence.index.incoming("CHARGED_TO", bill)]
    accounts = [evidence.facts.products[product].account for product in products]
    account = bill if not products else next(filter(None, accounts), None)
    adult = evidence.stand_in(account)
    if adult is None or account is None:
        return evidence.through_document, "let an adult be its Bill Payer"
    pays = ("--pays", bill, "--share", "100") if products else ()
    words = ("role", "grant", adult, "bill-payer", account, *pays, "--consent-of", adult)
    return evidence.command(*words, at="--from"), None


def shares_not_100(evidence: Evidence) -> Iterator[Symptom]:
    """Yield bills of which too much or too little is paid, and products so charged."""
    for bill in evidence.index.labelled("BillingAccount"):
        payers = [
            link for link in evidence.index.incoming("PAYS", bill.id) if _pays(evidence, link)
        ]
        if bill.properties.get("state") == AccountState.ACTIVE and _wrong(payers):
            text = f"{_sum(payers):g} % of the bill `{bill.id}` is paid, not 100 %"
            ids = (bill.id, *(link.start for link in payers))
            yield Symptom(ids, text, *_shares(evidence, bill.id, payers))
    for product in filter(evidence.in_force, evidence.index.labelled("Product")):
        charged = evidence.index.outgoing("CHARGED_TO", product.id)
        if _live(evidence, product) and _wrong(charged):
            text = f"{_sum(charged):g} % of `{product.id}` is on bills, not 100 %"
            hint = "let the shares of its bills sum to 100"
            ids = (product.id, *(link.end for link in charged))
            yield Symptom(ids, text, evidence.through_document, hint)


def _shares(evidence: Evidence, bill: str, payers: list[RelationshipRow]) -> tuple[str, str | None]:
    """Return the command that puts the shares of a bill right, and what to do with it."""
    if len(payers) == 1:
        role, kind = evidence.index.nodes[payers[0].start], PartyRoleKind.BILL_PAYER
        mend = evidence.grant_again(role, kind, "--pays", bill, "--share", "100")
        if mend:
            return mend, None
    return evidence.through_document, "let the shares of its payers sum to 100"


def _pays(evidence: Evidence, link: RelationshipRow) -> bool:
    role = evidence.index.nodes[link.start]
    return evidence.in_force(role) and evidence.is_active(evidence.player(role.id))


def _live(evidence: Evidence, product: NodeRow) -> bool:
    return inactive(evidence.facts, product.id) is None


def _wrong(links: Iterable[RelationshipRow]) -> bool:
    """Return whether there are shares, and they do not sum to a whole."""
    found = list(links)
    return bool(found) and not math.isclose(_sum(found), 100, rel_tol=0, abs_tol=_ROUNDING)


def _sum(links: Iterable[RelationshipRow]) -> float:
    shares = (link.properties.get("share") for link in links)
    return math.fsum(share for share in shares if isinstance(share, int | float))
