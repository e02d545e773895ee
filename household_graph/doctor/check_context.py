"""What the checks read: one household at one instant, with its rows, facts and common lookups.

`index` and `facts` hold the readable part of the household only; `rows` may be damaged.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from household_graph.doctor.finding import command, edit_document
from household_graph.doctor.sanitize import Damage, readable_part
from household_graph.engine.facts import Facts
from household_graph.engine.facts_builder import facts_from_rows
from household_graph.engine.grants import coverages, inactive
from household_graph.engine.guarantors import active_guardians, is_minor
from household_graph.engine.ownership_gaps import (
    OwnershipGap,
    holders_of,
    ownership_gaps,
    takes_part,
)
from household_graph.engine.question import Moment
from household_graph.model.enums import PartyRoleKind, ServiceState
from household_graph.model.instants import FOREVER, instant_of, isoformat
from household_graph.model.rows import NodeRow, RelationshipRow, RowIndex, Rows
from household_graph.model.spans import holds, span_of
from household_graph.store.access_cache import StoredAccess

ROLE_WORDS = {
    PartyRoleKind.CUSTOMER: "customer",
    PartyRoleKind.BILL_PAYER: "bill-payer",
    PartyRoleKind.USER: "user",
}
"""The functional roles as `role grant` and `role revoke` spell them."""


@dataclass(frozen=True)
class CheckContext:
    """One household at one instant.

    Attributes:
        rows: all rows, damaged or not.
        index: the readable part of them.
        facts: of the readable part.
        instant: the instant of the examination, in milliseconds.
        later: that instant as ISO 8601 if it is in the future, else None.
        damage: what is not readable.
        strays: relationships that leave the household.
        stored: the access cache in the graph; None: not examined.
    """

    rows: Rows
    index: RowIndex
    facts: Facts
    instant: int
    later: str | None
    damage: tuple[Damage, ...]
    strays: tuple[RelationshipRow, ...]
    stored: StoredAccess | None

    @classmethod
    def of(
        cls,
        rows: Rows,
        at: Moment,
        *,
        now: int,
        strays: tuple[RelationshipRow, ...] = (),
        stored: StoredAccess | None = None,
    ) -> "CheckContext":
        """Return the context of one household; see `runner.examine` for the arguments.

        Raises:
            InvalidTimeError: if `at` cannot be read.
        """
        readable, damage = readable_part(rows)
        facts = facts_from_rows(readable)
        instant = now if at is None else instant_of(at, facts.zone)
        later = isoformat(instant, facts.zone) if instant > now else None
        return cls(rows, RowIndex(readable), facts, instant, later, damage, strays, stored)

    @property
    def household(self) -> str:
        """The id of the household."""
        return self.rows.household

    @property
    def edit_document(self) -> str:
        """The command line for what is fixed in the document of the household."""
        return edit_document(self.household)

    @cached_property
    def gaps(self) -> list[OwnershipGap]:
        """What is active and has no owner, payer or responsible adult."""
        return ownership_gaps(self.index, self.facts, self.instant)

    @cached_property
    def minors(self) -> list[str]:
        """The ids of active minors who are members or have a role."""
        return [
            one
            for one in self._individuals()
            if self.is_minor(one) and takes_part(self.index, one, self.instant)
        ]

    @cached_property
    def adults(self) -> list[str]:
        """The ids of active adults who are members."""
        return [
            one
            for one in self._individuals()
            if not self.is_minor(one)
            and any(map(self.in_force, self.index.outgoing("MEMBER_OF", one)))
        ]

    @cached_property
    def enforcements(self) -> list[tuple[str, str]]:
        """The ids of each policy in force and each service that enforces it."""
        return [
            (policy.id, link.end)
            for policy in filter(self.in_force, self.index.labelled("Policy"))
            for link in self.index.outgoing("ENFORCED_BY", policy.id)
        ]

    @cached_property
    def enforcing_services(self) -> list[str]:
        """The ids of active services that enforce policies in force."""
        services = {service for _policy, service in self.enforcements}
        return sorted(filter(self.is_service_active, services))

    def in_force(self, row: NodeRow | RelationshipRow) -> bool:
        """Return whether a row is valid at the instant."""
        return holds(row.properties, self.instant)

    def is_minor(self, party: str) -> bool:
        """Return whether a party is an individual below the age of majority."""
        return is_minor(self.facts, party, self.instant)

    def is_active(self, principal: str) -> bool:
        """Return whether a party or a resource is active."""
        return inactive(self.facts, principal) is None

    def guardians(self, minor: str) -> list[str]:
        """Return the ids of active adults who are responsible for a minor."""
        return active_guardians(self.index, self.facts, minor, self.instant)

    def player(self, role: str) -> str:
        """Return the party of a functional role, or the resource of a resource role."""
        return self.index.incoming("PLAYS", role)[0].start

    def account(self, role: str) -> str | None:
        """Return the account of a functional role; None for a resource role."""
        return next((link.end for link in self.index.outgoing("ON_ACCOUNT", role)), None)

    def is_service_active(self, service: str) -> bool:
        """Return whether a service and, if it has products, one of them is active."""
        own = (cover for cover in coverages(self.facts, service) if cover.item == service)
        is_active = self.facts.services[service].state == ServiceState.ACTIVE
        return is_active and any(cover.is_effective(self.instant) for cover in own)

    def default_adult(self, account: str | None = None) -> str | None:
        """Return the adult to suggest: Customer or payer of an account, else any; None: nobody."""
        accounts = [account] if account else []
        accounts += [node.id for node in self.index.labelled("CustomerAccount")]
        for kind in (PartyRoleKind.CUSTOMER, PartyRoleKind.BILL_PAYER):
            for one in accounts:
                holders = holders_of(self.index, self.facts, kind, one, self.instant)
                if adults := [holder for holder in holders if holder in self.adults]:
                    return adults[0]
        return next(iter(self.adults), None)

    def command(self, *words: str, at: str | None = "--at") -> str:
        """Return a command line; `at` is the option that names its time if that is later."""
        return command(*words, *((at, self.later) if at and self.later else ()))

    def regrant(self, role: NodeRow, kind: PartyRoleKind, *options: str) -> str | None:
        """Return the command that grants a functional role again with options, until its end."""
        account, end = self.account(role.id), span_of(role.properties)[1]
        if account is None:
            return None
        until = () if end == FOREVER else ("--until", isoformat(end, self.facts.zone))
        words = ("role", "grant", self.player(role.id), ROLE_WORDS[kind], account)
        return self.command(*words, *until, *options, at="--from")

    def _individuals(self) -> Iterator[str]:
        yield from sorted(filter(self.is_active, self.facts.individuals))
