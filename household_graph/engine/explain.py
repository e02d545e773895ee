"""Why: the reasons of an answer, in the words of the domain."""

from collections.abc import Iterable, Iterator, Sequence

from household_graph.engine.applicable_policies import ApplicablePolicy
from household_graph.engine.evaluation import Evaluation
from household_graph.engine.grants import CONSUMER, Inactive, Path, held
from household_graph.engine.policies import Request, kind_of
from household_graph.engine.question import Reason
from household_graph.engine.timeline import outside_policy
from household_graph.model.enums import ReasonCode
from household_graph.model.instants import BEGINNING, FOREVER, isoformat
from household_graph.model.spans import Span, contains, end_of


def reasons_for(evaluation: Evaluation, instant: int) -> Iterator[Reason]:
    """Yield the grants a yes rests on, and the exemptions it needs."""
    for kind, paths in ((evaluation.kind, evaluation.grants), (CONSUMER, evaluation.device_grants)):
        effective = [path for path in paths if path.is_effective(instant)]
        if effective:
            path = max(effective, key=lambda path: (path.span.end, -len(path.ids)))
            yield _granted(
                evaluation, path, held(evaluation.facts, path.ids[0], kind, path.ids[-1]), instant
            )
    for policy in evaluation.policies:
        if contains(policy.exempt, instant):
            lifted = outside_policy(policy, exemptions=False)
            if not lifted.allows(instant, evaluation.facts.zone):
                yield _exempt(evaluation, policy, instant)


def reasons_against(evaluation: Evaluation, instant: int) -> Iterator[Reason]:
    """Yield every ground of a no."""
    question = evaluation.question
    yield from _missing(
        evaluation, evaluation.grants, question.target, ReasonCode.NOT_GRANTED, instant
    )
    yield from _under_age(evaluation, instant)
    if question.device is not None:
        yield from _device_grounds(evaluation, question.device, instant)
    yield from _not_active(evaluation, instant)
    for policy in evaluation.policies:
        alone = outside_policy(policy)
        if not alone.allows(instant, evaluation.facts.zone):
            yield _forbidden(
                evaluation, policy, instant, alone.next_change(instant, evaluation.facts.zone)
            )


def _granted(evaluation: Evaluation, path: Path, spans: Iterable[Span], instant: int) -> Reason:
    until = _until(evaluation, end_of(spans, instant))
    role = f"{path.assignment.kind} of `{path.assignment.item}`"
    text = f"`{path.ids[0]}` is {role}{_through(path)}{until}"
    return Reason(ReasonCode.GRANTED, text, path.ids)


def _until(evaluation: Evaluation, end: int | None) -> str:
    """Return when something ends, to be put behind it; nothing if it never does."""
    return "" if end is None else f" until {isoformat(end, evaluation.facts.zone)}"


def _through(path: Path) -> str:
    """Name the organization the grant comes through, if it is not the party's own."""
    own = path.assignment.holder == path.ids[0]
    return "" if own else f" as a member of `{path.assignment.holder}`"


def _missing(
    evaluation: Evaluation, paths: Sequence[Path], target: str, none: ReasonCode, instant: int
) -> Iterator[Reason]:
    """Yield why no path grants by its validity: there is none, or none at this instant."""
    party = evaluation.question.party
    if not paths:
        kind = evaluation.question.action.needs
        yield Reason(none, f"no {kind} role for `{target}` reaches `{party}`", (party, target))
    elif not contains([path.span for path in paths], instant):
        holding = [path for path in paths if path.span.start < path.span.end]
        ended = [path for path in holding if path.span.end <= instant]
        coming = [path for path in holding if instant < path.span.start]
        if not holding:
            yield _never(evaluation, paths[0])
        if coming:
            path = min(coming, key=lambda path: path.span.start)
            yield _dated(evaluation, path, ReasonCode.NOT_YET_VALID, "begins", path.span.start)
        if ended:
            path = max(ended, key=lambda path: path.span.end)
            yield _dated(evaluation, path, ReasonCode.ENDED, "ended", path.span.end)


