"""The sample exports in `seed/crm/`: each record of them is taken, or rejected for what is told."""

import csv
import io
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from household_graph import HouseholdGraph
from household_graph.installation import shipped
from tests.cli.commands import household_graph
from tests.cli.imports import import_plan, import_run, imported_rows

CRM = shipped("seed") / "crm"
COUNTS = (
    *("read", "written", "unchanged", "merged", "rejected", "skipped"),
    *("households", "new_households"),
)
ACCOUNTS, CONTACTS, ASSETS = "S_ORG_EXT.tsv", "S_CONTACT.csv", "S_ASSET.csv.gz"
ZIPPED = "assets.zip/Asset.csv"
Place = tuple[str, int]


@dataclass(frozen=True)
class Sample:
    """An export, and what is to become of it.

    Attributes:
        path: below `seed/crm/`.
        profile: by which it is read.
        counts: what a run comes to, in the order of `COUNTS`.
        again: how many are unchanged and merged, when it is run again.
        merges, duplicates: the keys of the records that are, or may be, about one person.
        rejects: file and line -> the column and what the reason says.
        warnings: file and line -> the column that is left out and what the reason says.
        corrections: file and line -> what is put in which columns to correct it; None: the line
            is taken out.
        corrected: how many of the corrected ones are written, and merged.
    """

    path: str
    profile: str
    counts: tuple[int, ...]
    again: tuple[int, int]
    merges: tuple[tuple[str, str], ...]
    duplicates: tuple[tuple[str, str], ...]
    rejects: Mapping[Place, tuple[str, str]]
    warnings: Mapping[Place, tuple[str, str]]
    corrections: Mapping[Place, Mapping[str, str] | None]
    corrected: tuple[int, int]

    @property
    def arguments(self) -> tuple[str, ...]:
        """The arguments of a plan or a run."""
        return str(CRM / self.path), "-p", self.profile


