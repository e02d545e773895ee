"""What an import came to, record by record: the counts add up."""

from dataclasses import asdict, dataclass

from household_graph.errors import HouseholdGraphError
from household_graph.imports.staging.store import Store

_RECORDS = """
    SELECT
      count(*) FILTER (WHERE fresh AND NOT merged),
      count(*) FILTER (WHERE fresh AND merged),
      count(*) FILTER (WHERE NOT fresh)
    FROM (
      SELECT
        record.state <> 'same' OR known.run IS :run AS fresh,
        coalesce(record.person <> traits.person, FALSE) AS merged
      FROM record
        LEFT JOIN known USING (key)
        LEFT JOIN traits ON traits.record = record.key
      WHERE record.state <> 'refused'
    )
"""


@dataclass(frozen=True, slots=True)
class Counts:
    """How many records came to what.

    Attributes:
        read: all records of the files; always the sum of the next five.
        written: new ones, and those that say something else than before.
        unchanged: those that say what they said before.
        merged: those that speak of somebody another record speaks of too, and repeated ones.
        rejected: those that were not taken.
        skipped: those that the mapping leaves out.
        households: how many households were made or changed.
        new_households: how many of them are new.
    """

    read: int
    written: int
    unchanged: int
    merged: int
    rejected: int
    skipped: int
    households: int
    new_households: int

    @property
    def of_records(self) -> dict[str, int]:
        """The counts of records, by name."""
        names = ("read", "written", "unchanged", "merged", "rejected", "skipped")
        return {name: getattr(self, name) for name in names}

    @property
    def as_data(self) -> dict[str, int]:
        """All counts, by name."""
        return asdict(self)


def counts_of(store: Store, run: str | None) -> Counts:
    """Return what an import came to.

    Args:
        store: its staging file.
        run: the id of the run, if it was run: what an earlier attempt of it wrote, it wrote.
    """
    counts = store.counts()
    written, merged, unchanged = store.connection.execute(_RECORDS, {"run": run}).fetchone()
    found = Counts(
        read=counts.get("read", 0),
        written=written,
        unchanged=unchanged,
        merged=merged + counts.get("repeated", 0),
        rejected=store.number("SELECT count(*) FROM reject"),
        skipped=counts.get("skipped", 0),
        households=store.number("SELECT count(*) FROM household"),
        new_households=store.number("SELECT count(*) FROM household WHERE is_new"),
    )
    parts = (found.written, found.unchanged, found.merged, found.rejected, found.skipped)
    if found.read != sum(parts):
        raise HouseholdGraphError(f"the counts of the import do not add up: {found}")
    return found
