"""Guessed mappings: how many columns are right, and that they import what they can."""

from pathlib import Path

import pytest
from ruamel.yaml import YAML

from bench.guessing import exports, scores, table
from household_graph.imports.mapping.guess import guess_mapping
from household_graph.imports.mapping.mapping import read_mapping
from household_graph.imports.pipeline import Export, ImportJob, silent
from household_graph.imports.sources import open_sources, samples
from tests.unit.staged_imports import NOW, staged

ROOT = Path(__file__).parents[2]
COUNTRIES = {"phone lines": "GB", "IBM telco churn": "US", "Maven telco churn": "US"} | {
    "febrl": "AU"
}


def guessed(folder: Path, header: str, *rows: str) -> dict[str, object]:
    """Return the guess of one file, `people.csv`."""
    path = folder / "people.csv"
    path.write_text("\n".join([header, *rows, ""]), encoding="utf-8")
    found: dict[str, object] = YAML(typ="safe").load(guess_mapping(samples(open_sources([path]))))
    return found


def test_most_columns_that_mean_something_are_right() -> None:
    """At least 0.8 of each export; the page has the table that the benchmark prints."""
    found = list(scores())
    assert [one for one in found if one.right < 0.8 * one.meaningful] == []
    assert table(found) in (ROOT / "docs/importing.md").read_text(encoding="utf-8")


def test_a_guess_imports_what_it_can(tmp_path: Path) -> None:
    """Once the country is filled in, most records of every export are read; households are made."""
    for export, paths, _columns in exports():
        text = guess_mapping(samples(open_sources(paths)))
        filled = YAML(typ="safe").load(text)
        nation = filled["country"] or COUNTRIES.get(export, "GB")
        filled |= {"country": nation, "time_zone": filled["time_zone"] or "Europe/London"}
        filled["date_order"] = filled["date_order"] or "ymd"
        mapping = tmp_path / "mapping.yaml"
        YAML().dump(filled, mapping)
        job = ImportJob(None, Export(tuple(paths), read_mapping(mapping)), tmp_path / "w", silent)
        with job.staged(NOW) as staging:
            rejected = len(staging.run("rejects").fetchall())
            assert rejected <= 0.45 * staging.counts["read"], export
            assert staging.households, export


def test_a_table_of_members_says_where_people_are(tmp_path: Path) -> None:
    """People without a household are where it says, once, and its head is the customer."""
    files = {
        "contacts.csv": [
            *("contact_id,first_name,last_name,birthday", "C-1,Ann,Fold,1970-02-03"),
            "C-3,Cat,Fold,2013-05-14",
        ],
        "members.csv": ["row,contact_id,household_id,head", "1,C-1,H-7,yes", "2,C-3,H-7,no"],
    }
    for name, lines in files.items():
        (tmp_path / name).write_text("\n".join(lines), encoding="utf-8")
    text = guess_mapping(samples(open_sources([tmp_path / name for name in files])))
    mapping = tmp_path / "mapping.yaml"
    text = text.replace("country:", "country: GB", 1).replace("time_zone:", "time_zone: UTC", 1)
    mapping.write_text(text, encoding="utf-8")
    outcome = staged(tmp_path, mapping, files)
    assert not outcome.rejects
    [rows] = outcome.households.values()
    labels = [label for node in rows.nodes for label in node.labels]
    assert (labels.count("Individual"), labels.count("Customer")) == (2, 1)


@pytest.mark.parametrize(
    ("days", "order"),
    [
        (("2013-05-14", "1978-03-02", "31/12/1999"), "ymd"),
        (("14.05.2013", "02.03.1978"), "dmy"),
        (("05/14/2013", "03/02/1978"), "mdy"),
        (("05/14/2013", "14/05/2013"), None),
        (("02/03/1978",), None),
    ],
)
def test_the_order_of_dates_is_that_of_most(
    tmp_path: Path, days: tuple[str, ...], order: str | None
) -> None:
    """What values prove is filled in; where none does, and the country is not known, nothing is."""
    rows = [f"{number},Ann,{day}" for number, day in enumerate(days)]
    assert guessed(tmp_path, "id,first name,birthday", *rows)["date_order"] == order


def test_the_country_decides_what_no_value_proves(tmp_path: Path) -> None:
    """Its zone, and the order that is usual there, are proposed; of several zones none is."""
    found = guessed(tmp_path, "id,name,birthday,country", "1,Ann Fold,02/03/1978,United States")
    assert [found[name] for name in ("country", "time_zone", "date_order")] == [
        *("US", "America/New_York", "mdy")
    ]
    found = guessed(tmp_path, "id,name,country", "1,Ann Fold,Mexico")
    assert (found["country"], found["time_zone"]) == ("MX", None)


def test_states_that_are_not_known_are_to_be_filled_in(tmp_path: Path) -> None:
    """Known values get a meaning, others are named in a comment, and reject until they have one."""
    path = tmp_path / "lines.csv"
    rows = ["id,plan,status", "1,Fibre,LIVE", "2,Fibre,ceased", "3,Fibre,on the moon"]
    path.write_text("\n".join(rows), encoding="utf-8")
    text = guess_mapping(samples(open_sources([path])))
    assert "# fill in what these mean: on the moon" in text
    [product] = YAML(typ="safe").load(text)["tables"]["lines"]["products"]
    assert product["status"]["values"] == {"LIVE": "active", "ceased": "terminated"}
