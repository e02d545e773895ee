"""What was decided in reviews: which two are one, and which are not."""

from collections.abc import Mapping

from household_graph.changes.authorization import foreign
from household_graph.model.actor import Actor
from household_graph.store.connection import Connection, database_errors
from household_graph.store.row_reader import run_query

Pair = tuple[str, str]


def fetch_decisions(connection: Connection, source: str) -> dict[Pair, bool]:
    """Return what was decided of the records of a source, by the keys of two.

    Raises:
        DatabaseUnavailableError: if the server does not answer.
    """
    with database_errors(), connection.session() as session:
        records = session.execute_read(
            lambda tx: list(run_query(tx, "reads/match-decisions", source=source))
        )
    return {(record["first"], record["second"]): record["accepted"] for record in records}


def decide(
    connection: Connection,
    source: str,
    decisions: Mapping[Pair, bool],
    *,
    actor: Actor,
    reason: str | None = None,
) -> int:
    """Keep what was decided, and return how many decisions there are; the last one counts.

    Args:
        connection: where to.
        source: the name of the source.
        decisions: whether two are one, by their keys.
        actor: who decided; an operator.
        reason: why.

    Raises:
        RefusedError: if the actor is a party: the same persons may be of many households.
    """
    if actor.is_party:
        raise foreign(actor)
    rows = [
        {"id": f"{source}:{first}|{second}", "first": first, "second": second, "accepted": accepted}
        for (first, second), accepted in decisions.items()
    ]
    with database_errors(), connection.session() as session:
        session.execute_write(
            lambda tx: list(
                run_query(
                    tx,
                    "writes/match-decisions",
                    rows=rows,
                    source=source,
                    actor=actor.name,
                    actor_kind=actor.kind.value,
                    reason=reason,
                )
            )
        )
    return len(rows)
