"""Documents with a policy that would forbid nothing by a slip; see `refused.yaml`."""

import io
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from household_graph import HouseholdGraph
from household_graph.documents.read import read_documents
from household_graph.errors import DocumentError, UnknownIdError
from tests.cli.commands import household_graph

CONTENT = YAML(typ="safe").load(Path(__file__).with_name("refused.yaml"))
LINE = len(CONTENT["given"].splitlines()) + 1
CASES = {case["name"]: case for case in CONTENT["cases"]}
SLIPS = [name for name, case in CASES.items() if "refused" in case]


def text_of(case: dict[str, Any]) -> str:
    """Return the document of a case, with its policy on a line of its own."""
    line = io.StringIO()
    yaml = YAML()
    yaml.default_flow_style = True
    yaml.width = 1000
    yaml.dump(case["policy"], line)
    return f"{CONTENT['given']}  - {line.getvalue()}"


@pytest.mark.parametrize("name", SLIPS)
def test_a_slip_is_named(name: str) -> None:
    """The error names the line, the field and the value, and the hint what is meant."""
    expected = CASES[name]["refused"]
    with pytest.raises(DocumentError) as caught:
        read_documents(io.StringIO(text_of(CASES[name])), "slips.yaml")
    message = str(caught.value)
    assert message.startswith(f"slips.yaml:{LINE}: policies[0]")
    assert expected["field"] in message
    assert expected["value"] in message
    assert expected["hint"] in (caught.value.hint or "")


def test_what_is_no_slip_is_read() -> None:
    """The same household with a policy that is right can be read."""
    (right,) = (case for case in CASES.values() if "refused" not in case)
    (document,) = read_documents(io.StringIO(text_of(right)), "slips.yaml")
    assert [policy.id for policy in document.policies] == ["night"]


def test_nothing_of_a_refused_document_is_loaded(graph: HouseholdGraph, tmp_path: Path) -> None:
    """`load` ends with 2, and the household is not there."""
    file = tmp_path / "slips.yaml"
    for name in SLIPS:
        file.write_text(text_of(CASES[name]), encoding="utf-8")
        assert household_graph("load", str(file)).code == 2
    with pytest.raises(UnknownIdError):
        graph.check("slips/kid", "slips/net")
