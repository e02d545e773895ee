"""Mappings: read with their lines, fitted to headers, and what records say by them."""

import json
from pathlib import Path

import jsonschema
import pytest
from ruamel.yaml import YAML

from household_graph.errors import DocumentError, UnknownIdError
from household_graph.imports.mapping.compile import CompiledTable
from household_graph.imports.mapping.guess import guess_mapping
from household_graph.imports.mapping.headers import missing_columns, table_for, unused_columns
from household_graph.imports.mapping.mapping import (
    mapping_schema,
    profile_named,
    profile_text,
    read_mapping,
    shipped_profiles,
)
from household_graph.imports.records import (
    NormalizedRecord,
    RawRecord,
    RejectedRecord,
    SkippedRecord,
)
from household_graph.imports.sources import open_sources, samples
from household_graph.installation import shipped
from tests.unit.staged_imports import staged

CRM = shipped("seed") / "crm"
TELCO = Path(__file__).parents[3] / "shared/data/telco_customer_churn.csv"
HEAD = 'source: crm\ncountry: GB\ntime_zone: Europe/London\ndate_order: dmy\ndecimal: "."\n'


def said(profile: str, path: Path) -> list[NormalizedRecord | RejectedRecord | SkippedRecord]:
    """Return what the records of a file say by a profile."""
    mapping = profile_named(profile)
    (file,) = open_sources([path])
    compiled = CompiledTable(mapping, table_for(mapping, file.header, file.name), file.header)
    return [compiled.read(raw) if isinstance(raw, RawRecord) else raw for raw in file.records()]


def read_record(
    profile: str, table: str, **values: str
) -> NormalizedRecord | RejectedRecord | SkippedRecord:
    compiled = CompiledTable(profile_named(profile), table, list(values))
    return compiled.read(RawRecord("a.csv", 2, "", values))


def of_record(profile: str, table: str, **values: str) -> NormalizedRecord:
    found = read_record(profile, table, **values)
    assert isinstance(found, NormalizedRecord), found
    return found


def test_phone_lines_are_read_with_their_dirt() -> None:
    """Numbers, names, dates and amounts are cleaned; what cannot be is rejected with its column."""
    found = said("phone-lines", CRM / "lines.csv")
    first = found[0]
    assert isinstance(first, NormalizedRecord)
    assert first.key == "lines/+447700900101"
    assert first.person
    assert (first.person.given_name, first.person.family_name) == ("Dad", "Baker")
    assert first.products[0].price == 18.0
    rejected = [(one.line, one.field) for one in found if isinstance(one, RejectedRecord)]
    assert rejected == [(10, "activation_date"), (13, "phone_number")]


def test_the_telco_export_is_read_whole() -> None:
    """All 7,043 customers are taken, those without a total too; two columns are left out."""
    if not TELCO.is_file():
        pytest.skip(f"{TELCO} is not there")
    found = said("telco-customers", TELCO)
    assert len(found) == 7043
    statements = [one for one in found if isinstance(one, NormalizedRecord)]
    assert len(statements) == 7043
    assert (
        sum(one.terms is not None and one.terms.total_charged is None for one in statements) == 11
    )
    (file,) = open_sources([TELCO])
    table = profile_named("telco-customers").tables["customers"]
    assert unused_columns(table, file.header) == ("gender", "SeniorCitizen")


@pytest.mark.parametrize(
    ("profile", "table", "column", "value", "reason"),
    [
        ("telco-customers", "customers", "MonthlyCharges", "-3.00", "`-3.00` is a credit"),
        ("telco-customers", "customers", "tenure", "-3", "`-3` is less than no months"),
        ("siebel", "contacts", "HOME_PH_NUM", "020 7946", "`020 7946` is not a valid phone"),
    ],
)
def test_what_is_optional_is_left_out(
    profile: str, table: str, column: str, value: str, reason: str
) -> None:
    """The record is read without the value, and says which cell it does without."""
    values = {"ROW_ID": "7", "customerID": "7", column: value}
    compiled = CompiledTable(profile_named(profile), table, list(values))
    assert isinstance(compiled.read(RawRecord("a.csv", 2, "", values)), NormalizedRecord)
    [left_out] = compiled.left_out
    assert (left_out.column, left_out.text) == (column, value)
    assert left_out.reason.startswith(reason)
    compiled.read(RawRecord("a.csv", 3, "", values | {column: ""}))
    assert compiled.left_out == []


