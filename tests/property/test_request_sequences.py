"""Random requests by random parties: who agreed may make it by the plain statement, nobody less.

Each step is asked for by a party; of each group that it waits for a random one agrees, until it
waits for nobody. SEQUENCES=1000 makes it longer, SEED=2 draws others.
"""

import os
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from random import Random
from typing import Unpack

import pytest

from household_graph.changes import service as making
from household_graph.changes.draft import Draft
from household_graph.changes.request_plan import call, plan_request
from household_graph.changes.service import ChangeGroup, ChangeKeywords, ChangeResult
from household_graph.errors import BadInputError, RefusedError
from household_graph.model.actor import Actor
from household_graph.model.enums import ActorKind
from household_graph.model.ids import household_of
from household_graph.model.recorded_request import RecordedRequest
from household_graph.store.row_store import SimulatedRows
from tests.property.random_steps import Command, draw_step
from tests.property.test_authority_sequences import Change, Story

SEQUENCES = int(os.environ.get("SEQUENCES", "12"))
SEED = int(os.environ.get("SEED", "1"))
STEPS = 8
ROUNDS = 4
GROUPS = {"steps": f"{__name__}:Steps"}
DRAWN: list[Command] = []
"""The steps that were drawn; a request names one by its number."""


class Steps(ChangeGroup):
    """Makes what was drawn, as a change of the library that can be asked for."""

    def make(self, number: int, **keywords: Unpack[ChangeKeywords]) -> ChangeResult:
        step = DRAWN[number]

        def plan(*drafts: Draft) -> None:
            step.work(dict(zip(step.households, drafts, strict=True)))

        return self._change("test", step.name, step.households, plan, **keywords)


def drawn(story: Story, random: Random) -> Command:
    """Draw the next command of a household that is there; documents and undo are no commands."""
    while True:
        step = draw_step(random)
        if isinstance(step, Command) and story.rows[step.households[0]].nodes:
            return step


def asked(story: Story, step: Command, party: str) -> RecordedRequest:
    """Return the request of a party for a step."""
    DRAWN.append(step)
    first, *others = step.households
    return RecordedRequest(
        id=f"{first}/request-1",
        household=first,
        others=tuple(one for one in others if story.rows[one].nodes),
        method="steps.make",
        arguments=f'{{"number":{len(DRAWN) - 1}}}',
        summary=step.name,
        actors=(party,),
        actor_kind=ActorKind.PARTY,
        at=story.now,
        lapses_at=story.now + timedelta(days=14),
        agreed=(party,),
    )


def agreed_to(story: Story, request: RecordedRequest, random: Random) -> RecordedRequest:
    """Let random people agree until nobody is waited for; each time somebody has to be lacking."""
    store = SimulatedRows(story.rows.values(), now=story.now)
    for _round in range(ROUNDS):
        planned = plan_request(GROUPS, store, request, request.agreed)
        if not planned.needs:
            return request
        would_be = edits_of(planned.result)
        assert list(story.wrong(Actor.joint(request.agreed), would_be)), (request, planned.needs)
        chosen = {random.choice(sorted(group)) for group in planned.needs}
        assert chosen.isdisjoint(request.agreed), planned.needs
        request = replace(request, agreed=(*request.agreed, *sorted(chosen)))
    pytest.fail(f"{request.agreed} agreed to {request.summary}, and it waits for more")


def edits_of(result: ChangeResult) -> Change:
    return {one.household: one.edits for one in result.households}


def test_who_agreed_may_make_it_and_nobody_less(monkeypatch: pytest.MonkeyPatch) -> None:
    """The plain statement lets all who agreed make the change, and not those before the last."""
    monkeypatch.setattr(making, "compare", lambda *_args: [])
    sizes: Counter[int] = Counter()
    for number in range(SEQUENCES):
        random = Random(f"requests {SEED} {number}")  # noqa: S311 - not secret
        story, told = Story(), list[str]()
        for _step in range(STEPS):
            step = drawn(story, random)
            own = [one for one in story.parties() if household_of(one) in step.households]
            request = asked(story, step, random.choice(own))
            try:
                request = agreed_to(story, request, random)
            except (RefusedError, BadInputError):
                continue
            store = SimulatedRows(story.rows.values(), now=story.now)
            made = edits_of(call(GROUPS, store, request, request.agreed, dry_run=False))
            told.append(f"{request.summary} by {request.agreed}")
            assert not list(story.wrong(Actor.joint(request.agreed), made)), (number, told)
            sizes[len(request.agreed)] += 1
            story.write(made)
            story.now += timedelta(hours=1)
    assert min(sizes[1], sizes[2]) > SEQUENCES / 4, sizes
