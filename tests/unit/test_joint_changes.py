"""Several parties make a change together: what each may do alone, and no more."""

from collections.abc import Callable, Mapping
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from household_graph.changes import service
from household_graph.changes.authorization import Law
from household_graph.changes.authorization.agreement import smallest_group
from household_graph.changes.authorization.check import check_authority, check_own
from household_graph.changes.draft import Draft
from household_graph.changes.household_transfer import merge, separate
from household_graph.changes.policies import Policies
from household_graph.changes.roles import Roles
from household_graph.changes.service import PlannedChange
from household_graph.errors import BadInputError, RefusedError, UnknownIdError
from household_graph.model.actor import Actor
from household_graph.model.instants import to_utc
from household_graph.model.rows import Rows
from tests.unit.authority import LONDON, NOW, Work, attempt, bedtime, cable, changed, seed, sports
from tests.unit.drafts import on
from tests.unit.events import join, leave, record_death

BAKERS = seed("bakers")
DAD, MUM, EMMA, GRANNY = (f"bakers/{one}" for one in ("dad", "mum", "emma", "granny"))


def make(work: Callable[..., object], *actors: str, rows: Mapping[str, Rows] | None = None) -> None:
    """Make a change of the Bakers, and whatever other households there are, as the service does."""
    before = rows or {"bakers": BAKERS, "new": Rows("new", (), ())}
    actor = Actor.joint(actors)
    check_own(before, actor)
    planned = PlannedChange(actor, "test", require_owners=True)
    service._plan(before, lambda drafts: work(*drafts.values()), planned, to_utc(NOW))


def of_bakers(work: Work) -> Callable[[Draft, Draft], object]:
    return lambda draft, _new: work(draft)


def both(draft: Draft) -> None:
    cable(draft)
    sports(draft)


def test_each_meets_what_one_of_them_may() -> None:
    """Dad has the say over the cable TV, Emma over her channel; both together over both."""
    for alone in (DAD, EMMA, MUM):
        with pytest.raises(RefusedError, match=Law.PRODUCTS.value):
            make(of_bakers(both), alone)
    make(of_bakers(both), DAD, EMMA)
    make(of_bakers(both), EMMA, DAD)


def test_who_adds_nothing_does_no_harm_and_gives_nothing() -> None:
    """Katie beside Dad may what Dad may; a child beside a child has no rights of an adult."""
    make(of_bakers(cable), DAD, "bakers/katie")
    with pytest.raises(RefusedError, match=Law.POLICIES.value):
        make(of_bakers(bedtime), "bakers/katie", "bakers/tom", DAD)


def test_a_right_is_had_whole_by_one_of_them() -> None:
    """An adult who is no Admin lends an Admin who is a minor no age."""
    rows = changed(BAKERS, young_admin)
    with pytest.raises(RefusedError):
        make(of_bakers(bedtime), EMMA, DAD, rows={"bakers": rows, "new": Rows("new", (), ())})


def young_admin(draft: Draft) -> None:
    """Let Emma be Admin of the firewall, which counts for nothing while she is a minor."""
    on(draft, Roles).grant("bakers/emma", "admin", "bakers/smart-firewall")


@pytest.mark.parametrize(
    ("work", "group"),
    [
        (both, (DAD, EMMA)),
        (lambda draft: [of(draft) for of in (cable, bedtime)], (DAD, MUM)),
        (lambda draft: [of(draft) for of in (cable, sports, bedtime)], (DAD, EMMA, MUM)),
    ],
)
def test_a_refusal_names_the_smallest_group(work: Work, group: tuple[str, ...]) -> None:
    """It is named where nobody could alone; and the group it names may make the change."""
    with pytest.raises(RefusedError) as refused:
        make(of_bakers(work), "bakers/tom")
    first, *others = (f"`{one}`" for one in group)
    assert refused.value.hint == (
        f"{first} together with {' and '.join(others)} could make this change, or an operator"
    )
    make(of_bakers(work), *group)


def test_who_could_alone_is_named_alone() -> None:
    """No group is named where one person is enough."""
    with pytest.raises(RefusedError) as refused:
        make(of_bakers(cable), "bakers/tom")
    assert refused.value.hint == "`bakers/dad` could make this change, or an operator"


def test_who_has_to_consent_is_of_the_group() -> None:
    """Granny, who would pay, has to be there beside Dad, whose account it is."""

    def granny_pays(draft: Draft) -> None:
        on(draft, Roles).grant("bakers/granny", "bill-payer", "bakers/account")

    with pytest.raises(RefusedError) as refused:
        make(of_bakers(granny_pays), MUM)
    assert "`bakers/dad` together with `bakers/granny` could" in str(refused.value.hint)
    with pytest.raises(RefusedError) as refused:
        make(of_bakers(granny_pays), GRANNY)
    assert "`bakers/dad` together with `bakers/granny` could" in str(refused.value.hint)
    with pytest.raises(RefusedError, match=Law.CONSENT.value) as refused:
        make(of_bakers(granny_pays), DAD)
    assert "`--as bakers/dad --as bakers/granny`" in str(refused.value.hint)
    make(of_bakers(granny_pays), DAD, GRANNY)


