"""Tables on a terminal: no id is broken, at 80 columns, at 40 and at 10."""

import io
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from household_graph.cli.output import plain, table, table_of

RECORDS: list[dict[str, Any]] = [
    {
        "device": "bakers/tablet-katie",
        "used_by": ["bakers/katie", "bakers/mum"],
        "services": ["bakers/cloud-storage", "bakers/photo-share", "bakers/live-tv"],
        "state": None,
        "valid_from": "2026-06-01 20:15",
    },
    {"device": "bakers/home-hub", "services": ["bakers/internet"], "state": "locked"},
]
IDS = ("tablet-katie", "home-hub", "cloud-storage", "photo-share", "live-tv", "internet")


def shown(width: int, records: Sequence[dict[str, Any]] = RECORDS) -> str:
    text = io.StringIO()
    console = Console(file=text, width=width, markup=False, emoji=False, highlight=False)
    console.print(table(records), crop=False)
    return text.getvalue()


@pytest.mark.parametrize("width", [10, 40, 80, 200])
def test_no_id_is_broken(width: int) -> None:
    """Every id stands in one line, and whatever can be is within the width."""
    text = shown(width)
    assert {f"bakers/{one}" for one in IDS} <= {*text.split()}
    longest = max(len(word) for word in text.split())
    assert max(map(len, text.splitlines())) <= max(width, longest + 4)


def test_what_fits_is_a_table() -> None:
    """At 80 columns the rows stand below a header; long cells fold between their words."""
    head, _line, *rows = shown(80).splitlines()
    assert head.split() == ["device", "used", "by", "services", "state", "valid", "from"]
    assert rows[0].startswith("bakers/tablet-katie")
    assert "bakers/home-hub" in rows[-1]


def test_columns_without_a_value_go_first() -> None:
    """Where they leave room enough, the others stay a table."""
    records = [{"device": "bakers/home-hub", "connected to": "", "state": "locked"}]
    assert "connected" in shown(60, records)
    assert shown(24, records).split("\n")[0].split() == ["device", "state"]
    assert shown(20, records) == "bakers/home-hub\n  state: locked\n"


def test_what_does_not_fit_is_a_list() -> None:
    """At 40 columns each row is a block: a title, and a line for what there is to say."""
    text = shown(40)
    assert text.splitlines()[0] == "bakers/tablet-katie"
    assert "  valid from: 2026-06-01 20:15" in text.splitlines()
    assert text.endswith("bakers/home-hub\n  services: bakers/internet\n  state: locked\n")


def test_a_mark_stands_before_what_it_marks() -> None:
    """Cells without a header are part of the title, and lines of a cell stay lines."""
    text = io.StringIO()
    reasons = "granted: by the household\nexempt: until ten"
    rows = [(plain("yes"), "bakers/internet", plain(reasons))]
    Console(file=text, width=30).print(table_of(("", "target", "why"), rows), crop=False)
    assert text.getvalue().splitlines() == [
        *("yes bakers/internet", "  why: granted: by the"),
        *("    household", "    exempt: until ten"),
    ]


WORDS = st.text("abc/-", min_size=1, max_size=30)
CELLS = st.lists(WORDS, max_size=4).map(" ".join)


@given(st.lists(st.tuples(CELLS, CELLS, CELLS), min_size=1, max_size=4), st.integers(1, 120))
def test_every_word_is_whole(rows: list[tuple[str, str, str]], width: int) -> None:
    """Whatever the width, every word is shown, and in one piece."""
    text = shown(width, [dict(zip("xyz", row, strict=True)) for row in rows])
    words = {word for row in rows for cell in row for word in cell.split()}
    assert words <= set(text.split())
