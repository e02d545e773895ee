"""Checks of what is recorded and has no effect: policies, exemptions, grants that never hold."""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from household_graph.doctor.evidence import Evidence, local
from household_graph.doctor.finding import Symptom
from household_graph.engine.bearing import about, audience
from household_graph.engine.facts import Facts, Held, PolicyFact
from household_graph.engine.intervals import Span, common
from household_graph.engine.paths import covers, reaches
from household_graph.model.enums import Audience
from household_graph.model.ids import nearest


def policies_without_effect(evidence: Evidence) -> Iterator[Symptom]:
    """Yield policies that forbid nobody anything, and categories in them that nothing has."""
    for policy in evidence.facts.policies:
        left = Span(max(policy.valid_from, evidence.instant), policy.valid_to)
        if left.start < left.end:
            for text in _without_category(evidence.facts, policy):
                words = ("policy", "set", evidence.household, local(policy.id))
                hint = "say which category is meant, or end it with `policy lift`"
                yield Symptom((policy.id,), text, evidence.command(*words, at="--from"), hint)
            for text in _idle(evidence.facts, policy, left):
                hint = "or say with `policy set` whom it is to forbid what"
                yield Symptom(
                    (policy.id,), text, evidence.command("policy", "lift", policy.id), hint
                )


def exemptions_without_effect(evidence: Evidence) -> Iterator[Symptom]:
    """Yield exemptions of somebody to whom the policy does not speak while they last."""
    policies = {policy.id: policy for policy in evidence.facts.policies}
    for person, exempt in evidence.facts.exemptions.items():
        for name, spans in exempt.items():
            last = max(span.end for span in spans)
            if name not in policies or last <= evidence.instant:
                continue
            spoken = _spoken(evidence.facts, policies[name], person, *_lasting(policies[name]))
            if not common(tuple(spoken), tuple(spans)):
                text = f"`{person}` is exempt from `{name}`, which does not speak to them then"
                words = ("policy", "exempt", name, person, "--end")
                yield Symptom((person, name), text, evidence.command(*words, at=None))


def grants_that_never_hold(evidence: Evidence) -> Iterator[Symptom]:
    """Yield grants that are not over, and of which one part ends before another begins."""
    members = _members(evidence.facts)
    for held in evidence.facts.held:
        parts = [Span(held.role.valid_from, held.role.valid_to)]
        parts.append(Span(held.grant.valid_from, held.grant.valid_to))
        around = [cover.span for cover in covers(evidence.facts, held.item)]
        if any(span.end <= evidence.instant for span in (*parts, *around)):
            continue
        lasting = parts[0].meet(*parts[1])
        if why := _never(held, lasting, around, members.get(held.holder)):
            ids = (held.grant.involvement, held.holder, held.item)
            text = f"`{held.holder}` is {held.kind} of `{held.item}`, which never holds: {why}"
            words = ("role", "revoke", held.holder, held.kind.lower(), held.item)
            yield Symptom(ids, text, evidence.command(*words))


def _without_category(facts: Facts, policy: PolicyFact) -> Iterator[str]:
    """Yield the categories of a policy that no service has."""
    known = _categories(facts)
    for word in sorted({*policy.categories, *policy.blocked_categories} - known):
        near = nearest(word.lower(), known, limit=1)
        meant = f"; is `{near[0]}` meant?" if near else ""
        yield f"`{policy.id}` names the category `{word}`, which no service has{meant}"


def _idle(facts: Facts, policy: PolicyFact, left: Span) -> Iterator[str]:
    """Yield why a whole policy has no effect."""
    if not any(_spoken(facts, policy, one, *left) for one in facts.askers):
        whom = "to minors" if policy.audience == Audience.MINORS else "to those it names"
        yield f"`{policy.id}` speaks {whom}, and there are none"
    elif {*policy.categories, *policy.blocked_categories} <= _categories(facts) and not any(
        policy in about(facts, thing, None)
        for thing in (*facts.services, *facts.products, *facts.resources)
    ):
        yield f"`{policy.id}` forbids nothing of what it governs"


def _categories(facts: Facts) -> set[str]:
    return {service.category for service in facts.services.values() if service.category}


def _spoken(facts: Facts, policy: PolicyFact, party: str, start: int, end: int) -> list[Span]:
    """Return when a policy speaks to a party, within a span."""
    met = (span.meet(start, end) for span in audience(facts, policy, facts.askers[party]))
    return [span for span in met if span.start < span.end]


def _lasting(policy: PolicyFact) -> Span:
    return Span(policy.valid_from, policy.valid_to)


def _members(facts: Facts) -> dict[str, list[Span]]:
    """Return when individuals are members of each organization, by its id."""
    found: dict[str, list[Span]] = defaultdict(list)
    for asker in facts.askers.values():
        if asker.kind == "Individual":
            for reach in reaches(facts, asker.id)[1:]:
                found[reach.holder].append(reach.span)
    return found


def _never(
    held: Held, lasting: Span, around: Sequence[Span], members: Sequence[Span] | None
) -> str | None:
    """Return why a grant never holds, or None."""
    if lasting.start >= lasting.end:
        return f"`{held.role.id}` has ended when it begins, or the other way round"
    carried = [lasting.meet(*span) for span in around]
    if not any(span.start < span.end for span in carried):
        return f"`{held.item}` has ended when it begins, or the other way round"
    reached = (span.meet(*lasting) for span in members or ())
    if members and not any(span.start < span.end for span in reached):
        return f"nobody is a member of `{held.holder}` while it lasts"
    return None
