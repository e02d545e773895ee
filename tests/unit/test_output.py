"""What is printed: every format can be read again, and nothing in it acts on a terminal."""

import csv
import io
import json
import unicodedata
from collections.abc import Callable
from contextlib import redirect_stdout
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from household_graph.cli.output import Format, emit, emit_each, error, note, plain, write
from household_graph.model.printable import printable

JOINED = "علی\u200cرضا කෂ\u200dය 👨\u200d👩\u200d👧 山田\u3000太郎 5\u00a0%"  # noqa: RUF001 - names
HOSTILE = "\x00\x07\x1b[31m\t\r\x7f\x85\x9b2J\u202eevil\u2066\u200e\u2028\ufeff\ud800\U000e0041"
HALF = "\ud800"
texts = st.text(
    st.characters(exclude_categories=["Cs"]) | st.sampled_from(HOSTILE.replace(HALF, "") + JOINED),
    max_size=20,
)
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=6,
)
records = st.lists(st.fixed_dictionaries({"a": values, "b": values}), max_size=3)


def printed(capsys: pytest.CaptureFixture[str], show: Callable[[], object]) -> str:
    capsys.readouterr()
    show()
    out, err = capsys.readouterr()
    return out + err


def is_harmless(text: str) -> bool:
    """Return whether no control character, half a character or change of direction is in it."""
    seen = "\n\u200c\u200d"
    return all(
        c in seen or unicodedata.category(c) not in {"Cc", "Cf", "Cs", "Zl", "Zp"} for c in text
    )


def finite(value: Any) -> Any:  # noqa: ANN401 - what JSON can say
    if isinstance(value, dict):
        return {name: finite(part) for name, part in value.items()}
    if isinstance(value, list):
        return [finite(part) for part in value]
    return None if isinstance(value, float) and value - value != 0 else value


def written(show: Callable[[], object]) -> str:
    """Return what goes to stdout; hypothesis does not take fixtures of one test."""
    stream = io.StringIO()
    with redirect_stdout(stream):
        show()
    return stream.getvalue()


@settings(deadline=None)
@given(records)
def test_machines_read_what_was_said(found: list[dict[str, Any]]) -> None:
    """JSON, JSONL and YAML bring every text back to the letter; numbers that are none are null."""
    said = {
        one: written(lambda one=one: emit(found, one, columns=["a", "b"]))  # type: ignore[misc]
        for one in Format
    }
    assert all(map(is_harmless, said.values()))
    expected = finite(found)
    assert json.loads(said[Format.JSON], parse_constant=pytest.fail) == expected
    lines = said[Format.JSONL].split("\n")[:-1]
    assert [json.loads(line, parse_constant=pytest.fail) for line in lines] == expected
    assert YAML(typ="safe", pure=True).load(said[Format.YAML]) == expected


@pytest.mark.parametrize("output", Format)
def test_half_a_character_stops_nothing(output: Format) -> None:
    """A lone surrogate, which no encoding of a file has, is escaped or replaced."""
    written(lambda: emit([{"a": HOSTILE}], output)).encode()


@settings(deadline=None)
@given(records)
def test_a_list_of_json_is_streamed_as_it_is_written_at_once(found: list[dict[str, Any]]) -> None:
    """One record after the other comes to what `json` writes of all of them."""
    streamed = written(lambda: emit_each(iter(found), Format.JSON))
    assert json.loads(streamed) == json.loads(json.dumps(finite(found)))
    plain_ones: list[dict[str, Any]] = [{"a": 1, "b": ["x", {"c": None}]}, {"a": "é", "b": []}]
    streamed = written(lambda: emit_each(plain_ones, Format.JSON))
    assert streamed == json.dumps(plain_ones, indent=2, ensure_ascii=False) + "\n"


@settings(deadline=None)
@given(records)
def test_a_spreadsheet_runs_no_cell(found: list[dict[str, Any]]) -> None:
    """A text that looks like a formula has an apostrophe before it; a list is JSON."""
    text = written(lambda: emit(found, Format.CSV, columns=["a", "b"]))
    rows = list(csv.DictReader(io.StringIO(text)))
    assert len(rows) == len(found)
    for row, record in zip(rows, found, strict=True):
        for name, cell in row.items():
            if isinstance(record[name], str):
                assert cell[:1] not in {"=", "@"}
            if isinstance(record[name], list):
                assert json.loads(cell) == finite(record[name])


@pytest.mark.parametrize("output", [one for one in Format if one is not Format.TABLE])
def test_nothing_is_still_what_the_format_says(
    capsys: pytest.CaptureFixture[str], output: Format
) -> None:
    """A csv of nothing has its header, and a list of nothing is an empty list."""
    out = printed(capsys, lambda: emit([], output, columns=["a", "=b"]))
    assert out == {Format.CSV: "a,'=b\n", Format.JSONL: ""}.get(output, "[]\n")


def test_joiners_are_kept_and_controls_are_not(capsys: pytest.CaptureFixture[str]) -> None:
    """Persian, Sinhala and families are shown as they are written, in tables and messages too."""
    assert printable(JOINED) == JOINED
    assert is_harmless(printable(HOSTILE))
    assert plain(JOINED).plain == JOINED
    shown = (
        lambda: emit([{"name": JOINED + HOSTILE}], Format.TABLE),
        lambda: error(JOINED + HOSTILE, HOSTILE),
        lambda: note(JOINED + HOSTILE),
        lambda: write(JOINED + HOSTILE.replace("\t", "")),
    )
    for show in shown:
        text = printed(capsys, show)
        assert is_harmless(text)
        assert all(word in text for word in JOINED.split())
