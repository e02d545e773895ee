"""The matrix in a terminal: every row says something, however many people there are."""

import io

import pytest
from rich.console import Console

from household_graph.cli.access_matrix import matrix_table
from household_graph.documents.document import HouseholdDocument
from household_graph.documents.to_rows import to_rows
from household_graph.engine.decision import Decision, decide
from household_graph.engine.facts_builder import facts_from_rows
from household_graph.engine.question import matrix_questions
from household_graph.errors import BadInputError


def decisions(people: int) -> list[Decision]:
    """Return the matrix of a household with so many people, two services and three devices."""
    on = {"available_on": ["hub", "living-room-television", "phone"]}
    document = HouseholdDocument.model_validate(
        {
            "organization": {"id": "many", "time_zone": "UTC"},
            "individuals": [{"id": f"person-{n:03}", "member_of": ["many"]} for n in range(people)],
            "customer_accounts": [{"id": "account"}],
            "services": [{"id": "internet", **on}, {"id": "late-night-films", **on}],
            "resources": [{"id": one} for one in on["available_on"]],
            "party_roles": [
                {"party": "many", "role": "User", "account": "account", "consumer_of": ["hub"]}
            ],
        }
    )
    facts = facts_from_rows(to_rows(document))
    return [decide(facts, question, now=0) for question in matrix_questions(facts, None)]


def shown(people: int, width: int) -> list[str]:
    text = io.StringIO()
    Console(file=text, width=width).print(matrix_table(decisions(people), width))
    return text.getvalue().splitlines()


@pytest.mark.parametrize(
    ("people", "width"), [(1, 60), (25, 80), (40, 80), (120, 250), (3, 10_000)]
)
def test_it_is_cut_into_tables_that_fit(people: int, width: int) -> None:
    """Each person is the head of one column, each row has its service, device and cells."""
    lines = shown(people, width)
    assert max(map(len, lines)) <= width
    heads = [line.split()[2:] for line in lines if line.startswith("service")]
    assert [name for head in heads for name in head] == [f"person-{n:03}" for n in range(people)]
    rows = [line.split() for line in lines if line.startswith(("internet", "late-night-films"))]
    assert len(rows) == 6 * len(heads)
    assert [len(row) - 2 for row in rows] == [len(head) for head in heads for _row in range(6)]


def test_a_narrow_terminal_folds_and_loses_nothing() -> None:
    """Where not even one person fits beside the first columns, each row is a block of lines."""
    lines = shown(2, 30)
    rows = [line.split()[0] for line in lines if line.startswith(("internet", "late-night"))]
    services = ["internet"] * 3 + ["late-night-films"] * 3
    assert rows == services * 2


def test_too_many_people_are_told_what_else_there_is() -> None:
    """Rather than tables that nobody reads."""
    with pytest.raises(BadInputError, match="120 people is too wide for 80 columns") as refused:
        shown(120, 80)
    assert "--to FILE.html" in str(refused.value.hint)


def test_nobody_is_no_error() -> None:
    """A household without people has an empty matrix."""
    assert any("service" in line for line in shown(0, 80))
