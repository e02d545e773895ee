"""Ids offered while a command line is typed: from the database, if it is there at once."""

from household_graph.errors import HouseholdGraphError


def complete_household(incomplete: str) -> list[str]:
    """Return the ids of households that begin with what is typed."""
    return _ids("facts/household-ids", incomplete)


def complete_id(incomplete: str) -> list[str]:
    """Return ids that begin with what is typed: of households first, then of what is in one."""
    return _within("facts/ids", incomplete)


def complete_party(incomplete: str) -> list[str]:
    """Return ids of parties that begin with what is typed, after those of households."""
    return _within("facts/party-ids", incomplete)


def _within(query: str, incomplete: str) -> list[str]:
    if "/" in incomplete:
        return _ids(query, incomplete)
    return [f"{household}/" for household in complete_household(incomplete)]


def _ids(query: str, prefix: str) -> list[str]:
    """Ask the database, and offer nothing if it would have to be started first."""
    from household_graph.cli.database import connected, is_at_hand
    from household_graph.store.facts_loader import read

    try:
        if not is_at_hand():
            return []
        with connected() as graph:
            return [record[0] for record in read(graph.connection, query, prefix=prefix)]
    except HouseholdGraphError:
        return []
