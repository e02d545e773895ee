"""The comparison as one table, and as JSON."""

from collections.abc import Sequence
from typing import Any

from rich.table import Table

from bench.peers.measuring import MEASURES, Measured

__all__ = ["as_json", "ratios", "table"]

_HEADS = ("check p50 (p95)", "batch", "services on a device", "who", "8 threads")
_IN_PROCESS = "Cedar"
_WHY = (
    "The rating is on the service, the birth date on the minor, and a condition sees one of them: "
    "a check is handed the rating, a list over services cannot be."
)


def _servers(done: Sequence[Measured]) -> list[Measured]:
    return [one for one in done[1:] if not one.name.startswith(_IN_PROCESS)]


def ratios(done: Sequence[Measured]) -> dict[str, float]:
    """Return ours (the first) to the fastest peer server, by measure; empty without one."""
    found: dict[str, float] = {}
    if not _servers(done):
        return found
    for name in MEASURES:
        key = next(iter(done[0].figures(name)))
        best = max if key == "median" else min
        found[name] = done[0].figures(name)[key] / best(
            one.figures(name)[key] for one in _servers(done)
        )
    return found


def table(done: Sequence[Measured], title: str) -> Table:
    """Return the table: an engine a row, and the ratios."""
    shown = Table("engine", "loaded", *_HEADS, "other answers", title=title)
    for one in done:
        shown.add_row(
            f"{one.name}\n{one.version}",
            f"{one.loading:.0f} s",
            *(_cell(one.figures(name)) for name in MEASURES),
            ", ".join(f"{name} {n}" for name, n in one.differing.items() if n) or "none",
        )
    if found := ratios(done):
        cells = (f"{found[name]:.2f}" for name in MEASURES)
        shown.add_row("ours : fastest peer server", "", *cells, "")
    shown.caption = "\n".join(_differences(done)) or None
    return shown


def _cell(figures: dict[str, float]) -> str:
    if "median" in figures:
        return f"{figures['median']:,.0f}/s"
    return f"{figures['p50']:.2f} ms ({figures['p95']:.2f})"


def _differences(done: Sequence[Measured]) -> list[str]:
    found = [
        f"{one.name}, {one.differing[name]} of {one.asked} {name}: {text}"
        for one in done
        for name, text in one.examples.items()
    ]
    listed = any("services" in one.examples for one in _servers(done))
    return [*found, _WHY] if listed else found


def as_json(done: Sequence[Measured], **about: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    """Return everything that JSON keeps of a run."""
    return {**about, "engines": [one.as_dict() for one in done], "ratios": ratios(done)}
