"""What all answers come to: the plain data of a household document."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from household_graph.model.enums import PartyRoleKind
from household_graph.model.ids import involvement_id, party_role_id
from household_graph.onboarding.accounts import Account
from household_graph.onboarding.devices import Device
from household_graph.onboarding.household import Household
from household_graph.onboarding.names import Ids
from household_graph.onboarding.people import Person
from household_graph.onboarding.policies import Bedtime, Restrictions
from household_graph.onboarding.products import HeldProduct
from household_graph.onboarding.roles import Roles

Data = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Answers:
    """Everything that was answered."""

    household: Household
    people: tuple[Person, ...]
    accounts: tuple[Account, ...]
    products: tuple[HeldProduct, ...]
    devices: tuple[Device, ...]
    restrictions: Restrictions | None


def data_of(answers: Answers, ids: Ids) -> Data:
    """Return a document as plain data.

    Args:
        answers: what was answered.
        ids: the ids that are taken; what was not asked for takes free ones.
    """
    household = answers.household
    home = ids.take_free("home") if household.address else None
    data = {
        "organization": _organization(household, home),
        "valid_from": household.since,
        "places": [_place(household, home)] if home else [],
        "individuals": [_individual(person, answers) for person in answers.people],
        "customer_accounts": [{"id": a.id, "name": a.name} for a in answers.accounts],
        "billing_accounts": [{"id": a.bill, "name": a.bill_name} for a in answers.accounts],
        "products": [_product(product) for product in answers.products],
        "services": list(_services(answers)),
        "resources": [_resource(device, home) for device in answers.devices],
        "party_roles": _roles(answers),
        "policies": list(_policies(answers, ids)),
    }
    return {name: value for name, value in data.items() if value}


def _organization(household: Household, home: str | None) -> Data:
    return {
        "id": household.id,
        "name": household.name,
        "organization_type": household.kind.value,
        "time_zone": household.time_zone,
        "age_of_majority": household.age_of_majority,
        "located_at": [home] if home else [],
    }


def _place(household: Household, home: str) -> Data:
    address = household.address
    assert address is not None  # noqa: S101 - only then is there an id for it
    return _stated(
        id=home,
        street=address.street,
        postal_code=address.postal_code,
        city=address.city,
        country=address.country,
    )


def _individual(person: Person, answers: Answers) -> Data:
    since, until = person.span
    membership = _stated(to=answers.household.id, valid_from=since, valid_to=until)
    return _stated(
        id=person.id,
        given_name=person.given_name,
        family_name=person.family_name,
        description=person.description,
        birth_date=person.birth_date,
        minor=True if person.is_minor and not person.birth_date else None,
        member_of=[membership] if person.is_member else None,
        responsible_for=[o.id for o in answers.people if person.id in o.responsible] or None,
    )


def _product(product: HeldProduct) -> Data:
    return _stated(
        id=product.id,
        name=product.name,
        account=product.account.id,
        price=product.offered.price,
        services=[service.id for service in product.services],
        charged_to=[product.account.bill],
    )


def _services(answers: Answers) -> Iterator[Data]:
    for product in answers.products:
        for service in product.services:
            yield _stated(
                id=service.id,
                name=service.name,
                category=service.offered.category,
                minimum_age=service.offered.minimum_age,
                available_on=[d.id for d in answers.devices if service.id in d.services],
            )


def _resource(device: Device, home: str | None) -> Data:
    return _stated(
        id=device.id,
        name=device.name,
        resource_type=device.resource_type,
        value=device.value,
        located_at=[home] if home and device.stays else None,
    )


def _roles(answers: Answers) -> list[Data]:
    """Return the functional roles with what they involve in; see `Roles`."""
    first, roles = answers.accounts[0], Roles(answers.people)
    roles.of(answers.household.id, PartyRoleKind.USER, first)
    for account in answers.accounts:
        roles.of(account.customer, PartyRoleKind.CUSTOMER, account)
        for payer, share in account.shares.items():
            roles.of(payer, PartyRoleKind.BILL_PAYER, account)["pays"] = [
                {"to": account.bill, "share": share}
            ]
    for person in answers.people:
        roles.of(person.id, PartyRoleKind.USER, first)
    for product in answers.products:
        roles.involve(product.admins, "admin_of", product.id, product.account)
        roles.involve(product.choosers, "chooser_of", product.id, product.account)
        roles.involve(product.consumers, "consumer_of", product.id, product.account)
    for device in answers.devices:
        roles.involve(device.users, "consumer_of", device.id, first)
    return roles.all()


def _policies(answers: Answers, ids: Ids) -> Iterator[Data]:
    restrictions = answers.restrictions
    if restrictions is None:
        return
    product = restrictions.product
    kind = Roles.kind_for(product.admins[0], "admin_of", product.account)
    role = party_role_id(product.admins[0], kind.value, product.account.id)
    common = {
        "audience": "minors",
        "enforced_by": [restrictions.service],
        "set_by": involvement_id(role, "Admin", product.id),
    }
    if restrictions.bedtime:
        yield common | _curfew(restrictions.bedtime, ids.take_free("bedtime"))
    if restrictions.by_age:
        yield common | _stated(
            id=ids.take_free("classification"),
            name="What is fit for their age",
            kind="classification",
            governs=[answers.household.id],
            maximum_age="own-age",
            blocked_categories=list(restrictions.blocked),
        )


def _curfew(bedtime: Bedtime, own_id: str) -> Data:
    return {
        "id": own_id,
        "name": "Bedtime",
        "kind": "curfew",
        "governs": list(bedtime.services),
        "weekdays": list(bedtime.days),
        "start_time": bedtime.start,
        "end_time": bedtime.end,
    }


def _stated(**fields: object) -> Data:
    """Return the fields that are there."""
    return {name: value for name, value in fields.items() if value is not None}
