"""Facts out of the graph: views of many households in one round trip."""

import logging
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from neo4j import ManagedTransaction, Result
from neo4j.exceptions import Neo4jError

from household_graph.engine.facts import Facts
from household_graph.engine.question import Question
from household_graph.errors import (
    BadInputError,
    ConflictError,
    HouseholdGraphError,
    UnknownIdError,
)
from household_graph.model.ids import household_of, nearest
from household_graph.model.instants import BEGINNING, FOREVER
from household_graph.store.access_cache import (
    STAMPS,
    Access,
)
from household_graph.store.connection import CacheMisses, Connection, database_errors, read
from household_graph.store.household_view import HouseholdView, what_it_is
from household_graph.store.query_files import load_query

_LOG = logging.getLogger("household_graph")

_HOUSEHOLDS_A_QUERY = 128
_IDS_A_QUERY = 10_000
_FEW = 3  # ids that a hint names
_ATTEMPTS = 20  # to read a household that is changed meanwhile
_INSTANTS = {"beginning": BEGINNING, "forever": FOREVER}

_Finding = Callable[..., Iterator[tuple[list[Any], int]]]
"""Runs a query of `cypher/facts/` for some households, and yields what it finds, and when: the
server's time in milliseconds."""


def load_views(connection: Connection, households: Iterable[str]) -> dict[str, HouseholdView]:
    """Return the views of households by id; unknown ones are left out.

    Raises:
        ConflictError: if one is changed without a pause while it is read.
    """
    found: dict[str, HouseholdView] = {}
    find = partial(_at_once, connection)
    _each_household(find, connection.misses, list(households), found.__setitem__)
    return found


def all_households(connection: Connection) -> Iterator[str]:
    """Yield the ids of all households and businesses, in their order."""
    last = ""
    while page := read(connection, "reads/household-ids", after=last, limit=_IDS_A_QUERY):
        yield from (record["household"] for record in page)
        last = page[-1]["household"]


def load_for_households(
    connection: Connection, households: Sequence[str], use: Callable[[str, HouseholdView], None]
) -> frozenset[str]:
    """Hand over the views of any number of households, one after the other, by their ids.

    Unknown ones are passed over; `use` may be called again for the same. The bookmarks of what was
    read are returned.

    Raises:
        BadInputError: if one cannot be read, naming it.
        ConflictError: if one is changed without a pause while it is read.
    """
    if not households:
        return frozenset()
    try:
        return _in_transaction(
            connection, lambda find: _each_household(find, connection.misses, households, use)
        )
    except HouseholdGraphError as error:
        if not is_of_data(error):
            raise
        if len(households) > 1:  # the half that has it raises the error that names it
            half = len(households) // 2
            for part in (households[:half], households[half:]):
                load_for_households(connection, part, lambda _household, _view: None)
        raise unreadable(households[0], error) from error


def _each_household(
    find: _Finding,
    misses: CacheMisses,
    households: Sequence[str],
    use: Callable[[str, HouseholdView], None],
) -> None:
    left = dict.fromkeys(households)
    for household, view in _cached(find, misses, households):
        left.pop(household, None)
        use(household, view)
    for rows, now in _live(find, "facts/of-households", {one: one for one in left}):
        use(rows["household"], HouseholdView.of(Facts.of(rows), now))


def _cached(
    find: _Finding, misses: CacheMisses, households: Iterable[str]
) -> Iterator[tuple[str, HouseholdView]]:
    """Yield the households whose access cache can be trusted, but not those that just had none.

    These are read live in one trip, as nothing is asked for here; others that have none are
    remembered for the next time.
    """
    unsure = dict.fromkeys(misses.others(households))
    for found, now in find("facts/access-cache", list(unsure), **STAMPS):
        for household, revision, content in found:
            unsure.pop(household, None)
            access = Access.from_content(content, revision)
            if access is None:
                continue
            try:
                view = HouseholdView.read(access, now)
            except HouseholdGraphError as error:
                _LOG.warning("`%s` is answered live: %s", household, error)
                continue
            yield household, view
    misses.remember(unsure)


def _live(
    find: _Finding, name: str, asked: Mapping[str, object]
) -> Iterator[tuple[Mapping[str, Any], int]]:
    """Yield what the graph says of households, each as it was at one revision, and when.

    Neo4j lets one statement see what another transaction commits meanwhile, so a household that
    was changed while it was read is read again. `asked` has what the query is given of each.

    Raises:
        ConflictError: if one is changed without a pause.
    """
    left = asked
    if left:
        _LOG.debug("answered live, without an access cache: %s", ", ".join(left))
    for _attempt in range(_ATTEMPTS):
        torn: dict[str, object] = {}
        for found, now in find(name, list(left.values()), **_INSTANTS):
            for rows in found:
                if rows["revision"] == rows["revision_after"]:
                    yield rows, now
                else:
                    torn[rows["household"]] = left[rows["household"]]
        if not torn:
            return
        left = torn
    raise ConflictError(
        f"`{next(iter(left))}` is being changed while it is read", hint="try again in a moment"
    )


