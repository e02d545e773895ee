"""Who is one person and one household: by keys, by what is alike, and by what was decided."""

import sqlite3
from random import Random

import pytest

from household_graph.imports.match_features import MatchFeatures
from household_graph.imports.matching import Decisions, Thresholds, add_features, resolve
from household_graph.imports.merge_rules import are_two, obstacle
from household_graph.imports.same_home import same_household

HOME = "gb|zz17ab|7 mill ln|"
KATIE = MatchFeatures(
    *("contacts/1", "contacts/1", None, None, "katie", "baker", "2013-05-14"),
    *("katie@bakers.example", None, HOME, "zz17ab", "mill hill", None, None),
)


class _Addresses:
    """A street in which many live, and no house has flats."""

    def records_in_street(self, address: str) -> int:
        return 1 if "mil ln" in address else 9

    def has_flats(self, _address: str) -> bool:
        return False


def other(**changes: str | None) -> MatchFeatures:
    """Return somebody with nothing but a name and a home like Katie's, who differs in these."""
    plain = KATIE._replace(record="contacts/2", person="contacts/2", email=None, birth_date=None)
    return MatchFeatures(**{**plain._asdict(), **changes})


def resolved(
    *every: MatchFeatures, decisions: Decisions | None = None
) -> tuple[dict[str, str], dict[str, str], sqlite3.Connection]:
    """Return the label of each record and whom each person is the same as."""
    connection = sqlite3.connect(":memory:", isolation_level=None)
    add_features(connection, every)
    resolve(connection, Thresholds(), decisions or {})
    labels = dict(connection.execute("SELECT record, label FROM label"))
    return labels, dict(connection.execute("SELECT person, same_as FROM persons")), connection


BORN = {"birth_date": "2013-05-14"}


@pytest.mark.parametrize(
    "changes",
    [
        BORN | {"given": "kaite"},  # all letters of the name
        BORN | {"given": "baker", "family": "katie"},
        BORN | {"family": "miller"},  # another one since a wedding
        BORN | {"given": None},
        BORN | {"address": None},
        {"email": "katie@bakers.example"},
        {"email": "katie@bakers.example", "given": "k"},
        {"birth_date": "2013-05-15"},  # one digit
    ],
)
def test_what_does_not_stand_against_a_merge(changes: dict[str, str | None]) -> None:
    """Slips of the pen, other columns, a changed name and missing cells are of one person."""
    assert obstacle(KATIE, other(**changes)) is None


@pytest.mark.parametrize(
    ("given", "changes", "reason"),
    [
        ("katie", {}, "nothing but a name and a home in common"),
        ("katie", {"birth_date": "1980-05-14"}, "other birth dates"),
        ("katie", BORN | {"address": "gb|zz21cd|12 station rd|", "postal_code": "zz21cd"},
            "two homes"),
        ("daniel", BORN | {"given": "daniela"}, "`daniel` and `daniela` are two given names"),
        ("marie", BORN | {"given": "maria"}, "`marie` and `maria` are two given names"),
        ("tom", BORN | {"given": "emma"}, "`tom` and `emma` are two given names"),
        ("daniel", BORN | {"given": "danielx"}, "the slip may be of another name"),
        ("thomas", BORN | {"given": "danielx"}, "the given names differ by more than a slip"),
        ("daniel", BORN | {"given": "d"}, "an initial may stand for another name"),
        ("daniel", BORN | {"given": "dan"}, "a short form of a name may be another one"),
        ("katie", BORN | {"given": None, "address": None}, "a given name is not known"),
        ("katie", BORN | {"family": "miller", "address": None},
            "other family names, and not the rest the same"),
    ],
)  # fmt: skip
def test_what_leaves_two_for_a_review(
    given: str, changes: dict[str, str | None], reason: str
) -> None:
    """Twins, fathers and sons, and those who moved are not merged by themselves."""
    assert obstacle(KATIE._replace(given=given), other(**{"given": given, **changes})) == reason


