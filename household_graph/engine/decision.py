"""Answers with their reasons: a question held against facts; never a bare yes or no."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, NamedTuple

from msgspec import UNSET, Struct, UnsetType

from household_graph.engine.facts import Facts, under_age
from household_graph.engine.grants import (
    CONSUMER,
    Inactive,
    Path,
    availability,
    held,
    inactive,
    paths,
)
from household_graph.engine.policies import kind_of
from household_graph.engine.policies.restriction import Use
from household_graph.engine.question import USE, Question
from household_graph.engine.timeline import (
    ApplicablePolicy,
    Timeline,
    alone,
    applicable_policies,
    timeline,
)
from household_graph.errors import InvalidQuestionError, UnknownIdError
from household_graph.model.enums import Action, ReasonCode
from household_graph.model.ids import nearest, qualify
from household_graph.model.instants import instant_of, isoformat, to_local
from household_graph.model.spans import Span, contains, end_of, union

LoadFacts = Callable[[], Facts]
"""Loads the same facts again."""


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason of an answer: its kind, in words, and the ids of its path, in order."""

    code: ReasonCode
    text: str
    path: tuple[str, ...]

    def as_dict(self) -> dict[str, Any]:
        """Return the reason as a JSON-compatible record."""
        return {"code": self.code.value, "text": self.text, "path": list(self.path)}


class Evaluation(NamedTuple):
    """A question held against facts, and the kind of role it needs; each part found when needed."""

    facts: Facts
    question: Question
    kind: str

    @property
    def timeline(self) -> Timeline:
        """When the answer is yes."""
        question = self.question
        return timeline(self.facts, question.party, self.kind, question.target, question.device)

    @property
    def grants(self) -> list[Path]:
        """Every path from the party to the target."""
        return paths(self.facts, self.question.party, self.kind, self.question.target)

    @property
    def device_grants(self) -> list[Path]:
        """Every path from the party to the device; none without a device."""
        device = self.question.device
        return paths(self.facts, self.question.party, CONSUMER, device) if device else []

    @property
    def inactive(self) -> list[Inactive]:
        """What is not active among the party, the target and the device."""
        question = self.question
        asked = (question.party, question.target, question.device or question.party)
        found = (inactive(self.facts, thing) for thing in asked)
        return list(dict.fromkeys(one for one in found if one))

    @property
    def available(self) -> Sequence[Span]:
        """When the target, or what realizes it, is available on the device; never without one."""
        target, device = self.question.target, self.question.device
        return availability(self.facts, target, device) if device else ()

    @property
    def under_age(self) -> Sequence[Span]:
        """When the party is too young to administer the target; never for other actions."""
        if self.question.action is not Action.ADMINISTER:
            return ()
        return under_age(self.facts, self.question.party, self.question.target)

    @property
    def policies(self) -> Sequence[ApplicablePolicy]:
        """The policies that apply; they restrict use alone."""
        question = self.question
        if self.kind != CONSUMER:
            return ()
        return applicable_policies(self.facts, question.party, question.target, question.device)

    def allows(self, instant: int) -> bool:
        """Return whether the answer at an instant is yes."""
        return self.timeline.allows(instant, self.facts.zone)


def evaluate(facts: Facts, question: Question) -> Evaluation:
    """Hold a question whose ids are known against facts.

    Raises:
        UnknownIdError: if the party, the target or the device is not among the facts.
        InvalidQuestionError: if an id is there but cannot stand in that place.
    """
    kind = CONSUMER if question.action is USE else question.action.needs.value
    _require_sense(facts, question)
    return Evaluation(facts, question, kind)


def _require_sense(facts: Facts, question: Question) -> None:
    device, target = question.device, question.target
    require_known(facts, "party", question.party, facts.principals)
    if target not in facts.services:
        require_known(facts, "target", target, facts.products, facts.services, facts.resources)
    if device is not None:
        if not facts.is_resource(device):
            require_known(facts, "device", device, facts.resources)
        if facts.is_resource(target):
            raise InvalidQuestionError(
                f"`{target}` is a resource itself, and is not used on `{device}`",
                hint="ask for a service or a product on the device, or leave the device out",
            )


