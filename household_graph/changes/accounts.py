"""On which customer account somebody uses, chooses or administers something."""

from household_graph.changes.draft import Draft
from household_graph.changes.played import functional_roles
from household_graph.errors import BadInputError
from household_graph.model.row_index import RowIndex
from household_graph.model.validity import holds
from household_graph.model.vocabulary import PartyRoleKind


def accounts_of(index: RowIndex, item: str) -> list[str]:
    """Return the accounts that hold a product, or one that carries this product or service."""
    found = [link.start for link in index.into("HAS_PRODUCT", item)]
    for kind in ("REALIZED_BY", "BUNDLES"):
        for link in index.into(kind, item):
            found += accounts_of(index, link.start)
    return list(dict.fromkeys(found))


def account_for(draft: Draft, party: str, item: str) -> str:
    """Return the account on which a party's User role is involved in an item.

    It is that of the product. Where there are several, or none (a device), it is one on which the
    party is a User already, and else the first.

    Raises:
        BadInputError: if the household has no customer account.
    """
    index = draft.index
    accounts = accounts_of(index, item) or [a.id for a in index.labelled("CustomerAccount")]
    if not accounts:
        raise BadInputError(
            f"the household `{draft.household}` has no customer account",
            hint="add one to its document and load it",
        )
    used = (a for a in accounts if _is_user(draft, party, a))
    return next(used, accounts[0])


def _is_user(draft: Draft, party: str, account: str) -> bool:
    roles = functional_roles(draft.index, party, PartyRoleKind.USER, account)
    return any(holds(role.properties, draft.at) for role in roles)
