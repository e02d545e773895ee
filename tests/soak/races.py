"""Races between writers and readers: no answer is of yesterday, and none mixes two states."""

import asyncio
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from multiprocessing.connection import Connection
from threading import Event
from time import sleep
from typing import Any

from neo4j.exceptions import TransientError

from household_graph import Decision, HouseholdGraph, Question, connect, connect_async
from household_graph.changes.draft import Draft
from household_graph.changes.service import ChangeService, PlannedChange
from household_graph.model.actor import Actor
from household_graph.model.enums import ReasonCode
from tests.cli.fresh import home
from tests.graph.command_worker import PROCESSES_OF_THEIR_OWN
from tests.soak.ground import Ground, environment_of, grant, revoke
from tests.soak.report import Report

__all__ = ["race_with_cypher", "race_with_readers", "race_with_revoke"]

_READERS = 3
_PAUSE = 0.02  # seconds
_TOLD = frozenset({ReasonCode.GRANTED, ReasonCode.EXEMPT, ReasonCode.PAUSED})
_LOCK = """
MATCH (household:Organization {id: $household})
SET household.revision = coalesce(household.revision, 0) + 1
WITH household MATCH (device:Resource {id: $device})
SET device.administrative_state = $state
"""


def race_with_revoke(ground: Ground, report: Report) -> None:
    """After a revoke has returned, nobody is let in, however they ask."""
    graph = ground.graph
    with ExitStack() as stack:
        household = stack.enter_context(home(graph, "revoked")).household
        question = Question(f"{household}/granny", f"{household}/sports")
        ways = _ways(ground, stack, question)
        while report.goes_on():
            grant(graph, household)
            if not graph.check(question.party, question.target).allowed:
                report.wrong("not let in after a grant")
            revoke(graph, household)
            for name, ask in ways.items():
                report.tried()
                if ask():
                    report.wrong(f"let in after a revoke, asked by {name}")


def race_with_cypher(ground: Ground, report: Report) -> None:
    """A writer of plain Cypher, who bumps the revision, and ours change a household in turns."""
    graph = ground.graph
    with home(graph, "plain") as there, ThreadPoolExecutor(1) as threads:
        household, over = there.household, Event()
        question = Question(
            f"{household}/dad", f"{household}/live-tv", device=f"{household}/stb-bedroom"
        )
        ours = threads.submit(_toggle_on, graph, household, over)
        try:
            while report.goes_on():
                for state in ("locked", "unlocked"):
                    _write_plainly(graph, household, str(question.device), state)
                    [answer] = graph.check_many([question])
                    report.tried()
                    if not isinstance(answer, Decision) or answer.allowed != (state == "unlocked"):
                        report.wrong(f"the device is {state}, and the answer is {answer}")
        finally:
            over.set()
            ours.result()


def _write_plainly(graph: HouseholdGraph, household: str, device: str, state: str) -> None:
    """Lock or unlock a device as somebody else's program does, again after each deadlock."""
    while True:
        with suppress(TransientError), graph.connection.driver.session() as session:
            session.run(_LOCK, household=household, device=device, state=state).consume()
            return


def _toggle_on(graph: HouseholdGraph, household: str, over: Event) -> None:
    while not over.is_set():
        grant(graph, household)
        revoke(graph, household)
        sleep(_PAUSE)  # or the other writer, with whom it gets into deadlocks, never has its turn


def race_with_readers(ground: Ground, report: Report) -> None:
    """Two states, neither of which lets Mum in, and nobody reads a mixture that does."""
    graph = ground.graph
    with home(graph, "between") as there, ThreadPoolExecutor(_READERS) as threads:
        household, over = there.household, Event()
        if not graph.check(*_asked(household)[:2], device=_asked(household)[2]).allowed:
            report.wrong("not let in where both are active: there is nothing to race for")
        _states(graph, household, active=False)
        asked = [threads.submit(_read, graph, household, over, report) for _ in range(_READERS)]
        try:
            active = False
            while report.goes_on():
                active = not active
                _states(graph, household, active=active)
        finally:
            over.set()
            for one in asked:
                one.result()