def require_known(facts: Facts, place: str, entity_id: str, *kinds: Mapping[str, object]) -> None:
    """Raise UnknownIdError, naming the nearest ids, unless the id is of one of the kinds.

    An id without its household is taken for one of this household.
    """
    for kind in kinds:
        if entity_id in kind:
            return
    known = [candidate for kind in kinds for candidate in kind]
    near = nearest(qualify(facts.household, entity_id), known)
    raise UnknownIdError(entity_id, near, place=place)


class Decision(Struct, gc=False):
    """The answer to one question.

    Its reasons and its next change are found when they are looked at, out of the facts that the
    answer rests on; they take longer than the answer, and most answers are only counted.

    Attributes:
        allowed: the answer.
        verified: whether a yes without a grant, or a no without a ground, is an internal error; in
            tests, with `--debug`, and where HOUSEHOLD_GRAPH_DEBUG is set.
    """

    verified: ClassVar[bool] = False
    allowed: bool
    _found: Evaluation | LoadFacts
    """Facts are loaded again when they are needed: a decision that is stored should not keep a
    household in memory."""
    _question: Question
    _instant: int
    _reasons: tuple[Reason, ...] | None = None
    _changes_at: datetime | UnsetType | None = UNSET

    @property
    def _evaluation(self) -> Evaluation:
        if not isinstance(self._found, Evaluation):
            self._found = evaluate(self._found(), self._question)
        return self._found

    @property
    def party(self) -> str:
        """As asked."""
        return self._question.party

    @property
    def is_of_device(self) -> bool:
        """Whether it is a device that asks."""
        return self._evaluation.facts.principals[self.party].kind == "Resource"

    @property
    def action(self) -> Action:
        """As asked."""
        return self._question.action

    @property
    def target(self) -> str:
        """As asked."""
        return self._question.target

    @property
    def device(self) -> str | None:
        """As asked."""
        return self._question.device

    @property
    def at(self) -> datetime:
        """The instant it was judged for, in the household's time zone."""
        return to_local(self._instant, self._evaluation.facts.zone)

    @property
    def changes_at(self) -> datetime | None:
        """The first later instant at which the answer is another, as the graph stands.

        In the household's time zone; None if there is none.
        """
        if self._changes_at is UNSET:
            zone = self._evaluation.facts.zone
            change = self._evaluation.timeline.next_change(self._instant, zone)
            self._changes_at = None if change is None else to_local(change, zone)
        return self._changes_at

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """Of a yes, the grants it rests on and the exemptions it needs; of a no, every ground.

        Raises:
            RuntimeError: if there are none, and decisions are verified; see `verified`.
        """
        if self._reasons is None:
            reasons = reasons_for if self.allowed else reasons_against
            self._reasons = tuple(reasons(self._evaluation, self._instant))
            if self.verified:
                self._verify(self._reasons)
        return self._reasons

    def _verify(self, reasons: tuple[Reason, ...]) -> None:
        """Hold the answer to its reasons: it may be of what was laid out, they are of the facts."""
        granted = sum(reason.code is ReasonCode.GRANTED for reason in reasons)
        if granted < 1 + (self.device is not None) if self.allowed else not reasons:
            answer = "yes without a grant" if self.allowed else "no without a ground"
            asked = f"{self.action} {self.target} by {self.party} on {self.device}"
            raise RuntimeError(f"internal error: {answer}: {asked} at {self.at.isoformat()}")

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes of the reasons, each once, in alphabetical order."""
        return tuple(sorted({reason.code.value for reason in self.reasons}))

    def as_dict(self) -> dict[str, Any]:
        """Return the decision as JSON can say it; times are ISO 8601 with offset."""
        return {
            "allowed": self.allowed,
            "party": self.party,
            "action": self.action.value,
            "target": self.target,
            "device": self.device,
            "at": self.at.isoformat(),
            "changes_at": self.changes_at.isoformat() if self.changes_at else None,
            "reasons": [reason.as_dict() for reason in self.reasons],
        }

    def __eq__(self, other: object) -> bool:
        """Return whether all that can be said of another decision is the same."""
        return isinstance(other, Decision) and self.as_dict() == other.as_dict()

    def __ne__(self, other: object) -> bool:
        """Return the opposite; the one that Struct has would compare the fields."""
        return not self == other

    def __hash__(self) -> int:
        """Return the same for equal decisions."""
        return hash((self.allowed, self.party, self.target, self.device, self._instant))

    def __repr__(self) -> str:
        """Return all that can be said of it."""
        return f"Decision({self.as_dict()})"


def decide(
    facts: Facts, question: Question, *, now: int, load: LoadFacts | None = None
) -> Decision:
    """Answer a question by the laws, with its reasons and the next change.

    Args:
        facts: of the household the target belongs to.
        question: what is asked; a moment without an offset is local time of that household.
        now: the instant to decide for where the question names no moment.
        load: loads the facts when the decision is asked for its reasons; None: it keeps the facts.

    Raises:
        UnknownIdError: if the party, the target or the device is not among the facts.
        InvalidQuestionError: if an id is there but cannot stand in that place.
        InvalidTimeError: if the moment cannot be read.
        BadInputError: if a policy that applies is of a kind that is not known.
    """
    evaluation = evaluate(facts, question)
    at = question.at
    instant = now if at is None else instant_of(at, facts.zone)
    return Decision(evaluation.allows(instant), load or evaluation, question, instant)


def reasons_for(evaluation: Evaluation, instant: int) -> Iterator[Reason]:
    """Yield the grants a yes rests on, and the exemptions and pauses it needs."""
    facts, party = evaluation.facts, evaluation.question.party
    for kind, every in ((evaluation.kind, evaluation.grants), (CONSUMER, evaluation.device_grants)):
        effective = [path for path in every if path.is_effective(instant)]
        if effective:
            path = max(effective, key=lambda path: (path.span.end, -len(path.ids)))
            until = _until(facts, end_of(held(facts, party, kind, path.ids[-1]), instant))
            text = f"`{party}` is {kind} of `{path.assignment.item}`{_through(path)}{until}"
            yield Reason(ReasonCode.GRANTED, text, path.ids)
    for one in evaluation.policies:
        if not alone([one], lifted=False).allows(instant, facts.zone):
            policy = one.policy.policy
            if contains(one.exempt, instant):
                until = _until(facts, end_of(one.exempt, instant))
                text = f"`{party}` is exempt from `{policy}`{until}"
                yield Reason(ReasonCode.EXEMPT, text, (party, policy))
            if contains(one.paused, instant):
                until = _until(facts, end_of(one.paused, instant))
                yield Reason(ReasonCode.PAUSED, f"`{policy}` is paused{until}", (policy,))


def reasons_against(evaluation: Evaluation, instant: int) -> Iterator[Reason]:
    """Yield every reason of a no."""
    facts, question = evaluation.facts, evaluation.question
    yield from _missing(
        evaluation, evaluation.grants, question.target, ReasonCode.NOT_GRANTED, instant
    )
    valid = [path for path in evaluation.grants if contains([path.span], instant)]
    if valid and contains(evaluation.under_age, instant):
        text = f"`{question.party}` is a minor, and `{question.target}` enforces a policy"
        yield Reason(ReasonCode.UNDER_AGE, text, valid[0].ids)
    if question.device is not None:
        if not contains(evaluation.available, instant):
            when = _availability(evaluation, instant)
            text = f"`{question.target}` is not available on `{question.device}`{when}"
            path = (question.target, question.device)
            yield Reason(ReasonCode.NOT_AVAILABLE_ON_DEVICE, text, path)
        grants = evaluation.device_grants
        yield from _missing(
            evaluation, grants, question.device, ReasonCode.NO_DEVICE_GRANT, instant
        )
    yield from _not_active(evaluation, instant)
    for policy in evaluation.policies:
        if not alone([policy]).allows(instant, facts.zone):
            yield _forbidden(evaluation, policy, instant)


def _until(facts: Facts, end: int | None) -> str:
    """Return when something ends, to be put behind it; nothing if it never does."""
    return "" if end is None else f" until {isoformat(end, facts.zone)}"


def _through(path: Path) -> str:
    """Name the organization the grant comes through, if it is not the party's own."""
    own = path.assignment.holder == path.ids[0]
    return "" if own else f" as a member of `{path.assignment.holder}`"


