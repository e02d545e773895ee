"""What the next export of a source changes: who ends, moves and stays, and what stops a run."""

import csv
from pathlib import Path

import pytest

from household_graph import HouseholdGraph
from household_graph.cli.exit_codes import ExitCode
from household_graph.imports.import_run import fetch_runs
from household_graph.model.rows import NodeRow, Rows
from tests.cli.commands import household_graph
from tests.cli.imports import import_plan, import_run, imported_rows

LINES = "phone_number,customer_name,date_of_birth,street,postcode,city,plan,price,activation_date"
CONTACTS = "household,id,first_name,last_name,birthday,email,phone,street,postcode,town,primary"
OF_LINES = ("-p", "phone-lines")
OF_CONTACTS = ("-p", "contacts-with-household")


def line(number: int, name: str = "Dad Baker", since: str = "01/02/2020") -> str:
    house = number - 100
    return (
        f"07700 900{number},{name},02/03/1978,{house} Mill Lane,ZZ1 7AB,London,Mobile,12.00,{since}"
    )


def contact(own: str, name: str, born: str = "02.03.1978", home: str = "bakers-7") -> str:
    return f"{home},{own},{name},{born},,,7 Mill Lane,ZZ1 7AB,London,yes"


def export(folder: Path, header: str, *rows: str, name: str = "export.csv") -> str:
    file = folder / name
    file.write_text("\n".join([header, *rows, ""]), encoding="utf-8")
    return str(file)


def active(rows: Rows, label: str) -> list[NodeRow]:
    """Return the nodes of a label that have not ended, in their order."""
    return [n for n in rows.nodes if label in n.labels and "valid_to" not in n.properties]


def test_a_rejected_record_speaks_of_its_customer(empty: HouseholdGraph, tmp_path: Path) -> None:
    """A full export ends nobody whose row it has, however dirty; what is not in it ends."""
    lines = [line(191), line(192), line(193)]
    import_run(export(tmp_path, LINES, *lines), *OF_LINES)
    dirty = [line(191), line(192, since="31/02/2020"), f"{line(193)},and more than it may have"]
    later = import_run(export(tmp_path, LINES, *dirty), *OF_LINES, "--full-export", code=5)
    assert (later["rejected"], later["ended"]) == (2, 0)
    assert all(active(rows, "Product") for rows in imported_rows(empty).values())
    gone = import_run(export(tmp_path, LINES, *lines[:2]), *OF_LINES, "--full-export")
    assert gone["ended"] == 1
    assert sum(not active(rows, "Product") for rows in imported_rows(empty).values()) == 1


@pytest.mark.parametrize("full_export", [(), ("--full-export",)])
def test_a_deleted_record_has_ended(
    full_export: tuple[str, ...], empty: HouseholdGraph, tmp_path: Path
) -> None:
    """A record that is flagged deleted ends what it said before, in a full export or not."""
    header = "Id,IsDeleted,AccountId,FirstName,LastName,Birthdate,vlocity_cmt__IsPrimary__c"
    dad, mum = "003D,false,001B,Dad,Baker,1978-03-02,true", "003M,{},001B,Mum,Baker,1980-07-19,no"
    profile = ("-p", "salesforce-communications", *full_export)
    first = export(tmp_path, header, dad, mum.format("false"), name="Contact.csv")
    import_run(first, *profile)
    second = export(tmp_path, header, dad, mum.format("true"), name="Contact.csv")
    assert import_plan(second, *profile)["ended"] == 1
    assert import_run(second, *profile)["ended"] == 1
    [rows] = imported_rows(empty).values()
    users = {link.start for link in rows.relationships if link.type == "MEMBER_OF"}
    ended = {
        link.start
        for link in rows.relationships
        if link.type == "MEMBER_OF" and "valid_to" in link.properties
    }
    assert len(users) == 2
    assert [one.rpartition("/")[2] for one in ended] == ["contacts.003M"] or len(ended) == 1


def test_who_has_another_household_key_moves(empty: HouseholdGraph, tmp_path: Path) -> None:
    """The key of the source counts more than where an earlier import put a record."""
    both = [contact("C-1", "Dad,Baker"), contact("C-2", "Katie,Baker", "14.05.2003")]
    import_run(export(tmp_path, CONTACTS, *both), *OF_CONTACTS)
    moved = [both[0], contact("C-2", "Katie,Baker", "14.05.2003", "katies-2")]
    later = import_run(export(tmp_path, CONTACTS, *moved), *OF_CONTACTS)
    assert (later["moved"], later["ended"]) == (1, 0)
    rows = imported_rows(empty)
    assert set(rows) == {"contacts-bakers-7", "contacts-katies-2"}
    [katie] = [n for n in rows["contacts-katies-2"].nodes if "Individual" in n.labels]
    assert katie.properties["given_name"] == "Katie"
    assert active(rows["contacts-katies-2"], "Customer")
    left = [
        link
        for link in rows["contacts-bakers-7"].relationships
        if link.type == "MEMBER_OF" and "valid_to" in link.properties
    ]
    assert len(left) == 1


