"""The graph of households: every question about it, and every change of it."""

from collections.abc import Iterable
from contextlib import AbstractContextManager
from functools import cached_property, partial
from os import environ
from typing import TYPE_CHECKING, Self

from household_graph.api.batch_check import RequestCoalescer, answer_all, load_view
from household_graph.api.change_api import GROUPS, ChangeApi
from household_graph.engine.decision import Decision
from household_graph.engine.question import Moment, Question
from household_graph.errors import BadInputError, UnknownIdError
from household_graph.store.connection import (
    Connection,
    ServerSettings,
    database_errors,
    open_connection,
)
from household_graph.store.facts_loader import what_they_are
from household_graph.store.household_view import Answer, HouseholdView

if TYPE_CHECKING:
    from household_graph.api.change_groups import Imports
    from household_graph.api.snapshot import Snapshot
    from household_graph.changes.consents import Consents
    from household_graph.changes.requests import Requests
    from household_graph.store.graph_rows import Past
    from household_graph.store.row_store import RowStore
    from household_graph.store.text_search import SearchResult

_OFF = ("", "0", "f", "false", "n", "no", "off")


def connect(
    uri: str | None = None,
    *,
    username: str | None = None,
    password: str | None = None,
    database: str | None = None,
    local: bool | None = None,
    timeout: float | None = None,
) -> "HouseholdGraph":
    """Return the graph on a Neo4j server, or on the local one, which is started if need be.

    What is None is as NEO4J_URI, NEO4J_USERNAME, NEO4J_PASSWORD and NEO4J_DATABASE say; without a
    URI it is the local server, and without a database the server's default. `local` says whether an
    empty local database may be made where there is neither a URI nor a local database yet; None: if
    there is a terminal, or HOUSEHOLD_GRAPH_LOCAL is 1. The timeout is the seconds that one question
    or change may take, waiting for others included; None: as HOUSEHOLD_GRAPH_TIMEOUT says, or 30.
    What asks for many households, such as a snapshot, has no limit as a whole.

    Raises:
        BadInputError: if the URI or the timeout cannot be one.
        DatabaseUnavailableError: if the server does not answer, or refuses the login.
        LocalServerError: if the local server cannot be installed or started, or there is none and
            none may be made.
    """
    given = {"uri": uri, "username": username, "password": password, "database": database}
    if environ.get("HOUSEHOLD_GRAPH_DEBUG", "").lower() not in _OFF:
        Decision.verified = True
    stated = {name: value for name, value in given.items() if value is not None}
    settings = ServerSettings().model_copy(update=stated)
    return HouseholdGraph(open_connection(settings, timeout, local=local))


