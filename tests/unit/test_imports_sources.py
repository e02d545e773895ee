"""Exports are read as they are: encodings, delimiters, line ends and quotes found out and told."""

import csv
import gzip
import io
import tracemalloc
import zipfile
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from household_graph.errors import BadInputError, DocumentError
from household_graph.imports.records import RawRecord, RejectedRecord
from household_graph.imports.sources import ReadOptions, open_sources

HEADER = "id,name,town\n"


def read(content: bytes, name: str = "export.csv", how: ReadOptions | None = None) -> list[object]:
    """Return the records of a file of this content."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(content)
        (file,) = open_sources([path], how)
        return list(file.records())


def described(content: bytes, name: str = "export.csv") -> str:
    with TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(content)
        (file,) = open_sources([path])
        return file.described


def values(records: list[object]) -> list[tuple[str, ...]]:
    assert all(isinstance(one, RawRecord) for one in records), records
    return [tuple(one.values.values()) for one in records if isinstance(one, RawRecord)]


@pytest.mark.parametrize(
    ("text", "encoding", "told"),
    [
        (f"{HEADER}1,Zoë,Kraków\n", "utf-8", "CSV, utf-8, `,`, LF"),
        (f"{HEADER}1,Zoë,Kraków\n", "utf-8-sig", "CSV, utf-8-sig, `,`, LF"),
        (f"{HEADER}1,Zoë: 5 €,Koeln\n", "cp1252", "CSV, cp1252, `,`, LF"),
        (f"{HEADER}1,Zoë,Koeln\n", "latin-1", "CSV, cp1252, `,`, LF"),
        (f"{HEADER}1,Zoë,Kraków\n", "utf-16", "CSV, utf-16, `,`, LF"),
        (f"{HEADER}1,Zoë,Kraków\n", "utf-16-le", "CSV, utf-16-le, `,`, LF"),
        (f"{HEADER}1,Zoë,Kraków\n", "utf-16-be", "CSV, utf-16-be, `,`, LF"),
        (f"{HEADER}1,Zoë,Kraków\n".replace("\n", "\r\n"), "utf-8", "CSV, utf-8, `,`, CRLF"),
        (f"{HEADER}1,Zoë,Kraków\n".replace("\n", "\r"), "utf-8", "CSV, utf-8, `,`, CR"),
        (f"{HEADER}1,Zoë,Kraków\n".replace(",", ";"), "utf-8", "CSV, utf-8, `;`, LF"),
        (f"{HEADER}1,Zoë,Kraków\n".replace(",", "\t"), "utf-8", "CSV, utf-8, tab, LF"),
        (f"{HEADER}1,Zoë,Kraków\n".replace(",", "|"), "utf-8", "CSV, utf-8, `|`, LF"),
    ],
)
def test_what_a_file_is_is_found_out_and_told(text: str, encoding: str, told: str) -> None:
    """Encoding, delimiter and line ends are stated, and the record is read by them."""
    content = text.encode(encoding)
    assert described(content) == f"export.csv: {told}, 3 columns"
    ((number, name, _town),) = values(read(content))
    assert number == "1"
    assert name.startswith("Zoë")


cells = st.text(st.characters(codec="cp1252", exclude_characters="\x00\x1a"), max_size=8)


@settings(deadline=None)
@given(
    rows=st.lists(st.lists(cells, min_size=3, max_size=3), max_size=6),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "cp1252"]),
    delimiter=st.sampled_from([",", ";", "\t", "|"]),
    end=st.sampled_from(["\n", "\r\n", "\r"]),
)
def test_what_is_written_is_read_back(
    rows: list[list[str]], encoding: str, delimiter: str, end: str
) -> None:
    """Any table that a CSV writer writes is read as it was, but for lines that are blank."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=delimiter, lineterminator=end, quoting=csv.QUOTE_ALL)
    writer.writerows([["id", "name", "town"], *rows])
    how = ReadOptions(encoding=encoding, delimiter=delimiter)
    found = values(read(text.getvalue().encode(encoding), how=how))
    assert found == [tuple(row) for row in rows]


