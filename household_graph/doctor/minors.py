"""Checks of who is a minor, and of who no longer is."""

from collections.abc import Iterator

from household_graph.changes.authorization.context import State
from household_graph.changes.authorization.guarantors import GUARANTEED, guaranteed
from household_graph.doctor.evidence import Evidence, local
from household_graph.doctor.finding import Symptom
from household_graph.engine.facts import PolicyFact
from household_graph.engine.paths import paths, reaches
from household_graph.model.enums import Audience, InvolvementKind, PartyRoleKind, PolicyKind
from household_graph.model.rows import NodeRow


def minors_without_adult(evidence: Evidence) -> Iterator[Symptom]:
    """Yield minors for whom no active adult is responsible."""
    for lack in evidence.lacks:
        if lack.needs == "responsible adult":
            text = f"`{lack.id}` is a minor without a responsible adult"
            hint = f"let an adult be `responsible_for: [{local(lack.id)}]`"
            yield Symptom((lack.id,), text, evidence.through_document, hint)


def minors_without_classification(evidence: Evidence) -> Iterator[Symptom]:
    """Yield minors to whom no classification policy in force speaks."""
    for minor in evidence.minors:
        if not any(_speaks_to(evidence, policy, minor) for policy in evidence.facts.policies):
            text = f"no classification policy in force speaks to `{minor}`, who is a minor"
            yield Symptom((minor,), text, *_classification(evidence))


def minors_without_guarantor(evidence: Evidence) -> Iterator[Symptom]:
    """Yield Customer and Bill Payer roles of minors without a responsible adult as guarantor."""
    state = State(evidence.index, evidence.facts)
    for minor in evidence.minors:
        able = evidence.guardians(minor)
        for kind, role in _answered_for(evidence, minor):
            if not guaranteed(state, role.id, minor, evidence.instant):
                text = f"`{minor}` is a minor, and {kind.value} without a responsible adult as "
                named = ("--guarantor", able[0], "--consent-of", able[0]) if able else ()
                mend = evidence.grant_again(role, kind, *named) if able else None
                hint = None if mend else f"let an adult be `responsible_for: [{local(minor)}]`"
                mend = mend or evidence.through_document
                yield Symptom((role.id, minor), f"{text}guarantor", mend, hint)


def minors_administering(evidence: Evidence) -> Iterator[Symptom]:
    """Yield minors who administer a service that enforces a policy in force."""
    for policy, service in evidence.enforcements:
        for minor in evidence.minors:
            for path in paths(evidence.facts, minor, InvolvementKind.ADMIN, service):
                if path.live(evidence.instant):
                    holder, item = path.held.holder, path.held.item
                    text = f"`{minor}` is a minor and administers `{service}`, which enforces "
                    yield Symptom(
                        (minor, path.held.grant.involvement, service, policy),
                        f"{text}`{policy}`",
                        _taken_away(evidence, holder, item),
                    )


def of_age_with_guardian(evidence: Evidence) -> Iterator[Symptom]:
    """Yield individuals of age, or of unknown age, for whom somebody still answers."""
    for adult in sorted(evidence.facts.askers):
        kind = evidence.facts.askers[adult].kind
        if kind != "Individual" or evidence.is_minor(adult) or not evidence.is_active(adult):
            continue
        links = filter(evidence.in_force, evidence.index.incoming("RESPONSIBLE_FOR", adult))
        guardians = {link.start for link in links} | {
            link.end
            for _kind, role in _answered_for(evidence, adult)
            for link in evidence.index.outgoing("GUARANTEED_BY", role.id)
        }
        if guardians:
            names = ", ".join(f"`{one}`" for one in sorted(guardians))
            ids = (adult, *sorted(guardians))
            if evidence.facts.askers[adult].birth_date is None:
                text = f"the age of `{adult}`, who is answered for by {names}, is not known"
                hint = "state a `birth_date`, or `minor: true`: no policy for minors speaks to them"
                yield Symptom(ids, text, evidence.through_document, hint)
                continue
            text = f"`{adult}` is of age and still answered for by {names}"
            yield Symptom(ids, text, evidence.command("event", "come-of-age", adult))


def _answered_for(evidence: Evidence, party: str) -> Iterator[tuple[PartyRoleKind, NodeRow]]:
    """Yield the roles in force that a minor plays only with a guarantor."""
    for link in evidence.index.outgoing("PLAYS", party):
        role = evidence.index.nodes[link.end]
        for kind in sorted(GUARANTEED):
            if kind.value in role.labels and evidence.in_force(role):
                yield kind, role


def _speaks_to(evidence: Evidence, policy: PolicyFact, minor: str) -> bool:
    if policy.kind != PolicyKind.CLASSIFICATION or not (policy.governs or policy.categories):
        return False
    if not policy.valid_from <= evidence.instant < policy.valid_to:
        return False
    above = {
        reach.holder
        for reach in reaches(evidence.facts, minor)
        if reach.span.start <= evidence.instant < reach.span.end
    }
    return policy.audience != Audience.PARTIES or not above.isdisjoint(policy.parties)


def _classification(evidence: Evidence) -> tuple[str, str | None]:
    """Return the command that sets a classification for minors, and what to do with it."""
    services = evidence.enforcing
    if not services:
        hint = "state a policy of kind classification, and an active service that enforces it"
        return evidence.through_document, hint
    taken = {node.id for node in evidence.rows.nodes}
    names = ("classification", *(f"classification-{n}" for n in range(2, len(taken) + 3)))
    home = evidence.household
    words = ("policy", "set", home, next(n for n in names if f"{home}/{n}" not in taken))
    what = ("--kind", "classification", "--audience", "minors", "--governs", home)
    how = ("--maximum-age", "own-age", "--enforced-by", services[0])
    return evidence.command(*words, *what, *how, at="--from"), None


def _taken_away(evidence: Evidence, holder: str, item: str) -> str:
    """Return the command by which somebody is no longer Admin of something."""
    adult = evidence.stand_in()
    if adult is None or evidence.facts.askers[holder].kind != "Individual":
        return evidence.command("role", "revoke", holder, "admin", item)
    return evidence.command("event", "hand-over", "admin", item, "--from", holder, "--to", adult)
