"""`policy`: setting, lifting, exempting and listing, from the command line to the graph."""

import json
from collections.abc import Iterator

import pytest

from household_graph import HouseholdGraph
from household_graph.cli.exit_codes import ExitCode
from tests.cli.commands import household_graph
from tests.cli.fresh import Home, home


@pytest.fixture(scope="module")
def bakers(graph: HouseholdGraph) -> Iterator[Home]:
    with home(graph, "policies-home") as household:
        yield household


def listed(bakers: Home, line: str = "policy list @") -> dict[str, dict[str, object]]:
    found = json.loads(bakers.done(f"{line} -o json").out)
    return {policy["policy"].partition("/")[2]: policy for policy in found}


def test_a_policy_from_the_first_day_to_the_last(bakers: Home, graph: HouseholdGraph) -> None:
    """Mum blocks the television for Katie, exempts her for an evening, and lifts it."""
    bakers.done(
        "policy set @ no-tv --kind block --audience @/katie --governs @/cable-tv --as @/mum "
        "--from 2026-11-21T08:00 --until 2031-01-01"
    )
    evening = "2026-11-21T18:00"
    ask = ("policies-home/katie", "policies-home/live-tv")
    tablet = "policies-home/tablet-katie"
    assert graph.check(*ask, device=tablet, at=evening).codes == ("block",)
    exempt = f"policy exempt @/no-tv @/katie --from {evening} --until 2026-11-21T20:00"
    gained = bakers.done(f"{exempt} --as @/mum")
    assert "katie gains live-tv on stb-living-room and tablet-katie" in gained.out
    assert graph.check(*ask, device=tablet, at=evening).codes == ("exempt", "granted")
    bakers.done("policy exempt @/no-tv @/katie --from 2026-11-21T19:00 --end")
    assert not graph.check(*ask, device=tablet, at="2026-11-21T19:00").allowed
    bakers.done("policy end @/no-tv --at 2026-11-22 --as @/mum")
    assert graph.check(*ask, device=tablet, at="2026-11-22").allowed
    assert "no-tv" not in listed(bakers)
    assert listed(bakers, "policy list @ --all")["no-tv"]["whom"] == "policies-home/katie"


def test_a_change_of_bedtime_is_in_the_list(bakers: Home) -> None:
    """The old hours end and the new ones begin, under the same id."""
    bakers.done("policy set @ bedtime --start 21:30 --weekday monday --weekday friday --as @/mum")
    assert listed(bakers)["bedtime"]["when"] == "Monday, Friday, 21:30 to 07:00"
    assert len(json.loads(bakers.done("policy list @ --all -o json").out)) > len(listed(bakers))
    assert "no change needed" in bakers.done("policy set @ bedtime --start 21:30").err
    dry = bakers.done("policy set @ bedtime --end 06:00 --dry-run")
    assert "nothing was written" in dry.err
    assert listed(bakers)["bedtime"]["set_by"] == ["policies-home/mum"]
    assert bakers.done("policy list @/dad -o jsonl").out == ""


NOON = "2027-12-19T12:00"
LATER = "policy set @ bedtime --start 21:30 --from 2027-12-18 --as @/mum"
EXEMPT = "policy exempt @/bedtime @/tom --from 2027-12-14 --until 2027-12-24 --as @/mum"
END_OF_IT = "policy exempt @/bedtime @/tom --end --from 2027-12-14 --as @/mum"


@pytest.mark.parametrize(
    ("lines", "codes"),
    [
        ([EXEMPT, LATER], ("exempt", "granted")),
        ([LATER, EXEMPT], ("exempt", "granted")),
        ([EXEMPT, LATER, END_OF_IT], ("curfew",)),
        ([LATER, EXEMPT, END_OF_IT], ("curfew",)),
        (["policy set @ bedtime --start 22:30 --from 2027-12-18 --until 2028-01-04"], ("granted",)),
        (["policy pause @/bedtime --from 2027-12-18 --until 2028-01-04"], ("granted", "paused")),
        ([LATER, "policy end @/bedtime --at 2027-12-01 --as @/mum"], ("granted",)),
    ],
)
def test_a_policy_is_one_thing_over_time(
    graph: HouseholdGraph, lines: list[str], codes: tuple[str, ...]
) -> None:
    """On the Sunday before Christmas, whatever the order; in January it is as before, or gone."""
    with home(graph, "one-thing") as bakers:
        for line in lines:
            bakers.done(line)
        question = ("one-thing/tom", "one-thing/internet")
        assert graph.check(*question, at="2027-12-19T22:00").codes == codes
        after = graph.check(*question, at="2028-01-09T22:00")
        assert after.allowed is ("end @/bedtime" in lines[-1])
        live = bakers.run("check @/tom @/internet --at 2027-12-19T22:00 -o json")
        assert json.loads(live.out)["allowed"] is (codes != ("curfew",))
        again = household_graph("load", "-", "--dry-run", stdin=bakers.done("export @").out)
        assert "unchanged" in again.out + again.err
        listed_ids = set(listed(bakers, "policy list @ --all"))
        assert listed_ids == {"bedtime", "classification"}


def test_the_id_that_was_given_is_the_id(graph: HouseholdGraph) -> None:
    """Whatever else there is that is called alike; a `bedtime-2` is no version of bedtime."""
    with home(graph, "own-ids") as bakers:
        block = "--kind block --audience minors --governs @/movies --as @/mum"
        bakers.done(f"policy set @ movies-18 {block}")
        bakers.done(f"policy set @ bedtime-2 {block}")
        bakers.done("policy end @/bedtime --as @/mum")
        assert {"movies-18", "bedtime-2"} <= listed(bakers).keys()
        assert "bedtime" not in listed(bakers)


