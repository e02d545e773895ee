"""What is refused before anything is written: edits that do not fit, wrong values and times."""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from household_graph.engine.grants import NESTING, chain_too_long, too_deep
from household_graph.errors import BadInputError, ConflictError, RefusedError, UnknownIdError
from household_graph.model.declaration import (
    DATED_RELATIONSHIPS,
    Property,
    properties_of,
    properties_of_type,
)
from household_graph.model.edits import Edits, NodeEdit, RelationshipEdit, apply_edits
from household_graph.model.enums import PartyStatus
from household_graph.model.ids import (
    HOUSEHOLD_PATTERN,
    LOCAL_PATTERN,
    LONGEST_ID,
    household_of,
    nearest,
)
from household_graph.model.instants import (
    BEGINNING,
    FOREVER,
    from_datetime,
    from_local,
    isoformat,
    to_local,
)
from household_graph.model.rows import NodeRow, RelationshipRow, Rows, undated, zone_in
from household_graph.model.spans import span_of

_RECORDS = {"SourceRecord", "DESCRIBES"}
"""What an import stores of an export; it may name parties of any status."""

_Edit = NodeEdit | RelationshipEdit
_Row = NodeRow | RelationshipRow
_HOUSEHOLD = re.compile(HOUSEHOLD_PATTERN)
_LOCAL = re.compile(LOCAL_PATTERN)
_ORGANIZATION = frozenset({"Party", "Organization"})
_GONE = {PartyStatus.DECEASED.value, PartyStatus.CLOSED.value}
_LINKS = {
    "MEMBER_OF": "the membership of `{}` in `{}`",
    "RESPONSIBLE_FOR": "the responsibility of `{}` for `{}`",
    "AVAILABLE_ON": "that `{}` is available on `{}`",
    "EXEMPT_FROM": "the exemption of `{}` from `{}`",
    "PAUSED": "the pause of `{}`",
}


def check_times(rows: Mapping[str, Rows], changes: Iterable[Edits], now: int) -> None:
    """Refuse to end what has begun before it began, and to begin anything for who is gone.

    What has not begun yet may be called off: it then ends when it would have begun. The rows are
    what is there, by household; now is when it is done, in milliseconds.

    Raises:
        BadInputError: naming what would end too early, and when it began.
        RefusedError: if something would begin for a deceased person, or in a household or unit
            that is closed.
    """
    for edits in changes:
        before = rows[edits.household]
        every: tuple[_Edit, ...] = (*edits.nodes, *edits.relationships)
        _check_ends(before, every, edits.effective, now)
        _check_rewritten(before, edits, now)
        _check_beginnings(before, edits, every)


def _check_ends(rows: Rows, every: Iterable[_Edit], effective: datetime | None, now: int) -> None:
    for edit in every:
        if not edit.after:
            continue
        start, end = span_of(edit.after.properties)
        began, ended = span_of(edit.before.properties) if edit.before else (start, FOREVER)
        wiped = BEGINNING < began < now and end <= began < ended
        backwards = end < start and (start, end) != (began, ended)
        if wiped or backwards:
            asked = from_datetime(effective) if wiped and effective else end
            raise _begun(rows, edit.after, began, asked, now)


def _check_rewritten(rows: Rows, edits: Edits, now: int) -> None:
    """Refuse to let a policy say something else from when it began: that would end what it said."""
    if edits.effective is None:
        return
    at, links = (
        from_datetime(edits.effective),
        (one.after or one.before for one in edits.relationships),
    )
    touched = {link.start for link in links if link and not link.period}
    touched |= {one.id for one in edits.nodes if _says_other(one)}
    touched -= {one.id for one in edits.nodes if one.after is None}  # undone, with its links
    for node in rows.nodes:
        began, _ended = span_of(node.properties)
        if "Policy" in node.labels and node.id in touched and at <= began < now:
            raise _begun(rows, node, began, at, now)


def _says_other(edit: NodeEdit) -> bool:
    """Return whether more than the validity of a node changes."""
    if not edit.before or not edit.after:
        return False
    return undated(edit.before) != undated(edit.after)


def _begun(rows: Rows, row: _Row, began: int, asked: int, now: int) -> BadInputError:
    zone = zone_in(rows)
    return BadInputError(
        f"{_called(row)} began {isoformat(began, zone)}, and does not end before it began",
        hint=f"{_later(asked, began, now, zone)}; what never should have been is undone"
        f" with `household-graph undo`: see `household-graph history {rows.household}`",
    )


