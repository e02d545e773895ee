"""Why: the reasons of an answer, in the words of the domain."""

from collections.abc import Iterable, Iterator, Sequence

from household_graph.engine.applicable_policies import ApplicablePolicy
from household_graph.engine.evaluation import Evaluation
from household_graph.engine.grants import CONSUMER, Inactive, Path, held
from household_graph.engine.policies import Request, kind_named
from household_graph.engine.question import Reason
from household_graph.engine.timeline import outside_policy
from household_graph.model.enums import ReasonCode
from household_graph.model.instants import BEGINNING, FOREVER, isoformat
from household_graph.model.spans import Span, contains, end_of


def reasons_for(case: Evaluation, instant: int) -> Iterator[Reason]:
    """Yield the grants a yes rests on, and the exemptions it needs."""
    for kind, paths in ((case.kind, case.grants), (CONSUMER, case.device_grants)):
        effective = [path for path in paths if path.is_effective(instant)]
        if effective:
            path = max(effective, key=lambda path: (path.span.end, -len(path.ids)))
            yield _granted(case, path, held(case.facts, path.ids[0], kind, path.ids[-1]), instant)
    for policy in case.policies:
        if contains(policy.exempt, instant):
            lifted = outside_policy(policy, exemptions=False)
            if not lifted.allows(instant, case.facts.zone):
                yield _exempt(case, policy, instant)


def reasons_against(case: Evaluation, instant: int) -> Iterator[Reason]:
    """Yield every ground of a no."""
    question = case.question
    yield from _missing(case, case.grants, question.target, ReasonCode.NOT_GRANTED, instant)
    yield from _under_age(case, instant)
    if question.device is not None:
        yield from _device_grounds(case, question.device, instant)
    yield from _not_active(case, instant)
    for policy in case.policies:
        alone = outside_policy(policy)
        if not alone.allows(instant, case.facts.zone):
            yield _forbidden(case, policy, instant, alone.next_change(instant, case.facts.zone))


def _granted(case: Evaluation, path: Path, spans: Iterable[Span], instant: int) -> Reason:
    until = _until(case, end_of(spans, instant))
    role = f"{path.assignment.kind} of `{path.assignment.item}`"
    text = f"`{path.ids[0]}` is {role}{_through(path)}{until}"
    return Reason(ReasonCode.GRANTED, text, path.ids)


def _until(case: Evaluation, end: int | None) -> str:
    """Return when something ends, to be put behind it; nothing if it never does."""
    return "" if end is None else f" until {isoformat(end, case.facts.zone)}"


def _through(path: Path) -> str:
    """Name the organization the grant comes through, if it is not the party's own."""
    own = path.assignment.holder == path.ids[0]
    return "" if own else f" as a member of `{path.assignment.holder}`"


def _missing(
    case: Evaluation, paths: Sequence[Path], target: str, none: ReasonCode, instant: int
) -> Iterator[Reason]:
    """Yield why no path grants by its validity: there is none, or none at this instant."""
    party = case.question.party
    if not paths:
        kind = case.question.action.needs
        yield Reason(none, f"no {kind} role for `{target}` reaches `{party}`", (party, target))
    elif not contains([path.span for path in paths], instant):
        holding = [path for path in paths if path.span.start < path.span.end]
        ended = [path for path in holding if path.span.end <= instant]
        coming = [path for path in holding if instant < path.span.start]
        if not holding:
            yield _never(case, paths[0])
        if coming:
            path = min(coming, key=lambda path: path.span.start)
            yield _dated(case, path, ReasonCode.NOT_YET_VALID, "begins", path.span.start)
        if ended:
            path = max(ended, key=lambda path: path.span.end)
            yield _dated(case, path, ReasonCode.ENDED, "ended", path.span.end)


def _never(case: Evaluation, path: Path) -> Reason:
    """Return the ground of a path of which one part ends before another begins."""
    ends, begins = (isoformat(edge, case.facts.zone) for edge in (path.span.end, path.span.start))
    text = (
        f"the {path.assignment.kind} role of `{path.ids[0]}` for `{path.ids[-1]}`{_through(path)} "
        f"never holds: a part of it ends {ends}, and another begins {begins}"
    )
    return Reason(ReasonCode.ENDED, text, path.ids)


def _under_age(case: Evaluation, instant: int) -> Iterator[Reason]:
    """Yield that a grant is there, and that the party is too young for it."""
    if not contains(case.under_age, instant):
        return
    valid = [path for path in case.grants if contains([path.span], instant)]
    if valid:
        party, target = case.question.party, case.question.target
        text = f"`{party}` is a minor, and `{target}` enforces a policy"
        yield Reason(ReasonCode.UNDER_AGE, text, valid[0].ids)


def _dated(case: Evaluation, path: Path, code: ReasonCode, verb: str, edge: int) -> Reason:
    text = (
        f"the {path.assignment.kind} role of `{path.ids[0]}` for `{path.ids[-1]}`{_through(path)} "
        f"{verb} {isoformat(edge, case.facts.zone)}"
    )
    return Reason(code, text, path.ids)


def _device_grounds(case: Evaluation, device: str, instant: int) -> Iterator[Reason]:
    target = case.question.target
    if not contains(case.available, instant):
        text = f"`{target}` is not available on `{device}`{_availability(case, instant)}"
        yield Reason(ReasonCode.NOT_AVAILABLE_ON_DEVICE, text, (target, device))
    yield from _missing(case, case.device_grants, device, ReasonCode.NO_DEVICE_GRANT, instant)


def _availability(case: Evaluation, instant: int) -> str:
    """Say when it will be available, or was, where it is at some other time."""
    coming = [span.start for span in case.available if instant < span.start < FOREVER]
    gone = [span.end for span in case.available if BEGINNING < span.end <= instant]
    if coming:
        return f" before {isoformat(min(coming), case.facts.zone)}"
    return f" since {isoformat(max(gone), case.facts.zone)}" if gone else ""


def _not_active(case: Evaluation, instant: int) -> Iterator[Reason]:
    """Yield what is not active, whoever asks, and what stops the paths that are valid."""
    found = list(case.inactive)
    for paths in (case.grants, case.device_grants):
        valid = [path.inactive for path in paths if contains([path.span], instant)]
        if valid and all(valid):
            found += [inactive for inactive in valid if inactive]
    for inactive in dict.fromkeys(found):
        yield Reason(ReasonCode.NOT_ACTIVE, _state(inactive), (inactive.id,))


def _state(inactive: Inactive) -> str:
    state = f"is {inactive.state}" if inactive.state else "has no state that says it is active"
    return f"`{inactive.id}` {state}"


def _forbidden(
    case: Evaluation, applicable: ApplicablePolicy, instant: int, end: int | None
) -> Reason:
    policy, question = applicable.policy, case.question
    kind = kind_named(policy.kind, policy.id)
    text = f"`{policy.id}` forbids `{question.target}` to `{question.party}`"
    if applicable.windows is not None:
        text += _until(case, end)
    if why := kind.reason(policy, Request(case.facts, question.party, question.target), instant):
        text += f": {why}"
    path = tuple(dict.fromkeys((policy.id, applicable.matched_by, question.target)))
    return Reason(ReasonCode(kind.name), text, path)


def _exempt(case: Evaluation, applicable: ApplicablePolicy, instant: int) -> Reason:
    party, policy = case.question.party, applicable.policy.id
    until = _until(case, end_of(applicable.exempt, instant))
    return Reason(ReasonCode.EXEMPT, f"`{party}` is exempt from `{policy}`{until}", (party, policy))
