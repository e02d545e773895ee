"""A household founded by whoever moves out of another one."""

from household_graph.changes.draft import Draft
from household_graph.errors import BadInputError
from household_graph.model.vocabulary import AccountState, OrganizationType, PartyStatus


def found(source: Draft, target: Draft, name: str | None) -> None:
    """Make a new household with the time zone and the age of majority of another one.

    Raises:
        BadInputError: if it is there already.
    """
    if target.before.nodes:
        raise BadInputError(
            f"the household `{target.household}` is there already",
            hint="give the new one another id, or join two with `household-graph event merge`",
        )
    old = source.node(source.household).properties
    target.make(
        target.household,
        ("Party", "Organization"),
        {
            "name": name,
            "organization_type": OrganizationType.HOUSEHOLD.value,
            "time_zone": old["time_zone"],
            "age_of_majority": old["age_of_majority"],
            "status": PartyStatus.ACTIVE.value,
        },
    )


def make_account(target: Draft) -> str:
    """Return the id of a new customer account."""
    return _make(target, "account", "CustomerAccount")


def make_bill(target: Draft) -> str:
    """Return the id of a new billing account."""
    return _make(target, "bill", "BillingAccount")


def _make(target: Draft, local_id: str, label: str) -> str:
    return target.make(target.free_id(local_id), (label,), {"state": AccountState.ACTIVE.value})
