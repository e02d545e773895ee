"""What is said of a policy holds over the span named, whatever the order in which it was said."""

from collections.abc import Callable
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from household_graph.changes.draft import Draft
from household_graph.changes.policies import Policies
from household_graph.engine.facts_builder import facts_from_rows
from household_graph.engine.timeline import Segment, timeline
from household_graph.errors import BadInputError
from tests.unit.drafts import draft_of, instant, on

Change = tuple[str, str | None, Callable[[Draft, str, str | None], object]]
DAYS = tuple(f"2026-12-{day:02}" for day in range(1, 20, 3))
CASES = [
    (party, target, device)
    for party in ("tom", "emma", "dad")
    for target, device in (
        ("internet", None),
        ("internet", "laptop-tom"),
        ("sports", "stb-living-room"),
        ("live-tv", "stb-living-room"),
    )
]
TERMS: tuple[dict[str, Any], ...] = (
    {"start_time": "22:00"},
    {"end_time": "06:00"},
    {"audience": ("everyone",)},
    {"governs": ("internet", "live-tv")},
    {"weekdays": ("friday", "saturday")},
    {"only_on": ("laptop-tom", "stb-living-room")},
)


def set_(terms: dict[str, Any]) -> Any:  # noqa: ANN401 - see Change
    return lambda draft, at, until: on(draft, Policies).set(
        "bakers", "bedtime", at=at, until=until, **terms
    )


def exempt(person: str, only_for: tuple[str, ...]) -> Any:  # noqa: ANN401 - see Change
    return lambda draft, at, until: on(draft, Policies).exempt(
        "bedtime", person, at=at, until=until, only_for=only_for
    )


def pause(draft: Draft, at: str, until: str | None) -> None:
    on(draft, Policies).pause("bedtime", at=at, until=until)


def end(draft: Draft, at: str, _until: str | None) -> None:
    on(draft, Policies).end("bedtime", at=at)


spans = st.tuples(st.sampled_from(DAYS[:-1]), st.none() | st.integers(1, len(DAYS) - 1)).map(
    lambda drawn: (
        drawn[0],
        None if drawn[1] is None else DAYS[min(DAYS.index(drawn[0]) + drawn[1], len(DAYS) - 1)],
    )
)
lifts = st.one_of(
    st.builds(exempt, st.sampled_from(("tom", "emma")), st.sampled_from(((), ("sports",)))),
    st.just(pause),
)
ends = st.lists(st.tuples(st.sampled_from(DAYS), st.none(), st.just(end)), max_size=1)


@st.composite
def sequences(draw: st.DrawFn) -> tuple[list[Change], list[Change]]:
    """Draw changes in two orders; no two sets change the same term."""
    terms = draw(st.lists(st.sampled_from(TERMS), unique_by=str, max_size=4))
    made: list[Change] = [(*draw(spans), set_(one)) for one in terms]
    made += [(*draw(spans), draw(lifts)) for _number in range(draw(st.integers(0, 3)))]
    made += draw(ends)
    return draw(st.permutations(made)), draw(st.permutations(made))


def answers(changes: list[Change]) -> list[list[Segment]] | None:
    """Make changes one after the other, and return what is allowed when; None: one is refused."""
    draft = draft_of(at="2026-11-25")
    for at, until, make in changes:
        draft = draft_of(draft.rows, at=at)
        try:
            make(draft, at, until)
        except BadInputError:
            return None
    facts = facts_from_rows(draft.rows)
    full, start, last = draft.qualify, instant("2026-11-25"), instant("2027-01-05")
    return [
        list(
            timeline(
                facts, full(party), "Consumer", full(target), full(device) if device else None
            ).segments(start, last, facts.zone)
        )
        for party, target, device in CASES
    ]


@given(sequences())
@settings(max_examples=150, deadline=None)
def test_the_order_of_changes_does_not_matter(orders: tuple[list[Change], list[Change]]) -> None:
    """Of changes that do not contradict each other all orders that are allowed answer alike."""
    one, other = map(answers, orders)
    assert None in (one, other) or one == other
