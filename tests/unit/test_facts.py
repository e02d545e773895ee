"""The facts of a household: what becomes of its rows, and the ages that follow from them."""

import pickle
from datetime import UTC, date, datetime, timedelta
from itertools import permutations
from typing import Any

import pytest

from household_graph.engine.facts import (
    Exemption,
    Facts,
    FactsCache,
    Grant,
    GrantAssignment,
    Membership,
    PolicyFact,
    Principal,
    ProductFact,
    Role,
    ServiceFact,
    age_at,
    birthday,
    derived,
    derived_of_party,
    is_minor,
    minority,
    minority_of,
    under_age,
    younger_than,
)
from household_graph.errors import InvalidTimeError
from household_graph.model.instants import BEGINNING, FOREVER, from_datetime, zone_named
from household_graph.model.spans import ALWAYS, Span
from tests.unit.plain_facts import OPEN, granted, plain_facts, policy

LONDON = zone_named("Europe/London")
CALLED: list[tuple[str, ...]] = []

WHOLE: dict[str, Any] = {
    "individuals": [
        ["h/ann", "2010-05-14", None, "active"],
        ["h/bob", None, True, None],
        ["h/eve", "", False, "suspended"],
    ],
    "organizations": [["h", "active"]],
    "resources": [["h/box", "unlocked", "enable"]],
    "memberships": [["h/bob", "h", 5, 9], ["h/ann", "h", 3, FOREVER], ["h/ann", "h", 1, 2]],
    "services": [["h/video", "tv", 15, "active"]],
    "products": [
        ["h/tv", "active", 1, 9, "h/account", "active"],
        ["h/gift", "suspended", *OPEN, None, None],
    ],
    "carriers": [["h/video", "h/tv"], ["h/video", "h/gift"]],
    "availability": [["h/video", "h/box", 6, 8], ["h/video", "h/box", 2, 4]],
    "exemptions": [
        ["h/ann", "h/bedtime", 5, 6, ["h/video", "h/tv"]],
        ["h/ann", "h/bedtime", 3, 4, []],
    ],
    "pauses": [["h/bedtime", 7, 8], ["h/bedtime", 1, 2]],
    "grants": [
        ["Consumer", "h/tv", "h/i2", 3, 4, "h/r", 1, 9, "h/unpaid", "suspended", "h"],
        ["Consumer", "h/tv", "h/i1", 5, 6, "h/r", 1, 9, "h/unpaid", "suspended", "h"],
        ["Chooser", "h/tv", "h/i0", *OPEN, "h/s", *OPEN, None, None, "h"],
        ["Admin", "h/box", "h/i3", *OPEN, "h/q", *OPEN, None, None, "h/box"],
    ],
    "policies": [
        [
            *("h/only", "allow-only", "parties", ["h/eve", "h/ann"], ["h/video", "h/tv"], ["tv"]),
            *(["h/video", "h/alarm"], {"allows": ["h/tv", "h/gift"]}),
            {"weekdays": [], "start_time": None, "allowed_categories": ["sport"]},
            *(2, 7, "h/list", ["h/box"]),
        ],
        [
            *("h/bedtime", "curfew", "minors", [], ["h"], [], [], {"allows": []}, {}, *OPEN),
            *("h/bedtime", []),
        ],
    ],
    "written_by": "1.2",
}
BOTH = [Grant("h/i1", 5, 6), Grant("h/i2", 3, 4)]
CONSUMER = Role("h/r", "h/unpaid", {"Consumer": {"h/tv": BOTH}}, 1, 9)
CHOOSER = Role("h/s", None, {"Chooser": {"h/tv": [Grant("h/i0")]}})
ADMIN = Role("h/q", None, {"Admin": {"h/box": [Grant("h/i3", *OPEN)]}}, *OPEN)
BOX = Principal("h/box", "Resource", None, False, ("unlocked", "enable"))


def instant(text: str) -> int:
    return from_datetime(datetime.fromisoformat(text))


def somebody(born: date | None = None, *, minor: bool = False) -> Principal:
    return Principal("h/ann", "Individual", born, minor, ("active",))


