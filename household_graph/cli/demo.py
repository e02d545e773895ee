"""`demo`: load the seed households and ask the headline questions, each by its own command."""

import shlex

from household_graph.cli.database import connected
from household_graph.cli.output import note, plain, show
from household_graph.package_data import shipped

_KATIE_AT_THE_BOX = "bakers/katie --device bakers/stb-living-room"
_TOM_AND_THE_MATCH = "bakers/tom bakers/sports --device bakers/stb-living-room"

QUESTIONS = (
    (
        "Which services may Katie, a minor, use on the living-room set-top box, and why?",
        f"services {_KATIE_AT_THE_BOX} --at 2026-11-22T20:00 --all",
    ),
    (
        "It is past bedtime. May Tom watch the sports channel he pays half of?",
        f"check {_TOM_AND_THE_MATCH} --at 2026-11-22T21:30 --explain",
    ),
    (
        "On which devices may the au pair, who has no name here, use the internet?",
        "devices bakers/au-pair bakers/internet --at 2026-11-22T21:30",
    ),
    (
        "Who administers the smart firewall?",
        "who bakers/smart-firewall --action administer --at 2026-11-22T20:00",
    ),
    (
        "Who can use what, and where, at bedtime?",
        "matrix bakers --at 2026-11-22T21:30",
    ),
)
"""Each headline question in words, and the command that answers it."""


def demo() -> None:
    """Load the seed households and ask the headline questions about them."""
    from household_graph.cli.main import app

    with connected(local=True):
        pass  # starts the server
    app(["load", *map(str, sorted(shipped("seed").glob("*.yaml")))], standalone_mode=False)
    for question, command in QUESTIONS:
        show(plain(f"\n{question}", "bold"))
        show(plain(f"$ household-graph {command}", "cyan"))
        app(shlex.split(command), standalone_mode=False)
    note("\nthe database keeps running; see household-graph db status, db browser, db stop")