def test_an_empty_cell_keeps_what_was_known(empty: HouseholdGraph, tmp_path: Path) -> None:
    """A child stays a child where a later export leaves the birth date out, and so does the rest.

    The same export again changes nothing.
    """
    full = "bakers-7,C-2,Katie,Baker,14.05.2013,katie@bakers.example,,7 Mill Lane,ZZ1 7AB,London,no"
    blank = "bakers-7,C-2,Katie,Baker,,,,,,,no"
    import_run(export(tmp_path, CONTACTS, contact("C-1", "Dad,Baker"), full), *OF_CONTACTS)
    before = imported_rows(empty)
    file = export(tmp_path, CONTACTS, contact("C-1", "Dad,Baker"), blank)
    later = import_run(file, *OF_CONTACTS)
    assert (later["changed"], later["unchanged"]) == (0, 2)
    assert imported_rows(empty) == before


def test_an_empty_cell_clears_where_the_mapping_says_so(
    empty: HouseholdGraph, tmp_path: Path
) -> None:
    """With `blank: clear` all that is empty is taken away alike."""
    mapping = tmp_path / "mapping.yaml"
    profile = household_graph("import", "mapping", "-p", "contacts-with-household").out
    mapping.write_text(f"blank: clear\n{profile}", encoding="utf-8")
    clears = ("-m", str(mapping))
    import_run(export(tmp_path, CONTACTS, contact("C-1", "Dad,Baker")), *clears)
    blank = "bakers-7,C-1,Dad,Baker,,,,,,,yes"
    assert import_run(export(tmp_path, CONTACTS, blank), *clears)["changed"] == 1
    [rows] = imported_rows(empty).values()
    [dad] = [node for node in rows.nodes if "Individual" in node.labels]
    assert "birth_date" not in dad.properties


def test_an_export_that_would_end_many_stops(empty: HouseholdGraph, tmp_path: Path) -> None:
    """A full export that is cut off is refused, and leaves no run; a number confirms it."""
    many = [line(number) for number in range(200, 230)]
    import_run(export(tmp_path, LINES, *many), *OF_LINES)
    before = imported_rows(empty)
    cut = export(tmp_path, LINES, *many[:3])
    arguments = (cut, *OF_LINES, "--full-export")
    assert import_plan(*arguments)["ended"] == 27
    planned = household_graph("import", "plan", *arguments)
    assert "the export would end 27 of 30 records of earlier exports" in planned.out
    for confirmed in ((), ("--confirm-ends", "26")):
        refused = household_graph("import", "run", *arguments, *confirmed)
        assert refused.code == ExitCode.BAD_INPUT
        assert "say so with --confirm-ends 27" in refused.err
    assert imported_rows(empty) == before
    assert len(fetch_runs(empty.connection, "lines")) == 1
    assert import_run(*arguments, "--confirm-ends", "27")["ended"] == 27


def test_a_header_alone_ends_nobody(empty: HouseholdGraph, tmp_path: Path) -> None:
    """However few there are: a full export without a record stops."""
    import_run(export(tmp_path, LINES, line(191)), *OF_LINES)
    header = export(tmp_path, LINES)
    refused = household_graph("import", "run", header, *OF_LINES, "--full-export")
    assert refused.code == ExitCode.BAD_INPUT
    assert "the export has no record, and would end all 1 of earlier ones" in refused.err
    assert import_run(header, *OF_LINES)["ended"] == 0
    assert empty.connection


def test_keys_that_a_spreadsheet_changed_stop_a_run(empty: HouseholdGraph, tmp_path: Path) -> None:
    """Where no key is known, but all are with leading zeros, nothing is made twice."""
    known = contact("00091", "Dad,Baker", home="00417")
    import_run(export(tmp_path, CONTACTS, known), *OF_CONTACTS)
    changed = export(tmp_path, CONTACTS, contact("91", "Dad,Baker", home="417"))
    refused = household_graph("import", "run", changed, *OF_CONTACTS)
    assert refused.code == ExitCode.BAD_INPUT
    assert "no key of the export is known, but 1 are but for zeros" in refused.err
    assert len(imported_rows(empty)) == 1
    import_run(changed, *OF_CONTACTS, "--confirm-ends", "0")
    assert len(imported_rows(empty)) == 2


