"""Random sequences of commands by random actors: nothing passes that the plain statement refuses.

Each step is tried by every party, by the groups that refusals name, and by a pair; the statement is
held to all who may make it, and some of them do, or an operator. SEQUENCES=1000 makes it longer,
SEED=2 draws others.
"""

import os
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from random import Random
from typing import Any

import pytest

from household_graph.changes import service as making
from household_graph.changes.authorization.check import check_authority, check_own
from household_graph.changes.change_history import UNDO, inverse_of
from household_graph.changes.service import Drafts, PlannedChange
from household_graph.documents.document import HouseholdDocument
from household_graph.documents.export import from_rows
from household_graph.documents.load import plan_document
from household_graph.documents.to_rows import to_rows
from household_graph.engine.access_diff import compare
from household_graph.engine.facts_builder import facts_from_rows
from household_graph.errors import BadInputError, RefusedError
from household_graph.imports.write import merged
from household_graph.model.actor import Actor
from household_graph.model.edits import Edits, apply_edits
from household_graph.model.instants import from_datetime, to_utc
from household_graph.model.rows import Rows
from household_graph.store.write_validation import check_times
from tests.property.authority_of_changes import ChangeOfAll
from tests.property.previews import drawn, untold
from tests.property.random_steps import HOME, PLACE, Command, Document, Import, Step, draw_step
from tests.property.reading_back import not_read_back
from tests.unit.authority import NOW, seed
from tests.unit.import_records import SOURCE

SEQUENCES = int(os.environ.get("SEQUENCES", "12"))
SEED = int(os.environ.get("SEED", "1"))
STEPS = 8
OPERATOR = Actor.operator("anna")
IMPORTS = "Import by operator"

Change = dict[str, Edits]
"""What is done, by household."""


class Story:
    """The Bakers, and a household that comes of them, changed again and again, an hour apart."""

    def __init__(self) -> None:
        self.rows = {HOME: seed(HOME), PLACE: Rows(PLACE, (), ())}
        self.now = to_utc(NOW)
        self.made: list[Change] = []
        self.named: set[Actor] = set()
        """The groups that refusals have named since the last step."""

    def actors(self) -> list[Actor]:
        return [OPERATOR, *map(Actor.party, self.parties())]

    def able(self, step: Step, pair: Actor) -> Iterator[tuple[Actor, Change]]:
        """Yield who may make a step, with what it comes to: of all, and a pair."""
        self.named.clear()
        for one in (*self.actors(), pair):
            if change := self.attempt(step, one):
                yield one, change
        for one in sorted(self.named, key=str):
            if change := self.attempt(step, one):
                yield one, change

    def parties(self) -> list[str]:
        rows = self.rows.values()
        return [node.id for of in rows for node in of.nodes if "Party" in node.labels]

    def attempt(self, step: Step, actor: Actor) -> Change:
        """Return what a step comes to in somebody's name; nothing where it cannot be made."""
        try:
            if isinstance(step, Document):
                return self.by_document(actor, step.change)
            if isinstance(step, Import):
                return self.by_import(actor, step)
            if isinstance(step, Command):
                return self.by_command(actor, step.households, step.work)
            last = self.made[-1] if self.made else {}
            return self.by_command(actor, tuple(last), _undoing(last), restores=True)
        except (RefusedError, BadInputError) as refused:
            if group := re.match("(.*) together with .* could make", str(refused.hint)):
                self.named.add(Actor.joint(re.findall("`([^`]*)`", group[0])))
            return {}

    def by_command(
        self,
        actor: Actor,
        households: tuple[str, ...],
        work: Callable[[Drafts], object],
        *,
        restores: bool = False,
    ) -> Change:
        agreed = () if actor.is_party else tuple(self.parties())
        request = PlannedChange(
            actor, UNDO if restores else "test", consents=agreed, restores=restores
        )
        rows = {one: self.rows[one] for one in households}
        check_own(rows, actor)
        outcomes = making._plan(rows, work, request, self.now)
        return {outcome.household: outcome.edits for outcome in outcomes}

    def by_document(self, actor: Actor, change: Callable[[dict[str, Any]], object]) -> Change:
        """Return what loading a document comes to: that of now, otherwise."""
        data = from_rows(self.rows[HOME]).model_dump(
            mode="json", exclude_unset=True, warnings=False
        )
        change(data)
        try:
            document = HouseholdDocument.model_validate(data)
        except ValueError:  # it is no document
            return {}
        check_own(self.only_home, actor)
        target, request = to_rows(document), PlannedChange(actor, "load", is_document=True)
        outcomes = making._plan(
            self.only_home, lambda drafts: plan_document(drafts, target), request, self.now
        )
        return {outcome.household: outcome.edits for outcome in outcomes}

    def by_import(self, actor: Actor, step: Import) -> Change:
        check_own(self.only_home, actor)
        edits = merged(SOURCE, step.ready, self.rows[HOME], self.now).edits
        now = from_datetime(self.now)
        check_times(self.only_home, [edits], now)
        check_authority(self.only_home, [edits], actor, now)
        return _some({HOME: edits})

    @property
    def only_home(self) -> Mapping[str, Rows]:
        return {HOME: self.rows[HOME]}

    def wrong(self, actor: Actor, change: Change) -> Iterator[str]:
        """Yield what of a change the plain statement does not let somebody make."""
        told = ChangeOfAll(self.rows, change, from_datetime(self.now))
        if actor.is_party:
            yield from told.refused(*actor.parties)
        yield from told.forbidden(*actor.parties)

    def not_read_back(self) -> Iterator[str]:
        """Yield what of the households an export and a load would change."""
        for rows in self.rows.values():
            yield from not_read_back(rows, from_datetime(self.now))

    def untold(self, before: Mapping[str, Rows], change: Change) -> Iterator[str]:
        """Yield what the preview of a change that was made says otherwise than the judge."""
        at = from_datetime(self.now)
        for home in change:
            was, now = (
                facts_from_rows(of[home]) if of[home].nodes else None for of in (before, self.rows)
            )
            asked = drawn(Random(len(self.made)), (was, now), at)  # noqa: S311 - not secret
            yield from untold(was, now, compare(was, now, at), asked)

    def write(self, change: Change) -> None:
        for household, edits in change.items():
            self.rows[household] = apply_edits(self.rows[household], edits)
        self.made.append(change)