def test_a_record_over_several_lines_keeps_its_first_line_and_its_text() -> None:
    """A line break in quotes is part of the value; the next record has its own line number."""
    first, second = read(b'id,name,town\n1,"Mill\nLane",x\n2,b,c\n')
    assert isinstance(first, RawRecord)
    assert isinstance(second, RawRecord)
    assert (first.line, first.values["name"], first.text) == (2, "Mill\nLane", '1,"Mill\nLane",x')
    assert second.line == 4


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"1", "expected 3 columns, found 1"),
        (b"1,2,3,4", "expected 3 columns, found 4"),
        (b'1,"open,3', "a quote is not closed"),
        (b'1,"a"b,3', "a quote within quotes is not doubled"),
        (b"1,a\x00b,3", "it holds a zero byte"),
    ],
)
def test_a_bad_line_is_rejected_alone(line: bytes, reason: str) -> None:
    """It is told with its number and its text; the records around it are read."""
    records = read(b"id,name,town\n0,a,b\n" + line + b'\n5,"c",d\n')
    good = [one for one in records if isinstance(one, RawRecord)]
    (bad,) = (one for one in records if isinstance(one, RejectedRecord))
    assert [one.values["id"] for one in good] == ["0", "5"]
    assert (bad.line, bad.reason, bad.text) == (3, reason, line.decode())
    assert bad.hint


def test_line_ends_at_both_ends_of_a_record_are_read() -> None:
    """The middle line of a record may look like all of one, but for its quotes."""
    content = b'id,name,town\n"1\n","","\nHull"\n2,b,c\n'
    assert values(read(content)) == [("1\n", "", "\nHull"), ("2", "b", "c")]


def test_a_record_in_two_lines_is_no_two_records() -> None:
    """A line end within a cell that is not quoted breaks a record, which is rejected as one."""
    whole, broken, last = read(b"id,name,town\n0,a,b\n1,An\nna,Hull\n2,c,d\n")
    assert isinstance(broken, RejectedRecord)
    assert (broken.line, broken.reason) == (3, "it goes on in the next line")
    assert values([whole, last]) == [("0", "a", "b"), ("2", "c", "d")]


@pytest.mark.parametrize(
    ("lines", "encoding", "odd"),
    [
        ([b"1,J\xf6rg,x", b"2,M\xc3\xbcller,x", b"3,Zo\xc3\xab,x"], "utf-8", [2]),
        ([b"1,J\xf6rg,x", b"2,M\xfcller,x", b"3,Zo\xc3\xab,x"], "cp1252", [4]),
        ([b"1,Ren\xe9e,\x8ei\x9eek", b"2,Bo\x81,x"], "cp1252", [3]),
        ([f"{n},Ольга Кузнецова,Казань".encode("cp1251") for n in range(3)], "cp1251", []),
        ([f"{n},さくら 鈴木,大阪市".encode("cp932") for n in range(3)], "cp932", []),
    ],
)
def test_most_lines_decide_the_encoding(lines: list[bytes], encoding: str, odd: list[int]) -> None:
    """Lines in another encoding than the file are rejected, and never read as something else."""
    content = HEADER.encode() + b"\n".join(lines)
    assert encoding in described(content)
    wrong = [one.line for one in read(content) if isinstance(one, RejectedRecord)]
    assert wrong == odd


def test_a_formula_that_is_a_text_is_that_text() -> None:
    """What is written so that a spreadsheet does not change it is read as it was."""
    lines = ['="007",Ann,="a"', '"=""007""",\'t Hooft,x', "'007,O'Neil,'+44 1"]
    found = values(
        read(f"{HEADER}{chr(10).join(lines)}\n".encode(), how=ReadOptions(delimiter=","))
    )
    assert found == [
        ("007", "Ann", "a"),
        ("007", "'t Hooft", "x"),
        ("'007", "O'Neil", "'+44 1"),
    ]


