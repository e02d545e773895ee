"""Hostile input, very much of it; see `tests/fuzz`."""

from household_graph.documents.load import load_documents
from household_graph.model.actor import Actor
from tests.fuzz.harness import Fuzz
from tests.scenarios.scenarios import documents
from tests.soak.ground import Ground
from tests.soak.report import Report

__all__ = ["fuzz"]

_AT_A_TIME = 500


def fuzz(ground: Ground, report: Report) -> None:
    """Run hostile inputs, each part with a seed of its own."""
    load_documents(ground.graph.store, documents().values(), actor=Actor.operator("soak"))
    while report.goes_on():
        seed = report.chance.randrange(2**32)
        inputs = Fuzz(ground.graph, seed, ground.folder / f"fuzz-{seed}")
        left = None if report.seconds is None else report.seconds - report.took
        inputs.run(min(_AT_A_TIME, report.wanted - report.tries), seconds=left)
        report.tried(sum(inputs.done.values()))
        for violation in inputs.violations:
            report.wrong(f"seed {seed}: {violation}")
