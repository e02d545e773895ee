"""An onboarding on a terminal: the prompts, the tree, and what to do with the household."""

import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from rich.table import Table

from household_graph.cli.database import connected
from household_graph.cli.output import ask, error, note, plain, stderr_console
from household_graph.cli.tree_view import tree
from household_graph.documents.offerings import offering_named, shipped_offerings
from household_graph.errors import (
    BadInputError,
    DatabaseUnavailableError,
    InvalidTimeError,
    LocalServerError,
)
from household_graph.model.instants import now, zone_named
from household_graph.onboarding import NOTHING, Choice, Prompt, Wizard, WizardSetting
from household_graph.onboarding.prompts import one_choice, optional
from household_graph.store.row_reader import fetch_rows

if TYPE_CHECKING:
    from household_graph.documents.document import HouseholdDocument

_BACK = ("<", "back")
_QUIT = (":quit", ":q")
_HELP = "?"
_USUAL_ZONE = "Europe/London"


class Back(Exception):  # noqa: N818 - no error: a wish to go back a step
    """The last answer is to be given once more."""


class Quit(Exception):  # noqa: N818 - no error: a wish to stop
    """No more is to be asked."""


class Asked(NamedTuple):
    """The result: the document, where to save it, and whether it is to be written."""

    document: "HouseholdDocument"
    save: Path | None
    wanted: bool


def ask_for_household(offerings: list[str], save: Path | None, *, dry_run: bool) -> Asked:
    """Ask for a household, show it, and ask what to do with it.

    Args:
        offerings: names or files of what can be chosen; none: all that are shipped.
        save: where to save the answers, if that is known already.
        dry_run: whether nothing is to be written, so that there is less to ask.

    Raises:
        Quit: if nothing is to be done.
        DocumentError: if an offering file is wrong.
    """
    given = tuple(offering_named(name) for name in offerings)
    setting = WizardSetting(
        offerings=lambda kind: given or shipped_offerings(kind),
        now=now(),
        time_zone=_local_zone(),
        taken=_exists,
    )
    wizard = Wizard(setting)
    note("? explains a question, < goes back a step, - stands for none, :quit leaves")
    while True:
        wizard, document = _run(wizard)
        stderr_console().print(tree(document))
        try:
            return _review(document, save, dry_run=dry_run)
        except Back:
            wizard = wizard.back()


def _run(wizard: Wizard) -> "tuple[Wizard, HouseholdDocument]":
    """Ask everything that is left, and return the wizard and its document."""
    while wizard.document is None:
        assert wizard.prompt is not None  # noqa: S101 - there is one or the other
        try:
            wizard = wizard.answer(_typed_for(wizard.prompt))
        except Back:
            if not wizard.answers:
                note("this is the first question")
            wizard = wizard.back()
        except BadInputError as problem:
            error(problem.message, problem.hint)
    return wizard, wizard.document


def _review(document: "HouseholdDocument", save: Path | None, *, dry_run: bool) -> Asked:
    """Ask what to do with the household; raise Back or Quit if that is the answer."""
    choices = (
        Choice("yes", "find out what would be written" if dry_run else "write it"),
        Choice("save", "only save it, as a file"),
        Choice("no", "leave it; nothing is written or saved"),
    )
    text = "Is it right? (< to go back)"
    answer = _value_of(Prompt(text, one_choice(choices), "yes", "See above.", choices))
    if answer == "no":
        raise Quit
    if save is None and (answer == "save" or not dry_run):
        needed = answer == "save"
        more = "" if needed else "; - not to save them"
        path = Prompt(
            "Save the answers as",
            new_file if needed else optional(new_file),
            str(free_file(document.organization.id)),
            f"A household document; `--from` takes it{more}.",
        )
        save = _value_of(path)
    return Asked(document, save, wanted=answer == "yes")


def _value_of(prompt: Prompt[Any]) -> Any:  # noqa: ANN401 - whatever the prompt is for
    """Ask one prompt until it is answered, and return the value of the answer."""
    while True:
        try:
            return prompt.value_of(_typed_for(prompt))
        except BadInputError as problem:
            error(problem.message, problem.hint)


def _typed_for(prompt: Prompt[Any]) -> str:
    """Ask one prompt and return what was typed.

    Raises:
        Back: if the prompt before is to be asked once more.
        Quit: if no more is to be asked, or the input ends.
        BadInputError: if what was typed is no text.
    """
    if prompt.choices:
        grid = Table.grid(padding=(0, 2))
        for _column in range(3):
            grid.add_column(overflow="fold")
        for number, choice in enumerate(prompt.choices, 1):
            value, label = plain(choice.value, "cyan"), plain(choice.label)
            grid.add_row(plain(f"{number:>3}", "dim"), value, label)
        stderr_console().print(grid)
    default = "none" if prompt.default == NOTHING else prompt.default
    while True:
        typed = ask(f"{prompt.text} [{default}]: ")
        if typed is None or typed.strip() in _QUIT:
            raise Quit
        if typed.strip() in _BACK:
            raise Back
        if typed.strip() != _HELP:
            return typed
        note(prompt.help or "type an answer, or nothing for the default in brackets")


def new_file(text: str) -> Path:
    """Read the path of a new file in an existing folder.

    Raises:
        BadInputError: if the file exists, or could not be written.
    """
    path = Path(text)
    if text == NOTHING or os.path.lexists(path):
        raise BadInputError(f"`{path}` is there already", hint="name another file")
    if not os.access(path.parent, os.W_OK | os.X_OK):
        raise BadInputError(f"cannot write to the folder `{path.parent}`", hint="name another one")
    return path


def free_file(household: str) -> Path:
    """Return the path of a file that can be written, named after a household."""
    here = Path()
    folder = here if os.access(here, os.W_OK | os.X_OK) else Path(tempfile.gettempdir())
    number, path = 1, folder / f"{household}.yaml"
    while os.path.lexists(path):
        number += 1
        path = folder / f"{household}-{number}.yaml"
    return path


def _exists(household: str) -> bool:
    """Return whether a household exists; without a database, that is checked at the end."""
    try:
        with connected() as graph:
            return bool(fetch_rows(graph.connection, [household])[household].nodes)
    except (DatabaseUnavailableError, LocalServerError) as problem:
        error(problem.message, problem.hint)
        note("you can continue: at the end your answers can be saved as a file")
        return False


def _local_zone() -> str:
    """Return the time zone of this computer, or a usual one if it is only UTC."""
    named = os.environ.get("TZ") or str(Path("/etc/localtime").resolve())
    named = named.rpartition("zoneinfo/")[2].lstrip(":")
    if "/" not in named or named.startswith("Etc/"):
        return _USUAL_ZONE
    try:
        return zone_named(named).key
    except InvalidTimeError:
        return _USUAL_ZONE