def _states(graph: HouseholdGraph, household: str, *, active: bool) -> None:
    """Activate Mum and lock the box, or suspend her and unlock it: one change."""

    def work(drafts: Mapping[str, Draft]) -> None:
        draft = drafts[household]
        draft.update(f"{household}/mum", status="active" if active else "suspended")
        state = "locked" if active else "unlocked"
        draft.update(f"{household}/stb-bedroom", administrative_state=state)

    ChangeService(graph.store).change(
        [household], work, PlannedChange(Actor.operator("soak"), "test")
    )


def _asked(household: str) -> tuple[str, str, str]:
    return f"{household}/mum", f"{household}/live-tv", f"{household}/stb-bedroom"


def _read(graph: HouseholdGraph, household: str, over: Event, report: Report) -> None:
    party, target, device = _asked(household)
    question = Question(party, target, device=device)
    ways: tuple[Callable[[], list[Any]], ...] = (
        lambda: [graph.check(party, target, device=device)],
        lambda: graph.check_many([question, Question(f"{household}/dad", target)])[:1],
        lambda: graph.services(party, device=device),
        lambda: [one for one in graph.who(target, device=device) if one.party == party],
    )
    while not over.is_set():
        for ask in ways:
            for answer in ask():
                report.tried()
                if not isinstance(answer, Decision):
                    report.wrong(f"no answer: {answer}")
                elif answer.allowed:
                    report.wrong(f"let in between two states that do not: {answer}")
                elif not {one.code for one in answer.reasons} - _TOLD:
                    report.wrong(f"a no without a ground: {answer}")


def _ways(ground: Ground, stack: ExitStack, question: Question) -> dict[str, Callable[[], bool]]:
    """Return every way to ask a question, by name."""
    graph, party, target = ground.graph, question.party, question.target
    threads = stack.enter_context(ThreadPoolExecutor(2))
    elsewhere = stack.enter_context(_elsewhere(ground, question))
    loop = asyncio.new_event_loop()
    stack.callback(loop.close)
    awaited = loop.run_until_complete(connect_async(threads=2))
    stack.callback(lambda: loop.run_until_complete(awaited.close()))
    second = stack.enter_context(connect())

    def asked(graph: HouseholdGraph) -> bool:
        return graph.check(party, target).allowed

    def batch() -> bool:
        [answer, _other] = graph.check_many([question, question])
        return isinstance(answer, Decision) and answer.allowed

    return {
        "the same connection": lambda: asked(graph),
        "another connection": lambda: asked(second),
        "another thread": lambda: threads.submit(asked, graph).result(),
        "another process": elsewhere,
        "a batch": batch,
        "a list": lambda: target in {one.target for one in graph.services(party)},
        "a snapshot": lambda: (
            graph.snapshot([question.party.partition("/")[0]]).check(party, target).allowed
        ),
        "async": lambda: loop.run_until_complete(awaited.check(party, target)).allowed,
    }


@contextmanager
def _elsewhere(ground: Ground, question: Question) -> Iterator[Callable[[], bool]]:
    """Yield what asks the question in a process of its own, which stays connected."""
    ours, theirs = PROCESSES_OF_THEIR_OWN.Pipe()
    process = PROCESSES_OF_THEIR_OWN.Process(
        target=_answer, args=(theirs, environment_of(ground.server)), daemon=True
    )
    process.start()
    ours.recv()

    def ask() -> bool:
        ours.send((question.party, question.target))
        return bool(ours.recv())

    try:
        yield ask
    finally:
        ours.send(None)
        process.join()


def _answer(orders: Connection, environment: dict[str, str]) -> None:
    with connect(
        environment["NEO4J_URI"],
        username=environment["NEO4J_USERNAME"],
        password=environment["NEO4J_PASSWORD"],
    ) as graph:
        orders.send("ready")
        while asked := orders.recv():
            orders.send(graph.check(*asked).allowed)
