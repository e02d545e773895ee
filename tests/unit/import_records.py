"""Short ways to make records."""

from typing import Any

from household_graph.imports.records import (
    AssignedRecord,
    NormalizedRecord,
    ProductFields,
    ServiceFields,
    Source,
)

__all__ = ["SOURCE", "assigned", "normalized", "product"]

SOURCE = Source("crm", "Europe/London")


def product(key: str, **more: object) -> ProductFields:
    service = ServiceFields(id=key, name=key.title(), category=key)
    return ProductFields.model_validate({"key": key, "services": (service,), **more})


def normalized(key: str = "customers/7", **more: object) -> NormalizedRecord:
    stated: dict[str, Any] = {
        "household": "7",
        "account": "7",
        "person": {"key": key},
        "roles": ("Customer", "BillPayer", "User"),
    }
    return NormalizedRecord.model_validate({"key": key, **stated, **more})


def assigned(
    record: NormalizedRecord, *, run: str = "import-crm-1", line: int = 2
) -> AssignedRecord:
    person = record.person.key if record.person else None
    return AssignedRecord(record.text, person, "crm.csv", line, run)
