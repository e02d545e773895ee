"""Exports that are no text with columns: spreadsheets and vCards; and what a mapping leaves out."""

import zipfile
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from xlsxwriter import Workbook

from household_graph.errors import DocumentError
from household_graph.imports.mapping.compile import CompiledTable
from household_graph.imports.mapping.mapping import profile_named, read_mapping
from household_graph.imports.records import NormalizedRecord, RawRecord, RejectedRecord
from household_graph.imports.sources import ReadOptions, open_sources

few = settings(max_examples=30, deadline=None)
NOON = datetime(2013, 5, 14, 12, 30)  # noqa: DTZ001 - a spreadsheet knows no zones
Cell = str | float | bool | date | None
CARD = "BEGIN:VCARD\nVERSION:3.0\n{}\nEND:VCARD\n"
HEAD = 'source: crm\ncountry: GB\ntime_zone: Europe/London\ndate_order: dmy\ndecimal: "."\n'


def book(path: Path, sheets: Mapping[str, Sequence[Sequence[Cell]]], hidden: str = "") -> Path:
    """Write a spreadsheet whose sheets begin in the second column."""
    with Workbook(path, {"strings_to_formulas": False, "strings_to_urls": False}) as written:
        as_day = written.add_format({"num_format": "dd.mm.yyyy"})
        for name, rows in sheets.items():
            sheet = written.add_worksheet(name)
            if name == hidden:
                sheet.hide()
            for row, cells in enumerate(rows):
                for column, cell in enumerate(cells, start=1):
                    if isinstance(cell, date):
                        sheet.write_datetime(row, column, cell, as_day)
                    elif cell is not None:
                        sheet.write(row, column, cell)
    return path


def read(path: Path | str, options: ReadOptions | None = None) -> list[RawRecord | RejectedRecord]:
    return [one for file in open_sources([path], options) for one in file.records()]


def values(path: Path | str, options: ReadOptions | None = None) -> Iterator[list[str]]:
    for one in read(path, options):
        assert isinstance(one, RawRecord), one
        yield list(one.values.values())


def test_cells_of_a_spreadsheet_are_what_they_are(tmp_path: Path) -> None:
    """Text keeps its zeros, days are days, numbers have the decimal mark of the mapping."""
    rows: list[list[Cell]] = [
        ["id", "born", "price", "note", "primary"],
        ["00417", date(1980, 5, 1), 12.5, 'a "b",\nc', True],
        [],
        [417, NOON, 1234567.0, "x", False],
        [4471234567890123456, None, -0.25, None, None],
    ]
    path = book(tmp_path / "a.xlsx", {"Contacts": rows})
    (file,) = open_sources([path])
    assert file.described == "a.xlsx/Contacts: spreadsheet, 5 columns"
    found = read(path, ReadOptions(decimal=","))
    assert [one.line for one in found] == [2, 4, 5]
    assert list(values(path, ReadOptions(decimal=","))) == [
        ["00417", "1980-05-01", "12,5", 'a "b",\nc', "true"],
        ["417", "2013-05-14 12:30:00", "1234567", "x", "false"],
        ["4.471235E+18", "", "-0,25", "", ""],
    ]


def test_sheets_are_files_of_their_names(tmp_path: Path) -> None:
    """Each sheet that is shown and has cells is a file; one of them can be named alone."""
    one, other = [["id"], ["1"]], [["key"], ["2"]]
    sheets = {"Contacts": one, "Notes": other, "Empty": [], "Old": other}
    path = book(tmp_path / "a.XLSX", sheets, hidden="Old")
    assert [file.name for file in open_sources([path])] == ["a.XLSX/Contacts", "a.XLSX/Notes"]
    assert list(values(path / "Notes")) == [["2"]]
    assert list(values(path, ReadOptions(skip_files=("no*",)))) == [["1"]]
    with pytest.raises(DocumentError, match="there is no `Old`") as caught:
        read(path / "Old")
    assert caught.value.hint == "it has `Contacts`, `Notes`"


def test_a_member_of_an_archive_can_be_named(tmp_path: Path) -> None:
    """What is in an archive is named as the plan names it."""
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("old/contacts.csv", "id\n1\n")
        archive.writestr("contacts.csv", "id\n2\n")
    assert list(values(tmp_path / "a.zip/old/contacts.csv")) == [["1"]]


