"""How quick an engine is, and whether it answers as the judge does."""

import sys
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import product
from statistics import median, quantiles
from time import perf_counter
from typing import Any

from bench.peers.engine import Ask, Engine, World
from bench.peers.questions import judged_services, judged_who

__all__ = ["MEASURES", "PARTS", "RATES", "Measured", "measure"]

MEASURES = ("check", "batch", "services", "who", "threads")
"""What is measured of each engine."""

RATES = ("batch", "threads")
"""Those of them that are questions a second; the others are the time of one call."""

PARTS = 7
"""Of the questions: some to compare answers, some to warm up, and five rounds."""

_WARM_UP = 40.0  # seconds
_THREADS = 8


_Seconds = dict[str, list[float]]


@dataclass
class Measured:
    """What came of one engine.

    Attributes:
        name: of the engine.
        kind: `graph`, `snapshot` or `bare` of ours; `server` or `library` of others.
        version: of the engine, and how it is reached.
        loading: seconds it took to load.
        asked: how many questions answers were compared for.
        seconds: of each measure: of each call, and for rates of each question of a round.
        differing: how many answers differ from the judge's, by measure.
        examples: one difference for each measure with any.
    """

    name: str
    kind: str
    version: str
    loading: float
    asked: int
    seconds: _Seconds = field(default_factory=lambda: {m: [] for m in MEASURES})
    differing: dict[str, int] = field(default_factory=dict)
    examples: dict[str, str] = field(default_factory=dict)

    def figures(self, measure: str) -> dict[str, float]:
        """Return p50 and p95 in milliseconds, or of a rate the median and least a second."""
        times = self.seconds[measure]
        if measure in RATES:
            return {"median": 1 / median(times), "least": 1 / max(times)}
        return {"p50": 1000 * median(times), "p95": 1000 * quantiles(times, n=20)[-1]}

    def middle(self, measure: str) -> float:
        """Return the first of them: what engines are compared by."""
        return next(iter(self.figures(measure).values()))

    def as_dict(self) -> dict[str, Any]:
        """Return everything but the single times, for JSON."""
        return {
            "name": self.name,
            "kind": self.kind,
            "version": self.version,
            "loading_s": self.loading,
            "asked": self.asked,
            "figures": {measure: self.figures(measure) for measure in MEASURES},
            "differing": self.differing,
            "examples": self.examples,
        }


def measure(engines: Sequence[Engine], world: World, asks: Sequence[Ask]) -> list[Measured]:
    """Load, compare answers, warm up, then measure in interleaved rounds.

    Each of these has questions of its own: what is measured was not asked before.

    Args:
        engines: what runs at the same time, on one server; each was entered.
        world: what they load.
        asks: the same number for each of `PARTS`.
    """
    count = len(asks) // PARTS
    compared, warming, *rounds = (asks[n * count : (n + 1) * count] for n in range(PARTS))
    done = [_loaded(engine, world, count) for engine in engines]
    for engine, own in zip(engines, done, strict=True):
        if engine.kind != "bare":
            _compare(own, engine, world, compared)
    _warm_up(engines, warming)
    for part in rounds:
        _round([own.seconds for own in done], engines, part)
    return done


def _loaded(engine: Engine, world: World, count: int) -> Measured:
    started = perf_counter()
    engine.prepare(world)
    loading = perf_counter() - started
    print(f"{engine.name}: loaded in {loading:.0f} s", file=sys.stderr)
    return Measured(engine.name, engine.kind, engine.version, loading, count)


def _warm_up(engines: Sequence[Engine], asks: Sequence[Ask]) -> None:
    """Ask for some time, the same for all: servers compile what they do often."""
    end = perf_counter() + _WARM_UP * len(engines)
    while perf_counter() < end:
        ignored: list[_Seconds] = [{measure: [] for measure in MEASURES} for _ in engines]
        _round(ignored, engines, asks)


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
        judged, said = judged - said, said - judged
    text = f"{ask.party}, {ask.target} on {ask.device} at {ask.at}"
    done.examples.setdefault(what, f"{text}: the judge alone says {judged}, it alone {said}")


def _round(seconds: Sequence[_Seconds], engines: Sequence[Engine], asks: Sequence[Ask]) -> None:
    """Ask single calls, a batch and threads, each a third of the questions."""
    single, batch, threads = asks[::3], asks[1::3], asks[2::3]
    own = list(zip(seconds, engines, strict=True))
    for ask, name in product(single, ("check", "services", "who")):
        for taken, engine in own:
            ask_it: Callable[[Ask], object] = getattr(engine, name)
            taken[name].append(_timed(lambda: ask_it(ask)))  # noqa: B023 - called at once
    for taken, engine in own:
        taken["batch"].append(_timed(lambda: engine.check_batch(batch)) / len(batch))  # noqa: B023
        with ThreadPoolExecutor(_THREADS) as pool:
            list(pool.map(engine.check, single[: 4 * _THREADS]))  # each opens its connection
            every = _timed(lambda: list(pool.map(engine.check, threads)))  # noqa: B023
            taken["threads"].append(every / len(threads))


def _timed(work: Callable[[], object]) -> float:
    started = perf_counter()
    work()
    return perf_counter() - started
