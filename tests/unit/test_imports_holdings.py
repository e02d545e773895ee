"""Account hierarchies, bills of their own, shares, bundles, and several devices on a product."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from household_graph.model.rows import Rows
from tests.unit.staged_imports import Outcome, staged

HEAD = 'source: crm\ncountry: GB\ntime_zone: Europe/London\ndate_order: ymd\ndecimal: "."\n'
ACCOUNTS = (
    "Id,IsDeleted,Name,Type,ParentId,vlocity_cmt__Status__c,BillingStreet,BillingCity",
    "001CON,false,Fold Household,Consumer,,Active,1 Ash Close,York",
    "001BIL,false,Fold billing,Billing,001CON,Suspended,1 Ash Close,York",
    "001SRV,false,Fold at Ash Close,Service,001CON,Active,1 Ash Close,York",
)
CONTACTS = (
    "Id,IsDeleted,AccountId,FirstName,LastName,Birthdate,vlocity_cmt__IsPrimary__c",
    "003AMY,false,001CON,Amy,Fold,1979-02-01,true",
    "003BEN,false,001CON,Ben,Fold,2012-05-14,false",
)
ASSETS = (
    (
        "Id,IsDeleted,AccountId,ContactId,Name,Product2.Name,Product2.Family,"
        "vlocity_cmt__ProvisioningStatus__c,vlocity_cmt__BillingAccountId__c,"
        "vlocity_cmt__RootItemId__c,vlocity_cmt__ParentItemId__c,vlocity_cmt__ServiceIdentifier__c,"
        "SerialNumber"
    ),
    "02iBUN,false,001CON,003AMY,Triple play,Triple play,bundle,Active,001BIL,02iBUN,,,",
    "02iTV,false,001CON,003AMY,TV,TV,tv,Active,001BIL,02iBUN,02iBUN,,STB-0301",
    "02iMOB,false,001CON,003AMY,Mobile,Mobile,voice,Active,,02iMOB,,07700 900175,",
)


def links(rows: Rows, kind: str) -> set[tuple[str, str]]:
    """Return the ends of the relationships of a type, by their local ids."""
    return {
        (one.start.rpartition("/")[2], one.end.rpartition("/")[2])
        for one in rows.relationships
        if one.type == kind
    }


def by_local_id(rows: Rows, label: str) -> Mapping[str, Mapping[str, object]]:
    return {
        node.id.rpartition("/")[2]: node.properties for node in rows.nodes if label in node.labels
    }


def test_accounts_below_an_account_are_of_its_household(tmp_path: Path) -> None:
    """A billing account is a bill of its own, a service account a place; a bundle has its parts."""
    files = {"Account.csv": ACCOUNTS, "Contact.csv": CONTACTS, "Asset.csv": ASSETS}
    outcome = staged(tmp_path, "salesforce-communications", files)
    assert not outcome.rejects
    [rows] = outcome.households.values()
    [organization] = by_local_id(rows, "Organization").values()
    assert organization["name"] == "Fold Household"
    assert set(by_local_id(rows, "CustomerAccount")) == {"account"}
    bills = by_local_id(rows, "BillingAccount")
    assert {bill: one.get("state") for bill, one in bills.items()} == {
        "bill": "active",
        "bill-001BIL": "suspended",
    }
    assert links(rows, "BUNDLES") == {("02iBUN", "02iTV")}
    assert links(rows, "CHARGED_TO") == {
        *(("02iBUN", "bill-001BIL"), ("02iTV", "bill-001BIL"), ("02iMOB", "bill"))
    }
    assert {bill for _role, bill in links(rows, "PAYS")} == {"bill", "bill-001BIL"}
    numbers = {one.get("value") for one in by_local_id(rows, "Resource").values()}
    assert numbers == {"STB-0301", "+447700900175"}


def imported(folder: Path, table: str, header: str, *rows: str) -> Outcome:
    mapping = folder / "mapping.yaml"
    mapping.write_text(f"{HEAD}tables:\n  people:\n    key: id\n{table}", encoding="utf-8")
    return staged(folder, mapping, {"people.csv": [header, *rows]})


@pytest.mark.parametrize(
    ("shares", "paid"),
    [
        (("60", "40"), [40.0, 60.0]),
        (("60 %", ""), [40.0, 60.0]),
        (("", ""), [50.0, 50.0]),
        (("", "a third"), [50.0, 50.0]),
    ],
)
def test_shares_of_a_bill_are_as_stated(
    tmp_path: Path, shares: tuple[str, str], paid: list[float]
) -> None:
    """Who has none stated pays an equal part of the rest; one that cannot be read is left out."""
    rows = [f"1,7,Ann,{shares[0]}", f"2,7,Bob,{shares[1]}"]
    table = (
        "    household: home\n    person: {full_name: name}\n    share: {column: share, "
        "on_error: leave-out}\n    roles: [{role: Customer}, {role: BillPayer}]\n"
    )
    outcome = imported(tmp_path, table, "id,home,name,share", *rows)
    [household] = outcome.households.values()
    assert (
        sorted(
            float(str(one.properties["share"]))
            for one in household.relationships
            if one.type == "PAYS"
        )
        == paid
    )
    assert len(outcome.warnings) == ("a third" in shares)


def test_a_product_may_be_on_several_devices_at_a_place(tmp_path: Path) -> None:
    """A SIM and a phone are two devices, which stand where the service is, not the household."""
    table = (
        "    household: home\n    place: {street: street, city: city}\n    place_of: devices\n"
        "    products:\n      - key: id\n        name: plan\n        services: [{id: service}]\n"
        "        device: {id: sim, resource_type: {text: SIM}, value: iccid}\n"
        "        devices: [{id: phone, resource_type: {text: phone}, value: imei}]\n"
    )
    header = "id,home,plan,iccid,imei,street,city"
    outcome = imported(tmp_path, table, header, "1,7,Mobile,8944001,3568001,1 Elm Row,Leeds")
    assert not outcome.rejects
    [rows] = outcome.households.values()
    devices = by_local_id(rows, "Resource")
    assert {one["resource_type"]: one["value"] for one in devices.values()} == {
        "SIM": "8944001",
        "phone": "3568001",
    }
    assert {start for start, _place in links(rows, "LOCATED_AT")} == set(devices)
    assert {end for _service, end in links(rows, "AVAILABLE_ON")} == set(devices)