def _undoing(last: Change) -> Callable[[Drafts], object]:
    def work(drafts: Drafts) -> None:
        for household, edits in last.items():
            drafts[household].apply(inverse_of(drafts[household].before, edits))

    return work


def _some(change: Change) -> Change:
    return {household: edits for household, edits in change.items() if edits}


@pytest.fixture(autouse=True, scope="module")
def _no_comparison() -> Iterator[None]:
    """Leave out who gains and loses what, which takes most of the time."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(making, "compare", lambda *_args: [])
        yield


def test_nothing_passes_that_the_plain_statement_refuses() -> None:
    """Whoever does whatever, by command, document, import or undo, after whatever was done.

    It is no string of refusals; an import is an operator's, whatever it says. Every state on the
    way, exported and loaded, is unchanged; each preview is what the judge says before and after.
    """
    made: Counter[str] = Counter()
    jointly = 0  # what none of those who made it could have made alone
    for number in range(SEQUENCES):
        random = Random(f"{SEED} {number}")  # noqa: S311 - not secret
        story, told = Story(), list[str]()
        for _step in range(STEPS):
            step = draw_step(random)
            able = list(story.able(step, Actor.joint(random.sample(story.parties(), 2))))
            alone = {one.name for one, _change in able if not one.others}
            for actor, change in able:
                wrong = list(story.wrong(actor, change))
                assert not wrong, (number, told, f"{step.name} by {actor}", wrong)
                made[f"{type(step).__name__} by {actor.kind}"] += 1
                jointly += alone.isdisjoint(actor.parties) and actor.is_party
            if able:
                actor, change = random.choice(able)
                told.append(f"{step.name} by {actor}")
                before = dict(story.rows)
                story.write(change)
                assert list(story.untold(before, change)) == [], (number, told)
                assert list(story.not_read_back()) == [], (number, told)
            story.now += timedelta(hours=1)
    kinds = {f"{way} by {kind}" for way in ("Command", "Undo") for kind in ("operator", "party")}
    assert jointly
    assert made.keys() - {"Document by party"} == {*kinds, "Document by operator", IMPORTS}
