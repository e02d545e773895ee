"""The exit-code table: what ends in which code, with a message and a hint."""

import json
import os
import re
import shlex
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import NoReturn

import pytest
from neo4j.exceptions import AuthError, ServiceUnavailable

from household_graph import (
    DatabaseUnavailableError,
    HouseholdGraph,
    HouseholdGraphError,
    connect,
)
from household_graph.cli.exit_codes import ExitCode
from household_graph.local_neo4j import LocalServer
from household_graph.store.connection import database_errors
from tests.cli.commands import household_graph

YES = "check bakers/dad bakers/cable-tv --action choose"
NO = "check bakers/dad bakers/broadband --action choose"

TABLE = {
    YES: (ExitCode.DONE, ""),
    NO: (ExitCode.DENIED, ""),
    "services bakers/katie": (ExitCode.DONE, ""),
    "check": (ExitCode.BAD_INPUT, "a check needs a PARTY and a TARGET"),
    "check bakers/dad": (ExitCode.BAD_INPUT, "--batch FILE"),
    "check bakers/dad bakers/movies --action watch": (ExitCode.BAD_INPUT, "'watch'"),
    "check bakers/kattie bakers/movies": (ExitCode.BAD_INPUT, "did you mean `bakers/katie`"),
    "check katie bakers/live-tv": (ExitCode.BAD_INPUT, "did you mean `bakers/katie`"),
    "check bakers/katie smart-firewall": (
        ExitCode.BAD_INPUT,
        "did you mean `bakers/smart-firewall`?",
    ),
    "services granny": (ExitCode.BAD_INPUT, "did you mean `bakers/granny`?"),
    "check bakers/dad bakers/account -a administer": (
        ExitCode.BAD_INPUT,
        "`bakers/account` is a customer account, and no target\nhint: ask about a product",
    ),
    "who bakers/bill": (ExitCode.BAD_INPUT, "`bakers/bill` is a billing account, and no target"),
    "check bakers/katie bakers/bedtime": (ExitCode.BAD_INPUT, "is a policy, and no target"),
    "check bakers/dad.customer.account bakers/movies": (
        ExitCode.BAD_INPUT,
        "is a customer role, and no party",
    ),
    "services bakers/mum-login": (ExitCode.BAD_INPUT, "is a digital identity, and no party"),
    "devices bakers/dad bakers/home-hub": (ExitCode.BAD_INPUT, "ask about a product or a service"),
    "check bakers/dad bakers/movies -d bakers/mum": (ExitCode.BAD_INPUT, "is an individual, and"),
    "doctor bakerz": (ExitCode.BAD_INPUT, "did you mean `bakers`"),
    "doctor nosuch": (ExitCode.BAD_INPUT, "there are households such as `a"),
    "check bakers/katie bakers/movie": (ExitCode.BAD_INPUT, "`bakers/movies`"),
    "check bakers/katie bakers/movies -d bakers/tablet": (ExitCode.BAD_INPUT, "unknown device"),
    "check baker/katie baker/movies": (ExitCode.BAD_INPUT, "bakers/"),
    "services bakers/kattie": (ExitCode.BAD_INPUT, "unknown party `bakers/kattie`"),
    "devices bakers/katie bakers/nothing-like-it": (ExitCode.BAD_INPUT, "unknown target"),
    "who bakers/smart-firewal": (ExitCode.BAD_INPUT, "`bakers/smart-firewall`"),
    "timeline bakers/tom bakers/sports --from 2026-11-22 --until 2026-11-22": (
        ExitCode.BAD_INPUT,
        "has no length",
    ),
    "timeline bakers/tom --from 2026-11-22 --until 2026-11-21": (
        ExitCode.BAD_INPUT,
        "ends before it begins",
    ),
    "timeline bakers/tom bakers/sport": (ExitCode.BAD_INPUT, "did you mean `bakers/sports`"),
    "timeline bakers/tom --to week.txt": (ExitCode.BAD_INPUT, "is no .html file"),
    "matrix baker": (ExitCode.BAD_INPUT, "did you mean `bakers`"),
    "export baker": (ExitCode.BAD_INPUT, "did you mean `bakers`"),
    "export bakers -o csv": (ExitCode.BAD_INPUT, "use -o yaml or -o json"),
    f"{YES} --at yesterday": (ExitCode.BAD_INPUT, "cannot read the time `yesterday`"),
    f"{YES} --at 2026-13-01": (ExitCode.BAD_INPUT, "write it as 2026-11-22"),
    f"{YES} --at 2026-11-22T25:00": (ExitCode.BAD_INPUT, "cannot read the time"),
    f"{YES} --at 9999-12-31": (ExitCode.BAD_INPUT, "use a year from 1000 to 9998"),
    "check bakers/katie bakers/internet --at 9999-12-31": (ExitCode.BAD_INPUT, "out of range"),
    f"{YES} --device bakers/home-hub": (ExitCode.BAD_INPUT, "cannot be named with `choose`"),
    "check bakers/dad bakers/stb-bedroom -d bakers/home-hub": (
        ExitCode.BAD_INPUT,
        "is a resource itself",
    ),
    "check bakers/dad --batch -": (ExitCode.BAD_INPUT, "takes its parties from the file"),
    "check --batch no-such-file.csv": (ExitCode.BAD_INPUT, "cannot read `no-such-file.csv`"),
    "load no-such-file.yaml": (ExitCode.BAD_INPUT, "cannot read `no-such-file.yaml`"),
    "nonsense": (ExitCode.BAD_INPUT, "No such command"),
}


