"""The draft of an onboarding that was left: what was typed, for `onboard --resume`."""

import json
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from platformdirs import user_state_path

from household_graph.errors import BadInputError
from household_graph.files import read_text
from household_graph.onboarding import Typed

_FILE = "onboard.json"


def save_draft(typed: tuple[Typed, ...]) -> Path | None:
    """Write what was typed to a file that only the user can read; None: it cannot be written."""
    file = _path()
    try:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        file.unlink(missing_ok=True)
        file.touch(mode=0o600)
        file.write_text(json.dumps(typed), encoding="utf-8")
    except OSError:
        return None
    return file


def read_draft() -> tuple[Typed, ...]:
    """Return what was typed in the onboarding that was left last.

    Raises:
        BadInputError: if there is none, or it cannot be read.
    """
    file = _path()
    try:
        return tuple(Typed(str(prompt), str(text)) for prompt, text in json.loads(read_text(file)))
    except FileNotFoundError as error:
        raise BadInputError(
            "there is no draft to go on with", hint="begin with `household-graph onboard`"
        ) from error
    except (OSError, ValueError, TypeError) as error:
        raise BadInputError(f"cannot read the draft `{file}`", hint="begin anew") from error


def draft_time() -> datetime | None:
    """Return when the draft was left, in local time of this computer; None: there is none."""
    try:
        return datetime.fromtimestamp(_path().stat().st_mtime).astimezone()
    except OSError:
        return None


def remove_draft() -> None:
    """Remove the draft, if there is one."""
    with suppress(OSError):
        _path().unlink(missing_ok=True)


def _path() -> Path:
    return user_state_path("household-graph", appauthor=False) / _FILE
