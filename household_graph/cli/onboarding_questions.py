"""The whole of an onboarding on a terminal: the interview, the tree, and what becomes of it."""

import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from household_graph.cli.database import connected
from household_graph.cli.interviewing import Back, Quit, held, value_of
from household_graph.cli.output import error, note, stderr_console
from household_graph.cli.trees import tree
from household_graph.documents.offerings import offering_named, shipped_offerings
from household_graph.errors import (
    BadInputError,
    DatabaseUnavailableError,
    InvalidTimeError,
    LocalServerError,
)
from household_graph.model.instants import now, zone_named
from household_graph.onboarding import NOTHING, Choice, Interview, Question, Setting
from household_graph.onboarding.values import one_of, optional
from household_graph.store.row_reader import fetch_rows

if TYPE_CHECKING:
    from household_graph.documents import HouseholdDocument

_USUAL_ZONE = "Europe/London"


class Asked(NamedTuple):
    """What came of asking: the document, where to save it, and whether it is to be written."""

    document: "HouseholdDocument"
    save: Path | None
    wanted: bool


def asked(offerings: list[str], save: Path | None, *, dry_run: bool) -> Asked:
    """Ask for a household, show it, and ask what to do with it.

    Args:
        offerings: names or files of what can be chosen; none: all that are shipped.
        save: where the answers are to be saved, if that is clear already.
        dry_run: whether nothing is to be written, so that there is less to ask.

    Raises:
        Quit: if nothing is to be done.
        DocumentError: if an offering file is wrong.
    """
    interview = Interview(_setting(offerings))
    note("? explains a question, < goes back a step, - stands for none, :quit leaves")
    while True:
        interview, document = held(interview)
        stderr_console().print(tree(document))
        try:
            return _reviewed(document, save, dry_run=dry_run)
        except Back:
            interview = interview.back()


def _reviewed(document: "HouseholdDocument", save: Path | None, *, dry_run: bool) -> Asked:
    choices = (
        Choice("yes", "find out what would be written" if dry_run else "write it"),
        Choice("save", "only save it, as a file"),
        Choice("no", "leave it; nothing is written or saved"),
    )
    text = "Is it right? (< to go back)"
    how = value_of(Question(text, one_of(choices), "yes", choices, "See above."))
    if how == "no":
        raise Quit
    if save is None and (how == "save" or not dry_run):
        save = value_of(_where(document.organization.id, needed=how == "save"))
    return Asked(document, save, wanted=how == "yes")


def _where(household: str, *, needed: bool) -> Question[Any]:
    more = "" if needed else "; - not to save them"
    return Question(
        "Save the answers as",
        new_file if needed else optional(new_file),
        str(free_file(household)),
        help=f"A household document; `--from` takes it{more}.",
    )


def new_file(text: str) -> Path:
    """Read the path of a file that is not there yet, in a folder that is.

    Raises:
        BadInputError: if there is one, or it could not be written.
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


def _setting(offerings: list[str]) -> Setting:
    given = tuple(offering_named(name) for name in offerings)
    return Setting(
        offerings=lambda kind: given or shipped_offerings(kind),
        now=now(),
        time_zone=_zone_here(),
        taken=_is_there,
    )


def _is_there(household: str) -> bool:
    """Return whether there is such a household; if the database cannot tell, it is said later."""
    try:
        with connected() as graph:
            return bool(fetch_rows(graph.connection, [household])[household].nodes)
    except (DatabaseUnavailableError, LocalServerError) as problem:
        error(problem.message, problem.hint)
        note("go on all the same: in the end your answers can be saved as a file")
        return False


def _zone_here() -> str:
    """Return the time zone of this computer, or a usual one if it is only UTC."""
    named = os.environ.get("TZ") or str(Path("/etc/localtime").resolve())
    named = named.rpartition("zoneinfo/")[2].lstrip(":")
    if "/" not in named or named.startswith("Etc/"):
        return _USUAL_ZONE
    try:
        return zone_named(named).key
    except InvalidTimeError:
        return _USUAL_ZONE