@pytest.mark.parametrize("command", TABLE)
def test_exit_code_and_message(command: str, graph: HouseholdGraph) -> None:
    """Each command line ends in its code, and says why on stderr without a traceback."""
    assert graph.connection
    code, said = TABLE[command]
    outcome = household_graph(*shlex.split(command))
    assert outcome.code == code, outcome.err
    assert said in outcome.err
    assert "Traceback" not in outcome.err
    assert not (said and outcome.out)


@pytest.mark.parametrize(
    "header",
    ["person,target\n", "", "{", '{"party": 1, "target": "bakers/movies"}', "[]"],
)
def test_a_batch_that_cannot_be_read(header: str, graph: HouseholdGraph) -> None:
    """A batch without questions in it ends in bad input, or fails the item with its line."""
    assert graph.connection
    outcome = household_graph("check", "--batch", "-", "-o", "jsonl", stdin=header)
    assert outcome.code == ExitCode.BAD_INPUT
    assert "Traceback" not in outcome.err


def test_a_batch_that_is_not_text(graph: HouseholdGraph, tmp_path: Path) -> None:
    """A batch file that is not UTF-8 is bad input, and named."""
    assert graph.connection
    path = tmp_path / "questions.csv"
    path.write_bytes(b"party,target\nbakers/dad,\xff\n")
    outcome = household_graph("check", "--batch", str(path), "-o", "jsonl")
    assert outcome.code == ExitCode.BAD_INPUT
    assert f"`{path}` is not UTF-8" in outcome.err


BAKERS = (Path(__file__).parents[2] / "seed" / "bakers.yaml").read_text(encoding="utf-8")
BAD_DOCUMENTS = {
    "not YAML": ("a: [1, 2\nb: }", "stdin:2", "not YAML"),
    "an unknown zone": (
        BAKERS.replace("Europe/London", "Europe/Londn"),
        "organization.time_zone",
        "did you mean `Europe/London`",
    ),
    "an account of nowhere": (
        BAKERS.replace("account: teens-account", "account: teen-account", 1),
        "account",
        "did you mean `teens-account`",
    ),
    "an end before the start": (
        BAKERS.replace("valid_to: 2026-09-01", "valid_to: 2026-05-01", 1),
        "valid_to",
        "`2026-05-01` is not after `2026-06-01`",
    ),
    "an id twice": (BAKERS.replace("id: tom\n", "id: katie\n", 1), "duplicate id `katie`", "line"),
}


@pytest.mark.parametrize("what", BAD_DOCUMENTS)
def test_a_document_that_is_wrong(what: str, graph: HouseholdGraph) -> None:
    """A wrong document is bad input: the line, the field, the hint, and nothing is written."""
    text, *said = BAD_DOCUMENTS[what]
    before = household_graph("export", "bakers").out
    outcome = household_graph("load", "-", stdin=text)
    assert outcome.code == ExitCode.BAD_INPUT
    assert re.search(r"stdin:\d+: ", outcome.err)
    for words in said:
        assert words in outcome.err
    assert household_graph("export", "bakers").out == before
    assert graph.connection


def test_what_is_loaded_before_a_refusal_is_said(graph: HouseholdGraph, tmp_path: Path) -> None:
    """Of several documents, those before one that is refused stay, and are reported."""
    assert graph.connection
    other = tmp_path / "bike-shop.yaml"
    other.write_text(
        "organization: {id: bike-shop, time_zone: Europe/London}\nindividuals: [{id: till}]\n"
    )
    again = tmp_path / "bakers.yaml"
    again.write_text(household_graph("export", "bakers").out)
    outcome = household_graph("load", str(again), str(other), "-o", "json")
    assert outcome.code == ExitCode.BAD_INPUT
    assert [one["household"] for one in json.loads(outcome.out)] == ["bakers"]
    assert "only 1 of 2 households are loaded" in outcome.err


def test_a_login_that_is_not_accepted_any_more() -> None:
    """Where the server was reached before, nothing is named that is not known."""
    with pytest.raises(DatabaseUnavailableError) as refused, database_errors():
        raise AuthError("no")
    assert refused.value.message == "Neo4j refuses the login that it has accepted before"


