"""Random exports of a CRM, the same ones for the same seed: customers, a line each."""

import csv
from pathlib import Path
from random import Random

__all__ = ["CONTACTS", "CUSTOMERS", "write_contacts", "write_customers"]

CUSTOMERS, CONTACTS = "telco-customers", "contacts-with-household"
"""The profiles that read them."""

_ADD_ONS = ("OnlineSecurity", "OnlineBackup", "DeviceProtection", "TechSupport")
_STREAMING = ("StreamingTV", "StreamingMovies")
_TERMS = ("Month-to-month", "One year", "Two year")
_METHODS = ("Electronic check", "Mailed check", "Bank transfer (automatic)")
_LETTERS = "abcdefghijklmnopqrstuvwxyz"


def write_customers(path: Path, first: int, count: int) -> None:
    """Write customers with partners, dependents, services, contracts and charges."""
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = [_customer(number) for number in range(first, first + count)]
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


def write_contacts(path: Path, count: int) -> None:
    """Write contacts, about two to a household; one in twenty is there twice, misspelt."""
    random = Random(count)  # noqa: S311 - reproducible, not secret
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(
            ("id", "household", "first name", "last name", "birth date", "email", "primary")
        )
        for number in range(count):
            family = "".join(random.choices(_LETTERS, k=8)).title()
            given = "".join(random.choices(_LETTERS, k=6)).title()
            born = (
                f"19{random.randint(40, 99)}-{random.randint(1, 12):02}-{random.randint(1, 28):02}"
            )
            email = f"{given}.{family}@example.org".lower()
            row = (f"C-{number}", number // 2, given, family, born, email, "yes")
            writer.writerow(row)


def _customer(number: int) -> dict[str, object]:
    random = Random(number)  # noqa: S311 - reproducible, not secret

    def said(likely: float) -> str:
        return "Yes" if random.random() < likely else "No"

    months, charge = random.randint(0, 72), random.randint(2000, 11000) / 100
    return {
        "customerID": f"{number:07}-BENCH",
        "gender": random.choice(("Female", "Male")),
        "SeniorCitizen": int(random.random() < 0.16),  # noqa: PLR2004 - as often as in others
        "Partner": said(0.48),
        "Dependents": said(0.3),
        "tenure": months,
        "PhoneService": said(0.9),
        "MultipleLines": said(0.42),
        "InternetService": random.choice(("DSL", "Fiber optic", "No")),
        **{name: said(0.35) for name in (*_ADD_ONS, *_STREAMING)},
        "Contract": random.choice(_TERMS),
        "PaperlessBilling": said(0.59),
        "PaymentMethod": random.choice(_METHODS),
        "MonthlyCharges": charge,
        "TotalCharges": round(charge * months, 2),
        "Churn": said(0.27),
    }
