"""Who may change what, asked beforehand: what can be done to a thing, and the people who may.

Each is planned on a draft that is thrown away, and judged by the laws that judge the real change.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from household_graph.changes.authorization import Law
from household_graph.changes.authorization.agreement import who_could_meet
from household_graph.changes.authorization.context import ChangeContext
from household_graph.changes.authorization.rules import requirements_for
from household_graph.changes.draft import Draft
from household_graph.changes.role_grants import involve, party_role
from household_graph.engine.facts import is_minor
from household_graph.errors import BadInputError
from household_graph.model.enums import (
    AdministrativeState,
    InvolvementKind,
    PartyRoleKind,
    ProductStatus,
    ServiceState,
)
from household_graph.model.rows import NodeRow, Value

_Try = Callable[[Draft, NodeRow], object]
"""Changes a draft as an example of what is done to a node."""

_EXAMPLE = "new-person"  # a person, and a name, that is stored nowhere


class EligibleChange(NamedTuple):
    """Something that can be done to a thing, and who may do it.

    Attributes:
        change: what is done, in words.
        who: the ids of the people of whom each may do it alone.
        together: where nobody may, the smallest group who may together; empty: an operator may.
        laws: why, in words; see docs/laws.md.
    """

    change: str
    who: tuple[str, ...]
    together: tuple[str, ...]
    laws: tuple[Law, ...]


def eligible_changes(draft: Draft, entity_id: str) -> Iterator[EligibleChange]:
    """Yield what can be done to a thing when the draft takes effect, and who may do it.

    Raises UnknownIdError if there is no such thing, BadInputError if nothing is done to its kind.
    """
    node = draft.get(entity_id)
    tries = [one for label, found in _TRIES.items() if label in node.labels for one in found]
    if not tries:
        raise BadInputError(
            f"`{node.id}` is not changed by itself",
            hint="ask about a person, account, product, service, device, policy or username",
        )
    for words, attempt in tries:
        tried = Draft(draft.rows, draft.at, draft.zone)
        try:
            attempt(tried, node)
        except BadInputError:
            continue  # it cannot be done here, such as a role on what has no account
        context = ChangeContext(draft.rows, tried.edits(), draft.at)
        example = draft.qualify(_EXAMPLE)  # who says that they are here is another question
        required = [one for one in requirements_for(context) if one.thing != example]
        who, together = who_could_meet([(context, required)])
        laws = tuple(dict.fromkeys(one.law for one in required))
        if required:
            yield EligibleChange(words, tuple(who), together, laws)


def _update(**properties: Value) -> _Try:
    """Return the change of properties; one that is so already becomes another value."""

    def attempt(draft: Draft, node: NodeRow) -> None:
        changed = {
            name: value if node.properties.get(name) != value else None
            for name, value in properties.items()
        }
        draft.update(node.id, **changed)

    return attempt


def _end(draft: Draft, node: NodeRow) -> None:
    draft.end(node)


def _involve(kind: InvolvementKind) -> _Try:
    def attempt(draft: Draft, node: NodeRow) -> None:
        involve(draft, _newcomer(draft, _holders(draft, node, kind)), kind, node.id)

    return attempt


def _appoint(kind: PartyRoleKind) -> _Try:
    def attempt(draft: Draft, node: NodeRow) -> None:
        roles = draft.index.starts("ON_ACCOUNT", node.id)
        held = [role for role in roles if kind in draft.get(role).labels]
        players = {one for role in held for one in draft.index.starts("PLAYS", role)}
        party_role(draft, _newcomer(draft, players), kind, node.id)

    return attempt


def _holders(draft: Draft, node: NodeRow, kind: InvolvementKind) -> set[str]:
    return {
        one.holder for one in draft.facts.assignments if (one.kind, one.item) == (kind, node.id)
    }


def _newcomer(draft: Draft, holders: set[str]) -> str:
    """Return an adult who holds no such role; who it is makes no difference to who may say so."""
    adults = (
        person
        for person in sorted(draft.facts.individuals)
        if person not in holders and not is_minor(draft.facts, person, draft.at)
    )
    found = next(adults, None)
    return found or draft.create(draft.qualify(_EXAMPLE), ["Party", "Individual"])


def _pay(draft: Draft, node: NodeRow) -> None:
    paid = draft.index.incoming("PAYS", node.id)
    if not paid:
        raise BadInputError(f"nobody pays `{node.id}`")
    draft.relate("PAYS", paid[0].start, node.id, {"share": 1.0})


def _exempt(draft: Draft, node: NodeRow) -> None:
    draft.relate("EXEMPT_FROM", _newcomer(draft, set()), node.id)


def _leave(draft: Draft, node: NodeRow) -> None:
    for link in draft.active(draft.index.outgoing("MEMBER_OF", node.id)):
        draft.end(link)


def _guard(draft: Draft, node: NodeRow) -> None:
    if not is_minor(draft.facts, node.id, draft.at):
        raise BadInputError(f"nobody is responsible for `{node.id}`, who is of age")
    draft.relate("RESPONSIBLE_FOR", _newcomer(draft, {node.id}), node.id)


def _admit(draft: Draft, node: NodeRow) -> None:
    person = draft.create(draft.next_free_id("newcomer"), ["Party", "Individual"])
    draft.relate("MEMBER_OF", person, node.id)


_INVOLVEMENT: Sequence[tuple[str, _Try]] = (
    ("appoint an Admin", _involve(InvolvementKind.ADMIN)),
    ("appoint a Chooser", _involve(InvolvementKind.CHOOSER)),
    ("let a party use it", _involve(InvolvementKind.CONSUMER)),
)
_TRIES: dict[str, Sequence[tuple[str, _Try]]] = {
    "Policy": (
        ("end it", _end),
        ("change what it says", _update(name=_EXAMPLE)),
        ("exempt people, or pause it", _exempt),
    ),
    "Product": (
        ("change it", _update(name=_EXAMPLE)),
        ("suspend or end it", _update(status=ProductStatus.SUSPENDED)),
        *_INVOLVEMENT,
    ),
    "Service": (("suspend or end it", _update(state=ServiceState.SUSPENDED)), *_INVOLVEMENT),
    "Resource": (
        ("change it", _update(name=_EXAMPLE)),
        (
            "lock it or report it lost",
            _update(administrative_state=AdministrativeState.LOCKED),
        ),
        *_INVOLVEMENT,
    ),
    "CustomerAccount": (
        ("appoint a Customer", _appoint(PartyRoleKind.CUSTOMER)),
        ("appoint a Bill Payer, who has to agree", _appoint(PartyRoleKind.BILL_PAYER)),
        ("appoint a User", _appoint(PartyRoleKind.USER)),
    ),
    "BillingAccount": (("change who pays what", _pay),),
    "DigitalIdentity": (("suspend it", _update(status="suspended")),),
    "Individual": (
        ("correct the name", _update(given_name=_EXAMPLE)),
        ("correct whether they are of age", _update(minor=True)),
        ("end the membership", _leave),
        ("say who is responsible", _guard),
    ),
    "Organization": (
        ("correct the name", _update(name=_EXAMPLE)),
        ("correct the time zone", _update(time_zone="Etc/GMT+12")),
        ("say who belongs to it", _admit),
    ),
}
"""What can be done to what is labelled so, each in words and as an example."""
