"""The Bakers in the real graph, changed at random by whoever may, and held to the laws each time.

Every answer is the same however it is come by: from the access cache, live, by the judge over the
rows, and by the questions of the library. Every state, exported and loaded, is unchanged.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any

import neo4j

from household_graph import HouseholdGraph, Question
from household_graph.changes.change_history import undo
from household_graph.changes.service import ChangeService, HouseholdChange, PlannedChange
from household_graph.documents.document import HouseholdDocument
from household_graph.documents.export import from_rows
from household_graph.documents.load import load_document
from household_graph.documents.read import read_documents
from household_graph.engine.decision import decide
from household_graph.engine.facts import Facts
from household_graph.engine.facts_builder import facts_from_rows
from household_graph.engine.question import matrix_questions
from household_graph.errors import BadInputError, RefusedError
from household_graph.imports.import_run import RecordedRun
from household_graph.imports.write import HouseholdWriter, check_changes
from household_graph.installation import shipped
from household_graph.model.actor import Actor
from household_graph.model.edits import edits_from_text
from household_graph.model.enums import Action
from household_graph.model.instants import from_datetime, to_utc
from household_graph.model.rows import Rows
from household_graph.store.access_cache import CacheState, lay_out
from household_graph.store.cache_rebuild import fetch_rows_and_caches
from household_graph.store.connection import Connection
from household_graph.store.graph_rows import GraphRows
from household_graph.store.row_reader import fetch_now, fetch_rows, instant_from_wire
from tests.graph.consistency import changes
from tests.graph.queries.judged import ask, calls
from tests.property.authority_of_changes import ChangeOfAll
from tests.property.previews import drawn, untold
from tests.property.random_steps import HOME, PLACE, Command, Document, Import, Step, draw_step
from tests.property.reading_back import not_read_back
from tests.unit.import_records import SOURCE

__all__ = ["Sequence"]

OPERATOR = Actor.operator("tests")
LATER = (timedelta(), timedelta(hours=7), timedelta(days=1, hours=1), timedelta(days=400))
TRIES = 5  # parties, for each step
CALLS = 3  # of each canonical question, after each step


@dataclass
class Sequence:
    """One sequence of steps; whatever is wrong is told with all that was done before.

    Attributes:
        connection: to a server where nobody else changes these households.
        random: what everything is drawn from.
        counted: what was done by whom, and how many answers were held to each other.
    """

    connection: Connection
    random: Random
    counted: Counter[str] = field(default_factory=Counter)
    told: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Load the Bakers."""
        self.cached = HouseholdGraph(self.connection)
        # It remembers that there is no cache, and so answers live.
        self.live = HouseholdGraph(Connection(self.connection.driver, self.connection.database))
        self.forget()
        [document] = read_documents(shipped("seed") / "bakers.yaml")
        load_document(GraphRows(self.connection), document, actor=OPERATOR)

    def forget(self) -> None:
        """Delete the households and all that is recorded of them."""
        for household in (HOME, PLACE):
            self.connection.driver.execute_query(
                "MATCH (n) WHERE n.id = $home OR n.id STARTS WITH $home + '/' DETACH DELETE n",
                home=household,
            )
            self.connection.misses.forget([household])

    def rows(self) -> dict[str, Rows]:
        return fetch_rows(self.connection, (HOME, PLACE))

    def step(self) -> Iterator[str]:
        """Do what is drawn in the name of a party, and where those tried may not, of an operator.

        Yields:
            What is not as promised.
        """
        step, before = draw_step(self.random), self.rows()
        parties = [node.id for of in before.values() for node in of.nodes if "Party" in node.labels]
        at = self.random.choice((None, None, None, timedelta(days=1)))
        tries = self.random.sample(parties, min(TRIES, len(parties)))
        for actor in (*map(Actor.party, tries), OPERATOR):
            recorded = {one: len(changes(self.connection, one)) for one in before}
            agreed = () if actor.is_party else tuple(parties)
            try:
                previews = self.make(step, actor, agreed, at, before)
            except (RefusedError, BadInputError):
                if recorded != {one: len(changes(self.connection, one)) for one in before}:
                    yield self.wrong(f"{step.name} by {actor} is refused, and made")
                continue
            if made := self.made(recorded):
                self.told.append(f"{step.name} by {actor}, {at or 'now'}")
                self.counted[f"{type(step).__name__} by {actor.kind}"] += 1
                yield from self.unlawful(actor, before, made)
                yield from self.otherwise(before, previews)
                break
        yield from self.differences()

    def make(
        self,
        step: Step,
        actor: Actor,
        agreed: tuple[str, ...],
        later: timedelta | None,
        before: Mapping[str, Rows],
    ) -> tuple[HouseholdChange, ...]:
        """Make a step, and return what it says that it does, of households there were."""
        if isinstance(step, Command):
            at = to_utc(from_datetime(fetch_now(self.connection))) + later if later else None
            request = PlannedChange(actor, "test", at=at, consents=agreed)
            service = ChangeService(GraphRows(self.connection))
            made = service.change(step.households, step.work, request)
            return made.households
        if isinstance(step, Document):
            data = from_rows(before[HOME]).model_dump(
                mode="json", exclude_unset=True, warnings=False
            )
            step.change(data)
            try:
                document = HouseholdDocument.model_validate(data)
            except ValueError:  # it is no document
                return ()
            loaded = load_document(GraphRows(self.connection), document, actor=actor)
            return (loaded.change,) if loaded.change and not loaded.is_new else ()
        if isinstance(step, Import):
            run = RecordedRun("import-crm-1", SOURCE.name, actor.name, actor.kind)
            writer = HouseholdWriter(GraphRows(self.connection), SOURCE, run, actor)
            if actor.is_party:
                check_changes(self.connection, SOURCE, actor, [step.ready])
            writer.write([step.ready])
        elif recorded := changes(self.connection)[1:]:  # all but the load
            made = undo(
                GraphRows(self.connection), recorded[-1]["id"], actor=actor, consents=agreed
            )
            return made.households
        return ()

    def otherwise(
        self, before: Mapping[str, Rows], previews: Iterable[HouseholdChange]
    ) -> Iterator[str]:
        """Yield what a preview says otherwise than the judge asked before and after it."""
        after = self.rows()
        for one in previews:
            home = one.household
            was, now = (
                facts_from_rows(of[home]) if of[home].nodes else None for of in (before, after)
            )
            asked = drawn(Random(len(self.told)), (was, now), one.at)  # noqa: S311 - not secret
            self.counted["previewed"] += len(asked)
            for what in untold(was, now, one.access, asked):
                yield self.wrong(f"the preview of {home}: {what}")

    def made(self, recorded: Mapping[str, int]) -> dict[str, dict[str, Any]]:
        """Return the records of what was just done, by household."""
        found = {one: changes(self.connection, one)[count:] for one, count in recorded.items()}
        return {household: of[0] for household, of in found.items() if of}

    def unlawful(
        self, actor: Actor, before: Mapping[str, Rows], made: Mapping[str, Mapping[str, Any]]
    ) -> Iterator[str]:
        """Yield what the plain statement does not let somebody do."""
        change = {one: edits_from_text(record["difference"]) for one, record in made.items()}
        at = max(instant_from_wire(record["at"]) for record in made.values())
        told = ChangeOfAll(before, change, from_datetime(at))
        refused = told.refused(*actor.parties) if actor.is_party else []
        for one in (*refused, *told.forbidden(*actor.parties)):
            yield self.wrong(f"against the laws: {one}")

    def differences(self) -> Iterator[str]:
        """Yield where one way to an answer says otherwise than another."""
        now = from_datetime(fetch_now(self.connection))  # in whole milliseconds, as decisions are
        for home, (rows, stored) in fetch_rows_and_caches(self.connection, (HOME, PLACE)).items():
            if stored.state(lay_out(rows)) is not CacheState.CURRENT or stored.stamps is None:
                yield self.wrong(f"the cache of {home} is {stored.state(lay_out(rows))}")
            if stored.revision != len(changes(self.connection, home)):
                yield self.wrong(f"{home} has another revision than changes")
            for one in not_read_back(rows, now):
                yield self.wrong(f"{home}, exported and loaded: {one}")
            facts, at = facts_from_rows(rows), to_utc(now) + self.random.choice(LATER)
            yield from self.between_answers(facts, at)
            if facts.services:
                yield from self.to_the_library(facts, from_datetime(at))

    def between_answers(self, facts: Facts, at: datetime) -> Iterator[str]:
        """Yield the questions that the cache, the graph and the judge answer differently."""
        asked = [*matrix_questions(facts, at), *_others(facts, at)]
        if not asked:  # the change that made the household was undone
            return
        alone = self.random.choice(asked)
        self.live.connection.misses.remember([facts.household])
        ways = {
            "cached": self.cached.check_many(asked),
            "live": self.live.check_many(asked),
        }
        judged = [decide(facts, one, now=0) for one in asked]
        self.counted["answers"] += len(asked)
        for way, answers in ways.items():
            for question, answer, right in zip(asked, answers, judged, strict=True):
                if answer != right:
                    yield self.wrong(f"{question}: {way} {answer}, by the judge {right}")
        for graph in (self.cached, self.live):
            [answer] = graph.check_many([alone])
            if answer != decide(facts, alone, now=0):
                yield self.wrong(f"{alone}, asked alone: {answer}")

    def to_the_library(self, facts: Facts, instant: int) -> Iterator[str]:
        """Yield what the questions of the library answer otherwise than the judge."""
        at = to_utc(instant)
        with self.connection.driver.session(default_access_mode=neo4j.READ_ACCESS) as session:
            for _time in range(CALLS):
                for call in calls(facts, self.random, instant):
                    answer = ask(session, call, at)
                    self.counted["calls of the library"] += 1
                    if sorted(answer, key=repr) != sorted(call.rows, key=repr):
                        asked = f"{call.question} {call.parameters} at {at.isoformat()}"
                        yield self.wrong(f"{asked}: {answer}, by the judge {call.rows}")

    def wrong(self, what: str) -> str:
        return f"{what}; after {self.told}"


def _others(facts: Facts, at: datetime) -> Iterator[Question]:
    """Yield what people and the household may choose and administer."""
    for asker in facts.principals.values():
        if asker.kind != "Resource":
            for target in (*facts.products, *facts.services, *facts.resources):
                for action in (Action.CHOOSE, Action.ADMINISTER):
                    yield Question(asker.id, target, action, at=at)
