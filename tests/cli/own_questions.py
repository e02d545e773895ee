"""Questions of one's own, in a folder for a test."""

from collections.abc import Iterable
from pathlib import Path

import pytest

__all__ = ["OwnQuestions", "own_questions"]

_HEADER = "// {title}\n//\n// Asked by tests.\n//\n// @mode read\n{fields}{cypher}\n"


class OwnQuestions:
    """A folder that HOUSEHOLD_GRAPH_QUERIES names."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def has(
        self,
        name: str,
        cypher: str,
        *,
        title: str = "What is it?",
        parameters: Iterable[str] = (),
        returns: Iterable[str] = ("x INTEGER",),
    ) -> str:
        """Write one; parameters and columns are `name TYPE`, with a default or none."""
        lines = [f"// @param {one}  given\n" for one in parameters]
        lines += [f"// @returns {one}  returned\n" for one in returns]
        path = self.folder / f"{name}.cypher"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(_HEADER.format(title=title, fields="".join(lines), cypher=cypher))
        return name


@pytest.fixture
def own_questions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> OwnQuestions:
    """A folder for questions of one's own."""
    folder = tmp_path / "questions"
    monkeypatch.setenv("HOUSEHOLD_GRAPH_QUERIES", str(folder))
    return OwnQuestions(folder)
