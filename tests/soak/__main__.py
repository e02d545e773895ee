"""Hours of kills, broken networks, full disks, races and hostile input: `make soak`.

    python -m tests.soak                          every part, an hour or two
    python -m tests.soak --list                   which there are
    python -m tests.soak revoke --tries 500       one of them, shorter
    python -m tests.soak --seconds 30             every part, for half a minute at most
    python -m tests.soak fuzz --seed 7            with other moments and inputs

Every part starts from the seed, which is printed. What is not as promised is printed as it is
found, and counted in the table at the end; then the exit code is 1.
"""

import argparse
import secrets
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from random import Random
from typing import NamedTuple

from tests.soak.disk import fill_disk
from tests.soak.export_years import import_for_years
from tests.soak.fuzzing import fuzz
from tests.soak.ground import Ground, ground
from tests.soak.kills import kill_database, kill_tool
from tests.soak.network import break_network
from tests.soak.races import race_with_cypher, race_with_readers, race_with_revoke
from tests.soak.report import Report
from tests.soak.sequences import run_sequences

__all__ = ["PARTS", "Part", "soak"]


class Part(NamedTuple):
    """A part of the soak.

    Attributes:
        run: tries until its report says that it is enough.
        tries: how often, unless told otherwise.
        what: one line on it.
    """

    run: Callable[[Ground, Report], None]
    tries: int
    what: str


PARTS: Mapping[str, Part] = {
    "revoke": Part(race_with_revoke, 10_000, "after a revoke nobody is let in, however asked"),
    "cypher": Part(race_with_cypher, 10_000, "no stale answer beside a writer of plain Cypher"),
    "readers": Part(race_with_readers, 10_000, "every answer is that of before or after"),
    "sequences": Part(run_sequences, 400, "whatever is done by whomever, all ways answer alike"),
    "network": Part(break_network, 600, "a change is made once, or told as unknown"),
    "tool": Part(kill_tool, 450, "no change is lost or half there after a kill of the tool"),
    "imports": Part(import_for_years, 200, "a year of weekly exports comes to what they say"),
    "disk": Part(fill_disk, 3, "a full disk is named, and what was there comes back"),
    "fuzz": Part(fuzz, 100_000, "whatever is given, it ends well or says what is wrong"),
    "database": Part(kill_database, 50, "the same after a kill of the database"),
}
"""In the order in which they are run: the last one leaves another server behind."""


def soak(
    names: Sequence[str],
    seed: int,
    *,
    tries: Mapping[str, int] | None = None,
    seconds: float | None = None,
) -> list[Report]:
    """Run parts and return what each came to.

    Args:
        names: of the parts.
        seed: for their moments and inputs.
        tries: by part; of any other as many as it is worth.
        seconds: for each at most; None: as long as it takes.
    """
    reports = []
    with ExitStack() as stack:
        place = stack.enter_context(ground())
        for name in names:
            part = PARTS[name]
            chance = Random(f"{seed} {name}")  # noqa: S311 - moments, no secrets
            report = Report(name, (tries or {}).get(name, part.tries), seconds, chance)
            report.say(part.what)
            part.run(place, report)
            report.goes_on()
            reports.append(report)
    return reports


def main() -> None:
    """Read the command line, run, print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("part", nargs="*", help="which; all of them, if none is named")
    parser.add_argument("--seed", type=int, default=secrets.randbelow(2**32))
    parser.add_argument("--tries", type=int, help="of each part")
    parser.add_argument("--seconds", type=float, help="for each part at most")
    parser.add_argument("--list", action="store_true", help="show the parts and end")
    given = parser.parse_args()
    if given.list:
        print("\n".join(f"{name:10}{one.tries:>8,}  {one.what}" for name, one in PARTS.items()))
        return
    if unknown := set(given.part) - set(PARTS):
        parser.error(f"there is no part {', '.join(sorted(unknown))}; see --list")
    sys.stderr.write(f"seed {given.seed}\n")
    names = given.part or list(PARTS)
    tries = dict.fromkeys(names, given.tries) if given.tries else None
    reports = soak(names, given.seed, tries=tries, seconds=given.seconds)
    print(f"{'part':10}{'tries':>9}{'seconds':>9}{'violations':>12}")
    for one in reports:
        told = one.left_out or f"{len(one.violations):,}"
        print(f"{one.part:10}{one.tries:>9,}{one.took:>9,.0f}{told:>12}")
    print(f"seed {given.seed}")
    sys.exit(any(one.violations for one in reports))


if __name__ == "__main__":
    main()
