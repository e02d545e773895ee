"""The words of the domain, spelt the same in Cypher, Python, files and JSON.

Values of states are those of TM Forum's Open APIs: TMF632 (party), TMF666 (account),
TMF637 (product), TMF638 (service), TMF639 (resource).
"""

import re
from collections.abc import Iterable
from enum import StrEnum

_GENERAL = frozenset({"Entity", "Party", "PartyRole", "InvolvementRole"})


class OrganizationType(StrEnum):
    """What kind of organization it is; a unit is a part of a household or a business."""

    HOUSEHOLD = "household"
    BUSINESS = "business"
    UNIT = "unit"


class MediumType(StrEnum):
    """How a contact medium reaches a party (TMF632)."""

    EMAIL = "email"
    PHONE = "phone"


class PartyRoleKind(StrEnum):
    """Functional roles: static, relative to a customer account. The values are labels."""

    CUSTOMER = "Customer"
    BILL_PAYER = "BillPayer"
    USER = "User"


class InvolvementKind(StrEnum):
    """Involvement roles: per product, service or resource. The values are labels."""

    CHOOSER = "Chooser"
    ADMIN = "Admin"
    CONSUMER = "Consumer"


class Action(StrEnum):
    """What a principal asks to do with a target."""

    USE = "use"
    CHOOSE = "choose"
    ADMINISTER = "administer"

    @property
    def needs(self) -> InvolvementKind:
        """The involvement role that grants this action; none implies another (law 1)."""
        return _NEEDS[self]


_NEEDS = {
    Action.USE: InvolvementKind.CONSUMER,
    Action.CHOOSE: InvolvementKind.CHOOSER,
    Action.ADMINISTER: InvolvementKind.ADMIN,
}


class PolicyKind(StrEnum):
    """What a policy forbids: hours, ratings and categories, or everything in its scope."""

    CURFEW = "curfew"
    CLASSIFICATION = "classification"
    BLOCK = "block"
    ALLOW_ONLY = "allow-only"


class Audience(StrEnum):
    """The audience of a policy; `parties` are those it is linked to by APPLIES_TO."""

    MINORS = "minors"
    EVERYONE = "everyone"
    PARTIES = "parties"


class Weekday(StrEnum):
    """The day a curfew window starts on, in the household's own time zone."""

    MONDAY = "monday"
    TUESDAY = "tuesday"
    WEDNESDAY = "wednesday"
    THURSDAY = "thursday"
    FRIDAY = "friday"
    SATURDAY = "saturday"
    SUNDAY = "sunday"


class PartyStatus(StrEnum):
    """TMF632; only `active` counts."""

    ACTIVE = "active"
    SUSPENDED = "suspended"
    DECEASED = "deceased"
    CLOSED = "closed"


class RoleName(StrEnum):
    """Every role that a party or a resource can be granted, as users write it."""

    CUSTOMER = "customer"
    BILL_PAYER = "bill-payer"
    USER = "user"
    ADMIN = "admin"
    CHOOSER = "chooser"
    CONSUMER = "consumer"

    @property
    def kind(self) -> PartyRoleKind | InvolvementKind:
        """The functional role or involvement role that it names."""
        return _ROLES[self]

    @classmethod
    def of(cls, label: str) -> "RoleName":
        """Return the name of a role by its label, such as `BillPayer`."""
        return cls("-".join(words_of(label)))


def words_of(label: str) -> list[str]:
    """Return the words of a label, in lower case."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", label).lower().split()


_ROLES: dict[RoleName, PartyRoleKind | InvolvementKind] = {
    RoleName.of(kind): kind for kind in (*PartyRoleKind, *InvolvementKind)
}


class AccountState(StrEnum):
    """TMF666; only `active` counts."""

    ACTIVE = "active"
    SUSPENDED = "suspended"
    CLOSED = "closed"


class ProductStatus(StrEnum):
    """TMF637; only `active` counts."""

    CREATED = "created"
    PENDING_ACTIVE = "pendingActive"
    ACTIVE = "active"
    SUSPENDED = "suspended"
    PENDING_TERMINATE = "pendingTerminate"
    TERMINATED = "terminated"
    CANCELLED = "cancelled"
    ABORTED = "aborted"


class ServiceState(StrEnum):
    """TMF638; only `active` counts."""

    FEASIBILITY_CHECKED = "feasibilityChecked"
    DESIGNED = "designed"
    RESERVED = "reserved"
    INACTIVE = "inactive"
    ACTIVE = "active"
    SUSPENDED = "suspended"
    TERMINATED = "terminated"


class AdministrativeState(StrEnum):
    """TMF639, and `lost`; only `unlocked` counts."""

    UNLOCKED = "unlocked"
    LOCKED = "locked"
    SHUTDOWN = "shutdown"
    LOST = "lost"


class OperationalState(StrEnum):
    """TMF639; only `enable` counts."""

    ENABLE = "enable"
    DISABLE = "disable"


class ActorKind(StrEnum):
    """The actor of a change: a party, bound by the laws, or an operator of the provider."""

    PARTY = "party"
    OPERATOR = "operator"


class RequestState(StrEnum):
    """What became of a request for a change; a lapsed one is stored as open."""

    OPEN = "open"
    SCHEDULED = "scheduled"
    MADE = "made"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    FAILED = "failed"
    LAPSED = "lapsed"


class RunState(StrEnum):
    """The progress of an import.

    One that is `running` or `undoing`, while no process is at work on it, is `interrupted` or
    `half-undone`, until the same command goes on with it; it is `stopped` once another export of
    the source is imported in its place.
    """

    RUNNING = "running"
    INTERRUPTED = "interrupted"
    STOPPED = "stopped"
    FINISHED = "finished"
    UNDOING = "undoing"
    HALF_UNDONE = "half-undone"
    UNDONE = "undone"


class ReasonCode(StrEnum):
    """Why an answer is yes (`granted`, `exempt`, `paused`) or no (all others)."""

    GRANTED = "granted"
    EXEMPT = "exempt"
    PAUSED = "paused"
    NOT_GRANTED = "not-granted"
    NOT_YET_VALID = "not-yet-valid"
    ENDED = "ended"
    UNDER_AGE = "under-age"
    NOT_ACTIVE = "not-active"
    NOT_AVAILABLE_ON_DEVICE = "not-available-on-device"
    NO_DEVICE_GRANT = "no-device-grant"
    CURFEW = "curfew"
    CLASSIFICATION = "classification"
    BLOCK = "block"
    ALLOW_ONLY = "allow-only"


def describe_labels(labels: Iterable[str]) -> str:
    """Return the noun for a node with these labels, such as `a customer account`."""
    label = min(labels, key=lambda one: (one in _GENERAL, one), default="Entity")
    words = " ".join(words_of(label))
    is_role = label in frozenset(_ROLES.values())
    return f"{'an' if words[0] in 'aeio' else 'a'} {words}{' role' if is_role else ''}"
