"""A decision says why and until when as soon as somebody looks, and compares by what it says."""

import pickle
from dataclasses import replace
from datetime import UTC, datetime
from importlib.util import find_spec, module_from_spec
from typing import Any

import pytest

from household_graph.documents.read import read_documents
from household_graph.documents.to_rows import to_rows
from household_graph.engine.decision import Decision, decide
from household_graph.engine.facts import Facts, FactsCache
from household_graph.engine.facts_builder import facts_from_rows
from household_graph.engine.question import Question, matrix_questions
from household_graph.errors import InvalidQuestionError, UnknownIdError
from household_graph.installation import shipped
from household_graph.model.enums import Action, ReasonCode
from household_graph.model.instants import BEGINNING, FOREVER, from_datetime
from household_graph.model.spans import ALWAYS

NIGHT = "2026-11-22T21:30"
UNPAID_AND_OLD = ["`h/unpaid` is suspended", "`h/old` has no state that says it is active"]
NEVER = (
    "never holds: a part of it ends 2026-{}-01T00:00:00+00:00, "
    "and another begins 2026-{}-01T00:00:00+00:00"
)


@pytest.fixture(scope="module")
def facts() -> Facts:
    """The Bakers."""
    [document] = read_documents(shipped("seed") / "bakers.yaml")
    return facts_from_rows(to_rows(document))


def asked(facts: Facts, at: str = NIGHT, target: str = "bakers/internet") -> Decision:
    return decide(facts, Question("bakers/katie", target, at=at), now=0)


def test_equal_decisions_say_the_same(facts: Facts) -> None:
    """Of the same question and facts; another instant, or target, is another decision."""
    assert asked(facts) == asked(facts)
    assert (asked(facts) != asked(facts)) is False
    assert hash(asked(facts)) == hash(asked(facts))
    assert asked(facts) != asked(facts, at="2026-11-22T21:31")
    assert asked(facts) != asked(facts, target="bakers/email")
    assert asked(facts) != "no"
    assert asked(facts).codes == ("curfew",)


def test_it_is_shown_whole(facts: Facts) -> None:
    """What is printed while looking for a mistake has the answer and its grounds."""
    assert "'allowed': False" in repr(asked(facts))
    assert "bakers/bedtime" in repr(asked(facts))


def test_it_can_be_handed_to_another_process(facts: Facts) -> None:
    """With what it rests on, so that it says the same there."""
    assert pickle.loads(pickle.dumps(asked(facts))) == asked(facts)  # noqa: S301 - our own


def test_the_order_of_questions_does_not_matter(facts: Facts) -> None:
    """What is remembered of one question changes no answer to another."""
    questions = list(matrix_questions(facts, NIGHT))
    [document] = read_documents(shipped("seed") / "bakers.yaml")
    forgetful = [decide(facts_from_rows(to_rows(document)), one, now=0) for one in questions[::7]]
    backwards = [decide(facts, one, now=0) for one in reversed(questions)]
    assert forgetful == backwards[::-1][::7]


@pytest.mark.parametrize("answer", [True, False])
def test_an_answer_without_a_reason_is_an_internal_error(facts: Facts, answer: bool) -> None:
    """A yes that no grant bears out, or a no on no ground."""
    right = asked(facts) if answer else asked(facts, at="2026-11-22T12:00")
    assert right.allowed is not answer
    wrong = Decision(answer, lambda: facts, right._question, right._instant)
    if answer:
        assert wrong.reasons  # it is granted, in a curfew: only a yes without any grant is caught
        question = Question("bakers/katie", "bakers/voice-dad", at=NIGHT)
        wrong = Decision(answer, lambda: facts, question, right._instant)
    message = "error: yes without a grant: use" if answer else "error: no without a ground: use"
    with pytest.raises(RuntimeError, match=message):
        _ = wrong.reasons


def test_a_yes_on_a_device_rests_on_two_grants(facts: Facts) -> None:
    """The one for the target alone does not bear it out."""
    question = Question("bakers/katie", "bakers/internet", device="bakers/laptop-tom", at=NIGHT)
    wrong = Decision(True, lambda: facts, question, 0)
    with pytest.raises(RuntimeError, match=r"yes without a grant: use .* on bakers/laptop-tom at"):
        _ = wrong.reasons


def test_answers_are_verified_on_demand_alone() -> None:
    """Verification finds the reasons of every answer, so that installed programs leave it out."""
    spec = find_spec(Decision.__module__)
    assert spec
    assert spec.loader
    as_installed = module_from_spec(spec)  # the one in use is set to verify by the tests
    spec.loader.exec_module(as_installed)
    assert as_installed.Decision.verified is False


