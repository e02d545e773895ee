"""Life in a household, case by case: each file in `life/` is a story told on the command line.

A file names its household (a Baker household under another id, less what is `without`) and has
steps: `run` a command line ({h} is the household) with the exit `code`, the `words` it says and
who `gains` and `loses` what, and of a request who it `waits` for; `load` more of the document;
`ask` a question and `expect` yes or no, with its `grounds`. In the end all of it is taken back, and
the household is as it was.
"""

import json
import shlex
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from household_graph import HouseholdGraph
from household_graph.documents.document import HouseholdDocument
from household_graph.documents.load import load_document
from household_graph.installation import shipped
from household_graph.model.actor import Actor
from household_graph.store.row_reader import fetch_rows
from tests.cli.commands import Outcome, household_graph

LIFE = sorted((Path(__file__).parent / "life").glob("*.yaml"))
Story = dict[str, Any]


def read(path: Path) -> Story:
    story: Story = YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8"))
    return story


def document(story: Story, more: dict[str, list[Any]] | None = None) -> HouseholdDocument:
    """Return the household of a story: the Bakers under another id, less some things."""
    data = named(bakers(), story["household"])
    kept = without(data, set(story.get("without", ())))
    for section, parts in (more or {}).items():
        kept[section] = [*kept[section], *parts]
    return HouseholdDocument.model_validate(kept)


@cache
def bakers() -> Any:  # noqa: ANN401 - plain YAML
    text = (shipped("seed") / "bakers.yaml").read_text(encoding="utf-8")
    return YAML(typ="safe", pure=True).load(text)


def named(data: Any, household: str) -> Any:  # noqa: ANN401 - plain YAML
    """Return data of the Bakers as those of another household."""
    if isinstance(data, list):
        return [named(one, household) for one in data]
    if isinstance(data, dict):
        return {name: named(value, household) for name, value in data.items()}
    return data.replace("bakers", household) if isinstance(data, str) else data


def without(data: Any, ids: set[str]) -> Any:  # noqa: ANN401 - plain YAML
    """Return data without parts of some ids, or that refer to one by themselves."""
    if isinstance(data, list):
        return [without(one, ids) for one in data if not refers(one, ids)]
    if isinstance(data, dict):
        return {name: without(value, ids) for name, value in data.items()}
    return data


def refers(part: Any, ids: set[str]) -> bool:  # noqa: ANN401 - plain YAML
    if isinstance(part, dict):
        return not ids.isdisjoint(part.get(name) for name in ("id", "to", "account"))
    return isinstance(part, str) and part in ids


@pytest.fixture(params=LIFE, ids=lambda path: path.stem)
def story(request: pytest.FixtureRequest, graph: HouseholdGraph) -> Iterator[Story]:
    """A story, its household loaded; nothing is left of it afterwards."""
    found = read(request.param)
    load_document(graph.store, document(found), actor=Actor.operator("tests"))
    yield found
    graph.connection.driver.execute_query(
        "MATCH (n) WHERE n.id STARTS WITH $household DETACH DELETE n",
        household=found["household"],
    )


def test_a_story(story: Story, graph: HouseholdGraph) -> None:
    """Each step does what its file says; taken back from the last on, all is as it was."""
    household = story["household"]
    begin = fetch_rows(graph.connection, [household])
    for step in story["steps"]:
        if "ask" in step:
            ask(household, step)
        elif "load" in step:
            load_document(graph.store, document(story, step["load"]), actor=Actor.operator("tests"))
        else:
            run(household, step)
    assert household_graph("doctor", household, "--severity", "error").code == 0
    take_back(household)
    assert fetch_rows(graph.connection, [household]) == begin


def run(household: str, step: Story) -> None:
    """Run a command line: a dry run first, which has to say the same."""
    arguments = shlex.split(step["run"].format(h=household))
    dry = household_graph(*arguments, "-o", "json", "--dry-run")
    real = household_graph(*arguments, "-o", "json")
    assert real.code == step.get("code", 0), (arguments, real.err)
    assert dry.code == real.code
    for words in step.get("words", ()):
        assert words.format(h=household) in " ".join(real.err.split()), real.err
    assert access(dry) == access(real)
    if "waits" in step:
        [request] = json.loads(real.out)
        waits = [" or ".join(group) for group in request["waits_for"]]
        assert [one.replace(f"{household}/", "") for one in waits] == step["waits"]
    for effect in ("gains", "loses"):
        if effect in step:
            assert access(real)[effect] == sorted(step[effect])


def access(outcome: Outcome) -> dict[str, list[str]]:
    """Return who gains and who loses what, by local ids."""
    found: dict[str, list[str]] = {"gains": [], "loses": []}
    for one in json.loads(outcome.out or "[]"):
        previews = [one] if "access" in one else one["preview"]  # of a request
        for change in (access for preview in previews for access in preview["access"]):
            assert (
                change["from"]
                == change["periods"][0]["from"]
                == (change["after"] or change["before"])["at"]
            )
            after = change["after"] or change["before"]
            party, target, device = (
                (after[name] or "").rpartition("/")[2] for name in ("party", "target", "device")
            )
            on = f" on {device}" if device else ""
            effect = change["effect"].partition(" ")[0]
            found[effect].append(f"{party} {after['action']} {target}{on}")
    return {effect: sorted(texts) for effect, texts in found.items()}


def ask(household: str, step: Story) -> None:
    asked = {name: str(value) for name, value in step["ask"].items()}
    home = asked.pop("household", "{h}").format(h=household)
    line = [f"{home}/{asked.pop('party')}", f"{home}/{asked.pop('target')}"]
    if "device" in asked:
        line += ["--device", f"{home}/{asked.pop('device')}"]
    for name, value in asked.items():
        line += [f"--{name.replace('_', '-')}", value]
    answer = json.loads(household_graph("check", *line, "-o", "json").out)
    assert answer["allowed"] == step["expect"], answer
    if "grounds" in step:
        assert sorted({reason["code"] for reason in answer["reasons"]}) == step["grounds"]


def take_back(household: str) -> None:
    """Undo every change but the first, the last one first."""
    changes = json.loads(household_graph("history", household, "-o", "json").out)
    for change in changes[:-1]:
        undone = household_graph("undo", f"{household}/change-{change['revision']}")
        assert undone.code == 0, undone.err
