"""Joining a household: a new person, or one who was in it before."""

from collections.abc import Iterable, Mapping
from datetime import date

from household_graph.changes.draft import Draft, in_household, new_id, span_in
from household_graph.changes.role_grants import involve, party_role
from household_graph.changes.role_queries import overlap
from household_graph.engine.facts import is_minor
from household_graph.errors import BadInputError, RefusedError
from household_graph.model.enums import InvolvementKind, PartyRoleKind, PartyStatus
from household_graph.model.instants import FOREVER, isoformat, to_local
from household_graph.model.rows import Value
from household_graph.model.spans import span_of


def join(
    draft: Draft,
    reference: str,
    properties: Mapping[str, Value | None],
    *,
    responsible: Iterable[str] = (),
    guest: bool = False,
    uses: Iterable[str] = (),
    account: str | None = None,
    until: int | None = None,
) -> None:
    """Let a person join a household; see `Events.join`.

    `properties` are those of a new person, such as given_name and birth_date; of one who was in the
    household before, what is known besides. They leave again at `until`, in milliseconds.

    Raises:
        BadInputError: if the id is of something else, or they are a member already.
        RefusedError: if they are a minor and no responsible adult is named.
    """
    span = span_in(draft, (draft.at, FOREVER if until is None else until))
    born = properties.get("birth_date")
    if isinstance(born, date) and born > to_local(draft.at, draft.zone).date():
        raise BadInputError(
            f"`{born}` is after the day on which `{reference}` joins",
            hint="give the date of birth, or none while it is not known",
        )
    party = _person(draft, reference, properties)
    if not guest:
        _become_member(draft, party, span)
    for one in responsible:
        adult = in_household(draft, one, "adult", "Individual").id
        links = draft.active(draft.index.outgoing("RESPONSIBLE_FOR", adult))
        if not any(link.end == party for link in links):
            draft.relate("RESPONSIBLE_FOR", adult, party)
    adults = draft.active(draft.index.incoming("RESPONSIBLE_FOR", party))
    if not adults and is_minor(draft.facts, party, draft.at):
        raise RefusedError(
            f"`{party}` is a minor, and has no responsible adult",
            hint="name one with --responsible",
        )
    party_role(draft, party, PartyRoleKind.USER, account or _first_account(draft), span)
    for item in uses:
        involve(draft, party, InvolvementKind.CONSUMER, item, span)


def _person(draft: Draft, reference: str, properties: Mapping[str, Value | None]) -> str:
    full = draft.qualify(reference)
    if full not in draft.index.nodes:
        stated = {**properties, "status": PartyStatus.ACTIVE.value}
        return draft.create(new_id(draft, reference), ("Party", "Individual"), stated)
    known = in_household(draft, full, "individual", "Individual")
    status = known.properties.get("status", PartyStatus.ACTIVE)
    if status != PartyStatus.ACTIVE:
        raise BadInputError(f"`{full}` is {status}, and cannot join")
    draft.update(full, **{name: value for name, value in properties.items() if value is not None})
    return full


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


def _first_account(draft: Draft) -> str:
    accounts = draft.index.labelled("CustomerAccount")
    if not accounts:
        raise BadInputError(
            f"the household `{draft.household}` has no customer account",
            hint="add one to its document and load it",
        )
    return accounts[0].id
