"""Imports point one way; see the contracts in pyproject.toml."""

import ast
import re
import subprocess
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_import_contracts_are_kept() -> None:
    """Of cli, onboarding, graph, decision and model each imports only what comes after it."""
    # In a process of its own, as it switches off the logging of the one it runs in.
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"]
    done = subprocess.run(  # noqa: S603 - a tool of this project
        command, cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout


def test_what_is_imported_is_declared() -> None:
    """Each library that the package imports itself is named by pyproject.toml, or by an extra."""
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = declared["optional-dependencies"].values()
    named = [*declared["dependencies"], *(one for extra in extras for one in extra)]
    libraries = {_canonical(re.split(r"[\[><=~ ]", one)[0]) for one in named}
    homes = packages_distributions()
    imported = {
        name.partition(".")[0]
        for path in (ROOT / "household_graph").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        for name in _names(node)
    }
    others = imported - sys.stdlib_module_names - {"household_graph"}
    assert {"neo4j", "typer", "pyarrow"} <= others
    for module in others:
        assert libraries & {_canonical(one) for one in homes[module]}, module


def _names(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [one.name for one in node.names]
    return [node.module or ""] if isinstance(node, ast.ImportFrom) and not node.level else []


def _canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
