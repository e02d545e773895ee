"""Tool and database are killed at random moments: no change is lost, half there, or there twice."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from time import sleep

import psutil

from household_graph import HouseholdGraph, connect
from household_graph.cli.exit_codes import ExitCode
from household_graph.local_neo4j import LocalServer, ensure_running
from tests.cli.fresh import home
from tests.graph.command_worker import Worker
from tests.graph.consistency import assert_consistent
from tests.soak.ground import Ground, environment_of
from tests.soak.report import Report

__all__ = ["kill_database", "kill_tool"]

_QUEUED = 200  # command lines that wait for a worker; more than it gets to
_KILLS_A_HOUSEHOLD = 8  # then a new one is taken, for its history grows
_LONGEST = 1.0  # second that a worker is left alone at most
_FEW = 12.0  # seconds that a worker has left once the database is back


def kill_tool(ground: Ground, report: Report) -> None:
    """Kill a process that makes one change after another."""
    number = 0
    while report.goes_on():
        number += 1
        with home(ground.graph, f"killed-{number}") as there:
            told: list[str] = []
            for _kill in range(_KILLS_A_HOUSEHOLD):
                if not report.goes_on():
                    break
                worker = _at_work(ground.server, there.household)
                sleep(report.chance.uniform(0.0, _LONGEST))
                worker.process.kill()
                told += _acknowledged(worker, report)
                report.tried()
                _judge(ground.graph, there.household, told, report)


def kill_database(ground: Ground, report: Report) -> None:
    """Kill the database under a process that makes one change after another; start it again."""
    number = 0
    server = ground.server
    while report.goes_on():
        number += 1
        with connect() as graph, home(graph, f"felled-{number}") as there:
            worker = _at_work(server, there.household)
            sleep(report.chance.uniform(0.0, _LONGEST))
            process = psutil.Process(server.pid)
            process.kill()
            process.wait()
            server = ensure_running(ground.home)
            worker.orders.send(())
            worker.process.join(_FEW)
            worker.process.kill()
            told = _acknowledged(worker, report)
            report.tried()
            with connect() as again:
                _judge(again, there.household, told, report)


def _at_work(server: LocalServer, household: str) -> Worker:
    """Return a worker with more to do than it will get to."""
    worker = Worker(environment_of(server))
    worker.orders.recv()
    for place in range(_QUEUED):
        verb = ("grant", "revoke")[place % 2]
        role = (f"{household}/katie", "consumer", f"{household}/sports-channel")
        worker.orders.send(("role", verb, *role, "-o", "jsonl"))
    return worker


def _acknowledged(worker: Worker, report: Report) -> list[str]:
    """Return the ids of the changes that a worker told of before its end."""
    return list(_told(worker, report))


def _told(worker: Worker, report: Report) -> Iterator[str]:
    expected = {
        ExitCode.DONE,
        ExitCode.BAD_INPUT,  # a role that was granted before the kill, or not
        ExitCode.DATABASE_UNAVAILABLE,
        ExitCode.OUTCOME_UNKNOWN,
    }
    with _until_its_end():
        while True:
            code, out, err = worker.orders.recv()
            if code not in expected or "Traceback" in err or "unexpected" in err:
                report.wrong(f"a command ended in {code}: {err[-300:]}")
            if code == ExitCode.DONE and out.strip():
                yield json.loads(out)["change"]


@contextmanager
def _until_its_end() -> Iterator[None]:
    try:
        yield
    except (EOFError, OSError):
        return


def _judge(graph: HouseholdGraph, household: str, told: list[str], report: Report) -> None:
    """Hold a household to its history, and to what was told of it."""
    try:
        recorded = [one["id"] for one in assert_consistent(graph.connection, household)]
    except AssertionError as error:
        report.wrong(f"the history of {household} is not what became of it: {error}")
        return
    if lost := set(told) - set(recorded):
        report.wrong(f"lost, though told of: {sorted(lost)}")
    if len(set(told)) != len(told):
        report.wrong(f"one change was told of twice in {household}")
