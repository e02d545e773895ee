"""Which commands there are, and the module of each, imported when the command is used."""

from importlib import import_module
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from typer.core import TyperCommand, TyperGroup


class Listed(NamedTuple):
    """A command as the help of `household-graph` lists it.

    Attributes:
        panel: it is listed in.
        home: module below `household_graph.cli`, and with a colon the function; without one the
            module is a group of commands, its `app`.
        help: what it is for; of a function the first line of its docstring.
        example: of its use, shown under its own help.
    """

    panel: str
    home: str
    help: str
    example: str = ""


_KATIE = "bakers/katie bakers/live-tv"
COMMANDS = {
    "check": Listed(
        "Ask",
        "questions:check",
        "May this party use, choose or administer this target, and why?",
        f"check {_KATIE} --device bakers/stb-living-room --explain",
    ),
    "services": Listed(
        "Ask",
        "questions:services",
        "Which services may this party use, on this device or at all?",
        "services bakers/katie --device bakers/tablet-katie",
    ),
    "devices": Listed(
        "Ask",
        "questions:devices",
        "On which devices may this party use this service or product?",
        f"devices {_KATIE}",
    ),
    "who": Listed(
        "Ask",
        "questions:who",
        "Who may use, choose or administer this target?",
        "who bakers/broadband --action administer",
    ),
    "matrix": Listed(
        "Ask",
        "questions:matrix",
        "Show who may use which service on which device: the whole household at a glance.",
        "matrix bakers --at 2026-11-22T21:30",
    ),
    "picture": Listed(
        "Ask",
        "pictures:picture",
        "Draw a household, what a question answers, or why a decision is as it is.",
        "picture bakers --explain bakers/katie bakers/movies",
    ),
    "tree": Listed(
        "Ask",
        "pictures:tree",
        "Show a household as a tree: people, accounts with products and services, devices.",
        "tree bakers",
    ),
    "query": Listed("Ask", "queries", "Questions in Cypher: found, shown, run, and of one's own."),
    "onboard": Listed(
        "Households",
        "onboard:onboard",
        "Ask for all that makes up a new household or business, show it, and write it.",
        "onboard --from seed/bakers.yaml --dry-run",
    ),
    "load": Listed(
        "Households",
        "documents:load",
        "Make households in the graph what their documents say.",
        "load seed/bakers.yaml --dry-run",
    ),
    "export": Listed(
        "Households",
        "documents:export",
        "Write a household as a document; loading it again changes nothing.",
        "export bakers > bakers.yaml",
    ),
    "doctor": Listed(
        "Households",
        "doctor:doctor",
        "Find what is wrong with households, each with the command that fixes it.",
        "doctor bakers",
    ),
    "demo": Listed(
        "Households",
        "demo:demo",
        "Load the seed households and ask the headline questions about them.",
        "demo",
    ),
    "event": Listed(
        "Households",
        "events",
        "Life events: somebody joins or leaves, a household splits, moves or becomes one.",
    ),
    "import": Listed(
        "Households",
        "imports",
        "Exports of a legacy CRM: planned, run, gone on with, reviewed, taken back.",
    ),
    "history": Listed(
        "History",
        "history:history",
        "Who changed what, when and why; the latest change comes first.",
        "history bakers/katie --since 2026-09-01",
    ),
    "undo": Listed(
        "History",
        "history:undo",
        "Take a change back, unless later ones rest on it.",
        "undo bakers/change-7 --dry-run",
    ),
    "role": Listed(
        "Roles",
        "roles",
        "Roles: who pays, chooses, administers and uses what, and until when.",
    ),
    "policy": Listed(
        "Roles",
        "policies",
        "Policies: curfews, ratings and blocks, and who is exempt from them.",
    ),
    "identity": Listed(
        "Roles", "identities", "Usernames: whose they are, and the roles they are used for."
    ),
    "device": Listed(
        "Roles",
        "devices",
        "Devices: add one, hand it on, lock it, or put another in its place.",
    ),
    "db": Listed(
        "Database", "db", "The local Neo4j: start and stop it, look at it, repair it, empty it."
    ),
    "schema": Listed(
        "Database", "schema", "The schema: install its constraints and indexes, look it up."
    ),
    "cache": Listed(
        "Database",
        "cache",
        "The access cache: what questions read, written again where it is not as the graph.",
    ),
    "keep-facts": Listed(
        "Database",
        "cache:keep_facts",
        "Deprecated: use `cache rebuild`, which this does; `--dry-run` is `--check` there.",
        "keep-facts bakers --dry-run",
    ),
}
"""In the order they are listed."""


def load(name: str) -> "TyperCommand | TyperGroup":
    """Import a command and return it, ready to be parsed for."""
    import typer

    listed = COMMANDS[name]
    module, _, function = listed.home.partition(":")
    home = import_module(f"household_graph.cli.{module}")
    alone = typer.Typer(add_completion=False)
    if function:
        alone.command(name, epilog=f"Example: household-graph {listed.example}")(
            getattr(home, function)
        )
        return typer.main.get_command(alone)  # type: ignore[return-value]
    alone.add_typer(home.app, name=name, help=listed.help, no_args_is_help=True)
    return typer.main.get_group(alone).commands[name]  # type: ignore[return-value]
