"""`onboard`: a new household or business, by prompts on a terminal or from a document."""

import os
import signal
import sys
import tempfile
from collections.abc import Callable, Iterable
from datetime import date
from itertools import count
from pathlib import Path
from typing import Any, TypeVar

import typer
from rich.table import Table

from household_graph.cli.change_command import ChangeOptions, change_options
from household_graph.cli.exit_codes import ExitCode
from household_graph.cli.onboard_draft import (
    OnboardingDraft,
    draft_time,
    read_draft,
    remove_draft,
    save_draft,
)
from household_graph.cli.options import connected, option
from household_graph.cli.output import ask, emit, error, note, plain, stderr_console
from household_graph.cli.tree_view import household_tree
from household_graph.documents.document import HouseholdDocument
from household_graph.documents.export import dump
from household_graph.documents.load import Loaded, load_document
from household_graph.documents.offerings import catalogue, offering_named
from household_graph.documents.read import read_documents
from household_graph.errors import (
    BadInputError,
    DatabaseUnavailableError,
    HouseholdGraphError,
    InvalidTimeError,
    LocalServerError,
    OutcomeUnknownError,
)
from household_graph.imports.cleaning.typed import typed_country, typed_day
from household_graph.model.instants import now, zone_named
from household_graph.onboarding import NOTHING, Prompt, Wizard, WizardSetting
from household_graph.onboarding.prompts import one_choice, optional
from household_graph.store.row_reader import fetch_rows

_T = TypeVar("_T")
_BACK = ("<", "back")
_FORWARD = (">", "forward")
_QUIT = (":quit", ":q")
_HELP = "?"
_USUAL_ZONE = "Europe/London"
_SOURCE = option("--from FILE", "Read this household document instead of asking; - for stdin.")
_OFFERING = option(
    "--offering FILE|NAME",
    "Products to choose from. May be given again. Default: all shipped offerings.",
)
_SAVE = option(
    "--save FILE", "Save the answers as a household document for --from, also in a dry run."
)
_RESUME = option(
    "--resume", "Go on with the onboarding that was left before its end.", default=False
)


class _Move(Exception):  # noqa: N818 - no error: a wish to go elsewhere among the questions
    """A wish to go elsewhere among the questions."""

    def made(self, wizard: Wizard) -> Wizard:
        """Return the wizard where the next question is the one that is wanted."""
        raise NotImplementedError


class _Back(_Move):
    """The last answer is to be given once more."""

    def made(self, wizard: Wizard) -> Wizard:
        """Return the wizard at the question before."""
        if not wizard.answers:
            note("this is the first question")
        return wizard.back()


class _Forward(_Move):
    """All that was typed before is to be taken again."""

    def made(self, wizard: Wizard) -> Wizard:
        """Return the wizard at the first question that has not been answered before."""
        after = wizard.forward()
        if after == wizard:
            note("this has not been answered before")
        return after


class _Change(_Move):
    """The answers of a section are to be given once more."""

    def __init__(self, section: str) -> None:
        """Name the section."""
        super().__init__(section)
        self._section = section

    def made(self, wizard: Wizard) -> Wizard:
        """Return the wizard at the first question of the section."""
        note("Enter keeps an answer, > keeps all that follow")
        return wizard.back(self._section)


class _Quit(Exception):  # noqa: N818 - no error: a wish to stop
    """Nothing more is to be asked."""


class _Discarded(_Quit):
    """Nor is what was typed to be kept."""


@change_options()
def onboard(
    *,
    source: str | None = _SOURCE,
    offering: list[str] | None = _OFFERING,
    save: Path | None = _SAVE,
    resume: bool = _RESUME,
    options: ChangeOptions,
) -> None:
    """Ask for a new household or business, show it, and write it.

    Defaults are in brackets; `?` explains a question, `<` goes back to the previous one, `>` takes
    again what was typed before. `:quit` and Ctrl-C stop without writing anything; what was typed is
    kept as a draft for `--resume`. The household must be new.
    """
    if save:
        _new_file(str(save))
    if source is None:
        _by_prompts(offering or [], save, options, resume=resume)
        return
    if offering or resume:
        unused = "--offering" if offering else "--resume"
        raise BadInputError(f"`{unused}` is of no use with `--from`", hint="leave one out")
    document = _read(source)
    _show(document)
    _finish(document, _written(document, options), save, options)


