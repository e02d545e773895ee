"""What edits may not do to time, whoever makes them: end what began later, begin for the dead.

Every change passes here: commands, documents, imports, and what takes a change back.
"""

from collections.abc import Iterable, Iterator, Mapping

from household_graph.errors import BadInputError, RefusedError
from household_graph.model.edits import Edits, NodeEdit, RelationshipEdit, applied
from household_graph.model.instants import BEGINNING, FOREVER, isoformat, zone_named
from household_graph.model.rows import NodeRow, RelationshipRow, Rows
from household_graph.model.validity import span_of
from household_graph.model.vocabulary import PartyStatus
from household_graph.model.zones import zone_of

_RECORDS = {"SourceRecord", "DESCRIBES"}
"""What an import keeps of an export; it speaks of whom it likes."""

_Edit = NodeEdit | RelationshipEdit

_GONE = {PartyStatus.DECEASED.value, PartyStatus.CLOSED.value}
_LINKS = {
    "MEMBER_OF": "the membership of `{}` in `{}`",
    "RESPONSIBLE_FOR": "the responsibility of `{}` for `{}`",
    "AVAILABLE_ON": "that `{}` is available on `{}`",
    "EXEMPT_FROM": "the exemption of `{}` from `{}`",
}


def check_times(rows: Mapping[str, Rows], changes: Iterable[Edits], now: int) -> None:
    """Refuse to end what has begun before it began, and to begin anything for who is gone.

    What has not begun yet may be called off: it then ends when it would have begun.

    Args:
        rows: what is there, by household; none of a new one.
        changes: what is to be done.
        now: when it is done, in milliseconds.

    Raises:
        BadInputError: naming what would end too early, and when it began.
        RefusedError: if something would begin for somebody deceased, or in a household or unit
            that is closed.
    """
    for edits in changes:
        before = rows[edits.household]
        _check_ends(before, edits, now)
        _check_beginnings(before, edits)


def _check_ends(rows: Rows, edits: Edits, now: int) -> None:
    for edit in _every(edits):
        if not edit.after:
            continue
        start, end = span_of(edit.after.properties)
        began, ended = span_of(edit.before.properties) if edit.before else (start, FOREVER)
        wiped = BEGINNING < began < now and end <= began < ended
        backwards = end < start and (start, end) != (began, ended)
        if wiped or backwards:
            zone = zone_of(rows.household, rows.nodes) or zone_named("UTC")
            since = isoformat(began, zone)
            raise BadInputError(
                f"{_called(edit.after)} began {since}, and does not end before it began",
                hint="name a later time; what never should have been is taken back with "
                "`household-graph undo`",
            )


def _check_beginnings(rows: Rows, edits: Edits) -> None:
    was = _gone(rows.nodes)
    if not was:
        return
    after = applied(rows, edits)
    gone = was.keys() & _gone(after.nodes).keys()
    if not gone:
        return
    players = {link.end: link.start for link in after.relationships if link.type == "PLAYS"}
    for edit in _every(edits):
        if not _begins(edit):
            continue
        concerned = {rows.household, *(_player(players, one) for one in _ends_of(edit))}
        for one in sorted(concerned & gone):
            whom = f"in `{one}`, which" if one == rows.household else f"for `{one}`, who"
            raise RefusedError(
                f"nothing begins {whom} is {was[one]}",
                hint="take back with `household-graph undo` what recorded that, if it is wrong",
            )


def _every(edits: Edits) -> Iterator[_Edit]:
    yield from edits.nodes
    yield from edits.relationships


def _gone(nodes: Iterable[NodeRow]) -> dict[str, str]:
    """Return the parties that are deceased or closed, and which of the two."""
    statuses = {node.id: node.properties.get("status") for node in nodes if "Party" in node.labels}
    return {one: str(status) for one, status in statuses.items() if status in _GONE}


def _begins(edit: _Edit) -> bool:
    """Return whether something is made, or is to hold at a time at which it did not."""
    row = edit.after
    if row is None or _RECORDS & ({row.type} if isinstance(row, RelationshipRow) else row.labels):
        return False
    if edit.before is None:
        return True
    (start, end), (new_start, new_end) = map(span_of, (edit.before.properties, row.properties))
    return new_start < start or new_end > end


def _ends_of(edit: _Edit) -> Iterator[str]:
    row = edit.after or edit.before
    if isinstance(row, RelationshipRow):
        yield from (row.start, row.end)
    elif row:
        yield row.id


def _player(players: Mapping[str, str], one: str) -> str:
    """Return who plays a role, by way of others or not; anything else is its own."""
    while one in players:
        one = players[one]
    return one


def _called(row: NodeRow | RelationshipRow) -> str:
    if isinstance(row, NodeRow):
        return f"`{row.id}`"
    return _LINKS.get(row.type, f"{row.type} from `{{}}` to `{{}}`").format(row.start, row.end)