def _never(evaluation: Evaluation, path: Path) -> Reason:
    """Return the ground of a path of which one part ends before another begins."""
    ends, begins = (
        isoformat(edge, evaluation.facts.zone) for edge in (path.span.end, path.span.start)
    )
    text = (
        f"the {path.assignment.kind} role of `{path.ids[0]}` for `{path.ids[-1]}`{_through(path)} "
        f"never holds: a part of it ends {ends}, and another begins {begins}"
    )
    return Reason(ReasonCode.ENDED, text, path.ids)


def _under_age(evaluation: Evaluation, instant: int) -> Iterator[Reason]:
    """Yield that a grant is there, and that the party is too young for it."""
    if not contains(evaluation.under_age, instant):
        return
    valid = [path for path in evaluation.grants if contains([path.span], instant)]
    if valid:
        party, target = evaluation.question.party, evaluation.question.target
        text = f"`{party}` is a minor, and `{target}` enforces a policy"
        yield Reason(ReasonCode.UNDER_AGE, text, valid[0].ids)


def _dated(evaluation: Evaluation, path: Path, code: ReasonCode, verb: str, edge: int) -> Reason:
    text = (
        f"the {path.assignment.kind} role of `{path.ids[0]}` for `{path.ids[-1]}`{_through(path)} "
        f"{verb} {isoformat(edge, evaluation.facts.zone)}"
    )
    return Reason(code, text, path.ids)


def _device_grounds(evaluation: Evaluation, device: str, instant: int) -> Iterator[Reason]:
    target = evaluation.question.target
    if not contains(evaluation.available, instant):
        text = f"`{target}` is not available on `{device}`{_availability(evaluation, instant)}"
        yield Reason(ReasonCode.NOT_AVAILABLE_ON_DEVICE, text, (target, device))
    yield from _missing(
        evaluation, evaluation.device_grants, device, ReasonCode.NO_DEVICE_GRANT, instant
    )


def _availability(evaluation: Evaluation, instant: int) -> str:
    """Say when it will be available, or was, where it is at some other time."""
    coming = [span.start for span in evaluation.available if instant < span.start < FOREVER]
    gone = [span.end for span in evaluation.available if BEGINNING < span.end <= instant]
    if coming:
        return f" before {isoformat(min(coming), evaluation.facts.zone)}"
    return f" since {isoformat(max(gone), evaluation.facts.zone)}" if gone else ""


def _not_active(evaluation: Evaluation, instant: int) -> Iterator[Reason]:
    """Yield what is not active, whoever asks, and what stops the paths that are valid."""
    found = list(evaluation.inactive)
    for paths in (evaluation.grants, evaluation.device_grants):
        valid = [path.inactive for path in paths if contains([path.span], instant)]
        if valid and all(valid):
            found += [inactive for inactive in valid if inactive]
    for inactive in dict.fromkeys(found):
        yield Reason(ReasonCode.NOT_ACTIVE, _state(inactive), (inactive.id,))


def _state(inactive: Inactive) -> str:
    state = f"is {inactive.state}" if inactive.state else "has no state that says it is active"
    return f"`{inactive.id}` {state}"


def _forbidden(
    evaluation: Evaluation, applicable: ApplicablePolicy, instant: int, end: int | None
) -> Reason:
    policy, question = applicable.policy, evaluation.question
    kind = kind_of(evaluation.facts, policy)
    text = f"`{policy.id}` forbids `{question.target}` to `{question.party}`"
    if applicable.windows is not None:
        text += _until(evaluation, end)
    if why := kind.reason(
        policy, Request(evaluation.facts, question.party, question.target), instant
    ):
        text += f": {why}"
    path = tuple(dict.fromkeys((policy.id, applicable.matched_by, question.target)))
    return Reason(ReasonCode(kind.name), text, path)


def _exempt(evaluation: Evaluation, applicable: ApplicablePolicy, instant: int) -> Reason:
    party, policy = evaluation.question.party, applicable.policy.id
    until = _until(evaluation, end_of(applicable.exempt, instant))
    return Reason(ReasonCode.EXEMPT, f"`{party}` is exempt from `{policy}`{until}", (party, policy))
