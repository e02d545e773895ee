"""An export is read as it was written, in whatever encoding and dirt; what is wrong is named."""

import csv
import io
import json
import tracemalloc
from contextlib import suppress
from itertools import permutations
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from household_graph.errors import DocumentError
from household_graph.imports.records import RawRecord, RejectedRecord
from household_graph.imports.sources import open_sources

few = settings(max_examples=60, deadline=None)
COLUMNS = ["Customer No", "First Name", "Family Name", "Town"]
NAMES = ["Zoë", "Jörg", "Renée", "Čeněk", "Łucja", "Иван", "Ελένη", "一郎", "يوسف", "Ann", "Bo"]
WESTERN = ["Zoë", "Jörg", "Renée", "Müller", "François", "Ann", "Bo"]
TOWNS = ["Hull", "Leeds", "St Mary; by the sea", "Mill, Lower", "a | b", "two\nlines", '"Inn"', ""]
RUSSIAN = "Иван Кузнецова Ольга Щербаков Юлия Казань Ёлкин"
POLISH = "Łucja Żaneta Dvořák Čeněk Šárka Gyűrű Świątek Žižek"
OLDER = {
    **dict.fromkeys(("cp1252", "cp850", "mac_roman"), "Müller Zoë François Señora Søren Renée"),
    **dict.fromkeys(("cp1250", "iso8859_2"), POLISH),
    **dict.fromkeys(("cp1251", "koi8_r", "cp866"), RUSSIAN),
    "cp1253": "Ελένη Γιώργος Παπαδόπουλος Αθήνα Κωνσταντίνος",
    "cp1254": "Şükrü İbrahim Yılmaz Çağlar Öztürk Gökçe",  # noqa: RUF001 - as it is
    "cp1255": "משה כהן ירושלים שרה דוד",
    "cp1256": "يوسف الحداد محمد القاهرة فاطمة",
    **dict.fromkeys(("cp932", "euc_jp"), "一郎 田中 さくら 鈴木 大阪市 カタカナ"),
    "gb18030": "张伟 王芳 北京市 李娜 上海",
    "big5": "張偉 王芳 台北市 李娜 陳",
    "cp949": "김철수 이영희 서울 박지민",
}
UNICODE = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32")
DELIMITERS = (",", ";", "\t", "|", "\x1f")
BLANKS = ("", " ", "\t")


@st.composite
def tables(draw: st.DrawFn, names: list[str]) -> list[list[str]]:
    """Draw the records of an export, each with a key of its own."""
    size = draw(st.integers(1, 8))
    name, town = st.sampled_from(names), st.sampled_from(TOWNS)
    return [[f"K-{n:03}", draw(name), draw(name), draw(town)] for n in range(size)]


def written(rows: list[list[str]], delimiter: str, end: str, quoting: Literal[0, 1]) -> list[str]:
    """Return each record as the text that a CSV writer makes of it."""
    texts = []
    for row in rows:
        text = io.StringIO(newline="")
        csv.writer(text, delimiter=delimiter, lineterminator=end, quoting=quoting).writerow(row)
        texts.append(text.getvalue())
    return texts


def records(content: bytes) -> list[RawRecord | RejectedRecord]:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "export.csv"
        path.write_bytes(content)
        (file,) = open_sources([path])
        return list(file.records())


def cells(found: list[RawRecord | RejectedRecord]) -> list[list[str]]:
    """Return the cells of records, all of which can be read."""
    assert all(isinstance(one, RawRecord) for one in found), found
    return [list(one.values.values()) for one in found]


@few
@given(
    rows=tables(NAMES),
    encoding=st.sampled_from(UNICODE),
    delimiter=st.sampled_from(DELIMITERS),
    end=st.sampled_from(["\n", "\r\n", "\r"]),
    quoting=st.sampled_from([csv.QUOTE_ALL, csv.QUOTE_MINIMAL]),
    damage=st.sets(
        st.sampled_from(
            ["sep", "header again", "mark", "extra", "short", "end of DOS", "dashes", "blank"]
        )
    ),
    data=st.data(),
)
def test_what_is_written_is_read_back(
    *,
    rows: list[list[str]],
    encoding: str,
    delimiter: str,
    end: str,
    quoting: Literal[0, 1],
    damage: set[str],
    data: st.DataObject,
) -> None:
    """Nothing that a program adds to an export makes a record, loses one, or changes a cell."""
    expected = [[one.replace("\n", end) for one in row] for row in rows]
    header, *lines = written([COLUMNS, *expected], delimiter, end, quoting)
    if "extra" in damage:
        ended = [one.removesuffix(end) + delimiter + end for one in (header, *lines)]
        header, *lines = ended
    elif "short" in damage:  # what is empty at the end is left out
        empty = ('""' if quoting == csv.QUOTE_ALL else "") + end
        lines = [one.removesuffix(delimiter + empty).removesuffix(end) + end for one in lines]
    place = data.draw(st.integers(0, len(lines)))
    added = {
        "header again": header,
        "mark": "\ufeff" + header,
        "dashes": delimiter.join(["-----"] * len(COLUMNS)) + end,
        "blank": data.draw(st.sampled_from(BLANKS)) + end,
    }
    text = [*lines[:place], *(added[one] for one in sorted(damage & added.keys())), *lines[place:]]
    if "sep" in damage:
        header = f"sep={delimiter}{end}{header}"
    content = "".join([header, *text, "\x1a" if "end of DOS" in damage else ""])
    assert cells(records(content.encode(encoding))) == expected


