"""Policies of Cedar, the same for every household, and the entities of one household.

What a person or a household consumes is a tag named after the thing, with its time: tags are
Cedar's way to look up by a key that is known only when asked. The rating is on the service and
the birth date on the person, and a policy sees both.
"""

from typing import Any

from bench.peers.tuples import Tuple, tuples_of
from household_graph.engine.facts import Facts

__all__ = ["POLICIES", "entities_of"]


def _consumes(holder: str, thing: str) -> str:
    tag = f"{holder}.getTag({thing})"
    live = f"context.now >= {tag}.valid_from && context.now < {tag}.valid_to"
    return f"({holder}.hasTag({thing}) && {live})"


def _member(thing: str) -> str:
    home = _consumes("principal.household", thing)
    since = "context.now >= principal.member_from && context.now < principal.member_to"
    return f"({_consumes('principal', thing)} || ({since} && {home}))"


POLICIES = f"""
permit(principal is Person, action == Action::"use", resource is Service) when {{
  resource.devices.contains(context.device)
  && ({_member("resource.name")} || {_member("resource.product")})
  && {_member("context.device.name")}
}};
forbid(principal is Person, action == Action::"use", resource is Service) when {{
  context.local_date - principal.born < 180000 && resource has curfew && (
    if resource.curfew.start < resource.curfew.end
    then resource.curfew.days.contains(context.weekday)
      && context.minute >= resource.curfew.start && context.minute < resource.curfew.end
    else (resource.curfew.days.contains(context.weekday)
        && context.minute >= resource.curfew.start)
      || (resource.curfew.days.contains(context.day_before)
        && context.minute < resource.curfew.end))
}};
forbid(principal is Person, action == Action::"use", resource is Service) when {{
  resource.blocked && context.local_date - principal.born < 180000
}};
forbid(principal is Person, action == Action::"use", resource is Service) when {{
  context.local_date - principal.born < resource.rating * 10000
}};
"""


def entities_of(facts: Facts) -> list[dict[str, Any]]:
    """Return the entities of one household, as Cedar's JSON has them."""
    every = list(tuples_of(facts))
    tags: dict[str, dict[str, Any]] = {}
    for one in every:
        if one.relation == "consumer":
            tags.setdefault(one.subject.id, {})[one.object.id] = one.context
    found = [_entity("Household", facts.household, {}, tags.get(facts.household))]
    members = (one for one in every if one.relation == "member")
    found += [_person(facts, one, tags.get(one.subject.id)) for one in members]
    found += [_entity("Device", name, {"name": name}) for name in facts.resources]
    return found + [_service(facts, name, every) for name in facts.services]


def _person(facts: Facts, member: Tuple, tags: dict[str, Any] | None) -> dict[str, Any]:
    born = facts.principals[member.subject.id].birth_date
    attributes = {
        "household": _ref("Household", facts.household),
        "born": int(f"{born:%Y%m%d}") if born else 0,
        "member_from": member.context["valid_from"],
        "member_to": member.context["valid_to"],
    }
    return _entity("Person", member.subject.id, attributes, tags)


def _service(facts: Facts, name: str, every: list[Tuple]) -> dict[str, Any]:
    own = {(one.relation, one.subject.id): one for one in every if one.object.id == name}
    attributes: dict[str, Any] = {
        "name": name,
        "product": facts.carriers[name][0],
        "devices": [_ref("Device", thing) for relation, thing in own if relation == "device"],
        "blocked": any(relation == "blocked" for relation, _ in own),
        "rating": facts.services[name].minimum_age or 0,
    }
    if not any(relation == "rated" for relation, _ in own):
        attributes["rating"] = 0  # no policy of the household looks at it
    for (relation, _), one in own.items():
        if relation == "curfew":
            attributes["curfew"] = one.context
    return _entity("Service", name, attributes)


def _ref(kind: str, name: str) -> dict[str, Any]:
    return {"__entity": {"type": kind, "id": name}}


def _entity(
    kind: str, name: str, attributes: dict[str, Any], tags: dict[str, Any] | None = None
) -> dict[str, Any]:
    entity = {"uid": {"type": kind, "id": name}, "attrs": attributes, "parents": []}
    return {**entity, "tags": tags} if tags else entity
