"""Joining a household: a new person, or one who was in it before."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import NamedTuple

from household_graph.changes.draft import Draft
from household_graph.changes.functional_roles import party_role
from household_graph.changes.involvement_roles import involve
from household_graph.changes.resolve_ids import in_household, new_id, span_in
from household_graph.changes.role_queries import is_minor, overlap
from household_graph.errors import BadInputError, RefusedError
from household_graph.model.enums import InvolvementKind, PartyRoleKind, PartyStatus
from household_graph.model.instants import FOREVER, isoformat, to_local
from household_graph.model.rows import Value
from household_graph.model.spans import span_of


class Joining(NamedTuple):
    """How a person joins.

    Attributes:
        person: properties of a new person, such as given_name and birth_date; of one who was in
            the household before, what is known besides.
        adults: ids of responsible adults.
        guest: whether it is no member, and uses only what is named.
        uses: ids of products, services and devices it is given as a Consumer, by name.
        account: on which it is User; None: the first.
        until: when it leaves again, in milliseconds.
    """

    person: Mapping[str, Value | None]
    adults: tuple[str, ...] = ()
    guest: bool = False
    uses: tuple[str, ...] = ()
    account: str | None = None
    until: int = FOREVER


def join(draft: Draft, reference: str, how: Joining) -> None:
    """Let a person join a household: a new one, or one who was in it before.

    Raises:
        BadInputError: if the id is of something else, or it is a member already.
        RefusedError: if it is a minor and no responsible adult is named.
    """
    span = span_in(draft, (draft.at, how.until))
    born = how.person.get("birth_date")
    if isinstance(born, date) and born > to_local(draft.at, draft.zone).date():
        raise BadInputError(
            f"`{born}` is after the day on which `{reference}` joins",
            hint="give the date of birth, or none while it is not known",
        )
    party = _person(draft, reference, how.person)
    if not how.guest:
        _become_member(draft, party, span)
    for adult in how.adults:
        _answer_for(draft, in_household(draft, adult, "adult", "Individual").id, party)
    if is_minor(draft, party) and not draft.active(draft.index.incoming("RESPONSIBLE_FOR", party)):
        raise RefusedError(
            f"`{party}` is a minor, and has no responsible adult",
            hint="name one with --responsible",
        )
    party_role(draft, party, PartyRoleKind.USER, how.account or _first_account(draft), span)
    for item in how.uses:
        involve(draft, party, InvolvementKind.CONSUMER, item, span)


def _person(draft: Draft, reference: str, person: Mapping[str, Value | None]) -> str:
    full = draft.qualify(reference)
    if full in draft.index.nodes:
        known = in_household(draft, full, "individual", "Individual")
        party, status = known.id, known.properties.get("status", PartyStatus.ACTIVE)
        if status != PartyStatus.ACTIVE:
            raise BadInputError(f"`{party}` is {status}, and cannot join")
        draft.update(party, **{name: value for name, value in person.items() if value is not None})
        return party
    stated = {**person, "status": PartyStatus.ACTIVE.value}
    return draft.create(new_id(draft, reference), ("Party", "Individual"), stated)


def _become_member(draft: Draft, party: str, span: tuple[int, int]) -> None:
    for link in draft.index.outgoing("MEMBER_OF", party):
        if link.end == draft.household and overlap(span_of(link.properties), span):
            _start, end = span_of(link.properties)
            until = "" if end == FOREVER else f" until {isoformat(end, draft.zone)}"
            raise BadInputError(
                f"`{party}` is a member of `{draft.household}` already{until}",
                hint="give another time with --at and --until" if until else None,
            )
    draft.relate("MEMBER_OF", party, draft.household, span=span)


def _answer_for(draft: Draft, adult: str, minor: str) -> None:
    links = draft.index.outgoing("RESPONSIBLE_FOR", adult)
    if not any(link.end == minor for link in draft.active(links)):
        draft.relate("RESPONSIBLE_FOR", adult, minor)


def _first_account(draft: Draft) -> str:
    accounts: Iterable[str] = (node.id for node in draft.index.labelled("CustomerAccount"))
    account = next(iter(accounts), None)
    if account is None:
        raise BadInputError(
            f"the household `{draft.household}` has no customer account",
            hint="add one to its document and load it",
        )
    return account