@few
@given(rows=tables(WESTERN), delimiter=st.sampled_from(DELIMITERS), odd=st.integers(0, 7))
def test_one_odd_line_is_named_alone(rows: list[list[str]], delimiter: str, odd: int) -> None:
    """A line with a byte that is not in the encoding changes how no other line is read."""
    expected = [[one.replace("\n", " ") for one in row] for row in rows]
    place = min(odd, len(expected))
    expected += [[f"L-{n}", "Jörg", "Müller", "Köln"] for n in range(3)]
    header, *lines = written([COLUMNS, *expected], delimiter, "\n", csv.QUOTE_MINIMAL)
    for encoding, byte in (("utf-8", b"\xe9"), ("cp1252", b"\x81")):
        bad = delimiter.encode().join([b"X", b"Ren" + byte, b"Reed", b"Hull"]) + b"\n"
        parts = [one.encode(encoding) for one in (header, *lines)]
        found = records(b"".join([*parts[: place + 1], bad, *parts[place + 1 :]]))
        wrong = [one for one in found if isinstance(one, RejectedRecord)]
        assert [(one.line, one.reason[:13]) for one in wrong] == [
            (place + 2, f"the byte 0x{byte.hex().upper()}")
        ]
        assert cells([one for one in found if isinstance(one, RawRecord)]) == expected


@few
@given(
    rows=tables(NAMES),
    quoting=st.sampled_from([csv.QUOTE_ALL, csv.QUOTE_MINIMAL]),
    bad=st.sampled_from(
        ['X,"open,Hull,a', 'X,open,"Hull,a', 'X,open,Hull,"a', '"X,open,Hull,a', 'X,a,"a"b,c']
    ),
    odd=st.integers(0, 7),
)
def test_a_quote_that_is_open_spoils_no_other_record(
    rows: list[list[str]], quoting: Literal[0, 1], bad: str, odd: int
) -> None:
    """A record whose quote is never closed, or wrong, is rejected alone, wherever it stands."""
    header, *lines = written([COLUMNS, *rows], ",", "\n", quoting)
    place = min(odd, len(rows))
    found = records("".join([header, *lines[:place], f"{bad}\n", *lines[place:]]).encode())
    assert [one.text for one in found if isinstance(one, RejectedRecord)] == [bad]
    assert cells([one for one in found if isinstance(one, RawRecord)]) == rows


@pytest.mark.parametrize("encoding", OLDER)
@pytest.mark.parametrize("delimiter", DELIMITERS)
def test_older_encodings_are_told_by_their_letters(encoding: str, delimiter: str) -> None:
    """A list of names in the letters of its country is read as it was written."""
    pairs = permutations(OLDER[encoding].split(), 2)
    expected = [[f"K-{n:03}", *pair, "Hull"] for n, pair in enumerate(pairs)]
    lines = written([COLUMNS, *expected], delimiter, "\r\n", csv.QUOTE_MINIMAL)
    assert cells(records("".join(lines).encode(encoding))) == expected


@few
@given(
    rows=st.lists(
        st.dictionaries(st.sampled_from("abcd"), st.sampled_from([*NAMES, *TOWNS]), min_size=1),
        min_size=1,
        max_size=6,
    ),
    indent=st.sampled_from([None, 0, 2]),
    encoding=st.sampled_from(UNICODE),
)
def test_an_array_of_json_is_read_back(
    rows: list[dict[str, str]], indent: int | None, encoding: str
) -> None:
    """Objects in an array are records, on one line or on many."""
    text = json.dumps(rows, indent=indent, ensure_ascii=False)
    found = records(text.encode(encoding))
    assert [dict(one.values) for one in found] == rows
    assert all(text.split("\n")[one.line - 1].strip() for one in found)


@pytest.mark.parametrize(
    ("start", "endless"),
    [
        (b"id,name\n", b"x" * 1024),
        (b"id,name\n", b"x," * 512),
        (b'[{"id": "', b"x" * 1024),
        (b"id,name\n", "é".encode() * 512),
        (b"id,name\n", b"\xe9" * 1024),
    ],
)
def test_a_line_without_end_does_not_fill_the_memory(
    tmp_path: Path, start: bytes, endless: bytes
) -> None:
    """A file that is one line of any length is refused, or read, in bounded memory."""
    path = tmp_path / "endless.csv"
    with path.open("wb") as file:
        file.write(start)
        file.writelines(endless for _ in range(24 << 10))
    tracemalloc.start()
    with suppress(DocumentError):
        for opened in open_sources([path]):
            assert sum(1 for _one in opened.records()) < 1 << 20
    top = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert top < 20 << 20
