"""What CONTRIBUTING.md promises about the code, checked."""

import ast
import importlib
import re
from pathlib import Path

import pytest

import household_graph
from household_graph import errors

ROOT = Path(__file__).parents[2]
SOURCES = sorted((ROOT / "household_graph").rglob("*.py"))
TESTS = sorted((ROOT / "tests").rglob("test_*.py"))
EVERYTHING = [*SOURCES, *sorted((ROOT / "tests").rglob("*.py")), *(ROOT / "scripts").glob("*.py")]


def functions(path: Path) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return [n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)]


def length(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Return the lines of a function without its docstring."""
    first = node.body[0]
    docstring = (first.end_lineno or 0) - first.lineno + 1 if ast.get_docstring(node) else 0
    return (node.end_lineno or 0) - node.lineno + 1 - docstring


def test_files_are_short() -> None:
    """No file has over 500 lines, but generated ones."""
    texts = {path: path.read_text(encoding="utf-8") for path in EVERYTHING}
    written = {path: text for path, text in texts.items() if "\nGenerated from `" not in text[:300]}
    assert [path for path, text in written.items() if len(text.splitlines()) > 500] == []


def test_functions_are_short() -> None:
    """No function has over 50 lines."""
    long = [
        f"{path.relative_to(ROOT)}:{node.lineno} {node.name}"
        for path in EVERYTHING
        for node in functions(path)
        if length(node) > 50
    ]
    assert long == []


def test_every_test_states_its_behaviour() -> None:
    """Each test has a docstring."""
    silent = [
        f"{path.name}:{node.name}"
        for path in TESTS
        for node in functions(path)
        if node.name.startswith("test_") and not ast.get_docstring(node)
    ]
    assert silent == []


def test_few_read_the_clock_of_this_machine() -> None:
    """What a change, a record or a run is dated by is the clock of the server."""
    asking = {
        str(path.relative_to(ROOT / "household_graph"))
        for path in SOURCES
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "datetime.now"
    }
    assert asking <= {
        "model/instants.py",  # the moment of a question that names none
        "store/row_store.py",  # the time of a simulation without a database
        "local_neo4j/maintenance.py",  # names a copy
        "imports/bulk.py",  # files that are written while no server runs
        "imports/cleaning/cells.py",  # which century two digits of a year mean
    }


def test_only_output_prints() -> None:
    """`print`, consoles and `sys.stdout` are used in `cli/output.py` and nowhere else."""
    # terminal: the local server's, on stderr; help_cache prints what output.py printed before
    allowed = {"output.py", "terminal.py", "help_cache.py"}
    words = {"print", "Console", "echo"}
    offenders = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in SOURCES
        if path.name not in allowed
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if (isinstance(node, ast.Name) and node.id in words)
        or (isinstance(node, ast.Attribute) and ast.unparse(node) in {"sys.stdout", "sys.stderr"})
    ]
    assert offenders == []


def test_cypher_is_in_files() -> None:
    """No Python module holds Cypher."""
    pattern = re.compile(r"\b(MATCH|MERGE|UNWIND)\b\s*[($A-Z]")
    offenders = [
        f"{path.relative_to(ROOT)}: {found.group()}"
        for path in SOURCES
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
        if (found := pattern.search(node.value)) and "\n" not in node.value.strip("\n")
    ]
    assert offenders == []


ERRORS = [
    one
    for one in vars(errors).values()
    if isinstance(one, type) and one.__module__ == errors.__name__
]


def test_the_public_names_are_there_and_sorted() -> None:
    """`household_graph` exports what it says, and each error of the tree is among it."""
    assert list(household_graph.__all__) == sorted(household_graph.__all__)
    assert all(getattr(household_graph, name) for name in household_graph.__all__)
    assert {one.__name__ for one in ERRORS} <= set(household_graph.__all__)
    with pytest.raises(AttributeError):
        household_graph.nothing_of_that_name  # noqa: B018 - it is the access that raises


def test_every_module_lists_its_public_names() -> None:
    """Each module has a docstring, and no name in its `__all__` that it does not have."""
    for path in SOURCES:
        name = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        module = importlib.import_module(name)
        assert module.__doc__, name
        listed = list(getattr(module, "__all__", []))
        assert len(listed) == len(set(listed)), name
        assert all(hasattr(module, each) for each in listed), name


def test_errors_form_one_tree() -> None:
    """The tree drawn at the top of errors.py is the one there is."""
    drawn = set(re.findall(r"\b\w+Error\b", errors.__doc__ or ""))
    assert drawn == {one.__name__ for one in ERRORS}
    assert all(issubclass(one, errors.HouseholdGraphError) for one in ERRORS)
