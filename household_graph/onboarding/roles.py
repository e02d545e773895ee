"""The functional roles that answers come to, each with what it involves in."""

from collections.abc import Iterable, Sequence
from typing import Any

from household_graph.model.enums import PartyRoleKind
from household_graph.onboarding.accounts import Account
from household_graph.onboarding.people import Person


class Roles:
    """Collects functional roles, each party having one of a kind on an account.

    A Customer chooses and administers as such; whatever else there is hangs on a User role, which
    ends when somebody who is there for a time leaves.
    """

    def __init__(self, people: Sequence[Person]) -> None:
        """Begin with no role."""
        self._people = {person.id: person for person in people}
        self._roles: dict[tuple[str, str, str], dict[str, Any]] = {}

    @staticmethod
    def kind_for(party: str, field: str, account: Account) -> PartyRoleKind:
        """Return by way of which kind of role a party is involved in what is on an account."""
        as_customer = party == account.customer and field != "consumer_of"
        return PartyRoleKind.CUSTOMER if as_customer else PartyRoleKind.USER

    def of(self, party: str, kind: PartyRoleKind, account: Account) -> dict[str, Any]:
        """Return a role, which is made where it is not there yet."""
        role = self._roles.setdefault(
            (party, kind.value, account.id),
            {"party": party, "role": kind.value, "account": account.id},
        )
        person = self._people.get(party)
        if kind is PartyRoleKind.USER and person:
            spans = zip(("valid_from", "valid_to"), person.span, strict=True)
            role |= {name: moment for name, moment in spans if moment is not None}
        if kind is not PartyRoleKind.USER and party in account.guarantors:
            role["guarantor"] = account.guarantors[party]
        return role

    def involve(self, parties: Iterable[str], field: str, target: str, account: Account) -> None:
        """Give parties an involvement role, named as the field of a document is."""
        for party in parties:
            role = self.of(party, self.kind_for(party, field, account), account)
            role.setdefault(field, []).append(target)

    def all(self) -> list[dict[str, Any]]:
        """Return all roles as parts of a document."""
        return list(self._roles.values())
