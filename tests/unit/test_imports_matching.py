"""Who is one person and one household: by keys, by what is alike, and by what was decided."""

import sqlite3

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from household_graph.imports.matching import (
    MatchFeatures,
    Thresholds,
    add_features,
    resolve,
    same_household,
    same_person,
)

HOME = "gb|zz17ab|7 mill ln|"
KATIE = MatchFeatures(
    *("contacts/1", "contacts/1", None, None, "katie", "baker", "2013-05-14"),
    *("katie@bakers.example", None, HOME, None, None),
)


def other(**changes: str | None) -> MatchFeatures:
    """Return somebody with nothing but a name like Katie's, who differs in these."""
    plain = KATIE._replace(record="contacts/2", person="contacts/2", email=None, birth_date=None)
    return MatchFeatures(**{**plain._asdict(), **changes})


def resolved(
    *every: MatchFeatures, decisions: dict[tuple[str, str], bool] | None = None
) -> tuple[dict[str, str], dict[str, str], sqlite3.Connection]:
    """Return the label of each record and whom each person is the same as."""
    connection = sqlite3.connect(":memory:", isolation_level=None)
    add_features(connection, every)
    resolve(connection, Thresholds(), decisions or {})
    labels = dict(connection.execute("SELECT record, label FROM label"))
    return labels, dict(connection.execute("SELECT person, same_as FROM persons")), connection


@pytest.mark.parametrize(
    ("changes", "least", "most"),
    [
        ({"given": "kaite", "birth_date": "2013-05-14"}, 0.82, 1.0),  # two letters swapped
        ({"email": "katie@bakers.example"}, 0.82, 1.0),
        ({}, 0.6, 0.82),  # a name alone: mother and daughter may share it
        ({"birth_date": "2013-05-15"}, 0.6, 0.82),  # one digit apart
        ({"birth_date": "1980-05-14"}, None, None),
        ({"given": "tom", "birth_date": "2013-05-14"}, None, None),  # twins
        ({"given": None}, None, None),
    ],
)
def test_how_sure_it_is_that_two_are_one_person(
    changes: dict[str, str | None], least: float | None, most: float | None
) -> None:
    """Evidence beside the name makes it sure; a birth date that differs speaks against it."""
    score = same_person(KATIE, other(**changes))
    if least is None or most is None:
        assert score is None
    else:
        assert score is not None
        assert least <= score.confidence <= most
        assert score.grounds


@pytest.mark.parametrize(
    ("changes", "least", "most"),
    [
        ({}, 0.85, 1.0),
        ({"family": "bakker"}, 0.7, 0.85),
        ({"family": "miller"}, None, None),
        ({"family": None}, 0.6, 0.85),
        ({"address": "gb|zz17ab|8 mill ln|"}, None, None),
        ({"address": "gb|zz17ab|7 mill ln|2"}, 0.6, 0.85),  # one flat is not known
        ({"address": None}, None, None),
    ],
)
def test_how_sure_it_is_that_two_are_one_household(
    changes: dict[str, str | None], least: float | None, most: float | None
) -> None:
    """The same address and family name make one; another number or flat is another household."""
    score = same_household(KATIE, other(**changes))
    if least is None or most is None:
        assert score is None
    else:
        assert score is not None
        assert least <= score.confidence <= most


def test_two_flats_are_two_households() -> None:
    """The same name in two flats of one house is kept apart."""
    one = KATIE._replace(address=f"{HOME}1")
    labels, _persons, _connection = resolved(one, other(address=f"{HOME}2"))
    assert len(set(labels.values())) == 2


def test_keys_count_more_than_what_is_alike() -> None:
    """Households with keys of their own stay apart, though all else is the same."""
    one = KATIE._replace(household_key="a")
    two = KATIE._replace(record="contacts/2", person="contacts/2", household_key="b")
    labels, persons, connection = resolved(one, two)
    assert set(labels.values()) == {"1 a", "1 b"}
    assert len(set(persons.values())) == 2
    assert connection.execute("SELECT report, kind FROM match").fetchall() == [
        ("possible_duplicates", "person")
    ]


def test_a_newcomer_joins_a_known_household_and_joins_no_two() -> None:
    """It takes the label of one known household; two known ones are not joined by way of it."""
    one = KATIE._replace(known_household="crm-1")
    two = KATIE._replace(record="contacts/3", person="contacts/3", known_household="crm-3")
    labels, _persons, _connection = resolved(one, two, other())
    assert labels == {"contacts/1": "0 crm-1", "contacts/2": "0 crm-1", "contacts/3": "0 crm-3"}


def test_what_was_decided_in_a_review_counts() -> None:
    """Refused, two alike stay apart; accepted, two in different households are one."""
    alike = other(birth_date=KATIE.birth_date)
    _labels, persons, _connection = resolved(
        KATIE, alike, decisions={("contacts/1", "contacts/2"): False}
    )
    assert len(set(persons.values())) == 2
    moved = alike._replace(address="gb|zz21cd|12 station rd|")
    labels, persons, _connection = resolved(KATIE, moved)
    assert len(set(labels.values())) == 2
    labels, persons, _connection = resolved(
        KATIE, moved, decisions={("contacts/1", "contacts/2"): True}
    )
    assert len(set(labels.values())) == len(set(persons.values())) == 1


def test_a_number_that_many_share_says_nothing() -> None:
    """The phone number of a call centre makes no two people one."""
    many = [
        KATIE._replace(record=f"contacts/{n}", person=f"contacts/{n}", address=None,
                birth_date=None, email="info@bakers.example")
        for n in range(100)
    ]  # fmt: skip
    _labels, persons, _connection = resolved(*many)
    assert len(set(persons.values())) == 100


@settings(deadline=None)  # a busy machine is no failure
@given(st.permutations(range(5)))
def test_the_order_of_records_does_not_matter(order: list[int]) -> None:
    """Whichever record comes first, the same ones belong together."""
    people = [
        KATIE,
        other(given="kaite", birth_date=KATIE.birth_date),
        other(record="contacts/4", person="contacts/4", given="tom"),
        other(record="contacts/5", person="contacts/5", address=None, account="x"),
        other(record="contacts/6", person="contacts/6", address=None, account="x"),
    ]
    labels, persons, _connection = resolved(*(people[place] for place in order))
    assert labels == resolved(*people)[0]
    assert persons == resolved(*people)[1]
