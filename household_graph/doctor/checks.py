"""The doctor's checks: for each kind of finding how grave it is, what it means, and who looks."""

from collections.abc import Callable, Collection, Iterable, Iterator
from typing import NamedTuple

from household_graph.doctor.damage import (
    inverted_validities,
    missing_required,
    nested_too_deep,
    relationships_across,
    stale_caches,
)
from household_graph.doctor.effect import (
    exemptions_without_effect,
    grants_that_never_hold,
    policies_without_effect,
)
from household_graph.doctor.evidence import Evidence, gather
from household_graph.doctor.finding import Finding, Symptom
from household_graph.doctor.grants import (
    devices_used_by_nobody,
    grants_to_nobody,
    services_nowhere_available,
)
from household_graph.doctor.kinds import Kind, Severity
from household_graph.doctor.minors import (
    minors_administering,
    minors_without_adult,
    minors_without_classification,
    minors_without_guarantor,
    of_age_with_guardian,
)
from household_graph.doctor.owners import (
    shares_not_100,
    without_admin,
    without_customer,
    without_payer,
)
from household_graph.doctor.safeguards import (
    identities_of_others,
    orphan_identities,
    policies_without_service,
)
from household_graph.doctor.validities import (
    overlapping_validities,
    roles_outliving_membership,
)
from household_graph.engine.question import Moment
from household_graph.model.rows import RelationshipRow, Rows
from household_graph.store.access_cache import StoredAccess


class Check(NamedTuple):
    """One kind of finding.

    Attributes:
        kind: its word.
        severity: how grave it is.
        meaning: what it means, in words.
        find: yields what is found in the evidence of a household.
    """

    kind: Kind
    severity: Severity
    meaning: str
    find: Callable[[Evidence], Iterator[Symptom]]


