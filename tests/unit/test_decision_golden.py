"""The whole of each decision in words: until when it holds, and why, along which ids.

A scenario says what the answer is and on which grounds; the golden file says how it is worded.
`UPDATE_GOLDEN=1` writes the file anew; what differs is to be read and checked by the laws.
"""

import os
from collections.abc import Iterator
from pathlib import Path

from tests.scenarios.scenarios import Scenario, decide_from_documents, scenarios

GOLDEN = Path(__file__).parent / "golden" / "decisions.txt"


def test_decisions_in_words() -> None:
    """Each scenario's decision, with all reasons in their order, is that of the golden file."""
    lines = [line for scenario in scenarios() for line in in_words(scenario)]
    if os.environ.get("UPDATE_GOLDEN"):
        GOLDEN.write_text("\n".join(lines) + "\n", encoding="utf-8")
    assert lines == GOLDEN.read_text(encoding="utf-8").splitlines()


def in_words(scenario: Scenario) -> Iterator[str]:
    record = decide_from_documents(scenario.question).as_dict()
    device = f" on {record['device']}" if record["device"] else ""
    answer = "yes" if record["allowed"] else "no"
    yield scenario.name
    yield f"  {record['party']} {record['action']} {record['target']}{device}"
    yield f"  {answer} at {record['at']}, next change {record['changes_at']}"
    for reason in record["reasons"]:
        yield f"  {reason['code']}: {reason['text']}"
        yield f"    {' '.join(reason['path'])}"