def test_several_are_exempt_until_ten_for_one_film(graph: HouseholdGraph) -> None:
    """Until the next time it is ten, and what is for adults stays closed."""
    with home(graph, "one-film") as bakers:
        line = "policy exempt @/classification @/katie @/tom --only-for @/movies"
        bakers.done(f"{line} --from 2027-12-19T20:00 --until 10pm --as @/mum")
        ask = ("one-film/katie", "one-film/movies")
        assert graph.check(*ask, at="2027-12-19T21:00").codes == ("exempt", "granted")
        assert not graph.check(*ask, at="2027-12-19T22:00").allowed
        adult = graph.check("one-film/katie", "one-film/late-night", at="2027-12-19T21:00")
        assert adult.codes == ("classification",)


def test_a_policy_on_one_device_alone(graph: HouseholdGraph) -> None:
    """Sports on the television and not on the tablet; without a device nothing is forbidden."""
    with home(graph, "one-device") as bakers:
        bakers.done(
            "policy set @ no-sports --kind block --audience @/emma --governs @/sports "
            "--on @/phone-emma --as @/mum"
        )
        ask = ("one-device/emma", "one-device/sports")
        assert graph.check(*ask, device="one-device/phone-emma", at=NOON).codes == ("block",)
        assert graph.check(*ask, device="one-device/stb-living-room", at=NOON).allowed
        assert graph.check(*ask, at=NOON).allowed


@pytest.mark.parametrize(
    ("line", "code", "said"),
    [
        ("policy pause @/classification --end", 2, "is not paused"),
        ("policy pause @/classification --as @/dad", 4, "`policies-home/mum` could"),
        ("policy set @ classification --on @/movies", 2, "is a service, and no device"),
        ("policy exempt @/classification @/tom --only-for @/dad", 2, "and no target"),
        ("policy set @ new --kind curfew --audience minors --governs @", 2, "--weekday"),
        ("policy set @ new --kind block --audience minors", 2, "governs nothing"),
        ("policy set @ new --kind block --governs @", 2, "applies to nobody"),
        ("policy set @ new --audience minors --governs @", 2, "needs a kind"),
        ("policy set @ new --kind ban --audience minors --governs @", 2, "'ban'"),
        ("policy set @ bedtime --weekday someday", 2, "unknown day `someday`"),
        ("policy set @ internet --kind block --audience minors --governs @", 2, "is a service"),
        ("policy list @/movies", 2, "`policies-home/movies` is no party"),
        ("policy end @/bed-time", 2, "did you mean `policies-home/bedtime"),
        ("policy end @/classification --as @/tom", 4, "`policies-home/mum` could"),
        ("policy exempt @/classification @/tom --end", 2, "is not exempt"),
        ("policy exempt @/classification @/tom --end --until 2030-01-01", 2, "leave one of them"),
        ("policy exempt @/classification @", 2, "and no individual"),
        ("policy exempt @/classification @/tom --as @/dad", 4, "`policies-home/mum` could"),
    ],
)
def test_what_is_refused(bakers: Home, line: str, code: int, said: str) -> None:
    """Each command line that cannot be followed ends in its code, says why, and writes nothing."""
    before = bakers.revision()
    outcome = bakers.run(line)
    assert outcome.code == ExitCode(code), outcome.err
    assert said in outcome.err
    assert bakers.revision() == before


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (
            "policy set @ quiet --kind block --audience minors --category Adult",
            "`policies-home/quiet` names the category `Adult`, which no service has; is `adult` m",
        ),
        (
            "policy exempt @/classification @/mum",
            "`policies-home/mum` is exempt from `policies-home/classification`, which does not",
        ),
        ("role grant @/katie consumer @/sports-channel --until 2030-06-01", None),
    ],
)
def test_what_has_no_effect_is_told_at_once(bakers: Home, line: str, said: str | None) -> None:
    """As a note of the change, which is made all the same; what once had effect is no news."""
    done = bakers.done(f"{line} --dry-run")
    assert (said in done.err) if said else "never holds" not in done.err


def test_a_document_with_a_slip_in_a_policy_is_told_so(bakers: Home) -> None:
    """It is loaded, and a note names the word that no service has; what was told before is not."""
    document = bakers.done("export @").out
    slip = document.replace("blocked_categories: [adult]", "blocked_categories: [adullt]")
    said = household_graph("load", "-", "--dry-run", stdin=slip)
    assert said.code == 0
    assert "names the category `adullt`, which no service has; is `adult` meant?" in said.err
    assert "no service has" not in household_graph("load", "-", "--dry-run", stdin=document).err


def test_a_policy_of_a_newer_version_is_an_error_that_names_it(graph: HouseholdGraph) -> None:
    """Of the questions it may affect; it names the version that changed the household last."""
    with home(graph, "newer-home") as newer:
        newer.done("policy set @ quiet --kind block --audience minors --governs @/movies")
        graph.connection.driver.execute_query(
            "MATCH (p:Policy {id: 'newer-home/quiet'}), (o:Organization {id: 'newer-home'}) "
            "SET p.kind = 'quota', o.written_by = '9.1', o.revision = o.revision + 1"
        )
        asked = newer.run("check @/tom @/movies")
        assert (asked.code, asked.out) == (ExitCode.BAD_INPUT, "")
        assert "`newer-home/quiet` is of a kind that this version does not know" in asked.err
        assert "household-graph 9.1 changed the household last" in asked.err
        assert newer.run("check @/tom @/email").code != ExitCode.BAD_INPUT
