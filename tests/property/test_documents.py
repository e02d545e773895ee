"""Laws of household documents: what is read, written, made into rows and compared."""

import io
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from household_graph.documents.diff import difference
from household_graph.documents.document import HouseholdDocument
from household_graph.documents.export import dump, from_rows
from household_graph.documents.read import document_of, read_documents
from household_graph.documents.to_rows import to_rows
from household_graph.documents.yaml_lines import parse_yaml
from household_graph.errors import DocumentError
from household_graph.model.edits import apply_edits
from household_graph.model.ids import household_of
from household_graph.model.rows import Rows
from scripts.document_pages import json_schema
from tests.property.strategies_documents import documents

SCHEMA = Draft202012Validator(json_schema())
MOMENTS = st.datetimes(datetime(2019, 1, 1), datetime(2095, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - bounds are naive

unhurried = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def read(text: str) -> HouseholdDocument:
    [document] = read_documents(io.StringIO(text), "text")
    return document


@given(documents())
@unhurried
def test_rows_of_a_document_come_back(document: HouseholdDocument) -> None:
    """Rows made of a document make a document of which the same rows are made."""
    rows = to_rows(document)
    assert to_rows(from_rows(rows)) == rows


@given(documents())
@unhurried
def test_what_is_written_says_the_same(document: HouseholdDocument) -> None:
    """The text of a document, read again, has the same rows."""
    assert to_rows(read(dump(document))) == to_rows(document)


@given(documents())
@unhurried
def test_text_is_canonical(document: HouseholdDocument) -> None:
    """Text, read and written again, by way of rows or not, is the same, byte for byte."""
    text = dump(document)
    assert dump(read(text)) == text
    assert dump(from_rows(to_rows(read(text)))) == text


@given(documents())
@unhurried
def test_what_is_written_fits_the_json_schema(document: HouseholdDocument) -> None:
    """The published JSON Schema accepts what is written."""
    [tree], findings = parse_yaml(dump(document))
    assert findings == []
    SCHEMA.validate(tree.data)


@given(documents())
@unhurried
def test_rows_are_in_order_unique_and_whole(document: HouseholdDocument) -> None:
    """Rows are sorted, none occurs twice, and every relationship has both its ends."""
    rows = to_rows(document)
    assert all(one.id < other.id for one, other in pairwise(rows.nodes))
    assert all(one.key < other.key for one, other in pairwise(rows.relationships))
    ids = {node.id for node in rows.nodes}
    assert {end for link in rows.relationships for end in (link.start, link.end)} <= ids
    assert {household_of(one) for one in ids} == {rows.household}


@given(documents(), documents(), MOMENTS)
@unhurried
def test_a_difference_leads_to_what_is_wanted(
    before: HouseholdDocument, after: HouseholdDocument, at: datetime
) -> None:
    """After a difference there is none, and nothing of what was there is gone but links."""
    current, wanted = to_rows(before), to_rows(after)
    there = apply_edits(current, difference(current, wanted, at).edits)
    assert not difference(there, wanted, at).edits
    assert {node.id for node in there.nodes} == {
        node.id for node in (*current.nodes, *wanted.nodes)
    }


@given(documents(), MOMENTS)
@unhurried
def test_equal_rows_have_no_difference(document: HouseholdDocument, at: datetime) -> None:
    """A household that is as its document says needs nothing done."""
    rows = to_rows(document)
    assert not difference(rows, rows, at).edits
    assert difference(rows, rows, at).kept == ()


@given(documents(), MOMENTS)
@unhurried
def test_a_new_household_becomes_its_document(document: HouseholdDocument, at: datetime) -> None:
    """A difference from nothing makes everything, and nothing else."""
    wanted = to_rows(document)
    nothing = Rows(wanted.household, (), ())
    assert apply_edits(nothing, difference(nothing, wanted, at).edits) == wanted


@given(documents(), documents(), MOMENTS)
@unhurried
def test_what_a_difference_leads_to_can_be_written(
    before: HouseholdDocument, after: HouseholdDocument, at: datetime
) -> None:
    """The household after a change has a document of its own, which reads, and changes nothing."""
    current, wanted = to_rows(before), to_rows(after)
    there = apply_edits(current, difference(current, wanted, at).edits)
    written = read(dump(from_rows(there)))
    assert not difference(there, to_rows(written), at + timedelta(days=1)).edits


@given(st.text(max_size=200) | st.text("-:[]{}&*!|>'\"%#,? \n\tab1", max_size=60))
@settings(max_examples=1000, deadline=None)
def test_any_text_is_a_document_or_a_document_error(text: str) -> None:
    """Whatever a file holds, it is read or refused by a DocumentError that names it."""
    message = ""
    try:
        read_documents(io.StringIO(text), "text")
    except DocumentError as error:
        message = error.message
    assert all(line.startswith("text:") for line in message.splitlines())


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=6),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ("id", "to", "kind", "role", "party", "account", "member_of", "valid_to")
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)
SECTIONS = tuple(HouseholdDocument.model_fields)


@given(documents(), st.dictionaries(st.sampled_from(SECTIONS), JSON, min_size=1, max_size=3))
@unhurried
def test_any_damage_is_reported(document: HouseholdDocument, damage: dict[str, object]) -> None:
    """Any data at all in place of sections is accepted or refused by a DocumentError."""
    [tree], _findings = parse_yaml(dump(document))
    message = ""
    try:
        document_of({**tree.data, **damage}, today=date(2026, 1, 1))
    except DocumentError as error:
        message = error.message
    assert all(line.startswith("document: ") for line in message.splitlines())
