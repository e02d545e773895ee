"""Two laws that bind operators too: guarantors of minors, and consent.

A minor is Customer or Bill Payer only with a guarantor; `engine/guarantors.py` decides who is one,
for changes and for the doctor. Nobody becomes Bill Payer, guarantor or successor without their
consent: a party consents by making the change, or an operator records it. What an operator loads
as a document, or imports, is the operator's record.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from itertools import product
from typing import NamedTuple

from household_graph.changes.authorization.context import HouseholdState, effective
from household_graph.changes.authorization.laws import Law, listed
from household_graph.changes.draft import Draft
from household_graph.engine.facts import is_minor
from household_graph.engine.ownership_gaps import (
    GUARANTEED,
    active_guardians,
    is_guaranteed,
    judged_at,
)
from household_graph.errors import RefusedError, UnknownIdError
from household_graph.model.actor import Actor
from household_graph.model.edits import Edits, apply_edits
from household_graph.model.enums import PartyRoleKind
from household_graph.model.ids import nearest
from household_graph.model.rows import RowIndex, Rows
from household_graph.model.spans import Span, span_of, union, without

_TOUCHES_GUARANTORS = {*GUARANTEED, "Individual", "Organization"}
_JOINS_GUARANTORS = {"PLAYS", "GUARANTEED_BY", "RESPONSIBLE_FOR"}


def check_guarantors(before: Mapping[str, Rows], changes: Iterable[Edits], now: int) -> None:
    """Refuse a change that leaves a minor Customer or Bill Payer without a guarantor.

    What was so before is not held against a change. `before` has the rows of the households
    concerned, by id, none of a new one; the change is made `now`, in milliseconds.

    Raises:
        RefusedError: naming the minor, and who can be guarantor.
    """
    for edits in changes:
        rows, instant = before[edits.household], effective(edits, now)
        target = apply_edits(rows, edits)
        if not target.nodes or not _touches_guarantors(edits):
            continue  # a household that is undone as a whole has no minors
        after = HouseholdState.of(target, instant)
        had = set(_unguaranteed(HouseholdState.of(rows, instant))) if rows.nodes else set()
        for role, minor in _unguaranteed(after):
            if (role, minor) not in had:
                adults = active_guardians(after.index, after.facts, minor, instant)
                raise RefusedError(
                    f"`{minor}` would have the role `{role}` without a guarantor, "
                    f"but {Law.GUARANTORS}",
                    hint=f"name {listed(adults)} as guarantor, or end the role"
                    if adults
                    else f"make an adult responsible for `{minor}` first, or end the role",
                )


def _unguaranteed(state: HouseholdState) -> Iterator[tuple[str, str]]:
    """Yield the Customer and Bill Payer roles of minors without a guarantor, and the minors."""
    index, facts = state.index, state.facts
    for role in index.labelled("PartyRole"):
        moment = judged_at(span_of(role.properties), state.now)
        if moment is not None and not role.labels.isdisjoint(GUARANTEED):
            for player in index.starts("PLAYS", role.id):
                minor = is_minor(facts, player, moment)
                if minor and not is_guaranteed(index, facts, role.id, player, moment):
                    yield role.id, player


def _touches_guarantors(edits: Edits) -> bool:
    rows = {edit.id: edit.after or edit.before for edit in edits.nodes}
    labels = {one: row.labels for one, row in rows.items() if row}
    return any(of_one & _TOUCHES_GUARANTORS for of_one in labels.values()) or any(
        row.type in _JOINS_GUARANTORS and "InvolvementRole" not in labels.get(row.end, ())
        for edit in edits.relationships
        if (row := edit.after or edit.before)
    )


class _Part(NamedTuple):
    """What a party is to answer for: a bill, or a role of a minor on an account."""

    party: str
    what: str
    of: str
    minor: str | None = None


def check_consents(drafts: Mapping[str, Draft], actor: Actor, consents: Iterable[str]) -> None:
    """Refuse to make a party Bill Payer, guarantor or successor without their consent.

    A party who was that before need not agree again; nor where it moved to another household with
    all it is about. A party who makes the change agrees to their own part; `consents` are the full
    ids of those whose consent an operator records.

    Raises:
        RefusedError: naming who has not agreed, and to what; or if a party records the consent of
            others.
        UnknownIdError: if a party who agrees does not exist.
    """
    agreed = set(consents)
    sides = [side for draft in drafts.values() for side in (draft.before, draft.rows)]
    parties = {node.id for side in sides for node in side.nodes if "Party" in node.labels}
    for one in sorted(agreed):
        if one not in parties:
            raise UnknownIdError(one, nearest(one, parties), place="consent")
    if actor.party_id:
        if agreed - {actor.party_id}:
            raise RefusedError(
                f"`{actor.party_id}` cannot record that others agree",
                hint="an operator can, or they make the change themselves",
            )
        agreed.add(actor.party_id)
    lacking = {
        part.party: part
        for draft in drafts.values()
        for part in _new_parts(drafts, draft)
        if agreed.isdisjoint({part.party, draft.carried.get(part.party, part.party)})
    }
    if lacking:
        what = "; ".join(f"`{p.party}` would be {p.what} `{p.of}`" for p in lacking.values())
        who = " ".join(f"--consent-of {party}" for party in lacking)
        raise RefusedError(
            f"{what}, but {Law.CONSENT}",
            hint=f"if {listed(list(lacking))} agrees, an operator records it with `{who}`",
        )


def _new_parts(drafts: Mapping[str, Draft], draft: Draft) -> Iterator[_Part]:
    """Yield what a party is to answer for in a household and did not, for some time or for all."""
    before = {
        part: spans
        for one in drafts.values()
        for part, spans in _parts(RowIndex(one.before)).items()
    }
    carried = draft.carried.get
    for part, spans in _parts(draft.index).items():
        there = _Part(
            carried(part.party, part.party),
            part.what,
            carried(part.of, part.of),
            carried(part.minor or ""),
        )
        if without(spans, before.get(part) or before.get(there, ())):
            yield part
    for successor in sorted(draft.successors):
        yield _Part(successor, "successor in", draft.household)


def _parts(index: RowIndex) -> dict[_Part, tuple[Span, ...]]:
    """Return what parties answer for, and when."""
    found: dict[_Part, list[Span]] = defaultdict(list)
    for role in index.labelled("PartyRole"):
        span, accounts = Span(*span_of(role.properties)), index.ends("ON_ACCOUNT", role.id)
        pays = PartyRoleKind.BILL_PAYER in role.labels
        what = f"guarantor of a minor {'who pays' if pays else 'who holds'}"
        for player in index.starts("PLAYS", role.id):
            for adult, account in product(index.ends("GUARANTEED_BY", role.id), accounts):
                found[_Part(adult, what, account, player)].append(span)
            for paid in (*accounts, *index.ends("PAYS", role.id)) if pays else ():
                found[_Part(player, "Bill Payer of", paid)].append(span)
    return {part: union(tuple(spans)) for part, spans in found.items()}
