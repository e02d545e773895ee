"""What is asked: one question, and those that lists and matrices come to."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from household_graph.engine.facts import Facts
from household_graph.engine.question import (
    Question,
    action_named,
    device_questions,
    foreign_ids,
    matrix_axes,
    matrix_questions,
    service_questions,
    who_questions,
    with_foreign_parties,
)
from household_graph.errors import InvalidQuestionError
from household_graph.model.enums import Action
from tests.scenarios.scenarios import facts_of_documents

AT = "2026-11-22T21:30"
KATIE, SPORTS = "bakers/katie", "bakers/sports"
PEOPLE = {"dad", "mum", "emma", "tom", "katie", "granny", "auntie-jean", "au-pair"}
TABLET = {"internet", "email", "cloud-storage", "photo-share", *("live-tv", "movies"), "late-night"}


@pytest.fixture(scope="module")
def facts() -> Facts:
    """The Bakers."""
    return facts_of_documents()["bakers"]


def of_bakers(local: set[str]) -> list[str]:
    return sorted(f"bakers/{one}" for one in local)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"party": None}, "`None` is no party"),
        ({"target": 7}, "`7` is no target"),
        ({"target": None}, "`None` is no target"),
        ({"device": 7}, "`7` is no device"),
        ({"party": "\ud800"}, "the id '\\ud800' holds half a character"),
        ({"device": "\udfff"}, "the id '\\udfff' holds half a character"),
        ({"at": 5}, "`5` is no moment"),
        ({"action": "watch"}, "unknown action `watch`"),
        ({"action": Action.CHOOSE, "device": "b/x"}, "a device (`b/x`) cannot be named with `ch"),
        ({"action": "administer", "device": ""}, "a device (``) cannot be named with `administer`"),
    ],
)
def test_a_question_without_sense_is_refused(wrong: dict[str, Any], message: str) -> None:
    """The error names the first part that is wrong."""
    with pytest.raises(InvalidQuestionError) as refused:
        Question(**{"party": KATIE, "target": SPORTS, **wrong})
    assert refused.value.message.startswith(message)


@pytest.mark.parametrize(
    "at", [None, AT, date(2026, 11, 22), datetime(2026, 11, 22, tzinfo=UTC)], ids=str
)
def test_a_moment_is_a_time_a_date_or_text(at: Any) -> None:  # noqa: ANN401 - several types
    """A question holds it as given; by default it is for use, on no device, now."""
    assert Question(KATIE, SPORTS, at=at).at == at
    question = Question(KATIE, SPORTS)
    assert (question.action, question.device, question.at) == (Action.USE, None, None)


def test_a_question_is_a_value() -> None:
    """It cannot be changed, and equal ones are found as the same key."""
    question = Question(KATIE, SPORTS)
    assert {question, Question(KATIE, SPORTS, Action.USE)} == {question}
    with pytest.raises(AttributeError):
        question.party = "bakers/tom"  # type: ignore[misc]
    assert question.party == KATIE


def test_an_action_has_a_word() -> None:
    """The hint of an unknown word names all of them."""
    assert [action_named(word) for word in ("use", "choose", "administer")] == list(Action)
    with pytest.raises(InvalidQuestionError) as refused:
        action_named("Use")
    assert refused.value.hint == "use one of use, choose, administer"


def test_services_of_a_list(facts: Facts) -> None:
    """All of the household in its order, or those that are available on a device at some time."""
    every = service_questions(facts, KATIE, None, AT)
    assert every == [Question(KATIE, one, at=AT) for one in facts.services]
    assert len(every) == 12
    tablet = "bakers/tablet-katie"
    found = service_questions(facts, KATIE, tablet, AT)
    assert sorted(one.target for one in found) == of_bakers({*TABLET, "sports"})
    assert found == [Question(KATIE, one.target, device=tablet, at=AT) for one in found]
    assert service_questions(facts, KATIE, "bakers/nothing", AT) == []


@pytest.mark.parametrize(
    ("target", "devices"),
    [
        ("live-tv", {"stb-living-room", "stb-bedroom", "tablet-katie"}),
        ("sports", {"stb-living-room", "tablet-katie", "phone-emma"}),
        ("sports-channel", {"stb-living-room", "tablet-katie", "phone-emma"}),
        ("mobile-emma", {"phone-emma"}),
        ("home-hub", set()),
    ],
)
def test_devices_of_a_list(facts: Facts, target: str, devices: set[str]) -> None:
    """Those that the target, or a service that realizes it, is available on, in order."""
    found = device_questions(facts, KATIE, f"bakers/{target}", AT)
    expected = of_bakers(devices)
    assert found == [Question(KATIE, f"bakers/{target}", device=one, at=AT) for one in expected]


def test_who_may_ask(facts: Facts) -> None:
    """Individuals and organizations, and of the resources those that play a role."""
    found = who_questions(facts, SPORTS, "bakers/phone-emma", Action.USE, AT)
    assert sorted(one.party for one in found) == ["bakers", *of_bakers(PEOPLE)]
    asked = {(one.target, one.device, one.action, one.at) for one in found}
    assert asked == {(SPORTS, "bakers/phone-emma", Action.USE, AT)}
    shop = facts_of_documents()["policies"]
    found = who_questions(shop, "policies/tv", None, Action.CHOOSE, None)
    parties = {"policies", *(f"policies/{one}" for one in ("ann", "kid", "teen", "lodger"))}
    assert {one.party for one in found} == parties | {"policies/upstairs", "policies/set"}
    assert {one.action for one in found} == {Action.CHOOSE}


def test_the_axes_of_a_matrix(facts: Facts) -> None:
    """Individuals, and services on each of their devices; one on no device is there once."""
    people, places = matrix_axes(facts)
    assert sorted(people) == of_bakers(PEOPLE)
    assert list(dict(places)) == list(facts.services)
    sports = [device for service, device in places if service == SPORTS]
    assert sports == of_bakers({"stb-living-room", "tablet-katie", "phone-emma"})
    alone = matrix_axes(facts_of_documents()["states"])[1]
    assert [device for service, device in alone if service == "states/alone"] == [None]
    questions = list(matrix_questions(facts, AT))
    assert questions == [
        Question(person, service, device=device, at=AT)
        for person in people
        for service, device in places
    ]


@pytest.mark.parametrize(
    ("party", "device", "expected"),
    [
        ("a/ann", None, []),
        ("a/ann", "a/box", []),
        ("a", "b/box", ["b/box"]),
        ("b/bob", None, ["b/bob"]),
        ("b/bob", "a/box", ["b/bob"]),
        ("b/bob", "ab/box", ["b/bob", "ab/box"]),
    ],
)
def test_ids_of_other_households(party: str, device: str | None, expected: list[str]) -> None:
    """The party and the device, where they are not of the target's household."""
    assert foreign_ids(Question(party, "a/net", device=device)) == expected


def test_parties_of_other_households_among_the_facts(facts: Facts) -> None:
    """They come as they are at home and nothing else does; unknown ones are left out."""
    every = facts_of_documents()
    shop = {"bike-shop": every["bike-shop"]}
    ids = ["bike-shop/owner", "bike-shop/nobody", "states/ann", "bike-shop/till"]
    found = with_foreign_parties(facts, ids, shop)
    added = {one: every["bike-shop"].principals[one] for one in (ids[0], ids[3])}
    assert found.principals == {**facts.principals, **added}
    assert found.roles == facts.roles
    assert found.memberships == facts.memberships
    assert found.cache is not facts.cache
    assert ids[0] not in facts.principals
    assert with_foreign_parties(facts, [], {}) == facts
