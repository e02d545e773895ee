"""What a preview says of a question at a moment, held to the answers before and after a change."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from random import Random

from household_graph.engine.access_diff import AccessChange
from household_graph.engine.decision import decide
from household_graph.engine.facts import Facts
from household_graph.engine.question import Question
from household_graph.engine.timeline_difference import DifferingPeriod
from household_graph.model.enums import Action
from household_graph.model.instants import from_datetime

DAY = 86_400_000
_QUESTIONS = 40
Key = tuple[str, str, Action, str | None]
Sides = Sequence[Facts]


def key(question: Question) -> Key:
    return question.party, question.target, question.action, question.device


def asked_by(change: AccessChange) -> Key:
    one = change.decision
    return one.party, one.target, one.action, one.device


class Told:
    """What is told of each question, itself or by a narrower question in its place."""

    def __init__(self, changes: Iterable[AccessChange], sides: Sides) -> None:
        """Sort the changes of a preview by question."""
        self.services = {one for facts in sides for one in facts.services}
        self.own: dict[Key, list[AccessChange]] = {}
        for change in changes:
            self.own.setdefault(asked_by(change), []).append(change)
        carriers = {
            (thing, product)
            for facts in sides
            for thing, products in facts.carriers.items()
            for product in products
        }
        self.every = {asked: list(of) for asked, of in self.own.items()}
        for (party, target, action, device), of in self.own.items():
            if action is Action.USE:
                for wider, on in self._wider_than(target, device, carriers):
                    place = (party, wider, action, on)
                    known = {change.effect for change in self.own.get(place, ())}
                    self.every.setdefault(place, []).extend(
                        change for change in of if change.effect not in known
                    )

    def _wider_than(
        self, target: str, device: str | None, carriers: set[tuple[str, str]]
    ) -> Iterator[tuple[str, str | None]]:
        """Yield the less narrow questions: a product for its services, and any device or none."""
        above, count = {target}, 0
        while len(above) > count:
            count = len(above)
            above |= {product for thing, product in carriers if thing in above}
        for thing in above if target in self.services else {target}:
            yield from ((thing, on) for on in {device, None} if (thing, on) != (target, device))
        if device is not None:
            yield device, None

    def certain(self, question: Question, moment: int) -> set[str]:
        """Return the effects that are told of the question itself for a moment."""
        own = self.own.get(key(question), ())
        return {one.effect for one in own if holds(one.spans, moment)}

    def possible(self, question: Question, moment: int, *, whole: bool = False) -> set[str]:
        """Return the effects that are told of it or in its place, within 14 days or at any time.

        Of a product or a device, a service in its place may be told within windows: so at any time.
        """
        return {
            one.effect
            for one in self.every.get(key(question), ())
            if holds(one.periods if whole else one.spans, moment)
            or (question.target not in self.services and one.decision.target != question.target)
        }


def holds(spans: Iterable[DifferingPeriod], instant: int) -> bool:
    edges = map(edges_of, spans)
    return any(start <= instant and (end is None or instant < end) for start, end in edges)


def edges_of(period: DifferingPeriod) -> tuple[int, int | None]:
    return from_datetime(period.start), from_datetime(period.end) if period.end else None


def allowed(facts: Facts | None, question: Question, moment: int) -> bool:
    """Return the judge's answer; no, where the household does not know an id."""
    if facts is None or question.party not in facts.principals:
        return False
    known: Mapping[str, object] = {**facts.services, **facts.products, **facts.resources}
    if question.target not in known or (question.device and question.device not in known):
        return False
    return decide(facts, question, now=moment).allowed


def drawn(
    random: Random, sides: Iterable[Facts | None], instant: int
) -> list[tuple[Question, int]]:
    """Draw questions about a household, each at moments within 14 days of an instant."""
    offsets = (0, random.randrange(DAY), random.randrange(7 * DAY), random.randrange(14 * DAY))
    facts = random.choice([one for one in sides if one])
    targets = [*facts.services, *facts.products, *facts.resources]
    found = []
    for _time in range(_QUESTIONS if targets else 0):
        party, target = random.choice([*facts.principals]), random.choice(targets)
        action = random.choice((Action.USE, Action.USE, *Action))
        on = [*facts.resources] if action is Action.USE and not facts.is_resource(target) else []
        question = Question(party, target, action, random.choice([None, *on]))
        found += [(question, instant + offset) for offset in offsets]
    return found


def untold(
    before: Facts | None,
    after: Facts | None,
    changes: Iterable[AccessChange],
    asked: Iterable[tuple[Question, int]],
) -> Iterator[str]:
    """Yield the questions at moments within 14 days of which a preview says something else."""
    told = Told(changes, [facts for facts in (before, after) if facts])
    for question, moment in asked:
        was, now = (allowed(facts, question, moment) for facts in (before, after))
        right = {"gains" if now else "loses"} if was != now else set()
        if not told.certain(question, moment) <= right <= told.possible(question, moment):
            yield f"{question} at {moment}: {was} before, {now} after, and told otherwise"
