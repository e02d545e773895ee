"""Files with one part in them, such as an offering, read with the lines of what is wrong."""

from pathlib import Path
from typing import TypeVar

from pydantic import ValidationError

from household_graph.documents.checking import finding_of
from household_graph.documents.field_problems import field_problems
from household_graph.documents.parts import Part
from household_graph.documents.reading import refuse, text_in
from household_graph.documents.tree import Node, plain
from household_graph.documents.yaml_events import Finding, trees_of

_Part = TypeVar("_Part", bound=Part)


def read_part(model: type[_Part], source: str | Path, what: str) -> tuple[_Part, Node]:
    """Read and check a YAML file with one part in it; return it with the tree of its lines.

    Args:
        model: the kind of part.
        source: the path of the file.
        what: what to call the part in messages, such as `offering`.

    Raises:
        DocumentError: with a line for each problem: `FILE:LINE: field: what`.
    """
    called = str(source)
    trees, findings = trees_of(text_in(source, called))
    if not findings and len(trees) != 1:
        findings = [Finding(1, what, f"expected one {what}, not {len(trees)}")]
    refuse(called, findings)
    try:
        return model.model_validate(plain(trees[0])), trees[0]
    except ValidationError as error:
        problems = field_problems(model, error.errors(include_url=False))
        refuse(called, [finding_of(trees[0], problem) for problem in problems])
        raise  # unreachable: there is a problem for each error
