"""Roles given and taken away in whatever order: what is held, and that it is held once."""

from collections.abc import Iterable
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from household_graph.changes.draft import Draft
from household_graph.changes.revocation import revoke
from household_graph.changes.role_grants import involve, release
from household_graph.changes.role_queries import involved, overlap
from household_graph.engine.access_diff import compare
from household_graph.engine.facts_builder import facts_from_rows
from household_graph.model.enums import InvolvementKind
from household_graph.model.instants import FOREVER
from household_graph.model.rows import RowIndex, Rows
from tests.unit.drafts import draft_of, gaps, instant, seed

HOLDERS = ("bakers", "katie", "auntie-jean", "au-pair", "dad", "stb-bedroom")
ITEMS = ("broadband", "internet", "sports-channel", "tablet-katie", "home-hub")
DAYS = tuple(instant(f"2026-{month:02}-{day:02}") for month in range(5, 13) for day in (1, 15))


@st.composite
def steps(draw: st.DrawFn) -> tuple[str, str, InvolvementKind, str, tuple[int, int]]:
    start, end = sorted(draw(st.lists(st.sampled_from(DAYS), min_size=2, max_size=2, unique=True)))
    return (
        draw(st.sampled_from(("grant", "grant", "release"))),
        draw(st.sampled_from(HOLDERS)),
        draw(st.sampled_from(InvolvementKind)),
        draw(st.sampled_from(ITEMS)),
        (start, draw(st.sampled_from((end, FOREVER)))),
    )


def spans_of(rows: Rows, holder: str, kind: InvolvementKind, item: str) -> list[tuple[int, int]]:
    return [
        one.span
        for one in involved(RowIndex(rows), f"bakers/{holder}" if holder != "bakers" else holder)
        if (one.kind, one.item) == (kind, f"bakers/{item}") and one.span[0] < one.span[1]
    ]


def meeting(spans: Iterable[tuple[int, int]]) -> list[tuple[tuple[int, int], tuple[int, int]]]:
    ordered = sorted(spans)
    return [pair for pair in pairwise(ordered) if overlap(*pair)]


@settings(max_examples=60, deadline=None)
@given(st.lists(steps(), min_size=1, max_size=6))
def test_overlaps_never_arise(
    story: list[tuple[str, str, InvolvementKind, str, tuple[int, int]]],
) -> None:
    """However roles are given and taken: what is given is held, what is taken is not, each once."""
    rows = seed("bakers")
    for verb, holder, kind, item, wanted in story:
        draft = Draft(rows, wanted[0], draft_of().zone)
        before = spans_of(rows, holder, kind, item)
        if verb == "grant":
            involve(draft, holder, kind, item, wanted)
        else:
            release(draft, holder, kind, item)
        rows = draft.rows
        after = spans_of(rows, holder, kind, item)
        assert meeting(after) == []
        if verb == "grant":
            assert gaps(wanted, after) == []
            assert all(gaps(span, after) == [] for span in before)
        else:
            assert all(end <= wanted[0] for _start, end in after)
        again = Draft(rows, wanted[0], draft.zone)
        if verb == "grant":
            assert involve(again, holder, kind, item, wanted) is None
        else:
            assert release(again, holder, kind, item) == []
        assert not again.edits()


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(HOLDERS),
    st.sampled_from(InvolvementKind),
    st.sampled_from(ITEMS),
    st.sampled_from(DAYS),
)
def test_granting_and_revoking_leaves_the_matrix_as_it_was(
    holder: str, kind: InvolvementKind, item: str, at: int
) -> None:
    """What nobody had, given and taken back, gives and takes nothing, then or later."""
    draft = Draft(seed("bakers"), at, draft_of().zone)
    if any(end > at for _start, end in spans_of(draft.rows, holder, kind, item)):
        return
    involve(draft, holder, kind, item)
    revoke(draft, holder, kind, item)
    before, after = facts_from_rows(seed("bakers")), facts_from_rows(draft.rows)
    assert compare(before, after, at) == []
    assert compare(before, after, DAYS[-1]) == []


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(HOLDERS), st.sampled_from(ITEMS), st.sampled_from(DAYS))
def test_a_grant_gives_its_holder_alone(holder: str, item: str, at: int) -> None:
    """Nobody but the holder, and the members of one that is an organization, gains by a grant."""
    draft = Draft(seed("bakers"), at, draft_of().zone)
    involve(draft, holder, InvolvementKind.CONSUMER, item)
    found = compare(facts_from_rows(draft.before), facts_from_rows(draft.rows), at)
    assert all(one.effect.startswith("gains") for one in found)
    if holder != "bakers":
        assert {one.decision.party for one in found} <= {f"bakers/{holder}"}
