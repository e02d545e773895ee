"""Questions over changes that are not made, and over documents without a database."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from household_graph import HouseholdGraph
from household_graph.cli.exit_codes import ExitCode
from household_graph.installation import shipped
from household_graph.store.row_reader import fetch_rows
from tests.cli.commands import Outcome, household_graph
from tests.cli.fresh import Home, home

BAKERS = str(shipped("seed") / "bakers.yaml")
NIGHT = "2026-11-29T22:00"
ENDED = "policy end @/bedtime --at 2026-11-29T12:00"
CHANGES = (
    "policy end @/bedtime --as @/mum --at 2026-12-01T12:00",
    "policy set @ bedtime --start 22:00 --from 2026-12-19 --until 2027-01-04 --as @/mum",
    "policy pause @/bedtime --from 2026-12-19 --until 2027-01-04",
    "role grant @/tom consumer @/cable-tv --from 2026-12-01T12:00 --as @/dad",
    "role revoke @/granny user @/account --at 2026-12-01T12:00",
    "device add @ phone --type phone --for @/tom --at 2026-12-01T12:00",
    "device lock @/tablet-katie --as @/dad",
    "identity suspend @/mum-login --as @/mum",
    "event leave @/katie --at 2026-12-01T00:00",
    (
        "event separate @ @-mum --move @/mum --move @/cloud --move @/mobile-mum --move @/phone-mum "
        "--both @/katie --both @/tom --successor @/dad --successor @/mum --consent-of @/dad "
        "--consent-of @/mum --at 2026-12-01T12:00"
    ),
)


@pytest.fixture(scope="module")
def bakers(graph: HouseholdGraph) -> Iterator[Home]:
    with home(graph, "what-if") as household:
        yield household


@pytest.fixture
def no_database(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """There is neither a server nor a local database."""
    monkeypatch.delenv("NEO4J_URI", raising=False)
    monkeypatch.setenv("HOUSEHOLD_GRAPH_HOME", str(tmp_path / "home"))


def of_document(*line: str) -> Outcome:
    outcome = household_graph(*line, "--document", BAKERS)
    assert "Traceback" not in outcome.err
    return outcome


def as_if(where: Home, question: str, *changes: str) -> Outcome:
    """Ask a question as if changes had been made; `@` is the household."""
    options = [word for one in changes for word in ("--if", one.replace("@", where.household))]
    return where.run(question, *options)


def test_the_answer_is_that_after_the_change(bakers: Home) -> None:
    """Without bedtime Katie may use the internet at night; bedtime itself stays."""
    question = f"check @/katie @/internet --at {NIGHT}"
    revision = bakers.revision()
    assert as_if(bakers, question).code == ExitCode.DENIED
    assert as_if(bakers, question, ENDED).code == ExitCode.DONE
    assert as_if(bakers, question).code == ExitCode.DENIED
    assert bakers.revision() == revision


def test_changes_build_on_one_another(bakers: Home) -> None:
    """A second command sees what the first did: an exemption of a policy that was set before it."""
    question = f"check @/katie @/live-tv --at {NIGHT}"
    block = "policy set @ no-tv --kind block --audience minors --governs live-tv --from 2026-11-01"
    exempt = "policy exempt @/no-tv @/katie --from 2026-11-02"
    assert as_if(bakers, question, block).code == ExitCode.DENIED
    assert as_if(bakers, question, block, exempt).code == ExitCode.DONE
    refused = as_if(bakers, question, exempt)
    assert refused.code == ExitCode.BAD_INPUT
    assert "policy exempt what-if/no-tv" in refused.err


def test_a_change_is_held_to_the_laws(bakers: Home) -> None:
    """What a party may not do cannot be supposed in their name, and the error names the command."""
    refused = as_if(bakers, f"check @/katie @/internet --at {NIGHT}", f"{ENDED} --as @/tom")
    assert refused.code == ExitCode.DENIED
    assert refused.err.startswith("error: `policy end what-if/bedtime --at 2026-11-29T12:00")
    assert "`what-if/mum` could make this change" in refused.err


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("", "no command line"),
        ("policy 'end", "no command line"),
        ("policy", "no command that changes"),
        ("tree bakers", "no command that changes"),
        ("policy endd bakers/bedtime", "did you mean `policy end`"),
        ("policy end", "POLICY"),
        ("policy end bakers/bedtime --help", "changes nothing"),
        ("policy list bakers", "no command that changes"),
    ],
)
def test_what_is_no_change_is_refused(line: str, words: str) -> None:
    """The error says what is wrong with the command line."""
    outcome = of_document("check", "bakers/tom", "bakers/internet", "--if", line)
    assert outcome.code == ExitCode.BAD_INPUT
    assert words in " ".join(outcome.err.split())


def test_the_past_cannot_be_supposed_otherwise(bakers: Home) -> None:
    """Changes go with the graph as it stands."""
    asked = as_if(bakers, f"check @/katie @/internet --as-of {NIGHT}", ENDED)
    assert asked.code == ExitCode.BAD_INPUT
    assert "a past state of the graph cannot be changed" in asked.err


@pytest.mark.parametrize("line", CHANGES)
def test_a_simulation_comes_to_what_the_graph_does(line: str, graph: HouseholdGraph) -> None:
    """Rows are the same after a change in memory and in the graph, dates of now aside."""
    with home(graph, "simulated") as household:
        words = line.replace("@", "simulated")
        from household_graph.cli.command_lines import simulate  # noqa: PLC0415 - as it is used

        simulation = graph.simulate()
        made = simulate(simulation, words)
        household.done(line)
        homes = [one.household for one in made.households]
        assert fetch_rows(graph.connection, homes) == simulation.store.fetch(homes)[0]
        graph.connection.driver.execute_query(
            "MATCH (n) WHERE n.id STARTS WITH 'simulated-mum' DETACH DELETE n"
        )


@pytest.mark.usefixtures("no_database")
@pytest.mark.parametrize(
    "line",
    [
        f"check bakers/katie bakers/internet --at {NIGHT}",
        f"services bakers/katie --device bakers/tablet-katie --at {NIGHT} --all",
        f"devices bakers/katie bakers/live-tv --at {NIGHT}",
        f"who bakers/broadband --action administer --at {NIGHT}",
        f"actions bakers/emma bakers/sports-channel --at {NIGHT}",
        f"matrix bakers --at {NIGHT}",
        "timeline bakers/katie bakers/internet --from 2026-11-29 --until 2026-12-06",
        f"role list bakers/emma --at {NIGHT}",
        f"policy list bakers --at {NIGHT}",
        f"device list bakers --at {NIGHT}",
        f"identity list bakers --at {NIGHT}",
        f"doctor bakers --at {NIGHT}",
    ],
)
def test_a_document_answers_as_the_graph_does(
    line: str, graph: HouseholdGraph, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every question has the same answer without a database as with one."""
    words = [*line.split(), "-o", "json"]
    from_document = of_document(*words)
    monkeypatch.undo()
    from_graph = household_graph(*words)
    every = json.loads(from_graph.out)
    found = every
    if isinstance(every, list):  # a document has no access cache
        found = [one for one in every if one.get("kind") != "stale-cache"]
    assert json.loads(from_document.out) == found
    assert from_document.code == from_graph.code or found != every
    assert graph.connection


