"""How quick an engine is, and whether it answers as the judge does."""

import sys
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from statistics import median, quantiles
from time import perf_counter
from typing import Any

from bench.peers.engine import Ask, Engine, World
from bench.peers.questions import judged_services, judged_who

__all__ = ["MEASURES", "Measured", "measure"]

MEASURES = ("check", "batch", "services", "who", "threads")
"""What is measured, of which `batch` and `threads` are rates."""

_ROUNDS = 5
_THREADS = 8
_RATES = ("batch", "threads")


@dataclass
class Measured:
    """What came of one engine.

    Attributes:
        name: of the engine.
        version: of the engine, and how it is reached.
        loading: seconds it took to load.
        asked: how many questions answers were compared for.
        seconds: of each measure: of each call, and for rates of each question of a round.
        differing: how many answers differ from the judge's, by measure.
        examples: one difference for each measure with any.
    """

    name: str
    version: str
    loading: float
    asked: int
    seconds: dict[str, list[float]] = field(default_factory=lambda: {m: [] for m in MEASURES})
    differing: dict[str, int] = field(default_factory=dict)
    examples: dict[str, str] = field(default_factory=dict)

    def figures(self, measure: str) -> dict[str, float]:
        """Return p50 and p95 in milliseconds, or of a rate the median and least a second."""
        times = self.seconds[measure]
        if measure in _RATES:
            return {"median": 1 / median(times), "least": 1 / max(times)}
        return {"p50": 1000 * median(times), "p95": 1000 * quantiles(times, n=20)[-1]}

    def as_dict(self) -> dict[str, Any]:
        """Return everything but the single times, for JSON."""
        return {
            "name": self.name,
            "version": self.version,
            "loading_s": self.loading,
            "asked": self.asked,
            "figures": {measure: self.figures(measure) for measure in MEASURES},
            "differing": self.differing,
            "examples": self.examples,
        }


def measure(engine: Engine, world: World, asks: Sequence[Ask]) -> Measured:
    """Load, compare every answer (which warms up too), then measure in interleaved rounds."""
    started = perf_counter()
    engine.prepare(world)
    loading = perf_counter() - started
    done = Measured(engine.name, engine.version, loading, len(asks))
    print(f"{engine.name}: loaded in {loading:.0f} s", file=sys.stderr)
    _compare(done, engine, world, asks)
    for turn in range(_ROUNDS):
        _round(done.seconds, engine, asks[turn::_ROUNDS], asks)
    return done


def _compare(done: Measured, engine: Engine, world: World, asks: Sequence[Ask]) -> None:
    batch = engine.check_batch(asks)
    for ask, in_batch in zip(asks, batch, strict=True):
        facts = world.facts[ask.household]
        _note(done, "check", ask, ask.allowed, engine.check(ask))
        _note(done, "batch", ask, ask.allowed, in_batch)
        _note(done, "services", ask, judged_services(facts, ask), engine.services(ask))
        _note(done, "who", ask, judged_who(facts, ask), engine.who(ask))


def _note(done: Measured, what: str, ask: Ask, judged: object, said: object) -> None:
    done.differing.setdefault(what, 0)
    if judged == said:
        return
    done.differing[what] += 1
    if isinstance(judged, set) and isinstance(said, set):
        judged, said = sorted(judged - said), sorted(said - judged)
    text = f"{ask.party}, {ask.target} on {ask.device} at {ask.at}"
    done.examples.setdefault(what, f"{text}: the judge alone says {judged}, it alone {said}")


def _round(
    seconds: dict[str, list[float]], engine: Engine, own: Sequence[Ask], asks: Sequence[Ask]
) -> None:
    for ask in own:
        for name in ("check", "services", "who"):
            ask_it: Callable[[Ask], object] = getattr(engine, name)
            started = perf_counter()
            ask_it(ask)
            seconds[name].append(perf_counter() - started)
    started = perf_counter()
    engine.check_batch(asks)
    seconds["batch"].append((perf_counter() - started) / len(asks))
    with ThreadPoolExecutor(_THREADS) as threads:
        list(threads.map(engine.check, own[:_THREADS]))  # each thread opens its connection
        started = perf_counter()
        list(threads.map(engine.check, asks))
        seconds["threads"].append((perf_counter() - started) / len(asks))
