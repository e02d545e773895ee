"""Full-text search: people, products, devices and addresses by what is known of them."""

import re
from dataclasses import dataclass

from neo4j.exceptions import Neo4jError

from household_graph.errors import BadInputError, HouseholdGraphError
from household_graph.model.enums import describe_labels
from household_graph.store.connection import Connection, read
from household_graph.store.facts_loader import unknown_household

LONGEST = 200
"""Characters of a text to search for."""
_SPECIAL = re.compile(r'([+\-!(){}\[\]^"~*?:\\/&|])')
_NUMBER = re.compile(r"\+?[\d\s()./-]*\d[\d\s()./-]*")
_MISSPELT, _LONG = 3, 8  # letters from which one may be wrong (or an accent missing), or two
_NO_INDEX = "Neo.ClientError.Procedure.ProcedureCallFailed"


@dataclass(frozen=True, slots=True)
class SearchResult:
    """An entity that was found.

    Attributes:
        id: its full id.
        kind: what it is, in words, such as `individual`.
        text: its name, number, username or address.
        household: the id of its household or business.
        household_name: the name of that; None if it has none.
    """

    id: str
    kind: str
    text: str
    household: str
    household_name: str | None


def search_entities(
    connection: Connection, text: str, *, household: str | None = None, limit: int = 20
) -> list[SearchResult]:
    """Return what has a text like this, the best match first; see `HouseholdGraph.find`."""
    words = lucene_query(text)
    try:
        records = read(
            connection, "reads/search-entities", words=words, household=household, limit=limit
        )
    except HouseholdGraphError as error:
        cause = error.__cause__
        if isinstance(cause, Neo4jError) and cause.code == _NO_INDEX:
            raise HouseholdGraphError(
                "the graph has no full-text index, or it is not ready yet",
                hint="create it with `household-graph schema apply`, then try again",
            ) from error
        raise
    if not records and household is not None and not _exists(connection, household):
        raise unknown_household(connection, household, household)
    return [
        SearchResult(
            one["id"],
            describe_labels(one["labels"]).partition(" ")[2],
            " ".join(one["texts"]),
            one["household"],
            one["household_name"],
        )
        for one in records
    ]


def _exists(connection: Connection, household: str) -> bool:
    alike = read(connection, "facts/household-ids", prefix=household)
    return any(one["household"] == household for one in alike)


def lucene_query(text: str) -> str:
    """Return the query that finds all words of a text, in the syntax of Lucene.

    A word may go on; if it is not short, it may have a typing error or lack an accent. A number may
    be written with blanks, and with or without its country code.

    Raises:
        BadInputError: if there is nothing to search for, or too much.
    """
    text = " ".join(text.split()).lower()
    if not re.search(r"\w", text):
        raise BadInputError("nothing to search for", hint="give a name, a number or an address")
    if len(text) > LONGEST:
        raise BadInputError(
            f"the text to search for has {len(text)} characters, and may have {LONGEST}"
        )
    every = " AND ".join(_word(word) for word in text.split() if re.search(r"\w", word))
    if not _NUMBER.fullmatch(text):
        return every
    digits = re.sub(r"\D", "", text).lstrip("0")
    return f"({every}) OR *{digits}*" if digits else every


def _word(word: str) -> str:
    escaped = _SPECIAL.sub(r"\\\1", word)
    if not word.isalnum():  # which the index splits into several words, one after the other
        return f'"{escaped}"'
    errors = 0 if not word.isalpha() else (len(word) >= _MISSPELT) + (len(word) >= _LONG)
    misspelt = f" OR {escaped}~{errors}" if errors else ""
    return f"({escaped}^4 OR {escaped}*^2{misspelt})"
