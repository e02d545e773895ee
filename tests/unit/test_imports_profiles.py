"""Profiles: which exports they know by their headers, and what they make of them."""

from collections.abc import Iterable
from pathlib import Path

import pytest

from household_graph.imports.mapping.headers import fitting_profiles
from household_graph.imports.mapping.mapping import shipped_profiles
from household_graph.imports.sources import open_sources
from household_graph.installation import shipped
from household_graph.model.rows import NodeRow, Rows
from tests.unit.staged_imports import staged

CRM = shipped("seed") / "crm"
IN_ONE_FILE = (
    "Customer ID,Gender,Age,Married,Number of Dependents,City,Zip Code,Latitude,Longitude,"
    "Number of Referrals,Tenure in Months,Offer,Phone Service,Avg Monthly Long Distance Charges,"
    "Multiple Lines,Internet Service,Internet Type,Avg Monthly GB Download,Online Security,"
    "Online Backup,Device Protection Plan,Premium Tech Support,Streaming TV,Streaming Movies,"
    "Streaming Music,Unlimited Data,Contract,Paperless Billing,Payment Method,Monthly Charge,"
    "Total Charges,Total Refunds,Total Extra Data Charges,Total Long Distance Charges,"
    "Total Revenue,Customer Status,Churn Category,Churn Reason"
)
SERVICES = IN_ONE_FILE.partition("Longitude,")[2].partition(",Customer Status")[0]
IN_FIVE_FILES = {
    "Telco_customer_churn_demographics.csv": "Customer ID,Count,Gender,Age,Under 30,"
    "Senior Citizen,Married,Dependents,Number of Dependents",
    "Telco_customer_churn_location.csv": "Customer ID,Count,Country,State,City,Zip Code,Lat Long,"
    "Latitude,Longitude",
    "Telco_customer_churn_population.csv": "ID,Zip Code,Population",
    "Telco_customer_churn_services.csv": f"Customer ID,Count,Quarter,Referred a Friend,{SERVICES}",
    "Telco_customer_churn_status.csv": "Customer ID,Count,Quarter,Satisfaction Score,"
    "Customer Status,Churn Label,Churn Value,Churn Score,CLTV,Churn Category,Churn Reason",
}
GOOGLE = (
    "First Name,Middle Name,Last Name,Phonetic First Name,Name Prefix,Name Suffix,Nickname,"
    "Organization Name,Birthday,Notes,Photo,Labels,E-mail 1 - Label,E-mail 1 - Value,"
    "Phone 1 - Label,Phone 1 - Value,Phone 2 - Label,Phone 2 - Value,Address 1 - Label,"
    "Address 1 - Formatted,Address 1 - Street,Address 1 - City,Address 1 - PO Box,"
    "Address 1 - Region,Address 1 - Postal Code,Address 1 - Country,Address 1 - Extended Address"
)
OUTLOOK = (
    "First Name,Middle Name,Last Name,Title,Suffix,Nickname,E-mail Address,E-mail 2 Address,"
    "E-mail 3 Address,Home Phone,Home Phone 2,Business Phone,Business Phone 2,Mobile Phone,"
    "Car Phone,Company,Job Title,Department,Home Street,Home Street 2,Home Street 3,Home City,"
    "Home State,Home Postal Code,Home Country/Region,Birthday,Anniversary,Notes"
)


def record(header: str, **values: str) -> str:
    """Return a line with these values, by names of columns without blanks and signs."""
    return ",".join(
        values.get("".join(filter(str.isalnum, name)), "") for name in header.split(",")
    )


def labelled(rows: Rows, label: str) -> list[NodeRow]:
    return [node for node in rows.nodes if label in node.labels]


def names(nodes: Iterable[NodeRow], name: str = "name") -> set[str]:
    return {str(node.properties[name]) for node in nodes if name in node.properties}


@pytest.mark.parametrize(
    ("path", "profile"),
    [
        ("lines.csv", "phone-lines"),
        ("contacts.csv", "contacts-with-household"),
        ("customers.csv", "telco-customers"),
        ("siebel", "siebel"),
        ("salesforce", "salesforce-communications"),
    ],
)
def test_the_samples_are_known_by_their_headers(path: str, profile: str) -> None:
    """Each sample export is offered the profile that it is a sample of, and no other."""
    headers = [(one.name, one.header) for one in open_sources([CRM / path])]
    assert fitting_profiles(shipped_profiles(), headers) == [profile]