@pytest.mark.parametrize(
    ("profile", "table", "column", "value", "reason"),
    [
        ("telco-customers", "customers", "Partner", "maybe", "`maybe` is neither yes nor no"),
        ("telco-customers", "customers", "InternetService", "Cable", "unknown value `Cable`"),
        ("siebel", "contacts", "FST_NAME", "Mum & Dad", "`Mum & Dad` names more than one"),
        ("siebel", "accounts", "COUNTRY", "XX", "`XX` is not a country"),
    ],
)
def test_what_cannot_be_understood_is_told_with_its_column(
    profile: str, table: str, column: str, value: str, reason: str
) -> None:
    """It is neither guessed nor passed over, and of several columns the one to correct is named."""
    whole = {"customerID": "7", "ROW_ID": "7", "LAST_NAME": "Baker", "CITY": "London"}
    found = read_record(profile, table, **whole, CELL_PH_NUM="", **{column: value})
    assert isinstance(found, RejectedRecord)
    assert found.field == column
    assert found.reason.startswith(reason)


@pytest.mark.parametrize(
    ("country", "written", "expected"),
    [
        ("Germany", "030 23125 012", "+493023125012"),
        ("USA", "(307) 555-0171", "+13075550171"),
        ("US", "(208) 555-0171", "+12085550171"),
        ("France", "01 99 00 12 34", "+33199001234"),
        ("Germany", "+44 20 7946 0171", "+442079460171"),
        ("Narnia", "+44 20 7946 0171", "+442079460171"),
        ("", "01632 960171", "+441632960171"),
    ],
)
def test_a_phone_number_is_of_the_country_of_its_record(
    country: str, written: str, expected: str
) -> None:
    """A national number is read by the country that its record names, else by the mapping's."""
    found = of_record("contacts-with-household", "contacts", id="1", country=country, phone=written)
    assert found.person
    assert found.person.phone == expected


def test_a_column_of_two_spellings_is_read_once() -> None:
    """Names that a mapping lists for one column, such as `email` and `e-mail`, are one column."""
    values = {"id": "1", "e_mail": "ann@reed"}
    compiled = CompiledTable(profile_named("contacts-with-household"), "contacts", list(values))
    compiled.read(RawRecord("a.csv", 2, "", values))
    assert compiled.left_out == [("e_mail", "ann@reed", "`ann@reed` is not an e-mail address")]


def test_a_national_number_of_no_known_country_is_left_out() -> None:
    """A number that may be of any country is not taken for one of the mapping's."""
    values = {"id": "1", "country": "Narnia", "phone": "020 7946 0171"}
    compiled = CompiledTable(profile_named("contacts-with-household"), "contacts", list(values))
    found = compiled.read(RawRecord("a.csv", 2, "", values))
    assert isinstance(found, NormalizedRecord)
    assert found.person
    assert found.person.phone is None
    assert compiled.left_out == [("phone", "020 7946 0171", "`Narnia` is not a country")]


def test_no_internet_is_no_product() -> None:
    """A customer without internet has no such product, and none of those that need it."""
    columns = {"PhoneService": "1", "InternetService": "No", "OnlineBackup": "No internet service"}
    found = of_record("telco-customers", "customers", customerID="7", **columns)
    assert [product.key for product in found.products] == ["phone"]