def test_utf_16_without_a_mark_may_be_in_any_letters() -> None:
    """Letters whose low byte is zero do not make a file binary."""
    text = f"{HEADER}1,一郎,Ōtaki\n2,Māia Āporo,Rātā\n"
    for encoding in ("utf-16-le", "utf-16-be"):
        assert values(read(text.encode(encoding))) == [
            ("1", "一郎", "Ōtaki"),
            ("2", "Māia Āporo", "Rātā"),
        ]


def test_a_second_header_may_be_in_another_order() -> None:
    """What is glued behind a header of its own is read by that."""
    found = read(b"id,name,town\n1,Ann,Hull\nTown,ID,Name\nLeeds,2,Bob\n(2 rows)\n")
    first, second, count = found
    assert isinstance(second, RawRecord)
    assert second.values == {"id": "2", "name": "Bob", "town": "Leeds"}
    assert isinstance(count, RejectedRecord)
    assert isinstance(first, RawRecord)


def test_what_is_not_in_the_encoding_is_rejected() -> None:
    """A byte that the named encoding lacks rejects its line, and is named."""
    good, bad = read(HEADER.encode() + b"1,a,b\n2,\xe9,c\n", how=ReadOptions(encoding="utf-8"))
    assert isinstance(good, RawRecord)
    assert isinstance(bad, RejectedRecord)
    assert bad.reason == "the byte 0xE9 is not utf-8"


def test_what_is_not_in_the_encoding_can_be_stored() -> None:
    """The text of a rejected line is text, in CSV and in JSON lines."""
    for name, line in (("a.csv", b"2,\xe9,c\n"), ("a.jsonl", b'{"id": "\xe9"}\n')):
        head = HEADER.encode() if name == "a.csv" else b'{"id": "1"}\n'
        *_good, bad = read(head + line, name, ReadOptions(encoding="utf-8"))
        assert isinstance(bad, RejectedRecord)
        assert bad.text.encode() == line.replace(b"\xe9", b"?").strip()


def test_columns_of_a_rejects_file_are_left_out() -> None:
    """A file of rejects can be run again: what was added to it is no column of the export."""
    (record,) = read(b"id,name,reject_line,reject_reason\n1,Ann,7,wrong date\n")
    assert isinstance(record, RawRecord)
    assert record.values == {"id": "1", "name": "Ann"}


def test_rejects_go_back_to_the_files_they_come_from(tmp_path: Path) -> None:
    """A file of rejects is as many files as it has records of, so that each finds its table."""
    path = tmp_path / "corrected.csv"
    path.write_bytes(
        b"id,name,reject_file,reject_line\n1,Ann,crm.zip/people.csv,7\n2,Phone,assets.csv,3\n"
        b"3,Bob,crm.zip/people.csv,9\n4\n5,Eve,,\n"
    )
    files = open_sources([path])
    assert [file.name for file in files] == [
        *("corrected.csv/crm.zip/people.csv", "corrected.csv/assets.csv", "corrected.csv"),
    ]
    people, assets, others = files
    assert values(list(people.records())) == [("1", "Ann"), ("3", "Bob")]
    assert values(list(assets.records())) == [("2", "Phone")]
    told = [(one.line, isinstance(one, RejectedRecord)) for one in others.records()]
    assert told == [(5, True), (6, False)]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (rb'{"id": "\ud83d"}', "it holds half a character (a lone surrogate)"),
        (rb'{"id": {"\udc00": 1}}', "it holds half a character (a lone surrogate)"),
        (rb'{"a\u0000": "1"}', "it holds a zero byte"),
        (rb'{"id": "\u0000"}', "it holds a zero byte"),
    ],
)
def test_what_no_text_can_hold_is_rejected(text: bytes, reason: str) -> None:
    """JSON can name halves of characters and zero bytes; only whole characters are taken."""
    bad, good = read(
        text
        + rb"""
{"id": "\ud83d\udeb2"}
""",
        "export.jsonl",
    )
    assert isinstance(bad, RejectedRecord)
    assert bad.reason == reason
    assert isinstance(good, RawRecord)
    assert good.values == {"id": "\U0001f6b2"}


