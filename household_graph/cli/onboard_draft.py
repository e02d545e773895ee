"""The draft of an onboarding that was left: what was typed, for `onboard --resume`."""

import json
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from platformdirs import user_state_path

from household_graph.errors import BadInputError
from household_graph.files import read_text
from household_graph.onboarding import Typed

_FILE = "onboard.json"


class OnboardingDraft(NamedTuple):
    """What was typed, and the names or files of the offerings that were chosen from; none: all."""

    offerings: tuple[str, ...]
    typed: tuple[Typed, ...]


def save_draft(draft: OnboardingDraft) -> Path | None:
    """Write a draft to a file that only the user can read; None: it cannot be written."""
    file = _path()
    try:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        file.unlink(missing_ok=True)
        file.touch(mode=0o600)
        file.write_text(json.dumps(draft._asdict()), encoding="utf-8")
    except OSError:
        return None
    return file


def read_draft() -> OnboardingDraft:
    """Return the draft of the onboarding that was left last.

    Raises:
        BadInputError: if there is none, or it cannot be read.
    """
    file = _path()
    try:
        found = json.loads(read_text(file))
        typed = tuple(Typed(str(prompt), str(text)) for prompt, text in found["typed"])
        return OnboardingDraft(tuple(map(str, found["offerings"])), typed)
    except FileNotFoundError as error:
        raise BadInputError(
            "there is no draft to go on with", hint="begin with `household-graph onboard`"
        ) from error
    except (OSError, ValueError, TypeError, KeyError) as error:
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
