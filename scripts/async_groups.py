"""The types of the groups of an asynchronous graph: `household_graph/api/async_groups.pyi`."""

import ast
import inspect
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, cast

from household_graph.api.change_api import ChangeApi
from household_graph.api.household_graph import HouseholdGraph
from household_graph.changes.service import ChangeGroup
from scripts.formatting import formatted

if TYPE_CHECKING:
    from household_graph.store.connection import Connection

__all__ = ["groups_stub"]

_DOC = "# Generated from the groups of `HouseholdGraph` by `make docs`; change those instead.\n"


def groups_stub() -> str:
    """Return the stub as it should be, formatted."""
    groups = dict(_groups())
    imports, classes = set[str](), list[str]()
    for group in groups.values():
        classes.append(f"class Async{group.__name__}:")
        for base in group.__mro__[: group.__mro__.index(ChangeGroup)]:
            module = ast.parse(Path(inspect.getfile(base)).read_text(encoding="utf-8"))
            imports |= {ast.unparse(one) for one in ast.walk(module) if _is_import(one)}
            own = [one.name for one in module.body if isinstance(one, ast.ClassDef)]
            imports |= {f"from {base.__module__} import {name}" for name in own}
            classes += _methods(next(one for one in module.body if _is_class(one, base)))
    held = [f"    {name}: Async{group.__name__}" for name, group in groups.items()]
    lines = [_DOC, *sorted(imports), *classes, "class AsyncGroups:", *held]
    return formatted("\n".join(lines), "household_graph/api/async_groups.pyi")


def _groups() -> Iterator[tuple[str, type[ChangeGroup]]]:
    graph = HouseholdGraph(cast("Connection", None))
    for name, value in {**vars(ChangeApi), **vars(HouseholdGraph)}.items():
        if isinstance(value, property) and not name.startswith("_"):
            group = getattr(graph, name)
            if isinstance(group, ChangeGroup):
                yield name, type(group)


def _is_import(node: ast.AST) -> bool:
    return isinstance(node, ast.Import | ast.ImportFrom)


def _is_class(node: ast.stmt, wanted: type) -> bool:
    return isinstance(node, ast.ClassDef) and node.name == wanted.__name__


def _methods(group: ast.stmt) -> Iterator[str]:
    """Yield the public methods of a class, without bodies, as coroutines."""
    for one in cast("ast.ClassDef", group).body:
        is_public = isinstance(one, ast.FunctionDef) and not one.name.startswith("_")
        if isinstance(one, ast.FunctionDef) and (is_public or one.name == "__call__"):
            returns = ast.unparse(one.returns).strip("'") if one.returns else "None"
            arguments = ast.unparse(one.args)
            yield f"    async def {one.name}({arguments}) -> {returns}: ..."