def test_nobody_is_named_where_no_group_could() -> None:
    """What the provider alone may do is no matter of how many they are."""
    with pytest.raises(RefusedError) as refused:
        make(of_bakers(lambda d: d.update("bakers/movies", minimum_age=12)), DAD, MUM)
    assert "nobody of the household could" in str(refused.value.hint)
    assert refused.value.message.startswith("`bakers/dad` together with `bakers/mum` may not")


def test_a_policy_is_set_in_the_role_of_the_one_who_has_it() -> None:
    """Dad and Mum forbid films together: it is set by Mum's Admin role, and both are recorded."""
    draft = Draft(BAKERS, NOW, LONDON, (DAD, MUM))
    on(draft, Policies).set(
        *("bakers", "no-films"), kind="block", audience=["minors"], governs=["bakers/movies"]
    )
    [setter] = draft.index.starts("SET", "bakers/no-films")
    assert setter == "bakers/home-security-admin"
    check_authority({"bakers": BAKERS}, [draft.edits()], Actor.joint([DAD, MUM]), NOW)


def test_what_is_granted_together_is_granted_by_the_first() -> None:
    """The role names one of them, the record of the change all."""
    draft = Draft(BAKERS, NOW, LONDON, (MUM, DAD))
    on(draft, Roles).grant("bakers/granny", "chooser", "bakers/cloud")
    granted = [n for n in draft.rows.nodes if "Chooser" in n.labels and n not in BAKERS.nodes]
    assert [one.properties["granted_by"] for one in granted] == [MUM]


def test_what_the_household_does_together() -> None:
    """What takes two signatures: to separate, to let a nanny in, a death, coming of age."""

    def apart(old: Draft, new: Draft) -> None:
        separate(old, new, ["mum", "broadband", "cloud", "mobile-mum"], successors=["dad"])

    with pytest.raises(RefusedError):
        make(apart, MUM)
    deaths: list[Work] = [
        lambda draft: join(draft, "nanny", {"birth_date": date(1990, 1, 1)}),
        lambda draft: record_death(draft, "granny"),
        lambda draft: leave(draft, "katie"),
    ]
    for work in deaths:
        make(of_bakers(work), DAD, MUM)


def test_two_households_are_merged_by_one_of_each() -> None:
    """Each household has its own say; a party of one alone changes nothing of the other."""
    flat = seed("bike-shop")
    rows = {"bike-shop": flat, "bakers": BAKERS}

    def merged(source: Draft, target: Draft) -> None:
        merge(source, target, {}, None)

    with pytest.raises(RefusedError, match=Law.FOREIGN.value):
        make(merged, DAD, rows=rows)
    with pytest.raises(RefusedError) as refused:
        make(merged, DAD, "bike-shop/owner", rows=rows)
    assert Law.FOREIGN.value not in refused.value.message


def test_each_of_them_has_to_be_there() -> None:
    """One who does not exist, is of another household, or is named twice."""
    with pytest.raises(UnknownIdError, match="bakers/dadd"):
        make(of_bakers(cable), DAD, "bakers/dadd")
    assert Actor.joint([DAD, MUM, DAD]).parties == (DAD, MUM)
    assert Actor.joint([DAD]) == Actor.party(DAD)
    with pytest.raises(BadInputError, match="the actor is empty"):
        Actor.joint([])
    with pytest.raises(BadInputError, match="the actor is empty"):
        Actor.joint([DAD, ""])
    with pytest.raises(RefusedError, match=Law.PRODUCTS.value):
        attempt("bakers/tom", cable, BAKERS)


SETS = st.lists(st.frozensets(st.sampled_from("abcdef"), max_size=4), max_size=6)


@given(SETS, st.frozensets(st.sampled_from("abcdef"), max_size=2))
def test_the_group_is_the_smallest(able: list[frozenset[str]], needed: frozenset[str]) -> None:
    """By trying all groups: none smaller has somebody of each set, and all that are needed."""
    found = smallest_group(able, (), needed)
    groups = [
        frozenset(one for place, one in enumerate("abcdef") if number >> place & 1)
        for number in range(64)
    ]
    fitting = [
        group
        for group in groups
        if group >= needed and all(group & one or one & needed for one in able)
    ]
    assert bool(fitting) or found == ()
    if fitting:
        assert frozenset(found) in fitting
        assert len(found) == min(map(len, fitting))
