"""Drafts of the seed households, and what a change in one comes to, without a database."""

from collections.abc import Iterable
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from household_graph.changes.draft import Draft
from household_graph.changes.service import ChangeGroup
from household_graph.documents.read import read_documents
from household_graph.documents.to_rows import to_rows
from household_graph.engine.access_diff import compare
from household_graph.engine.decision import decide
from household_graph.engine.facts_builder import facts_from_rows
from household_graph.engine.question import Question
from household_graph.model.enums import Action
from household_graph.model.instants import FOREVER, parse_instant, to_utc
from household_graph.model.rows import Rows
from household_graph.model.spans import Span, without
from household_graph.store.row_store import SimulatedRows

__all__ = ["NOW", "access", "allowed", "draft_of", "gaps", "instant", "on", "seed", "span"]

SEED = Path(__file__).parents[2] / "seed"
LONDON = ZoneInfo("Europe/London")
NOW = "2026-11-22T20:00"  # a Sunday, before bedtime
Group = TypeVar("Group", bound=ChangeGroup)


@cache
def seed(name: str) -> Rows:
    [document] = read_documents(SEED / f"{name}.yaml", today=date(2026, 11, 22))
    return to_rows(document)


def instant(text: str) -> int:
    return parse_instant(text, LONDON)


def span(start: str, end: str | None = None) -> tuple[int, int]:
    return instant(start), FOREVER if end is None else instant(end)


def draft_of(rows: str | Rows = "bakers", at: str = NOW) -> Draft:
    return Draft(seed(rows) if isinstance(rows, str) else rows, instant(at), LONDON)


def on(draft: Draft, group: type[Group]) -> Group:
    """Return a group of changes that changes and lists a draft in place of the graph."""

    def change(*described: Any, **_keywords: Any) -> None:  # noqa: ANN401 - as of `_change`
        described[-1](draft)

    made = group(_DraftRows(draft))
    vars(made).update(_change=change)
    return made


class _DraftRows(SimulatedRows):
    """The rows of a draft as it stands, and the instant at which it is changed."""

    def __init__(self, draft: Draft) -> None:
        super().__init__()
        self._draft = draft

    def fetch(self, households: Iterable[str]) -> tuple[dict[str, Rows], datetime]:
        return dict.fromkeys(households, self._draft.rows), to_utc(self._draft.at)


def allowed(
    draft: Draft,
    party: str,
    target: str,
    *,
    device: str | None = None,
    action: Action = Action.USE,
    at: str = NOW,
) -> bool:
    """Return the judge's answer after the change, for full or local ids."""
    on = None if device is None else draft.qualify(device)
    question = Question(draft.qualify(party), draft.qualify(target), action, on, at)
    return decide(facts_from_rows(draft.rows), question, now=draft.at).allowed


def gaps(wanted: tuple[int, int], held: Iterable[tuple[int, int]]) -> list[Span]:
    """Return the parts of a span that none of the others covers."""
    return list(without((Span(*wanted),), tuple(Span(*one) for one in held)))


def access(draft: Draft, at: str = NOW) -> set[tuple[str, str, str, str | None]]:
    """Return what a change gives and takes: effect, and local party, target and device."""
    found = compare(facts_from_rows(draft.before), facts_from_rows(draft.rows), instant(at))
    prefix = f"{draft.household}/"
    return {
        (
            one.effect,
            one.decision.party.removeprefix(prefix),
            one.decision.target.removeprefix(prefix),
            one.decision.device and one.decision.device.removeprefix(prefix),
        )
        for one in found
        if one.decision.action is Action.USE
    }
