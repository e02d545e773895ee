"""The rights that a change requires: a role of the party, or a relationship to another one."""

from enum import StrEnum
from typing import NamedTuple


class RightKind(StrEnum):
    """What a party has to be to have a right; `of` is the id it is relative to."""

    CUSTOMER = "Customer of the account"
    ANY_CUSTOMER = "Customer of an account of the household, and of age"
    ADMIN = "Admin of the product, service or device"
    CHOOSER = "Chooser of the product or service"
    ONLY_CONSUMER = "the person who is the only Consumer of the device"
    HOLDER = "the one who has this Admin role"
    SELF = "the party itself"
    GUARDIAN = "the responsible adult of the minor"
    GUARANTOR = "the adult who is guarantor of the role"


class Right(NamedTuple):
    """One thing that would do.

    Attributes:
        kind: what a party has to be.
        of: of which account, product, service, device, role, party or household.
        adult: whether they have to be of age as well.
    """

    kind: RightKind
    of: str
    adult: bool = False


class Law(StrEnum):
    """Who may change what, in words; docs/laws.md has each of these sentences."""

    ADMINS = "a Customer of the account appoints and removes the Admins of its products"
    CHOOSERS = "a Customer of the account, or an Admin, appoints and removes Choosers"
    CONSUMERS = "an Admin grants and removes Consumers, a Customer only where there is no Admin"
    DEVICES = "the Admin of a device changes it, and where there is none, a Customer who is of age"
    GIVEN_UP = (
        "a device is locked or reported lost by its Admin, a Customer who is of age, or the "
        "person who alone uses it"
    )
    DEVICE_ROLES = (
        "the Admin of a device, or a Customer who is of age, appoints its Admins and Choosers"
    )
    ACCOUNTS = "a Customer of the account says who is Customer of it, and who pays what"
    USERS = "a Customer of the account, or an Admin of something on it, says who is User of it"
    POLICIES = "an Admin of the service that enforces a policy sets, changes and lifts it"
    SETTERS = "a policy is set in an Admin role of one's own"
    PRODUCTS = "a Customer of the account, or a Chooser, changes a product and its services"
    SERVICES = "what a service is, and that there is one, is the provider's to say"
    ENFORCERS = "a service that enforces a policy is suspended or ended by its Admin who is of age"
    MEASURES = (
        "birth dates, ages of majority and time zones are changed by who administers, and is of "
        "age, every service that enforces a policy; where none does, by a Customer who is of age"
    )
    IDENTITIES = "a username is its owner's, the owner's responsible adult's, or a Customer's"
    GUARANTORS = "a minor is Customer or Bill Payer only with a responsible adult as guarantor"
    MINOR_ADMINS = "a minor administers no service that enforces a policy"
    CONSENT = "nobody becomes Bill Payer, guarantor or successor without their consent"
    PEOPLE = "a Customer who is of age says who belongs to the household, and where it lives"
    GUARDIANS = "a responsible adult, or a Customer who is of age, says who is responsible"
    FOUNDERS = "a new household is founded by a Customer of it who is of age"
    FOREIGN = "a party changes no household but its own"
    PROVIDER = "prices, payments, ratings and categories are the provider's to say"
    UNNAMED = "no law lets a party change this"


class Requirement(NamedTuple):
    """What a law asks of a party who touches something.

    Attributes:
        law: the law.
        thing: the id of what is touched.
        rights: any one of these will do; none: no party may do it.
    """

    law: Law
    thing: str
    rights: tuple[Right, ...]
