"""Random sequences of everything that changes a household, by random actors, in the real graph.

After every step the access cache, live evaluation, the judge and the library say the same, and what
was done is what a plain statement of the laws allows, and what its preview said. STEPS=500 makes
it longer, SEED=2 draws others.
"""

import os
from collections import Counter
from collections.abc import Callable
from random import Random

import pytest

from household_graph.store.connection import Connection
from tests.graph.sequences import Sequence

pytestmark = pytest.mark.timeout(900)  # on a busy machine
STEPS = int(os.environ.get("STEPS", "24"))
SEED = int(os.environ.get("SEED", "1"))
LENGTH = 8  # steps of one sequence


def test_every_way_to_an_answer_says_the_same_after_every_step(
    blank: Connection, record_property: Callable[[str, object], None]
) -> None:
    """Whoever does whatever, no answer of the cache is of yesterday, and the laws are kept."""
    counted: Counter[str] = Counter()
    for number in range(-(-STEPS // LENGTH)):
        one = Sequence(blank, Random(f"{SEED} {number}"), counted)  # noqa: S311 - not secret
        for _step in range(LENGTH):
            assert list(one.step()) == []
    record_property("compared", dict(counted))
    assert counted["answers"] > 300 * STEPS
    assert counted["calls of the library"] > STEPS
    assert counted["previewed"] > STEPS
    assert counted["Command by operator"]
    assert counted["Command by party"]
