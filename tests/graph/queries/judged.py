"""What the judge answers to the canonical questions of the library, one call of each at a time.

A question of the library is many questions to the judge: each service, party or device that could
be in the answer is one.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Any

import neo4j
from neo4j.time import DateTime

from household_graph.engine.decision import Evaluation, evaluate, reasons_against
from household_graph.engine.facts import Facts, FactsCache, Membership, PolicyFact
from household_graph.engine.question import Question, who_questions
from household_graph.engine.timeline import alone
from household_graph.model.enums import Action, PolicyKind
from household_graph.model.instants import BEGINNING, FOREVER, from_local, to_local, to_utc
from household_graph.store.query_files import load_query
from tests.property.specification import Specification

__all__ = ["CANONICAL", "Call", "ask", "calls", "forbidden_now"]

Row = tuple[Any, ...]
CANONICAL = {
    "business/who-rings": ("line", "people"),
    "entitlement/administered-by-party": ("target", "kind", "granted_on"),
    "entitlement/devices-for-party": ("device",),
    "entitlement/forbidden-now": ("person", "service", "policy", "kind", "until"),
    "entitlement/services-for-party": ("service", "granted_on"),
    "entitlement/who-can-use": ("asker", "kind", "granted_on"),
}
"""The questions that the judge answers itself, and the columns that it has something to say on."""


@dataclass(frozen=True, slots=True)
class Call:
    """One call of a question of the library, and what the judge says to it.

    Attributes:
        question: its name.
        parameters: what is given, beside the instant.
        columns: those that the judge has something to say on.
        rows: what it says, in any order.
        decided: how many questions these were to it.
    """

    question: str
    parameters: dict[str, Any]
    columns: tuple[str, ...]
    rows: list[Row]
    decided: int


def call(question: str, parameters: dict[str, Any], rows: list[Row], decided: int) -> Call:
    return Call(question, parameters, CANONICAL[question], rows, decided)


def calls(facts: Facts, random: Random, instant: int) -> Iterator[Call]:
    """Yield a call of each canonical question about things of a household drawn at random."""
    principals, services = list(facts.principals), list(facts.services)
    device = random.choice([None, *facts.resources])
    yield services_for_party(facts, random.choice(principals), device, instant)
    yield devices_for_party(facts, random.choice(principals), instant)
    yield who_can_use(facts, random.choice(services), device, instant)
    yield who_rings(facts, random.choice(services), instant)
    action = random.choice((Action.ADMINISTER, Action.CHOOSE))
    yield administered_by_party(facts, random.choice(principals), action, instant)
    yield forbidden_now(facts, instant)


def ask(session: neo4j.Session, call: Call, at: datetime) -> list[tuple[Any, ...]]:
    """Return what Cypher says in the columns that the judge has something to say on."""
    asked = load_query(f"questions/{call.question}")
    given = {one.name: one.default for one in asked.parameters}
    records = session.run(asked.text, {**given, **call.parameters, "at": at})
    return [tuple(_comparable(record[column]) for column in call.columns) for record in records]


def _comparable(value: Any) -> Any:  # noqa: ANN401 - any Cypher value
    return value.to_native().astimezone(UTC) if isinstance(value, DateTime) else value


def services_for_party(facts: Facts, party: str, device: str | None, instant: int) -> Call:
    asked = [Question(party, service, device=device) for service in facts.services]
    rows = [(case.question.target, grants(case, instant)) for case in yes(facts, asked, instant)]
    parameters = {"party": party, "device": device}
    return call("entitlement/services-for-party", parameters, rows, len(asked))


def devices_for_party(facts: Facts, party: str, instant: int) -> Call:
    asked = [Question(party, device) for device in facts.resources]
    rows = [(case.question.target,) for case in yes(facts, asked, instant)]
    parameters = {"party": party}
    return call("entitlement/devices-for-party", parameters, rows, len(asked))


def who_can_use(facts: Facts, service: str, device: str | None, instant: int) -> Call:
    asked = who_questions(facts, service, device, Action.USE, None)
    rows = [
        (party, facts.principals[party].kind, grants(case, instant))
        for case in yes(facts, asked, instant)
        for party in [case.question.party]
    ]
    parameters = {"service": service, "device": device}
    return call("entitlement/who-can-use", parameters, rows, len(asked))


def who_rings(facts: Facts, group: str, instant: int) -> Call:
    asked = [Question(line, group) for line in facts.resources]
    lines = [case.question.party for case in yes(facts, asked, instant)]
    rows = [(line, people(facts, line, instant)) for line in lines]
    return call("business/who-rings", {"group": group}, rows, len(asked))


def people(facts: Facts, device: str, instant: int) -> list[str]:
    """Return the people with a grant on a device, policies aside."""
    bare = replace(facts, policies=(), cache=FactsCache())
    asked = [
        Question(one.id, device) for one in facts.principals.values() if one.kind == "Individual"
    ]
    return sorted(case.question.party for case in yes(bare, asked, instant))


def administered_by_party(facts: Facts, party: str, action: Action, instant: int) -> Call:
    kinds = {"Product": facts.products, "Service": facts.services, "Resource": facts.resources}
    asked = {target: kind for kind, targets in kinds.items() for target in targets}
    questions = [Question(party, target, action) for target in asked]
    rows = [
        (target, asked[target], grants(case, instant))
        for case in yes(facts, questions, instant)
        for target in [case.question.target]
    ]
    parameters = {"party": party, "action": action.value}
    return call("entitlement/administered-by-party", parameters, rows, len(asked))


def forbidden_now(facts: Facts, instant: int) -> Call:
    people = [asker.id for asker in facts.principals.values() if asker.kind == "Individual"]
    asked = [Question(person, service) for person in people for service in facts.services]
    lasting = replace(facts, memberships=as_they_are(facts, instant), cache=FactsCache())
    rows = [
        (question.party, question.target, *forbidden)
        for question in asked
        for forbidden in forbidding(evaluate(lasting, question), instant)
    ]
    parameters = {"household": facts.household}
    return call("entitlement/forbidden-now", parameters, rows, len(asked))


def yes(facts: Facts, questions: Iterable[Question], instant: int) -> Iterator[Evaluation]:
    cases = (evaluate(facts, question) for question in questions)
    return (case for case in cases if case.allows(instant))


def grants(case: Evaluation, instant: int) -> list[str]:
    """Return what the grants are on that hold."""
    return sorted({path.assignment.item for path in case.grants if path.is_effective(instant)})


def as_they_are(facts: Facts, instant: int) -> dict[str, list[Membership]]:
    """Return the memberships of now, as if they always held: `until` puts their ends aside."""
    return {
        member: [
            link._replace(valid_from=BEGINNING, valid_to=FOREVER)
            for link in links
            if link.valid_from <= instant < link.valid_to
        ]
        for member, links in facts.memberships.items()
    }


def forbidding(case: Evaluation, instant: int) -> Iterator[Row]:
    """Yield policy, kind and end of whatever forbids, where nothing else stands in the way."""
    if case.allows(instant):
        return
    reasons = list(reasons_against(case, instant))
    if {reason.code.value for reason in reasons} <= set(PolicyKind):
        named = {reason.path[0] for reason in reasons}
        for one in case.policies:
            if one.policy.policy in named and not alone([one]).allows(instant, case.facts.zone):
                yield one.policy.policy, one.policy.kind, until(case, one.policy, instant)


def until(case: Evaluation, policy: PolicyFact, instant: int) -> datetime | None:
    """Return when a policy stops to forbid, as the specification says; None if it never does."""
    rows = specified(case.facts)
    own_id, policy_id, *scope, terms, begins, ends_at, only_on = policy
    links = {"allows": terms.get("allows", [])}
    row = [own_id, *scope, links, terms, begins, ends_at, policy_id, only_on]
    for later in sorted(one for one in ends(case, policy, instant) if instant < one < FOREVER):
        if not Specification(rows, case.question, later).forbids(row):
            return to_utc(later)
    return None


def ends(case: Evaluation, policy: PolicyFact, instant: int) -> Iterator[int]:
    """Yield every instant at which a policy could stop to forbid, whether or not it does."""
    facts, question, zone = case.facts, case.question, case.facts.zone
    yield policy.valid_to
    exempt = facts.exemptions.get(question.party, {}).get(policy.policy, ())
    yield from (one.start for one in exempt)
    yield from (one.start for one in facts.pauses.get(policy.policy, ()))
    born, service = facts.principals[question.party].birth_date, facts.services[question.target]
    for age in (facts.age_of_majority, service.minimum_age or 0):
        if born is not None:
            yield from_local(date(born.year + age, 3, 1), zone)
            if (born.month, born.day) != (2, 29):
                yield from_local(born.replace(year=born.year + age), zone)
    if end := policy.terms.get("end_time"):
        today, at = to_local(instant, zone).date(), time.fromisoformat(end)
        days = (today + timedelta(days=n) for n in range(-1, 400))
        yield from (from_local(datetime.combine(day, at), zone) for day in days)


def specified(facts: Facts) -> dict[str, Any]:
    """Return what the specification has to know of policies, as the rows that facts are made of."""
    people = [one for one in facts.principals.values() if one.kind == "Individual"]
    organizations = [one for one in facts.principals.values() if one.kind == "Organization"]
    return {
        "household": facts.household,
        "time_zone": facts.time_zone,
        "age_of_majority": facts.age_of_majority,
        "individuals": [
            [one.id, one.birth_date and one.birth_date.isoformat(), one.minor, *one.states]
            for one in people
        ],
        "organizations": [[one.id, *one.states] for one in organizations],
        "memberships": [[one, *link] for one, links in facts.memberships.items() for link in links],
        "products": [
            [one.id, one.status, one.valid_from, one.valid_to, None, None]
            for one in facts.products.values()
        ],
        "services": [list(one) for one in facts.services.values()],
        "carriers": [
            [part, product] for part, products in facts.carriers.items() for product in products
        ],
        "exemptions": [
            [party, policy, *span]
            for party, policies in facts.exemptions.items()
            for policy, spans in policies.items()
            for span in spans
        ],
        "pauses": [[policy, *span] for policy, spans in facts.pauses.items() for span in spans],
    }
