"""No command imports what only frames need: where it is installed, that takes seconds."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from household_graph import HouseholdGraph
from household_graph.cli.commands import COMMANDS, load
from household_graph.local_neo4j import LocalServer

FILES = ("picture", "db start", "db repair", "matrix --all")
"""Those that make pages or Parquet; and those that would start a second server for nothing."""

LINES = {
    "check": "bakers/dad bakers/movies",
    "services": "bakers/dad",
    "devices": "bakers/dad bakers/movies",
    "actions": "bakers/dad bakers/movies",
    "who": "bakers/movies",
    "who-may-change": "bakers/bedtime",
    "matrix": "bakers",
    "timeline": "bakers/katie",
    "test": "{seed}/scenarios/bakers.yaml",
    "tree": "bakers",
    "query list": "",
    "query show": "who-can-use",
    "query run": "who-can-use -p service=bakers/movies",
    "query new": "devices/lost",
    "query check": "who-can-use",
    "query export": "--to questions.zip",
    "find": "tom baker",
    "onboard": "--from {seed}/bakers.yaml --dry-run",
    "load": "{seed}/bakers.yaml --dry-run",
    "export": "bakers",
    "doctor": "bakers",
    "demo": "",
    "party update": "bakers/katie --given-name Kate --dry-run",
    "household update": "bakers --name Bakers --dry-run",
    "event join": "bakers/new --dry-run",
    "event leave": "bakers/katie --dry-run",
    "event separate": "bakers mums-place --move bakers/mum --dry-run",
    "event hand-over": "admin bakers/cable-tv --from bakers/dad --to bakers/mum --dry-run",
    "event come-of-age": "bakers/katie --dry-run",
    "event move-home": "bakers new-home --street A --city B --country GB --dry-run",
    "event death": "bakers/granny --dry-run",
    "event decease": "bakers/granny --dry-run",
    "event merge": "bakers --into bike-shop --dry-run",
    "import bulk": "nothing.csv -p phone-lines",
    "import plan": "{seed}/crm/lines.csv -p phone-lines",
    "import run": "nothing.csv -p phone-lines",
    "import status": "",
    "import rejects": "",
    "import undo": "import-x-1 --dry-run",
    "import profiles": "",
    "import mapping": "{seed}/crm/lines.csv",
    "import review": "",
    "history": "bakers",
    "undo": "bakers/change-1 --dry-run",
    "request new": "policy --dry-run",
    "request list": "bakers",
    "request show": "bakers/request-1",
    "request approve": "bakers/request-1 --as bakers/dad",
    "request refuse": "bakers/request-1 --as bakers/dad",
    "request withdraw": "bakers/request-1 --as bakers/dad",
    "consent give": "bakers/cable-tv care-7 --purpose tv --until 2999-01-01 --as bakers/dad",
    "consent list": "bakers",
    "consent check": "care-7 bakers/cable-tv",
    "consent end": "bakers/request-1 --as bakers/dad",
    "due": "bakers --dry-run",
    "role grant": "bakers/tom consumer bakers/cloud --dry-run",
    "role revoke": "bakers/tom consumer bakers/sports-channel --dry-run",
    "role list": "bakers/tom",
    "policy set": "bakers bedtime --start 21:30 --dry-run",
    "policy end": "bakers/bedtime --dry-run",
    "policy lift": "bakers/bedtime --dry-run",
    "policy exempt": "bakers/bedtime bakers/tom --dry-run",
    "policy pause": "bakers/bedtime --dry-run",
    "policy list": "bakers",
    "identity add": "bakers/dad dad@bakers.example --realm tv --dry-run",
    "identity link": "bakers/mum-login bakers/mum admin bakers/cloud --dry-run",
    "identity suspend": "bakers/mum-login --dry-run",
    "identity list": "bakers",
    "product add": "bakers --offering cloud --account bakers/account --dry-run",
    "product change": "bakers/cloud --name Ours --dry-run",
    "product suspend": "bakers/cloud --dry-run",
    "product resume": "bakers/cloud --dry-run",
    "product end": "bakers/cloud --dry-run",
    "product move": "bakers/cloud bakers/teens-account --dry-run",
    "product list": "bakers",
    "product offerings": "",
    "service available": "bakers/sports bakers/laptop-tom --dry-run",
    "service unavailable": "bakers/sports bakers/phone-emma --dry-run",
    "device add": "bakers box --type box --dry-run",
    "device replace": "bakers/phone-dad phone-dad-2 --dry-run",
    "device move": "bakers/laptop-tom --to bakers/dad --dry-run",
    "device lock": "bakers/home-hub --dry-run",
    "device unlock": "bakers/home-hub --dry-run",
    "device lost": "bakers/home-hub --dry-run",
    "device found": "bakers/home-hub --dry-run",
    "device list": "bakers",
    "db stop": "",
    "db status": "",
    "db browser": "",
    "db reset": "--yes",
    "schema apply": "",
    "schema show": "",
    "keep-facts": "--dry-run",
    "cache rebuild": "--check",
}

RUNNER = """
import io, json, sys
from contextlib import redirect_stdout, redirect_stderr
from household_graph.cli.main import run
from household_graph.installation import FRAMES
found = []
for words in json.load(sys.stdin):
    sys.argv = ["household-graph", *words]
    said = io.StringIO()
    try:
        with redirect_stdout(io.StringIO()), redirect_stderr(said):
            run()
    except SystemExit as ended:
        code = ended.code
    found.append([words, code, [name for name in FRAMES if name in sys.modules], said.getvalue()])
print(json.dumps(found))
"""


def commands() -> Iterator[str]:
    """Return every command there is, those of groups with the name of the group."""
    for name in COMMANDS:
        group = getattr(load(name), "commands", None)
        yield from (f"{name} {one}" for one in group) if group else (name,)


def run_all(lines: list[list[str]], folder: Path, variables: dict[str, str]) -> list[Any]:
    done = subprocess.run(  # noqa: S603 - ourselves
        [sys.executable, "-c", RUNNER],
        input=json.dumps(lines),
        cwd=folder,
        env=variables,
        capture_output=True,
        text=True,
        check=True,
    )
    found: list[Any] = json.loads(done.stdout)
    return found


MATCHING = (["import", "plan"], ["import", "run"], ["import", "bulk"])
"""Commands that match people, by a library that needs frames."""


def test_no_command_imports_frames(
    graph: HouseholdGraph,
    server: LocalServer,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Each command as far as it goes; those that make frames or files of them are left out."""
    assert graph.connection
    assert {*commands()} <= {*LINES, *FILES}
    monkeypatch.setenv("NEO4J_URI", server.bolt_uri)
    monkeypatch.setenv("NEO4J_PASSWORD", server.password)
    monkeypatch.setenv("HOUSEHOLD_GRAPH_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("HOUSEHOLD_GRAPH_QUERIES", str(tmp_path / "questions"))
    seed = str(Path(__file__).parents[2] / "seed")
    there = set(commands())
    lines = [
        [*name.split(), *words.format(seed=seed).split()]
        for name, words in LINES.items()
        if name in there
    ]
    lines.sort(key=lambda words: words[:2] in MATCHING)  # what is imported stays so
    for words, code, imported, said in run_all(lines, tmp_path, dict(os.environ)):
        assert imported == [] or words[:2] in MATCHING, words
        assert code != 1 or words[0] == "db", (words, said)
        assert "Usage: " not in said, (words, said)