def _by_prompts(
    offerings: list[str], save: Path | None, options: ChangeOptions, *, resume: bool
) -> None:
    """Ask, write the answers if that is confirmed, and save them if they cannot be written."""
    if not sys.stdin.isatty():
        raise BadInputError(
            "there is no terminal to ask on",
            hint="hand in a household document with --from FILE, or --from - for stdin",
        )
    if resume:
        draft = read_draft()
        draft = draft._replace(offerings=tuple(offerings) or draft.offerings)
    else:
        draft = OnboardingDraft(tuple(offerings), ())
        if left := draft_time():
            note(f"there is a draft of {left:%Y-%m-%d %H:%M}: --resume goes on with it")
    if hasattr(signal, "SIGHUP"):  # the terminal was closed: as Ctrl-C
        signal.signal(signal.SIGHUP, signal.default_int_handler)
    try:
        document, save, is_wanted = _asked(draft, save, dry_run=options.dry_run)
    except _Quit as left:
        raise typer.Exit(ExitCode.FAILED) from left
    if resume:
        remove_draft()
    try:
        loaded = _written(document, options) if is_wanted else None
    except HouseholdGraphError as problem:
        path = save or _free_file(document.organization.id)
        _save_document(document, path, written=False)
        if isinstance(problem, OutcomeUnknownError):
            note(f"your answers are in {path}")
        else:
            note(f"nothing was written, but your answers are in {path}")
            note(f"go on with: household-graph onboard --from {path}")
        raise
    _finish(document, loaded, save, options)


def _begun(draft: OnboardingDraft) -> Wizard:
    """Return the wizard at its first question, or where it was left."""
    given = tuple(offering_named(name) for name in draft.offerings)
    setting = WizardSetting(
        offerings=lambda kind: given or tuple(catalogue(kind).values()),
        now=now(),
        time_zone=_local_zone(),
        taken=_exists,
        read_day=typed_day,
        read_country=typed_country,
    )
    note("? explains a question, < goes back a step, - stands for none, :quit leaves")
    return Wizard(setting).resumed(draft.typed)


def _asked(
    draft: OnboardingDraft, save: Path | None, *, dry_run: bool
) -> tuple[HouseholdDocument, Path | None, bool]:
    """Return the document that the answers make, where to save it, and whether to write it."""
    wizard = _begun(draft)
    while True:
        try:
            if wizard.prompt:
                wizard = _answered(wizard.prompt, wizard.answer)
                _show_back(wizard)
            elif wizard.document:
                _show(wizard.document)
                own_id = wizard.document.organization.id
                return wizard.document, *_review(own_id, wizard.sections, save, dry_run=dry_run)
        except _Move as wish:
            wizard = wish.made(wizard)
        except (_Quit, KeyboardInterrupt) as left:
            is_worth = wizard.answers and not isinstance(left, _Discarded)
            kept = save_draft(draft._replace(typed=wizard.typed)) if is_worth else None
            note("\nnothing was written")
            if kept:
                note("what you typed is kept: household-graph onboard --resume goes on with it")
            raise


def _review(
    household: str, sections: Iterable[str], save: Path | None, *, dry_run: bool
) -> tuple[Path | None, bool]:
    """Ask what to do with the household: where to save it, and whether to write it.

    Raises:
        _Back, _Change, _Quit: if that is the answer.
    """
    choices = {
        "yes": "find out what would be written" if dry_run else "write it",
        "save": "only save it, as a file",
        "change": "change a section: people, accounts, devices and others",
        "no": "leave it; nothing is written or saved",
    }
    right = Prompt("Is it right? (< to go back)", one_choice(choices), "yes", "See above.", choices)
    answer = _answered(right, right.value_of)
    if answer == "no":
        raise _Discarded
    if answer == "change":
        named = dict.fromkeys(sections, "")
        which = Prompt("Which section?", one_choice(named), "people", "See above.", named)
        raise _Change(_answered(which, which.value_of))
    if save is None and (answer == "save" or not dry_run):
        needed = answer == "save"
        more = "" if needed else "; - not to save them"
        path: Prompt[Path | None] = Prompt(
            "Save the answers as",
            _new_file if needed else optional(_new_file),
            str(_free_file(household)),
            f"A household document; `--from` takes it{more}.",
        )
        save = _answered(path, path.value_of)
    return save, answer == "yes"


