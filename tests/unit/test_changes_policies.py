"""Policies set, changed, lifted and exempted from: on drafts, without a database."""

import pytest

from household_graph.changes.draft import Draft
from household_graph.changes.policies import Policies, PolicyInWords, PolicyTerms
from household_graph.changes.policy_versions import remaining_versions, versions_of
from household_graph.errors import BadInputError
from household_graph.model.enums import PolicyKind
from household_graph.model.instants import to_utc, zone_named
from household_graph.model.spans import span_of
from tests.unit.drafts import NOW, access, allowed, draft_of, on, span

BEDTIME = "2026-11-22T21:15"
CURFEW = PolicyTerms(
    kind=PolicyKind.CURFEW,
    audience=("minors",),
    governs=("bakers/live-tv",),
    weekdays=("saturday", "friday"),
    start_time="9:30",
    end_time="11:00",
)
BLOCK = PolicyTerms(kind=PolicyKind.BLOCK, audience=("katie",), governs=("cable-tv",))


def set_policy(draft: Draft, policy: str, terms: PolicyTerms, **when: str) -> str:
    """Set a policy, and return the id of the node that says it."""
    present = {one.id for one in draft.index.labelled("Policy")}
    on(draft, Policies).set(draft.household, policy, **terms, **when)  # type: ignore[arg-type]
    made = [one.id for one in draft.index.labelled("Policy") if one.id not in present]
    return made[0] if made else remaining_versions(draft, draft.qualify(policy))[0].id


def emma_may_watch_sports(draft: Draft, at: str) -> bool:
    return allowed(draft, "emma", "sports", device="stb-living-room", at=at)


def test_a_policy_is_set() -> None:
    """A new policy forbids from then on, in the order of rows, enforced and set like the others."""
    draft = draft_of()
    made = set_policy(draft, "homework", CURFEW)
    assert draft.get(made).properties["weekdays"] == ("friday", "saturday")
    assert draft.get(made).properties["start_time"] == "09:30"
    [words] = [one for one in on(draft, Policies).list("bakers") if one.policy == made]
    assert words == PolicyInWords(
        *(made, "curfew", "minors", "bakers/live-tv", "Friday, Saturday, 09:30 to 11:00"),
        enforced_by=("bakers/smart-firewall",),
        set_by=("bakers/mum",),
        exempt=(),
        span=span(NOW),
        zone=zone_named("Europe/London"),
    )
    assert [link.start for link in draft.index.incoming("SET", made)] == [
        "bakers/home-security-admin"
    ]


def test_a_block_for_one_leaves_the_others_alone() -> None:
    """What is blocked for Katie is lost to Katie, on everything it is on."""
    draft = draft_of()
    set_policy(draft, "no-tv", BLOCK, until="2026-12-01")
    assert {(effect, party) for effect, party, *_ in access(draft)} == {("loses", "katie")}
    assert allowed(draft, "katie", "live-tv", device="tablet-katie", at="2026-12-01T08:00")


def test_a_change_keeps_what_is_not_said_and_what_was() -> None:
    """Bedtime half an hour later: from now on, and not before; everything else is as it was."""
    draft = draft_of()
    assert not emma_may_watch_sports(draft, BEDTIME)
    made = set_policy(draft, "bedtime", PolicyTerms(start_time="21:30"))
    assert made == "bakers/bedtime.2"
    assert draft.get(made).properties["policy"] == "bakers/bedtime"
    assert draft.index.ends("SUPERSEDES", made) == ["bakers/bedtime"]
    assert emma_may_watch_sports(draft, BEDTIME)
    assert not emma_may_watch_sports(draft, "2026-11-22T21:30")
    assert not emma_may_watch_sports(draft, "2026-11-19T21:15")
    old = draft.get("bakers/bedtime")
    assert span_of(old.properties) == (span("2020-01-01")[0], draft.at)
    before, after = (
        on(draft, Policies).list("bakers", at=to_utc(at))[0] for at in (draft.at - 1, draft.at)
    )
    same = {"when": "", "span": (0, 0)}
    assert before._asdict() | same == after._asdict() | same


