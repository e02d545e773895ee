"""The facts of rows that are in no database: all that a decision can rest on."""

from datetime import UTC, date, datetime

from household_graph.engine.facts import Facts
from household_graph.engine.facts_builder import facts_from_rows
from household_graph.model.instants import BEGINNING, FOREVER, from_datetime
from household_graph.model.rows import Rows
from tests.unit.plain_facts import OPEN, links, node

SPRING, SUMMER = datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 6, 1, tzinfo=UTC)
FROM, TO = from_datetime(SPRING), from_datetime(SUMMER)
ACTIVE = {"status": "active"}


NODES = (
    node("", "Party Organization", time_zone="Europe/London", age_of_majority=21, **ACTIVE),
    node("ann", "Party Individual", birth_date=date(2010, 5, 14), given_name="Ann", **ACTIVE),
    node("bob", "Party Individual", minor=True, status="suspended"),
    node("team", "Party Organization", status="closed"),
    node("box", "Resource", administrative_state="unlocked", operational_state="enable", name="x"),
    node("video", "Service", category="tv", minimum_age=15, state="active"),
    node("wall", "Service"),
    node("tv", "Product", valid_from=SPRING, valid_to=SUMMER, **ACTIVE),
    node("bundle", "Product", status="pending"),
    node("account", "CustomerAccount", state="suspended"),
    node("bills", "CustomerAccount", state="active"),
    node("r", "PartyRole User", valid_from=SPRING),
    node("q", "ResourceRole", valid_to=SUMMER),
    node("nobody", "PartyRole User"),
    node("i1", "InvolvementRole Consumer", valid_to=SUMMER),
    node("i2", "InvolvementRole Admin", valid_from=SPRING),
    node("i3", "InvolvementRole Chooser"),
    node("i4", "InvolvementRole Chooser"),
    node(
        "bedtime",
        "Policy",
        kind="curfew",
        audience="parties",
        categories=("tv", "adult"),
        weekdays=("sunday", "monday"),
        start_time="21:00",
        end_time="07:00",
        valid_from=SPRING,
        valid_to=SUMMER,
        name="Bedtime",
    ),
    node(
        "rated",
        "Policy",
        policy="h/bedtime",
        kind="classification",
        audience="minors",
        maximum_age="own-age",
        blocked_categories=("adult",),
    ),
    node("only", "Policy", kind="allow-only", audience="everyone", allowed_categories=("news",)),
)
LINKS = (
    *links("MEMBER_OF", "ann>", valid_from=SPRING),
    *links("MEMBER_OF", "bob>team"),
    *links("AVAILABLE_ON", "video>box", valid_from=SPRING, valid_to=SUMMER),
    *links("EXEMPT_FROM", "ann>rated", valid_to=SUMMER, only_for=("h/tv",)),
    *links("PAUSED", "rated>", valid_from=SPRING, valid_to=SUMMER),
    *links("ONLY_ON", "bedtime>box"),
    *links("SUPERSEDES", "rated>bedtime"),
    *links("REALIZED_BY", "tv>video", "tv>wall"),
    *links("BUNDLES", "bundle>tv"),
    *links("HAS_PRODUCT", "account>tv"),
    *links("PLAYS", ">r", "box>q", "r>i1", "q>i2", "nobody>i3"),  # nobody plays i4 either
    *links("ON_ACCOUNT", "r>bills"),
    *links("INVOLVED_IN", "i1>tv", "i2>box", "i3>tv", "i4>tv"),
    *links("APPLIES_TO", "bedtime>bob", "bedtime>ann"),
    *links("GOVERNS", "bedtime>tv", "bedtime>", "only>video"),
    *links("ENFORCED_BY", "bedtime>wall", "bedtime>video"),
    *links("ALLOWS", "only>video", "only>tv"),
    *links("CHARGED_TO", "tv>bills"),
)


FOUND = {
    "household": "h",
    "time_zone": "Europe/London",
    "age_of_majority": 21,
    "individuals": [
        ["h/ann", "2010-05-14", None, "active"],
        ["h/bob", None, True, "suspended"],
    ],
    "organizations": [["h", "active"], ["h/team", "closed"]],
    "resources": [["h/box", "unlocked", "enable"]],
    "services": [["h/video", "tv", 15, "active"], ["h/wall", None, None, None]],
    "products": [
        ["h/tv", "active", FROM, TO, "h/account", "suspended"],
        ["h/bundle", "pending", *OPEN, None, None],
    ],
    "memberships": [["h/ann", "h", FROM, FOREVER], ["h/bob", "h/team", *OPEN]],
    "availability": [["h/video", "h/box", FROM, TO]],
    "exemptions": [["h/ann", "h/bedtime", BEGINNING, TO, ["h/tv"]]],
    "pauses": [["h/bedtime", FROM, TO]],
    "carriers": [["h/video", "h/tv"], ["h/wall", "h/tv"], ["h/tv", "h/bundle"]],
    "grants": [
        [
            *("Consumer", "h/tv", "h/i1", BEGINNING, TO),
            *("h/r", FROM, FOREVER, "h/bills", "active", "h"),
        ],
        [
            *("Admin", "h/box", "h/i2", FROM, FOREVER),
            *("h/q", BEGINNING, TO, None, None, "h/box"),
        ],
    ],
    "policies": [
        [
            *("h/bedtime", "curfew", "parties", ["h/ann", "h/bob"], ["h", "h/tv"]),
            *(["tv", "adult"], ["h/video", "h/wall"], {}),
            {
                "weekdays": ["sunday", "monday"],
                "start_time": "21:00",
                "end_time": "07:00",
            },
            *(FROM, TO, "h/bedtime", ["h/box"]),
        ],
        [
            *("h/rated", "classification", "minors", [], [], [], [], {}),
            {"maximum_age": "own-age", "blocked_categories": ["adult"]},
            *(*OPEN, "h/bedtime", []),
        ],
        [
            *("h/only", "allow-only", "everyone", [], ["h/video"], [], []),
            {"allows": ["h/tv", "h/video"]},
            {"allowed_categories": ["news"]},
            *(*OPEN, "h/only", []),
        ],
    ],
}


def test_the_facts_of_rows() -> None:
    """Every section as the graph returns it: a role that nobody plays is in none of them."""
    assert facts_from_rows(Rows("h", NODES, LINKS)) == Facts.of(FOUND)


def test_the_facts_of_a_household_with_nothing_in_it() -> None:
    """It has itself, and no row of anything else; who wrote it last is not known."""
    facts = facts_from_rows(Rows("h", NODES[:1], ()))
    assert list(facts.principals) == ["h"]
    assert (facts.roles, facts.products, facts.policies, facts.accounts) == ({}, {}, (), {})
    assert facts.written_by is None
