"""What commands print, byte for byte. `UPDATE_GOLDEN=1 make test` writes the files anew."""

import os
import shlex
from pathlib import Path

import pytest

from household_graph import HouseholdGraph
from tests.cli.commands import household_graph

GOLDEN = Path(__file__).parent / "golden"
SUNDAY = "--at 2026-11-22T20:00"
BEDTIME = "--at 2026-11-22T21:30"
KATIE_SPORTS = f"check bakers/katie bakers/sports -d bakers/stb-living-room {BEDTIME}"
FORMATS = ("table", "json", "jsonl", "csv", "yaml")
BATCH = """\
party,target,action,device,at
bakers/katie,bakers/live-tv,use,bakers/stb-living-room,2026-11-22T20:00
bakers/katie,bakers/movies,,,2026-11-22T20:00
bakers/kattie,bakers/movies,,,2026-11-22T20:00
bakers/emma,bakers/sports-channel,choose,,2026-11-22
bakers/dad,bakers/broadband,watch,,2026-11-22
nobody/dad,bakerss/broadband,,,2026-11-22
"""

WEEK = "--from 2026-11-22T12:00 --until 2026-11-25"
COMMANDS = {
    **{f"check-no.{name}": f"{KATIE_SPORTS} -o {name}" for name in FORMATS},
    "check-yes.table": f"check bakers/tom bakers/movies {BEDTIME}",
    "check-explain.table": f"{KATIE_SPORTS} --explain",
    "check-choose.json": f"check bakers/dad bakers/cable-tv -a choose {SUNDAY} -o json",
    **{
        f"services.{name}": f"services bakers/katie -d bakers/tablet-katie {BEDTIME} -o {name}"
        for name in FORMATS
    },
    "services-all.table": f"services bakers/katie -d bakers/stb-living-room --all {SUNDAY}",
    "services-none.table": f"services bakers/au-pair -d bakers/stb-bedroom {SUNDAY}",
    "services-none.json": f"services bakers/au-pair -d bakers/stb-bedroom {SUNDAY} -o json",
    "devices.table": f"devices bakers/emma bakers/sports {SUNDAY}",
    "devices.csv": f"devices bakers/emma bakers/sports {SUNDAY} -o csv",
    "who.table": f"who bakers/sports -d bakers/stb-living-room {SUNDAY}",
    "who-administer.jsonl": f"who bakers/mobile-emma -a administer {SUNDAY} -o jsonl",
    "matrix.table": f"matrix bakers {BEDTIME}",
    "matrix.csv": f"matrix bakers {BEDTIME} -o csv",
    **{
        f"timeline.{name}": f"timeline bakers/katie bakers/internet {WEEK} -o {name}"
        for name in FORMATS
    },
    "timeline-week.table": f"timeline bakers/tom --device bakers/laptop-tom {WEEK}",
    "check-as-of.table": "check bakers/auntie-jean bakers/live-tv --as-of 2026-07-01T12:00",
    "matrix-as-of.table": "matrix bakers --as-of 2026-07-01T21:30",
    **{f"batch.{name}": f"check --batch - -o {name}" for name in FORMATS},
    "export.yaml": "export bakers",
    "export.json": "export bakers -o json",
    "load-unchanged.table": "load seed/bakers.yaml --dry-run",
    "load-unchanged.json": "load seed/bakers.yaml --dry-run -o json",
}


@pytest.mark.parametrize("name", COMMANDS)
def test_prints_what_it_printed_before(name: str, graph: HouseholdGraph) -> None:
    """Stdout is that of the golden file."""
    assert graph.connection
    outcome = household_graph(*shlex.split(COMMANDS[name]), stdin=BATCH)
    golden = GOLDEN / f"{name}.txt"
    if os.environ.get("UPDATE_GOLDEN"):
        golden.write_text(outcome.out, encoding="utf-8")
    assert outcome.out == golden.read_text(encoding="utf-8"), outcome.err


def test_no_golden_file_is_left_over() -> None:
    """Each golden file belongs to a command."""
    assert {path.stem for path in GOLDEN.glob("*.txt")} == set(COMMANDS)
