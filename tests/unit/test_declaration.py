"""The declaration of the graph: what its values may be, and that everything reads it."""

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from pydantic import Field, create_model

from household_graph.documents.document import HouseholdDocument
from household_graph.documents.models import (
    ContactMediumEntry,
    Entry,
    IdentityEntry,
    InvolvementEntry,
    NamedEntry,
)
from household_graph.documents.to_rows import sections_of, to_rows
from household_graph.imports.bulk import node_layout, relationship_layout
from household_graph.model import declaration
from household_graph.model.declaration import (
    ENDS,
    INDEXES,
    LABEL_SETS,
    LABELS,
    RELATIONSHIPS,
    properties_of,
    properties_of_type,
)
from household_graph.store.neomodel_classes import NODE_CLASSES
from scripts.neomodel_classes import classes_module

CLASSES = Path(__file__).parents[2] / "household_graph/store/neomodel_classes.py"


@pytest.mark.parametrize(
    ("label", "name", "good", "bad"),
    [
        ("Individual", "birth_date", [date(2013, 5, 14)], [datetime(2013, 5, 14, tzinfo=UTC), "x"]),
        ("Individual", "given_name", ["Katie"], ["", 7, "\ud800"]),
        ("Individual", "minor", [True, False], [1, 0, "true"]),
        ("Individual", "status", ["active", "deceased"], ["Active", "gone", ""]),
        ("Organization", "time_zone", ["Europe/London"], ["Europe/Leeds", "London", ""]),
        ("Organization", "age_of_majority", [0, 18, 150], [-1, 151, True, 18.0]),
        ("Product", "price", [0, 0.5, 1e300], [-0.01, float("nan"), float("inf"), True, "1"]),
        ("Product", "valid_from", [datetime(2026, 6, 1, tzinfo=UTC)], [date(2026, 6, 1)]),
        ("Policy", "start_time", ["00:00", "23:59"], ["24:00", "9:00", "21:00 "]),
        ("Policy", "weekdays", [("monday", "friday")], [("mon",), ("",), "monday", ["monday"]]),
        ("Policy", "maximum_age", ["own-age", "0", "999"], ["1234", "-1", "own age"]),
    ],
)
def test_values_are_of_their_type_and_within_bounds(
    label: str, name: str, good: list[object], bad: list[object]
) -> None:
    """A property has the values declared, and no other; the words of the hint say which."""
    declared = properties_of(frozenset({label}))[name]
    assert [value for value in good if not declared.allows(value)] == []
    assert [value for value in bad if declared.allows(value)] == []
    assert declared.requirement


def test_a_property_is_found_everywhere() -> None:
    """Each declared property is in the class, the importer's layout and, if so said, documents."""
    classes = {one.__label__: one for one in NODE_CLASSES}
    assert list(classes) == [label.name for label in LABELS]
    entries: list[type[Entry]] = [*sections_of(HouseholdDocument).values(), IdentityEntry]
    entries += [ContactMediumEntry, InvolvementEntry]
    documented = {
        name for entry in entries for name in entry.model_fields if name in entry.properties
    }
    for label in LABELS:
        walked = classes[label.name].defined_properties(aliases=False, rels=False)
        layout = dict(node_layout(frozenset({label.name})).columns)
        for declared in properties_of(frozenset({label.name})).values():
            assert declared.name in walked
            assert declared.name == "id" or layout[declared.name] == declared.type
            assert not declared.documented or declared.name in documented
    for link in RELATIONSHIPS:
        names = [name for name, _type in relationship_layout(link.type).columns.items()]
        assert names == [declared.name for declared in link.properties]


def test_documents_have_a_field_for_each_property() -> None:
    """Whatever is documented of a label is a field of its entries, but where one excludes it."""
    for section, entry in sections_of(HouseholdDocument).items():
        declared = properties_of(frozenset({entry.label})).values()
        names = {one.name for one in declared if one.documented} - entry.excluded
        assert names <= set(entry.model_fields), section


def test_the_classes_are_current() -> None:
    """The neomodel classes are the generated ones: `make docs` makes them."""
    assert CLASSES.read_text(encoding="utf-8") == classes_module()


def test_the_declaration_is_whole() -> None:
    """Relationships join declared labels; types that are declared twice carry the same."""
    names = {label.name for label in LABELS}
    assert {label for label_set in LABEL_SETS for label in label_set} <= names
    assert {label for pairs in ENDS.values() for pair in pairs for label in pair} <= names
    assert {one.label for one in INDEXES} == names
    for link in RELATIONSHIPS:
        assert tuple(properties_of_type(link.type).values()) == link.properties
        assert not (link.dated and link.shared)


def test_a_new_property_is_declared_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A property added to a label is a field of its entries, and goes into the rows."""
    new = replace(properties_of(frozenset({"Place"}))["city"], name="county", meaning="the county")
    labels = tuple(
        replace(one, properties=(*one.properties, new)) if one.name == "Place" else one
        for one in LABELS
    )
    monkeypatch.setattr(declaration, "LABELS", labels)
    properties_of.cache_clear()
    try:

        class CountyEntry(NamedEntry, label="Place"):
            """An address with the new property."""

        places = Field((), description="Addresses.")
        model = create_model(
            "CountyDocument", __base__=HouseholdDocument, places=(tuple[CountyEntry, ...], places)
        )
        document = model.model_validate(
            {
                "organization": {"id": "h", "time_zone": "UTC"},
                "places": [{"id": "home", "county": "Kent"}],
            }
        )
        rows = to_rows(document)
    finally:
        properties_of.cache_clear()
    assert CountyEntry.model_fields["county"].description == "The county."
    assert [dict(row.properties) for row in rows.nodes if row.id == "h/home"] == [
        {"county": "Kent"}
    ]
