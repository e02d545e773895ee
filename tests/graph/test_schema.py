"""The schema: installed once, said in full, and walked as objects."""

import contextlib
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import neomodel
import pytest
from neomodel.exceptions import DeflateError

from household_graph.errors import BadInputError
from household_graph.model.declaration import INDEXES, LABELS, RELATIONSHIPS, Index
from household_graph.store import neomodel_classes
from household_graph.store.connection import Connection
from household_graph.store.graph_schema import install_schema, missing_schema, schema_page
from household_graph.store.neomodel_classes import NODE_CLASSES
from household_graph.store.neomodel_types import objects
from tests.graph.rows import ORGANIZATION, put, sample

NAMES = [label.name for label in LABELS]
PAGE = Path(__file__).parents[2] / "docs" / "schema.md"


@pytest.fixture
def bare(blank: Connection) -> Iterator[Connection]:
    """A database without constraints and indexes; they are put back."""
    drop_all(blank)
    yield blank
    blank.driver.execute_query("MATCH (n) DETACH DELETE n")
    drop_all(blank)
    install_schema(blank.driver)


def drop_all(connection: Connection) -> None:
    with objects(connection.driver):
        neomodel.db.drop_constraints()
        neomodel.db.drop_indexes()


def ask(connection: Connection, text: str) -> list[Any]:
    return [record.values() for record in connection.driver.execute_query(text).records]


def test_apply_creates_what_is_missing_once(bare: Connection) -> None:
    """The first time everything is created and said, the second time nothing is."""
    assert missing_schema(bare.driver) == INDEXES
    assert install_schema(bare.driver) == INDEXES
    assert missing_schema(bare.driver) == ()
    assert install_schema(bare.driver) == ()


def test_what_a_killed_server_left_behind_is_made_good(bare: Connection) -> None:
    """An index whose constraint was never finished gives way to the constraint."""
    name = "constraint_unique_PartyRole_id"
    bare.driver.execute_query(f"CREATE INDEX {name} FOR (n:PartyRole) ON (n.id)")
    install_schema(bare.driver)
    assert missing_schema(bare.driver) == ()
    assert [name] in ask(bare, "SHOW CONSTRAINTS YIELD name")


def test_apply_creates_only_what_is_missing(bare: Connection) -> None:
    """What is there already stays, whatever it is called, and is not said to be created."""
    bare.driver.execute_query("CREATE CONSTRAINT mine FOR (n:Product) REQUIRE n.id IS UNIQUE")
    created = install_schema(bare.driver)
    assert Index("Product", "id", "unique") not in created
    assert len(created) == len(INDEXES) - 1
    assert ["mine"] in ask(bare, "SHOW CONSTRAINTS YIELD name")


def test_data_that_break_a_constraint_are_named(bare: Connection) -> None:
    """An id that is there twice is an error that says so, and not a traceback."""
    bare.driver.execute_query("UNWIND [1, 2] AS n CREATE (:Entity {id: 'bakers/tom'})")
    with pytest.raises(BadInputError, match="bakers/tom") as caught:
        install_schema(bare.driver)
    assert caught.value.hint


@pytest.mark.parametrize("label", NAMES)
def test_every_id_is_unique(blank: Connection, label: str) -> None:
    """No label lets the same id in twice."""
    twice = f"UNWIND [1, 2] AS n CREATE (:`{label}` {{id: 'bakers/twice'}})"
    with blank.driver.session() as session, pytest.raises(Exception, match="already exists"):
        session.run(twice).consume()


@pytest.mark.parametrize("label", NAMES)
def test_every_id_is_found_by_an_index(blank: Connection, label: str) -> None:
    """A node of any label is sought by its id, without a scan."""
    with blank.driver.session() as session:
        text = f"EXPLAIN MATCH (n:`{label}` {{id: 'bakers/katie'}}) RETURN n"
        plan: Any = session.run(text).consume().plan
    assert "NodeUniqueIndexSeek" in str(plan)


def test_everything_declared_is_explained() -> None:
    """Every label, property and relationship says what it means."""
    properties = [declared for label in LABELS for declared in label.properties]
    properties += [declared for link in RELATIONSHIPS for declared in link.properties]
    assert all(label.meaning for label in LABELS)
    assert all(link.meaning for link in RELATIONSHIPS)
    assert all(declared.meaning for declared in properties)


def test_every_link_can_be_walked_back() -> None:
    """Wherever a relationship can end, the class there has the way back."""
    links = [(link.type, end) for link in RELATIONSHIPS for end in link.ends]
    back = {
        (definition.definition["relation_type"], node_class.__label__)
        for node_class in NODE_CLASSES
        for definition in node_class.defined_properties(properties=False, aliases=False).values()
        if isinstance(definition, neomodel.RelationshipFrom)
    }
    assert [link for link in links if link not in back] == []