def _later(asked: int, began: int, now: int, zone: ZoneInfo) -> str:
    """Suggest a later time: that day of the year that is nearest to now, if another is earlier."""
    local, this_year = to_local(asked, zone), to_local(now, zone).year
    others = [
        from_local(datetime.combine(day, local.time()), zone)
        for year in (this_year - 1, this_year, this_year + 1)
        if (day := _day_in(local.date(), year))
    ]
    later = [one for one in others if one > began]
    if asked >= began or not later:
        return "name a later time"
    meant = isoformat(min(later, key=lambda one: abs(one - now)), zone)
    return f"name a later time, such as {meant.partition('T00:00:00')[0]} if you meant another year"


def _day_in(day: date, year: int) -> date | None:
    """Return the same day of another year; None for a leap day in a year without one."""
    try:
        return day.replace(year=year)
    except ValueError:
        return None


def _check_beginnings(rows: Rows, edits: Edits, every: Iterable[_Edit]) -> None:
    was = _gone(rows.nodes)
    if not was:
        return
    after = apply_edits(rows, edits)
    gone = was.keys() & _gone(after.nodes).keys()
    players = {link.end: link.start for link in after.relationships if link.type == "PLAYS"}
    for edit in every:
        if not gone or edit.after is None or not _begins(edit.before, edit.after):
            continue
        row = edit.after
        ends = (row.start, row.end) if isinstance(row, RelationshipRow) else (row.id,)
        concerned = {rows.household, *(_player(players, one) for one in ends)}
        for one in sorted(concerned & gone):
            where = f"in `{one}`, which" if one == rows.household else f"for `{one}`, who"
            raise RefusedError(
                f"nothing begins {where} is {was[one]}",
                hint="take back with `household-graph undo` what recorded that, if it is wrong",
            )


def _gone(nodes: Iterable[NodeRow]) -> dict[str, str]:
    """Return the parties that are deceased or closed, and which of the two."""
    statuses = {node.id: node.properties.get("status") for node in nodes if "Party" in node.labels}
    return {one: str(status) for one, status in statuses.items() if status in _GONE}


def _begins(before: _Row | None, row: _Row) -> bool:
    """Return whether something is made, or is to hold at a time at which it did not."""
    if _RECORDS & ({row.type} if isinstance(row, RelationshipRow) else row.labels):
        return False
    if before is None:
        return True
    (start, end), (new_start, new_end) = map(span_of, (before.properties, row.properties))
    return new_start < start or new_end > end


def _player(players: Mapping[str, str], one: str) -> str:
    """Return who plays a role, by way of others or not; anything else is its own."""
    while one in players:
        one = players[one]
    return one


def _called(row: _Row) -> str:
    if isinstance(row, NodeRow):
        policy = row.properties.get("policy")
        return f"a version of `{policy}`" if policy else f"`{row.id}`"
    return _LINKS.get(row.type, f"{row.type} from `{{}}` to `{{}}`").format(row.start, row.end)


def check_households(households: Iterable[str]) -> None:
    """Refuse an id that cannot be that of a household, with a BadInputError that names it."""
    for household in households:
        if not _HOUSEHOLD.fullmatch(household):
            raise BadInputError(
                f"`{household}` cannot be the id of a household",
                hint="use letters, digits and hyphens",
            )


def check_edits(
    rows: Mapping[str, Rows], created: Collection[str], edits: Sequence[Edits], now: int
) -> None:
    """Refuse edits that do not fit the rows of their households, at an instant in milliseconds.

    The node of a household that is created was made a moment ago, and has nothing yet.

    Raises:
        BadInputError: naming the id at fault.
        ConflictError: for something that is not what it was when the edits were worked out.
        RefusedError: if something would begin for who is gone, see `check_times`.
        UnknownIdError: for a new household that is not made, or a relationship without an end.
    """
    made = {edit.id for done in edits for edit in done.nodes if edit.after}
    for household in created:
        if household not in made:
            raise UnknownIdError(household)
    seen: set[str] = set()
    for done in edits:
        if done.household in seen or done.household not in rows:
            raise BadInputError(f"the household `{done.household}` is not locked for these edits")
        seen.add(done.household)
        _check_household(rows[done.household], done)
    check_times(rows, edits, now)


