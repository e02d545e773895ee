"""The graph of households, and every question about it."""

from collections.abc import Iterable
from contextlib import AbstractContextManager
from types import TracebackType
from typing import Self

from household_graph.decision.case import require_known
from household_graph.decision.decision import Decision
from household_graph.decision.facts import Facts
from household_graph.decision.judge import judge
from household_graph.decision.listing import (
    device_questions,
    matrix_questions,
    service_questions,
    who_questions,
)
from household_graph.decision.question import Moment, Question
from household_graph.errors import BadInputError
from household_graph.graph.answers import Answer, answer_all, facts_of
from household_graph.graph.connection import (
    Connection,
    ServerSettings,
    database_errors,
    open_connection,
)
from household_graph.graph.past import Past, answer_past, past_facts_of
from household_graph.model.instants import now
from household_graph.model.vocabulary import Action

__all__ = ["Answer", "HouseholdGraph", "connect"]


def connect(
    uri: str | None = None,
    *,
    username: str | None = None,
    password: str | None = None,
    database: str | None = None,
) -> "HouseholdGraph":
    """Return the graph on a Neo4j server, or on the local one, which is started if need be.

    Args:
        uri: of the server; None: that of NEO4J_URI, and if that is not set, the local server.
        username: None: that of NEO4J_USERNAME.
        password: None: that of NEO4J_PASSWORD.
        database: None: that of NEO4J_DATABASE, and if that is not set, the server's default.

    Raises:
        DatabaseUnavailableError: if the server does not answer, or refuses the login.
        LocalServerError: if the local server cannot be installed or started.
    """
    given = {"uri": uri, "username": username, "password": password, "database": database}
    stated = {name: value for name, value in given.items() if value is not None}
    settings = ServerSettings().model_copy(update=stated)
    return HouseholdGraph(open_connection(settings))


class HouseholdGraph:
    """Asks questions of the graph: one round trip each, or a few for many households.

    Moments (`at`) may be a datetime, a date, ISO 8601 text or None for now; without an offset
    they are local time of the household. All methods raise UnknownIdError for an id that is not
    there, InvalidTimeError for a moment that cannot be read, and DatabaseUnavailableError.

    Use it as a context manager, or call `close`.
    """

    def __init__(self, connection: Connection, past: Past | None = None) -> None:
        """Take over an open connection.

        Args:
            connection: where the graph is.
            past: which past is asked about; None: the graph as it stands.
        """
        self.connection = connection
        self._past = past

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the connection."""
        self.close()

    def close(self) -> None:
        """Give the connection back; a local server keeps running."""
        self.connection.driver.close()

    def past(self, *, as_of: Moment = None, recorded: Moment = None) -> "HouseholdGraph":
        """Return the graph at an earlier time, over the same connection, for the same questions.

        Args:
            as_of: as it stood in effect then, which is the moment of every question too.
            recorded: as it was known then, whatever was put right since; the moment of every
                question that names none.

        A question about a household that was not known then raises UnknownIdError, one with `at`
        beside `as_of` BadInputError.
        """
        return HouseholdGraph(self.connection, Past(as_of, recorded))

    @property
    def is_past(self) -> bool:
        """Whether an earlier time is asked about; see `past`."""
        return self._past is not None

    def objects(self) -> AbstractContextManager[None]:
        """Let the classes of `household_graph.graph.schema` walk the graph while a block lasts.

        They are neomodel's; saving them is possible, but leaves no record. For one thread at a
        time, as neomodel has one connection for the whole process.
        """
        from household_graph.graph.schema import objects  # noqa: PLC0415 - neomodel is slow

        return objects(self.connection.driver, database=self.connection.database)

    def apply_schema(self) -> None:
        """Install the constraints and indexes that are missing."""
        from household_graph.graph.schema import apply  # noqa: PLC0415 - neomodel is slow to import

        with database_errors():
            apply(self.connection.driver, database=self.connection.database)

    def check(
        self,
        party: str,
        target: str,
        *,
        action: Action | str = Action.USE,
        device: str | None = None,
        at: Moment = None,
    ) -> Decision:
        """Decide one question."""
        question = Question(party, target, Action(action), device, at)
        answer = self.check_many([question])[0]
        if isinstance(answer, BadInputError):
            raise answer
        return answer

    def check_many(self, questions: Iterable[Question]) -> list[Answer]:
        """Decide many questions, in their order; one that is wrong fails alone."""
        if self._past:
            return answer_past(self.connection, list(questions), self._past)
        return answer_all(self.connection, list(questions))

    def services(
        self,
        party: str,
        *,
        device: str | None = None,
        at: Moment = None,
        include_denied: bool = False,
    ) -> list[Decision]:
        """Return a decision for each service of the party's household that it may use."""
        facts, at = self._facts(party, device or party, at)
        require_known("party", party, facts.askers)
        if device is not None:
            require_known("device", device, facts.resources)
        questions = service_questions(facts, party, device, at)
        return _decided(facts, questions, include_denied=include_denied)

    def devices(
        self, party: str, target: str, *, at: Moment = None, include_denied: bool = False
    ) -> list[Decision]:
        """Return a decision for each device on which the party may use the target."""
        facts, at = self._facts(target, party, at)
        require_known("party", party, facts.askers)
        require_known("target", target, facts.products, facts.services)
        questions = device_questions(facts, party, target, at)
        return _decided(facts, questions, include_denied=include_denied)

    def who(
        self,
        target: str,
        *,
        device: str | None = None,
        action: Action | str = Action.USE,
        at: Moment = None,
        include_denied: bool = False,
    ) -> list[Decision]:
        """Return a decision for each party, and resource, that may do this with the target."""
        facts, at = self._facts(target, device or target, at)
        questions = who_questions(facts, target, device, Action(action), at)
        return _decided(facts, questions, include_denied=include_denied)

    def matrix(self, household: str, *, at: Moment = None) -> list[Decision]:
        """Return a decision, yes or no, for each individual, service and device it is on."""
        facts, at = self._facts(household, household, at)
        return _decided(facts, matrix_questions(facts, at), include_denied=True)

    def _facts(self, entity_id: str, guest: str, at: Moment) -> tuple[Facts, Moment]:
        """Return the facts of the household of an id, with a guest, and the moment to judge for."""
        if self._past:
            at = self._past.moment(at)
            return past_facts_of(self.connection, entity_id, [guest], self._past), at
        return facts_of(self.connection, entity_id, guests=[guest]), at


def _decided(
    facts: Facts, questions: Iterable[Question], *, include_denied: bool
) -> list[Decision]:
    instant = now()
    decisions = (judge(facts, question, now=instant) for question in questions)
    return [decision for decision in decisions if decision.allowed or include_denied]
