"""Who may set policies, change and lift them, and exempt somebody."""

from collections.abc import Iterator

from household_graph.changes.authorization.belonging import customers
from household_graph.changes.authorization.rights import Demand, Law, Right, RightKind
from household_graph.changes.authorization.sight import Sight
from household_graph.model.edits import NodeEdit
from household_graph.model.rows import RelationshipRow


def policy(sight: Sight, edit: NodeEdit) -> Iterator[Demand]:
    """Yield what it takes to set, change or lift a policy."""
    yield _demand(sight, edit.id)


def scope(sight: Sight, link: RelationshipRow) -> Iterator[Demand]:
    """Yield what it takes to say what a policy governs, or to whom it applies."""
    yield _demand(sight, link.start)


def exempt_from(sight: Sight, link: RelationshipRow) -> Iterator[Demand]:
    """Yield what it takes to exempt somebody from a policy, or to take that back."""
    yield _demand(sight, link.end)


def enforcing(_sight: Sight, link: RelationshipRow) -> Iterator[Demand]:
    """Yield what it takes to let one more service enforce a policy: to be Admin of that one too."""
    yield Demand(Law.POLICIES, link.start, (_admin(link.end),))


def set_by(sight: Sight, link: RelationshipRow) -> Iterator[Demand]:
    """Yield what it takes to say who set a policy, or to leave that open."""
    yield _demand(sight, link.end)


def setting(_sight: Sight, link: RelationshipRow) -> Iterator[Demand]:
    """Yield what it takes to name an Admin role as the one that set a policy: to have it."""
    yield Demand(Law.SETTERS, link.end, (Right(RightKind.HOLDER, link.start),))


def _demand(sight: Sight, policy_id: str) -> Demand:
    """Where nothing enforces a policy, it is a matter of the whole household."""
    admins = tuple(map(_admin, sight.ends("ENFORCED_BY", policy_id)))
    return Demand(Law.POLICIES, policy_id, admins or customers(sight, ()))


def _admin(service: str) -> Right:
    return Right(RightKind.ADMIN, service, adult=True)
