"""One household from two."""

from collections.abc import Mapping, Sequence

from household_graph.changes.draft import Draft, in_household
from household_graph.changes.events.leave import assign_successor, successor_of, terminate
from household_graph.changes.events.transfer import HouseholdTransfer
from household_graph.changes.role_grants import end_role
from household_graph.changes.role_queries import has_part, open_roles
from household_graph.errors import BadInputError
from household_graph.model.enums import PartyStatus
from household_graph.model.spans import holds


def merge(
    source: Draft, target: Draft, same: Mapping[str, str], successor: str | None = None
) -> None:
    """Carry everything of one household to another one, and close the one; see `Events.merge`.

    Raises:
        BadInputError: if there is no other household, or two who are to be the same cannot be.
        UnknownIdError: if an id in `same` does not exist.
    """
    if not target.before.nodes:
        raise BadInputError(
            f"the household `{target.household}` is not there",
            hint="name the one that is to remain; `household-graph event separate` makes a new one",
        )
    for here, there in same.items():
        _check_same(source, target, here, there)
    index = source.index
    transfer = HouseholdTransfer(source, target, same)
    units = [n.id for n in index.labelled("Organization") if n.id != source.household]
    people = [n.id for n in index.labelled("Individual") if has_part(source, n.id)]
    devices = [n.id for n in index.labelled("Resource")]
    for person in people:
        transfer.person(person)
    for label in ("CustomerAccount", "BillingAccount", "Resource", "Place"):
        for node in index.labelled(label):
            transfer.copy(node.id)
    alone = [n.id for n in index.labelled("Service") if not index.incoming("REALIZED_BY", n.id)]
    for one in (*units, *alone):  # other services go with their products
        transfer.copy(one)
    _products(transfer)
    parties = [*people, *units]
    transfer.relate("MEMBER_OF", parties, household=True)
    everyone = [*parties, source.household]
    for party in everyone:
        transfer.functional(party)
    transfer.roles([*everyone, *devices])
    transfer.surroundings()
    transfer.policies()
    transfer.note_renamed()
    transfer.end_devices(devices)
    _close(source, parties)
    assign_successor(target, successor_of(target, successor))


def _check_same(source: Draft, target: Draft, here: str, there: str) -> None:
    one = in_household(source, here, "individual", "Individual").properties.get("birth_date")
    other = in_household(target, there, "individual", "Individual").properties.get("birth_date")
    if one and other and one != other:
        raise BadInputError(
            f"`{here}` and `{there}` are not born on the same day, and cannot be one person"
        )


def _products(transfer: HouseholdTransfer) -> None:
    source, ids = transfer.source, transfer.ids
    for product in source.index.labelled("Product"):
        if holds(product.properties, source.at):
            accounts = [ids[one] for one in source.index.starts("HAS_PRODUCT", product.id)]
            bills = [ids[one] for one in source.index.ends("CHARGED_TO", product.id)]
            transfer.product(
                product.id, accounts[0] if accounts else None, bills[0] if bills else None
            )


def _close(source: Draft, parties: Sequence[str]) -> None:
    terminate(source, parties)
    for role in open_roles(source, source.household):
        end_role(source, role.id)
    for policy in source.index.labelled("Policy"):
        source.end(policy)
    source.update(source.household, status=PartyStatus.CLOSED.value)
