"""Each kind of policy is one class, and what others need to know of it follows from it."""

from dataclasses import replace
from datetime import date
from typing import Any, get_type_hints

import pytest

from household_graph.engine.decision import decide
from household_graph.engine.facts import FactsCache
from household_graph.engine.policies import KIND_OF_FIELD, KINDS, KindTerms
from household_graph.engine.question import Question
from household_graph.errors import BadInputError
from household_graph.model.declaration import properties_of, relationships_from
from household_graph.model.enums import PolicyKind, ReasonCode
from household_graph.viz.heat_map import LETTERS
from tests.unit.test_timeline import facts_with

NOBODY = "`home/policy` forbids `home/net` to `home/kid`: "


def test_a_kind_is_known_everywhere() -> None:
    """As a value of the property, as a reason, and with a letter of its own in matrices."""
    assert set(KINDS) == set(PolicyKind) <= set(ReasonCode)
    assert len({*LETTERS.values()}) == len(LETTERS)
    assert all(LETTERS[ReasonCode(one.name)] == one.letter for one in KINDS.values())


def test_the_fields_of_kinds_are_those_of_policies() -> None:
    """Each belongs to one kind, and the engine reads it."""
    fields = [field for kind in KINDS.values() for field in kind.options]
    assert len(fields) == len(set(fields))
    declared = properties_of(frozenset({"Policy"})).keys() | relationships_from("Policy").keys()
    assert set(fields) <= declared
    assert set(fields) == get_type_hints(KindTerms).keys() == KIND_OF_FIELD.keys()
    for kind in KINDS.values():
        assert {*kind.required, *kind.any_of} <= kind.options.keys()


def test_an_unknown_kind_is_an_error_and_no_block() -> None:
    """It names the policy and the kind; what the policy is not about is answered."""
    facts = facts_with({"kind": "block"})
    [policy] = facts.policies
    unknown = policy._replace(kind="quota")
    newer = replace(facts, policies=(unknown,), written_by="9.1", cache=FactsCache())
    with pytest.raises(
        BadInputError, match=r"`home/policy` is of a kind that .*: `quota`"
    ) as refused:
        decide(newer, Question("home/kid", "home/net"), now=0)
    assert "household-graph 9.1 changed" in str(refused.value.hint)
    unsigned = replace(newer, written_by=None, cache=FactsCache())
    with pytest.raises(BadInputError) as refused:
        decide(unsigned, Question("home/kid", "home/net"), now=0)
    assert refused.value.hint == (
        "another version changed the household last: use that one, or a newer one"
    )
    elsewhere = unknown._replace(governs=["home/other"])
    newer = replace(facts, policies=(elsewhere,), cache=FactsCache())
    assert decide(newer, Question("home/kid", "home/net"), now=0).allowed


@pytest.mark.parametrize(
    ("kind", "letter", "options", "needed", "called"),
    [
        (
            "curfew",
            "C",
            {"weekdays": "--weekday", "start_time": "--start", "end_time": "--end"},
            [("weekdays",), ("start_time",), ("end_time",)],
            "a curfew",
        ),
        (
            "classification",
            "R",
            {"maximum_age": "--maximum-age", "blocked_categories": "--block-category"},
            [("maximum_age", "blocked_categories")],
            "a classification",
        ),
        ("block", "B", {}, [], "a block"),
        (
            "allow-only",
            "O",
            {"allows": "--allow", "allowed_categories": "--allow-category"},
            [("allows", "allowed_categories")],
            "an allow-only",
        ),
    ],
)
def test_what_people_see_of_a_kind(
    kind: str, letter: str, options: dict[str, str], needed: list[tuple[str, ...]], called: str
) -> None:
    """Its letter in matrices, its options, the fields it cannot do without, and its article."""
    one = KINDS[kind]
    assert (one.letter, one.options, one.called) == (letter, options, called)
    assert one.missing(()) == needed
    assert one.missing([group[-1] for group in needed]) == []
    assert one.is_recurring == (kind == "curfew")


def test_kinds_in_a_few_words() -> None:
    """What each forbids, the fields of which one is needed, and those that list categories."""
    assert {kind.name: kind.summary for kind in KINDS.values()} == {
        "curfew": "hours",
        "classification": "ratings and categories",
        "block": "always",
        "allow-only": "all but a list",
    }
    assert {kind.name: kind.any_of_in_words for kind in KINDS.values() if kind.any_of} == {
        "classification": "an age or a category",
        "allow-only": "a list of what stays allowed",
    }
    assert {kind.name: kind.categories for kind in KINDS.values() if kind.categories} == {
        "classification": ("blocked_categories",),
        "allow-only": ("allowed_categories",),
    }


@pytest.mark.parametrize(
    ("weekdays", "said"),
    [
        ("monday", "Monday"),
        ("monday tuesday", "Monday, Tuesday"),
        ("monday tuesday wednesday", "Monday to Wednesday"),
        ("monday wednesday friday", "Monday, Wednesday, Friday"),
        ("monday tuesday thursday", "Monday, Tuesday, Thursday"),
        ("sunday monday tuesday wednesday thursday", "Sunday to Thursday"),
        ("saturday sunday", "Saturday, Sunday"),
        ("monday sunday", "Sunday, Monday"),
        ("monday tuesday wednesday thursday friday saturday sunday", "every day"),
    ],
)
def test_the_days_of_a_curfew_in_words(weekdays: str, said: str) -> None:
    """Three or more in a row, also over the weekend, are named by the first and the last."""
    terms = {"weekdays": weekdays.split(), "start_time": "21:00", "end_time": "07:00"}
    assert KINDS["curfew"].hours(terms) == f"{said}, 21:00 to 07:00"
    assert KINDS["curfew"].limits(terms) == ""
    assert KINDS["block"].hours({}) == "always"


