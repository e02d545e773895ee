"""Who is believed: every command that changes something holds a party to the laws.

`REFUSED` has a line for each command that takes `--as`; a new one without a line fails here, and so
does a new command that takes no `--as` and is not in `CHANGES_NO_HOUSEHOLD`.
"""

import json
import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NoReturn

import pytest
from typer.core import TyperGroup

from household_graph import HouseholdGraph
from household_graph.cli import change_command
from household_graph.cli.commands import load
from household_graph.cli.exit_codes import ExitCode
from household_graph.installation import shipped
from tests.cli.commands import Outcome, household_graph
from tests.cli.fresh import Home, home
from tests.cli.imports import forget_imports, import_run, imported_rows
from tests.cli.test_help import every_command

HOME = "actors-home"
CONTACTS = str(shipped("seed") / "crm" / "contacts.csv")
EXPORT = f"{CONTACTS} -p contacts-with-household"
DRY = {"import run", "import bulk", "import review"}  # have no --dry-run
REFUSED = {
    "role grant": "@/katie consumer @/sports-channel",
    "role revoke": "@/tom consumer @/sports-channel",
    "policy set": "@ bedtime --start 22:30",
    "policy end": "@/bedtime",
    "policy lift": "@/bedtime",
    "policy exempt": "@/bedtime @/katie",
    "policy pause": "@/bedtime",
    "identity add": "@/dad dad@example.org --realm tv",
    "identity link": "@/mum-login @/mum admin @/cloud",
    "identity suspend": "@/mum-login",
    "product add": "@ --offering cloud --account @/account",
    "product change": "@/cloud --name Ours",
    "product suspend": "@/cloud",
    "product resume": "@/cable-tv",
    "product end": "@/cloud",
    "product move": "@/cloud @/teens-account",
    "service available": "@/sports @/laptop-tom",
    "service unavailable": "@/internet @/home-hub",
    "device add": "@ tablet-tom --type tablet --for @/tom",
    "device replace": "@/phone-dad phone-dad-2",
    "device move": "@/stb-bedroom --to @/granny",
    "device lock": "@/home-hub",
    "device unlock": "@/laptop-tom",
    "device lost": "@/phone-dad",
    "device found": "@/phone-mum",
    "party update": "@/granny --given-name Ann",
    "household update": "@ --name Smiths",
    "event join": "@/uncle --responsible @/mum",
    "event leave": "@/granny",
    "event separate": "@ actors-mums-place --move @/mum --successor @/dad --consent-of @/dad",
    "event hand-over": "admin @/cloud --from @/mum --to @/dad",
    "event come-of-age": "@/emma --at 2027-01-30",
    "event move-home": "@ new-home --city London",
    "event death": "@/granny",
    "event decease": "@/granny",
    "event merge": "@-flat --into @",
    "undo": "@/{change}",
    "load": "{document}",
    "onboard": "--from {new}",
    "import run": EXPORT,
    "import bulk": f"{EXPORT} --to {{folder}}",
    "import undo": "{run}",
    "import review": "{run} --accept 1",
}
"""What Katie, a minor, may not do, and nobody of another household; an operator may."""
REQUESTS = {
    *("request new", "request approve", "request refuse", "request withdraw"),
    *("consent give", "consent end"),
}
"""Those that anybody of the household may use; test_requests.py and test_consents.py say who has a
say in what."""
CHANGES_NO_HOUSEHOLD = {
    "check, services, devices, actions, who, find, matrix, picture, tree, doctor": "they ask",
    "test, who-may-change": "they ask",
    "export, history": "they ask",
    "query list, query show, query run, query new, query check, query export": "they ask",
    "role list, policy list, identity list, device list, product list, timeline": "they ask",
    "product offerings": "they tell",
    "import plan, import status, import rejects, import profiles, import mapping": "they tell",
    "db start, db stop, db status, db browser, db repair, db reset": "of the server's owner",
    "schema apply, schema show": "constraints and indexes",
    "cache rebuild, keep-facts": "what is cached follows from the household",
    "demo": "runs `load` on the seed households",
    "request list, request show, consent list, consent check": "they ask",
    "due": "what is scheduled is made in the names of those who scheduled it",
}