def test_contacts_and_assets_of_salesforce_meet() -> None:
    """An asset names its account and the contact who uses it, as these name themselves."""
    contact = of_record(
        "salesforce-communications",
        "contacts",
        Id="003A",
        AccountId="001A",
        LastName="Baker",
        FirstName="Katie",
    )
    asset = of_record(
        "salesforce-communications",
        "assets",
        Id="02iA",
        AccountId="001A",
        ContactId="003A",
        Name="Cable TV",
    )
    assert contact.person
    assert asset.person
    assert contact.person.key == asset.person.key == "contacts/003A"
    assert contact.household == asset.household == "001A"
    assert asset.products[0].name == "Cable TV"


@pytest.mark.parametrize(
    ("family", "identifier", "serial", "expected"),
    [
        ("voice", "07700 900175", "", "+447700900175"),
        ("Voice", "", "07700900175", "+447700900175"),
        ("mobile", "07700 900175", "IMEI-0301", "+447700900175"),
        ("voice", "", "LINE-0001", "LINE-0001"),
        ("tv", "", "07700900175", "07700900175"),
        ("internet", "amy@fold.example", "", "amy@fold.example"),
        ("internet", "amy@fold.example", "HUB-0301", "HUB-0301"),
    ],
)
def test_numbers_of_lines_are_in_e164(
    family: str, identifier: str, serial: str, expected: str
) -> None:
    """The number of a line is found by `who-has-number`; a serial number stays as it is."""
    values = {"Product2.Family": family, "vlocity_cmt__ServiceIdentifier__c": identifier}
    values |= {"Id": "1", "Name": "A", "AccountId": "2", "SerialNumber": serial}
    [product] = of_record("salesforce-communications", "assets", **values).products
    assert product.device
    assert product.device.value == expected


def test_siebel_rows_are_told_by_their_columns() -> None:
    """A contact of Siebel has its account, its names and its date of birth."""
    found = of_record(
        "siebel",
        "contacts",
        ROW_ID="1-A",
        PR_DEPT_OU_ID="1-B",
        FST_NAME="KATIE",
        LAST_NAME="BAKER",
        BIRTH_DT="05/14/2013",
        PR_CON_FLG="N",
    )
    assert found.person
    assert (found.person.given_name, str(found.person.birth_date)) == ("Katie", "2013-05-14")
    assert (found.account, found.roles) == ("1-B", ("User",))


def test_a_file_that_fits_no_table_is_named(tmp_path: Path) -> None:
    """A header without the key says which column is missing, and the nearest one there is."""
    with pytest.raises(DocumentError, match="no column for the key: `customerID`") as problem:
        table_for(profile_named("telco-customers"), ["custmerID", "gender"], "a.csv")
    assert "custmerID" in (problem.value.hint or "")
    with pytest.raises(UnknownIdError, match="profile"):
        profile_named("sibel")
    path = tmp_path / "mapping.yaml"
    path.write_text(f"{HEAD}tables: {{a: {{key: id}}, b: {{key: id}}}}\n", encoding="utf-8")
    with pytest.raises(DocumentError, match="may be any of `a`, `b`"):
        table_for(read_mapping(path), ["id"], "x.csv")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (f"{HEAD}tables: {{a: {{key: id, hosehold: x}}}}", "mapping.yaml:6: tables.a.hosehold"),
        (f"{HEAD}tables: {{a: {{}}}}", "`key` is missing"),
        (f"{HEAD}tables: {{a: {{key: {{values: {{x: y}}}}}}}}", "neither a column nor a text"),
        (HEAD.replace("Europe/London", "Europe/Londn") + "tables: {}", "mapping.yaml:3: time_zone"),
        (HEAD.replace("dmy", "dym") + "tables: {}", "mapping.yaml:4: date_order"),
        (f"{HEAD}tables: [", "not YAML"),
    ],
)
def test_a_wrong_mapping_is_named_with_its_line(tmp_path: Path, text: str, message: str) -> None:
    """Whatever is wrong with a mapping is told with file, line and field."""
    path = tmp_path / "mapping.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(DocumentError) as problem:
        read_mapping(path)
    assert message in problem.value.message


