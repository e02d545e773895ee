"""The life events of households, as users call them: one method an event.

Whatever a person gives up ends, whatever they take over begins, and nothing that held before is
altered: so an event may be recorded late, or arranged for a later day.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Unpack

from household_graph.changes.bill_shares import redistribute_share, supersede_role
from household_graph.changes.draft import (
    Draft,
    holder_of,
    in_household,
    new_id,
    span_in,
    span_until,
    text_of,
)
from household_graph.changes.parties import check_birth_date, place_of, set_time_zone
from household_graph.changes.products import end_product
from household_graph.changes.revocation import revoke
from household_graph.changes.role_grants import end_role, involve, party_role
from household_graph.changes.role_queries import (
    customer_accounts,
    guarantor_of,
    holding_roles,
    involved,
    open_roles,
    overlap,
    player_of,
)
from household_graph.changes.service import ChangeGroup, ChangeKeywords, ChangeResult
from household_graph.changes.succession import leave
from household_graph.engine.facts import is_minor, minority
from household_graph.engine.question import Moment
from household_graph.errors import ArgumentNeededError, BadInputError, RefusedError
from household_graph.model.enums import InvolvementKind, PartyRoleKind, PartyStatus, RoleName
from household_graph.model.ids import household_of
from household_graph.model.instants import FOREVER, isoformat, zones_of_country
from household_graph.model.rows import Value
from household_graph.model.spans import holds, span_of


class Events(ChangeGroup):
    """Life events; see `ChangeGroup`.

    An event is refused where it would leave something live without an Admin, Customer, Bill Payer
    or responsible adult; a `successor`, the id of a party, takes over whatever would. Arguments
    that are lists have ids.
    """

    def join(
        self,
        person: str,
        *,
        given_name: str | None = None,
        family_name: str | None = None,
        description: str | None = None,
        birth_date: date | None = None,
        minor: bool = False,
        responsible: Iterable[str] = (),
        guest: bool = False,
        uses: Iterable[str] = (),
        account: str | None = None,
        until: Moment = None,
        **keywords: Unpack[ChangeKeywords],
    ) -> ChangeResult:
        """Let a person join a household: a new one, or one who was in it before.

        They become User of the account (None: of the first), and Consumer of the products, services
        and devices in `uses`; a `guest` is no member, and uses only these. A `minor` is one whose
        birth date is not known; `responsible` are the adults responsible for a minor. With `until`
        they leave again.
        """
        properties = {
            "given_name": given_name,
            "family_name": family_name,
            "description": description,
            "birth_date": birth_date.date() if isinstance(birth_date, datetime) else birth_date,
            "minor": minor or None,
        }
        adults, items = tuple(responsible), tuple(uses)

        def plan(draft: Draft) -> None:
            span = span_in(draft, span_until(draft, until))
            party = _joining(draft, person, properties)
            if not guest:
                _become_member(draft, party, span)
            _make_responsible(draft, adults, party)
            on = account or customer_accounts(draft)[0]
            party_role(draft, party, PartyRoleKind.USER, on, span)
            for item in items:
                involve(draft, party, InvolvementKind.CONSUMER, item, span)

        return self._event("join", f"{person} joins", person, plan, **keywords)

    def leave(
        self,
        person: str,
        *,
        to: str | None = None,
        keep: Iterable[str] = (),
        name: str | None = None,
        successor: str | None = None,
        **keywords: Unpack[ChangeKeywords],
    ) -> ChangeResult:
        """Remove a person from the household, or move them to a new household of their own.

        `to` is the id of the new household (None: they leave for good), `name` its name, and `keep`
        are the products and devices that go along.
        """
        summary, home, kept = f"{person} leaves", household_of(person), tuple(keep)
        if to is None:
            if kept or name:
                raise BadInputError(
                    "what is kept needs a household to go to", hint="name a new one with --to"
                )
            return self._event(
                "leave", summary, [home], lambda draft: leave(draft, person, successor), **keywords
            )
        from household_graph.changes.household_transfer import leave_for

        return self._event(
            "leave",
            summary,
            [home, to],
            lambda old, own: leave_for(old, own, person, keep=kept, name=name, successor=successor),
            **keywords,
        )

    def separate(
        self,
        household: str,
        new: str,
        *,
        move: Iterable[str],
        both: Iterable[str] = (),
        name: str | None = None,
        successors: Iterable[str] = (),
        **keywords: Unpack[ChangeKeywords],
    ) -> ChangeResult:
        """Split a household in two.

        The people, accounts, bills, products and devices in `move` go to the new household, and the
        minors in `both` belong to both from then on. `name` is that of the new household. There may
        be one successor for each household.
        """
        from household_graph.changes.household_transfer import separate

        moved, shared, heirs = tuple(move), tuple(both), tuple(successors)
        return self._event(
            "separate",
            f"{new} separates from {household}",
            [household, new],
            lambda old, own: separate(old, own, moved, both=shared, name=name, successors=heirs),
            **keywords,
        )

    def merge(
        self,
        household: str,
        *,
        into: str,
        same: Mapping[str, str] | Iterable[tuple[str, str]] = (),
        successor: str | None = None,
        **keywords: Unpack[ChangeKeywords],
    ) -> ChangeResult:
        """Move everything of one household into another, and close the one.

        `same` has, for each person who is in both, their full ids in the one and in the other.
        """
        from household_graph.changes.household_transfer import merge

        if household == into:
            raise BadInputError(f"`{into}` cannot be merged into itself")
        one_person = dict(same)
        return self._event(
            "merge",
            f"{household} is merged into {into}",
            [household, into],
            lambda source, target: merge(source, target, one_person, successor),
            **keywords,
        )

    def hand_over(
        self,
        role: RoleName | str,
        target: str,
        *,
        giver: str,
        taker: str,
        **keywords: Unpack[ChangeKeywords],
    ) -> ChangeResult:
        """Hand an Admin, Chooser, Customer or Bill Payer role over to another party.

        The share of the bill that the giver pays by it goes along. What the giver administers,
        chooses or uses by way of a functional role stays theirs.
        """
        named = RoleName(role)

        def plan(draft: Draft) -> None:
            old, new = holder_of(draft, giver).id, holder_of(draft, taker).id
            if old == new:
                raise BadInputError(f"`{old}` cannot hand anything over to itself")
            if named in {RoleName.USER, RoleName.CONSUMER}:
                raise BadInputError(
                    f"the role {named.kind.value} is not handed over",
                    hint="grant it to the one and revoke it from the other",
                )
            if isinstance(named.kind, PartyRoleKind):
                _hand_over_functional(draft, named.kind, target, old, new)
            else:
                revoke(draft, old, named.kind, target)
                involve(draft, new, named.kind, target)

        summary = f"{taker} is {named} of {target} for {giver}"
        return self._event("hand-over", summary, target, plan, **keywords)

    def come_of_age(self, person: str, **keywords: Unpack[ChangeKeywords]) -> ChangeResult:
        """End what held for a minor alone: responsibility for them, and their guarantors."""

        def plan(draft: Draft) -> None:
            party = in_household(draft, person, "individual", "Individual").id
            span = minority(draft.facts, draft.facts.principals[party])
            if span and span.end == FOREVER:
                draft.update(party, minor=None)  # there is no birth date, so the event says so
            elif span and draft.at < span.end:
                until = isoformat(span.end, draft.zone)
                raise RefusedError(f"`{party}` is a minor until {until}", hint=f"give --at {until}")
            for link in draft.index.incoming("RESPONSIBLE_FOR", party):
                draft.end(link)
            for role in open_roles(draft, party):
                if draft.index.outgoing("GUARANTEED_BY", role.id):
                    supersede_role(draft, role.id, guarantors=())

        summary = f"{person} comes of age"
        return self._event("come-of-age", summary, person, plan, **keywords)

    def move_home(
        self,
        household: str,
        place: str,
        *,
        street: str | None = None,
        postal_code: str | None = None,
        city: str | None = None,
        country: str | None = None,
        time_zone: str | None = None,
        old: str | None = None,
        left: Iterable[str] = (),
        **keywords: Unpack[ChangeKeywords],
    ) -> ChangeResult:
        """Move a household to a new place, with everything at its old one.

        `place` is the local id of the new place, `country` the ISO 3166 code of two letters, and
        `old` the place that is left (None: the only one). Products in `left` end; devices in it
        stay behind and are locked. `time_zone` is the IANA name of the zone whose clock policies
        follow from then on (None: as before); what is recorded keeps its instants.

        Raises:
            ArgumentNeededError: if the household moves to a country whose clocks are others, and no
                time zone is named; or if it is at several places, and none of them.
        """
        from household_graph.changes.devices import StateChange, set_state

        address = {"street": street, "postal_code": postal_code, "city": city, "country": country}
        staying = tuple(left)

        def plan(draft: Draft) -> None:
            new = draft.create(new_id(draft, place), ("Place",), address)
            several = "name the one that is left with --from"
            leaves = place_of(draft, draft.household, old, "old", several)
            _set_clock(draft, leaves, country, time_zone)
            stays = {in_household(draft, one, "thing", "Product", "Resource").id for one in staying}
            for one in sorted(stays):
                if "Product" in draft.get(one).labels:
                    end_product(draft, one)
                else:
                    set_state(draft, one, StateChange.LOCK)
            here = draft.index.starts("LOCATED_AT", leaves) if leaves else ()
            for one in sorted({*(here or [draft.household])} - stays):
                for link in draft.index.outgoing("LOCATED_AT", one):
                    if link.end == leaves:
                        draft.unrelate(link)
                draft.relate("LOCATED_AT", one, new)

        summary = f"{household} moves home"
        return self._event("move-home", summary, household, plan, **keywords)

    def death(
        self, person: str, *, successor: str | None = None, **keywords: Unpack[ChangeKeywords]
    ) -> ChangeResult:
        """Record that a person has died, and who takes over."""
        return self._event(
            "death",
            f"{person} has died",
            person,
            lambda draft: leave(draft, person, successor, has_died=True),
            **keywords,
        )

    def _event(
        self,
        name: str,
        summary: str,
        where: str | Sequence[str],
        planner: Callable[..., object],
        **keywords: Unpack[ChangeKeywords],
    ) -> ChangeResult:
        """Make an event in the household of an id, or in several; see `_change`."""
        return self._change(
            f"event {name}", summary, where, planner, require_owners=True, **keywords
        )


def _joining(draft: Draft, person: str, properties: Mapping[str, Value | None]) -> str:
    """Return the id of the person who joins, who is made, or gets what is known besides."""
    check_birth_date(draft, properties.get("birth_date"), f"`{person}` joins")
    full = draft.qualify(person)
    if full not in draft.index.nodes:
        stated = {**properties, "status": PartyStatus.ACTIVE.value}
        return draft.create(new_id(draft, person), ("Party", "Individual"), stated)
    known = in_household(draft, full, "individual", "Individual")
    status = known.properties.get("status", PartyStatus.ACTIVE)
    if status != PartyStatus.ACTIVE:
        raise BadInputError(f"`{full}` is {status}, and cannot join")
    draft.update(full, **{name: value for name, value in properties.items() if value is not None})
    return full


def _become_member(draft: Draft, party: str, span: tuple[int, int]) -> None:
    for link in draft.index.outgoing("MEMBER_OF", party):
        _start, end = span_of(link.properties)
        if link.end == draft.household and overlap(span_of(link.properties), span):
            until = "" if end == FOREVER else f" until {isoformat(end, draft.zone)}"
            raise BadInputError(
                f"`{party}` is a member of `{draft.household}` already{until}",
                hint="give another time with --at and --until" if until else None,
            )
    draft.relate("MEMBER_OF", party, draft.household, span=span)


def _make_responsible(draft: Draft, adults: Iterable[str], party: str) -> None:
    """Make adults responsible for a party; a minor needs one."""
    for one in adults:
        adult = in_household(draft, one, "adult", "Individual").id
        links = draft.active(draft.index.outgoing("RESPONSIBLE_FOR", adult))
        if not any(link.end == party for link in links):
            draft.relate("RESPONSIBLE_FOR", adult, party)
    present = draft.active(draft.index.incoming("RESPONSIBLE_FOR", party))
    if not present and is_minor(draft.facts, party, draft.at):
        raise RefusedError(
            f"`{party}` is a minor, and has no responsible adult",
            hint="name one with --responsible",
        )


def _hand_over_functional(
    draft: Draft, kind: PartyRoleKind, target: str, giver: str, taker: str
) -> None:
    account = _account(draft, target, giver)
    roles = holding_roles(draft, giver, kind, account)
    if not roles:
        revoke(draft, giver, kind, account)  # its error says what they have instead
    for role in roles:
        by_role = [one for one in involved(draft.index, giver) if one.role == role.id]
        if kind is PartyRoleKind.BILL_PAYER:
            redistribute_share(draft, role, taker)
        else:
            end_role(draft, role.id)
        for one in [one for one in by_role if one.span.end > draft.at]:
            span = one.span.meet(draft.at, FOREVER)
            identities = draft.index.ends("IDENTIFIED_BY", one.id)
            involve(draft, giver, one.kind, one.item, span, identities=identities)
    party_role(draft, taker, kind, account, guarantor=guarantor_of(draft, taker))


def _account(draft: Draft, target: str, giver: str) -> str:
    """Return the account that a role is on: the one named, or that by which a bill is paid."""
    node = in_household(draft, target, "account", "CustomerAccount", "BillingAccount")
    if "CustomerAccount" in node.labels:
        return node.id
    index = draft.index
    for role in index.starts("PAYS", node.id):
        if player_of(index, role) == giver and holds(index.nodes[role].properties, draft.at):
            return index.ends("ON_ACCOUNT", role)[0]
    raise BadInputError(
        f"`{giver}` does not pay `{node.id}`",
        hint="`household-graph role list` says who is BillPayer of what",
    )


def _set_clock(draft: Draft, left: str | None, country: str | None, zone: str | None) -> None:
    """Let a household that moves follow the clock of a zone, which another country asks for."""
    if zone is not None:
        set_time_zone(draft, zone)
        return
    was = text_of(draft.get(left), "country") if left else None
    zones = zones_of_country(country or "")
    if country in {None, was} or draft.zone.key in zones:
        return
    such = f", such as {zones[0]}" if zones else ""
    raise ArgumentNeededError(
        f"`{draft.household}` moves to `{country}`, and goes by the clock of `{draft.zone}`",
        argument="time_zone",
        question="Time zone there",
        choices=zones,
        hint=f"name the time zone there with --time-zone{such}; `--time-zone {draft.zone}` keeps "
        "the present one",
    )
