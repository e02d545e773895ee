"""Who pays which part of a bill."""

from collections.abc import Iterator, Mapping

from household_graph.changes.checks import in_household
from household_graph.changes.draft import Draft
from household_graph.changes.functional_roles import pays
from household_graph.changes.played import player_of
from household_graph.errors import BadInputError
from household_graph.model.row_index import RowIndex
from household_graph.model.validity import holds

_WHOLE = 100.0  # per cent


def pay_share(draft: Draft, role: str, bill: str, share: float | None) -> None:
    """Let a Bill Payer pay a share of a bill, or what the others leave of it.

    A note says so where the shares then do not add up to the whole.

    Args:
        draft: the household.
        role: the id of the BillPayer role.
        bill: the id of the billing account.
        share: in per cent; None: what is left.

    Raises:
        BadInputError: if nothing is left, or an id is of something else.
    """
    bill = in_household(draft, bill, "bill", "BillingAccount").id
    others = _others(draft, role, bill)
    if share is None:
        share = _WHOLE - sum(others.values())
        if share <= 0:
            payers = ", ".join(f"`{player_of(draft.index, one)}`" for one in others)
            raise BadInputError(
                f"nothing of `{bill}` is left to pay; it is paid by {payers}",
                hint="say how much with --share, and give the others less",
            )
    pays(draft, role, bill, share)
    total = share + sum(others.values())
    if total != _WHOLE:
        draft.notes.append(f"the shares of {bill} add up to {total:g} %")


def who_pays_more(drafts: Mapping[str, Draft], household: str) -> Iterator[str]:
    """Yield a line for everybody whose share of a bill grows by a change.

    What was carried from another household counts as what it was over there.

    Args:
        drafts: the households that are changed, by id.
        household: the one whose bills are looked at.
    """
    draft = drafts[household]
    before = {
        key: share
        for one in drafts.values()
        for key, share in _shares(RowIndex(one.before), draft.at).items()
    }
    for (party, bill), share in _shares(draft.index, draft.at).items():
        was = before.get((party, bill))
        if was is None:
            was = before.get((draft.carried.get(party, ""), draft.carried.get(bill, "")), 0.0)
        if share > was:
            yield f"{party} pays {share:g} % of {bill} now"


def _shares(index: RowIndex, instant: int) -> dict[tuple[str, str], float]:
    """Return how much of each bill each party pays, in per cent."""
    found: dict[tuple[str, str], float] = {}
    for bill in index.labelled("BillingAccount"):
        for link in index.into("PAYS", bill.id):
            if holds(index.nodes[link.start].properties, instant):
                key = (player_of(index, link.start), bill.id)
                share = float(str(link.properties.get("share", _WHOLE)))
                found[key] = round(found.get(key, 0.0) + share, 2)
    return found


def _others(draft: Draft, role: str, bill: str) -> dict[str, float]:
    """Return the shares of the other roles that pay a bill when the change takes effect."""
    return {
        link.start: float(str(link.properties.get("share", _WHOLE)))
        for link in draft.index.into("PAYS", bill)
        if link.start != role and holds(draft.node(link.start).properties, draft.at)
    }
