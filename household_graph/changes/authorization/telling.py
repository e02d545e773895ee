"""Whether a right is somebody's, told from the household as it is, by the judge's own paths."""

from collections.abc import Callable

from household_graph.changes.authorization.guarantors import guaranteed
from household_graph.changes.authorization.minors import closed_to_minors
from household_graph.changes.authorization.rights import RightKind
from household_graph.changes.authorization.state import State, is_minor
from household_graph.engine.ownership import holders_of
from household_graph.engine.paths import inactive, is_granted, paths
from household_graph.model.validity import holds
from household_graph.model.vocabulary import AccountState, InvolvementKind, PartyRoleKind

Telling = Callable[[State, str, str, int], bool]
"""Takes the household, the party, what the right is relative to, and the instant."""


def _customer(state: State, party: str, account: str, now: int) -> bool:
    """A minor is one only with a guarantor, and nobody is of an account that is not active."""
    node = state.index.nodes.get(account)
    if node is None or node.properties.get("state") != AccountState.ACTIVE:
        return False
    if party not in holders_of(state.index, state.facts, PartyRoleKind.CUSTOMER, account, now):
        return False
    return not is_minor(state.facts, party, now) or any(
        guaranteed(state, link.end, party, now)
        for link in state.index.out("PLAYS", party)
        if _is_customer_role(state, link.end, account, now)
    )


def _is_customer_role(state: State, role: str, account: str, now: int) -> bool:
    node = state.index.nodes[role]
    return (
        PartyRoleKind.CUSTOMER.value in node.labels
        and holds(node.properties, now)
        and any(link.end == account for link in state.index.out("ON_ACCOUNT", role))
    )


def _any_customer(state: State, party: str, _household: str, now: int) -> bool:
    accounts = state.index.labelled("CustomerAccount")
    of_age = not is_minor(state.facts, party, now)
    return of_age and any(_customer(state, party, account.id, now) for account in accounts)


def _admin(state: State, party: str, item: str, now: int) -> bool:
    """A minor is none of what enforces policies, or carries what does, whatever is recorded."""
    if not is_granted(state.facts, party, InvolvementKind.ADMIN, item, now):
        return False
    return not (is_minor(state.facts, party, now) and closed_to_minors(state, item, now))


def is_admin_by_record(state: State, party: str, item: str, now: int) -> bool:
    """Return whether a role makes a party Admin of something, too young for it or not."""
    found = paths(state.facts, party, InvolvementKind.ADMIN, item)
    return any(path.live(now) for path in found)


def _chooser(state: State, party: str, item: str, now: int) -> bool:
    return is_granted(state.facts, party, InvolvementKind.CHOOSER, item, now)


def _only_consumer(state: State, party: str, device: str, now: int) -> bool:
    """What the household uses, its members share."""
    facts = state.facts
    if facts.askers[party].kind != "Individual":
        return False
    consumers = {
        one.holder
        for one in facts.held
        if (one.kind, one.item) == (InvolvementKind.CONSUMER, device)
        and not inactive(facts, one.holder)
        and is_granted(facts, one.holder, InvolvementKind.CONSUMER, device, now)
    }
    return consumers == {party}


def _holder(state: State, party: str, involvement: str, now: int) -> bool:
    return any(
        path.held.grant.involvement == involvement and path.live(now)
        for link in state.index.out("INVOLVED_IN", involvement)
        for path in paths(state.facts, party, InvolvementKind.ADMIN, link.end)
    )


def _self(_state: State, party: str, other: str, _now: int) -> bool:
    return party == other


def _guardian(state: State, party: str, minor: str, now: int) -> bool:
    """Of somebody who has come of age there is none."""
    return (
        not is_minor(state.facts, party, now)
        and is_minor(state.facts, minor, now)
        and any(
            link.start == party and holds(link.properties, now)
            for link in state.index.into("RESPONSIBLE_FOR", minor)
        )
    )


def _guarantor(state: State, party: str, role: str, _now: int) -> bool:
    return any(link.end == party for link in state.index.out("GUARANTEED_BY", role))


TELLING: dict[RightKind, Telling] = {
    RightKind.CUSTOMER: _customer,
    RightKind.ANY_CUSTOMER: _any_customer,
    RightKind.ADMIN: _admin,
    RightKind.CHOOSER: _chooser,
    RightKind.ONLY_CONSUMER: _only_consumer,
    RightKind.HOLDER: _holder,
    RightKind.SELF: _self,
    RightKind.GUARDIAN: _guardian,
    RightKind.GUARANTOR: _guarantor,
}
