"""The comparison as tables, and as JSON."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any

from rich.console import Group
from rich.table import Table

from bench.peers.goals import Goal, goals
from bench.peers.measuring import MEASURES, Measured

__all__ = ["as_json", "tables"]

_HEADS = ("check p50 (p95)", "batch", "services on a device", "who", "8 threads")
_WHY = (
    "The rating is on the service, the birth date on the minor, and a condition sees one of them: "
    "a check is handed the rating, a list over services cannot be."
)


def tables(done: Sequence[Measured], title: str) -> Group:
    """Return an engine a row, what they answer differently, and the goals."""
    return Group(_engines(done, title), *_differences(done), _goals(goals(done)))


def _engines(done: Sequence[Measured], title: str) -> Table:
    shown = Table("engine", "loaded", *_HEADS, "other answers", title=title)
    for one in done:
        shown.add_row(
            f"{one.name}\n{one.version}",
            f"{one.loading:.1f} s",
            *(_cell(one.figures(name)) for name in MEASURES),
            ", ".join(f"{name} {n}" for name, n in one.differing.items() if n) or "none",
        )
    return shown


def _cell(figures: dict[str, float]) -> str:
    if "median" in figures:
        return f"{figures['median']:,.0f}/s"
    return f"{figures['p50']:.2f} ms ({figures['p95']:.2f})"


def _differences(done: Sequence[Measured]) -> Iterator[str]:
    for one in done:
        for name, text in one.examples.items():
            yield f"{one.name}, {one.differing[name]} of {one.asked} {name}: {text}"
    if any("services" in one.examples for one in done):
        yield _WHY


def _goals(found: Sequence[Goal]) -> Table:
    shown = Table("measure", "beside", "ratio", "goal", "reached")
    for one in found:
        bound = f"at {'most' if one.at_most else 'least'} {one.bound:g}"
        reached = "yes" if one.reached else "no"
        shown.add_row(one.what, one.beside, f"{one.ratio:.2f}", bound, reached)
    return shown


def as_json(done: Sequence[Measured], **about: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    """Return everything that JSON keeps of a run."""
    reached = [asdict(one) | {"reached": one.reached} for one in goals(done)]
    return {**about, "engines": [one.as_dict() for one in done], "goals": reached}
