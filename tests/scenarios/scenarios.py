"""Scenario files: given households, ask a question, expect an answer.

A file in `cases/` is YAML: `given` is a household document or the name of a seed, and each case
has a `name`, an `ask` (local ids) and what to `expect` (`allowed`, `codes` in alphabetical order,
`changes_at`). `bakers.csv` holds more of them about the Bakers, one a line.
"""

import csv
import io
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from household_graph.documents.document import HouseholdDocument
from household_graph.documents.read import read_documents
from household_graph.documents.to_rows import to_rows
from household_graph.engine.decision import Decision, decide
from household_graph.engine.facts import Facts
from household_graph.engine.facts_builder import facts_from_rows
from household_graph.engine.question import Question, foreign_ids, with_foreign_parties
from household_graph.installation import shipped
from household_graph.model.enums import Action
from household_graph.model.ids import household_of, qualify

HERE = Path(__file__).parent
SEEDS = tuple(path.stem for path in sorted(shipped("seed").glob("*.yaml")))


@dataclass(frozen=True)
class Scenario:
    """One case.

    Attributes:
        name: the file and the case.
        question: what is asked.
        allowed: the answer expected.
        codes: of all reasons, each once, in alphabetical order.
        changes_at: the next change expected, or None.
    """

    name: str
    question: Question
    allowed: bool
    codes: tuple[str, ...]
    changes_at: datetime | None

    def matches(self, decision: Decision) -> bool:
        """Return whether a decision is the one expected."""
        return (decision.allowed, decision.codes, decision.changes_at) == (
            self.allowed,
            self.codes,
            self.changes_at,
        )


@cache
def seed(name: str) -> HouseholdDocument:
    """Return the document of a seed household."""
    path = shipped("seed") / f"{name}.yaml"
    with path.open(encoding="utf-8") as stream:
        return read_documents(stream, str(path))[0]


@cache
def documents() -> dict[str, HouseholdDocument]:
    """Return every household that a scenario is about, by id."""
    found = [seed(name) for name in SEEDS]
    for path in sorted((HERE / "cases").glob("*.yaml")):
        given = _read(path)["given"]
        if not isinstance(given, str):
            text = io.StringIO()
            YAML().dump(given, text)
            text.seek(0)
            found += read_documents(text, str(path))
    return {document.organization.id: document for document in found}


@cache
def facts_of_documents() -> dict[str, Facts]:
    """Return the facts of every household that a scenario is about, by id."""
    return {name: facts_from_rows(to_rows(document)) for name, document in documents().items()}


def decide_from_documents(question: Question) -> Decision:
    """Answer a question that names its moment, without a database."""
    facts = facts_of_documents()
    home = facts[household_of(question.target)]
    return decide(with_foreign_parties(home, foreign_ids(question), facts), question, now=0)


def scenarios() -> list[Scenario]:
    """Return all cases of all files."""
    return [
        *_from_csv(HERE / "bakers.csv"),
        *(
            _scenario(path, _read(path)["given"], case)
            for path in sorted((HERE / "cases").glob("*.yaml"))
            for case in _read(path)["cases"]
        ),
    ]


@cache
def _read(path: Path) -> dict[str, Any]:
    content: dict[str, Any] = YAML(typ="safe").load(path)
    return content


def _scenario(path: Path, given: Any, case: dict[str, Any]) -> Scenario:  # noqa: ANN401 - YAML
    household = given if isinstance(given, str) else given["organization"]["id"]
    ask, expect = case["ask"], case["expect"]
    device = ask.get("device")
    question = Question(
        qualify(household, ask["party"]),
        qualify(household, ask["target"]),
        Action(ask.get("action", "use")),
        qualify(household, device) if device else None,
        ask["at"],
    )
    codes = tuple(expect["codes"])
    return Scenario(
        f"{path.stem}: {case['name']}",
        question,
        expect["allowed"],
        codes,
        _time(expect["changes_at"]),
    )


def _from_csv(path: Path) -> list[Scenario]:
    with path.open(encoding="utf-8", newline="") as stream:
        return [
            Scenario(
                f"{path.name}:{line}",
                Question(
                    row["party"],
                    row["target"],
                    Action(row["action"]),
                    row["device"] or None,
                    row["at"],
                ),
                row["allowed"] == "true",
                tuple(row["codes"].split()),
                _time(row["changes_at"]),
            )
            for line, row in enumerate(csv.DictReader(stream), start=2)
        ]


def _time(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
