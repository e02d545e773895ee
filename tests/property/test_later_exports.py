"""Exports of a source that changes, beside a plain model of what they end, move and begin."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path

import pytest

from household_graph.model.instants import from_datetime
from household_graph.model.rows import RowIndex, Rows, Value
from household_graph.model.spans import holds
from tests.property.export_years import WEEKS, ExportYears
from tests.property.simulated_source import SimulatedSource

_VALIDITY = {"valid_from", "valid_to"}


@pytest.mark.parametrize("seed", range(15))
def test_an_export_that_differs_from_the_first_changes_what_it_says(
    seed: int, tmp_path: Path
) -> None:
    """Random edits of a first export, whole or in part, dirty or not, come to what they should."""
    years = ExportYears(tmp_path, seed)
    years.take(years.file.tables(), is_full=True)
    for _number in range(2):
        years.random_week()
    years.compare_history()


@pytest.mark.parametrize("seed", [1, 2])
def test_a_year_of_weekly_exports(seed: int, tmp_path: Path) -> None:
    """After each of 52 exports, and in the end for each week of the year, the model is right.

    The last export again changes nothing.
    """
    years = ExportYears(tmp_path, seed)
    years.take(years.file.tables(), is_full=True)
    for _number in range(WEEKS):
        years.random_week()
    years.compare_history()
    tables = years.file.tables()
    years.take(tables, is_full=True)
    changes = years.source.run(tables, years.at, is_full=True)
    assert (changes.new, changes.changed, changes.moved, changes.ended) == (0, 0, 0, 0)


@pytest.mark.parametrize("seed", [3, 4])
def test_full_exports_come_to_what_the_last_one_says(seed: int, tmp_path: Path) -> None:
    """Whatever was before, what is live in the end is what the last export alone makes.

    So it is with full exports whose blanks clear, and neither merges nor changes by hand.
    """
    years = ExportYears(tmp_path, seed, blank="clear")
    years.take(years.file.tables(), is_full=True)
    for _number in range(WEEKS // 2):
        years.file.change(years.at.date())
        years.take(years.file.tables(), is_full=True)
    alone = SimulatedSource(tmp_path, blank="clear")
    alone.run(years.file.tables(), years.at, is_full=True)
    assert live(years.source.rows, years.at) == live(alone.rows, years.at)


def live(households: Mapping[str, Rows], at: datetime) -> set[tuple[object, ...]]:
    """Return what holds at an instant, told by what things are and not by their ids."""
    return {fact for rows in households.values() for fact in _live(rows, from_datetime(at))}


def _live(rows: Rows, instant: int) -> Iterator[tuple[object, ...]]:
    """Yield people, products and roles of a household; nothing of one that nobody is in."""
    index, home = RowIndex(rows), rows.household
    members = [
        link.start
        for link in rows.relationships
        if link.type == "MEMBER_OF" and holds(link.properties, instant)
    ]
    named = {one: (home, *_stated(index.nodes[one].properties)) for one in (home, *members)}
    if not members:
        return
    yield from named.values()
    for product in index.labelled("Product"):
        if holds(product.properties, instant):
            services = index.ends("REALIZED_BY", product.id)
            of = tuple(index.nodes[one].properties["name"] for one in services)
            named[product.id] = (home, *_stated(product.properties), *of)
            [account] = index.starts("HAS_PRODUCT", product.id)
            yield ("product", *named[product.id], *_stated(index.nodes[account].properties))
    for role in index.labelled("PartyRole"):
        [player], [account] = index.starts("PLAYS", role.id), index.ends("ON_ACCOUNT", role.id)
        if not holds(role.properties, instant):
            continue
        yield ("role", *named[player], *sorted(role.labels), account)
        for link in index.outgoing("PAYS", role.id):
            yield ("pays", *named[player], link.end, link.properties["share"])
        for one in index.played_by(role.id):
            [target] = index.ends("INVOLVED_IN", one.id)
            if holds(one.properties, instant) and target in named:
                yield ("involved", *named[player], *sorted(one.labels), *named[target])


def _stated(properties: Mapping[str, Value]) -> tuple[object, ...]:
    return tuple(sorted((k, str(v)) for k, v in properties.items() if k not in _VALIDITY))
