"""The commands, each with the module that is imported when it is used."""

from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from typer.core import TyperCommand, TyperGroup


SETTINGS: dict[str, Any] = {"help_option_names": ["-h", "--help"]}
"""What all commands have in common; a command remembers those of its first use."""


class CommandSpec(NamedTuple):
    """A command as the help of `household-graph` lists it.

    Attributes:
        panel: the heading it is listed under.
        home: the module in `household_graph.cli`, a colon and the function, or the Typer of a group
            of commands; either has the name of the command.
        help: what it is for; the first line of the docstring of a function.
        example: an example, shown in its own help; those of a group have their own.
    """

    panel: str
    home: str
    help: str
    example: str = ""

    @property
    def is_group(self) -> bool:
        """Whether it is a group of commands."""
        return not self.example


_PANELS: dict[str, tuple[tuple[str, ...], ...]] = {
    "Ask": (
        (
            "questions:check",
            "May this party use, choose or administer this target, and why?",
            "check bakers/katie bakers/live-tv --device bakers/stb-living-room --explain",
        ),
        (
            "questions:services",
            "Which services may this party use, on this device or at all?",
            "services bakers/katie --device bakers/tablet-katie",
        ),
        (
            "questions:devices",
            "On which devices may this party use this service or product?",
            "devices bakers/katie bakers/live-tv",
        ),
        (
            "questions:actions",
            "What may this party do with this target: use, choose, administer it?",
            "actions bakers/emma bakers/sports-channel --all",
        ),
        (
            "questions:who",
            "Who may use, choose or administer this target?",
            "who bakers/broadband --action administer",
        ),
        (
            "questions:who_may_change",
            "Who may change this person, account, product, device or policy, and why?",
            "who-may-change bakers/bedtime",
        ),
        (
            "access_matrix:matrix",
            "Show who may use which service on which device: the whole household at a glance.",
            "matrix bakers --at 2026-11-22T21:30",
        ),
        (
            "questions:timeline",
            "When may this party use this target? What changes this week, and why?",
            "timeline bakers/katie --from 2026-11-23 --until 2026-11-30",
        ),
        (
            "picture:picture",
            "Draw a household, the result of a query, or the reasons of a decision.",
            "picture bakers --explain bakers/katie bakers/movies",
        ),
        (
            "tree_view:tree",
            "Show a household as a tree: people, accounts with products and services, devices.",
            "tree bakers",
        ),
        ("query:query", "Queries in Cypher: list, show, run and check them, and add your own."),
    ),
    "Households": (
        (
            "questions:find",
            "Find people, products and devices by name, number, username or address.",
            "find baker zz1",
        ),
        (
            "onboard:onboard",
            "Ask for a new household or business, show it, and write it.",
            "onboard --from seed/bakers.yaml --dry-run",
        ),
        (
            "documents:load",
            "Make households in the graph equal to their documents.",
            "load seed/bakers.yaml --dry-run",
        ),
        (
            "documents:export",
            "Write a household as a document; loading it again changes nothing.",
            "export bakers > bakers.yaml",
        ),
        (
            "doctor:doctor",
            "Find what is wrong with households, each with the command that fixes it.",
            "doctor bakers",
        ),
        (
            "scenarios:test",
            "Run scenarios: questions about households, and what is expected of the answers.",
            "test seed/scenarios/bakers.yaml",
        ),
        (
            "documents:demo",
            "Load the seed households and ask the headline questions about them.",
            "demo",
        ),
        ("party:party", "People: names, birth dates, and who is a minor."),
        ("party:household", "Households and businesses: name, time zone, majority and address."),
        ("event:event", "Life events: people join and leave, households separate, merge and move."),
        (
            "import_commands:import_",
            "Import exports of a legacy CRM: plan, run, resume, review, undo.",
        ),
    ),
    "History": (
        (
            "history:history",
            "Who changed what, when and why; the latest change comes first.",
            "history bakers/katie --since 2026-09-01",
        ),
        (
            "history:undo",
            "Undo a change, unless later ones depend on it.",
            "undo bakers/change-7 --dry-run",
        ),
    ),
    "Requests": (
        (
            "request:request",
            "Changes that some ask for and others agree to: ask, list, approve, refuse, withdraw.",
        ),
        (
            "consent:consent",
            "Consent: which agents of the provider may look or act, for what, and until when.",
        ),
        (
            "request:due",
            "Make the scheduled changes that are due, of a household or of all; for cron.",
            "due --dry-run",
        ),
    ),
    "Roles": (
        ("role:role", "Roles: who pays, chooses, administers and uses what, and until when."),
        ("policy:policy", "Policies: curfews, ratings and blocks, and who is exempt from them."),
        ("role:identity", "Usernames: who has them, and the roles they are used for."),
        ("product:product", "Products: add one of an offering, change, suspend, end and move it."),
        ("product:service", "Services: make them available on devices, or unavailable."),
        ("device:device", "Devices: add, replace, move, lock and list them."),
    ),
    "Database": (
        ("db:db", "The local Neo4j: start, stop, inspect, repair and empty it."),
        ("db:schema", "The schema: show it, and install its constraints and indexes."),
        (
            "db:cache",
            "The access cache, which answers questions without reading the graph: rebuild it.",
        ),
        (
            "db:keep_facts",
            "Deprecated: use `cache rebuild`; `--dry-run` is `--check` there.",
            "keep-facts bakers --dry-run",
        ),
    ),
}
COMMANDS = {
    home.partition(":")[2].rstrip("_").replace("_", "-"): CommandSpec(panel, home, *texts)
    for panel, commands in _PANELS.items()
    for home, *texts in commands
}
"""The commands by name, in the order in which they are listed."""


@cache  # one line is resolved more than once
def load(name: str) -> "TyperCommand | TyperGroup":
    """Import a command and return it, ready to parse its arguments."""
    import typer

    spec = COMMANDS[name]
    module, _, attribute = spec.home.partition(":")
    command = getattr(import_module(f"household_graph.cli.{module}"), attribute)
    app = typer.Typer(add_completion=False)
    if spec.is_group:
        app.add_typer(command, name=name, help=spec.help, no_args_is_help=True)
        return typer.main.get_group(app).commands[name]  # type: ignore[return-value]
    app.command(name, epilog=f"Example: household-graph {spec.example}")(command)
    return typer.main.get_command(app)  # type: ignore[return-value]