def takes_as() -> set[str]:
    """The commands that take `--as`, found by walking all there are."""
    found = set()
    for name, *inner in every_command():
        group = load(name)
        command = group.commands[inner[0]] if isinstance(group, TyperGroup) else group
        if any("--as" in parameter.opts for parameter in command.params):
            found.add(" ".join([name, *inner]))
    return found


def test_every_command_has_its_case() -> None:
    """What takes `--as` has a line that is refused, all else a reason why it takes none."""
    asks = {one.strip() for names in CHANGES_NO_HOUSEHOLD for one in names.split(",")}
    assert takes_as() == REFUSED.keys() | REQUESTS
    assert asks | REFUSED.keys() | REQUESTS == {" ".join(words) for words in every_command()}
    assert not asks & REFUSED.keys()


@pytest.fixture(scope="module")
def words(
    graph: HouseholdGraph, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, str]]:
    """Two households, an import, and what the lines above stand for."""
    folder = tmp_path_factory.mktemp("actors")
    with home(graph, HOME) as bakers, home(graph, f"{HOME}-flat"):
        bakers.done("device lock @/laptop-tom")
        bakers.done("device lost @/phone-mum")
        bakers.done("product suspend @/cable-tv")
        document = bakers.done("export @").out
        (folder / "changed.yaml").write_text(document.replace("21:00", "22:00"), encoding="utf-8")
        new = re.sub(rf"\b{HOME}\b", "actors-new-home", document)
        (folder / "new.yaml").write_text(new, encoding="utf-8")
        run = import_run(*EXPORT.split())["run"]
        yield {
            "change": f"change-{bakers.revision()}",
            "document": str(folder / "changed.yaml"),
            "new": str(folder / "new.yaml"),
            "folder": str(folder / "bulk"),
            "run": run,
        }
    forget_imports(graph)


def line_of(command: str, words: dict[str, str]) -> list[str]:
    line = REFUSED[command].format(**words)
    return [
        *command.split(),
        *(word.replace("@", HOME, 1) if word[0] == "@" else word for word in line.split()),
    ]


def everything(graph: HouseholdGraph) -> object:
    """What every write changes: revisions, how much there is, and what is noted of imports."""
    return [
        graph.connection.driver.execute_query(text).records
        for text in (
            "MATCH (n:Organization) RETURN n.id, n.revision ORDER BY n.id",
            "MATCH (n) RETURN count(n)",
            "MATCH ()-[r]->() RETURN count(r)",
            "MATCH (n:ImportRun|MatchDecision) RETURN properties(n) ORDER BY n.id",
        )
    ]


@pytest.mark.parametrize("command", sorted(REFUSED))
def test_no_command_does_what_the_laws_forbid(
    command: str, words: dict[str, str], graph: HouseholdGraph
) -> None:
    """A minor and a stranger are refused, an unknown party is an error, and nothing is written."""
    line, before = line_of(command, words), everything(graph)
    named = set(re.findall(rf"{HOME}[\w/.-]*", " ".join(line)))
    for actor, codes in (
        (f"{HOME}/katie", {ExitCode.DENIED}),
        ("bike-shop/owner", {ExitCode.DENIED}),
        (f"{HOME}/nobody", {ExitCode.BAD_INPUT, ExitCode.DENIED}),
        ("nowhere/nobody", {ExitCode.BAD_INPUT, ExitCode.DENIED}),
        ("anna", {ExitCode.BAD_INPUT, ExitCode.DENIED}),
    ):
        outcome = household_graph(*line, "--as", actor)
        assert outcome.code in codes, (actor, outcome)
        assert not outcome.out
        if "/" in actor and not actor.startswith(HOME):
            shown = set(re.findall(rf"{HOME}[\w/.-]*", outcome.err))
            assert shown <= named, f"{actor} is told of {shown - named}"
    assert everything(graph) == before
    assert not Path(words["folder"]).exists()


