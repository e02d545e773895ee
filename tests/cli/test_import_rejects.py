"""What a file of rejects says, and what it goes on saying however often it is imported again."""

import csv
import io
from pathlib import Path

from household_graph import HouseholdGraph
from tests.cli.commands import household_graph
from tests.cli.imports import import_run
from tests.cli.test_import_later import CONTACTS, OF_CONTACTS, contact

ROUNDS = 4


def rejects() -> list[dict[str, str]]:
    """Return the rejects of the newest run."""
    return list(csv.DictReader(io.StringIO(household_graph("import", "rejects").out)))


def test_rejects_say_what_the_first_export_said(empty: HouseholdGraph, tmp_path: Path) -> None:
    """File, line and text stay those of the export through any number of rounds, and laws are.

    A law names the column that it is about, too, and so does a key that is there twice.
    """
    file = tmp_path / "export.csv"
    rows = [
        contact("C-1", "Dad,Baker"),
        contact("C-2", "Mum,Baker", "31.02.1980"),
        contact("C-3", "Tom,Baker", "11.09.2015"),
        contact("C-1", "Granny,Baker"),
        f"{contact('C-5', 'Katie,Baker')},more",
    ]
    file.write_text("\n".join([CONTACTS, *rows, ""]), encoding="utf-8")
    import_run(str(file), *OF_CONTACTS, code=5)
    first = rejects()
    assert [(one["reject_line"], one["reject_field"]) for one in first] == [
        ("3", "birthday"),
        ("4", "birthday"),
        ("5", "id"),
        ("6", ""),
    ]
    assert [one["reject_text"] for one in first] == rows[1:]
    assert {one["reject_file"] for one in first} == {"export.csv"}
    of_file = {one["reject_line"]: one for one in first}
    del of_file["5"]  # imported by itself, it would replace the other one
    for number in range(ROUNDS):
        again = tmp_path / f"again-{number}.csv"
        with again.open("w", encoding="utf-8", newline="") as written:
            writer = csv.DictWriter(written, first[0])
            writer.writeheader()
            writer.writerows(of_file.values())
        import_run(str(again), *OF_CONTACTS, code=5)
        found = {one["reject_line"]: one for one in rejects()}
        reasons = ("reject_field", "reject_reason", "reject_hint")
        changed = {line: [one.pop(name) for name in reasons] for line, one in found.items()}
        assert changed.keys() == of_file.keys()
        kept = ({k: v for k, v in one.items() if k not in reasons} for one in of_file.values())
        assert list(found.values()) == list(kept)
    assert empty.connection