def _missing(
    evaluation: Evaluation, paths: Sequence[Path], target: str, none: ReasonCode, instant: int
) -> Iterator[Reason]:
    """Yield why no path grants by its validity: there is none, or none at this instant."""
    party, zone = evaluation.question.party, evaluation.facts.zone
    if not paths:
        kind = evaluation.question.action.needs
        text = f"no {kind} role for `{target}` reaches `{party}`"
        yield Reason(none, text, (party, target))
    elif not contains([path.span for path in paths], instant):
        holding = [path for path in paths if path.span.start < path.span.end]
        ended = [path for path in holding if path.span.end <= instant]
        coming = [path for path in holding if instant < path.span.end]  # none holds at the instant
        if not holding:
            ends, begins = (isoformat(edge, zone) for edge in reversed(paths[0].span))
            never = f"never holds: a part of it ends {ends}, and another begins {begins}"
            yield _untimely(paths[0], ReasonCode.ENDED, never)
        if coming:
            path = min(coming, key=lambda path: path.span.start)
            begins = isoformat(path.span.start, zone)
            yield _untimely(path, ReasonCode.NOT_YET_VALID, f"begins {begins}")
        if ended:
            path = max(ended, key=lambda path: path.span.end)
            yield _untimely(path, ReasonCode.ENDED, f"ended {isoformat(path.span.end, zone)}")


