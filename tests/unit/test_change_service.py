"""The groups of changes: the same methods for the library, its async twin and the command line."""

import asyncio
import inspect
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields
from importlib import import_module
from typing import TYPE_CHECKING, Any, cast, get_args, get_type_hints

import pytest

from household_graph import HouseholdGraph
from household_graph.api.aio import AsyncHouseholdGraph
from household_graph.changes.service import ChangeKeywords, PlannedChange
from household_graph.cli.change_command import METHODS
from household_graph.errors import BadInputError
from household_graph.model.actor import Actor
from household_graph.store.graph_rows import Past

if TYPE_CHECKING:
    from household_graph.store.connection import Connection

CHANGING = ("roles", "policies", "devices", "products", "identities", "parties", "events")
GROUPS = (*CHANGING, "documents", "imports", "changes")
GRAPH = HouseholdGraph(cast("Connection", None))
for module in ("role", "policy", "device", "product", "party", "event", "documents", "history"):
    import_module(f"household_graph.cli.{module}")


def method(name: str) -> Any:  # noqa: ANN401 - a bound method of any group
    group, _, called = name.partition(".")
    return getattr(getattr(GRAPH, group), called)


@pytest.mark.parametrize("action", METHODS)
def test_a_command_has_the_arguments_of_its_method(action: str) -> None:
    """Every argument and option of a command is one of the method, and the other way round."""
    name, typed = METHODS[action]
    own = inspect.signature(method(name)).parameters
    (keywords,) = get_args(own["keywords"].annotation)
    terms = get_type_hints(keywords).keys() - ChangeKeywords.__annotations__.keys()
    assert typed == {*own, *terms} - {"keywords"}


def test_every_change_of_the_library_has_a_command() -> None:
    """What a group can change, a command can; the others have their own."""
    changes = {
        f"{group}.{name}"
        for group in CHANGING
        for name, _method in inspect.getmembers(type(getattr(GRAPH, group)), inspect.isfunction)
        if not name.startswith("_") and name != "list"
    }
    others = {"changes.undo", "documents.replace"}
    assert changes | others == {name for name, _typed in METHODS.values()}


def test_a_keyword_that_is_none_is_refused() -> None:
    """A dry run with a typing error in it is not taken for the real change."""
    with pytest.raises(TypeError, match="dryrun"):
        GRAPH.devices.lock("bakers/home-hub", operator="anna", dryrun=True)  # type: ignore[call-arg]
    known = {
        *inspect.signature(PlannedChange.of).parameters,
        *(f.name for f in fields(PlannedChange)),
    }
    assert ChangeKeywords.__annotations__.keys() <= known


@pytest.mark.parametrize("named", [{}, {"party": "bakers/mum", "operator": "anna"}])
def test_a_change_has_one_actor(named: dict[str, str]) -> None:
    """A party or an operator is named, and not both."""
    with pytest.raises(BadInputError):
        PlannedChange.of("device lock", None, **named)
    assert PlannedChange.of("device lock", None, party="bakers/mum").actor == Actor.party(
        "bakers/mum"
    )


CHANGES: dict[str, Callable[[Any], object]] = {
    "roles": lambda group: group.revoke("bakers/tom", "user", "bakers/account", operator="anna"),
    "policies": lambda group: group.end("bakers/bedtime", operator="anna", dry_run=True),
    "devices": lambda group: group.lock("bakers/home-hub", operator="anna"),
    "identities": lambda group: group.suspend("bakers/mum-login", operator="anna"),
    "events": lambda group: group.leave("bakers/tom", operator="anna"),
    "documents": lambda group: group.load([], operator="anna"),
    "imports": lambda group: group.status(),
    "changes": lambda group: group.history("bakers"),
}
"""For each group, a call of what it does with the graph alone."""


@pytest.mark.parametrize("group", CHANGES)
def test_the_past_is_not_changed(group: str) -> None:
    """A past state of the graph has the groups, and refuses to change anything."""
    past = HouseholdGraph(cast("Connection", None), Past(None, None))
    with pytest.raises(BadInputError, match="a past state"):
        CHANGES[group](getattr(past, group))


def test_the_async_graph_has_the_same_groups() -> None:
    """Each method of a group is a coroutine with the same name and description."""

    async def refused() -> None:
        graph = AsyncHouseholdGraph(GRAPH, ThreadPoolExecutor(1))
        assert graph.roles.grant.__doc__ == GRAPH.roles.grant.__doc__
        with pytest.raises(BadInputError, match="a share without a bill"):
            await graph.roles.grant("h/a", "bill-payer", "h/b", share=5.0, operator="anna")
        with pytest.raises(AttributeError):
            graph.roles.grand  # type: ignore[attr-defined]  # noqa: B018 - it is the access that raises

    asyncio.run(refused())
