"""A minute of the soak, which `make soak` goes on with for an hour."""

from tests.soak.__main__ import PARTS, soak

SHORT = {"revoke": 160, "cypher": 100, "readers": 200, "network": 25, "tool": 5, "database": 1}


def test_nothing_is_lost_or_stale() -> None:
    """Kills, a broken network and races, a few of each: all is as promised."""
    for name, tries in SHORT.items():
        [report] = soak([name], seed=1, tries=tries, seconds=30)
        assert report.tries
        assert report.violations == [], report


def test_every_part_says_what_it_is_for() -> None:
    """The parts are listed with a line each, and those of the tests are among them."""
    assert set(SHORT) <= set(PARTS)
    assert all(part.what and part.tries for part in PARTS.values())