@pytest.mark.parametrize("name", list(shipped_profiles()))
def test_profiles_fit_the_published_schema(name: str) -> None:
    """Every profile is accepted by the JSON Schema of mappings; one with a wrong field is not."""
    schema = json.loads(mapping_schema())
    data = YAML(typ="safe").load(profile_text(name))
    jsonschema.validate(json.loads(json.dumps(data)), schema)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({**json.loads(json.dumps(data)), "sauce": "x"}, schema)


def test_a_guessed_mapping_is_to_be_filled_in(tmp_path: Path) -> None:
    """What cannot be told is left open, and said; filled in, it reads the export it came from."""
    files = open_sources([CRM / "lines.csv"])
    text = guess_mapping(samples(files))
    path = tmp_path / "mapping.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(DocumentError, match="country"):
        read_mapping(path)
    filled = text.replace("country:", "country: GB", 1).replace("time_zone:", "time_zone: UTC", 1)
    path.write_text(filled, encoding="utf-8")
    mapping = read_mapping(path)
    (file,) = files
    compiled = CompiledTable(mapping, table_for(mapping, file.header, file.name), file.header)
    first = compiled.read(next(raw for raw in file.records() if isinstance(raw, RawRecord)))
    assert isinstance(first, NormalizedRecord)
    assert first.person
    assert (first.person.given_name, str(first.person.birth_date)) == ("Dad", "1978-03-02")
    assert mapping.date_order == "dmy"


def test_a_guess_of_contacts_takes_the_children(tmp_path: Path) -> None:
    """Whom the export calls primary is the customer of the household; minors are members."""
    text = guess_mapping(samples(open_sources([CRM / "contacts.csv"])))
    path = tmp_path / "mapping.yaml"
    filled = text.replace("country:", "country: GB", 1).replace("time_zone:", "time_zone: UTC", 1)
    path.write_text(filled, encoding="utf-8")
    lines = (CRM / "contacts.csv").read_text(encoding="utf-8-sig").splitlines()
    by_guess = staged(tmp_path, path, {"contacts.csv": lines})
    by_profile = staged(tmp_path, "contacts-with-household", {"contacts.csv": lines})
    assert len(by_guess.rejects) == len(by_profile.rejects)
    labels = [
        sorted(sorted(node.labels) for rows in outcome.households.values() for node in rows.nodes)
        for outcome in (by_guess, by_profile)
    ]
    assert labels[0] == labels[1]


def test_a_full_name_and_its_parts_stand_for_each_other() -> None:
    """Where an export has one, the other is not missing; where it has neither, both are."""
    table = profile_named("contacts-with-household").tables["contacts"]
    for header in (["id", "name"], ["id", "first_name", "last_name"]):
        assert not [one for one in missing_columns(table, [header]) if "name" in one]
    assert len([one for one in missing_columns(table, [["id"]]) if "name" in one]) == 3
    [lacking] = [one for one in missing_columns(table, [["id", "last_name"]]) if "name" in one]
    assert lacking.startswith("first_name or")


def test_all_columns_of_phones_and_mails_are_read() -> None:
    """The first that can be read is the one people are recognised by; the others are kept."""
    values = {"id": "1", "phone": "letters", "mobile": "07700 900171", "email": "a@b.example"}
    compiled = CompiledTable(
        profile_named("contacts-with-household"), "contacts", [*values, "phone_number"]
    )
    found = compiled.read(RawRecord("a.csv", 2, "", {**values, "phone_number": "020 7946 0171"}))
    assert isinstance(found, NormalizedRecord)
    assert found.person
    assert (found.person.phone, found.person.other_phones) == ("+447700900171", ("+442079460171",))
    assert (found.person.email, found.person.other_emails) == ("a@b.example", None)
    assert [one.column for one in compiled.left_out] == ["phone"]