SIEBEL = Sample(
    path="siebel",
    profile="siebel",
    counts=(39, 25, 0, 2, 12, 0, 5, 5),
    again=(26, 1),
    merges=(("contacts/1-C03", "contacts/1-C04"),),
    duplicates=(("contacts/1-C06", "contacts/1-C07"),),
    rejects={
        (ASSETS, 9): ("SERIAL_NUM", "`4.47701E+11` is a number without its last digits"),
        (ASSETS, 11): ("STATUS_CD", "unknown value `In Provisioning`"),
        (ASSETS, 12): ("INSTALL_DT", "`02/30/2021` does not exist"),
        (ASSETS, 13): (
            "INSTALL_DT, START_DT, END_DT",
            "`1-A12` ends on 2020-09-02, before it begins on 2021-09-03",
        ),
        (ASSETS, 14): ("ROW_ID", "the key `1-A01` is that of line 2 of S_ASSET.csv.gz"),
        (CONTACTS, 9): ("BIRTH_DT", "`30/01/2009` is not a day in the order month, day, year"),
        (CONTACTS, 16): ("PR_CON_FLG", "`main` is neither yes nor no"),
        (CONTACTS, 17): ("LAST_NAME", "`Bench 2` is not a name"),
        (CONTACTS, 18): ("", "expected 9 columns, found 10"),
        (ACCOUNTS, 9): ("ZIPCODE", "`ZZ1 7A` is not a postal code in GB"),
        (ACCOUNTS, 10): ("ACCNT_TYPE_CD", "unknown value `Reseller`"),
        (ACCOUNTS, 11): ("ROW_ID", "the key is empty"),
    },
    warnings={
        (CONTACTS, 13): ("EMAIL_ADDR", "`manager@bike-shop` is not an e-mail address"),
        (CONTACTS, 14): ("HOME_PH_NUM", "`020 7946` is not a valid phone number in GB"),
    },
    corrections={
        (ASSETS, 9): {"SERIAL_NUM": "ROUTER-SHOP-2"},
        (ASSETS, 11): {"STATUS_CD": "Suspended"},
        (ASSETS, 12): {"INSTALL_DT": "02/28/2021"},
        (ASSETS, 13): {"END_DT": "09/02/2022"},
        (ASSETS, 14): None,
        (CONTACTS, 9): {"BIRTH_DT": "01/30/2009"},
        (CONTACTS, 16): {"PR_CON_FLG": "yes"},
        (CONTACTS, 17): {"LAST_NAME": ""},
        (CONTACTS, 18): {"ROW_ID": "1-C16", "PR_DEPT_OU_ID": "1-WORK", "BIRTH_DT": "05/05/1990"},
        (ACCOUNTS, 9): {"ZIPCODE": "ZZ1 7AB"},
        (ACCOUNTS, 10): {"ACCNT_TYPE_CD": "Business"},
        (ACCOUNTS, 11): None,
    },
    corrected=(10, 0),
)
SALESFORCE = Sample(
    path="salesforce",
    profile="salesforce-communications",
    counts=(40, 25, 0, 3, 9, 3, 5, 5),
    again=(27, 1),
    merges=(("contacts/003EMMA00000001", "contacts/003EMMA00000002"),),
    duplicates=(("contacts/003TOM000000001", "contacts/003TOM000000002"),),
    rejects={
        ("Account.csv", 7): ("Type", "unknown value `Partner`"),
        ("Account.csv", 8): ("vlocity_cmt__Status__c", "unknown value `Draft`"),
        ("Account.csv", 9): ("BillingCountryCode", "`XX` is not a country"),
        ("Account.csv", 10): ("", "a quote within quotes is not doubled"),
        ("Contact.csv", 8): ("Birthdate", "`24/12/1975` is not a day in the order year, month"),
        ("Contact.csv", 9): ("Birthdate", "`2113-05-14` is after"),
        ("Contact.csv", 10): ("FirstName", "`Mum & Dad` names more than one person"),
        (ZIPPED, 11): ("InstallDate", "`2023-04-31` does not exist"),
        (ZIPPED, 15): ("Status", "unknown value `Being ported`"),
    },
    warnings={
        ("Contact.csv", 14): ("Phone", "`020 7946 0103 ext 3` has an extension"),
        (ZIPPED, 5): ("vlocity_cmt__RecurringCharge__c", "`(14.00)` is a credit"),
        (ZIPPED, 6): ("vlocity_cmt__RecurringCharge__c", "`6,00` is not an amount"),
        (ZIPPED, 9): ("vlocity_cmt__RecurringCharge__c", "`45.000` may be an amount with three"),
    },
    corrections={
        ("Account.csv", 7): {"Type": "Commercial"},
        ("Account.csv", 8): {"vlocity_cmt__Status__c": "Active"},
        ("Account.csv", 9): {"BillingCountryCode": "GB"},
        ("Account.csv", 10): {"Id": "001OPEN00000001", "Name": 'The "Bike" Shop'},
        ("Contact.csv", 8): {"Birthdate": "1975-12-24"},
        ("Contact.csv", 9): {"Birthdate": "2013-05-14"},
        ("Contact.csv", 10): None,
        (ZIPPED, 11): {"InstallDate": "2023-04-30"},
        (ZIPPED, 15): {"Status": "Active"},
    },
    corrected=(8, 0),
)
CUSTOMERS = Sample(
    path="customers.csv",
    profile="telco-customers",
    counts=(14, 9, 0, 1, 4, 0, 9, 9),
    again=(9, 1),
    merges=(),
    duplicates=(),
    rejects={
        ("customers.csv", 11): (
            "customerID",
            "the key `0005-SHOP` is that of line 7 of customers.csv",
        ),
        ("customers.csv", 15): ("InternetService", "unknown value `Cable`"),
        ("customers.csv", 17): ("Partner", "`maybe` is neither yes nor no"),
        ("customers.csv", 18): ("", "expected 21 columns, found 22"),
    },
    warnings={
        ("customers.csv", 12): ("tenure", "`about 40` is not a whole number"),
        ("customers.csv", 13): ("MonthlyCharges", "`45,00` is not an amount"),
        ("customers.csv", 14): ("Contract", "unknown value `Three year`"),
    },
    corrections={
        ("customers.csv", 11): None,
        ("customers.csv", 15): {"InternetService": "DSL"},
        ("customers.csv", 17): {"Partner": "no"},
        ("customers.csv", 18): {"customerID": "0012-SHOP", "TotalCharges": "1,540.00"},
    },
    corrected=(3, 0),
)
SAMPLES = [pytest.param(one, id=one.path) for one in (SIEBEL, SALESFORCE, CUSTOMERS)]


def rows_in(path: str) -> list[dict[str, str]]:
    with Path(path).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def place_of(row: Mapping[str, str]) -> Place:
    return row["reject_file"], int(row["reject_line"])


def pairs_in(path: str | None) -> tuple[tuple[str, str], ...]:
    return tuple((row["first"], row["second"]) for row in rows_in(path)) if path else ()


def corrected(text: str, corrections: Mapping[Place, Mapping[str, str] | None]) -> str:
    """Return a file of rejects with its rows corrected, or taken out."""
    reader = csv.DictReader(io.StringIO(text))
    written = io.StringIO()
    writer = csv.DictWriter(written, reader.fieldnames or ())
    writer.writeheader()
    for row in reader:
        correction = corrections[place_of(row)]
        if correction is not None:
            writer.writerow({**row, **correction})
    return written.getvalue()


@pytest.mark.parametrize("sample", SAMPLES)
def test_a_sample_comes_to_what_it_is_meant_to(sample: Sample, empty: HouseholdGraph) -> None:
    """A plan counts what the sample is made for, and names the two that are one, or may be."""
    told = import_plan(*sample.arguments)
    assert tuple(told[name] for name in COUNTS) == sample.counts
    assert pairs_in(told.get("merges")) == sample.merges
    assert told.get("doubts") == told.get("possible_duplicates")
    assert pairs_in(told.get("possible_duplicates")) == sample.duplicates
    assert imported_rows(empty) == {}