CHECKS = (
    Check(
        Kind.MISSING_REQUIRED,
        Severity.ERROR,
        "a label, a value or a relationship without which it cannot be read is missing or wrong",
        missing_required,
    ),
    Check(
        Kind.STALE_CACHE,
        Severity.ERROR,
        "the access cache does not say what the graph says: somebody wrote plain Cypher without "
        "counting the revision up, or deleted a household; a warning, where it is missing or out "
        "of date, and questions are answered live",
        stale_caches,
    ),
    Check(
        Kind.RELATIONSHIP_ACROSS_HOUSEHOLDS,
        Severity.ERROR,
        "a relationship leaves the household; nothing is ever decided by it",
        relationships_across,
    ),
    Check(
        Kind.NESTED_TOO_DEEP,
        Severity.ERROR,
        "units or bundles nest deeper than any question looks: nothing is granted through them",
        nested_too_deep,
    ),
    Check(
        Kind.VALIDITY_INVERTED,
        Severity.ERROR,
        "something ends before it begins",
        inverted_validities,
    ),
    Check(
        Kind.OVERLAPPING_VALIDITIES,
        Severity.WARNING,
        "a dated relationship, or a role, is stated twice for a time that is not over yet",
        overlapping_validities,
    ),
    Check(
        Kind.MINOR_WITHOUT_RESPONSIBLE_ADULT,
        Severity.ERROR,
        "no active adult is responsible for a minor who is a member or plays a role",
        minors_without_adult,
    ),
    Check(
        Kind.MINOR_WITHOUT_CLASSIFICATION,
        Severity.WARNING,
        "no classification policy in force speaks to a minor",
        minors_without_classification,
    ),
    Check(
        Kind.MINOR_WITHOUT_GUARANTOR,
        Severity.ERROR,
        "a minor is Customer or Bill Payer without a responsible adult as guarantor",
        minors_without_guarantor,
    ),
    Check(
        Kind.MINOR_ADMINISTERS_ENFORCING_SERVICE,
        Severity.ERROR,
        "a minor administers a service that enforces a policy in force",
        minors_administering,
    ),
    Check(
        Kind.OF_AGE_WITH_GUARDIAN,
        Severity.WARNING,
        "somebody is of age, or of unknown age, and others are still responsible for them or their "
        "guarantors",
        of_age_with_guardian,
    ),
    Check(
        Kind.PRODUCT_WITHOUT_ADMIN,
        Severity.ERROR,
        "a live product, or what else has Admin roles of its own, has no Admin",
        without_admin,
    ),
    Check(
        Kind.ACCOUNT_WITHOUT_CUSTOMER,
        Severity.ERROR,
        "an account with live products has no Customer",
        without_customer,
    ),
    Check(
        Kind.BILL_WITHOUT_PAYER,
        Severity.ERROR,
        "a bill that live products are on, or an account with products on none, has no Bill Payer",
        without_payer,
    ),
    Check(
        Kind.SHARES_NOT_100,
        Severity.ERROR,
        "what is paid of a bill, or what of a product is on bills, does not sum to 100 %",
        shares_not_100,
    ),
    Check(
        Kind.POLICY_WITHOUT_ACTIVE_SERVICE,
        Severity.ERROR,
        "a policy is in force, and no active service of an active product enforces it",
        policies_without_service,
    ),
    Check(
        Kind.POLICY_WITHOUT_EFFECT,
        Severity.WARNING,
        "a policy forbids nobody anything as the household stands, or names a category that no "
        "service has",
        policies_without_effect,
    ),
    Check(
        Kind.EXEMPTION_WITHOUT_EFFECT,
        Severity.WARNING,
        "somebody is exempt from a policy that does not speak to them while the exemption lasts",
        exemptions_without_effect,
    ),
    Check(
        Kind.GRANT_NEVER_HOLDS,
        Severity.WARNING,
        "of a grant that is not over, one part ends before another begins",
        grants_that_never_hold,
    ),
    Check(
        Kind.GRANT_TO_NOBODY,
        Severity.WARNING,
        "an involvement role is in force, but nobody plays it, whoever does is deceased or "
        "closed or has no members, or what it is on is over",
        grants_to_nobody,
    ),
    Check(
        Kind.ROLE_OUTLIVES_MEMBERSHIP,
        Severity.WARNING,
        "somebody was a member, is none any more, and is still User of an account",
        roles_outliving_membership,
    ),
    Check(
        Kind.ORPHAN_IDENTITY,
        Severity.WARNING,
        "an active identity belongs to nobody, or to somebody who takes no part any more",
        orphan_identities,
    ),
    Check(
        Kind.IDENTITY_OF_ANOTHER,
        Severity.ERROR,
        "an involvement role is exercised with an identity that its player does not own",
        identities_of_others,
    ),
    Check(
        Kind.DEVICE_USED_BY_NOBODY,
        Severity.WARNING,
        "an active device has no Consumer, and no other device is connected to it",
        devices_used_by_nobody,
    ),
    Check(
        Kind.SERVICE_NOWHERE_AVAILABLE,
        Severity.WARNING,
        "a live service is to be had on no device",
        services_nowhere_available,
    ),
)
"""All checks, in the order in which their findings are listed."""


def examine(
    rows: Rows,
    at: Moment = None,
    *,
    now: int,
    strays: Iterable[RelationshipRow] = (),
    stored: StoredAccess | None = None,
    only: Collection[Kind] = (),
) -> list[Finding]:
    """Return what is wrong with a household at an instant, errors first.

    Of one that is closed, only errors: nobody looks after what is left of it.

    Args:
        rows: of the household, however damaged.
        at: when it is looked at; without an offset it is local time; None: now.
        now: when it would be mended, in milliseconds; commands for a later instant say so.
        strays: relationships between it and anything that is not of it.
        stored: what the graph holds of its access cache; None: that is not looked at.
        only: the kinds to look for; none: all.

    Raises:
        InvalidTimeError: if `at` cannot be read.
    """
    evidence = gather(rows, at, now=now, strays=tuple(strays), stored=stored)
    closed = evidence.is_closed(rows.household)
    found = [
        Finding(rows.household, check.kind, symptom.severity or check.severity, symptom)
        for check in CHECKS
        if (not only or check.kind in only) and (check.severity is Severity.ERROR or not closed)
        for symptom in check.find(evidence)
    ]
    return sorted(found, key=lambda finding: finding.severity is not Severity.ERROR)
