"""The access cache of a household: its layout and number, and when it is trusted."""

import os
import zlib
from base64 import b64decode, b64encode
from collections.abc import Iterable
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest

from bench.households import households
from household_graph.documents.document import HouseholdDocument
from household_graph.documents.read import read_documents
from household_graph.documents.to_rows import to_rows
from household_graph.engine.entitlements import Entitlements
from household_graph.engine.facts_builder import facts_from_rows
from household_graph.errors import HouseholdGraphError
from household_graph.installation import shipped
from household_graph.model.rows import NodeRow, Rows
from household_graph.store.access_cache import (
    FORMAT,
    STAMPS,
    Access,
    CacheState,
    StoredAccess,
    access_of,
    entitlements_from_text,
    facts_from_text,
    lay_out,
)
from household_graph.store.query_files import load_query, query_names
from tests.graph.random_households import RandomHousehold
from tests.scenarios.scenarios import documents

GOLDEN = Path(__file__).parent / "golden"


@pytest.fixture(scope="module")
def rows() -> Rows:
    """The Bakers."""
    [document] = read_documents(shipped("seed") / "bakers.yaml")
    return to_rows(document)


@pytest.fixture(scope="module")
def access(rows: Rows) -> Access:
    """What is cached of them."""
    found = lay_out(rows)
    assert found is not None
    return found


def stored(access: Access, revision: int = 7, **stamps: int | str) -> StoredAccess:
    return StoredAccess(7, {**STAMPS, **stamps}, access.content(revision))


def same_as_golden(name: str, said: str) -> bool:
    """Hold what is said to a file of this number; with UPDATE_GOLDEN a missing one is made.

    One that is there is never made again: the number would survive a change of the laws.
    """
    golden = GOLDEN / name
    if os.environ.get("UPDATE_GOLDEN") and not golden.exists():
        golden.write_text(said, encoding="utf-8")
    return said == golden.read_text(encoding="utf-8")


def test_the_layout_has_a_number(access: Access) -> None:
    """What is cached of the Bakers is in a file of this format's number.

    Where it differs the layout has changed: FORMAT has to be one more, and the file of that number
    is made with UPDATE_GOLDEN=1, or new code would read old caches wrong.
    """
    facts = zlib.decompress(b64decode(access.facts)).decode()
    assert same_as_golden(f"access-cache-{FORMAT}.json", f"[{facts},\n{access.entitlements}]\n")


def test_queries_are_shown_with_the_number() -> None:
    """An example with another would be of what is answered live, and not of what is cached."""
    examples = (load_query(name).example or {} for name in query_names())
    assert {one["format"] for one in examples if "format" in one} == {FORMAT}


def test_the_laws_have_a_number() -> None:
    """What people of many households are entitled to is in a file of this number.

    Those of the scenarios, random ones of the usual kind, and 400 crowded ones in which every law
    meets every other, ten to a line. Where one differs the engine answers otherwise than it did:
    FORMAT has to be one more, or what was cached before would outlive the laws it was found by.
    """
    random = {one["organization"]["id"]: one for one in households(40)}
    every = documents() | {n: HouseholdDocument.model_validate(one) for n, one in random.items()}
    groups = {name: [to_rows(every[name])] for name in sorted(every)}
    for start in range(0, 400, 10):
        drawn = [RandomHousehold(f"crowded-{start + n}", 1).rows for n in range(10)]
        groups[f"crowded {start} to {start + 9}"] = drawn
    said = "".join(f"{name} {digest(of_one)}\n" for name, of_one in groups.items())
    assert same_as_golden(f"entitlements-{FORMAT}.txt", said)


def digest(households: Iterable[Rows]) -> str:
    texts = [found.entitlements if (found := lay_out(rows)) else None for rows in households]
    assert None not in texts
    return sha256("\n".join(map(str, texts)).encode()).hexdigest()


def test_a_golden_file_of_a_number_is_never_made_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """UPDATE_GOLDEN=1 makes the file of a new number, and leaves those that are there."""
    monkeypatch.setattr("tests.unit.test_access_cache.GOLDEN", tmp_path)
    monkeypatch.setenv("UPDATE_GOLDEN", "1")
    assert same_as_golden("laws-1.txt", "as they are")
    assert not same_as_golden("laws-1.txt", "as they are now")
    assert (tmp_path / "laws-1.txt").read_text(encoding="utf-8") == "as they are"