def test_json_lines_are_flattened() -> None:
    """Objects in objects are columns with a dot; numbers, truth and null are text."""
    text = b'{"id": 7, "name": {"given": "Ann"}, "active": true, "note": null}\n\n[1]\nno\n'
    record, no_object, no_json = read(text, "export.jsonl")
    assert isinstance(record, RawRecord)
    assert record.values == {"id": "7", "name.given": "Ann", "active": "true", "note": ""}
    assert isinstance(no_object, RejectedRecord)
    assert "no object" in no_object.reason
    assert isinstance(no_json, RejectedRecord)
    assert no_json.line == 4


def test_packed_files_and_folders_are_read(tmp_path: Path) -> None:
    """What lies in .gz, .zip and folders is read, in the order of names; other files are not."""
    content = f"{HEADER}1,a,b\n".encode()
    (tmp_path / "a.csv.gz").write_bytes(gzip.compress(content))
    (tmp_path / "read.me").write_bytes(b"not an export")
    with zipfile.ZipFile(tmp_path / "b.zip", "w") as archive:
        archive.writestr("inner/contacts.csv", content)
        archive.writestr("__MACOSX/._contacts.csv", b"\x00")
    files = open_sources([tmp_path])
    assert [file.name for file in files] == ["a.csv.gz", "b.zip/inner/contacts.csv"]
    seen: list[int] = []
    for file in files:
        assert values(list(file.records(seen.append))) == [("1", "a", "b")]
    assert sum(seen) <= sum(file.size for file in files)


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.csv", b"", "is empty"),
        ("a.csv", b"\n \n", "is empty"),
        ("a.csv", b"id,,x\n", "a.csv:1: column 2 has no name"),
        ("a.csv", b"id,x,id\n", "a.csv:1: the column `id` is there twice"),
        ("a.csv", b"PK\x03\x04\x00\x00\x08\x00", "is no text file"),
        ("a.numbers", b"PK", "cannot be read"),
        ("a.ods", b"PK", "cannot be read"),
        ("a.csv.gz", b"no gzip", "is damaged"),
        ("a.zip", b"no zip", "is damaged"),
        ("a.csv.gz", gzip.compress(b"id,name\n" * 9, mtime=0)[:-9], "is damaged"),
    ],
)
def test_what_cannot_be_read_is_named(
    tmp_path: Path, name: str, content: bytes, message: str
) -> None:
    """A file that is no export ends in an error that says which, and what to do."""
    (tmp_path / name).write_bytes(content)
    with pytest.raises(DocumentError) as problem:
        open_sources([tmp_path / name])
    assert message in problem.value.message
    assert problem.value.hint


def test_what_is_not_there_is_named(tmp_path: Path) -> None:
    """A path that is wrong, an empty folder, and options that cannot be are told."""
    (tmp_path / "a.csv").write_bytes(HEADER.encode())
    (tmp_path / "empty").mkdir()
    with pytest.raises(DocumentError, match="there is no"):
        open_sources([tmp_path / "b.csv"])
    with pytest.raises(DocumentError, match="no export in"):
        open_sources([tmp_path / "empty"])
    with pytest.raises(DocumentError, match="no encoding"):
        open_sources([tmp_path / "a.csv"], ReadOptions(encoding="klingon"))
    with pytest.raises(BadInputError, match="cannot separate"):
        open_sources([tmp_path / "a.csv"], ReadOptions(delimiter=";;"))


def test_a_long_file_needs_no_more_memory(tmp_path: Path) -> None:
    """Reading ten times as many records takes no more memory."""

    def peak(count: int) -> int:
        path = tmp_path / f"{count}.csv"
        with path.open("w", encoding="utf-8") as file:
            file.write(HEADER)
            file.writelines(f'{number},"Ann, {number}",London\n' for number in range(count))
        (opened,) = open_sources([path])
        tracemalloc.start()
        assert sum(1 for _record in opened.records()) == count
        top = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return top

    assert peak(20_000) < 1.5 * peak(2_000)