def test_columns_that_are_not_there_are_named(empty: HouseholdGraph, tmp_path: Path) -> None:
    """A plan and a run name the columns that only the mapping has, and those that only the file."""
    header = CONTACTS.replace("birthday", "Brithday").replace(",email", ",shoe_size")
    file = export(tmp_path, header, contact("C-1", "Dad,Baker"))
    planned = import_plan(file, *OF_CONTACTS)
    assert planned == planned | {
        "missing_columns": [
            "contacts: birthday or birth_date or date_of_birth or dob",
            "contacts: email or e-mail or email_address",
            "contacts: country",
        ],
        "unused_columns": ["export.csv: Brithday", "export.csv: shoe_size"],
    }
    shown = household_graph("import", "run", file, *OF_CONTACTS)
    assert "columns of the mapping that are in no file:\n  contacts: birthday" in shown.out
    assert "columns that the mapping leaves out:\n  export.csv: Brithday" in shown.out
    assert empty.connection


def test_a_required_column_that_is_missing_is_an_error(
    empty: HouseholdGraph, tmp_path: Path
) -> None:
    """A mapping can say that an export without a column is not to be imported at all."""
    profile = household_graph("import", "mapping", "-p", "contacts-with-household").out
    mapping = tmp_path / "mapping.yaml"
    changed = profile.replace(
        "birth_date: [birthday, birth_date, date_of_birth, dob]",
        "birth_date: {column: birthday, required: true}",
    )
    assert changed != profile
    mapping.write_text(changed, encoding="utf-8")
    file = export(tmp_path, CONTACTS.replace("birthday", "birth"), contact("C-1", "Dad,Baker"))
    refused = household_graph("import", "run", file, "-m", str(mapping))
    assert refused.code == ExitCode.BAD_INPUT
    assert "lacks the column `birthday`, which the mapping requires" in refused.err
    assert "is it `birth`?" in refused.err
    assert imported_rows(empty) == {}


def test_a_cell_that_cannot_be_read_loses_nobody(empty: HouseholdGraph, tmp_path: Path) -> None:
    """A bad optional value is left out and listed; what a mapping needs rejects the record."""
    bad = "bakers-7,C-1,Dad,Baker,02.03.1978,no-address,12,7 Mill Lane,ZZ1 7AB,London,yes"
    file = export(tmp_path, CONTACTS, bad)
    done = import_run(file, *OF_CONTACTS)
    assert (done["written"], done["rejected"]) == (1, 0)
    with Path(done["warnings"]).open(encoding="utf-8", newline="") as report:
        left_out = {one["column"]: (one["line"], one["text"]) for one in csv.DictReader(report)}
    assert left_out == {"email": ("2", "no-address"), "phone": ("2", "12")}
    shown = household_graph("import", "plan", file, *OF_CONTACTS)
    assert "2 cells left out, as unreadable" in shown.out
    profile = household_graph("import", "mapping", "-p", "contacts-with-household").out
    strict = tmp_path / "strict.yaml"
    strict.write_text(
        profile.replace(
            "email: [email, e-mail, email_address]", "email: {column: email, on_error: reject}"
        ),
        encoding="utf-8",
    )
    refused = import_plan(file, "-m", str(strict))
    assert (refused["rejected"], refused["written"]) == (1, 0)
    assert empty.connection


def test_who_an_asset_names_is_its_user(empty: HouseholdGraph, tmp_path: Path) -> None:
    """Dad's mobile is used by Dad; what names nobody is used by the household."""
    people = "ROW_ID,PR_DEPT_OU_ID,FST_NAME,LAST_NAME,BIRTH_DT,PR_CON_FLG"
    export(
        tmp_path,
        people,
        "1-D,1-B,Dad,Baker,03/02/1978,Y",
        "1-T,1-B,Tom,Baker,09/11/2010,N",
        name="S_CONTACT.csv",
    )
    assets = "ROW_ID,OWNER_ACCNT_ID,OWNER_CON_ID,PROD_NAME,TYPE_CD,STATUS_CD,INSTALL_DT"
    export(
        tmp_path,
        assets,
        "1-M,1-B,1-D,Mobile,voice,Active,01/01/2020",
        "1-I,1-B,,Broadband,internet,Active,01/01/2020",
        name="S_ASSET.csv",
    )
    import_run(str(tmp_path), "-p", "siebel")
    allowed = {
        (party, product): empty.check(f"siebel-1-B/{party}", f"siebel-1-B/{product}").allowed
        for party in ("1-D", "1-T")
        for product in ("1-M", "1-I")
    }
    assert allowed == {
        ("1-D", "1-M"): True,
        ("1-D", "1-I"): True,
        ("1-T", "1-M"): False,
        ("1-T", "1-I"): True,
    }
