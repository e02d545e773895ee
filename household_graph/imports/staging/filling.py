"""Records of an export into the staging file: each is taken, rejected or skipped."""

from collections.abc import Iterable, Iterator
from itertools import islice

from household_graph.engine.ages import minority_of
from household_graph.imports.building.ids import Ids
from household_graph.imports.building.placed import text_of
from household_graph.imports.building.rows import Source
from household_graph.imports.records import RawRecord, Rejected
from household_graph.imports.staging.store import Store, columns_text
from household_graph.imports.statements import PersonSaid, Statement
from household_graph.model.instants import zone_named

Read = Rejected | tuple[RawRecord, Statement | None]
"""What reading a record comes to: it is rejected, it says something, or it is left out (None)."""

_AT_A_TIME = 1000
_LIABLE = {"Customer", "BillPayer"}
_MAJORITY = 18  # the age of majority of the households that are made


def fill(store: Store, source: Source, read: Iterable[Read], at: int) -> None:
    """Take in what an export says.

    Args:
        store: the staging file.
        source: where it comes from.
        read: what was read.
        at: the instant at which it is told who is a minor.
    """
    remaining, filling = iter(read), _Filling(store, source, at)
    while part := list(islice(remaining, _AT_A_TIME)):
        store.connection.execute("BEGIN")
        store.count("read", len(part))
        store.add_rejects(filling.rejected(part))
        store.connection.execute("COMMIT")


class _Filling:
    """Takes in the records of one export."""

    def __init__(self, store: Store, source: Source, at: int) -> None:
        self.store, self.at = store, at
        self.ids, self.zone = Ids(source.name, ""), zone_named(source.time_zone)

    def rejected(self, part: Iterable[Read]) -> Iterator[Rejected]:
        """Take in records, and yield those that cannot be."""
        for read in part:
            if isinstance(read, Rejected):
                yield read
                continue
            raw, said = read
            if said is None:
                self.store.count("skipped")
            elif problem := self._unlawful(raw, said) or self._taken(raw, said):
                yield problem

    def _taken(self, raw: RawRecord, said: Statement) -> Rejected | None:
        """Take a record in; return why not, if one has its key and says something else."""
        row = (
            *(said.key, self.ids.record(said.key), raw.file, raw.line, raw.text),
            *(columns_text(raw), text_of(said)),
        )
        cursor = self.store.connection.execute(
            "INSERT INTO record (key, node, file, line, text, columns, said) "
            "VALUES (?, ?, ?, ?, ?, ?, ?) "
            "ON CONFLICT DO NOTHING",
            row,
        )
        if cursor.rowcount:
            return None
        file, line, other = self.store.connection.execute(
            "SELECT file, line, said FROM record WHERE key = ? OR node = ?", row[:2]
        ).fetchone()
        if other == row[-1]:
            self.store.count("repeated")
            return None
        key = said.key.partition("/")[2]
        reason = f"the key `{key}` is that of line {line} of {file}, which says something else"
        return _refused(raw, "", reason, "keep the line that is right, or give each its own key")

    def _unlawful(self, raw: RawRecord, said: Statement) -> Rejected | None:
        """Return what a law of the graph forbids."""
        if said.person and _LIABLE.intersection(said.roles) and self._is_minor(said.person):
            reason = "a minor is Customer or Bill Payer only with a guarantor"
            return _refused(raw, "", reason, "make the responsible adult the customer")
        for product in said.products:
            begins, ends = product.valid_from, product.valid_to
            if begins and ends and ends < begins:
                reason = f"`{product.key}` ends on {ends}, before it begins on {begins}"
                return _refused(raw, "", reason, "correct one of the dates")
        return None

    def _is_minor(self, person: PersonSaid) -> bool:
        minority = minority_of(
            person.birth_date,
            minor=bool(person.minor),
            age_of_majority=_MAJORITY,
            zone=self.zone,
        )
        return minority is not None and minority.start <= self.at < minority.end


def _refused(raw: RawRecord, field: str, reason: str, hint: str) -> Rejected:
    return Rejected(raw.file, raw.line, raw.text, field, reason, hint, raw.values)