@pytest.mark.parametrize("command", sorted(REFUSED.keys() - DRY))
def test_an_operator_may_do_it(command: str, words: dict[str, str]) -> None:
    """The lines above are refused for who acts, and for nothing else."""
    outcome = household_graph(*line_of(command, words), "--dry-run", "--operator", "anna")
    assert outcome.code == 0, outcome.err


def told(outcome: Outcome) -> str:
    assert outcome.code == ExitCode.BAD_INPUT, outcome
    assert not outcome.out
    return " ".join(outcome.err.split())


@pytest.mark.parametrize(
    ("actor", "said"),
    [
        ("tom", f"did you mean `{HOME}/tom`?"),
        ("tomm", f"did you mean `{HOME}/tom`?"),
        ("mum@bakers.example", f"did you mean `{HOME}/mum`?"),
        (f"{HOME.title()}/mum", f"did you mean `{HOME}/mum`"),
        (f"{HOME}/mumm", f"did you mean `{HOME}/mum`"),
        (f"{HOME}/home-hub", f"unknown actor `{HOME}/home-hub`"),
        ("anna", "an operator is named with `--operator anna`"),
        ("", "the actor is empty"),
        ("  ", "the actor is empty"),
        (f" {HOME}/mum", "has a blank at an end"),
        ("bike-shop/ownr", "did you mean `bike-shop/owner`"),
    ],
)
def test_who_is_no_party(actor: str, said: str, words: dict[str, str]) -> None:
    """What is no full id of a party is an error, with those of the household it may mean."""
    line = line_of("policy end", words)
    assert said in told(household_graph(*line, "--as", actor))


def test_a_username_of_another_household_names_nobody(words: dict[str, str]) -> None:
    """Whose a username is, is told of the household of the change alone."""
    line = line_of("policy end", words)
    assert "bike-shop/" not in told(household_graph(*line, "--as", "owner@bike-shop.example"))


@pytest.mark.parametrize("name", ["", " ", "anna ", "bakers/mum", "x" * 101])
def test_who_is_no_operator(name: str, words: dict[str, str]) -> None:
    """The name of an operator is said, has no slash, no blank at an end, and an end."""
    told(household_graph(*line_of("policy end", words), "--operator", name))


def test_one_actor_alone(words: dict[str, str]) -> None:
    """A change is a party's, or an operator's."""
    line = line_of("policy end", words)
    both = household_graph(*line, "--as", f"{HOME}/mum", "--operator", "anna")
    assert "two actors" in told(both)


def test_several_parties_make_a_change_together(words: dict[str, str]) -> None:
    """The refusal of one names who could together; they can, and the record names both."""
    assert words
    line = ["event", "join", f"{HOME}/nanny", "--consumer-of", f"{HOME}/broadband"]
    alone = household_graph(*line, "--as", f"{HOME}/dad")
    assert alone.code == ExitCode.DENIED
    group = [f"{HOME}/dad", f"{HOME}/mum"]
    assert f"`{group[0]}` together with `{group[1]}` could" in " ".join(alone.err.split())
    given = [word for one in group for word in ("--as", one)]
    done = household_graph(*line, *given)
    assert done.code == 0, done.err
    [change] = json.loads(household_graph("history", HOME, "--limit", "1", "-o", "json").out)
    assert (change["actor"], change["actors"]) == (group[0], group)
    for one in group:
        found = household_graph("history", HOME, "--by", one, "-o", "json").out
        assert change["change"] in found
    assert household_graph("undo", change["change"], *given).code == 0


