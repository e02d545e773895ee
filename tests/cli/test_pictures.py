"""`picture`, `tree` and `matrix --to`: files, notes and errors."""

from pathlib import Path

import pytest

from household_graph import HouseholdGraph
from household_graph.cli.exit_codes import ExitCode
from tests.cli.commands import household_graph
from tests.cli.own_questions import OwnQuestions, own_questions

__all__ = ["own_questions"]  # a fixture


@pytest.fixture(autouse=True)
def _in_a_folder(graph: HouseholdGraph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The graph is there, and the working folder is empty."""
    assert graph.connection
    monkeypatch.chdir(tmp_path)


def test_a_household_is_drawn_into_a_page_of_its_name() -> None:
    """The path is all that is printed; drawing it again replaces it."""
    for _time in range(2):
        done = household_graph("picture", "bakers")
        assert (done.code, done.out, done.err) == (ExitCode.DONE, "bakers.html\n", "")
    page = Path("bakers.html").read_text()
    assert page.startswith("<!doctype html>")
    assert '"id": "bakers/katie"' in page


def test_an_svg_is_drawn_where_the_file_says_so() -> None:
    """For documents; at another time there is something else in it."""
    household_graph("picture", "bakers", "--to", "now.svg", "--at", "2026-11-22T20:00")
    household_graph("picture", "bakers", "--to", "july.svg", "--at", "2026-07-01T20:00")
    household_graph("picture", "bakers", "--to", "all.svg", "--all")
    jean = "bakers/auntie-jean → bakers\n"
    pictures = {name: Path(f"{name}.svg").read_text() for name in ("now", "july", "all")}
    assert {name: jean in text for name, text in pictures.items()} == {
        "now": False,
        "july": True,
        "all": True,
    }


def test_a_decision_is_drawn() -> None:
    """What grants it stands out, by the party, the target and the device."""
    done = household_graph(
        *("picture", "bakers", "--explain", "bakers/granny", "bakers/movies", "--to", "why.svg"),
        *("--device", "bakers/stb-living-room", "--at", "2026-11-22T20:00"),
    )
    assert done.code == ExitCode.DONE
    text = Path("why.svg").read_text()
    assert "bakers/granny may use bakers/movies on bakers/stb-living-room</text>" in text
    assert "MEMBER_OF</text>" in text


def test_an_answer_of_the_library_is_drawn() -> None:
    """What its ids speak of, and what is between them; of households that the answer names."""
    done = household_graph(
        *("picture", "--query", "who-pays-what", "-p", "household=bakers", "--to", "pays.svg")
    )
    assert done.code == ExitCode.DONE
    text = Path("pays.svg").read_text()
    assert "Who pays for what portion?" in text
    assert "bakers/dad → bakers/bill\n" in text
    assert "bakers/katie" not in text


def test_nodes_and_paths_of_ones_own_question_are_drawn(own_questions: OwnQuestions) -> None:
    """A question may return nodes instead of ids."""
    own_questions.has(
        "a",
        "MATCH way = (:Individual {id: 'bakers/dad'})-[:MEMBER_OF]->() RETURN way",
        returns=["way PATH"],
    )
    household_graph("picture", "--query", "a", "--to", "way.svg")
    assert "bakers/dad → bakers\n" in Path("way.svg").read_text()


def test_what_is_left_out_is_said() -> None:
    """A limit cuts, and a note says how many there were."""
    done = household_graph("picture", "bakers", "--limit", "5")
    assert done.code == ExitCode.DONE
    assert done.err.startswith("5 of 4")
    assert done.err.endswith(" nodes drawn, those with most links; `--limit` draws more\n")
    assert " nodes drawn, those with most links" in Path("bakers.html").read_text()


@pytest.mark.parametrize(
    ("command", "message"),
    [
        (["picture"], "either of a household or of a query"),
        (["picture", "bakers", "--query", "who-pays-what"], "either of a household or"),
        (["picture", "bakerz"], "unknown id `bakerz`"),
        (["picture", "bakers", "--to", "a.png"], "neither an .html nor an .svg"),
        (["picture", "bakers", "--to", "nowhere/a.svg"], "`nowhere/a.svg` cannot be written"),
        (["picture", "bakers", "--at", "noon"], "noon"),
        (["picture", "--query", "role-distribution"], "nothing to draw"),
        (["picture", "--query", "no-such"], "no query `no-such`"),
        (["picture", "bakers", "-e", "bakers/kati", "bakers/movies"], "`bakers/kati`"),
        (["matrix", "bakers", "--to", "nowhere/m.html"], "`nowhere/m.html` cannot be written"),
        (["picture", "bakers", "--to", "."], "neither an .html nor an .svg"),
        (["picture", "bakers", "-d", "bakers/home-hub"], "--device goes with --explain"),
        (["picture", "bakers", "-a", "choose"], "--action goes with --explain"),
        (["picture", "bakers", "-p", "party=bakers/dad"], "--param goes with --query"),
        (["tree", "bakerz"], "bakerz"),
        (["tree", "bakers", "--at", "noon"], "noon"),
    ],
)
def test_what_cannot_be_drawn_is_said(command: list[str], message: str) -> None:
    """Nothing is printed or left behind, and the error names it."""
    done = household_graph(*command)
    assert (done.code, done.out) == (ExitCode.BAD_INPUT, "")
    assert message in done.err
    assert not list(Path().iterdir())


def test_a_matrix_becomes_a_heat_map() -> None:
    """As a page; the path is printed instead of the table."""
    done = household_graph("matrix", "bakers", "--at", "2026-11-22T21:30", "--to", "m.html")
    assert done.out == "m.html\n"
    page = Path("m.html").read_text()
    assert "<title>bakers, 2026-11-22T21:30:00+00:00</title>" in page
    assert "<td class=policy" in page


def test_a_household_is_a_tree() -> None:
    """People with their roles, accounts with products and services, devices, policies."""
    lines = household_graph("tree", "bakers").out.splitlines()
    assert lines[0].startswith("bakers The Bakers")
    for part in ("katie Katie Baker", "cable-tv", "stb-living-room", "bedtime"):
        assert any(part in line for line in lines)


def test_a_tree_of_a_time_has_what_held_then() -> None:
    """Jean is a member in July; the au pair has her role in November; a tree of all has both."""
    jean, au_pair = "User on account from 2026-06-01", "User on account from 2026-09-01"
    july = household_graph("tree", "bakers", "--at", "2026-07-01").out
    november = household_graph("tree", "bakers", "--at", "2026-11-22").out
    whole = household_graph("tree", "bakers").out
    assert [text in july for text in (jean, au_pair)] == [True, False]
    assert [text in november for text in (jean, au_pair)] == [False, True]
    assert [text in whole for text in (jean, au_pair)] == [True, True]


def test_the_picture_is_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    """With --open the web browser gets the file, and where there is none that is said."""
    opened: list[str] = []

    def nothing_to_open(url: str) -> bool:
        opened.append(url)
        return False

    monkeypatch.setattr("webbrowser.open", nothing_to_open)
    done = household_graph("picture", "bakers", "--open", "--to", "a picture.svg")
    assert opened == [Path("a picture.svg").resolve().as_uri()]
    assert (done.code, done.out) == (ExitCode.DONE, "a picture.svg\n")
    assert "open the file yourself" in done.err


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("matrix bakers --to m.csv", "`m.csv` is no .html file"),
        ("matrix bakers --to m.html -o csv", "--to draws a page"),
    ],
)
def test_a_heat_map_is_a_page(line: str, said: str) -> None:
    """A file of another name, or another format, is refused, and the way to it told."""
    done = household_graph(*line.split())
    assert (done.code, said in done.err, "-o csv" in done.err) == (ExitCode.BAD_INPUT, True, True)
    assert not list(Path().iterdir())


def test_a_large_matrix_is_written_and_not_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of too many cells there is no table and no page; other formats write one after the other."""
    whole = household_graph("matrix", "bakers", "-o", "jsonl").out
    most = 100
    monkeypatch.setattr("household_graph.cli.access_matrix._MOST_CELLS", most)
    monkeypatch.setattr("household_graph.api.decision_api._MANY", most)
    for line in ("matrix bakers", "matrix bakers --to m.html"):
        done = household_graph(*line.split())
        assert (done.code, done.out) == (ExitCode.BAD_INPUT, "")
        assert f"has {len(whole.splitlines())} cells, and nobody can look at more" in done.err
    again = household_graph("matrix", "bakers", "-o", "jsonl").out
    assert len(again.splitlines()) == len(whole.splitlines()) > most