@pytest.mark.parametrize(
    ("changes", "is_two"),
    [
        ({"given": "tom"}, True),  # brother and sister
        (BORN | {"given": "tom"}, False),  # twins, or a wrong name
        ({"given": "tom", "email": "katie@bakers.example"}, False),
        ({"given": "kaite", "birth_date": "1980-05-14"}, False),  # a possible mother and daughter
        ({}, False),
    ],
)
def test_who_is_two_people_beyond_doubt(changes: dict[str, str | None], is_two: bool) -> None:
    """Other given names with no birth date or e-mail address in common are no doubt at all."""
    assert are_two(KATIE, other(**changes)) is is_two


@pytest.mark.parametrize(
    ("changes", "least", "most"),
    [
        ({}, 0.85, 1.0),
        ({"family": "bakker"}, 0.7, 0.85),
        ({"family": "miller"}, None, None),
        ({"family": None}, 0.6, 0.85),
        ({"address": "gb|zz17ab|7 mil ln|"}, 0.8, 1.0),  # a slip, as no other record has it
        ({"address": "gb|zz17ab|7 milk ln|"}, 0.6, 0.79),  # another street
        ({"address": "gb|zz17ab|7 mill rd|"}, 0.6, 0.79),
        ({"address": "gb|zz17ab|7 n mill ln|"}, 0.6, 0.79),
        ({"address": "gb|zz17ab|8 mill ln|"}, None, None),
        ({"address": "gb|zz17ab|7 mill ln|2"}, 0.6, 0.79),  # one flat is not known
        ({"address": None}, None, None),
    ],
)
def test_how_sure_it_is_that_two_are_one_household(
    changes: dict[str, str | None], least: float | None, most: float | None
) -> None:
    """The same address and family name make one; another number, flat or street does not."""
    score = same_household(KATIE, other(**changes), _Addresses())
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
        KATIE, alike, decisions={("contacts/1", "contacts/2", ""): False}
    )
    assert len(set(persons.values())) == 2
    moved = alike._replace(address="gb|zz21cd|12 station rd|")
    labels, persons, _connection = resolved(KATIE, moved)
    assert len(set(labels.values())) == 2
    labels, persons, _connection = resolved(
        KATIE, moved, decisions={("contacts/1", "contacts/2", "person"): True}
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


def test_the_order_of_records_does_not_matter() -> None:
    """Whichever record comes first, the same ones belong together, with the same probability."""
    people = [
        KATIE,
        other(given="kaite", birth_date=KATIE.birth_date),
        other(record="contacts/4", person="contacts/4", given="tom"),
        other(record="contacts/5", person="contacts/5", address=None, account="x"),
        other(record="contacts/6", person="contacts/6", address=None, account="x"),
    ]
    labels, persons, connection = resolved(*people)
    Random(29).shuffle(people)  # noqa: S311 - reproducible, not secret
    again, persons_again, other_connection = resolved(*people)
    assert (labels, persons) == (again, persons_again)
    matches, matches_again = (
        one.execute("SELECT * FROM match ORDER BY first, second, kind").fetchall()
        for one in (connection, other_connection)
    )
    assert matches == matches_again != []


def test_what_was_accepted_draws_no_stranger_in() -> None:
    """Two names accepted as one person's draw in who has one of them, and no third name."""
    tom = other(record="contacts/3", person="contacts/3", given="tom", birth_date="2013-05-14")
    again = other(birth_date=KATIE.birth_date)
    stranger = other(record="contacts/4", person="contacts/4", given="emma", **BORN)
    accepted = {("contacts/1", "contacts/3", "person"): True}
    _labels, persons, _connection = resolved(KATIE, again, tom, stranger, decisions=accepted)
    assert persons["contacts/1"] == persons["contacts/2"] == persons["contacts/3"]
    assert persons["contacts/4"] == "contacts/4"


def test_a_birth_date_that_stands_for_none_is_no_evidence() -> None:
    """Two of one name who are both born on 1 January 1900 are a possible duplicate at most."""
    one, two = KATIE._replace(birth_date="1900-01-01", email=None), other(birth_date="1900-01-01")
    _labels, persons, _connection = resolved(one, two)
    assert len(set(persons.values())) == 2