@pytest.mark.parametrize("place", ["party", "target", "device"])
def test_an_unknown_id_is_named_with_what_it_stands_for(facts: Facts, place: str) -> None:
    """It is an error that names the nearest ids of that kind, and no silent no (law 10)."""
    unknown = {"party": "kati", "target": "bakers/emial", "device": "bakers/tablet-kati"}
    near = {"party": "bakers/katie", "target": "bakers/email", "device": "bakers/tablet-katie"}
    right = {**near, "at": NIGHT}
    assert decide(facts, Question(**right), now=0).allowed  # type: ignore[arg-type]
    with pytest.raises(UnknownIdError) as refused:
        decide(facts, Question(**{**right, place: unknown[place]}), now=0)  # type: ignore[arg-type]
    assert refused.value.place == place
    assert refused.value.unknown_id == unknown[place]
    assert refused.value.nearest[0] == near[place]


def test_what_cannot_stand_in_a_place_is_refused(facts: Facts) -> None:
    """A service asks for nothing, carries nothing, and a device is not used on another one."""
    for party, target, device, error in (
        ("bakers/email", "bakers/internet", None, UnknownIdError),
        ("bakers/katie", "bakers/katie", None, UnknownIdError),
        ("bakers/katie", "bakers/internet", "bakers/email", UnknownIdError),
        ("bakers/katie", "bakers/internet", "bakers/katie", UnknownIdError),
        ("bakers/katie", "bakers/home-hub", "bakers/home-hub", InvalidQuestionError),
    ):
        with pytest.raises(error):
            decide(facts, Question(party, target, device=device), now=0)


JUNE, JULY, AUGUST = (from_datetime(datetime(2026, n, 1, tzinfo=UTC)) for n in (6, 7, 8))


def reason_texts(rows: dict[str, Any], instant: int) -> list[str]:
    question = Question("h/kid", "h/net", device="h/box")
    reasons = decide(Facts.of(rows), question, now=instant).reasons
    return [reason.text for reason in reasons if "h/net" in reason.text]


def small_household(net: tuple[int, int] = (BEGINNING, FOREVER)) -> dict[str, Any]:
    """Return rows in which a child consumes a service and a device."""
    role = ("role", *ALWAYS, None, None, "h/kid")
    tables = ("memberships", "products", "carriers", "policies", "exemptions", "pauses")
    empty: dict[str, Any] = {table: [] for table in tables}
    return empty | {
        "household": "h",
        "time_zone": "UTC",
        "age_of_majority": 18,
        "individuals": [["h/kid", None, True, "active"]],
        "organizations": [["h", "active"]],
        "resources": [["h/box", "unlocked", "enable"]],
        "services": [["h/net", None, None, "active"]],
        "grants": [
            ["Consumer", "h/net", "a", *net, *role],
            ["Consumer", "h/box", "b", *ALWAYS, *role],
        ],
        "availability": [["h/net", "h/box", *ALWAYS]],
    }


@pytest.mark.parametrize(
    ("spans", "instant", "expected"),
    [
        ([], JUNE, ""),
        ([(JULY, AUGUST)], JUNE, " before 2026-07-01T00:00:00+00:00"),
        ([(JULY, AUGUST)], JULY - 1, " before 2026-07-01T00:00:00+00:00"),
        ([(JULY, AUGUST)], JULY, None),
        ([(JULY, AUGUST)], AUGUST - 1, None),
        ([(JULY, AUGUST)], AUGUST, " since 2026-08-01T00:00:00+00:00"),
        ([(JUNE, JULY), (AUGUST, FOREVER)], JULY, " before 2026-08-01T00:00:00+00:00"),
        ([(BEGINNING, JUNE), (JUNE, JULY)], AUGUST, " since 2026-07-01T00:00:00+00:00"),
        ([(AUGUST, AUGUST)], JUNE, ""),  # planned, and given up before it began
        ([(AUGUST, AUGUST)], AUGUST, ""),
        ([(BEGINNING, JUNE), (AUGUST, AUGUST)], JULY, " since 2026-06-01T00:00:00+00:00"),
    ],
)
def test_when_a_service_is_on_a_device(
    spans: list[tuple[int, int]], instant: int, expected: str | None
) -> None:
    """The next time it comes, else the last it was there; what was never to be is not named."""
    rows = small_household() | {"availability": [["h/net", "h/box", *span] for span in spans]}
    texts = reason_texts(rows, instant)
    if expected is None:
        assert texts == ["`h/kid` is Consumer of `h/net`"]
    else:
        assert texts == [f"`h/net` is not available on `h/box`{expected}"]


