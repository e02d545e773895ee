"""Why: the reasons of an answer, in the words of the domain."""

from collections.abc import Iterator, Sequence

from household_graph.engine.ages import age_at
from household_graph.engine.bearing import OWN_AGE, Bearing
from household_graph.engine.case import Case
from household_graph.engine.curfew import covering
from household_graph.engine.intervals import Span, contains
from household_graph.engine.paths import Inactive, Path
from household_graph.engine.question import Reason
from household_graph.model.enums import PolicyKind, ReasonCode
from household_graph.model.instants import BEGINNING, FOREVER, isoformat, to_local


def reasons_for(case: Case, instant: int) -> Iterator[Reason]:
    """Yield the grants a yes rests on, and the exemptions it needs."""
    for paths in (case.grants, case.device_grants):
        live = [path for path in paths if path.live(instant)]
        if live:
            yield _granted(case, max(live, key=lambda path: (path.span.end, -len(path.ids))))
    for bearing in (*case.curfews, *case.bans):
        if bearing.lifted(instant) and _in_window(case, bearing, instant):
            yield _exempt(case, bearing, instant)


def reasons_against(case: Case, instant: int) -> Iterator[Reason]:
    """Yield every ground of a no."""
    question = case.question
    yield from _missing(case, case.grants, question.target, ReasonCode.NOT_GRANTED, instant)
    yield from _under_age(case, instant)
    if question.device is not None:
        yield from _device_grounds(case, question.device, instant)
    yield from _not_active(case, instant)
    for bearing in (*case.curfews, *case.bans):
        if bearing.in_force(instant) and _in_window(case, bearing, instant):
            yield _forbidden(case, bearing, instant)


def _granted(case: Case, path: Path) -> Reason:
    until = f" until {isoformat(path.span.end, case.facts.zone)}" if path.span.end < FOREVER else ""
    text = f"`{path.ids[0]}` is {path.held.kind} of `{path.held.item}`{_through(path)}{until}"
    return Reason(ReasonCode.GRANTED, text, path.ids)


def _through(path: Path) -> str:
    """Name the organization the grant comes through, if it is not the party's own."""
    own = path.held.holder == path.ids[0]
    return "" if own else f" as a member of `{path.held.holder}`"


def _missing(
    case: Case, paths: Sequence[Path], target: str, none: ReasonCode, instant: int
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


def _never(case: Case, path: Path) -> Reason:
    """Return the ground of a path of which one part ends before another begins."""
    ends, begins = (isoformat(edge, case.facts.zone) for edge in (path.span.end, path.span.start))
    text = (
        f"the {path.held.kind} role of `{path.ids[0]}` for `{path.ids[-1]}`{_through(path)} never "
        f"holds: a part of it ends {ends}, and another begins {begins}"
    )
    return Reason(ReasonCode.ENDED, text, path.ids)


def _under_age(case: Case, instant: int) -> Iterator[Reason]:
    """Yield that a grant is there, and that the party is too young for it."""
    if not contains(case.under_age, instant):
        return
    valid = [path for path in case.grants if contains([path.span], instant)]
    if valid:
        party, target = case.question.party, case.question.target
        text = f"`{party}` is a minor, and `{target}` enforces a policy"
        yield Reason(ReasonCode.UNDER_AGE, text, valid[0].ids)


def _dated(case: Case, path: Path, code: ReasonCode, verb: str, edge: int) -> Reason:
    text = (
        f"the {path.held.kind} role of `{path.ids[0]}` for `{path.ids[-1]}`{_through(path)} "
        f"{verb} {isoformat(edge, case.facts.zone)}"
    )
    return Reason(code, text, path.ids)


def _device_grounds(case: Case, device: str, instant: int) -> Iterator[Reason]:
    target = case.question.target
    if not contains(case.available, instant):
        text = f"`{target}` is not available on `{device}`{_availability(case, instant)}"
        yield Reason(ReasonCode.NOT_AVAILABLE_ON_DEVICE, text, (target, device))
    yield from _missing(case, case.device_grants, device, ReasonCode.NO_DEVICE_GRANT, instant)


def _availability(case: Case, instant: int) -> str:
    """Say when it will be available, or was, where it is at some other time."""
    coming = [span.start for span in case.available if instant < span.start < FOREVER]
    gone = [span.end for span in case.available if BEGINNING < span.end <= instant]
    if coming:
        return f" before {isoformat(min(coming), case.facts.zone)}"
    return f" since {isoformat(max(gone), case.facts.zone)}" if gone else ""


def _not_active(case: Case, instant: int) -> Iterator[Reason]:
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


def _in_window(case: Case, bearing: Bearing, instant: int) -> bool:
    """Return whether a policy counts at this hour; only a curfew has hours."""
    return bearing.policy.kind != PolicyKind.CURFEW or _window(case, bearing, instant) is not None


def _window(case: Case, bearing: Bearing, instant: int) -> Span | None:
    return covering([bearing.policy.windows], instant, case.facts.zone)


def _forbidden(case: Case, bearing: Bearing, instant: int) -> Reason:
    policy = bearing.policy
    path = tuple(dict.fromkeys((policy.id, bearing.through, case.question.target)))
    text = f"`{policy.id}` forbids `{case.question.target}` to `{case.question.party}`"
    if policy.kind == PolicyKind.CURFEW:
        window = _window(case, bearing, instant)
        end = isoformat(window.end, case.facts.zone) if window else ""
        return Reason(ReasonCode.CURFEW, f"{text} until {end}", path)
    if policy.kind == PolicyKind.CLASSIFICATION:
        grounds = ", and ".join(_ratings(case, bearing, instant))
        return Reason(ReasonCode.CLASSIFICATION, f"{text}: {grounds}", path)
    return Reason(ReasonCode.BLOCK, text, path)


def _ratings(case: Case, bearing: Bearing, instant: int) -> Iterator[str]:
    """Yield in words what a classification holds against a service."""
    policy, service = bearing.policy, case.facts.services[case.question.target]
    if service.category in policy.blocked_categories:
        yield f"the category {service.category} is blocked"
    rating = service.minimum_age or 0
    if policy.maximum_age == OWN_AGE:
        asker = case.facts.askers[case.question.party]
        age = age_at(asker, to_local(instant, case.facts.zone).date())
        if age is None or age < rating:
            known = "of unknown age" if age is None else age
            yield f"it is rated {rating}, and `{asker.id}` is {known}"
    elif policy.maximum_age is not None and rating > int(policy.maximum_age):
        yield f"it is rated {rating}, and the most allowed is {policy.maximum_age}"


def _exempt(case: Case, bearing: Bearing, instant: int) -> Reason:
    party, policy = case.question.party, bearing.policy.id
    end = max(span.end for span in bearing.exempt if contains([span], instant))
    until = f" until {isoformat(end, case.facts.zone)}" if end < FOREVER else ""
    return Reason(ReasonCode.EXEMPT, f"`{party}` is exempt from `{policy}`{until}", (party, policy))