def _answered(prompt: Prompt[Any], take: Callable[[str], _T]) -> _T:
    """Ask one prompt until what is typed is an answer that can be taken, and return the result."""
    while True:
        try:
            return take(_typed_for(prompt))
        except BadInputError as problem:
            error(problem.message, problem.hint)


def _show_back(wizard: Wizard) -> None:
    """Say which day was understood, where it was not typed in ISO form."""
    day, typed = wizard.answers[-1], wizard.typed[-1].text
    if isinstance(day, date) and typed and day.isoformat() not in typed.replace(" ", "T"):
        note(f"that is {day.day} {day:%B %Y}")


def _typed_for(prompt: Prompt[Any]) -> str:
    """Ask one prompt and return what was typed; raise _Back, _Forward or _Quit if it is that."""
    if prompt.choices:
        grid = Table.grid(padding=(0, 2))
        for _column in range(3):
            grid.add_column(overflow="fold")
        for number, (value, label) in enumerate(prompt.choices.items(), 1):
            grid.add_row(plain(f"{number:>3}", "dim"), plain(value, "cyan"), plain(label))
        stderr_console().print(grid)
    default = "none" if prompt.default == NOTHING else prompt.default
    while True:
        typed = ask(f"{prompt.text} [{default}]: ")
        if typed is None or typed.strip() in _QUIT:
            raise _Quit
        if typed.strip() in _BACK:
            raise _Back
        if typed.strip() in _FORWARD:
            raise _Forward
        if typed.strip() != _HELP:
            return typed
        note(prompt.help or "type an answer, or nothing for the default in brackets")


def _show(document: HouseholdDocument) -> None:
    stderr_console().print(household_tree(document))


def _written(document: HouseholdDocument, options: ChangeOptions) -> Loaded:
    with connected() as graph:
        if not options.dry_run:
            graph.apply_schema()
        return load_document(
            graph.store,
            document,
            action="onboard",
            only_new=True,
            dry_run=options.dry_run,
            **options.author,
        )


def _finish(
    document: HouseholdDocument,
    loaded: Loaded | None,
    save: Path | None,
    options: ChangeOptions,
) -> None:
    """Save the document if requested, and report what was done."""
    if save:
        _save_document(document, save, written=loaded is not None and not options.dry_run)
        note(f"saved as {save}")
    if loaded:
        record: dict[str, Any] = {"household": loaded.household, "outcome": loaded.outcome}
        saved = {"saved": str(save) if save else None}
        emit([record | loaded.difference.counts | saved], options.output)
        for line in loaded.notes:
            note(line)
    if options.dry_run:
        note("nothing was written: this was a dry run")
    elif not loaded:
        note(f"nothing was written; do it with household-graph onboard --from {save}")


def _read(source: str) -> HouseholdDocument:
    documents = read_documents(*((sys.stdin.buffer, "stdin") if source == "-" else (source,)))
    if len(documents) > 1:
        raise BadInputError(
            f"`{source}` holds {len(documents)} households",
            hint="onboard one at a time, or load them all with `household-graph load`",
        )
    return documents[0]


def _save_document(document: HouseholdDocument, path: Path, *, written: bool) -> None:
    try:
        with path.open("x", encoding="utf-8", newline="\n") as file:
            file.write(dump(document))
    except OSError as problem:
        own_id = document.organization.id
        raise BadInputError(
            f"cannot write `{path}`: {(problem.strerror or str(problem)).lower()}",
            hint=f"the household is there; `household-graph export {own_id}` gives the document"
            if written
            else "name another file with --save",
        ) from problem


def _new_file(text: str) -> Path:
    """Read the path of a new file in an existing folder."""
    path = Path(text)
    if text == NOTHING or os.path.lexists(path):
        raise BadInputError(f"`{path}` is there already", hint="name another file")
    if not os.access(path.parent, os.W_OK | os.X_OK):
        raise BadInputError(f"cannot write to the folder `{path.parent}`", hint="name another one")
    return path


def _free_file(household: str) -> Path:
    """Return the path of a file that can be written, named after a household."""
    here = Path()
    folder = here if os.access(here, os.W_OK | os.X_OK) else Path(tempfile.gettempdir())
    names = (household if n == 1 else f"{household}-{n}" for n in count(1))
    paths = (folder / f"{name}.yaml" for name in names)
    return next(path for path in paths if not os.path.lexists(path))


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
