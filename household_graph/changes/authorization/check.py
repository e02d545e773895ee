"""Whether whoever makes a change may make it, and whether anything is left without an owner."""

from collections.abc import Iterable, Iterator, Mapping

from household_graph.changes.authorization.actor import Standing, check_known, foreign
from household_graph.changes.authorization.context import Sight, State, effective
from household_graph.changes.authorization.minors import minor_admins, stopped
from household_graph.changes.authorization.refusal import refusal, who_could
from household_graph.changes.authorization.requirements import Demand, Law, Right, RightKind
from household_graph.changes.authorization.rules import demands_of
from household_graph.engine.facts import Facts
from household_graph.engine.facts_builder import facts_from_rows
from household_graph.engine.ownership_gaps import OwnershipGap, ownership_gaps
from household_graph.errors import RefusedError
from household_graph.model.actor import Actor
from household_graph.model.edits import Edits, apply_edits
from household_graph.model.ids import household_of
from household_graph.model.rows import RowIndex, Rows
from household_graph.model.spans import without


def lacking_after(before: Rows, after: Rows, instant: int) -> list[OwnershipGap]:
    """Return what would be live and lack somebody after a change, and does not before it.

    Args:
        before: the rows of a household without the change; none of a new one.
        after: the rows with it.
        instant: when the change takes effect, in milliseconds.
    """
    had = _lacks(before, instant)
    return [lack for lack in _lacks(after, instant) if lack not in had]


def check_owners(lacking: Iterable[OwnershipGap], hint: str) -> None:
    """Refuse to leave something live to nobody.

    Args:
        lacking: what would lack somebody, see `lacking_after`.
        hint: what to do about it.

    Raises:
        RefusedError: naming all that would.
    """
    things = "; ".join(f"`{lack.id}` would have no {lack.needs}" for lack in lacking)
    if things:
        raise RefusedError(f"nothing live is left to nobody: {things}", hint=hint)


def _lacks(rows: Rows, instant: int) -> list[OwnershipGap]:
    return ownership_gaps(RowIndex(rows), facts_from_rows(rows), instant) if rows.nodes else []


def check_authority(
    before: Mapping[str, Rows], changes: Iterable[Edits], actor: Actor, now: int
) -> None:
    """Refuse a change that a party may not make; an operator is not bound.

    Rights are those in force at the instant at which the change is made. A new household is not
    judged where the actor changes an old one with it, and may.

    Args:
        before: the rows of all households concerned, by id; none of a new one.
        changes: what is to be done to them.
        actor: in whose name it is made.
        now: when the change is made, in milliseconds.

    Raises:
        RefusedError: naming the law, and who could make the change.
        UnknownIdError: if the actor would be of one of the households, and is not.
    """
    party = actor.party_id
    if party is None:
        return
    made = {edits.household: edits for edits in changes if edits}
    old = [edits for household, edits in made.items() if before[household].nodes]
    _check_known(before, made, actor)
    if any(edits.household != household_of(party) for edits in old):
        raise foreign(actor)
    for edits in old:
        _check_old(before[edits.household], edits, party, now)
    for household, edits in made.items():
        if not old and not before[household].nodes:
            _check_new(before[household], edits, party, now)


def _check_known(before: Mapping[str, Rows], made: Mapping[str, Edits], actor: Actor) -> None:
    """Raise UnknownIdError if the household of the actor is concerned, and does not know it."""
    rows = before.get(household_of(actor.name))
    if rows is None:
        return
    if not rows.nodes and rows.household in made:
        rows = apply_edits(rows, made[rows.household])
    check_known(rows, actor)


def _check_old(rows: Rows, edits: Edits, actor: str, now: int) -> None:
    """Check what is done to a household that is there."""
    state = State.of(rows)
    standing, sight = Standing(state, now), Sight(rows, edits, state, now)
    wanted = apply_edits(rows, edits)
    after = State.of(wanted).facts if wanted.nodes else None
    running = _kept_running(state.facts, after, effective(edits, now))
    demands = list(dict.fromkeys([*demands_of(sight), *running]))
    refused = [
        standing.in_words(actor, demand) for demand in demands if not standing.meets(actor, demand)
    ]
    if refused:
        able = [one for one in standing.people() if standing.meets_all(one, demands)]
        raise refusal(sight, actor, refused, able)
    if after:
        _check_minor_admins(state.facts, after)


def _kept_running(before: Facts, after: Facts | None, since: int) -> Iterator[Demand]:
    """Yield what it takes to stop a service that enforces policies, in whatever way."""
    for service in stopped(before, after, since):
        yield Demand(Law.ENFORCERS, service, (Right(RightKind.ADMIN, service, adult=True),))


def _check_new(rows: Rows, edits: Edits, actor: str, now: int) -> None:
    """Check who founds a household: one of its own, by the rights it is to have."""
    standing = Standing(State.of(apply_edits(rows, edits)), effective(edits, now))
    customer = Right(RightKind.ANY_CUSTOMER, rows.household)
    founds = Demand(Law.FOUNDERS, rows.household, (customer,))
    if not standing.meets(actor, founds):
        able = [one for one in standing.people() if standing.meets(one, founds)]
        raise RefusedError(
            f"`{actor}` may not make the household `{rows.household}`, because {founds.law.value}",
            hint=who_could(able),
        )
    _check_minor_admins(None, standing.state.facts)


def _check_minor_admins(before: Facts | None, after: Facts) -> None:
    """Refuse to make a minor Admin of what enforces policies, at a time at which they were not."""
    had = minor_admins(before) if before else {}
    for (minor, service), spans in sorted(minor_admins(after).items()):
        if not without(spans, had.get((minor, service), ())):
            continue
        raise RefusedError(
            f"`{minor}` would be Admin of `{service}`, but {Law.MINOR_ADMINS.value}",
            hint="let somebody who is of age administer it",
        )
