"""Processes that run command lines of `household-graph`, one after another, when told to.

What is slow to import is imported here, once for all processes that are forked afterwards.
"""

import multiprocessing
import os
from collections.abc import Mapping, Sequence
from multiprocessing.connection import Connection

import household_graph.api.household_graph
import household_graph.changes.service
import household_graph.onboarding
import household_graph.store.graph_schema
from tests.cli.commands import Outcome
from tests.cli.commands import household_graph as run

__all__ = ["PROCESSES_OF_THEIR_OWN", "Worker", "serve"]

PRELOADED = household_graph
PROCESSES_OF_THEIR_OWN = multiprocessing.get_context("forkserver")
PROCESSES_OF_THEIR_OWN.set_forkserver_preload([__name__])


def serve(orders: Connection, environment: Mapping[str, str]) -> None:
    """Answer each list of arguments with exit code, stdout and stderr, until there is none."""
    os.environ.update(environment)
    orders.send("ready")
    while arguments := orders.recv():
        outcome = run(*arguments)
        orders.send((outcome.code, outcome.out, outcome.err))


class Worker:
    """One process of its own that runs command lines."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self.orders, theirs = PROCESSES_OF_THEIR_OWN.Pipe()
        self.process = PROCESSES_OF_THEIR_OWN.Process(
            target=serve, args=(theirs, dict(environment)), daemon=True
        )
        self.process.start()
        theirs.close()  # so that its end is seen here, however it comes

    def run(self, *arguments: str) -> Outcome:
        self.orders.send(arguments)
        code, out, err = self.orders.recv()
        return Outcome(code, out, err)

    def story(self, commands: Sequence[Sequence[str]]) -> list[Outcome]:
        return [self.run(*command) for command in commands]
