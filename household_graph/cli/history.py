"""`history` and `undo`: the changes of a household, and how to undo one."""

from typing import TYPE_CHECKING, Any, NamedTuple
from zoneinfo import ZoneInfo

from household_graph.cli.change_command import METHODS, ChangeOptions, change_options, make_change
from household_graph.cli.options import MOST, OUTPUT, argument, connected, option
from household_graph.cli.output import Format, emit, note, plain, table_of
from household_graph.cli.row_records import plain_value, row_records
from household_graph.model.instants import from_datetime, short_time

if TYPE_CHECKING:
    from rich.text import Text

    from household_graph.model.edits import RecordedChange

_CSV = (
    *("change", "at", "effective_at", "actor", "action", "reason", "summary", "undone_by"),
    "what",
)
_FIELDS = (
    *("household", "revision", "at", "effective_at", "actor", "actor_kind", "action", "reason"),
    *("summary", "together", "consents", "actors"),
)
"""The fields of a change that records have besides its id, in their order."""
_MINUTE = 60_000  # milliseconds
_LINES = 6  # of one change that a table shows without --details


def history(
    entity_id: str = argument(
        "ID", "Id of a household, or of anything in one, for the changes of that alone."
    ),
    *,
    since: str | None = option("--since TIME", "Only changes recorded at this time or later."),
    until: str | None = option("--until TIME", "Only changes recorded before this time."),
    by: str | None = option("--by ACTOR", "Only changes by this actor."),
    limit: int = option(
        "--limit N", "The maximum number of changes; the latest are listed.", 50, min=1, max=MOST
    ),
    details: bool = option("--details", "Show everything that each change did.", False),
    output: Format = OUTPUT,
) -> None:
    """Who changed what, when and why; the latest change comes first.

    Times are local time of the household. Formats other than table and csv contain each row before
    and after the change.
    """
    from household_graph.changes.change_history import describe_edits

    with connected() as graph:
        found = graph.changes.history(entity_id, since=since, until=until, by=by)
    shown = [
        _Entry(one, describe_edits(one.edits, found.zone), found.undone_by.get(one.id), found.zone)
        for one in found.changes[:limit]
    ]
    records = [one.head() | row_records(one.change.edits, one.zone) for one in shown]
    rows = ((*one.cells(), one.text(whole=details)) for one in shown)
    head = ("change", "when", "who", "why", "what")
    emit(records, output, columns=_CSV, picture=lambda: table_of(head, rows))
    if not shown:
        note("no change that fits is recorded")
    elif left := len(found.changes) - len(shown):
        note(f"earlier changes left out: {left}; --limit shows more")


METHODS["undo"] = ("changes.undo", frozenset({"change"}))


@change_options(consents=True, requests=True)
def undo(
    change: str = argument("CHANGE", "Id of the change, such as bakers/change-7."),
    *,
    options: ChangeOptions,
) -> None:
    """Undo a change, unless later ones depend on it.

    It is undone for the whole time that it applied; what was known in the meantime stays on record.
    A change of several households is undone in all of them. An undo can be undone.
    """
    make_change("changes.undo", {"change": change}, options)


class _Entry(NamedTuple):
    """A change, what it did in words, what undid it, and the time zone of the household."""

    change: "RecordedChange"
    words: list[str]
    undone_by: str | None
    zone: ZoneInfo

    def head(self) -> dict[str, Any]:
        fields = {name: self._plain(getattr(self.change, name)) for name in _FIELDS}
        ends = {"undone_by": self.undone_by, "what": self.words}
        return {"change": self.change.id} | fields | ends

    def _plain(self, value: object) -> object:
        return plain_value(value, self.zone)

    def cells(self) -> tuple[object, ...]:
        """Return all cells of the row of a table but the last."""
        change = self.change
        made, effective = from_datetime(change.at), from_datetime(change.effective_at)
        when = short_time(made, self.zone)
        if abs(made - effective) >= _MINUTE:  # a change of now takes effect while it is written
            when = f"{when}\nin effect {short_time(effective, self.zone)}"
        return change.id.rpartition("/")[2], when, "\n".join(change.actors), change.reason or ""

    def text(self, *, whole: bool) -> "Text":
        """Return what the change did: a summary, and lines below it."""
        change, every = self.change, self.words
        repeats = change.summary.startswith(change.action)
        headline = change.summary if repeats else f"{change.action}: {change.summary}"
        shown = every if whole or len(every) <= _LINES + 1 else every[:_LINES]
        lines = [f"undone by {self.undone_by}"] if self.undone_by else []
        lines += [f"agreed to by {', '.join(change.consents)}"] if change.consents else []
        lines += shown
        if more := len(every) - len(shown):
            lines.append(f"and {more} more; --details shows them")
        return plain(headline) + plain("".join(f"\n{line}" for line in lines), "dim")
