"""Random facts of one small household, crowded so that everything meets everything.

All instants of a household lie on half hours around one day on which a clock changes or somebody
has a birthday; most validities are open, so that answers depend on several things at once.
"""

from datetime import date
from functools import cache
from typing import Any

from hypothesis import strategies as st

from household_graph.engine.facts import Facts
from household_graph.engine.question import Question
from household_graph.model.enums import Action, Weekday
from household_graph.model.instants import BEGINNING, FOREVER, from_local, to_local, zone_named

ZONES = ("Europe/London", "America/Havana", "Australia/Lord_Howe", "UTC")
PARTIES = ("h/ann", "h/bob", "h/eve")
ORGANIZATIONS = ("h", "h/unit", "h/team")
PRODUCTS = ("h/bundle", "h/product")
SERVICES = ("h/video", "h/radio")
DEVICES = ("h/box", "h/phone")
ACCOUNTS = (("h/account", "active"), ("h/unpaid", "suspended"), (None, None))
BIRTHDAYS = (date(2008, 3, 29), date(2008, 2, 29), date(2013, 10, 25), date(1970, 1, 1), None)
_HALF_HOUR = 1_800_000
DAYS = (
    date(2026, 3, 29),  # clocks go forward in London, a birthday
    date(2026, 10, 25),  # clocks go back in London, a birthday
    date(2026, 3, 8),  # forward in Havana, where midnight does not occur
    date(2026, 11, 1),  # back in Havana, where midnight occurs twice
    date(2026, 4, 5),  # back by half an hour on Lord Howe Island
    date(2026, 3, 1),  # a leap-day birthday in a year without one
)
Strings = st.SearchStrategy[list[str]]
_HOURS = (0, 1, 2, 3, 7, 21, 23)
_the_zone = st.shared(st.sampled_from(ZONES).map(zone_named), key="the zone")
_the_day = st.shared(st.sampled_from(DAYS), key="the day everything happens around")


@cache
def mostly(usual: Any, *others: Any) -> st.SearchStrategy[Any]:  # noqa: ANN401 - any value
    """Draw the usual value nine times out of ten."""
    return st.sampled_from((usual,) * 9 * len(others) + others)


@cache  # a strategy that is made anew is examined anew
def some(items: tuple[str, ...], most: int | None = 2, least: int = 0) -> Strings:
    """Draw a few of the items, each once."""
    return st.lists(st.sampled_from(items), unique=True, min_size=least, max_size=most)


STATUS = mostly("active", "suspended")


@cache
@st.composite
def instants(draw: st.DrawFn) -> int:
    """Draw an instant around the day, few enough that edges and instants often coincide."""
    day = from_local(draw(_the_day), draw(_the_zone))
    hour = draw(st.sampled_from(_HOURS)) * 2 + draw(st.integers(0, 1))
    return day + (draw(st.integers(-2, 2)) * 48 + hour) * _HALF_HOUR


@cache
def _edges(unlimited: int) -> st.SearchStrategy[int]:
    return st.one_of(st.just(unlimited), instants())


@cache
@st.composite
def validities(draw: st.DrawFn) -> list[int]:
    """Draw a span, nine of ten open on both sides."""
    if draw(mostly(True, False)):
        return [BEGINNING, FOREVER]
    start, end = draw(_edges(BEGINNING)), draw(_edges(FOREVER))
    return [start, end] if start < end else [BEGINNING, FOREVER]


@cache
@st.composite
def grants(
    draw: st.DrawFn, number: int, item: str | None = None, holder: str | None = None
) -> list[Any]:
    """Draw one involvement role with the role that plays it; the number tells it apart."""
    return [
        draw(mostly("Consumer", "Admin", "Chooser")),
        item or draw(st.sampled_from(PRODUCTS + SERVICES + DEVICES)),
        f"h/involvement-{number}",
        *draw(validities()),
        f"h/role-{number}",
        *draw(validities()),
        *draw(mostly(*ACCOUNTS)),
        holder or draw(st.sampled_from(PARTIES + ORGANIZATIONS + DEVICES)),
    ]


@cache
@st.composite
def some_grants(draw: st.DrawFn) -> list[list[Any]]:
    """Draw grants such as a household has, and some that make no sense."""
    usual = [("h/product", "h"), ("h/box", "h"), ("h/bundle", "h/unit"), ("h/phone", "h/ann")]
    drawn = [draw(grants(n, *pair)) for n, pair in enumerate(usual) if draw(mostly(True, False))]
    others = draw(st.integers(0, 4))
    return drawn + [draw(grants(number)) for number in range(len(usual), len(usual) + others)]


