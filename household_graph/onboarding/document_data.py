"""The answers as the plain data of a household document."""

from collections.abc import Iterable, Iterator
from typing import Any

from household_graph.model.enums import PartyRoleKind
from household_graph.model.ids import involvement_id, party_role_id
from household_graph.onboarding.answers import AccountAnswer, Answers, PersonAnswer

Data = dict[str, Any]


def document_data(answers: Answers) -> Data:
    """Return the document of the answers as plain data; entries not asked for take free ids."""
    household = answers.household
    home = answers.ids.take_free("home") if household.address else None
    organization = {
        "id": household.id,
        "name": household.name,
        "organization_type": household.kind.value,
        "time_zone": household.time_zone,
        "age_of_majority": household.age_of_majority,
        "located_at": [home] if home else [],
    }
    data = {
        "organization": organization,
        "valid_from": household.since,
        "places": [_stated(id=home, **household.address)] if household.address else [],
        "individuals": [_individual(answers, person) for person in answers.people],
        "customer_accounts": [{"id": one.id, "name": one.name} for one in answers.accounts],
        "billing_accounts": [{"id": one.bill, "name": one.bill_name} for one in answers.accounts],
        "products": list(_products(answers)),
        "services": list(_services(answers)),
        "resources": list(_resources(answers, home)),
        "party_roles": _Roles(answers).entries(),
        "policies": list(_policies(answers)),
    }
    return {name: value for name, value in data.items() if value}


def _individual(answers: Answers, person: PersonAnswer) -> Data:
    since, until = person.span
    membership = _stated(to=answers.household.id, valid_from=since, valid_to=until)
    return _stated(
        id=person.id,
        **person.fields,
        member_of=[membership] if person.is_member else None,
        responsible_for=[one.id for one in answers.people if person.id in one.responsible] or None,
    )


def _products(answers: Answers) -> Iterator[Data]:
    for product in answers.products:
        yield _stated(
            id=product.id,
            name=product.name,
            account=product.account.id,
            price=product.offered.price,
            services=[service.id for service in product.services],
            charged_to=[product.account.bill],
        )


def _services(answers: Answers) -> Iterator[Data]:
    for service in answers.services:
        yield _stated(
            id=service.id,
            name=service.name,
            category=service.offered.category,
            minimum_age=service.offered.minimum_age,
            available_on=[device.id for device in answers.devices if service.id in device.services],
        )


def _resources(answers: Answers, home: str | None) -> Iterator[Data]:
    for device in answers.devices:
        place = [home] if home and device.stays else None
        yield _stated(id=device.id, **device.fields, located_at=place)


def _policies(answers: Answers) -> Iterator[Data]:
    """Yield the policies for minors, set by the first Admin of the product that enforces them."""
    if answers.enforcer is None:
        return
    service, product = answers.enforcer
    kind = _role_kind(product.admins[0], "admin_of", product.account)
    role = party_role_id(product.admins[0], kind.value, product.account.id)
    for fields in answers.policies:
        yield {
            **fields,
            "id": answers.ids.take_free(fields["id"]),
            "audience": "minors",
            "enforced_by": [service.id],
            "set_by": involvement_id(role, "Admin", product.id),
        }


def _role_kind(party: str, field: str, account: AccountAnswer) -> PartyRoleKind:
    """Return the kind of role through which a party is involved in what is on an account.

    A Customer chooses and administers as such; everything else is by a User role, which ends when
    a person who is there for a time leaves.
    """
    as_customer = party == account.customer and field != "consumer_of"
    return PartyRoleKind.CUSTOMER if as_customer else PartyRoleKind.USER


class _Roles:
    """Collects functional roles; a party has one of a kind on an account."""

    def __init__(self, answers: Answers) -> None:
        self._answers = answers
        self._people = {person.id: person for person in answers.people}
        self._roles: dict[tuple[str, str, str], Data] = {}

    def entries(self) -> list[Data]:
        """Return all roles with the involvement that they bring."""
        answers, first = self._answers, self._answers.accounts[0]
        self._role(answers.household.id, PartyRoleKind.USER, first)
        for account in answers.accounts:
            self._role(account.customer, PartyRoleKind.CUSTOMER, account)
            for payer, share in account.shares.items():
                role = self._role(payer, PartyRoleKind.BILL_PAYER, account)
                role["pays"] = [{"to": account.bill, "share": share}]
        for person in answers.people:
            self._role(person.id, PartyRoleKind.USER, first)
        for product in answers.products:
            self._involve(product.admins, "admin_of", product.id, product.account)
            self._involve(product.choosers, "chooser_of", product.id, product.account)
            self._involve(product.consumers, "consumer_of", product.id, product.account)
        for device in answers.devices:
            self._involve(device.users, "consumer_of", device.id, first)
        return list(self._roles.values())

    def _role(self, party: str, kind: PartyRoleKind, account: AccountAnswer) -> Data:
        """Return a role, which is created if it does not exist yet."""
        role = self._roles.setdefault(
            (party, kind.value, account.id),
            {"party": party, "role": kind.value, "account": account.id},
        )
        if kind is PartyRoleKind.USER and party in self._people:
            since, until = self._people[party].span
            role |= _stated(valid_from=since, valid_to=until)
        elif party in account.guarantors:
            role["guarantor"] = account.guarantors[party]
        return role

    def _involve(
        self, parties: Iterable[str], field: str, target: str, account: AccountAnswer
    ) -> None:
        """Give parties an involvement role, named as the field of a document is."""
        for party in parties:
            role = self._role(party, _role_kind(party, field, account), account)
            role.setdefault(field, []).append(target)


def _stated(**fields: object) -> Data:
    """Return the fields that have a value."""
    return {name: value for name, value in fields.items() if value is not None}