def test_a_cell_far_from_the_table_does_not_fill_the_memory(tmp_path: Path) -> None:
    """All cells up to the last one would be held, which Excel lets be 17 thousand million."""
    path = tmp_path / "a.xlsx"
    with Workbook(path) as written:
        sheet = written.add_worksheet("a")
        sheet.write_row(0, 0, ["id", "name"])
        sheet.write(1048575, 16383, " ")
    with pytest.raises(DocumentError, match="too large a spreadsheet") as caught:
        read(path)
    assert "far from the table" in (caught.value.hint or "")


@pytest.mark.parametrize("content", [b"", b"no spreadsheet", b"PK\x03\x04" + b"x" * 100])
def test_what_is_no_spreadsheet_is_told(tmp_path: Path, content: bytes) -> None:
    """A damaged spreadsheet is refused by its name, with what to do."""
    path = tmp_path / "a.xlsx"
    path.write_bytes(content)
    with pytest.raises(DocumentError, match=r"cannot read the spreadsheet .*a\.xlsx") as caught:
        read(path)
    assert caught.value.hint


shown = st.characters(exclude_categories=["Cc", "Cs", "Cf", "Zl", "Zp", "Zs"])
texts = st.text(shown, min_size=1)
table_cells = st.one_of(
    texts.filter(lambda text: not text.startswith('="')),
    st.integers(-(10**9), 10**9),
    st.dates(date(1901, 1, 1), date(2199, 12, 31)),
)


@few
@given(rows=st.lists(st.tuples(texts, table_cells, table_cells), min_size=1, max_size=5))
def test_a_spreadsheet_is_read_back(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[Cell, ...]]
) -> None:
    """Whatever texts, whole numbers and days a sheet has are the values of its records."""
    path = tmp_path_factory.mktemp("sheets") / "a.xlsx"
    keyed = [[f"k{n}", *row] for n, row in enumerate(rows)]
    book(path, {"a": [["id", "first", "second", "third"], *keyed]})
    expected = [[str(cell) for cell in row] for row in keyed]
    assert [[cell.strip() for cell in row] for row in values(path)] == [
        [cell.strip() for cell in row] for row in expected
    ]


def card(tmp_path: Path, *properties: str) -> dict[str, str]:
    """Return the columns that a card fills."""
    path = tmp_path / "a.vcf"
    path.write_text(CARD.format("\n".join(properties)), encoding="utf-8")
    (found,) = read(path)
    assert isinstance(found, RawRecord), found
    return {name: value for name, value in found.values.items() if value}


@pytest.mark.parametrize(
    ("properties", "expected"),
    [
        (
            ["N:Müller;Zoë;;Dr.;", "FN:Dr. Zoë Müller", "BDAY:1985-04-01", "UID:u-1"],
            {
                "UID": "u-1",
                "FN": "Dr. Zoë Müller",
                "BDAY": "1985-04-01",
                "N.family": "Müller",
                "N.given": "Zoë",
                "N.prefix": "Dr.",
            },
        ),
        (
            ["N;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:M=C3=BCller;Zo=C3=AB;;;"],
            {"N.family": "Müller", "N.given": "Zoë"},
        ),
        (
            ["TEL;WORK:020 1", "TEL;CELL:07700 900171", "item1.TEL;TYPE=home:020 2"],
            {"TEL.cell": "07700 900171", "TEL": "020 2", "TEL.2": "020 1"},
        ),
        (
            ['TEL;VALUE=uri;TYPE="voice,cell":tel:+44-7700-900171', "EMAIL:mailto:a@b.example"],
            {"TEL.cell": "+44-7700-900171", "EMAIL": "a@b.example"},
        ),
        (
            ["ADR;WORK:;;1 Dock;Hull;;;", "ADR;TYPE=HOME:;;9 Mill Row\\, rear;Leeds;;LS1;UK"],
            {
                "ADR.street": "9 Mill Row, rear",
                "ADR.city": "Leeds",
                "ADR.code": "LS1",
                "ADR.country": "UK",
            },
        ),
        (["NOTE:one\\ntwo", " and so on", "X-OTHER:1"], {"NOTE": "one\ntwoand so on"}),
    ],
)
def test_cards_are_read_in_every_version(
    tmp_path: Path, properties: list[str], expected: dict[str, str]
) -> None:
    """Names, numbers and addresses are found by their types, however a version writes them."""
    assert card(tmp_path, *properties) == expected


