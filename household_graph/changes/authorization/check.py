"""Whether the actor may make a change, and whether anything is left without an owner."""

from collections.abc import Iterable, Mapping, Sequence

from household_graph.changes.authorization.laws import Law
from household_graph.engine.facts_builder import facts_from_rows
from household_graph.engine.ownership_gaps import OwnershipGap, ownership_gaps
from household_graph.errors import RefusedError, UnknownIdError
from household_graph.model.actor import Actor
from household_graph.model.edits import Edits, apply_edits
from household_graph.model.ids import household_of, local_id, nearest
from household_graph.model.rows import RowIndex, Rows
from household_graph.store.connection import Connection
from household_graph.store.row_reader import fetch_rows


def check_reach(
    connection: Connection, households: Iterable[str], actor: Actor, *, alone: bool = False
) -> None:
    """Refuse a party that does not exist, or is of another household than the change.

    With `alone`, the party's own household has to be the only one; without, a change may lead to
    a new household besides.

    Raises:
        UnknownIdError: if there is no such party; the nearest of the households are named.
        RefusedError: if it is of another household.
        DatabaseUnavailableError: if the server does not answer.
    """
    if not actor.is_party:
        return
    home, changed = household_of(actor.name), set(households)
    if home in changed and not (alone and len(changed) > 1):
        return
    rows = fetch_rows(connection, {home, *changed})
    if rows[home].nodes:
        _check_known(rows[home], actor)
        raise foreign(actor)
    error = UnknownIdError(
        actor.name,
        [party for one in sorted(changed) for party in _meant(actor.name, rows[one])],
        place="actor",
    )
    if "/" not in actor.name:
        operator = f"an operator is named with `--operator {actor}`"
        error.hint = f"{error.hint} {operator}" if error.hint else operator
    raise error


def check_own(before: Mapping[str, Rows], actor: Actor) -> None:
    """Refuse a party that its household does not know, or that changes another which is there.

    `before` has the rows of all households concerned, by id; none of a new one.

    Raises:
        UnknownIdError: if there is no such party; the nearest of its household are named.
        RefusedError: if one of the households is another's.
    """
    if not actor.is_party:
        return
    home = household_of(actor.name)
    if home in before and before[home].nodes:
        _check_known(before[home], actor)
    if any(rows.nodes for household, rows in before.items() if household != home):
        raise foreign(actor)


def check_authority(
    before: Mapping[str, Rows], changes: Iterable[Edits], actor: Actor, now: int
) -> None:
    """Refuse a change that a party may not make; an operator is not bound.

    Rights are those in force when the change is made, `now` in milliseconds. A new household is
    not judged where the actor changes an old one with it, and may. `before` has the rows of all
    households concerned, by id; none of a new one.

    Raises:
        RefusedError: naming the law, and who could make the change.
        UnknownIdError: if the actor would be of one of the households, and is not.
    """
    party = actor.party_id
    if party is None:
        return
    made = {edits.household: edits for edits in changes if edits}
    old = [edits for household, edits in made.items() if before[household].nodes]
    home = before.get(household_of(party))
    if home and not home.nodes and home.household in made:
        home = apply_edits(home, made[home.household])
    if home:
        _check_known(home, actor)
    if any(edits.household != household_of(party) for edits in old):
        raise foreign(actor)
    from household_graph.changes.authorization.rules import check_change, check_founding

    for edits in old:
        check_change(before[edits.household], edits, party, now)
    for household, edits in made.items():
        if not old and not before[household].nodes:
            check_founding(before[household], edits, party, now)


def check_owners(lacking: Iterable[OwnershipGap], hint: str) -> None:
    """Refuse to leave something live without an owner, as `lacking_after` finds it.

    Raises:
        RefusedError: naming all that would lack one, with a hint at what to do about it.
    """
    things = "; ".join(f"`{gap.id}` would have no {gap.needs}" for gap in lacking)
    if things:
        raise RefusedError(f"this would leave live things without an owner: {things}", hint=hint)


def lacking_after(before: Rows, after: Rows, instant: int) -> list[OwnershipGap]:
    """Return what is live and lacks an owner after a change, and does not before it.

    `before` has no rows if the household is new; `instant` is when the change takes effect.
    """
    had, lacks = (
        ownership_gaps(RowIndex(rows), facts_from_rows(rows), instant) if rows.nodes else []
        for rows in (before, after)
    )
    return [gap for gap in lacks if gap not in had]


def foreign(actor: Actor) -> RefusedError:
    """Return the error for a party that would change what is not its household's."""
    return RefusedError(
        f"`{actor}` may not make this change, because {Law.FOREIGN}",
        hint="a party of that household could make it, or an operator",
    )


def _check_known(home: Rows, actor: Actor) -> None:
    if actor.name not in (parties := _parties(home)):
        raise UnknownIdError(actor.name, nearest(actor.name, parties), place="actor")


def _meant(name: str, rows: Rows) -> Sequence[str]:
    """Return the parties of a household whose id, local id or username a name is like."""
    index, parties = RowIndex(rows), _parties(rows)
    users = {
        link.start
        for node in index.labelled("DigitalIdentity")
        if str(node.properties.get("username")).casefold() == name.casefold()
        for link in index.incoming("HAS_IDENTITY", node.id)
    }
    if users:
        return sorted(users)
    home, slash, _local = name.partition("/")
    if slash:
        return nearest(name, parties) if nearest(home, [rows.household]) else []
    by_local = {local_id(party): party for party in parties}
    return [by_local[one] for one in nearest(name, by_local)]


def _parties(rows: Rows) -> list[str]:
    return [node.id for node in rows.nodes if "Party" in node.labels]
