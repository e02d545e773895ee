"""Who pays which part of a bill."""

from household_graph.changes.checks import in_household
from household_graph.changes.draft import Draft
from household_graph.changes.played import player_of
from household_graph.changes.roles import pays
from household_graph.errors import BadInputError
from household_graph.model.validity import holds

__all__ = ["pay_share"]

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


def _others(draft: Draft, role: str, bill: str) -> dict[str, float]:
    """Return the shares of the other roles that pay a bill when the change takes effect."""
    return {
        link.start: float(str(link.properties.get("share", _WHOLE)))
        for link in draft.index.into("PAYS", bill)
        if link.start != role and holds(draft.node(link.start).properties, draft.at)
    }