def test_the_profile_of_cards_reads_them(tmp_path: Path) -> None:
    """A card becomes a contact; a birthday without a year is left out, and told."""
    path = tmp_path / "a.vcf"
    first = CARD.format("UID:u-1\nFN:Zoë Müller\nN:Müller;Zoë;;;\nBDAY:19850401\nTEL:020 7946 0018")
    path.write_text(first + CARD.format("FN:Ann Reed\nBDAY:--0401"), encoding="utf-8")
    (file,) = open_sources([path])
    compiled = CompiledTable(profile_named("vcard"), "cards", file.header)
    found = [compiled.read(one) for one in file.records() if isinstance(one, RawRecord)]
    people = [one.person for one in found if isinstance(one, NormalizedRecord)]
    assert [(one.given_name, one.birth_date, one.phone) for one in people if one] == [
        ("Zoë", date(1985, 4, 1), "+442079460018"),
        ("Ann", None, None),
    ]
    assert compiled.left_out == [("BDAY", "--0401", "`--0401` is a day without a year")]


def test_a_wrong_card_is_rejected_alone(tmp_path: Path) -> None:
    """A card that does not end, or cannot be read, and what is between cards, spoil no other."""
    path = tmp_path / "a.vcf"
    good = CARD.format("FN:Ann")
    path.write_text(f"{good}BEGIN:VCARD\nFN:Open\n{good}junk\n{CARD.format('no property')}{good}")
    found = [(one.line, getattr(one, "reason", "")) for one in read(path)]
    assert found == [
        (1, ""),
        (5, "the card does not end"),
        (7, ""),
        (11, "it is outside of every card"),
        (12, "it is no vCard that can be read"),
        (16, ""),
    ]


@few
@given(text=st.text(shown, max_size=200), broken=st.sampled_from([":", ";", "=", "\n", "BASE64"]))
def test_no_card_stops_an_import(
    tmp_path_factory: pytest.TempPathFactory, text: str, broken: str
) -> None:
    """Whatever is in a card, the one behind it is read."""
    path = tmp_path_factory.mktemp("cards") / "a.vcf"
    odd = (
        f"N;ENCODING=QUOTED-PRINTABLE:{text}\nPHOTO;ENCODING={broken}:{text}\n{text}{broken}{text}"
    )
    content = CARD.format(odd) + CARD.format("FN:Ann")
    path.write_text(content, encoding="utf-8", errors="replace", newline="")
    last = read(path)[-1]
    assert isinstance(last, RawRecord)
    assert last.values["FN"] == "Ann"


def test_a_mapping_takes_the_records_that_it_is_about(tmp_path: Path) -> None:
    """Records without the values of `only_when` are skipped, and so are those of `skip_when`."""
    path = tmp_path / "mapping.yaml"
    table = "tables: {a: {key: id, only_when: {kind: [home, flat]}, skip_when: {test: yes}}}"
    path.write_text(HEAD + table)
    compiled = CompiledTable(read_mapping(path), "a", ["id", "kind", "test"])
    found = [
        compiled.read(RawRecord("a.csv", 2, "", {"id": "1", "kind": kind, "test": test}))
        for kind, test in (("Home", ""), ("flat", "no"), ("firm", ""), ("home", "y"), ("", ""))
    ]
    is_taken = [isinstance(one, NormalizedRecord) for one in found]
    assert is_taken == [True, True, False, False, False]


def test_a_mapping_leaves_out_files_of_a_folder(tmp_path: Path) -> None:
    """A file that is left out is not even opened; one file at least has to stay."""
    (tmp_path / "population.csv").write_bytes(b"\x00\x01")
    (tmp_path / "a.csv").write_text("id\n1\n")
    assert list(values(tmp_path, ReadOptions(skip_files=("*POPULATION*",)))) == [["1"]]
    with pytest.raises(DocumentError, match="leaves out every file"):
        read(tmp_path, ReadOptions(skip_files=("*",)))


def test_numbers_of_json_have_the_decimal_mark_of_the_mapping(tmp_path: Path) -> None:
    """What is a number in the file is not taken for thousands where the mark is a comma."""
    path = tmp_path / "a.json"
    path.write_text('[{"id": 7, "price": 1.25, "text": "1.250,00"}]')
    assert list(values(path, ReadOptions(decimal=","))) == [["7", "1,25", "1.250,00"]]