def _check_household(rows: Rows, done: Edits) -> None:
    nodes = {row.id: row for row in rows.nodes}
    for node in done.nodes:
        _check_node(nodes.get(node.id), node, done.household)
    ids = {*nodes, *(node.id for node in done.nodes)}
    links = {row.key: row for row in rows.relationships}
    for link in done.relationships:
        _check_relationship(links, ids, link)
    _check_removed(rows, done)
    _check_nesting(rows, done)


def _check_node(present: NodeRow | None, edit: NodeEdit, household: str) -> None:
    if household_of(edit.id) != household:
        raise BadInputError(f"`{edit.id}` is not in the household `{household}`")
    if present != edit.before:
        raise _outdated(edit.id)
    if edit.after is None:
        return
    new = edit.after.labels
    labels = present.labels if present else _ORGANIZATION if edit.id == household else new
    if new != labels:
        names = [":".join(sorted(one)) or "without a label" for one in (labels, new)]
        raise BadInputError(
            f"`{edit.id}` is {names[0]} and cannot become {names[1]}",
            hint="give the new one an id of its own",
        )
    _check_values(edit.id, edit.before, edit.after, properties_of(new))
    if not edit.before:
        _check_new_id(edit.id, household)


def _check_new_id(entity_id: str, household: str) -> None:
    """Refuse an id that no document can hold."""
    if len(entity_id) > LONGEST_ID:
        raise BadInputError(
            f"the id `{entity_id[:40]}…` has {len(entity_id)} characters",
            hint=f"{LONGEST_ID} are the most",
        )
    local = entity_id.removeprefix(f"{household}/")
    if entity_id != household and not _LOCAL.fullmatch(local):
        hint = "use letters, digits, `.`, `_` or `-`"
        raise BadInputError(f"`{local}` cannot be an id", hint=hint)


def _check_removed(rows: Rows, done: Edits) -> None:
    """Refuse to remove a node and leave relationships of it behind."""
    removed = {node.id for node in done.nodes if not node.after}
    for link in apply_edits(rows, done).relationships if removed else ():
        if left := {link.start, link.end} & removed:
            raise BadInputError(
                f"`{min(left)}` cannot be removed while {link.type} joins `{link.start}` and "
                f"`{link.end}`"
            )


def _check_nesting(rows: Rows, done: Edits) -> None:
    """Refuse to nest units or bundles deeper than any question looks."""
    for kind in NESTING:
        if not any(edit.after and edit.after.type == kind for edit in done.relationships):
            continue
        links = (link for link in apply_edits(rows, done).relationships if link.type == kind)
        if chain := chain_too_long((link.start, link.end) for link in links):
            raise BadInputError(too_deep(chain, kind), hint="nest them less deep")


def _check_relationship(
    links: Mapping[tuple[str | int, ...], RelationshipRow], ids: set[str], edit: RelationshipEdit
) -> None:
    link = edit.after or edit.before
    if link is None:
        return
    for end in (link.start, link.end):
        if end not in ids:
            raise UnknownIdError(end, nearest(end, ids))
    if (link.period > 0) != (link.type in DATED_RELATIONSHIPS):
        raise BadInputError(
            f"{link.type} from `{link.start}` to `{link.end}` cannot have the period {link.period}"
        )
    name = f"{link.type} from {link.start} to {link.end}"
    if links.get(link.key) != edit.before:
        raise _outdated(name)
    if edit.after:
        _check_values(name, edit.before, edit.after, properties_of_type(link.type))


def _check_values(
    what: str, before: _Row | None, after: _Row, declared: Mapping[str, Property]
) -> None:
    """Refuse new values that could not be read again, or that no document can hold."""
    present = before.properties if before else {}
    for name, value in after.properties.items():
        if value == present.get(name):
            continue
        one = declared.get(name)
        if one and (problem := one.problem_with(value)):
            raise BadInputError(
                f"the {name.replace('_', ' ')} of `{what}` {problem}",
                hint="leave it out" if value in ("", ()) else f"use {one.requirement}",
            )


def _outdated(what: str) -> ConflictError:
    return ConflictError(
        f"`{what}` is not what it was when this change was worked out",
        hint="it was changed meanwhile; try again",
    )
