"""Cedar in process, by cedarpy: no storage, the entities of one household are handed in."""

import json
from collections.abc import Sequence
from importlib.metadata import version
from typing import Any, Self

import cedarpy

from bench.peers.cedar_model import POLICIES, entities_of
from bench.peers.engine import Ask, World

__all__ = ["Cedar"]


class Cedar:
    """Cedar, with the entities of each household as text, or parsed beforehand."""

    kind = "library"

    def __init__(self, *, parsed: bool) -> None:
        """Choose between the two."""
        self.name = "Cedar, parsed before" if parsed else "Cedar, handed in"
        self._parsed = parsed
        self._people: dict[str, list[str]] = {}
        self._offered: dict[tuple[str, str], list[str]] = {}

    @property
    def version(self) -> str:
        """The version of cedarpy."""
        return f"cedarpy {version('cedarpy')}, in process"

    def __enter__(self) -> Self:
        """Parse the policies."""
        self._policies = cedarpy.PolicySet.from_str(POLICIES)
        return self

    def __exit__(self, *_error: object) -> None:
        """Let go of the households."""
        self._entities: dict[str, Any] = {}

    def prepare(self, world: World) -> None:
        """Keep the entities of each household, and what there is to ask about."""
        self._entities = {}
        for name, facts in world.facts.items():
            text = json.dumps(entities_of(facts))
            parse = cedarpy.Entities.from_json_str
            self._entities[name] = parse(text) if self._parsed else text
            principals = facts.principals.values()
            self._people[name] = [one.id for one in principals if one.kind == "Individual"]
            for service, devices in facts.availability.items():
                for device in devices:
                    self._offered.setdefault((name, device), []).append(service)

    def check(self, ask: Ask) -> bool:
        """One request."""
        entities = self._entities[ask.household]
        request = _request(ask, ask.party, ask.target)
        return bool(cedarpy.is_authorized(request, self._policies, entities).allowed)

    def check_batch(self, asks: Sequence[Ask]) -> list[bool]:
        """One batch for each household, as a batch shares its entities."""
        places: dict[str, list[int]] = {}
        for place, ask in enumerate(asks):
            places.setdefault(ask.household, []).append(place)
        found = [False] * len(asks)
        for household, own in places.items():
            requests = [_request(asks[n], asks[n].party, asks[n].target) for n in own]
            for place, allowed in zip(own, self._batch(household, requests), strict=True):
                found[place] = allowed
        return found

    def _batch(self, household: str, requests: list[dict[str, Any]]) -> list[bool]:
        entities = self._entities[household]
        said = cedarpy.is_authorized_batch(requests, self._policies, entities)
        return [bool(one.allowed) for one in said]

    def services(self, ask: Ask) -> set[str]:
        """A batch over the services on the device."""
        names = self._offered[ask.household, ask.device]
        requests = [_request(ask, ask.party, name) for name in names]
        return _chosen(names, self._batch(ask.household, requests))

    def who(self, ask: Ask) -> set[str]:
        """A batch over the people of the household."""
        names = self._people[ask.household]
        requests = [_request(ask, name, ask.target) for name in names]
        return _chosen(names, self._batch(ask.household, requests))


def _chosen(names: list[str], allowed: list[bool]) -> set[str]:
    return {name for name, yes in zip(names, allowed, strict=True) if yes}


def _request(ask: Ask, party: str, target: str) -> dict[str, Any]:
    context = {name: ask.context[name] for name in ("now", "local_date", "minute")}
    days = {"weekday": ask.context["weekday"], "day_before": (ask.context["weekday"] + 6) % 7}
    device = {"__entity": {"type": "Device", "id": ask.device}}
    return {
        "principal": {"type": "Person", "id": party},
        "action": {"type": "Action", "id": "use"},
        "resource": {"type": "Service", "id": target},
        "context": {**context, **days, "device": device},
    }
