"""Whether a change may be made: by this actor, and with what it leaves behind.

The laws of guarantors and of consent bind operators too. A party consents by making the change, or
an operator records it; what an operator loads as a document, or imports, is such a record.

Each check raises a RefusedError that says what is wrong, and in its hint who could make the change
or what to do; or an UnknownIdError for a party that does not exist, with the nearest ids. `before`
has the rows of all households concerned, by id; none of a new one.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import product
from typing import NamedTuple

from household_graph.changes.authorization import Law, listed, together
from household_graph.changes.draft import Draft
from household_graph.engine.facts import Facts, is_minor
from household_graph.engine.ownership_gaps import (
    GUARANTEED,
    OwnershipGap,
    active_guardians,
    is_guaranteed,
    judged_at,
)
from household_graph.errors import AgreementNeededError, RefusedError, UnknownIdError
from household_graph.model.actor import Actor
from household_graph.model.edits import Edits, apply_edits
from household_graph.model.enums import PartyRoleKind
from household_graph.model.ids import household_of, local_id, nearest
from household_graph.model.rows import RowIndex, Rows
from household_graph.model.spans import Span, span_of, union, without
from household_graph.store.row_store import RowStore


def check_reach(
    store: RowStore, households: Iterable[str], actor: Actor, *, alone: bool = False
) -> None:
    """Refuse a party that does not exist, or is of another household than the change.

    With `alone`, each household has to be one of theirs; without, a change may lead to a new
    household besides. Raises DatabaseUnavailableError too, if the server does not answer.
    """
    changed, homes = set(households), {household_of(one) for one in actor.parties}
    strange = [one for one in actor.parties if household_of(one) not in changed]
    if not strange and not (homes and alone and not changed <= homes):
        return
    rows, _now = store.fetch({*homes, *changed})
    for party in strange:
        if not rows[household_of(party)].nodes:
            raise _unknown_actor(party, [rows[one] for one in sorted(changed)])
    _check_known(rows, actor)
    raise foreign(actor)


def _unknown_actor(name: str, changed: Iterable[Rows]) -> UnknownIdError:
    near = [party for rows in changed for party in _meant(name, rows)]
    error = UnknownIdError(name, near, place="actor")
    if "/" not in name:
        operator = f"an operator is named with `--operator {name}`"
        error.hint = f"{error.hint} {operator}" if error.hint else operator
    return error


def check_own(before: Mapping[str, Rows], actor: Actor) -> None:
    """Refuse a party that its household does not know, or that changes another which is there."""
    if not actor.is_party:
        return
    _check_known(before, actor)
    homes = {household_of(one) for one in actor.parties}
    if any(rows.nodes for household, rows in before.items() if household not in homes):
        raise foreign(actor)


def check_authority(
    before: Mapping[str, Rows],
    changes: Iterable[Edits],
    actor: Actor,
    now: int,
    consenting: Sequence[str] = (),
) -> None:
    """Refuse a change that a party, or several together, may not make; an operator is not bound.

    All that the laws ask must be met, each by one of the parties at least. Rights are those in
    force when the change is made, `now` in milliseconds. A new household is not judged where an
    old one is changed with it, by who may. A refusal names who could make the change, among them
    the parties whose consent it takes, `consenting`.
    """
    if not actor.is_party:
        return
    check_own(before, actor)
    from household_graph.changes.authorization.rules import check_changes, check_founding

    made = [edits for edits in changes if edits]
    old = [edits for edits in made if before[edits.household].nodes]
    check_changes(before, old, actor.parties, now, consenting)
    for edits in made if not old else ():
        after = apply_edits(before[edits.household], edits)
        _check_known({after.household: after}, actor)
        check_founding(after, edits, actor.parties, now)


def check_owners(lacking: Iterable[OwnershipGap], hint: str) -> None:
    """Refuse to leave something live without an owner, with a hint at what to do about it."""
    things = "; ".join(f"`{gap.id}` would have no {gap.needs}" for gap in lacking)
    if things:
        raise RefusedError(f"this would leave live things without an owner: {things}", hint=hint)


def check_guarantors(drafts: Iterable[Draft], now: int) -> None:
    """Refuse a change that leaves a minor Customer or Bill Payer without a guarantor.

    What was so before is not held against a change, which is made `now`, in milliseconds.
    """
    for draft in drafts:
        instant = max(draft.at, now)
        had, found = (
            list(_unguaranteed(index, facts, instant)) if facts else []
            for index, facts in draft.sides
        )
        for role, minor in found:
            if (role, minor) not in had:
                adults = active_guardians(draft.index, draft.facts, minor, instant)
                raise RefusedError(
                    f"`{minor}` would have the role `{role}` without a guarantor, "
                    f"but {Law.GUARANTORS}",
                    hint=f"name {listed(adults)} as guarantor, or end the role"
                    if adults
                    else f"make an adult responsible for `{minor}` first, or end the role",
                )


def _unguaranteed(index: RowIndex, facts: Facts, instant: int) -> Iterator[tuple[str, str]]:
    """Yield the Customer and Bill Payer roles of minors without a guarantor, and the minors."""
    for role in index.labelled("PartyRole"):
        moment = judged_at(span_of(role.properties), instant)
        if moment is not None and not role.labels.isdisjoint(GUARANTEED):
            for player in index.starts("PLAYS", role.id):
                minor = is_minor(facts, player, moment)
                if minor and not is_guaranteed(index, facts, role.id, player, moment):
                    yield role.id, player


class Obligation(NamedTuple):
    """What a party is to answer for: a bill, or a role of a minor on an account."""

    party: str
    what: str
    of: str
    minor: str = ""


def check_consents(drafts: Mapping[str, Draft], actor: Actor, consents: Iterable[str]) -> None:
    """Refuse to make a party Bill Payer, guarantor or successor without their consent.

    `consents` are the full ids of those whose consent an operator records, which a party cannot.
    """
    agreed = set(consents)
    sides = [side for draft in drafts.values() for side in (draft.before, draft.rows)]
    parties = {node.id for side in sides for node in side.nodes if "Party" in node.labels}
    for one in sorted(agreed):
        if one not in parties:
            raise UnknownIdError(one, nearest(one, parties), place="consent")
    if actor.is_party and agreed.difference(actor.parties):
        raise RefusedError(
            f"{together(actor.parties)} cannot record that others agree",
            hint="an operator can, or they make the change themselves",
        )
    if lacking := lacking_consents(drafts, {*agreed, *actor.parties}):
        what = "; ".join(f"`{p.party}` would be {p.what} `{p.of}`" for p in lacking.values())
        who = " ".join(f"--consent-of {part.party}" for part in lacking.values())
        agree = listed([part.party for part in lacking.values()])
        hint = f"if {agree} agrees, an operator records it with `{who}`"
        if actor.is_party:
            group = " ".join(f"--as {one}" for one in (*actor.parties, *lacking))
            hint += f", or make the change together, with `{group}`"
        raise AgreementNeededError(
            f"{what}, but {Law.CONSENT}", [(one,) for one in lacking], hint=hint
        )


def lacking_consents(
    drafts: Mapping[str, Draft], agreed: Iterable[str] = ()
) -> dict[str, Obligation]:
    """Return who would be Bill Payer, guarantor or successor, and has not agreed, with the part.

    A party who was that before need not agree again; nor where it moved to another household with
    all it is about. The ids are those before the change.
    """
    known = frozenset(agreed)
    return {
        draft.origin(part.party): part
        for draft in drafts.values()
        for part in _new_parts(drafts, draft)
        if known.isdisjoint({part.party, draft.origin(part.party)})
    }


def _new_parts(drafts: Mapping[str, Draft], draft: Draft) -> Iterator[Obligation]:
    """Yield what a party is to answer for in a household and did not, for some time or for all."""
    before = {
        part: spans for one in drafts.values() for part, spans in _parts(one.index_before).items()
    }
    for part, spans in _parts(draft.index).items():
        there = Obligation(*map(draft.origin, part))  # what they answer for is no id, and stays
        if without(spans, before.get(part) or before.get(there, ())):
            yield part
    for successor in sorted(draft.successors):
        yield Obligation(successor, "successor in", draft.household)


def _parts(index: RowIndex) -> dict[Obligation, tuple[Span, ...]]:
    """Return what parties answer for, and when."""
    found: dict[Obligation, list[Span]] = defaultdict(list)
    for role in index.labelled("PartyRole"):
        span, accounts = Span(*span_of(role.properties)), index.ends("ON_ACCOUNT", role.id)
        pays = PartyRoleKind.BILL_PAYER in role.labels
        what = f"guarantor of a minor {'who pays' if pays else 'who holds'}"
        for player in index.starts("PLAYS", role.id):
            for adult, account in product(index.ends("GUARANTEED_BY", role.id), accounts):
                found[Obligation(adult, what, account, player)].append(span)
            for paid in (*accounts, *index.ends("PAYS", role.id)) if pays else ():
                found[Obligation(player, "Bill Payer of", paid)].append(span)
    return {part: union(tuple(spans)) for part, spans in found.items()}


def foreign(actor: Actor) -> RefusedError:
    """Return the error for a party that would change what is not its household's."""
    return RefusedError(
        f"`{actor}` may not make this change, because {Law.FOREIGN}",
        hint="a party of that household could make it, or an operator",
    )


def _check_known(before: Mapping[str, Rows], actor: Actor) -> None:
    """Refuse a party that its household does not know; one that is new is not judged."""
    for name in actor.parties:
        home = before.get(household_of(name))
        if home and home.nodes and name not in (parties := _parties(home)):
            raise UnknownIdError(name, nearest(name, parties), place="actor")


def _meant(name: str, rows: Rows) -> Sequence[str]:
    """Return the parties of a household whose id, local id or username a name is like."""
    index, parties = RowIndex(rows), _parties(rows)
    users = {
        link.start
        for node in index.labelled("DigitalIdentity")
        if str(node.properties.get("username")).casefold() == name.casefold()
        for link in index.incoming("HAS_IDENTITY", node.id)
    }
    if users:
        return sorted(users)
    home, slash, _local = name.partition("/")
    if slash:
        return nearest(name, parties) if nearest(home, [rows.household]) else []
    by_local = {local_id(party): party for party in parties}
    return [by_local[one] for one in nearest(name, by_local)]


def _parties(rows: Rows) -> list[str]:
    return [node.id for node in rows.nodes if "Party" in node.labels]