def recorded_by(*arguments: str) -> dict[str, str]:
    done = household_graph("device", "lock", f"{HOME}/stb-bedroom", *arguments)
    assert done.code == 0, done.err
    [change] = json.loads(household_graph("history", HOME, "--limit", "1", "-o", "json").out)
    assert household_graph("device", "unlock", f"{HOME}/stb-bedroom").code == 0
    return {name: change[name] for name in ("actor", "actor_kind")}


def no_name(error: Exception) -> Callable[[], NoReturn]:
    def getuser() -> NoReturn:
        raise error

    return getuser


def test_what_is_recorded_of_the_actor(
    words: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who it was and what: a party, a named operator, or whoever is logged in, if only by uid."""
    assert words
    assert recorded_by("--as", f"{HOME}/dad") == {"actor": f"{HOME}/dad", "actor_kind": "party"}
    assert recorded_by("--operator", "anna") == {"actor": "anna", "actor_kind": "operator"}
    monkeypatch.setenv("LOGNAME", "ben")
    assert recorded_by() == {"actor": "ben", "actor_kind": "operator"}
    for error in (KeyError("uid not found"), OSError("no name")):
        monkeypatch.setattr(change_command, "getuser", no_name(error))
        assert recorded_by()["actor"] == f"uid-{os.getuid()}"


def test_a_system_that_has_neither_names_nor_numbers(
    words: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """As Windows with no name in its environment: whoever acts names themselves."""
    assert words
    monkeypatch.delattr(os, "getuid")
    for error in (ImportError("no module `pwd`"), OSError("no name")):
        monkeypatch.setattr(change_command, "getuser", no_name(error))
        done = household_graph("policy", "end", f"{HOME}/bedtime", "--dry-run")
        assert (done.code, done.out) == (2, "")
        assert "hint: name yourself with --operator NAME" in done.err


def test_parties_are_completed(words: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    """After `--as` come parties, and neither products nor devices."""
    assert words
    line = f"household-graph policy end {HOME}/bedtime --as {HOME}/"
    monkeypatch.setenv("_HOUSEHOLD_GRAPH_COMPLETE", "complete_bash")
    monkeypatch.setenv("COMP_WORDS", line)
    monkeypatch.setenv("COMP_CWORD", str(len(line.split(" ")) - 1))
    offered = household_graph().out.split()
    assert f"{HOME}/katie" in offered
    assert f"{HOME}/home-hub" not in offered


def test_an_import_of_ones_own_household_is_held_to_the_laws(
    words: dict[str, str], graph: HouseholdGraph, tmp_path: Path
) -> None:
    """What touches the party's own household alone is told by the laws, before a run begins."""
    assert words
    [own] = [name for name in imported_rows(graph) if "bakers" in name]
    person = next(
        node.id for node in imported_rows(graph)[own].nodes if "Individual" in node.labels
    )
    header, *rows = Path(CONTACTS).read_text(encoding="utf-8-sig").splitlines()
    changed = [row.replace("Mill Lane", "Hill Lane") for row in rows if "bakers-7" in row]
    path = tmp_path / "contacts.csv"
    path.write_text("\n".join([header, *changed, ""]), encoding="utf-8")
    before = everything(graph)
    line = ("import", "run", str(path), "-p", "contacts-with-household")
    outcome = household_graph(*line, "--as", person)
    assert outcome.code == ExitCode.DENIED, outcome
    assert everything(graph) == before
    assert household_graph(*line).code in {0, ExitCode.REJECTED}
    assert everything(graph) != before


def test_a_household_is_named_to_its_own_alone(words: dict[str, str]) -> None:
    """A party that mistypes its household learns of no other that is like it."""
    assert words
    outcome = household_graph("policy", "end", "acters-home/bedtime", "--as", "acters-home/mum")
    assert HOME not in told(outcome)


def test_home_of_the_tests_is_there(words: dict[str, str], graph: HouseholdGraph) -> None:
    """The households that the lines change are as they were made, whatever was tried."""
    assert Home(graph, HOME).done("doctor @ --severity error").code == 0
    assert words
