"""Random sequences of everything that changes a household; no way to an answer says otherwise."""

from random import Random

from tests.graph.sequences import Sequence
from tests.soak.ground import Ground
from tests.soak.report import Report

__all__ = ["run_sequences"]

_LENGTH = 8  # steps of one sequence; after many everybody has left


def run_sequences(ground: Ground, report: Report) -> None:
    """After every step the cache, live reads, the judge and the library say the same."""
    while report.goes_on():
        seed = report.chance.random()
        sequence = Sequence(ground.graph.connection, Random(seed))  # noqa: S311 - not secret
        for _step in range(_LENGTH):
            report.tried()
            for what in sequence.step():
                report.wrong(what)
            if not report.goes_on():
                break
        sequence.forget()
