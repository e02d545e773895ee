"""A policy is one thing over time: changed, exempted from, paused and ended as a whole."""

import pytest

from household_graph.changes.draft import Draft
from household_graph.changes.policies import Policies, PolicyTerms
from household_graph.changes.policy_versions import versions_of
from household_graph.errors import BadInputError
from household_graph.model.enums import PolicyKind
from household_graph.model.spans import span_of
from tests.unit.drafts import allowed, draft_of, on, span

XMAS, TWELFTH = "2026-12-19", "2027-01-04"
IN_HOLIDAYS, AFTER = "2026-12-21T22:00", "2027-01-05T21:15"
NO_FILMS = PolicyTerms(kind=PolicyKind.BLOCK, audience=("minors",), governs=("movies",))


def emma(draft: Draft, at: str, *, device: str | None = None) -> bool:
    """Whether Emma may use the sports channel, which bedtime closes at nine."""
    return allowed(draft, "emma", "sports", device=device, at=at)


def later(draft: Draft, at: str) -> Draft:
    return draft_of(draft.rows, at=at)


def set_bedtime(draft: Draft, at: str, until: str | None = None, **terms: str) -> Draft:
    done = later(draft, at)
    on(done, Policies).set("bakers", "bedtime", at=at, until=until, **terms)  # type: ignore[arg-type]
    return done


def exempt(draft: Draft, at: str, until: str | None = None, **more: object) -> Draft:
    done = later(draft, at)
    on(done, Policies).exempt("bedtime", "emma", until=until, **more)  # type: ignore[arg-type]
    return done


def test_ending_an_exemption_ends_it_in_all_versions() -> None:
    """A3: what a change split in two is one exemption for the parent."""
    draft = exempt(draft_of(), "2026-12-14", "2026-12-24")
    draft = set_bedtime(draft, XMAS, start_time="21:30")
    assert emma(draft, IN_HOLIDAYS)
    draft = exempt(draft, "2026-12-14", end=True)
    assert not emma(draft, IN_HOLIDAYS)


def test_an_exemption_is_from_what_was_changed_before() -> None:
    """A4: a change that is planned first makes no difference to an exemption."""
    draft = set_bedtime(draft_of(), XMAS, start_time="21:30")
    draft = exempt(draft, "2026-12-14", "2026-12-24")
    assert emma(draft, IN_HOLIDAYS)
    assert not emma(draft, "2026-12-27T22:00")


def test_after_a_change_until_a_day_it_is_as_before() -> None:
    """A4: later in the holidays, and then nine o'clock again, under the one id."""
    draft = set_bedtime(draft_of(), XMAS, TWELFTH, start_time="22:00")
    assert emma(draft, "2026-12-21T21:30")
    assert not emma(draft, "2026-12-21T22:15")
    assert not emma(draft, AFTER)
    versions = versions_of(draft.index, "bakers/bedtime")
    assert [span_of(one.properties) for one in versions] == [
        span("2020-01-01", XMAS),
        span(XMAS, TWELFTH),
        span(TWELFTH),
    ]
    draft = exempt(draft, "2027-01-05", "2027-01-06")
    assert emma(draft, AFTER)


def test_ending_a_policy_calls_off_what_was_planned() -> None:
    """A4: nothing of it comes back, and it cannot be exempted from any more."""
    draft = later(set_bedtime(draft_of(), XMAS, start_time="21:30"), "2026-12-01")
    on(draft, Policies).end("bedtime")
    assert emma(draft, IN_HOLIDAYS)
    with pytest.raises(BadInputError, match="`bakers/bedtime` has ended by then"):
        exempt(draft, "2026-12-02")
    with pytest.raises(BadInputError, match="`bakers/bedtime` has ended by then"):
        on(later(draft, "2026-12-02"), Policies).pause("bedtime")


def test_a_change_of_a_span_reaches_every_version_in_it() -> None:
    """Whom it applies to changes in each of them, and what differs between them stays."""
    draft = set_bedtime(draft_of(), XMAS, TWELFTH, start_time="22:00")
    draft = later(draft, "2026-12-14")
    on(draft, Policies).set("bakers", "bedtime", audience=("everyone",), at="2026-12-14")
    for at, dad in (("2026-12-13T21:30", True), ("2026-12-14T21:30", False)):
        assert allowed(draft, "dad", "internet", at=at) is dad
    assert allowed(draft, "dad", "internet", at="2026-12-21T21:30")
    assert not allowed(draft, "dad", "internet", at="2026-12-21T22:30")
    assert not allowed(draft, "dad", "internet", at=AFTER)


def test_ids_are_not_guessed_from_names() -> None:
    """The id that was given is the id, whatever else has one that is like it."""
    draft = draft_of()
    on(draft, Policies).set("bakers", "movies-18", **NO_FILMS)
    on(draft, Policies).set("bakers", "bedtime-2", **NO_FILMS)
    draft = set_bedtime(draft, XMAS, start_time="21:30")
    listed = {one.policy for one in on(draft, Policies).list("bakers")}
    assert {"bakers/movies-18", "bakers/bedtime-2"} <= listed
    on(draft, Policies).end("bedtime")
    listed = {one.policy for one in on(draft, Policies).list("bakers")}
    assert "bakers/bedtime-2" in listed
    assert "bakers/bedtime" not in listed