@pytest.mark.parametrize("sample", SAMPLES)
def test_each_reject_is_told_and_what_to_do(sample: Sample, empty: HouseholdGraph) -> None:
    """Lines, columns and reasons are those the dirt is there for; each has a hint and its text.

    So it is of cells that are left out.
    """
    assert imported_rows(empty) == {}
    told = import_plan(*sample.arguments)
    rows, warnings = rows_in(told["rejects"]), rows_in(told["warnings"])
    assert [place_of(row) for row in rows] == list(sample.rejects)
    for row, (field, reason) in zip(rows, sample.rejects.values(), strict=True):
        assert row["reject_field"] == field
        assert row["reject_reason"].startswith(reason)
        assert row["reject_hint"]
        assert row["reject_text"]
    left_out = {(one["file"], int(one["line"])): one for one in reversed(warnings)}
    assert sorted(left_out) == sorted(sample.warnings)
    for place, (column, reason) in sample.warnings.items():
        assert left_out[place]["column"] == column
        assert left_out[place]["reason"].startswith(reason)
        assert left_out[place]["text"]


@pytest.mark.parametrize("sample", SAMPLES)
def test_a_sample_is_run_corrected_and_taken_back(
    sample: Sample, empty: HouseholdGraph, tmp_path: Path
) -> None:
    """A run does what the plan said, again changes nothing; undo gives the graph of before."""
    run = import_run(*sample.arguments, code=5)
    assert tuple(run[name] for name in COUNTS) == sample.counts
    first = imported_rows(empty)
    again = import_run(*sample.arguments, code=5)
    assert (again["written"], again["households"]) == (0, 0)
    assert (again["unchanged"], again["merged"]) == sample.again
    path = tmp_path / "corrected.csv"
    rejects = household_graph("import", "rejects", run["run"]).out
    path.write_text(corrected(rejects, sample.corrections), encoding="utf-8", newline="")
    mended = import_run(str(path), "-p", sample.profile, code=0)
    assert (mended["written"], mended["merged"]) == sample.corrected
    assert imported_rows(empty) != first
    assert household_graph("import", "undo", mended["run"]).code == 0
    assert imported_rows(empty) == first
    assert household_graph("import", "undo", run["run"]).code == 0
    assert imported_rows(empty) == {}


def exported(household: str) -> dict[str, Any]:
    done = household_graph("export", household, "-o", "json")
    assert done.code == 0, done
    found: dict[str, Any] = json.loads(done.out)
    return found


def test_dirt_of_siebel_is_cleaned(empty: HouseholdGraph) -> None:
    """Names, dates with the month first, quoted line ends; who is not known has no name."""
    import_run(*SIEBEL.arguments, code=5)
    bakers, workshop = exported("siebel-1-BAKE"), exported("siebel-1-WORK")
    people = {one["id"]: one for one in bakers["individuals"]}
    assert sorted(people) == [f"1-C0{n}" for n in (1, 2, 3, 5, 6, 7, 8, 9)]
    assert (people["1-C01"]["given_name"], people["1-C01"]["birth_date"]) == ("Dad", "1978-03-02")
    assert people["1-C05"]["birth_date"] == "2010-09-11"
    assert "given_name" not in people["1-C08"]  # the record about Emma is rejected, her phone not
    assert "given_name" not in people["1-C09"]
    assert bakers["places"][0]["postal_code"] == "ZZ1 7AB"
    assert workshop["places"][0]["street"] == "Unit 4, Canal Yard"
    assert exported("siebel-1-GONE")["individuals"] == []  # an asset, and no account for it
    assert empty


def test_dirt_of_salesforce_is_cleaned(empty: HouseholdGraph) -> None:
    """Thousands, truth values, times behind dates; what is deleted is left out."""
    import_run(*SALESFORCE.arguments, code=5)
    shop, bakers = exported("salesforce-001BIKESHOP0001"), exported("salesforce-001BAKERS000001")
    assert {one["name"]: one.get("price") for one in shop["products"]} == {
        "Telephony for two sites": 1032.0,
        "Broadband for the shop": None,  # `45.000` may be forty-five or forty-five thousand
    }
    people = {one["id"]: one for one in bakers["individuals"]}
    assert people["003MUM000000001"]["birth_date"] == "1980-07-19"
    assert "family_name" not in people["003AUPAIR000001"]  # `[not provided]` is no name
    customers = [one["party"] for one in bakers["party_roles"] if one["role"] == "Customer"]
    assert customers == ["003DAD000000001"]
    assert empty


def test_dirt_of_customers_is_cleaned(empty: HouseholdGraph) -> None:
    """Yes and no in all spellings make partners, dependents and products; amounts are numbers."""
    import_run(*CUSTOMERS.arguments, code=5)
    first, second = exported("telco-0001-BAKER"), exported("telco-0002-BAKER")
    for one in (first, second):
        people = {person["id"] for person in one["individuals"]}
        assert people == {"customer", "partner", "dependent"}
    assert [one["id"] for one in second["products"]] == ["phone"]
    assert first["billing_accounts"][0]["total_charged"] == 7843.5
    assert second["billing_accounts"][0]["paperless_billing"] is False
    assert [one["id"] for one in exported("telco-0003-BAKER")["products"]] == ["internet"]
    assert empty
