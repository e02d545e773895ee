"""One name for one thing: no class, module or policy kind is named twice, but for what is listed.

The lists only shrink: a name on them that is no longer used twice has to be taken off.
"""

import ast
import re
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "household_graph"
SOURCES = sorted(PACKAGE.rglob("*.py"))

MODULES_OF_ONE_NAME: set[str] = set()

FILES_THAT_NAME_POLICY_KINDS = {
    "doctor/responsibility.py",
    "documents/read.py",
    "model/enums.py",
    "onboarding/product_steps.py",
    "queries/catalogue.py",
}


def of_several(names: dict[str, set[str]]) -> set[str]:
    return {name for name, places in names.items() if len(places) > 1}


def test_no_class_name_is_used_twice() -> None:
    """Whoever searches for a class finds one definition."""
    found: dict[str, set[str]] = defaultdict(set)
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ClassDef):
                found[node.name].add(str(path))
    assert not of_several(found)


def test_no_module_name_is_used_twice() -> None:
    """A file is known by its name, but for those that their folder tells apart."""
    found: dict[str, set[str]] = defaultdict(set)
    for path in SOURCES:
        if path.stem != "__init__":
            found[path.stem].add(str(path))
    assert of_several(found) == MODULES_OF_ONE_NAME


def test_a_kind_of_policy_is_named_by_its_module_alone() -> None:
    """To add a kind of policy is to add a module to the engine's registry."""
    named = re.compile(r"PolicyKind\.[A-Z_]+|[\"'](curfew|classification|block)[\"']")
    found = {
        str(path.relative_to(PACKAGE))
        for path in SOURCES
        if PACKAGE / "engine" / "policies" not in path.parents
        and named.search(path.read_text(encoding="utf-8"))
    }
    assert found == FILES_THAT_NAME_POLICY_KINDS
