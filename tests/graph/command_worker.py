"""A process that runs command lines of `household-graph`, one after another, when it is told to.

What is slow to import is imported here, once for all processes that are forked afterwards.
"""

import os
from collections.abc import Mapping
from multiprocessing.connection import Connection

import household_graph.changes.making
import household_graph.graph.household_graph
import household_graph.graph.schema
import household_graph.onboarding
from tests.cli.commands import household_graph as run

__all__ = ["serve"]

PRELOADED = household_graph


def serve(orders: Connection, environment: Mapping[str, str]) -> None:
    """Answer each list of arguments with exit code, stdout and stderr, until there is none."""
    os.environ.update(environment)
    orders.send("ready")
    while arguments := orders.recv():
        outcome = run(*arguments)
        orders.send((outcome.code, outcome.out, outcome.err))
