"""One household from two."""

from collections.abc import Mapping

from household_graph.changes.draft import Draft
from household_graph.changes.events.succession import assign_successor, successor_of, terminate
from household_graph.changes.events.transfer import HouseholdTransfer, transfer_policies
from household_graph.changes.functional_roles import end_role
from household_graph.changes.resolve_ids import in_household
from household_graph.changes.role_queries import has_part, open_roles
from household_graph.errors import BadInputError
from household_graph.model.enums import PartyStatus
from household_graph.model.spans import holds, span_of


def merge(
    source: Draft, target: Draft, same: Mapping[str, str], successor: str | None = None
) -> None:
    """Carry everything of one household to another one, and close the one.

    Args:
        source: the household that ends.
        target: the one that both are from then on.
        same: for those who are the same in both, the full id in the source and in the target.
        successor: the id of who takes over what would lack an owner, or None.

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
    _roles(transfer, parties)
    transfer.surroundings()
    transfer_policies(transfer)
    transfer.note_renamed()
    _close(transfer, parties)
    assign_successor(target, successor_of(target, successor))


def _check_same(source: Draft, target: Draft, here: str, there: str) -> None:
    nodes = [
        in_household(draft, one, "individual", "Individual")
        for draft, one in ((source, here), (target, there))
    ]
    births = {node.properties.get("birth_date") for node in nodes} - {None}
    if len(births) > 1:
        raise BadInputError(
            f"`{here}` and `{there}` are not born on the same day, and cannot be one person"
        )


def _products(transfer: HouseholdTransfer) -> None:
    source = transfer.source
    for product in source.index.labelled("Product"):
        if not holds(product.properties, source.at):
            continue
        accounts = [link.start for link in source.index.incoming("HAS_PRODUCT", product.id)]
        bills = [link.end for link in source.index.outgoing("CHARGED_TO", product.id)]
        bill = transfer.ids[bills[0]] if bills else None
        account = transfer.ids[accounts[0]] if accounts else None
        transfer.product(product.id, account, bill)


def _roles(transfer: HouseholdTransfer, parties: list[str]) -> None:
    index = transfer.source.index
    here = {
        label: {node.id: transfer.ids[node.id] for node in index.labelled(label)}
        for label in ("CustomerAccount", "BillingAccount")
    }
    devices = [node.id for node in index.labelled("Resource")]
    everybody = [*parties, transfer.source.household]
    for party in everybody:
        transfer.functional(party, here["CustomerAccount"], here["BillingAccount"])
    transfer.roles([*everybody, *devices])


def _close(transfer: HouseholdTransfer, parties: list[str]) -> None:
    source = transfer.source
    transfer.end_devices([node.id for node in source.index.labelled("Resource")])
    terminate(source, parties)
    for role in open_roles(source, source.household):
        end_role(source, role.id)
    for policy in source.index.labelled("Policy"):
        if span_of(policy.properties)[1] > source.at:
            source.end(policy)
    source.update(source.household, status=PartyStatus.CLOSED.value)
