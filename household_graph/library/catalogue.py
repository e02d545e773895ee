"""The questions there are: those that come with the package, and those of the analyst's own."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict
from rapidfuzz import fuzz, process, utils

from household_graph.errors import BadInputError
from household_graph.graph.query_files import Query, parse
from household_graph.model.ids import nearest
from household_graph.resources import shipped

__all__ = ["Question", "own_folders", "question", "questions", "search"]

_ALIKE = 60  # out of 100


class LibrarySettings(BaseSettings):
    """What `HOUSEHOLD_GRAPH_…` variables say of the library.

    Attributes:
        queries: folders of the analyst's own questions, apart as in PATH.
    """

    model_config = SettingsConfigDict(
        env_prefix="HOUSEHOLD_GRAPH_", env_ignore_empty=True, frozen=True
    )

    queries: str = Field(default="")


@dataclass(frozen=True, slots=True)
class Question:
    """A question of the library.

    Attributes:
        query: what its file says.
        path: the file.
        own: whether it is the analyst's own.
    """

    query: Query
    path: Path
    own: bool

    @property
    def name(self) -> str:
        """Its name, such as `entitlement/services-for-party`."""
        return self.query.name


def own_folders() -> tuple[Path, ...]:
    """Return the folders that `HOUSEHOLD_GRAPH_QUERIES` names, in their order."""
    named = LibrarySettings().queries.split(os.pathsep)
    return tuple(Path(name).expanduser() for name in named if name)


def questions() -> dict[str, Question]:
    """Return all questions by name; one of the analyst's own hides a shipped one of its name.

    Raises:
        BadInputError: if a file is not well formed; file and line are named.
    """
    found = {one.name: one for one in _within(shipped("cypher") / "questions", own=False)}
    for folder in reversed(own_folders()):
        found |= {one.name: one for one in _within(folder, own=True)}
    return dict(sorted(found.items()))


def question(name: str) -> Question:
    """Return a question by its name, or by the last part of it, if only one has that.

    Raises:
        BadInputError: if there is none, or more than one.
    """
    every = questions()
    if name in every:
        return every[name]
    called = [one for one in every if one.rpartition("/")[2] == name]
    if len(called) == 1:
        return every[called[0]]
    near = called or nearest(name, [*every, *(one.rpartition("/")[2] for one in every)])
    hint = " or ".join(f"`{one}`" for one in near)
    raise BadInputError(
        f"no question `{name}`" if not called else f"more than one question is called `{name}`",
        hint=f"did you mean {hint}?" if near else "`household-graph query list` lists all",
    )


def search(text: str) -> list[Question]:
    """Return the questions that have words like these in name, title or prose, best first."""
    every = questions()
    said = {
        name: f"{name} {one.query.title} {one.query.prose}".replace("-", " ")
        for name, one in every.items()
    }
    found = process.extract(
        text,
        said,
        scorer=fuzz.token_set_ratio,
        processor=utils.default_process,
        score_cutoff=_ALIKE,
        limit=None,
    )
    return [every[name] for _said, _score, name in found]


def _within(folder: Path, *, own: bool) -> Iterator[Question]:
    for path in sorted(folder.rglob("*.cypher")):
        name = path.relative_to(folder).with_suffix("").as_posix()
        try:
            text = path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise BadInputError(f"cannot read `{path}`: {error}") from error
        yield Question(parse(name, text, path), path, own)
