"""Facts out of the graph: many households in one round trip."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from neo4j import READ_ACCESS, ManagedTransaction, Result
from neo4j.exceptions import DriverError, Neo4jError

from household_graph.decision.facts import Facts
from household_graph.decision.question import Question
from household_graph.errors import BadInputError, InvalidQuestionError, UnknownIdError
from household_graph.graph.connection import Connection, database_errors
from household_graph.graph.kept_facts import KEPT
from household_graph.graph.known import Known
from household_graph.graph.queries import query
from household_graph.graph.walked import Walked
from household_graph.model.ids import household_of, nearest
from household_graph.model.instants import BEGINNING, FOREVER
from household_graph.model.vocabulary import called

__all__ = [
    "all_households",
    "each_asked",
    "each_household",
    "fetch_known",
    "read",
    "unknown_household",
    "what_they_are",
]

_HOUSEHOLDS_A_QUERY = 128
_IDS_A_QUERY = 10_000
_FEW = 3  # ids that a hint names
_PLACES = {
    "party": ({"Party", "Resource"}, "ask for an individual, an organization or a resource"),
    "target": ({"Product", "Service", "Resource"}, "ask about a product, a service or a resource"),
    "target on a device": ({"Product", "Service"}, "ask about a product or a service"),
    "device": ({"Resource"}, "name a resource"),
}
"""What can stand in the places of a question, and what a hint says of it."""
_INSTANTS = {"beginning": BEGINNING, "forever": FOREVER}

_Finding = Callable[..., Iterator[list[Any]]]
"""Runs a query of `cypher/facts/` for some households, and yields what it finds."""


def read(connection: Connection, name: str, **parameters: object) -> Sequence[Any]:
    """Run a query of the catalogue with read access and return its records.

    It runs without a transaction around it, which saves the way to the server and back that a
    commit takes; where the server moved or went, it is run again as a transaction that may be.

    Raises:
        DatabaseUnavailableError: if the server does not answer.
    """
    text = query(name).text
    with database_errors():
        try:
            with connection.session(READ_ACCESS) as session:
                return list(session.run(text, parameters))
        except (DriverError, Neo4jError) as error:
            if not error.is_retryable():
                raise
        with connection.session(READ_ACCESS) as session:
            return session.execute_read(lambda tx: list(tx.run(text, parameters)))


def fetch_known(connection: Connection, households: Iterable[str]) -> dict[str, Known]:
    """Return what is known of households by id; unknown ones are left out."""
    found: dict[str, Known] = {}
    find = partial(_at_once, connection)
    _each_household(find, connection.walked, list(households), found.__setitem__)
    return found


def all_households(connection: Connection) -> Iterator[str]:
    """Yield the ids of all households and businesses, in their order."""
    last = ""
    while page := read(connection, "reads/household-ids", after=last, limit=_IDS_A_QUERY):
        yield from (record["household"] for record in page)
        last = page[-1]["household"]


def each_household(
    connection: Connection,
    households: Sequence[str],
    use: Callable[[str, Known], None],
) -> frozenset[str]:
    """Hand over what is known of any number of households, one after the other.

    Args:
        connection: where they are.
        households: their ids; unknown ones are passed over.
        use: takes the id of one and what is known of it; it may be called again for the same.

    Returns:
        The bookmarks of what was read.
    """
    if not households:
        return frozenset()
    return _in_transaction(
        connection,
        lambda tx: _each_household(partial(_ahead, tx), connection.walked, households, use),
    )


def _each_household(
    find: _Finding,
    walked: Walked,
    households: Sequence[str],
    use: Callable[[str, Known], None],
) -> None:
    left = dict.fromkeys(households)
    for household, known in _kept(find, walked, households):
        left.pop(household, None)
        use(household, known)
    for found in find("facts/of-households", list(left), **_INSTANTS):
        for rows in found:
            use(rows["household"], Known.of(Facts.of(rows)))


def _kept(find: _Finding, walked: Walked, households: Iterable[str]) -> Iterator[tuple[str, Known]]:
    """Yield what is kept of households, but of those of which nothing was a moment ago.

    Those are walked in one trip, as they are not asked for here; others that are not yielded are
    remembered for the next time.
    """
    unsure = dict.fromkeys(walked.others(households))
    for found in find("facts/kept", list(unsure), **KEPT):
        for household, facts, entitlements in found:
            unsure.pop(household, None)
            yield household, Known.read(facts, entitlements)
    walked.remember(unsure)


def each_asked(
    connection: Connection, questions: Sequence[Question], use: Callable[[int, Known], None]
) -> None:
    """Hand over, for each question, its place and what is known that bears on it.

    It may be cut down to what is between its party, target and device, and leave out what a
    product as the target on a device needs. One about an unknown household is passed over.

    Args:
        connection: where they are.
        questions: what is asked.
        use: takes the place of a question and what is known; it may be called again for the same.
    """
    asked: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for place, question in enumerate(questions):
        asked[household_of(question.target)].append(_asked(place, question))
    if len(asked) > _HOUSEHOLDS_A_QUERY:
        _in_transaction(
            connection,
            lambda tx: _each_asked(partial(_ahead, tx), connection.walked, asked, use),
        )
    else:  # a fifth quicker: the driver begins and asks in one go
        _each_asked(partial(_at_once, connection), connection.walked, asked, use)


def _each_asked(
    find: _Finding,
    walked: Walked,
    asked: Mapping[str, Sequence[Mapping[str, Any]]],
    use: Callable[[int, Known], None],
) -> None:
    left = dict(asked)
    for household, known in _kept(find, walked, asked):
        for question in left.pop(household):
            use(question["place"], known)
    households = [{"id": home, "questions": of_home} for home, of_home in left.items()]
    for found in find("facts/of-questions", households, **_INSTANTS):
        for of_home in found:
            for rows in of_home["questions"]:
                use(rows["place"], Known.of(Facts.of(of_home | rows), is_whole=False))


def _at_once(
    connection: Connection, name: str, households: Sequence[object], **parameters: object
) -> Iterator[list[Any]]:
    """Find all at once, where there are any."""
    if households:
        yield read(connection, name, households=households, **parameters)[0]["facts"]


def _ahead(
    tx: ManagedTransaction, name: str, households: Sequence[object], **parameters: object
) -> Iterator[list[Any]]:
    """Find some at a time; what came is used while the server works on the next."""
    ahead: Result | None = None
    for start in range(0, len(households), _HOUSEHOLDS_A_QUERY):
        part = households[start : start + _HOUSEHOLDS_A_QUERY]
        result = tx.run(query(name).text, {"households": part, **parameters})
        if ahead is not None:
            yield ahead.single(strict=True)["facts"]
        ahead = result
    if ahead is not None:
        yield ahead.single(strict=True)["facts"]


def _in_transaction(
    connection: Connection, work: Callable[[ManagedTransaction], None]
) -> frozenset[str]:
    """Read in one managed transaction, which may begin anew, and return its bookmarks."""
    with database_errors(), connection.session(is_batch=True) as session:
        session.execute_read(work)
        return session.last_bookmarks().raw_values


def _asked(place: int, question: Question) -> dict[str, Any]:
    return {
        "place": place,
        "party": question.party,
        "target": question.target,
        "device": question.device,
        "kind": question.action.needs.value,
    }


def unknown_household(connection: Connection, entity_id: str, household: str) -> UnknownIdError:
    """Return the error for an id of a household that is not there, naming the nearest ones.

    An id without a slash may be the local part of one, too.
    """
    known: list[str] = []
    for prefix in (household[: len(household) // 2], ""):
        records = read(connection, "facts/household-ids", prefix=prefix)
        known = [record["household"] for record in records]
        if near := nearest(household, known):
            local = entity_id.removeprefix(household)
            return UnknownIdError(entity_id, [f"{candidate}{local}" for candidate in near])
    if "/" not in entity_id:
        alike = [found["id"] for found in read(connection, "facts/named-alike", local=entity_id)]
        if 0 < len(alike) <= _FEW:
            return UnknownIdError(entity_id, alike)
    error = UnknownIdError(entity_id)
    names = ", ".join(f"`{one}`" for one in known[:_FEW])
    error.hint = (
        f"there are households such as {names}; an id within one is written household/name"
        if known
        else "the graph is empty: load a household first, see `household-graph load --help`"
    )
    return error


def what_they_are(connection: Connection, errors: Sequence[UnknownIdError]) -> list[BadInputError]:
    """Return the errors of questions again; of an id that is there they say what it is."""
    if not errors:
        return []
    found = read(connection, "facts/labels", ids=sorted({one.unknown_id for one in errors}))
    labels = {record["id"]: frozenset(record["labels"]) for record in found}
    return [_what_it_is(one, labels.get(one.unknown_id, frozenset())) for one in errors]


def _what_it_is(error: UnknownIdError, labels: frozenset[str]) -> BadInputError:
    if error.place not in _PLACES or not labels:
        return error  # of a household, which may have been there or not at another time
    fitting, hint = _PLACES[error.place]
    if not labels.isdisjoint(fitting):
        return error
    message = f"`{error.unknown_id}` is {called(labels)}, and no {error.place}"
    return InvalidQuestionError(message, hint=hint)