@pytest.mark.parametrize(
    ("kind", "terms", "said"),
    [
        ("classification", {"maximum_age": "own-age"}, "rated above their own age"),
        ("classification", {"maximum_age": "12"}, "rated above 12"),
        (
            "classification",
            {"maximum_age": "12", "blocked_categories": ["adult", "tv"]},
            "rated above 12, or category adult, or category tv",
        ),
        ("classification", {"blocked_categories": ["adult"]}, "category adult"),
        ("allow-only", {"allows": ["home/email"]}, "all but `home/email`"),
        (
            "allow-only",
            {"allows": ["home/email", "home/net"], "allowed_categories": ["cloud"]},
            "all but `home/email`, `home/net`, category cloud",
        ),
        ("block", {}, ""),
    ],
)
def test_what_a_policy_tolerates_in_words(kind: str, terms: dict[str, Any], said: str) -> None:
    """As lists of policies show it."""
    assert KINDS[kind].limits(terms) == said


NOON = "2026-12-05T12:00"
TWELVE_TODAY, TWELVE_TOMORROW = date(2014, 12, 5), date(2014, 12, 6)


@pytest.mark.parametrize(
    ("policy", "service", "kid", "ground"),
    [
        (
            {"maximum_age": 12},
            {"minimum_age": 13},
            {},
            "it is rated 13, and the most allowed is 12",
        ),
        ({"maximum_age": 12}, {"minimum_age": 12}, {}, None),
        ({"maximum_age": 0}, {}, {}, None),
        ({"maximum_age": 0}, {"minimum_age": 1}, {}, "it is rated 1, and the most allowed is 0"),
        ({"maximum_age": "own-age"}, {"minimum_age": 12}, {"birth_date": TWELVE_TODAY}, None),
        (
            {"maximum_age": "own-age"},
            {"minimum_age": 12},
            {"birth_date": TWELVE_TOMORROW},
            "it is rated 12, and `home/kid` is 11",
        ),
        (
            {"maximum_age": "own-age"},
            {"minimum_age": 1},
            {},
            "it is rated 1, and `home/kid` is 0",
        ),
        ({"maximum_age": "own-age"}, {}, {}, None),
        (
            {"maximum_age": "own-age", "audience": "everyone"},
            {"minimum_age": 19},
            {"minor": False},
            "it is rated 19, and `home/kid` is of unknown age",
        ),
        (
            {"maximum_age": "own-age", "audience": "everyone"},
            {"minimum_age": 18},
            {"minor": False},
            None,
        ),
        (
            {"blocked_categories": ["adult", "tv"]},
            {"category": "tv", "minimum_age": 3},
            {},
            "the category tv is blocked",
        ),
        ({"blocked_categories": ["adult"]}, {"category": "tv", "minimum_age": 21}, {}, None),
        (
            {"maximum_age": 12, "blocked_categories": ["tv"]},
            {"category": "tv", "minimum_age": 13},
            {},
            "the category tv is blocked, and it is rated 13, and the most allowed is 12",
        ),
        (
            {"maximum_age": 12, "blocked_categories": ["tv"]},
            {"category": "tv", "minimum_age": 12},
            {},
            "the category tv is blocked",
        ),
        (
            {"maximum_age": "own-age", "blocked_categories": ["tv"]},
            {"category": "tv", "minimum_age": 12},
            {"birth_date": TWELVE_TODAY},
            "the category tv is blocked",
        ),
        (
            {"maximum_age": "own-age", "blocked_categories": ["tv"]},
            {"category": "tv"},
            {},
            "the category tv is blocked",
        ),
    ],
)
def test_what_a_classification_forbids_and_why(
    policy: dict[str, Any], service: dict[str, Any], kid: dict[str, Any], ground: str | None
) -> None:
    """What is rated above an age, fixed or that of the minor on this day, or of a category.

    A minor whose age is not known counts as a newborn, and an adult as one of 18.
    """
    facts = facts_with({"kind": "classification", **policy}, **kid)
    [net] = facts.services
    facts = replace(
        facts,
        services={net: facts.services[net]._replace(**{"category": None, **service})},
        cache=FactsCache(),
    )
    decision = decide(facts, Question("home/kid", "home/net", at=NOON), now=0)
    assert decision.allowed == (ground is None)
    if ground:
        [reason] = decision.reasons
        assert reason.text == f"{NOBODY}{ground}"


@pytest.mark.parametrize(
    ("policy", "category", "allowed"),
    [
        ({"allowed_categories": ["tv"]}, "tv", True),
        ({"allowed_categories": ["tv"]}, "voice", False),
        ({"allowed_categories": ["tv"]}, None, False),
        ({"allows": ["net"]}, "voice", True),
    ],
)
def test_what_a_list_of_what_stays_allowed_forbids(
    policy: dict[str, Any], category: str | None, *, allowed: bool
) -> None:
    """All in its scope but what it lists, by id or category; the reason has the list."""
    facts = facts_with({"kind": "allow-only", **policy})
    [net] = facts.services
    services = {net: facts.services[net]._replace(category=category)}
    facts = replace(facts, services=services, cache=FactsCache())
    decision = decide(facts, Question("home/kid", "home/net", at=NOON), now=0)
    assert decision.allowed == allowed
    if not allowed:
        [reason] = decision.reasons
        assert reason.text == f"{NOBODY}it allows only category tv"
