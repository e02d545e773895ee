"""Half a minute of the soak, which `make soak` goes on with for an hour."""

from random import Random
from time import sleep

from tests.soak.__main__ import PARTS, soak
from tests.soak.report import Report

SHORT = {"revoke": 80, "cypher": 60, "readers": 100, "network": 10, "tool": 3, "database": 1}
SECONDS = 6  # of each part; a try that was begun is finished


def test_nothing_is_lost_or_stale() -> None:
    """Kills, a broken network and races, a few of each: all is as promised."""
    reports = soak(list(SHORT), seed=1, tries=SHORT, seconds=SECONDS)
    assert [one.part for one in reports if not one.tries] == []
    assert {one.part: one.violations for one in reports if one.violations} == {}


def test_there_is_a_try_however_long_the_start_took() -> None:
    """The seconds of a part begin with its first try, not with what it needs before."""
    report = Report("revoke", 80, 0.1, Random(1))  # noqa: S311 - of no moment here
    sleep(0.2)
    assert report.goes_on()
    sleep(0.2)
    assert not report.goes_on()


def test_every_part_says_what_it_is_for() -> None:
    """The parts are listed with a line each, and those of the tests are among them."""
    assert set(SHORT) <= set(PARTS)
    assert all(part.what and part.tries for part in PARTS.values())
