"""Who acts: whether they exist, what they may reach, and which rights they hold."""

from collections.abc import Callable, Iterable, Mapping, Sequence

from household_graph.changes.authorization.context import HouseholdState
from household_graph.changes.authorization.guarantors import guaranteed
from household_graph.changes.authorization.minors import closed_to_minors
from household_graph.changes.authorization.requirements import Law, Requirement, Right, RightKind
from household_graph.engine.grants import inactive, is_granted, paths
from household_graph.engine.guarantors import is_minor
from household_graph.engine.ownership_gaps import holders_of, takes_part
from household_graph.errors import RefusedError, UnknownIdError
from household_graph.model.actor import Actor
from household_graph.model.enums import AccountState, InvolvementKind, PartyRoleKind
from household_graph.model.ids import household_of, nearest
from household_graph.model.rows import RowIndex, Rows
from household_graph.model.spans import holds
from household_graph.store.connection import Connection
from household_graph.store.row_reader import fetch_rows


def check_reach(
    connection: Connection, households: Iterable[str], actor: Actor, *, alone: bool = False
) -> None:
    """Refuse a party that does not exist, or is of another household than the change.

    Args:
        connection: where the graph is.
        households: the ids of the households to be changed.
        actor: who is to change them; an operator may change all.
        alone: whether its own has to be the only one; a household may come of another.

    Raises:
        UnknownIdError: if there is no such party; the nearest of the households are named.
        RefusedError: if it is of another household.
        DatabaseUnavailableError: if the server does not answer.
    """
    if not actor.is_party:
        return
    home, wanted = household_of(actor.name), set(households)
    if home in wanted and not (alone and len(wanted) > 1):
        return
    rows = fetch_rows(connection, {home, *wanted})
    if rows[home].nodes:
        check_known(rows[home], actor)
        raise foreign(actor)
    raise _unknown(actor, [rows[one] for one in sorted(wanted)])


def check_own(before: Mapping[str, Rows], actor: Actor) -> None:
    """Refuse a party that its household does not know, or that changes another which is there.

    Args:
        before: the rows of all households concerned, by id; none of a new one.
        actor: who is to change them.

    Raises:
        UnknownIdError: if there is no such party; the nearest of its household are named.
        RefusedError: if one of the households is another's.
    """
    if not actor.is_party:
        return
    home = household_of(actor.name)
    if home in before and before[home].nodes:
        check_known(before[home], actor)
    if any(rows.nodes for household, rows in before.items() if household != home):
        raise foreign(actor)


def check_known(home: Rows, actor: Actor) -> None:
    """Raise UnknownIdError if a household does not know a party that would be of it."""
    if actor.name not in _parties(home):
        raise UnknownIdError(actor.name, nearest(actor.name, _parties(home)), place="actor")


def foreign(actor: Actor) -> RefusedError:
    """Return the error for a party that would change what is not its household's."""
    return RefusedError(
        f"`{actor}` may not make this change, because {Law.FOREIGN.value}",
        hint="a party of that household could make it, or an operator",
    )


def _unknown(actor: Actor, concerned: Sequence[Rows]) -> UnknownIdError:
    """Return the error for a party of no household, with who of those concerned may be meant."""
    meant = [party for rows in concerned for party in _meant(actor.name, rows)]
    error = UnknownIdError(actor.name, meant, place="actor")
    if "/" not in actor.name:
        operator = f"an operator is named with `--operator {actor}`"
        error.hint = f"{error.hint} {operator}" if error.hint else operator
    return error


def _meant(name: str, rows: Rows) -> list[str]:
    """Return the parties of a household whose id, local id or username a name is like."""
    index, parties = RowIndex(rows), _parties(rows)
    users = [
        link.start
        for node in index.labelled("DigitalIdentity")
        if str(node.properties.get("username")).casefold() == name.casefold()
        for link in index.incoming("HAS_IDENTITY", node.id)
    ]
    if users:
        return sorted(set(users))
    home, slash, _local = name.partition("/")
    if slash:
        return nearest(name, parties) if nearest(home, [rows.household]) else []
    by_local = {party.rpartition("/")[2]: party for party in parties}
    return [by_local[one] for one in nearest(name, by_local)]


def _parties(rows: Rows) -> list[str]:
    return [node.id for node in rows.nodes if "Party" in node.labels]


RightPredicate = Callable[[HouseholdState, str, str, int], bool]
"""Takes the household, the party, what the right is relative to, and the instant."""


def _customer(state: HouseholdState, party: str, account: str, now: int) -> bool:
    """A minor is one only with a guarantor, and none is of an account that is not active."""
    node = state.index.nodes.get(account)
    if node is None or node.properties.get("state") != AccountState.ACTIVE:
        return False
    if party not in holders_of(state.index, state.facts, PartyRoleKind.CUSTOMER, account, now):
        return False
    return not is_minor(state.facts, party, now) or any(
        guaranteed(state, link.end, party, now)
        for link in state.index.outgoing("PLAYS", party)
        if _is_customer_role(state, link.end, account, now)
    )