class HouseholdGraph(ChangeApi):
    """Asks questions of the graph, one round trip each, or a few for many households; changes it.

    Beside the groups of `ChangeApi` there are `imports`, `requests` and `consents`.

    All methods raise DatabaseUnavailableError, and ConflictError if a household is changed without
    a pause while it is read. Use it as a context manager, or call `close`.
    """

    def __init__(self, connection: Connection, past: "Past | None" = None) -> None:
        """Take over an open connection; without a past, the graph is asked as it stands."""
        self.connection = connection
        self._past = past
        self._coalescer: RequestCoalescer[Question, Answer] = RequestCoalescer(
            partial(answer_all, connection)
        )

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(self, *_error: object) -> None:
        """Close it."""
        self.close()

    def close(self) -> None:
        """Give the connection back; a local server keeps running.

        The graph at an earlier time leaves it to the graph that it was asked of.
        """
        if self._past is None:
            self.connection.driver.close()

    def past(self, *, as_of: Moment = None, recorded: Moment = None) -> "HouseholdGraph":
        """Return the graph at an earlier time, over the same connection.

        It takes the same questions and has the same lists (`graph.roles.list`), but no changes.

        Args:
            as_of: as it stood in effect then, which is the moment of every question too.
            recorded: as it was known then, whatever was put right since; the moment of every
                question that names none.

        A question about a household that was not known then raises UnknownIdError, one with `at`
        beside `as_of` BadInputError.
        """
        from household_graph.store.graph_rows import Past

        return HouseholdGraph(self.connection, Past(as_of, recorded))

    @cached_property
    def store(self) -> "RowStore":
        """The households as rows; changes go there."""
        from household_graph.store.graph_rows import GraphRows, PastRows

        return PastRows(self.connection, self._past) if self._past else GraphRows(self.connection)

    @property
    def is_past(self) -> bool:
        """Whether an earlier time is asked about; see `past`."""
        return self._past is not None

    @property
    def imports(self) -> "Imports":
        """Exports of a legacy CRM: plan, run and undo imports, and list them."""
        from household_graph.api.change_groups import Imports

        return Imports(self.store)

    @property
    def requests(self) -> "Requests":
        """Changes that some ask for and others agree to, and scheduled ones."""
        from household_graph.changes.requests import Requests

        return Requests(self.store, GROUPS)

    @property
    def consents(self) -> "Consents":
        """Consent: which agents of the provider may look or act, for what, and until when."""
        from household_graph.changes.consents import Consents

        return Consents(self.store, GROUPS)

    def objects(self) -> AbstractContextManager[None]:
        """Let the classes of `household_graph.store.neomodel_classes` read the graph in a block.

        They are neomodel's. Saving them is possible, but leaves no record, and questions may not
        see it unless the same transaction counts the household's `revision` up; README says how.
        For one thread at a time, as neomodel has one connection for the whole process.
        """
        from household_graph.store.neomodel_types import objects

        return objects(self.connection.driver, database=self.connection.database)

    def apply_schema(self) -> None:
        """Install the constraints and indexes that are missing."""
        from household_graph.store.graph_schema import install_schema

        with database_errors():
            install_schema(self.connection.driver, database=self.connection.database)

    def check_many(self, questions: Iterable[Question]) -> list[Answer]:
        """Decide many questions, in their order; one that is wrong fails alone."""
        asked = list(questions)
        if self._past:
            from household_graph.api.past import answer_past

            answers = answer_past(self.connection, asked, self._past)
        elif len(asked) == 1:
            answers = [self._coalescer.ask(asked[0])]
        else:
            answers = answer_all(self.connection, asked)
        unknown = {n: one for n, one in enumerate(answers) if isinstance(one, UnknownIdError)}
        errors = what_they_are(self.connection, list(unknown.values()))
        for place, error in zip(unknown, errors, strict=True):
            answers[place] = error
        return answers

    def explained(self, error: UnknownIdError) -> BadInputError:
        """Return the error, saying what the id is if it is there."""
        return what_they_are(self.connection, [error])[0]

    def snapshot(self, households: Iterable[str] | None = None) -> "Snapshot":
        """Fetch the facts of households once, for any number of questions without the server.

        Without ids, those of all there are.
        """
        if self._past:
            raise BadInputError(
                "a snapshot is of the graph as it stands", hint="ask the past itself"
            )
        from household_graph.api.snapshot import open_snapshot

        return open_snapshot(self.connection, households)

    def find(
        self, text: str, *, household: str | None = None, limit: int = 20
    ) -> list["SearchResult"]:
        """Find people, products, devices, usernames and addresses by what is known of them.

        Args:
            text: a name, number, username or address, or its beginning; all words are needed, and
                one may have a typing error.
            household: the id of the household to search; None: all.
            limit: the maximum number of results; the best match comes first.

        What was written in the last second may be missing.

        Raises:
            BadInputError: if there is nothing to search for, or an earlier time is asked about.
            UnknownIdError: if there is no such household.
            HouseholdGraphError: if the full-text index is missing; see `apply_schema`.
        """
        if self._past:
            raise BadInputError("a search is of the graph as it stands", hint="search the present")
        from household_graph.store.text_search import search_entities

        return search_entities(self.connection, text, household=household, limit=limit)

    def view_for(self, entity_id: str, guest: str, at: Moment) -> tuple[HouseholdView, Moment, int]:
        """Fetch what a list of questions is decided by; see `DecisionApi`."""
        if self._past:
            from household_graph.api.past import past_view_of

            at = self._past.moment(at)
            view = past_view_of(self.connection, entity_id, guest, self._past)
        else:
            view = load_view(self.connection, entity_id, guest)
        return view, at, view.now