def test_a_policy_has_one_id_however_often_it_is_changed() -> None:
    """`bedtime` can be changed, ended and exempted from; all is shown under that id."""
    draft = draft_of()
    set_policy(draft, "bedtime", PolicyTerms(start_time="21:30"))
    draft = draft_of(draft.rows, at="2026-11-23")
    set_policy(draft, "bakers/bedtime", PolicyTerms(end_time="6:30"), at="2026-11-23")
    listed = on(draft, Policies).list("bakers", ended=True)
    assert [one.policy for one in listed] == [*["bakers/bedtime"] * 3, "bakers/classification"]
    ids = [one.id for one in versions_of(draft.index, "bakers/bedtime")]
    assert ids == ["bakers/bedtime", "bakers/bedtime.2", "bakers/bedtime.3"]
    on(draft, Policies).end("bedtime")
    assert emma_may_watch_sports(draft, BEDTIME)
    assert [one.policy for one in on(draft, Policies).list("bakers")] == ["bakers/classification"]


def test_setting_it_again_changes_nothing() -> None:
    """The same terms once more are no change; with another end only the end is."""
    draft = draft_of()
    made = set_policy(draft, "bedtime", PolicyTerms(kind=PolicyKind.CURFEW, start_time="21:00"))
    assert made == "bakers/bedtime"
    assert not draft.edits()
    assert set_policy(draft, "bedtime", PolicyTerms(), until="2026-12-24") == made
    assert span_of(draft.get(made).properties) == span("2020-01-01", "2026-12-24")


def test_a_policy_to_come_begins_when_it_would_have() -> None:
    """Changing what has not begun does not let it begin at once, unless that is said."""
    draft = draft_of(at="2026-12-01")
    set_policy(draft, "no-tv", BLOCK, at="2026-12-01")
    draft = draft_of(draft.rows)
    made = set_policy(draft, "no-tv", PolicyTerms(governs=("movies",)))
    assert span_of(draft.get(made).properties) == span("2026-12-01")
    assert made == "bakers/no-tv"
    assert len(on(draft, Policies).list("bakers", ended=True)) == 3
    draft = draft_of(draft.rows, at="2026-11-25")
    sooner = set_policy(draft, "no-tv", PolicyTerms(), at="2026-11-25")
    assert (sooner, span_of(draft.get(sooner).properties)) == (made, span("2026-11-25"))


def test_another_kind_leaves_the_terms_of_the_first_behind() -> None:
    """A curfew that becomes a block has no hours any more."""
    draft = draft_of()
    made = set_policy(draft, "bedtime", PolicyTerms(kind=PolicyKind.BLOCK))
    assert "start_time" not in draft.get(made).properties
    assert not emma_may_watch_sports(draft, NOW)


def test_an_exemption_lasts_as_long_as_it_says() -> None:
    """Emma is exempt from bedtime until Christmas Eve, also when bedtime is changed meanwhile."""
    draft = draft_of()
    on(draft, Policies).exempt("bedtime", "emma", until="2026-12-24")
    set_policy(draft, "bedtime", PolicyTerms(start_time="20:45"))
    assert emma_may_watch_sports(draft, BEDTIME)
    assert not emma_may_watch_sports(draft, "2026-12-24T22:00")
    listed = on(draft, Policies).list("bakers/emma")[0]
    assert (listed.policy, listed.exempt) == ("bakers/bedtime", ("bakers/emma",))


def test_an_exemption_is_given_once_and_taken_back_once() -> None:
    """Giving it again adds what is missing alone; taking it back twice is an error."""
    draft = draft_of()
    on(draft, Policies).exempt("bedtime", "emma", until="2026-12-24")
    on(draft, Policies).exempt("bedtime", "emma", until="2026-12-24")
    later = draft_of(draft.rows, at="2026-12-01")
    on(later, Policies).exempt("bedtime", "emma", until="2026-12-31")
    draft = draft_of(later.rows)
    links = draft.index.outgoing("EXEMPT_FROM", "bakers/emma")
    assert [span_of(link.properties) for link in links] == [
        span(NOW, "2026-12-24"),
        span("2026-12-24", "2026-12-31"),
    ]
    on(draft, Policies).exempt("bedtime", "emma", end=True)
    assert not emma_may_watch_sports(draft, BEDTIME)
    with pytest.raises(BadInputError, match="`bakers/emma` is not exempt from `bakers/bedtime`"):
        on(draft, Policies).exempt("bedtime", "emma", end=True)


