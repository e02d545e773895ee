"""Checks of what only plain Cypher can have written."""

from collections.abc import Iterator

from household_graph.doctor.evidence import Evidence
from household_graph.doctor.finding import Symptom
from household_graph.doctor.kinds import Severity
from household_graph.doctor.mending import BROWSER, command
from household_graph.model.nesting import NESTING, chain_too_long, too_deep
from household_graph.model.rows import NodeRow, RelationshipRow
from household_graph.model.validity import span_of
from household_graph.store.access_cache import CacheState, lay_out


def missing_required(evidence: Evidence) -> Iterator[Symptom]:
    """Yield what cannot be read, or cannot be judged, as it is."""
    for damage in evidence.damage:
        if damage.usual:
            hint = "the document has the usual value in its place: see whether it is right"
            yield Symptom(damage.ids, damage.text, evidence.through_document, hint)
        else:
            yield Symptom(damage.ids, damage.text, BROWSER, "mend it in Cypher, as it was broken")


_STALE = {
    CacheState.MISSING: "nothing is cached of `{}`, and questions about it are answered live",
    CacheState.OUTDATED: "the access cache of `{}` is out of date, and questions are answered live",
    CacheState.WRONG: "the access cache of `{}` does not say what the graph says",
}


def stale_caches(evidence: Evidence) -> Iterator[Symptom]:
    """Yield that questions are answered by something else than there is, or only live."""
    if evidence.stored is None:
        return
    mend = command("cache", "rebuild", evidence.household)
    try:
        state = evidence.stored.state(lay_out(evidence.rows))
    except Exception as error:  # noqa: BLE001 - whatever it is, it is said
        if not evidence.damage:
            text = f"`{evidence.household}` cannot be laid out: {type(error).__name__}: {error}"
            yield Symptom((evidence.household,), text, mend)
        return
    if state is not CacheState.CURRENT:
        severity = None if state is CacheState.WRONG else Severity.WARNING
        text = _STALE[state].format(evidence.household)
        yield Symptom((evidence.household,), text, mend, severity=severity)


def orphan_cache(household: str) -> Symptom:
    """Return that something is cached of a household that is not there any more."""
    text = f"there is an access cache of `{household}`, which is not there: nothing reads it"
    return Symptom((household,), text, command("cache", "rebuild", household))


def relationships_across(evidence: Evidence) -> Iterator[Symptom]:
    """Yield the relationships that leave the household."""
    for link in evidence.strays:
        text = f"{link.type} joins `{link.start}` and `{link.end}`, which are not of one household"
        yield Symptom((link.start, link.end), text, BROWSER, "delete the relationship in Cypher")


def nested_too_deep(evidence: Evidence) -> Iterator[Symptom]:
    """Yield the longest chain of units, and of bundles, through which nothing is granted."""
    for kind in NESTING:
        links = [link for link in evidence.rows.relationships if link.type == kind]
        if chain := chain_too_long((link.start, link.end) for link in links):
            hint = "nest them less deep"
            yield Symptom(tuple(chain), too_deep(chain, kind), evidence.through_document, hint)


def inverted_validities(evidence: Evidence) -> Iterator[Symptom]:
    """Yield what ends before it begins; what ends as it begins was taken back before it held."""
    rows: tuple[NodeRow | RelationshipRow, ...] = evidence.rows.nodes
    for row in rows + evidence.rows.relationships:
        start, end = span_of(row.properties)
        if end < start:
            ids, name = _named(row)
            text = f"{name} ends before it begins"
            yield Symptom(ids, text, BROWSER, "set valid_from and valid_to in Cypher")


def _named(row: NodeRow | RelationshipRow) -> tuple[tuple[str, ...], str]:
    if isinstance(row, NodeRow):
        return (row.id,), f"`{row.id}`"
    return (row.start, row.end), f"{row.type} from `{row.start}` to `{row.end}`"
