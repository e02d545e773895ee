"""The words of the doctor: kinds of findings, and how grave they are."""

from enum import StrEnum


class Severity(StrEnum):
    """How grave a finding is."""

    ERROR = "error"
    """A law forbids it."""
    WARNING = "warning"
    """Somebody should look at it."""


class Kind(StrEnum):
    """What is found; `checks.py` says what each means."""

    MISSING_REQUIRED = "missing-required"
    STALE_CACHE = "stale-cache"
    RELATIONSHIP_ACROSS_HOUSEHOLDS = "relationship-across-households"
    NESTED_TOO_DEEP = "nested-too-deep"
    VALIDITY_INVERTED = "validity-inverted"
    OVERLAPPING_VALIDITIES = "overlapping-validities"
    MINOR_WITHOUT_RESPONSIBLE_ADULT = "minor-without-responsible-adult"
    MINOR_WITHOUT_CLASSIFICATION = "minor-without-classification"
    MINOR_WITHOUT_GUARANTOR = "minor-without-guarantor"
    MINOR_ADMINISTERS_ENFORCING_SERVICE = "minor-administers-enforcing-service"
    OF_AGE_WITH_GUARDIAN = "of-age-with-guardian"
    PRODUCT_WITHOUT_ADMIN = "product-without-admin"
    ACCOUNT_WITHOUT_CUSTOMER = "account-without-customer"
    BILL_WITHOUT_PAYER = "bill-without-payer"
    SHARES_NOT_100 = "shares-not-100"
    POLICY_WITHOUT_ACTIVE_SERVICE = "policy-without-active-service"
    POLICY_WITHOUT_EFFECT = "policy-without-effect"
    EXEMPTION_WITHOUT_EFFECT = "exemption-without-effect"
    GRANT_NEVER_HOLDS = "grant-never-holds"
    GRANT_TO_NOBODY = "grant-to-nobody"
    ROLE_OUTLIVES_MEMBERSHIP = "role-outlives-membership"
    ORPHAN_IDENTITY = "orphan-identity"
    IDENTITY_OF_ANOTHER = "identity-of-another"
    DEVICE_USED_BY_NOBODY = "device-used-by-nobody"
    SERVICE_NOWHERE_AVAILABLE = "service-nowhere-available"

    @classmethod
    def _missing_(cls, value: object) -> "Kind | None":
        """Take the words of earlier versions, for one version."""
        return cls.STALE_CACHE if value == "stale-facts" else None