def test_both_are_read_from_it(rows: Rows, access: Access) -> None:
    """All that was written; and it is told from that of other rows, whatever their order."""
    assert facts_from_text(access.facts) == facts_from_rows(rows)
    assert entitlements_from_text(str(access.entitlements)) == Entitlements.of(
        facts_from_rows(rows)
    )
    assert Access.from_content(access.content(7), 7) == access
    turned = replace(rows, nodes=rows.nodes[::-1], relationships=rows.relationships[::-1])
    assert stored(access).state(lay_out(turned)) is CacheState.CURRENT
    fewer = replace(rows, relationships=rows.relationships[:-20])
    assert facts_from_rows(fewer) != facts_from_rows(rows)
    assert stored(access).state(lay_out(fewer)) is CacheState.WRONG


def test_it_is_trusted_only_where_everything_fits(access: Access) -> None:
    """Another revision, format or time-zone data make it out of date; so does no revision."""
    assert stored(access).state(access) is CacheState.CURRENT
    assert stored(access, 6).state(access) is CacheState.OUTDATED
    assert stored(access, format=FORMAT - 1).state(access) is CacheState.OUTDATED
    assert stored(access, tzdata="2020a").state(access) is CacheState.OUTDATED
    assert stored(access)._replace(revision=None).state(access) is CacheState.OUTDATED
    assert StoredAccess(7, None, None).state(access) is CacheState.MISSING
    assert StoredAccess(7, None, None).state(None) is CacheState.CURRENT
    assert stored(access).state(None) is CacheState.WRONG
    for content in (None, "", "7", "70", "6 7 8", access.content(17)):
        assert Access.from_content(content, 7) is None or content == "7"
    without = access._replace(entitlements=None)
    assert Access.from_content(without.content(7), 7) == without
    assert stored(without).state(access) is CacheState.WRONG
    broken = access._replace(facts="broken")
    assert stored(broken).state(access) is CacheState.WRONG


def test_many_cells_are_not_cached(rows: Rows) -> None:
    """Of many people, services and devices the facts alone are."""
    found = lay_out(crowded(rows, 200))
    assert found is not None
    assert found.entitlements is None
    assert stored(found).state(lay_out(crowded(rows, 200))) is CacheState.CURRENT


def test_of_what_is_large_nothing_is_cached(rows: Rows) -> None:
    """Reading from the question is quicker then."""
    assert lay_out(crowded(rows, 1_500)) is None


def crowded(rows: Rows, people: int) -> Rows:
    crowd = tuple(
        NodeRow(f"bakers/guest-{n}", frozenset({"Party", "Individual"}), {"status": "active"})
        for n in range(people)
    )
    return replace(rows, nodes=(*rows.nodes, *crowd))


def test_of_what_is_damaged_nothing_is_cached(rows: Rows, caplog: pytest.LogCaptureFixture) -> None:
    """Nor of what is not there. It is logged: whoever changes a household goes on."""
    home, *others = sorted(rows.nodes, key=lambda node: node.id)
    assert home.id == "bakers"
    assert lay_out(replace(rows, nodes=())) is None
    without = {name: one for name, one in home.properties.items() if name != "time_zone"}
    for wrong in ({**home.properties, "time_zone": "Nowhere/At-all"}, without):
        caplog.clear()
        assert access_of(replace(rows, nodes=(replace(home, properties=wrong), *others))) is None
        [record] = caplog.records
        assert (record.name, record.levelname) == ("household_graph", "WARNING")
        assert "nothing is cached of `bakers`" in record.getMessage()


def test_an_error_in_laying_out_is_not_swallowed(
    rows: Rows, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """A mistake in the engine is logged by whoever changes, and raised to whoever looks for it."""

    def fail(_facts: object) -> Entitlements:
        raise ZeroDivisionError("the engine")

    monkeypatch.setattr(Entitlements, "of", fail)
    assert access_of(rows) is None
    assert "ZeroDivisionError: the engine" in caplog.text
    with pytest.raises(ZeroDivisionError):
        lay_out(rows)


@pytest.mark.parametrize(
    "text", ["", "no base64!", b64encode(b"{}").decode(), b64encode(zlib.compress(b"{}")).decode()]
)
def test_a_text_that_is_none_is_said(text: str) -> None:
    """With the command that writes it again, not with what a library says of it."""
    with pytest.raises(HouseholdGraphError, match="cannot be read") as raised:
        facts_from_text(text)
    assert "cache rebuild" in str(raised.value.hint)
    with pytest.raises(HouseholdGraphError, match="cannot be read"):
        entitlements_from_text(text)