def test_the_facts_of_a_whole_household() -> None:
    """Every row is where the engine looks for it, sorted where more than one may be there."""
    facts = plain_facts(**WHOLE)
    terms = {"allowed_categories": ["sport"], "allows": ["h/gift", "h/tv"]}
    of_only = (["h/ann", "h/eve"], ["h/tv", "h/video"], ["tv"], ["h/alarm", "h/video"])
    people = [
        Principal("h/ann", "Individual", date(2010, 5, 14), False, ("active",)),
        Principal("h/bob", "Individual", None, True, (None,)),
        Principal("h/eve", "Individual", None, False, ("suspended",)),
    ]
    others = [
        Principal("h", "Organization", None, False, ("active",)),
        BOX,
    ]
    assert facts == Facts(
        household="h",
        time_zone="UTC",
        age_of_majority=18,
        principals={one.id: one for one in (*people, *others)},
        memberships={
            "h/ann": [Membership("h", 1, 2), Membership("h", 3)],
            "h/bob": [Membership("h", 5, 9)],
        },
        roles={"h": [CONSUMER, CHOOSER], "h/box": [ADMIN]},
        accounts={"h/account": "active", "h/unpaid": "suspended"},
        products={
            "h/tv": ProductFact("h/tv", "active", "h/account", 1, 9),
            "h/gift": ProductFact("h/gift", "suspended", None),
        },
        carriers={"h/video": ["h/gift", "h/tv"]},
        services={"h/video": ServiceFact("h/video", "tv", 15, "active")},
        availability={"h/video": {"h/box": [Span(2, 4), Span(6, 8)]}},
        policies=(
            PolicyFact("h/bedtime", "h/bedtime", "curfew", "minors", [], ["h"], [], [], {}),
            PolicyFact(
                *("h/only", "h/list", "allow-only", "parties", *of_only, terms, 2, 7, ["h/box"])
            ),
        ),
        exemptions={
            "h/ann": {"h/bedtime": [Exemption(3, 4), Exemption(5, 6, ["h/tv", "h/video"])]}
        },
        pauses={"h/bedtime": [Span(1, 2), Span(7, 8)]},
    )
    assert list(facts.policies[1].terms) == ["allowed_categories", "allows"]


def test_what_is_read_from_facts() -> None:
    """Their zone, devices, people, and every grant with its role and holder."""
    facts = plain_facts(**WHOLE)
    assert facts.zone is zone_named("UTC")
    assert facts.resources == {"h/box": BOX}
    assert facts.individuals == ["h/ann", "h/bob", "h/eve"]
    assert [facts.is_resource(one) for one in ("h/box", "h", "h/ann", "h/nobody")] == [
        *(True, False, False, False)
    ]
    assert list(facts.assignments) == [
        GrantAssignment("h/box", ADMIN, "Admin", "h/box", Grant("h/i3")),
        GrantAssignment("h", CONSUMER, "Consumer", "h/tv", BOTH[0]),
        GrantAssignment("h", CONSUMER, "Consumer", "h/tv", BOTH[1]),
        GrantAssignment("h", CHOOSER, "Chooser", "h/tv", Grant("h/i0")),
    ]


def test_who_wrote_them_and_what_was_derived_makes_no_other_facts() -> None:
    """The writer is known where a row says so; neither it nor the cache is compared or shown."""
    facts, others = plain_facts(**WHOLE), plain_facts(**{**WHOLE, "written_by": None})
    assert (facts.written_by, others.written_by) == ("1.2", None)
    assert plain_facts().written_by is None
    facts.cache.found[repr]["key"] = "remembered"
    assert facts == others
    assert "remembered" not in repr(facts)


def test_an_unknown_time_zone_is_refused() -> None:
    """Before any instant is reckoned in it."""
    with pytest.raises(InvalidTimeError, match="Nowhere"):
        plain_facts(time_zone="Nowhere")


