"""Compare this project with other authorization engines, on one machine, in one run.

    make peers HOUSEHOLDS=1000
    python -m bench.peers --households 10000 --json peers.json

Servers are built by `go install` into a cache. What cannot be had is left out, and named.
"""

import argparse
import json
import signal
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console

from bench.peers import postgres
from bench.peers.cedar import Cedar
from bench.peers.engine import Engine
from bench.peers.measuring import PARTS, measure
from bench.peers.openfga import OpenFga
from bench.peers.ours import Bare, Opened, Ours
from bench.peers.programs import OPENFGA, SPICEDB, cache, go_program
from bench.peers.questions import asks, world
from bench.peers.spicedb import SpiceDb
from bench.peers.table import as_json, tables


def main() -> None:
    """Fetch, load, compare, measure, print."""
    given = _arguments()
    signal.signal(signal.SIGTERM, _interrupted)
    engines = list(_engines(cache(given.cache)))
    homes = world(given.households)
    asked = asks(homes, given.questions * PARTS)
    done = []
    for make in engines:
        with make() as engine:
            every = [engine, Opened(engine), Bare(engine)] if isinstance(engine, Ours) else [engine]
            done += measure(every, homes, asked)
    refused = sum(not ask.allowed for ask in asked) / len(asked)
    title = f"{given.households:,} households, {len(asked):,} questions, {refused:.0%} answered no"
    console = Console() if sys.stdout.isatty() else Console(width=200)
    console.print(tables(done, title), markup=False)
    if given.json:
        when = datetime.now(UTC).isoformat(timespec="seconds")
        said = as_json(done, households=given.households, answered_no=refused, at=when)
        given.json.write_text(json.dumps(said, indent=2) + "\n", encoding="utf-8")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--households", type=int, default=1000)
    parser.add_argument("--questions", type=int, default=1500, help="for each round")
    parser.add_argument("--cache", type=Path, help="where the programs are kept")
    parser.add_argument("--json", type=Path, help="write the figures here too")
    return parser.parse_args()


def _interrupted(*_signal: object) -> None:
    """Leave by way of every block that stops a server."""
    raise KeyboardInterrupt


def _engines(folder: Path) -> Iterator[Callable[[], Engine]]:
    """Yield what makes each engine that can be had, ours first; say what cannot be."""
    yield Ours
    stores = ["postgres"] if postgres.found() else []
    if not stores:
        _say("PostgreSQL is not installed: left out")
    if openfga := go_program(folder, OPENFGA):
        for store in ("sqlite", *stores):
            yield lambda store=store: OpenFga(openfga, store)  # type: ignore[misc]
    else:
        _say("OpenFGA cannot be had: left out")
    if spicedb := go_program(folder, SPICEDB):
        yield lambda: SpiceDb(spicedb, (*stores, "memory")[0])
    else:
        _say("SpiceDB cannot be had: left out")
    for parsed in (False, True):
        yield lambda parsed=parsed: Cedar(parsed=parsed)  # type: ignore[misc]


def _say(text: str) -> None:
    print(text, file=sys.stderr)


if __name__ == "__main__":
    main()