@pytest.mark.parametrize(
    ("files", "profile"),
    [
        ({"telecom_customer_churn.csv": IN_ONE_FILE}, "telco-churn"),
        (IN_FIVE_FILES, "telco-churn"),
        ({"contacts.csv": GOOGLE}, "google-contacts"),
        ({"contacts.csv": OUTLOOK}, "outlook"),
        ({"people.csv": "name,colour,size"}, None),
        ({"people.csv": "id,name"}, None),
    ],
)
def test_exports_are_known_by_their_headers(files: dict[str, str], profile: str | None) -> None:
    """The profile that reads most of an export comes first; what is like none is of none."""
    headers = [(name, header.split(",")) for name, header in files.items()]
    assert next(iter(fitting_profiles(shipped_profiles(), headers)), None) == profile


CUSTOMER = {
    "CustomerID": "0002-ORFBO",
    "Age": "37",
    "Married": "Yes",
    "NumberofDependents": "2",
    "City": "Frazier Park",
    "ZipCode": "93225",
    "Contract": "One Year",
    "PhoneService": "Yes",
    "MultipleLines": "No",
    "InternetService": "Yes",
    "InternetType": "Cable",
    "StreamingTV": "Yes",
    "UnlimitedData": "Yes",
    "TenureinMonths": "9",
    "MonthlyCharge": "65.6",
    "TotalCharges": "593.3",
    "PaperlessBilling": "Yes",
    "PaymentMethod": "Credit Card",
    "CustomerStatus": "Stayed",
}


@pytest.mark.parametrize("files", [{"customers.csv": IN_ONE_FILE}, IN_FIVE_FILES])
def test_a_customer_is_one_household_in_one_file_or_five(
    tmp_path: Path, files: dict[str, str]
) -> None:
    """The customer, a partner and two minors, with their products, account and place."""
    lines = {name: [header, record(header, **CUSTOMER)] for name, header in files.items()}
    outcome = staged(tmp_path, "telco-churn", lines)
    assert not outcome.rejects
    assert not outcome.warnings
    [rows] = outcome.households.values()
    people = labelled(rows, "Individual")
    assert sorted(str(one.properties.get("minor")) for one in people) == [
        *("False", "False", "True", "True")
    ]
    products = {"Phone", "Cable internet", "Streaming TV", "Unlimited data"}
    assert names(labelled(rows, "Product")) == products
    [account] = labelled(rows, "CustomerAccount")
    assert account.properties["contract_term"] == "one-year"
    assert account.properties["state"] == "active"
    assert names(labelled(rows, "Place"), "city") == {"Frazier Park"}
    assert len(labelled(rows, "Customer")) == 1


@pytest.mark.parametrize(
    ("profile", "header", "values"),
    [
        (
            "outlook",
            OUTLOOK,
            {"EmailAddress": "ann@fold.example", "MobilePhone": "07700 900171"}
            | {"HomePhone": "020 7946 0171", "HomeStreet": "1 Elm Row", "HomeCity": "London"}
            | {"HomePostalCode": "SE1 4GB", "Birthday": "0/0/00"},
        ),
        (
            "google-contacts",
            GOOGLE,
            {"Email1Value": "ann@fold.example", "Phone1Value": "07700 900171"}
            | {"Phone2Value": "020 7946 0171", "Address1Street": "1 Elm Row"}
            | {"Address1City": "London", "Address1PostalCode": "SE1 4GB", "Birthday": "--05-14"},
        ),
    ],
)
def test_contacts_of_address_books_are_people_at_a_place(
    tmp_path: Path, profile: str, header: str, values: dict[str, str]
) -> None:
    """Who has one address and family name is one household; all numbers and addresses are kept."""
    contacts = [
        record(header, FirstName="Ann", LastName="Fold", **values),
        record(header, FirstName="Bob", LastName="Fold", **values),
    ]
    outcome = staged(tmp_path, profile, {"contacts.csv": [header, *contacts]})
    assert not outcome.rejects
    [rows] = outcome.households.values()
    assert names(labelled(rows, "Individual"), "given_name") == {"Ann", "Bob"}
    reached = {"ann@fold.example", "+447700900171", "+442079460171"}
    assert names(labelled(rows, "ContactMedium"), "value") == reached
    assert names(labelled(rows, "Place"), "street") == {"1 Elm Row"}
