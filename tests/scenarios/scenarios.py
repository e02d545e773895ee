"""Scenario files: given households, ask a question, expect an answer.

The files in `cases/` are those that `household-graph test` runs; here, their checks are put in
every other way, too. `bakers.csv` holds more of them about the Bakers, one a line.
"""

import csv
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path

from household_graph.documents.document import HouseholdDocument
from household_graph.documents.read import read_documents
from household_graph.documents.scenario import ScenarioCase, Scenarios, read_scenarios
from household_graph.documents.to_rows import to_rows, zone_of
from household_graph.engine.decision import Decision, decide
from household_graph.engine.facts import Facts
from household_graph.engine.facts_builder import facts_from_rows
from household_graph.engine.question import Question, foreign_ids, with_foreign_parties
from household_graph.installation import shipped
from household_graph.model.enums import Action
from household_graph.model.ids import household_of, qualify
from household_graph.model.instants import instant_of, to_local

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
def files() -> tuple[Scenarios, ...]:
    """Return the files in `cases/`."""
    return tuple(map(read_scenarios, sorted((HERE / "cases").glob("*.yaml"))))


@cache
def documents() -> dict[str, HouseholdDocument]:
    """Return every household that a scenario is about, by id."""
    found = [*map(seed, SEEDS), *(document for file in files() for document in file.documents)]
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
            _scenario(f"{file.path.stem}: {case.name}", file.household, case)
            for file in files()
            for _line, case in file.cases
            if case.check and not case.changes
        ),
    ]


def _scenario(name: str, household: str, case: ScenarioCase) -> Scenario:
    ask, expect, zone = case.check, case.expect, zone_of(documents()[household])
    assert ask, name
    question = Question(
        qualify(household, ask.party or ""),
        qualify(household, ask.target or ""),
        ask.action or Action.USE,
        qualify(household, ask.device) if ask.device else None,
        ask.at,
    )
    changes_at = expect.changes_at
    return Scenario(
        name,
        question,
        bool(expect.allowed),
        tuple(expect.codes or ()),
        None if changes_at is None else to_local(instant_of(changes_at, zone), zone),
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