def test_a_uri_with_a_password_in_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """A login in a URI is not repeated."""
    monkeypatch.setenv("NEO4J_URI", "bolt://neo4j:secret@127.0.0.1:1")
    outcome = household_graph(*shlex.split(YES))
    assert outcome.code in {ExitCode.BAD_INPUT, ExitCode.DATABASE_UNAVAILABLE}
    assert "secret" not in outcome.err


def test_a_database_of_the_local_server(graph: HouseholdGraph) -> None:
    """A database that is named is asked for, also where no server is."""
    assert graph.connection
    with (
        connect(database="nowhere") as elsewhere,
        pytest.raises(HouseholdGraphError, match="nowhere"),
    ):
        elsewhere.check("bakers/dad", "bakers/cable-tv")


def test_a_server_that_is_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    """An unreachable server ends in code 3 and names its URI."""
    monkeypatch.setenv("NEO4J_URI", "bolt://127.0.0.1:1")
    outcome = household_graph(*shlex.split(YES))
    assert outcome.code == ExitCode.DATABASE_UNAVAILABLE
    assert "`bolt://127.0.0.1:1` does not answer" in outcome.err
    assert "hint:" in outcome.err


def test_a_local_server_that_is_given_no_time() -> None:
    """No hint speaks of a NEO4J_URI that is not set."""
    outcome = household_graph("--timeout", "0.0001", *shlex.split(YES))
    assert outcome.code == ExitCode.DATABASE_UNAVAILABLE
    assert "does not answer" in outcome.err
    assert "--timeout" in outcome.err
    assert "NEO4J_URI" not in outcome.err


def test_a_wrong_password(monkeypatch: pytest.MonkeyPatch, server: LocalServer) -> None:
    """A refused login ends in code 3 and says whose."""
    monkeypatch.setenv("NEO4J_URI", server.bolt_uri)
    monkeypatch.setenv("NEO4J_PASSWORD", "not the password")
    outcome = household_graph(*shlex.split(YES))
    assert outcome.code == ExitCode.DATABASE_UNAVAILABLE
    assert "refuses the login of `neo4j`" in outcome.err
    assert "NEO4J_PASSWORD" in outcome.err


@pytest.mark.parametrize("uri", ["localhost:7687", "http://localhost:7474", "bolt://"])
def test_a_uri_that_is_none(uri: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """What cannot be the URI of a server is bad input, or at least no server that answers."""
    monkeypatch.setenv("NEO4J_URI", uri)
    outcome = household_graph(*shlex.split(YES))
    assert outcome.code in {ExitCode.BAD_INPUT, ExitCode.DATABASE_UNAVAILABLE}
    assert "Traceback" not in outcome.err


def test_a_database_that_is_not_there(monkeypatch: pytest.MonkeyPatch, server: LocalServer) -> None:
    """An unknown NEO4J_DATABASE is named by the server's own message."""
    monkeypatch.setenv("NEO4J_URI", server.bolt_uri)
    monkeypatch.setenv("NEO4J_PASSWORD", server.password)
    monkeypatch.setenv("NEO4J_DATABASE", "nowhere")
    outcome = household_graph(*shlex.split(YES))
    assert outcome.code == ExitCode.FAILED
    assert "nowhere" in outcome.err


def test_interrupted(graph: HouseholdGraph, tmp_path: Path) -> None:
    """Ctrl-C ends in 130, without a traceback."""
    assert graph.connection
    pipe = tmp_path / "questions"
    os.mkfifo(pipe)
    command = [sys.executable, "-c", "from household_graph.cli.main import run; run()"]
    process = subprocess.Popen(  # noqa: S603 - ourselves
        [*command, "check", "--batch", str(pipe)], stderr=subprocess.PIPE, text=True
    )
    with pipe.open("w") as questions:  # opens when the other side does
        questions.write("party,target\n")
        questions.flush()
        time.sleep(0.3)
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=60)
    assert process.returncode == ExitCode.INTERRUPTED
    assert "Traceback" not in err


@pytest.mark.parametrize("error", [BufferError("exports of data"), ServiceUnavailable("closed")])
def test_interrupted_in_the_driver(
    error: Exception, graph: HouseholdGraph, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ctrl-C is told as such, whatever the driver fails with that it caught in the middle."""

    def read(*_asked: object, **_more: object) -> NoReturn:
        with database_errors():
            try:
                raise KeyboardInterrupt
            finally:
                raise error

    assert graph.connection
    monkeypatch.setattr("household_graph.store.facts_loader.read", read)
    outcome = household_graph(*shlex.split(YES))
    assert (outcome.code, outcome.err) == (ExitCode.INTERRUPTED, "error: interrupted\n")


@pytest.mark.parametrize("arguments", [(), ("db",), ("schema",)])
def test_no_arguments_mean_help(arguments: tuple[str, ...]) -> None:
    """Without arguments a command shows its help, and starts nothing."""
    outcome = household_graph(*arguments)
    assert "Usage" in outcome.out + outcome.err