def load_for_checks(
    connection: Connection, questions: Sequence[Question], use: Callable[[int, HouseholdView], None]
) -> None:
    """Hand over, for each question, its place and a view of what bears on it.

    It may be cut down to what is between its party, target and device, and leave out what a
    product as the target on a device needs. One about an unknown household is passed over; `use`
    may be called again for the same.

    Raises:
        ConflictError: if a household is changed without a pause while it is read.
    """
    asked: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for place, question in enumerate(questions):
        asked[household_of(question.target)].append(
            {
                "place": place,
                "party": question.party,
                "target": question.target,
                "device": question.device,
                "kind": question.action.needs.value,
            }
        )
    if len(asked) > _HOUSEHOLDS_A_QUERY:
        _in_transaction(connection, lambda find: _each_asked(find, connection.misses, asked, use))
    else:  # a fifth quicker: the driver begins and asks in one go
        _each_asked(partial(_at_once, connection), connection.misses, asked, use)


def _each_asked(
    find: _Finding,
    misses: CacheMisses,
    asked: Mapping[str, Sequence[Mapping[str, Any]]],
    use: Callable[[int, HouseholdView], None],
) -> None:
    left = dict(asked)
    for household, view in _cached(find, misses, asked):
        for question in left.pop(household):
            use(question["place"], view)
    households = {home: {"id": home, "questions": of_home} for home, of_home in left.items()}
    for of_home, now in _live(find, "facts/of-questions", households):
        for rows in of_home["questions"]:
            use(rows["place"], HouseholdView.of(Facts.of({**of_home, **rows}), now, is_whole=False))


def _at_once(
    connection: Connection, name: str, households: Sequence[object], **parameters: object
) -> Iterator[tuple[list[Any], int]]:
    """Find all at once, where there are any."""
    if households:
        yield _found(read(connection, name, households=households, **parameters)[0])


def _ahead(
    tx: ManagedTransaction, name: str, households: Sequence[object], **parameters: object
) -> Iterator[tuple[list[Any], int]]:
    """Find some at a time; what came is used while the server works on the next."""
    ahead: Result | None = None
    for start in range(0, len(households), _HOUSEHOLDS_A_QUERY):
        part = households[start : start + _HOUSEHOLDS_A_QUERY]
        result = tx.run(load_query(name).text, {"households": part, **parameters})
        if ahead is not None:
            yield _found(ahead.single(strict=True))
        ahead = result
    if ahead is not None:
        yield _found(ahead.single(strict=True))


def _found(record: Mapping[str, Any]) -> tuple[list[Any], int]:
    return record["facts"], record["now"]


def _in_transaction(connection: Connection, work: Callable[[_Finding], None]) -> frozenset[str]:
    """Read in one managed transaction, which may start again, and return its bookmarks."""
    with database_errors(), connection.session(is_batch=True) as session:
        session.execute_read(lambda tx: work(partial(_ahead, tx)))
        return session.last_bookmarks().raw_values


def unknown_household(connection: Connection, entity_id: str, household: str) -> UnknownIdError:
    """Return the error for an id of a household that is not there, naming the nearest ones.

    An id without a slash may be the local part of one: those come first.
    """
    alike: list[str] = []
    if "/" not in entity_id:
        alike = [found["id"] for found in read(connection, "facts/named-alike", local=entity_id)]
        alike = alike if len(alike) <= _FEW else []
    local, known = entity_id.removeprefix(household), list[str]()
    for prefix in (household[: len(household) // 2], ""):
        records = read(connection, "facts/household-ids", prefix=prefix)
        known = [record["household"] for record in records]
        if near := nearest(household, known):
            return UnknownIdError(entity_id, [*alike, *(f"{one}{local}" for one in near)][:_FEW])
    if alike:
        return UnknownIdError(entity_id, alike)
    error = UnknownIdError(entity_id)
    names = ", ".join(f"`{one}`" for one in known[:_FEW])
    error.hint = (
        f"there are households such as {names}; an id within one is written household/name"
        if known
        else "the graph is empty: load a household first, see `household-graph load --help`"
    )
    return error


def is_of_data(error: HouseholdGraphError) -> bool:
    """Return whether a read failed for what a household holds, and not for the server's sake."""
    if isinstance(error.__cause__, Neo4jError):
        return (error.__cause__.code or "").startswith("Neo.ClientError.Statement.")
    return isinstance(error, BadInputError)


def unreadable(household: str, error: HouseholdGraphError) -> BadInputError:
    """Return the error for a household of which something is not as the schema says."""
    return BadInputError(
        f"`{household}` cannot be read: {error.message}",
        hint=f"see what is wrong: household-graph doctor {household}",
    )


def what_they_are(connection: Connection, errors: Sequence[UnknownIdError]) -> list[BadInputError]:
    """Return the errors of questions again; of an id that is there they say what it is."""
    if not errors:
        return []
    found = read(connection, "facts/labels", ids=sorted({one.unknown_id for one in errors}))
    labels = {record["id"]: frozenset(record["labels"]) for record in found}
    return [what_it_is(one, labels.get(one.unknown_id, frozenset())) for one in errors]