@pytest.mark.parametrize(
    ("span", "instant", "expected"),
    [
        ((JULY, AUGUST), JULY - 1, "begins 2026-07-01T00:00:00+00:00"),
        ((JULY, AUGUST), AUGUST, "ended 2026-08-01T00:00:00+00:00"),
        *(((JULY, JULY), one, NEVER.format("07", "07")) for one in (JUNE, JULY, AUGUST)),
        *(((AUGUST, JUNE), one, NEVER.format("06", "08")) for one in (JUNE - 1, JULY, AUGUST)),
    ],
)
def test_when_a_role_holds(span: tuple[int, int], instant: int, expected: str) -> None:
    """It begins, or ended; one without a length does neither, whenever it is asked for."""
    texts = reason_texts(small_household(span), instant)
    assert texts == [f"the Consumer role of `h/kid` for `h/net` {expected}"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"party": None},
        {"target": 7},
        {"device": 7},
        {"at": 5},
        {"action": "watch"},
        {"action": None},
    ],
)
def test_a_question_is_refused_before_it_goes_with_others(wrong: dict[str, Any]) -> None:
    """What cannot be an id, a moment or an action: nobody else's question fails with it."""
    with pytest.raises(InvalidQuestionError):
        Question(**{"party": "bakers/tom", "target": "bakers/sports", **wrong})


def test_the_word_of_an_action_will_do() -> None:
    """It is the same question, with a device as well."""
    words = Question("bakers/tom", "bakers/sports", "use", "bakers/stb-living-room")  # type: ignore[arg-type]
    assert words == Question("bakers/tom", "bakers/sports", device="bakers/stb-living-room")
    assert words.action is Action.USE
    with pytest.raises(InvalidQuestionError, match="cannot be named with `choose`"):
        Question("bakers/tom", "bakers/sports", "choose", "bakers/stb-living-room")  # type: ignore[arg-type]


def test_a_state_that_is_no_text_is_of_its_target_alone(facts: Facts) -> None:
    """As plain Cypher may write it: that target is not active, and all others are answered."""
    product = facts.products["bakers/cloud"]
    damaged = product._replace(status=["active"])  # type: ignore[arg-type]
    broken = replace(facts, products={**facts.products, product.id: damaged}, cache=FactsCache())
    decision = decide(broken, Question("bakers/mum", product.id, Action.ADMINISTER), now=0)
    assert not decision.allowed
    assert "`bakers/cloud` is ['active']" in [reason.text for reason in decision.reasons]
    others = [one for one in matrix_questions(facts, NIGHT) if one.target == "bakers/email"]
    assert [decide(broken, one, now=0).allowed for one in others] == [
        decide(facts, one, now=0).allowed for one in others
    ]


SUSPENDED, ACTIVE = ("h/unpaid", "suspended"), ("h/account", "active")


@pytest.mark.parametrize(
    ("accounts", "expected"),
    [
        ([SUSPENDED], ["`h/unpaid` is suspended"]),
        ([SUSPENDED, ("h/old", None)], UNPAID_AND_OLD),
        ([SUSPENDED, SUSPENDED], ["`h/unpaid` is suspended"]),
        ([SUSPENDED, ACTIVE], []),
        ([ACTIVE, SUSPENDED], []),
        ([ACTIVE], []),
    ],
)
def test_what_is_not_active(accounts: list[tuple[str, str | None]], expected: list[str]) -> None:
    """It is a ground where it stops every valid path, and each thing is named once."""
    net = ("Consumer", "h/net")
    grants = [
        [*net, f"grant-{n}", *ALWAYS, f"role-{n}", *ALWAYS, *account, "h/kid"]
        for n, account in enumerate(accounts)
    ]
    facts = Facts.of(small_household() | {"grants": grants, "availability": []})
    question = Question("h/kid", "h/net", device="h/box")
    reasons = decide(facts, question, now=JULY).reasons
    texts = [reason.text for reason in reasons if reason.code is ReasonCode.NOT_ACTIVE]
    assert texts == expected
    assert [reason.code.value for reason in reasons if reason.text not in texts] == [
        "not-available-on-device",
        "no-device-grant",
    ]