def test_a_policy_that_has_ended_can_be_set_again_under_its_id() -> None:
    """It needs all of its terms, and nobody is exempt from it any more."""
    draft = exempt(draft_of(), "2026-11-23")
    draft = later(draft, "2026-12-01")
    on(draft, Policies).end("bedtime")
    draft = later(draft, "2026-12-10")
    with pytest.raises(BadInputError, match="a new policy needs a kind"):
        on(draft, Policies).set("bakers", "bedtime", start_time="21:30")
    terms = NO_FILMS | PolicyTerms(governs=("sports",))
    on(draft, Policies).set("bakers", "bedtime", **terms)
    assert emma(draft, "2026-12-09T22:00")
    assert not emma(draft, "2026-12-10T12:00")
    assert next(one.policy for one in on(draft, Policies).list("bakers/emma")) == "bakers/bedtime"


def test_a_policy_called_off_before_it_began_can_be_set_again() -> None:
    """The id is free for it, and what it was to say is gone."""
    draft = draft_of(at=XMAS)
    on(draft, Policies).set("bakers", "no-films", **NO_FILMS)
    draft = later(draft, "2026-12-01")
    on(draft, Policies).end("no-films")
    terms = NO_FILMS | PolicyTerms(governs=("live-tv",))
    on(draft, Policies).set("bakers", "no-films", **terms)
    [said] = [one for one in on(draft, Policies).list("bakers") if one.policy == "bakers/no-films"]
    assert (said.what, said.span) == ("bakers/live-tv", span("2026-12-01"))


def test_a_pause_lifts_it_for_everybody_until_a_day() -> None:
    """No bedtime in the holidays, whatever is changed of it, and whenever."""
    draft = later(draft_of(), XMAS)
    on(draft, Policies).pause("bedtime", until=TWELFTH)
    draft = set_bedtime(draft, "2026-12-21", start_time="21:30")
    assert emma(draft, IN_HOLIDAYS)
    assert allowed(draft, "tom", "internet", at=IN_HOLIDAYS)
    assert not emma(draft, "2027-01-05T22:00")
    assert on(draft, Policies).list("bakers", ended=True)[0].paused == (f"{XMAS} to {TWELFTH}",)
    draft = later(draft, "2026-12-28")
    on(draft, Policies).pause("bedtime", end=True)
    assert not emma(draft, "2026-12-28T22:00")
    with pytest.raises(BadInputError, match="`bakers/bedtime` is not paused"):
        on(draft, Policies).pause("bedtime", end=True)


@pytest.mark.parametrize(
    ("at", "until"),
    [("2026-11-22T20:00", "2026-11-22T22:00"), ("2026-11-22T22:00", "2026-11-23T22:00")],
)
def test_until_a_time_of_day_is_the_next_one(at: str, until: str) -> None:
    """`--until 22:00` is the next time it is ten."""
    draft = exempt(draft_of(at=at), at, "22:00")
    [link] = draft.index.outgoing("EXEMPT_FROM", "bakers/emma")
    assert span_of(link.properties) == span(at, until)


def test_several_are_exempt_at_once() -> None:
    """All children, in one change."""
    draft = draft_of()
    on(draft, Policies).exempt("bedtime", ["tom", "emma"], until="22:00")
    assert on(draft, Policies).list("bakers")[0].exempt == ("bakers/emma", "bakers/tom")


def test_an_exemption_may_be_for_one_target_alone() -> None:
    """Emma may watch that film tonight, and what is for adults stays closed to her."""
    draft = draft_of()
    on(draft, Policies).set("bakers", "no-tv", **(NO_FILMS | PolicyTerms(governs=("cable-tv",))))
    on(draft, Policies).exempt("no-tv", "emma", only_for=("movies",), until="23:00")
    night = "2026-11-22T20:30"
    assert allowed(draft, "emma", "movies", at=night)
    assert not allowed(draft, "emma", "live-tv", at=night)
    on(draft, Policies).exempt("no-tv", "emma", until="22:00")
    assert allowed(draft, "emma", "live-tv", at=night)
    with pytest.raises(BadInputError, match="is not exempt from `bakers/no-tv` for"):
        on(draft, Policies).exempt("no-tv", "emma", only_for=("live-tv",), end=True)
    on(draft, Policies).exempt("no-tv", "emma", only_for=("movies",), end=True)
    assert allowed(draft, "emma", "movies", at=night)
    assert not allowed(draft, "emma", "movies", at="2026-11-22T22:30")


def test_a_policy_may_be_narrowed_to_devices() -> None:
    """No sports on the television: on the phone she may, and where no device is named."""
    draft = draft_of()
    terms = NO_FILMS | PolicyTerms(governs=("sports",), only_on=("stb-living-room",))
    on(draft, Policies).set("bakers", "no-sports", **terms)
    now = "2026-11-22T20:00"
    assert not emma(draft, now, device="stb-living-room")
    assert emma(draft, now, device="phone-emma")
    assert emma(draft, now)
    [said] = [one for one in on(draft, Policies).list("bakers") if one.policy == "bakers/no-sports"]
    assert said.what == "bakers/sports on bakers/stb-living-room"
    with pytest.raises(BadInputError, match="`bakers/emma` is an individual, and no device"):
        on(draft, Policies).set("bakers", "no-sports", only_on=("emma",))
