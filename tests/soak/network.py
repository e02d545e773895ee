"""A network that cuts, delays and swallows at every message: each change is made once, or said."""

from collections.abc import Iterator
from contextlib import contextmanager

from household_graph import HouseholdGraph
from household_graph.errors import (
    ConflictError,
    DatabaseUnavailableError,
    HouseholdGraphError,
    OutcomeUnknownError,
)
from household_graph.local_neo4j import LocalServer
from household_graph.store.connection import ServerSettings, open_connection
from tests.cli.fresh import home
from tests.graph.bolt_proxy import BoltProxy, Message, Mode
from tests.graph.consistency import assert_consistent, changes
from tests.soak.ground import Ground, toggled
from tests.soak.report import Report

__all__ = ["break_network"]

_TIMEOUT = 2.0  # seconds that a change may take: silences last as long
_CHANGES_A_HOUSEHOLD = 50
_MOST = {Message.RUN: 6, Message.PULL: 6}  # messages of a kind that a change sends


def break_network(ground: Ground, report: Report) -> None:
    """Make changes through a proxy that does something to one message of each."""
    port = int(str(ground.server.bolt_uri).rpartition(":")[2])
    number = 0
    with BoltProxy(port) as proxy:
        while report.goes_on():
            number += 1
            with home(ground.graph, f"cut-off-{number}") as there:
                granted = True
                for _change in range(_CHANGES_A_HOUSEHOLD):
                    if not report.goes_on():
                        break
                    what = _fault(proxy, report)
                    made = _try(ground, proxy, there.household, report, what, granted=granted)
                    granted = not granted if made else granted
                    report.tried()
                try:
                    assert_consistent(ground.graph.connection, there.household)
                except AssertionError as error:
                    report.wrong(f"the history is not what became of it: {error}")


def _fault(proxy: BoltProxy, report: Report) -> str:
    chance = report.chance
    message = chance.choice((*Message, Message.COMMIT, Message.RUN))
    mode = chance.choice((*Mode, Mode.CUT, Mode.LOSE))
    after = chance.randrange(_MOST.get(message, 1))
    dies = chance.random() < 0.05
    proxy.fault(message, mode, after=after, dies=dies)
    return f"{mode.value} at {message.name} {after}{' and no more' if dies else ''}"


def _try(
    ground: Ground, proxy: BoltProxy, household: str, report: Report, what: str, *, granted: bool
) -> bool:
    """Make one change through the proxy; return whether it is there."""
    before = len(changes(ground.graph.connection, household))
    told: str | None = None
    failed: HouseholdGraphError | None = None
    try:
        with _through(proxy, ground.server) as graph:
            [outcome] = toggled(graph, household, granted=granted)
            told = outcome.change
    except HouseholdGraphError as error:
        failed = error
    finally:
        proxy.heal()
    recorded = [str(one["id"]) for one in changes(ground.graph.connection, household)]
    made = len(recorded) - before
    if made > 1:
        report.wrong(f"{what}: one change was made {made} times")
    if told is not None and (made != 1 or recorded[-1] != told):
        report.wrong(f"{what}: {told} was told of, and {recorded[before:]} was made")
    if failed is not None:
        if made and not isinstance(failed, OutcomeUnknownError):
            report.wrong(f"{what}: it was made, and told as not done: {failed.message}")
        if not isinstance(failed, DatabaseUnavailableError | OutcomeUnknownError | ConflictError):
            report.wrong(f"{what}: ends in {type(failed).__name__}: {failed.message}")
    return bool(made)


@contextmanager
def _through(proxy: BoltProxy, server: LocalServer) -> Iterator[HouseholdGraph]:
    uri, password = f"bolt://127.0.0.1:{proxy.port}", str(server.password)
    connection = open_connection(ServerSettings(uri=uri, password=password), timeout=_TIMEOUT)
    with HouseholdGraph(connection) as graph:
        yield graph
