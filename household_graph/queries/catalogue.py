"""The questions there are: those that come with the package, and those of the analyst's own."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict
from rapidfuzz import fuzz, process, utils

from household_graph.errors import BadInputError
from household_graph.files import expanded, read_text
from household_graph.model.ids import nearest
from household_graph.package_data import shipped
from household_graph.store.query_files import QueryFile, parse_query

_ALIKE = 80  # out of 100: one letter of five may differ
_FIELD_WORDS = {
    "bedtime": "curfew",
    "birthday": "age",
    "child": "minor",
    "children": "minors",
    "duplicate": "twice",
    "duplicates": "twice",
    "expire": "end",
    "expired": "ended",
    "expires": "end",
    "kid": "minor",
    "kids": "minors",
    "msisdn": "number",
    "orphan": "without",
    "renewal": "ending",
    "stolen": "lost",
    "unpaid": "pays",
}
"""For daily words, those that the titles of questions have."""


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

    query: QueryFile
    path: Path
    own: bool

    @property
    def name(self) -> str:
        """Its name, such as `entitlement/services-for-party`."""
        return self.query.name


def own_folders() -> tuple[Path, ...]:
    """Return the folders that `HOUSEHOLD_GRAPH_QUERIES` names, in their order."""
    named = LibrarySettings().queries.split(os.pathsep)
    return tuple(expanded(Path(name)) for name in named if name)


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
    """Return the questions that have most of the words in name, title or prose, best first.

    A word counts where a word of the question begins with it, or with one like it, or with the word
    of the field for it.
    """
    every = questions()
    fits = {name: _fits(text, one.query) for name, one in every.items()}
    most, _fit = max(fits.values(), default=(0, 0.0))
    best = [name for name, (count, _fit) in fits.items() if 0 < count == most]
    return [every[name] for name in sorted(best, key=lambda name: -fits[name][1])]


def _fits(text: str, query: QueryFile) -> tuple[int, float]:
    """Return how many words of a text a question has, and how well; name and title count more."""
    head, prose = map(utils.default_process, (f"{query.name} {query.title}", query.prose))
    words = utils.default_process(text).split()
    found = [
        max(
            max(_found(one, head), _found(one, prose) / 2)
            for one in (word, _FIELD_WORDS.get(word, word))
        )
        for word in words
    ]
    return sum(fit > 0 for fit in found), sum(found)


def _found(word: str, text: str) -> float:
    """Return how like a word is to the beginnings of words of a text, of 100; 0 if not very."""
    parts = [part[: len(word)] for part in text.split()]
    found = process.extractOne(word, parts, scorer=fuzz.ratio, score_cutoff=_ALIKE)
    return found[1] if found else 0


def _within(folder: Path, *, own: bool) -> Iterator[Question]:
    try:
        files = sorted(folder.rglob("*.cypher"))
    except (OSError, ValueError) as error:
        raise BadInputError(
            f"cannot read the folder of questions `{str(folder)[:80]}`: "
            f"{getattr(error, 'strerror', None) or error}",
            hint="set HOUSEHOLD_GRAPH_QUERIES to folders, or leave it unset",
        ) from error
    for path in files:
        name = path.relative_to(folder).with_suffix("").as_posix()
        try:
            text = read_text(path)
        except (OSError, UnicodeDecodeError) as error:
            raise BadInputError(f"cannot read `{path}`: {error}") from error
        yield Question(parse_query(name, text, path), path, own)
