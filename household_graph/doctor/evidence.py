"""What the checks of one household look at: rows, facts, and what is asked of them again and again.

Whatever a check reads of `index` and `facts` is sound; only `rows` are as somebody wrote them.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from household_graph.doctor.mending import ROLE_WORDS, command, through_document
from household_graph.doctor.soundness import Damage, sound_part
from household_graph.engine.ages import minority
from household_graph.engine.facts import Facts
from household_graph.engine.facts_from_rows import facts_from_rows
from household_graph.engine.ownership import Lack, holders_of, lacks
from household_graph.engine.paths import covers, inactive
from household_graph.engine.question import Moment
from household_graph.model.enums import PartyRoleKind, PartyStatus, ServiceState
from household_graph.model.ids import household_of
from household_graph.model.instants import FOREVER, instant_of, isoformat
from household_graph.model.rows import NodeRow, RelationshipRow, RowIndex, Rows
from household_graph.model.validity import holds, span_of
from household_graph.store.access_cache import StoredAccess


@dataclass(frozen=True)
class Evidence:
    """One household at one instant.

    Attributes:
        rows: all there is, damaged or not.
        index: of the sound part of it.
        facts: of the same.
        instant: the instant it is looked at, in milliseconds.
        later: that instant as text where it is not now but to come, else None.
        damage: what is not sound.
        strays: relationships that leave the household.
        stored: what the graph holds of its access cache; None: that is not looked at.
    """

    rows: Rows
    index: RowIndex
    facts: Facts
    instant: int
    later: str | None
    damage: tuple[Damage, ...]
    strays: tuple[RelationshipRow, ...]
    stored: StoredAccess | None

    @property
    def household(self) -> str:
        """The id of the household."""
        return self.rows.household

    @property
    def through_document(self) -> str:
        """The command line for what is mended in the document of the household."""
        return through_document(self.household)

    @cached_property
    def lacks(self) -> list[Lack]:
        """What is live and lacks somebody."""
        return lacks(self.index, self.facts, self.instant)

    @cached_property
    def minors(self) -> list[str]:
        """The active minors who are members or play a role, by id."""
        return [one for one in self._individuals() if self.is_minor(one) and self._takes_part(one)]

    @cached_property
    def adults(self) -> list[str]:
        """The active individuals of age who are members, by id."""
        return [
            one
            for one in self._individuals()
            if not self.is_minor(one)
            and any(map(self.in_force, self.index.outgoing("MEMBER_OF", one)))
        ]

    @cached_property
    def enforcements(self) -> list[tuple[str, str]]:
        """Each policy in force with each service that enforces it."""
        return [
            (policy.id, link.end)
            for policy in filter(self.in_force, self.index.labelled("Policy"))
            for link in self.index.outgoing("ENFORCED_BY", policy.id)
        ]

    @cached_property
    def enforcing(self) -> list[str]:
        """The live services that enforce policies in force, by id."""
        services = {service for _policy, service in self.enforcements}
        return sorted(filter(self.service_live, services))

    def in_force(self, row: NodeRow | RelationshipRow) -> bool:
        """Return whether a row holds at the instant."""
        return holds(row.properties, self.instant)

    def is_minor(self, individual: str) -> bool:
        """Return whether somebody is below the age of majority."""
        asker = self.facts.askers[individual]
        span = minority(self.facts, asker) if asker.kind == "Individual" else None
        return span is not None and span.start <= self.instant < span.end

    def is_active(self, asker: str) -> bool:
        """Return whether a party or a resource is active."""
        return inactive(self.facts, asker) is None

    def is_closed(self, organization: str) -> bool:
        """Return whether an organization is closed."""
        node = self.index.nodes.get(organization)
        return node is not None and node.properties.get("status") == PartyStatus.CLOSED

    def guardians(self, minor: str) -> list[str]:
        """Return the active adults who are responsible for a minor."""
        links = filter(self.in_force, self.index.incoming("RESPONSIBLE_FOR", minor))
        adults = {link.start for link in links if not self.is_minor(link.start)}
        return sorted(adult for adult in adults if self.is_active(adult))

    def player(self, role: str) -> str:
        """Return who plays a functional role, or which resource a resource role."""
        return self.index.incoming("PLAYS", role)[0].start

    def account(self, role: str) -> str | None:
        """Return the account of a functional role; None for a resource role."""
        return next((link.end for link in self.index.outgoing("ON_ACCOUNT", role)), None)

    def service_live(self, service: str) -> bool:
        """Return whether a service is active, and so is one of its products, if it has any."""
        own = (cover for cover in covers(self.facts, service) if cover.item == service)
        is_active = self.facts.services[service].state == ServiceState.ACTIVE
        return is_active and any(cover.live(self.instant) for cover in own)

    def stand_in(self, account: str | None = None) -> str | None:
        """Return the adult to think of first: who holds the account, or pays for it, or any."""
        for kind in (PartyRoleKind.CUSTOMER, PartyRoleKind.BILL_PAYER):
            for one in self._accounts(account):
                holders = holders_of(self.index, self.facts, kind, one, self.instant)
                if adults := [holder for holder in holders if holder in self.adults]:
                    return adults[0]
        return next(iter(self.adults), None)

    def command(self, *words: str, at: str | None = "--at") -> str:
        """Return a command line; with `at`, the option by which it takes effect at a later time."""
        return command(*words, *((at, self.later) if at and self.later else ()))

    def grant_again(self, role: NodeRow, kind: PartyRoleKind, *more: str) -> str | None:
        """Return the command that grants a functional role once more, for as long as it holds."""
        account, end = self.account(role.id), span_of(role.properties)[1]
        if account is None:
            return None
        until = () if end == FOREVER else ("--until", isoformat(end, self.facts.zone))
        words = ("role", "grant", self.player(role.id), ROLE_WORDS[kind], account)
        return self.command(*words, *until, *more, at="--from")

    def _accounts(self, account: str | None) -> Iterator[str]:
        if account is not None:
            yield account
        yield from (node.id for node in self.index.labelled("CustomerAccount"))

    def _individuals(self) -> Iterator[str]:
        people = (asker for asker in self.facts.askers.values() if asker.kind == "Individual")
        yield from sorted(one.id for one in people if self.is_active(one.id))

    def _takes_part(self, individual: str) -> bool:
        roles = (self.index.nodes[link.end] for link in self.index.outgoing("PLAYS", individual))
        links = self.index.outgoing("MEMBER_OF", individual)
        return any(map(self.in_force, links)) or any(map(self.in_force, roles))


def gather(
    rows: Rows,
    at: Moment,
    *,
    now: int,
    strays: tuple[RelationshipRow, ...] = (),
    stored: StoredAccess | None = None,
) -> Evidence:
    """Return the evidence of one household.

    Args:
        rows: of the household, however damaged.
        at: when it is looked at; without an offset it is local time; None: now.
        now: when the commands that mend it are run, in milliseconds.
        strays: the relationships between it and anything that is not of it.
        stored: what the graph holds of its access cache; None: that is not looked at.

    Raises:
        InvalidTimeError: if `at` cannot be read.
    """
    sound, damage = sound_part(rows)
    facts = facts_from_rows(sound)
    instant = now if at is None else instant_of(at, facts.zone)
    return Evidence(
        rows=rows,
        index=RowIndex(sound),
        facts=facts,
        instant=instant,
        later=isoformat(instant, facts.zone) if instant > now else None,
        damage=damage,
        strays=strays,
        stored=stored,
    )


def local(entity_id: str) -> str:
    """Return the local part of an id."""
    return entity_id.removeprefix(f"{household_of(entity_id)}/")
