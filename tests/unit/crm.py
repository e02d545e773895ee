"""Short ways to say what records say."""

from typing import Any

from household_graph.imports.building.placed import Placed, text_of
from household_graph.imports.building.rows import Source
from household_graph.imports.statements import ProductSaid, ServiceSaid, Statement

__all__ = ["SOURCE", "placed", "product", "statement"]

SOURCE = Source("crm", "Europe/London")


def product(key: str, **more: object) -> ProductSaid:
    service = ServiceSaid(id=key, name=key.title(), category=key)
    return ProductSaid.model_validate({"key": key, "services": (service,), **more})


def statement(key: str = "customers/7", **more: object) -> Statement:
    stated: dict[str, Any] = {
        "household": "7",
        "account": "7",
        "person": {"key": key},
        "roles": ("Customer", "BillPayer", "User"),
    }
    return Statement.model_validate({"key": key, **stated, **more})


def placed(said: Statement, *, run: str = "import-crm-1", line: int = 2) -> Placed:
    person = said.person.key if said.person else None
    return Placed(text_of(said), person, "crm.csv", line, run)
