"""Whether the actor may make a change, and whether anything is left without an owner."""

from collections.abc import Iterable, Iterator, Mapping

from household_graph.changes.authorization.actor import ActorPermissions, check_known, foreign
from household_graph.changes.authorization.context import ChangeContext, HouseholdState, effective
from household_graph.changes.authorization.minors import minor_admins, stopped
from household_graph.changes.authorization.refusal import refusal, who_could
from household_graph.changes.authorization.requirements import Law, Requirement, Right, RightKind
from household_graph.changes.authorization.rules import requirements_for
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
    """Return what is live and lacks an owner after a change, and does not before it.

    Args:
        before: the rows of a household without the change; none of a new one.
        after: the rows with it.
        instant: when the change takes effect, in milliseconds.
    """
    had = _lacks(before, instant)
    return [lack for lack in _lacks(after, instant) if lack not in had]


def check_owners(lacking: Iterable[OwnershipGap], hint: str) -> None:
    """Refuse to leave something live without an owner.

    Args:
        lacking: what would lack an owner, see `lacking_after`.
        hint: what to do about it.

    Raises:
        RefusedError: naming all that would.
    """
    things = "; ".join(f"`{lack.id}` would have no {lack.needs}" for lack in lacking)
    if things:
        raise RefusedError(f"this would leave live things without an owner: {things}", hint=hint)


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
    state = HouseholdState.of(rows)
    permissions, context = ActorPermissions(state, now), ChangeContext(rows, edits, state, now)
    wanted = apply_edits(rows, edits)
    after = HouseholdState.of(wanted).facts if wanted.nodes else None
    running = _kept_running(state.facts, after, effective(edits, now))
    requirements = list(dict.fromkeys([*requirements_for(context), *running]))
    refused = [
        permissions.explain(actor, requirement)
        for requirement in requirements
        if not permissions.satisfies(actor, requirement)
    ]
    if refused:
        eligible = [
            one for one in permissions.people() if permissions.satisfies_all(one, requirements)
        ]
        raise refusal(context, actor, refused, eligible)
    if after:
        _check_minor_admins(state.facts, after)


def _kept_running(before: Facts, after: Facts | None, since: int) -> Iterator[Requirement]:
    """Yield what it takes to stop a service that enforces policies, in whatever way."""
    for service in stopped(before, after, since):
        yield Requirement(Law.ENFORCERS, service, (Right(RightKind.ADMIN, service, adult=True),))


def _check_new(rows: Rows, edits: Edits, actor: str, now: int) -> None:
    """Check who founds a household: one of its own, by the rights it is to have."""
    permissions = ActorPermissions(
        HouseholdState.of(apply_edits(rows, edits)), effective(edits, now)
    )
    customer = Right(RightKind.ANY_CUSTOMER, rows.household)
    founds = Requirement(Law.FOUNDERS, rows.household, (customer,))
    if not permissions.satisfies(actor, founds):
        eligible = [one for one in permissions.people() if permissions.satisfies(one, founds)]
        raise RefusedError(
            f"`{actor}` may not make the household `{rows.household}`, because {founds.law.value}",
            hint=who_could(eligible),
        )
    _check_minor_admins(None, permissions.state.facts)


def _check_minor_admins(before: Facts | None, after: Facts) -> None:
    """Refuse to make a minor Admin of what enforces policies, at a time at which they were not."""
    had = minor_admins(before) if before else {}
    for (minor, service), spans in sorted(minor_admins(after).items()):
        if not without(spans, had.get((minor, service), ())):
            continue
        raise RefusedError(
            f"`{minor}` would be Admin of `{service}`, but {Law.MINOR_ADMINS.value}",
            hint="let an adult administer it",
        )
