"""Households in memory above a store: what is asked of the store below, and what time it is."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from household_graph.api.simulation import Simulation
from household_graph.model.rows import Rows
from household_graph.store.row_store import SimulatedRows
from tests.unit.drafts import seed

NOW = datetime(2026, 11, 22, 20, tzinfo=UTC)


class Below(SimulatedRows):
    """A store that counts how often it is asked, and whose clock differs from this machine's."""

    def __init__(self) -> None:
        super().__init__([seed("bakers")])
        self.asked = 0

    def fetch(self, households: Iterable[str]) -> tuple[dict[str, Rows], datetime]:
        self.asked += 1
        return super().fetch(households)[0], NOW


def test_what_is_in_memory_is_asked_of_no_other_store() -> None:
    """A household is fetched once, however many questions follow."""
    below = Below()
    simulation = Simulation(SimulatedRows(below=below))
    for _ in range(5):
        assert simulation.check("bakers/tom", "bakers/internet")
    assert below.asked == 1


def test_time_goes_on_by_the_clock_below() -> None:
    """Now is what the store below said, and what has passed since; a given time stands still."""
    store = SimulatedRows(below=Below())
    first, second = (store.fetch(["bakers"])[1] for _ in range(2))
    assert timedelta() <= first - NOW < timedelta(minutes=5)
    assert first <= second
    still = SimulatedRows(below=SimulatedRows(below=Below(), now=NOW))
    assert still.fetch(["bakers"])[1] == still.fetch([])[1] == NOW