@pytest.mark.parametrize(
    ("section", "rows"),
    [
        ("memberships", [["h/ann", "h", 1, 2], ["h/ann", "h", 3, 4], ["h/ann", "h/unit", 1, 2]]),
        ("availability", [["h/video", "h/box", 1, 2], ["h/radio", "h/box", 1, 2]]),
        ("availability", [["h/video", "h/box", 1, 2], ["h/video", "h/phone", 1, 2]]),
        (
            "availability",
            [
                *(["h/video", "h/box", 1, 2], ["h/video", "h/box", 1, 3]),
                *(["h/video", "h/box", 0, 3], ["h/video", "h/phone", 1, 2]),
                ["h/radio", "h/box", 1, 2],
            ],
        ),
        ("carriers", [["h/video", "h/tv"], ["h/video", "h/bundle"], ["h/tv", "h/bundle"]]),
        (
            "grants",
            [
                granted("h/ann", "h/tv"),
                granted("h/ann", "h/radio"),
                granted("h/ann", "h/tv", "Admin"),
                ["Consumer", "h/tv", "h/i", *OPEN, "h/r", *OPEN, None, None, "h"],
                # An involvement role on two items, and of two kinds, as plain Cypher may write it.
                ["Consumer", "h/video", "h/i", *OPEN, "h/r", *OPEN, None, None, "h"],
                ["Admin", "h/tv", "h/i", *OPEN, "h/r", *OPEN, None, None, "h"],
            ],
        ),
        ("policies", [policy(f"h/{one}", []) for one in ("c", "a", "b")]),
    ],
)
def test_the_order_of_rows_does_not_matter(section: str, rows: list[list[Any]]) -> None:
    """Facts are written down as text and compared by it, so everything in them has one order."""
    texts = {repr(plain_facts(**{section: order})) for order in permutations(rows)}
    assert len(texts) == 1


def test_what_is_derived_is_found_once() -> None:
    """For each function and arguments; what is of parties is forgotten when it is told to."""

    @derived
    def of_item(_facts: Facts, *key: str) -> None:
        CALLED.append(key)

    @derived_of_party
    def of_party(_facts: Facts, *key: str) -> tuple[str, ...]:
        CALLED.append(key)
        return key

    facts, others = plain_facts(), plain_facts()
    CALLED.clear()
    for _again in range(2):
        of_item(facts, "tv")
        assert of_party(facts, "ann", "tv") == ("ann", "tv")
    of_item(others, "tv")
    assert CALLED == [("tv",), ("ann", "tv"), ("tv",)]
    facts.cache.forget_parties()
    of_item(facts, "tv")
    of_party(facts, "ann", "tv")
    assert CALLED[3:] == [("ann", "tv")]
    sent = pickle.loads(pickle.dumps(facts))  # noqa: S301 - our own
    assert sent == facts
    assert sent.cache.found == FactsCache().found == {}


@pytest.mark.parametrize(
    ("born", "age", "at"),
    [
        (date(2010, 5, 14), 18, "2028-05-14T00:00+01:00"),
        (date(2010, 11, 14), 16, "2026-11-14T00:00+00:00"),
        (date(2008, 2, 29), 18, "2026-03-01T00:00+00:00"),
        (date(2008, 2, 29), 20, "2028-02-29T00:00+00:00"),
        (date(2010, 5, 14), 0, "2010-05-14T00:00+01:00"),
        (date(2000, 5, 14), 7999, "9999-05-14T00:00+01:00"),
    ],
)
def test_a_birthday_begins_at_local_midnight(born: date, age: int, at: str) -> None:
    """Who was born on 29 February has it on 1 March in a year without that day (law 9)."""
    assert birthday(born, age, LONDON) == instant(at)


def test_a_birthday_after_the_last_year_never_comes() -> None:
    """Nobody reaches an age in the year 10000, which no date can name."""
    assert birthday(date(2000, 5, 14), 8000, LONDON) == FOREVER


@pytest.mark.parametrize(
    ("born", "flag", "expected"),
    [
        (date(2010, 5, 14), False, Span(BEGINNING, instant("2028-05-14T00:00+01:00"))),
        (date(2010, 5, 14), True, Span(BEGINNING, instant("2028-05-14T00:00+01:00"))),
        (None, True, ALWAYS),
        (None, False, None),
    ],
)
def test_a_minor_is_one_by_birth_date_or_else_by_the_flag(
    born: date | None, flag: bool, expected: Span | None
) -> None:
    """Until the birthday, whatever is flagged; without a birth date always, or never (law 9)."""
    assert minority_of(born, minor=flag, age_of_majority=18, zone=LONDON) == expected
    facts = plain_facts(time_zone="Europe/London")
    assert minority(facts, somebody(born, minor=flag)) == expected