def _untimely(path: Path, code: ReasonCode, when: str) -> Reason:
    role = f"the {path.assignment.kind} role of `{path.ids[0]}` for `{path.ids[-1]}`"
    return Reason(code, f"{role}{_through(path)} {when}", path.ids)


def _availability(evaluation: Evaluation, instant: int) -> str:
    """Say when it will be available, or was, where it is at some other time."""
    spans = union(tuple(evaluation.available))  # none of them holds the instant
    coming = [span.start for span in spans if instant < span.end]
    gone = [span.end for span in spans if span.end <= instant]
    if coming:
        return f" before {isoformat(min(coming), evaluation.facts.zone)}"
    return f" since {isoformat(max(gone), evaluation.facts.zone)}" if gone else ""


def _not_active(evaluation: Evaluation, instant: int) -> Iterator[Reason]:
    """Yield what is not active for any party, and what stops the paths that are valid."""
    found = list(evaluation.inactive)
    for every in (evaluation.grants, evaluation.device_grants):
        valid = [path.inactive for path in every if contains([path.span], instant)]
        if valid and all(valid):
            found += [one for one in valid if one]
    for one in dict.fromkeys(found):
        state = f"is {one.state}" if one.state else "has no state that says it is active"
        yield Reason(ReasonCode.NOT_ACTIVE, f"`{one.id}` {state}", (one.id,))


def _forbidden(evaluation: Evaluation, applicable: ApplicablePolicy, instant: int) -> Reason:
    facts, policy, question = evaluation.facts, applicable.policy, evaluation.question
    versions = [one for one in evaluation.policies if one.policy.policy == policy.policy]
    end = alone(versions).next_change(instant, facts.zone) if applicable.windows else None
    kind = kind_of(facts, policy)
    why = kind.reason(policy, Use(facts, question.party, question.target), instant)
    text = (
        f"`{policy.policy}` forbids `{question.target}` to `{question.party}`{_until(facts, end)}"
    )
    path = tuple(dict.fromkeys((policy.policy, applicable.matched_by, question.target)))
    return Reason(ReasonCode(kind.name), f"{text}: {why}" if why else text, path)
