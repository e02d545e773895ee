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
    """Each room imports only those below it."""
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


def test_model_and_engine_open_no_files() -> None:
    """Nor do they import by name, run text as code, or talk to anything outside, however called."""
    modules = {
        "builtins",
        "importlib",
        "io",
        "pathlib",
        "shutil",
        "socket",
        "subprocess",
        "tempfile",
    }
    functions = {"__import__", "eval", "exec", "open", "print", "input"}
    allowed = {"model/instants.py": {"importlib", "open"}}  # time zones, of the package tzdata
    package = ROOT / "household_graph"
    for path in [*(package / "model").rglob("*.py"), *(package / "engine").rglob("*.py")]:
        found: set[str] = set()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            found |= modules & {name.partition(".")[0] for name in _names(node)}
            if isinstance(node, ast.Name | ast.Attribute):
                found |= functions & {node.id if isinstance(node, ast.Name) else node.attr}
        assert found <= allowed.get(str(path.relative_to(package)), set()), path


def test_model_and_engine_load_nothing_impure() -> None:
    """Importing every module of both loads no driver, no command line, and no pydantic."""
    folders = (ROOT / "household_graph" / "model", ROOT / "household_graph" / "engine")
    names = [
        ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        for folder in folders
        for path in folder.rglob("*.py")
    ]
    script = (
        "import sys\nfrom importlib import import_module\n"
        f"[import_module(name) for name in {names!r}]\n"
        "impure = {'neo4j', 'neomodel', 'pydantic', 'pydantic_core', 'rich', 'ruamel', 'typer'}\n"
        "sys.exit(', '.join(impure & set(sys.modules)) or 0)\n"
    )
    done = subprocess.run(  # noqa: S603 - ourselves
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_a_change_loads_no_other_event_and_no_rules() -> None:
    """Moves to another household are imported when they happen, rules for a party alone."""
    script = (
        "import sys\nimport household_graph.changes.life_events\n"
        "room = 'household_graph.changes.'\n"
        "rooms = (f'{room}succession', f'{room}household_transfer', f'{room}authorization.ru')\n"
        "print(*sorted(name for name in sys.modules if name.startswith(rooms)))\n"
    )
    done = subprocess.run(  # noqa: S603 - ourselves
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == ["household_graph.changes.succession"]


def _names(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [one.name for one in node.names]
    return [node.module or ""] if isinstance(node, ast.ImportFrom) and not node.level else []


def _canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
