"""Rows of a small household `h`, written out: as `Facts.of` takes them, and as they are written."""

from typing import Any

from household_graph.engine.facts import Facts
from household_graph.model.instants import BEGINNING, FOREVER
from household_graph.model.rows import NodeRow, RelationshipRow

OPEN = (BEGINNING, FOREVER)
SECTIONS = (
    *("individuals", "organizations", "services", "resources", "memberships", "availability"),
    *("exemptions", "pauses", "grants", "products", "carriers", "policies"),
)


def plain_rows(**rows: Any) -> dict[str, Any]:  # noqa: ANN401 - rows of any section
    head = {"household": "h", "time_zone": "UTC", "age_of_majority": 18}
    return {**head, **dict.fromkeys(SECTIONS, ()), **rows}


def plain_facts(**rows: Any) -> Facts:  # noqa: ANN401 - rows of any section
    return Facts.of(plain_rows(**rows))


def granted(
    holder: str,
    item: str,
    kind: str = "Consumer",
    *,
    of: str | None = None,
    span: tuple[int, int] = OPEN,
    role_span: tuple[int, int] = OPEN,
    account: tuple[str | None, str | None] = (None, None),
) -> list[Any]:
    """Return the row of one involvement role; `of` names its role where a holder has several."""
    role = of or f"{holder}.user"
    involvement = f"{role}.{kind.lower()}.{item}"
    return [kind, item, involvement, *span, role, *role_span, *account, holder]


def policy(policy_id: str, enforced_by: list[str], span: tuple[int, int] = OPEN) -> list[Any]:
    whole = [policy_id, "block", "everyone", [], ["h"], [], enforced_by, {}, {}, *span]
    return [*whole, policy_id, []]


def node(local: str, labels: str, **properties: Any) -> NodeRow:  # noqa: ANN401 - values of rows
    return NodeRow(f"h/{local}" if local else "h", frozenset(labels.split()), properties)


def links(kind: str, *pairs: str, **properties: Any) -> list[RelationshipRow]:  # noqa: ANN401
    """Return relationships of a type, each written as `start>end` in local ids."""
    ends = [[f"h/{one}" if one else "h" for one in pair.split(">")] for pair in pairs]
    return [RelationshipRow(kind, start, end, 0, properties) for start, end in ends]
