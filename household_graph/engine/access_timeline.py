"""The answers to a question from one time until another, each with its reasons."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice, takewhile
from typing import Any
from zoneinfo import ZoneInfo

from household_graph.engine.decision import Decision, Reason, evaluate
from household_graph.engine.facts import Facts
from household_graph.engine.grants import holdings
from household_graph.engine.question import Moment, Question
from household_graph.errors import InvalidTimeError
from household_graph.model.enums import Action
from household_graph.model.instants import FOREVER, from_local, instant_of, isoformat, to_local
from household_graph.model.spans import Span

_WEEK = timedelta(days=7)
_MOST_SPANS = 10_000


@dataclass(frozen=True, slots=True)
class AccessSpan:
    """A time with one answer and its reasons at the start, in the household's time zone.

    It ends at the instant at which the answer becomes another one, which may be after the time that
    was asked about; at None if it never does.
    """

    allowed: bool
    start: datetime
    end: datetime | None
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class AccessTimeline:
    """The answers to one question over time, in order and without a gap.

    Each differs from the one before. Start and end, in the household's time zone, are those of the
    time that was asked about.
    """

    party: str
    action: Action
    target: str
    device: str | None
    start: datetime
    end: datetime
    spans: tuple[AccessSpan, ...]

    def as_dicts(self) -> list[dict[str, Any]]:
        """Return a JSON-compatible record for each span; times are ISO 8601 with offset."""
        return [
            {
                "allowed": span.allowed,
                "party": self.party,
                "action": self.action.value,
                "target": self.target,
                "device": self.device,
                "start": span.start.isoformat(),
                "end": span.end.isoformat() if span.end else None,
                "reasons": [reason.as_dict() for reason in span.reasons],
            }
            for span in self.spans
        ]


def asked_span(start: Moment, end: Moment, now: int, zone: ZoneInfo) -> Span:
    """Return the time that is asked about, by default the week from now on, by the zone's clock.

    Raises:
        InvalidTimeError: if a time cannot be read, or the end is not after the start.
    """
    first = now if start is None else instant_of(start, zone)
    week_later = to_local(first, zone).replace(tzinfo=None) + _WEEK
    last = from_local(week_later, zone) if end is None else instant_of(end, zone)
    if last <= first:
        what = "has no length" if first == last else "ends before it begins"
        raise InvalidTimeError(
            f"the time from {isoformat(first, zone)} until {isoformat(last, zone)} {what}",
            hint="give an end that is after the start",
        )
    return Span(first, last)


def access_timeline(facts: Facts, question: Question, asked: Span) -> AccessTimeline:
    """Return the answers to a question, whatever its moment, within a time.

    Raises:
        UnknownIdError: if the party, the target or the device is not among the facts.
        InvalidQuestionError: if an id is there but cannot stand in that place.
        InvalidTimeError: if there are too many of them.
    """
    evaluation = evaluate(facts, question)
    segments = evaluation.timeline.segments(asked.start, FOREVER, facts.zone)
    found = list(islice(takewhile(lambda one: one.start < asked.end, segments), _MOST_SPANS + 1))
    if len(found) > _MOST_SPANS:
        raise InvalidTimeError(
            f"the answer changes more than {_MOST_SPANS:,} times until "
            f"{isoformat(asked.end, facts.zone)}",
            hint="ask for a shorter time",
        )
    spans = tuple(
        AccessSpan(
            one.allowed,
            to_local(one.start, facts.zone),
            None if one.end >= FOREVER else to_local(one.end, facts.zone),
            Decision(one.allowed, evaluation, question, one.start).reasons,
        )
        for one in found
    )
    begins, ends = (to_local(edge, facts.zone) for edge in asked)
    of = (question.party, question.action, question.target, question.device)
    return AccessTimeline(*of, begins, ends, spans)


def access_timelines(
    facts: Facts, party: str, action: Action, device: str | None, asked: Span
) -> list[AccessTimeline]:
    """Return the answers for each target that is open to a party at some time within a span.

    These are products, services and resources, in this order; on a device the services that are
    available on it.
    """
    own = holdings(facts, party, action.needs.value)
    on_device = [one for one in facts.services if device in facts.availability.get(one, ())]
    every = (*facts.products, *facts.services, *facts.resources) if device is None else on_device
    questions = (Question(party, one, action, device) for one in every if one in own)
    found = (access_timeline(facts, question, asked) for question in questions)
    return [one for one in found if any(span.allowed for span in one.spans)]
