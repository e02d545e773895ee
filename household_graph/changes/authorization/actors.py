"""Who acts: whether there is such a party, and whether it reaches beyond its own household.

It is told before anything else of a change is, and names no id of a household that is not the
party's own, so that nobody learns of others by what they may not change.
"""

from collections.abc import Iterable, Mapping, Sequence

from household_graph.changes.authorization.rights import Law
from household_graph.errors import RefusedError, UnknownIdError
from household_graph.model.actor import Actor
from household_graph.model.ids import household_of, nearest
from household_graph.model.row_index import RowIndex
from household_graph.model.rows import Rows
from household_graph.store.connection import Connection
from household_graph.store.row_reader import fetch_rows


def check_reach(
    connection: Connection, households: Iterable[str], actor: Actor, *, alone: bool = False
) -> None:
    """Refuse a party that is nobody, or of another household than what it wants to change.

    Args:
        connection: where the graph is.
        households: the ids of the households to be changed.
        actor: who is to change them; an operator may change all.
        alone: whether its own has to be the only one; a household may come of another.

    Raises:
        UnknownIdError: if there is no such party; the nearest of the households are named.
        RefusedError: if it is of another household.
        DatabaseUnavailableError: if the server does not answer.
    """
    if not actor.is_party:
        return
    home, wanted = household_of(actor.name), set(households)
    if home in wanted and not (alone and len(wanted) > 1):
        return
    rows = fetch_rows(connection, {home, *wanted})
    if rows[home].nodes:
        check_known(rows[home], actor)
        raise foreign(actor)
    raise _unknown(actor, [rows[one] for one in sorted(wanted)])


def check_own(before: Mapping[str, Rows], actor: Actor) -> None:
    """Refuse a party that its household does not know, or that changes another which is there.

    Args:
        before: the rows of all households concerned, by id; none of a new one.
        actor: who is to change them.

    Raises:
        UnknownIdError: if there is no such party; the nearest of its household are named.
        RefusedError: if one of the households is another's.
    """
    if not actor.is_party:
        return
    home = household_of(actor.name)
    if home in before and before[home].nodes:
        check_known(before[home], actor)
    if any(rows.nodes for household, rows in before.items() if household != home):
        raise foreign(actor)


def check_known(home: Rows, actor: Actor) -> None:
    """Raise UnknownIdError if a household does not know a party that would be of it."""
    if actor.name not in _parties(home):
        raise UnknownIdError(actor.name, nearest(actor.name, _parties(home)), place="actor")


def foreign(actor: Actor) -> RefusedError:
    """Return the error for a party that would change what is not its household's."""
    return RefusedError(
        f"`{actor}` may not make this change, because {Law.FOREIGN.value}",
        hint="a party of that household could make it, or an operator",
    )


def _unknown(actor: Actor, concerned: Sequence[Rows]) -> UnknownIdError:
    """Return the error for a party of no household, with who of those concerned may be meant."""
    meant = [party for rows in concerned for party in _meant(actor.name, rows)]
    error = UnknownIdError(actor.name, meant, place="actor")
    if "/" not in actor.name:
        operator = f"an operator is named with `--operator {actor}`"
        error.hint = f"{error.hint} {operator}" if error.hint else operator
    return error


def _meant(name: str, rows: Rows) -> list[str]:
    """Return the parties of a household whose id, local id or username a name is like."""
    index, parties = RowIndex(rows), _parties(rows)
    users = [
        link.start
        for node in index.labelled("DigitalIdentity")
        if str(node.properties.get("username")).casefold() == name.casefold()
        for link in index.into("HAS_IDENTITY", node.id)
    ]
    if users:
        return sorted(set(users))
    home, slash, _local = name.partition("/")
    if slash:
        return nearest(name, parties) if nearest(home, [rows.household]) else []
    by_local = {party.rpartition("/")[2]: party for party in parties}
    return [by_local[one] for one in nearest(name, by_local)]


def _parties(rows: Rows) -> list[str]:
    return [node.id for node in rows.nodes if "Party" in node.labels]