@cache
@st.composite
def policies(draw: st.DrawFn) -> list[Any]:
    """Draw one policy of any kind."""
    kind = draw(st.sampled_from(("curfew", "curfew", "classification", "block", "allow-only")))
    start, end = draw(st.sampled_from(_HOURS)), draw(st.sampled_from(_HOURS))
    minutes = draw(st.sampled_from((("00", "00"), ("30", "00"), ("00", "30"))))
    categories = some(("tv", "adult"), 1)
    scope = ("h", *SERVICES * 2, *PRODUCTS, *DEVICES)
    return [
        f"h/policy-{draw(st.integers(0, 2))}",
        kind,
        draw(st.sampled_from(("minors", "everyone", "everyone", "parties"))),
        draw(some(PARTIES + ORGANIZATIONS)),
        draw(some(scope)),
        draw(categories),
        draw(some(SERVICES)),
        {"allows": draw(some((*SERVICES, *PRODUCTS)))},
        {
            "weekdays": draw(some(tuple(day.value for day in Weekday), most=None, least=1)),
            "start_time": f"{start:02}:{minutes[0]}",
            "end_time": f"{end:02}:{minutes[1]}",
            "maximum_age": draw(st.sampled_from((None, "own-age", "12"))),
            "blocked_categories": draw(categories),
            "allowed_categories": draw(categories),
        },
        *draw(validities()),
        f"h/policy-{draw(st.integers(0, 2))}",
        draw(some(DEVICES, 1)),
    ]


@cache
@st.composite
def exemptions(draw: st.DrawFn) -> list[Any]:
    """Draw an exemption of somebody from one of the policies there may be."""
    policy = f"h/policy-{draw(st.integers(0, 2))}"
    targets = draw(some((*SERVICES, *PRODUCTS, *DEVICES)))
    return [draw(st.sampled_from(PARTIES)), policy, *draw(validities()), targets]


@cache
@st.composite
def pauses(draw: st.DrawFn) -> list[Any]:
    """Draw a pause of one of the policies there may be, often a short one."""
    start, end = sorted((draw(instants()), draw(instants())))
    span = draw(st.sampled_from(([start, end + 1], [BEGINNING, FOREVER])))
    return [f"h/policy-{draw(st.integers(0, 2))}", *span]


@cache
@st.composite
def people(draw: st.DrawFn, party: str) -> list[Any]:
    """Draw a person of any age, or of none that is known."""
    born = draw(st.sampled_from(BIRTHDAYS))
    flag = draw(st.sampled_from((True, False, None)))
    return [party, born and born.isoformat(), flag, draw(STATUS)]


CARRIERS = (
    [["h/video", "h/product"], ["h/radio", "h/product"]],
    [["h/video", "h/product"], ["h/radio", "h/product"], ["h/product", "h/bundle"]],
    [["h/video", "h/product"], ["h/video", "h/bundle"], ["h/product", "h/bundle"]],
)


_FEW_POLICIES = st.lists(policies(), max_size=2, unique_by=lambda row: str(row[0]))
_FEW_EXEMPTIONS = st.lists(exemptions(), max_size=2)
_A_PAUSE = st.lists(pauses(), max_size=1)


@cache
@st.composite
def fact_rows(draw: st.DrawFn) -> dict[str, Any]:
    """Draw the rows of one household, as `Facts.of` takes them."""
    links = [("h/ann", "h"), ("h/bob", "h/team"), ("h/team", "h/unit"), ("h/unit", "h")]
    return {
        "household": "h",
        "time_zone": draw(_the_zone).key,
        "age_of_majority": draw(mostly(18, 21)),
        "individuals": [draw(people(party)) for party in PARTIES],
        "organizations": [[name, draw(STATUS)] for name in ORGANIZATIONS],
        "memberships": [[*link, *draw(validities())] for link in links],
        "grants": draw(some_grants()),
        "products": [
            [name, draw(STATUS), *draw(validities()), *draw(mostly(*ACCOUNTS))] for name in PRODUCTS
        ],
        "carriers": draw(st.sampled_from(CARRIERS)),
        "services": [
            ["h/video", "tv", draw(st.sampled_from((None, 13, 18))), draw(STATUS)],
            ["h/radio", draw(st.sampled_from(("adult", None))), None, "active"],
        ],
        "availability": [
            [service, device, *draw(validities())]
            for service in SERVICES
            for device in DEVICES
            if draw(mostly(True, False))
        ],
        "resources": [
            [name, draw(mostly("unlocked", "lost", None)), draw(mostly("enable", "disable"))]
            for name in DEVICES
        ],
        "policies": draw(_FEW_POLICIES),
        "exemptions": draw(_FEW_EXEMPTIONS),
        "pauses": draw(_A_PAUSE),
    }


@cache
@st.composite
def questions(draw: st.DrawFn) -> Question:
    """Draw a question that makes sense about that household, without a moment."""
    action = draw(mostly(Action.USE, Action.CHOOSE, Action.ADMINISTER))
    target = draw(st.sampled_from((*SERVICES * 3, *PRODUCTS, *DEVICES)))
    device = draw(st.sampled_from((None, *DEVICES)))
    if action is not Action.USE or target in DEVICES:
        device = None
    return Question(
        draw(st.sampled_from((*PARTIES * 3, *DEVICES, "h/unit"))), target, action, device
    )


@cache
@st.composite
def cases(draw: st.DrawFn) -> tuple[dict[str, Any], Facts, Question, int]:
    """Draw the rows of a household, the facts made of them, a question and an instant."""
    rows = draw(fact_rows())
    return rows, Facts.of(rows), draw(questions()), draw(instants())


def local(facts: Facts, instant: int) -> str:
    """Return an instant as local time, for messages."""
    return to_local(instant, facts.zone).isoformat()
