"""Who is found to be one, where it is known who is: bounds that matching must not fall below."""

import pytest

from bench.labelled_people import labelled_records
from bench.matching import Tally, matched

Tallies = dict[str, dict[str, Tally]]


@pytest.fixture(scope="module")
def tallies() -> Tallies:
    """What became of pairs of records, of a seed that nothing was tuned on."""
    return matched(labelled_records(2026, 1500))


def total(tallies: dict[str, Tally]) -> Tally:
    return sum(tallies.values(), Tally())


def test_people_are_hardly_ever_merged_wrongly(tallies: Tallies) -> None:
    """Precision comes first; half of the pairs merge, most others are to be reviewed."""
    people = total(tallies["person"])
    assert people.right + people.missed > 3000
    assert people.precision >= 0.999
    assert people.recall >= 0.5
    assert people.with_review >= 0.84


def test_households_are_found(tallies: Tallies) -> None:
    """Nearly all pairs of one household come together, and hardly any other."""
    households = total(tallies["household"])
    assert households.right + households.missed > 14_000
    assert households.precision >= 0.997
    assert households.recall >= 0.91
    assert households.with_review >= 0.97


@pytest.mark.parametrize("difficulty", ["father and son", "twins", "namesakes", "flat share"])
def test_two_people_stay_two(tallies: Tallies, difficulty: str) -> None:
    """Neither one name in one house, nor one birthday, nor one name in two towns makes one."""
    assert tallies["person"].get(difficulty, Tally()).wrong == 0


@pytest.mark.parametrize(("difficulty", "most"), [("flats", 0.01), ("flat share", 0.01)])
def test_neighbours_stay_apart(tallies: Tallies, difficulty: str, most: float) -> None:
    """Those in other flats, or on other accounts at one address, are households of their own."""
    tally = tallies["household"][difficulty]
    assert tally.right > 80
    assert tally.wrong <= most * tally.right


def test_who_moved_is_left_for_a_review(tallies: Tallies) -> None:
    """Somebody in two households is a doubt, never merged by itself."""
    moved = tallies["person"]["moved"]
    assert moved.right == moved.wrong == 0
    assert moved.with_review >= 0.65