def _is_customer_role(state: HouseholdState, role: str, account: str, now: int) -> bool:
    node = state.index.nodes[role]
    return (
        PartyRoleKind.CUSTOMER.value in node.labels
        and holds(node.properties, now)
        and any(link.end == account for link in state.index.outgoing("ON_ACCOUNT", role))
    )


def _any_customer(state: HouseholdState, party: str, _household: str, now: int) -> bool:
    accounts = state.index.labelled("CustomerAccount")
    of_age = not is_minor(state.facts, party, now)
    return of_age and any(_customer(state, party, account.id, now) for account in accounts)


def _admin(state: HouseholdState, party: str, item: str, now: int) -> bool:
    """A minor is none of what enforces policies, or carries what does, whatever is recorded."""
    if not is_granted(state.facts, party, InvolvementKind.ADMIN, item, now):
        return False
    return not (is_minor(state.facts, party, now) and closed_to_minors(state.facts, item, now))


def is_admin_by_record(state: HouseholdState, party: str, item: str, now: int) -> bool:
    """Return whether a role makes a party Admin of something, too young for it or not."""
    found = paths(state.facts, party, InvolvementKind.ADMIN, item)
    return any(path.is_effective(now) for path in found)


def _chooser(state: HouseholdState, party: str, item: str, now: int) -> bool:
    return is_granted(state.facts, party, InvolvementKind.CHOOSER, item, now)


def _only_consumer(state: HouseholdState, party: str, device: str, now: int) -> bool:
    """What the household uses, its members share."""
    facts = state.facts
    if facts.principals[party].kind != "Individual":
        return False
    consumers = {
        one.holder
        for one in facts.assignments
        if (one.kind, one.item) == (InvolvementKind.CONSUMER, device)
        and not inactive(facts, one.holder)
        and is_granted(facts, one.holder, InvolvementKind.CONSUMER, device, now)
    }
    return consumers == {party}


def _holder(state: HouseholdState, party: str, involvement: str, now: int) -> bool:
    return any(
        path.assignment.grant.involvement == involvement and path.is_effective(now)
        for link in state.index.outgoing("INVOLVED_IN", involvement)
        for path in paths(state.facts, party, InvolvementKind.ADMIN, link.end)
    )


def _self(_state: HouseholdState, party: str, other: str, _now: int) -> bool:
    return party == other


def _guardian(state: HouseholdState, party: str, minor: str, now: int) -> bool:
    """An adult has none."""
    return (
        not is_minor(state.facts, party, now)
        and is_minor(state.facts, minor, now)
        and any(
            link.start == party and holds(link.properties, now)
            for link in state.index.incoming("RESPONSIBLE_FOR", minor)
        )
    )


def _guarantor(state: HouseholdState, party: str, role: str, _now: int) -> bool:
    return any(link.end == party for link in state.index.outgoing("GUARANTEED_BY", role))


RIGHT_PREDICATES: dict[RightKind, RightPredicate] = {
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


class ActorPermissions:
    """Tells which demands a party meets.

    Attributes:
        state: the household as it is before the change.
    """

    def __init__(self, state: HouseholdState, now: int) -> None:
        """Look at a household at an instant, in milliseconds."""
        self.state, self._now = state, now

    def satisfies(self, party: str, requirement: Requirement) -> bool:
        """Return whether a party has one of the rights that would do."""
        return self.eligible(party) and any(self._has(party, right) for right in requirement.rights)

    def explain(self, party: str, requirement: Requirement) -> Requirement:
        """Return a demand that a party does not meet, by the law that says why.

        If the party is only too young to be its Admin, it is the law about minors.
        """
        young = any(
            right.kind is RightKind.ADMIN
            and self._minor(party)
            and is_admin_by_record(self.state, party, right.of, self._now)
            for right in requirement.rights
        )
        return requirement._replace(law=Law.MINOR_ADMINS) if young else requirement

    def satisfies_all(self, party: str, requirements: Iterable[Requirement]) -> bool:
        """Return whether a party meets every one of some demands."""
        return all(self.satisfies(party, requirement) for requirement in requirements)

    def eligible(self, party: str) -> bool:
        """Return whether a party is active and, if it is a person, takes part in anything."""
        asker = self.state.facts.principals.get(party)
        if asker is None or asker.kind == "Resource" or inactive(self.state.facts, party):
            return False
        person = asker.kind == "Individual"
        return not person or takes_part(self.state.index, party, self._now)

    def people(self) -> list[str]:
        """Return the people who are able to have rights."""
        return sorted(person for person in self.state.facts.individuals if self.eligible(person))

    def _has(self, party: str, right: Right) -> bool:
        if right.adult and self._minor(party):
            return False
        return RIGHT_PREDICATES[right.kind](self.state, party, right.of, self._now)

    def _minor(self, party: str) -> bool:
        return is_minor(self.state.facts, party, self._now)