def test_a_minor_comes_of_age_to_the_millisecond() -> None:
    """One millisecond before the birthday still a minor; organizations and devices never are."""
    facts = plain_facts(**WHOLE, time_zone="Europe/London")
    eighteen = instant("2028-05-14T00:00+01:00")
    at = [BEGINNING, eighteen - 1, eighteen, eighteen + 1]
    assert [is_minor(facts, "h/ann", one) for one in at] == [True, True, False, False]
    assert [is_minor(facts, "h/bob", one) for one in at] == [True] * 4
    for other in ("h/eve", "h", "h/box", "h/nobody"):
        assert not is_minor(facts, other, eighteen)


def test_a_minor_is_under_age_while_the_service_enforces_a_policy() -> None:
    """Law "Under age": for the spans of those policies, cut at the birthday; nobody else is."""
    adult = instant("2028-05-14T00:00+00:00")
    policies = [
        policy("h/a", ["h/wall"], (10, 20)),
        policy("h/b", ["h/wall", "h/alarm"], (30, FOREVER)),
        policy("h/c", ["h/alarm"]),
    ]
    facts = plain_facts(**{**WHOLE, "policies": policies})
    assert under_age(facts, "h/ann", "h/wall") == (Span(10, 20), Span(30, adult))
    assert under_age(facts, "h/bob", "h/wall") == (Span(10, 20), Span(30, FOREVER))
    assert under_age(facts, "h/ann", "h/video") == ()
    assert under_age(facts, "h/eve", "h/wall") == ()


@pytest.mark.parametrize(
    ("minor", "age", "expected"),
    [
        *((True, 0, None), (True, 1, ALWAYS), (True, 18, ALWAYS)),
        *((False, 17, None), (False, 18, None), (False, 19, ALWAYS)),
    ],
)
def test_without_a_birth_date_a_minor_counts_as_0_and_others_as_of_age(
    minor: bool, age: int, expected: Span | None
) -> None:
    """A rating above the age of majority is too much for an adult of unknown age (law 9)."""
    assert younger_than(plain_facts(), somebody(minor=minor), age) == expected


def test_with_a_birth_date_somebody_is_younger_until_that_birthday() -> None:
    """Whatever is flagged, in the time zone of the household."""
    until = Span(BEGINNING, instant("2025-05-14T00:00+01:00"))
    facts = plain_facts(time_zone="Europe/London")
    for flag in (True, False):
        assert younger_than(facts, somebody(date(2010, 5, 14), minor=flag), 15) == until


@pytest.mark.parametrize(
    ("born", "day", "years"),
    [
        (date(2010, 5, 14), date(2026, 5, 13), 15),
        (date(2010, 5, 14), date(2026, 5, 14), 16),
        (date(2010, 5, 14), date(2026, 5, 15), 16),
        (date(2010, 5, 14), date(2026, 4, 20), 15),
        (date(2010, 5, 14), date(2026, 6, 1), 16),
        (date(2010, 5, 14), date(2010, 5, 14), 0),
        (date(2008, 2, 29), date(2026, 2, 28), 17),
        (date(2008, 2, 29), date(2026, 3, 1), 18),
    ],
)
def test_an_age_is_whole_years_on_a_local_date(born: date, day: date, years: int) -> None:
    """It is one more from the birthday on, and agrees with when the birthday is."""
    assert age_at(somebody(born), day) == years
    noon = from_datetime(datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(hours=12))
    zone = zone_named("UTC")
    assert birthday(born, years, zone) <= noon < birthday(born, years + 1, zone)


def test_an_age_without_a_birth_date() -> None:
    """A minor counts as 0; nobody knows that of an adult."""
    assert age_at(somebody(minor=True), date(2026, 5, 14)) == 0
    assert age_at(somebody(), date(2026, 5, 14)) is None