def test_the_page_is_what_the_classes_say() -> None:
    """docs/schema.md is the generated one: `household-graph schema show -o markdown` makes it."""
    assert PAGE.read_text(encoding="utf-8") == schema_page()


def test_a_household_is_walked_as_objects(blank: Connection) -> None:
    """Objects of the most exact class, with native values, in every direction."""
    put(blank, sample("bakers"))
    with objects(blank.driver):
        person = neomodel_classes.Individual.nodes.get(id="bakers/Individual")
        assert (person.id, person.birth_date) == ("bakers/Individual", date(2013, 5, 14))
        [household] = [each for each in person.member_of.all() if each.id == "bakers"]
        assert type(household) is neomodel_classes.Organization
        [stay] = person.member_of.all_relationships(household)
        assert stay.valid_from == datetime(2026, 6, 1, 8, 30, 0, 250_000, tzinfo=UTC)
        assert stay.period == 1
        assert [type(each) for each in household.members.all()] == [neomodel_classes.Individual]
        role = neomodel_classes.InvolvementRole.nodes.get(id="bakers/InvolvementRole")
        kinds = {type(each) for each in role.involved_in.all()}
        assert kinds == {
            neomodel_classes.Product,
            neomodel_classes.Service,
            neomodel_classes.Resource,
        }
        assert [change.revision for change in household.changes.all()] == [1]


@pytest.mark.parametrize("node_class", NODE_CLASSES, ids=lambda each: each.__label__)
def test_every_class_reads_its_nodes(
    blank: Connection, node_class: type[neomodel_classes.Entity]
) -> None:
    """Nodes of every class are found, and all their links can be walked both ways."""
    put(blank, sample("bakers"))
    with objects(blank.driver):
        for node in node_class.nodes.all():
            for name, _link in node.__all_relationships__:
                for other in getattr(node, name).all():
                    assert other.id


def test_reading_objects_many_times_is_safe(blank: Connection) -> None:
    """Thousands of instants are read through objects without harm."""
    put(blank, sample("bakers"))
    with objects(blank.driver):
        for _ in range(700):
            product = neomodel_classes.Product.nodes.get(id="bakers/Product")
            assert product.valid_from.tzinfo is UTC


def test_what_is_saved_is_native(blank: Connection) -> None:
    """A date is stored as DATE, an instant as ZONED DATETIME in UTC, from whatever zone."""
    london = datetime(2026, 6, 1, tzinfo=ZoneInfo("Europe/London"))
    with objects(blank.driver):
        neomodel_classes.Individual(id="bakers/tom", birth_date=date(2010, 9, 11)).save()
        for number in range(700):
            neomodel_classes.Product(id=f"bakers/p{number}", valid_from=london).save()
    assert ask(
        blank,
        "MATCH (i:Individual), (p:Product {id: 'bakers/p1'}) "
        "RETURN valueType(i.birth_date), valueType(p.valid_from), toString(p.valid_from)",
    ) == [["DATE NOT NULL", "ZONED DATETIME NOT NULL", "2026-05-31T23:00:00Z"]]


@pytest.mark.parametrize(
    "node",
    [
        neomodel_classes.Individual(id="bakers/tom", birth_date=datetime(2010, 9, 11, tzinfo=UTC)),
        neomodel_classes.Individual(id="bakers/tom", birth_date="2010-09-11"),
        neomodel_classes.Individual(id="bakers/tom", status="asleep"),
        neomodel_classes.Product(id="bakers/tv", valid_from=date(2026, 6, 1)),
        neomodel_classes.Product(id="bakers/tv", valid_from=datetime(2026, 6, 1)),  # noqa: DTZ001 - refused
    ],
    ids=str,
)
def test_what_is_not_of_the_kind_is_not_saved(
    blank: Connection, node: neomodel_classes.Entity
) -> None:
    """A datetime is no date, a date no instant, and a word is one of the vocabulary."""
    with objects(blank.driver), pytest.raises(DeflateError):
        node.save()


def test_objects_leave_no_trace(blank: Connection) -> None:
    """After the block neomodel has the connection it had before, and the driver is still open."""
    mine = blank.driver
    before = neomodel.db.driver
    with contextlib.suppress(ZeroDivisionError), objects(mine):
        assert neomodel.db.driver is mine
        raise ZeroDivisionError
    assert neomodel.db.driver is before
    mine.verify_connectivity()


def test_objects_are_used_within_objects(blank: Connection) -> None:
    """A block within a block gives the outer one its connection back."""
    put(blank, sample("bakers"))
    with objects(blank.driver):
        with objects(blank.driver):
            pass
        assert neomodel_classes.Organization.nodes.get(id="bakers").labels()


def test_labels_are_those_of_the_rows(blank: Connection) -> None:
    """What an object saves has the labels that rows have."""
    with objects(blank.driver):
        neomodel_classes.Organization(id="bakers").save()
        [labels] = [frozenset(each.labels()) for each in neomodel_classes.Organization.nodes.all()]
    assert labels - {"Entity"} == ORGANIZATION
