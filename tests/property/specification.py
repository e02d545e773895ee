"""The laws of domain.md once more, as slow and as plain as they can be said.

Everything is looked at for one instant and nothing is remembered; no code of the judge is used.
The judge is held to it: see test_judge_agrees_with_specification.py.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from household_graph.engine.question import Question
from household_graph.model.instants import zone_named

Row = list[Any]
MOST_LEVELS = 32  # of units in units, and of bundles in bundles
NEEDED = {"use": "Consumer", "choose": "Chooser", "administer": "Admin"}


class Specification:
    """Answers one question about one household at one instant (epoch milliseconds)."""

    def __init__(self, rows: dict[str, Any], question: Question, instant: int) -> None:
        self.rows, self.q, self.t = rows, question, instant
        self.zone = zone_named(rows["time_zone"])
        self.now = datetime.fromtimestamp(instant / 1000, UTC)

    def grounds(self) -> set[str]:
        """Return every ground of a no; an empty set is a yes."""
        kind = NEEDED[self.q.action]
        found = set(self.grant_grounds(kind, self.q.target, "not-granted"))
        found |= {"not-active" for _ in self.dead_things()}
        if self.too_young() and not found & {"not-granted", "not-yet-valid", "ended"}:
            found.add("under-age")
        if self.q.device:
            found |= set(self.grant_grounds("Consumer", self.q.device, "no-device-grant"))
            if not self.available():
                found.add("not-available-on-device")
        if self.q.action == "use":
            found |= {p[1] for p in self.rows["policies"] if self.forbids(p)}
        return found

    def valid(self, start: int, end: int) -> bool:
        return start <= self.t < end

    # Laws 1 to 4 and 6: each chain is a list of (valid from, valid to, active?) links.

    def grant_grounds(self, kind: str, target: str, none: str) -> Iterator[str]:
        chains = list(self.chains(kind, target))
        current = [c for c in chains if all(self.valid(start, end) for start, end, _ in c)]
        if any(all(active for _, _, active in chain) for chain in current):
            return
        if current:
            yield "not-active"
        elif not chains:
            yield none
        else:
            holding = [chain for chain in chains if self.holds_ever(chain)]
            for chain in holding:
                over = any(end <= self.t for _, end, _ in chain)
                yield "ended" if over else "not-yet-valid"
            if not holding:  # nothing that never comes is promised
                yield "ended"

    def holds_ever(self, chain: list[tuple[int, int, bool]]) -> bool:
        return max(start for start, _, _ in chain) < min(end for _, end, _ in chain)

    def chains(self, kind: str, target: str) -> Iterator[list[tuple[int, int, bool]]]:
        for grant in self.rows["grants"]:
            if grant[0] == kind:
                account = grant[8] is None or grant[9] == "active"
                own = [(grant[3], grant[4], True), (grant[6], grant[7], account)]
                for above in self.upward(self.q.party, grant[10], []):
                    for below in self.downward(grant[1], target):
                        yield [*above, *own, *below]

    def upward(self, party: str, holder: str, seen: list[str]) -> Iterator[list[Any]]:
        if party == holder:
            yield []
        for member, organization, start, end in self.rows["memberships"]:
            if member == party and organization not in seen and len(seen) < MOST_LEVELS:
                active = dict(self.rows["organizations"])[organization] == "active"
                for rest in self.upward(organization, holder, [*seen, party]):
                    yield [(start, end, active), *rest]

    def downward(self, item: str, target: str, levels: int = MOST_LEVELS) -> Iterator[list[Any]]:
        carriers = [p for s, p in self.rows["carriers"] if s == target]
        if item == target and self.is_product(item):
            yield [self.product_link(item)]
        elif item == target and carriers:
            yield from ([self.product_link(p)] for p in carriers)
        elif item == target:
            yield []
        elif self.is_product(item):
            bundled = self.is_product(target)
            own = [self.product_link(target)] if bundled else []
            for product in carriers if levels or not bundled else ():
                for above in self.downward(item, product, levels - bundled):
                    yield [*above, *own]

    def is_product(self, item: str) -> bool:
        return any(row[0] == item for row in self.rows["products"])

    def product_link(self, product: str) -> tuple[int, int, bool]:
        row = next(row for row in self.rows["products"] if row[0] == product)
        return row[2], row[3], self.product_active(row)

    def product_active(self, row: Row) -> bool:
        return row[1] == "active" and (row[4] is None or row[5] == "active")

    def dead_things(self) -> Iterator[object]:
        """Yield what is not active whoever asks: the party, the target, the device."""
        for thing in (self.q.party, self.q.target, self.q.device):
            for row in (*self.rows["individuals"], *self.rows["organizations"]):
                if row[0] == thing and row[-1] != "active":
                    yield thing
            for row in self.rows["resources"]:
                if row[0] == thing and row[1:] != ["unlocked", "enable"]:
                    yield thing
            for row in self.rows["products"]:
                if row[0] == thing and not self.product_active(row):
                    yield thing
            for row in self.rows["services"]:
                carriers = [p for s, p in self.rows["carriers"] if s == thing]
                carried = [self.product_link(p)[2] for p in carriers]
                if row[0] == thing and (row[3] != "active" or (carried and not any(carried))):
                    yield thing

    # Under age

    def too_young(self) -> bool:
        """A minor administers no service that enforces a policy in force."""
        enforces = any(
            self.q.target in policy[6] and self.valid(policy[9], policy[10])
            for policy in self.rows["policies"]
        )
        return self.q.action == "administer" and enforces and self.minor()

    # Law 5

    def available(self) -> bool:
        return any(
            device == self.q.device
            and self.valid(start, end)
            and any(True for _ in self.downward(self.q.target, service))
            for service, device, start, end in self.rows["availability"]
        )

    # Laws 7 to 9

    def forbids(self, policy: Row) -> bool:
        return (
            self.valid(policy[9], policy[10])
            and self.in_audience(policy)
            and self.in_scope(policy)
            and not self.exempt(policy[11])
            and not self.paused(policy[11])
            and getattr(self, policy[1].replace("-", "_"))(policy)
        )

    def in_audience(self, policy: Row) -> bool:
        if policy[2] == "minors":
            return self.minor()
        reached = [
            party
            for party in policy[3]
            for chain in self.upward(self.q.party, party, [])
            if all(self.valid(start, end) for start, end, _ in chain)
        ]
        return policy[2] == "everyone" or bool(reached)

    def in_scope(self, policy: Row) -> bool:
        touched = {self.rows["household"], self.q.device, *self.around_target()}
        if policy[12] and self.q.device not in policy[12]:
            return False  # it is narrowed to devices, and this is none of them
        return bool(touched & set(policy[4])) or (
            self.service() is not None and self.service()[1] in policy[5]
        )

    def around_target(self) -> set[str]:
        """Return the target, and the products that it is a part of."""
        found = {self.q.target}
        for row in self.rows["products"]:
            if any(True for _ in self.downward(row[0], self.q.target)):
                found.add(row[0])
        return found

    def exempt(self, policy: str) -> bool:
        """An exemption is from all versions of a policy; it may be for some targets alone."""
        return any(
            row[:2] == [self.q.party, policy]
            and self.valid(row[2], row[3])
            and (not row[4] or not self.around_target().isdisjoint(row[4]))
            for row in self.rows["exemptions"]
        )

    def paused(self, policy: str) -> bool:
        return any(row[0] == policy and self.valid(row[1], row[2]) for row in self.rows["pauses"])

    def term(self, policy: Row, name: str, absent: Any) -> Any:  # noqa: ANN401
        """Return a property that only one kind of policy has; none is as good as an empty one."""
        return policy[8].get(name) or absent

    def block(self, _policy: Row) -> bool:
        return True

    def allow_only(self, policy: Row) -> bool:
        """What is neither listed, nor in something listed, nor of a listed category."""
        service, allows = self.service(), policy[7].get("allows", [])
        if (
            service is not None
            and service[1] is not None
            and service[1] in self.term(policy, "allowed_categories", [])
        ):
            return False
        products = [row[0] for row in self.rows["products"] if row[0] in allows]
        return self.q.target not in allows and not any(
            True for product in products for _ in self.downward(product, self.q.target)
        )

    def classification(self, policy: Row) -> bool:
        service = self.service()
        if service is None:
            return False
        if service[1] in self.term(policy, "blocked_categories", []):
            return True
        limit = self.term(policy, "maximum_age", None)
        limit = self.age() if limit == "own-age" else limit and int(limit)
        return bool(service[2]) and limit is not None and service[2] > limit

    def curfew(self, policy: Row) -> bool:
        """A window holds the instant if one that starts on a listed day does."""
        start, end = (time.fromisoformat(policy[8][name]) for name in ("start_time", "end_time"))
        today = self.now.astimezone(self.zone).date()
        for back in range(3):
            day = today - timedelta(days=back)
            if f"{day:%A}".lower() in policy[8]["weekdays"]:
                last = day if start < end else day + timedelta(days=1)
                opens = datetime.combine(day, start, self.zone).astimezone(UTC)
                if opens <= self.now < datetime.combine(last, end, self.zone).astimezone(UTC):
                    return True
        return False

    def service(self) -> Any:  # noqa: ANN401 - a row or None
        return next((row for row in self.rows["services"] if row[0] == self.q.target), None)

    def person(self) -> Any:  # noqa: ANN401 - a row or None
        return next((row for row in self.rows["individuals"] if row[0] == self.q.party), None)

    def minor(self) -> bool:
        person = self.person()
        if person is None:
            return False
        majority: int = self.rows["age_of_majority"]
        return self.age() < majority

    def age(self) -> int:
        person, majority = self.person(), self.rows["age_of_majority"]
        if person is None or person[1] is None:
            return 0 if person is not None and person[2] else int(majority)
        born = date.fromisoformat(person[1])
        today = self.now.astimezone(self.zone).date()
        return today.year - born.year - ((today.month, today.day) < (born.month, born.day))
