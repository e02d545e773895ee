"""Checks of when things hold: twice at once, or longer than what they rest on."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from itertools import combinations

from household_graph.doctor.evidence import Evidence
from household_graph.doctor.finding import Symptom
from household_graph.doctor.mending import ROLE_WORDS
from household_graph.engine.intervals import Span
from household_graph.model.declaration import DATED_RELATIONSHIPS
from household_graph.model.enums import PartyRoleKind
from household_graph.model.rows import RelationshipRow
from household_graph.model.validity import span_of

_Groups = Mapping[tuple[str, ...], list[tuple[Span, str]]]


def overlapping_validities(evidence: Evidence) -> Iterator[Symptom]:
    """Yield what is stated twice for one time that is not over; what is over is history."""
    for key, spans in (*_links(evidence).items(), *_roles(evidence).items()):
        for (first, one), (second, other) in combinations(sorted(spans), 2):
            both = first.meet(*second)
            if both.start < both.end and evidence.instant < both.end:
                ids = (one, other) if one else key[1:]
                names = " and ".join(f"`{part}`" for part in ids)
                text = f"{key[0]} is stated twice for one time: {names}"
                hint = "let the one end before the other begins, or leave one out"
                yield Symptom(ids, text, evidence.through_document, hint)


def roles_outliving_membership(evidence: Evidence) -> Iterator[Symptom]:
    """Yield User roles in force of individuals who were members and no longer are."""
    for person in evidence.index.labelled("Individual"):
        memberships = evidence.index.outgoing("MEMBER_OF", person.id)
        if not memberships or any(_goes_on(evidence, link) for link in memberships):
            continue
        for link in evidence.index.outgoing("PLAYS", person.id):
            role = evidence.index.nodes[link.end]
            account = evidence.account(role.id)
            user = PartyRoleKind.USER
            if account and user.value in role.labels and evidence.in_force(role):
                words = ("role", "revoke", person.id, ROLE_WORDS[user], account)
                text = f"`{person.id}` is no longer a member, and still User of `{account}`"
                yield Symptom((person.id, role.id), text, evidence.command(*words))


def _goes_on(evidence: Evidence, link: RelationshipRow) -> bool:
    return span_of(link.properties)[1] > evidence.instant


def _links(evidence: Evidence) -> _Groups:
    """Return the spans of dated relationships, by type and ends."""
    found: dict[tuple[str, ...], list[tuple[Span, str]]] = defaultdict(list)
    for link in evidence.rows.relationships:
        if link.type in DATED_RELATIONSHIPS and link in evidence.index.outgoing(
            link.type, link.start
        ):
            found[link.type, link.start, link.end].append((Span(*span_of(link.properties)), ""))
    return found


def _roles(evidence: Evidence) -> _Groups:
    """Return the spans of roles with their ids, by kind, player and what they are on."""
    found: dict[tuple[str, ...], list[tuple[Span, str]]] = defaultdict(list)
    for role in evidence.index.labelled("PartyRole"):
        kind, player = min(role.labels - {"PartyRole"}), evidence.player(role.id)
        span = Span(*span_of(role.properties))
        found[kind, player, evidence.account(role.id) or ""].append((span, role.id))
    for holder, played_by, kind, item, grant in evidence.facts.held:
        span = Span(*grant[-2:]).meet(*played_by[-2:])
        if span.start < span.end and grant.involvement in evidence.index.nodes:
            found[kind, holder, item].append((span, grant.involvement))
    return found