@pytest.mark.parametrize(
    ("terms", "said"),
    [
        (PolicyTerms(audience=("minors",), governs=("bakers",)), "a new policy needs a kind"),
        (BLOCK | PolicyTerms(audience=None), "the policy applies to nobody"),
        (BLOCK | PolicyTerms(audience=("minors", "katie")), "is more than one"),
        (BLOCK | PolicyTerms(audience=("minor",)), "unknown party `bakers/minor`"),
        (BLOCK | PolicyTerms(governs=None), "the policy governs nothing"),
        (
            BLOCK | PolicyTerms(governs=("bill",)),
            "`bakers/bill` is a billing account, and no target",
        ),
        (BLOCK | PolicyTerms(start_time="21:00"), "--start is of a curfew, not of a block"),
        (BLOCK | PolicyTerms(enforced_by=("home-hub",)), "`bakers/home-hub` is a resource"),
        (CURFEW | PolicyTerms(weekdays=None), "a curfew needs --weekday"),
        (CURFEW | PolicyTerms(start_time="24:00"), "cannot read the time of day `24:00`"),
        (BLOCK | PolicyTerms(kind=PolicyKind.CLASSIFICATION), "needs an age or a category"),
        (
            BLOCK | PolicyTerms(kind=PolicyKind.CLASSIFICATION, maximum_age="twelve"),
            "cannot read the age `twelve`",
        ),
    ],
)
def test_terms_that_are_none(terms: PolicyTerms, said: str) -> None:
    """What is missing, or of another kind of policy, is named, with a hint."""
    with pytest.raises(BadInputError) as refused:
        set_policy(draft_of(), "new", terms)
    assert said in refused.value.message
    assert refused.value.hint


def test_a_policy_takes_the_id_of_nothing_else() -> None:
    """The id of a service cannot become that of a policy."""
    with pytest.raises(BadInputError, match="`bakers/internet` is a service, and no policy"):
        set_policy(draft_of(), "internet", BLOCK)


def test_a_policy_needs_somebody_who_enforces_it() -> None:
    """Where nothing enforces policies yet, the service has to be named."""
    draft = draft_of()
    for link in draft.index.incoming("ENFORCED_BY", "bakers/smart-firewall"):
        draft.unrelate(link)
    with pytest.raises(BadInputError, match="needs a service that enforces it"):
        set_policy(draft, "no-tv", BLOCK)


def test_policies_in_words() -> None:
    """Whom, what and when are said in words that a household knows."""
    shop = {one.policy: one for one in on(draft_of("bike-shop"), Policies).list("bike-shop")}
    night = shop["bike-shop/no-international-at-night"]
    assert (night.whom, night.when) == ("everyone", "every day, 18:30 to 08:00")
    assert night.exempt == ("bike-shop/owner",)
    assert shop["bike-shop/no-premium-numbers"].what == "category premium"
    bedtime, rating = on(draft_of(), Policies).list("bakers/tom")
    assert bedtime.when == "Sunday to Thursday, 21:00 to 07:00"
    assert rating.what == "everything: rated above their own age, or category adult"


def test_policies_of_one_party_are_those_that_speak_to_it() -> None:
    """Dad is no minor; Emma is one until her birthday; a mechanic is in the electrics unit."""
    policies = on(draft_of(), Policies)
    assert policies.list("bakers/dad") == ()
    assert policies.list("bakers/emma", at="2027-01-30") == ()
    assert len(policies.list("bakers/emma", at="2027-01-29")) == 2
    assert len(policies.list("bakers/emma", ended=True)) == 2
    shop = on(draft_of("bike-shop"), Policies).list("bike-shop/mechanic-2")
    assert "bike-shop/apprentice-abroad" in {one.policy for one in shop}


def test_a_list_of_what_is_allowed_is_set_and_changed() -> None:
    """All else in its scope is forbidden; what is listed has to be a product or a service."""
    draft = draft_of()
    terms = PolicyTerms(
        kind=PolicyKind.ALLOW_ONLY,
        audience=("emma",),
        governs=("sports-channel", "broadband"),
        allows=("email",),
    )
    set_policy(draft, "homework", terms)
    assert not allowed(draft, "emma", "sports")
    assert allowed(draft, "emma", "email")
    set_policy(draft, "homework", PolicyTerms(allows=(), allowed_categories=("sport",)))
    assert allowed(draft, "emma", "sports")
    assert not allowed(draft, "emma", "email")
    with pytest.raises(BadInputError, match="an allow-only needs a list of what stays allowed"):
        set_policy(draft_of(), "homework", terms | PolicyTerms(allows=()))
    with pytest.raises(BadInputError, match="is a resource, and no target"):
        set_policy(draft_of(), "homework", terms | PolicyTerms(allows=("home-hub",)))
