"""Nobody becomes Bill Payer, guarantor or successor without their consent; operators see to it too.

Consent is one's own, where one makes the change oneself, or an operator's record of it. What an
operator loads as a document, or imports, is the operator's record.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from household_graph.changes.authorization.refusal import listed
from household_graph.changes.authorization.requirements import Law
from household_graph.changes.draft import Draft
from household_graph.errors import RefusedError, UnknownIdError
from household_graph.model.actor import Actor
from household_graph.model.enums import PartyRoleKind
from household_graph.model.ids import nearest
from household_graph.model.rows import RowIndex
from household_graph.model.spans import Span, span_of, union, without


class _Part(NamedTuple):
    """What a party is to answer for: a bill, or a role of a minor on an account."""

    party: str
    what: str
    of: str
    minor: str | None = None


def check_consents(drafts: Mapping[str, Draft], actor: Actor, consents: Iterable[str]) -> None:
    """Refuse to make a party Bill Payer, guarantor or successor without their consent.

    A party who was that before needs not agree again; nor where it moved to
    another household with all it is about.

    Args:
        drafts: the households as they would be, by id.
        actor: who makes the change; a party so agrees to their own part.
        consents: full ids of the parties whose consent an operator records.

    Raises:
        RefusedError: naming who has not agreed, and to what; or if a party records the consent of
            others.
        UnknownIdError: if a party who agrees does not exist.
    """
    agreed = set(consents)
    _check_agreed(drafts, actor, agreed)
    if actor.party_id:
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
            f"{what}, but {Law.CONSENT.value}",
            hint=f"if {listed(list(lacking))} agrees, an operator records it with `{who}`",
        )


def _check_agreed(drafts: Mapping[str, Draft], actor: Actor, agreed: set[str]) -> None:
    sides = [side for draft in drafts.values() for side in (draft.before, draft.rows)]
    parties = {node.id for side in sides for node in side.nodes if "Party" in node.labels}
    for one in sorted(agreed):
        if one not in parties:
            raise UnknownIdError(one, nearest(one, parties), place="consent")
    if actor.party_id and agreed - {actor.party_id}:
        raise RefusedError(
            f"`{actor.party_id}` cannot record that others agree",
            hint="an operator can, or they make the change themselves",
        )


def _new_parts(drafts: Mapping[str, Draft], draft: Draft) -> Iterator[_Part]:
    """Yield what a party is to answer for in a household and did not, for some time or for all."""
    before = {
        part: spans
        for one in drafts.values()
        for part, spans in _parts(RowIndex(one.before)).items()
    }
    for part, spans in _parts(draft.index).items():
        known = before.get(part) or before.get(_carried(draft, part), ())
        if without(spans, known):
            yield part
    for successor in sorted(draft.successors):
        yield _Part(successor, "successor in", draft.household)


def _carried(draft: Draft, part: _Part) -> _Part:
    """Return what something is in the household that it was carried from."""
    minor = draft.carried.get(part.minor) if part.minor else None
    there = draft.carried.get
    return _Part(there(part.party, part.party), part.what, there(part.of, part.of), minor)


def _parts(index: RowIndex) -> dict[_Part, tuple[Span, ...]]:
    """Return what parties answer for, and when."""
    found: dict[_Part, list[Span]] = {}
    for role in index.labelled("PartyRole"):
        span, accounts = Span(*span_of(role.properties)), index.outgoing("ON_ACCOUNT", role.id)
        held = "who pays" if PartyRoleKind.BILL_PAYER in role.labels else "who holds"
        for player in index.incoming("PLAYS", role.id):
            parts = [
                _Part(link.end, f"guarantor of a minor {held}", account.end, player.start)
                for link in index.outgoing("GUARANTEED_BY", role.id)
                for account in accounts
            ]
            if PartyRoleKind.BILL_PAYER in role.labels:
                paid = (*accounts, *index.outgoing("PAYS", role.id))
                parts += [_Part(player.start, "Bill Payer of", link.end) for link in paid]
            for part in parts:
                found.setdefault(part, []).append(span)
    return {part: union(tuple(spans)) for part, spans in found.items()}