@pytest.mark.usefixtures("no_database")
def test_pictures_of_a_document(tmp_path: Path) -> None:
    """A tree and a picture need no database either."""
    assert "Katie" in of_document("tree", "bakers").out
    file = tmp_path / "bakers.svg"
    assert of_document("picture", "bakers", "--to", str(file)).code == ExitCode.DONE
    assert "katie" in file.read_text(encoding="utf-8").lower()


@pytest.mark.usefixtures("no_database")
def test_what_a_document_does_not_have() -> None:
    """An unknown household, a wrong kind of id and a past are errors that say so."""
    unknown = of_document("check", "baker/tom", "baker/internet")
    assert unknown.code == ExitCode.BAD_INPUT
    assert "did you mean `bakers/internet`?" in unknown.err
    policy = of_document("check", "bakers/tom", "bakers/bedtime")
    assert "`bakers/bedtime` is a policy, and no target" in policy.err
    past = of_document("check", "bakers/tom", "bakers/internet", "--as-of", NIGHT)
    assert "a document has no past" in past.err


@pytest.mark.usefixtures("no_database")
def test_a_document_from_stdin_and_a_batch(tmp_path: Path) -> None:
    """A household may come through a pipe, and many questions from a file."""
    text = Path(BAKERS).read_text(encoding="utf-8")
    piped = household_graph("services", "bakers/katie", "--document", "-", stdin=text)
    assert piped.code == ExitCode.DONE
    questions = tmp_path / "questions.csv"
    questions.write_text(
        f"party,target,at\nbakers/katie,bakers/internet,{NIGHT}\nbakers/kate,bakers/internet,\n",
        encoding="utf-8",
    )
    outcome = of_document("check", "--batch", str(questions), "-o", "jsonl")
    first, second = map(json.loads, outcome.out.splitlines())
    assert first["allowed"] is False
    assert second["error"] == "unknown party `bakers/kate`"
