"""Mutation testing of the engine: which small changes of its code does no pure test notice?

    python -m scripts.mutants --places 500 --seed 1 --jobs 2
    python -m scripts.mutants household_graph/engine/windows.py

Changes one comparison, boolean, arithmetic, constant or return in `household_graph/engine/`, at
places drawn by a seed, and runs the tests of `tests/unit` and `tests/property` that execute the
function, fastest first. Prints the survivors with file, line and change. mutmut and cosmic-ray
neither sample by seed nor finish some hundred places within an hour.
"""

import argparse
import ast
import json
import os
import random
import sys
import threading
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import suppress
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from importlib.util import spec_from_loader
from itertools import accumulate
from multiprocessing import get_context
from multiprocessing.connection import wait
from pathlib import Path
from tempfile import TemporaryDirectory
from types import CodeType, FrameType, ModuleType
from typing import TYPE_CHECKING, Any, NamedTuple

import hypothesis
import neo4j  # noqa: F401 - imported once here, so that no forked process has to
import pydantic  # noqa: F401
import pytest
import rich.console  # noqa: F401
import ruamel.yaml  # noqa: F401
import typer  # noqa: F401

if TYPE_CHECKING:
    from multiprocessing.context import ForkProcess

ROOT = Path(__file__).parents[1]
ENGINE = ROOT / "household_graph" / "engine"
PURE_TESTS = ("tests/unit", "tests/property")
LEFT_OUT = {"test_stateful.py", "test_local_files.py", "test_local_home.py", "test_local_jars.py"}
"""They need a server, or are slow and not of the engine."""
EXAMPLES = 30  # of a property, however many its test asks for
BUDGET = 30  # seconds of tests that a change is tried with, the fastest first
FIRST = 1.0  # seconds of the fastest tests, which are run before all others are even imported
MOST = 240  # seconds; a mutant that runs for longer does not end, and is noticed
WHOLE_FILE = (0, sys.maxsize)
COMPARISONS: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
}
ARITHMETIC: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.FloorDiv,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.Mult,
    ast.BitOr: ast.BitAnd,
    ast.BitAnd: ast.BitOr,
}


class Place(NamedTuple):
    """A node of the syntax tree of a file that can be changed, by its number in the file."""

    file: Path
    number: int


class Mutant(NamedTuple):
    """One change of one file."""

    file: Path
    tree: ast.Module
    line: int
    before: str
    after: str
    lines: tuple[int, int]  # of the function around it, or of the whole file


def candidates(tree: ast.AST) -> Iterator[ast.AST]:
    """Yield the nodes that can be changed, but no documentation, annotation, type or message."""
    names_type = isinstance(tree, ast.Call) and ast.unparse(tree.func) in {"TypeVar", "cast"}
    for name, value in ast.iter_fields(tree):
        if name in {"annotation", "returns", "decorator_list", "exc", "type_params"}:
            continue
        if isinstance(tree, ast.ClassDef) and name == "keywords":
            continue  # how its values are held, such as frozen
        for node in value if isinstance(value, list) else [value]:
            if isinstance(node, ast.JoinedStr | ast.Assert) or not isinstance(node, ast.AST):
                continue
            if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
                continue  # a docstring
            if names_type and isinstance(node, ast.Constant):
                continue
            if mutated(node) is not None:
                yield node
            yield from candidates(node)


def mutated(node: ast.AST) -> ast.expr | ast.stmt | None:
    """Return a changed copy of a node, or None if there is nothing to change about it."""
    changed: ast.expr | ast.stmt | None = None
    match node:
        case ast.Compare(left, [first, *rest], right) if type(first) in COMPARISONS:
            changed = ast.Compare(left, [COMPARISONS[type(first)](), *rest], right)
        case ast.BoolOp(op, values):
            changed = ast.BoolOp(ast.Or() if isinstance(op, ast.And) else ast.And(), values)
        case ast.UnaryOp(ast.Not(), operand):
            changed = operand
        case ast.BinOp(left, op, right) if type(op) in ARITHMETIC:
            changed = ast.BinOp(left, ARITHMETIC[type(op)](), right)
        case ast.Constant(bool() as value):
            changed = ast.Constant(not value)
        case ast.Constant(int() | float() as value):
            changed = ast.Constant(value + 1)
        case ast.Constant(str() as value):
            changed = ast.Constant(f"{value}!")
        case ast.Return(value) if value and not isinstance(value, ast.Constant):
            changed = ast.Return(ast.Constant(None))
    return changed


def mutant(place: Place) -> Mutant:
    """Return the change at a place."""
    tree = ast.parse(place.file.read_text(encoding="utf-8"))
    target = list(candidates(tree))[place.number]
    changed = mutated(target)
    if changed is None or not isinstance(target, ast.expr | ast.stmt):
        raise ValueError(place)
    before, lines = ast.unparse(target), WHOLE_FILE
    for node in ast.walk(tree):  # the outermost function comes first
        if isinstance(node, ast.FunctionDef):
            first = min([node.lineno, *(one.lineno for one in node.decorator_list)])
            if first <= target.lineno <= (last := node.end_lineno or 0):
                lines = (first, last)
                break
    for parent in ast.walk(tree):
        for name, value in ast.iter_fields(parent):
            if value is target:
                setattr(parent, name, ast.copy_location(changed, target))
            elif isinstance(value, list) and target in value:
                value[value.index(target)] = ast.copy_location(changed, target)
    ast.fix_missing_locations(tree)
    return Mutant(place.file, tree, target.lineno, before, ast.unparse(changed), lines)


class Importer(MetaPathFinder, Loader):
    """Imports one module from a changed syntax tree."""

    def __init__(self, changed: Mutant) -> None:
        """Take the change."""
        self.changed = changed
        parts = changed.file.relative_to(ROOT).with_suffix("").parts
        self.name = ".".join(parts).removesuffix(".__init__")

    def find_spec(self, name: str, *_others: object) -> ModuleSpec | None:
        """Find the changed module, and no other."""
        if name != self.name:
            return None
        is_package = self.changed.file.name == "__init__.py"
        spec = spec_from_loader(name, self, origin=str(self.changed.file), is_package=is_package)
        if spec and is_package:
            spec.submodule_search_locations = [str(self.changed.file.parent)]
        return spec

    def create_module(self, _spec: ModuleSpec) -> ModuleType | None:
        """Leave it to Python."""

    def exec_module(self, module: ModuleType) -> None:
        """Run the changed code."""
        module.__file__ = str(self.changed.file)
        exec(compile(self.changed.tree, str(self.changed.file), "exec"), module.__dict__)  # noqa: S102


class Recorder:
    """A plugin that records for each test how long it takes, and what of the engine it runs."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self.seconds: dict[str, float] = {}
        self.functions: dict[str, list[tuple[str, int]]] = {}
        self.failed: list[str] = []

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Note a test that fails without any change, maybe because it is traced."""
        if report.failed:
            self.failed.append(report.nodeid)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[None]:
        """Run one test under a trace function."""
        codes: set[CodeType] = set()

        def note(frame: FrameType, _event: str, _argument: object) -> None:
            codes.add(frame.f_code)

        start = time.perf_counter()
        threading.settrace(note)
        sys.settrace(note)
        try:
            return (yield)
        finally:
            sys.settrace(None)
            self.seconds[item.nodeid] = time.perf_counter() - start
            own = str(ENGINE)
            self.functions[item.nodeid] = [
                (code.co_filename, code.co_firstlineno)
                for code in codes
                if code.co_filename.startswith(own)
            ]


class Selection:
    """A plugin that runs some tests only, in a given order."""

    def __init__(self, tests: Sequence[str]) -> None:
        """Take the ids of the tests."""
        self.order = {test: number for number, test in enumerate(tests)}

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Leave out all other tests."""
        items[:] = sorted(
            (item for item in items if item.nodeid in self.order),
            key=lambda item: self.order[item.nodeid],
        )


def limit_examples() -> None:
    """Let all tests of properties try few examples."""
    init = hypothesis.settings.__init__

    def limited(self: hypothesis.settings, *given: Any, **options: Any) -> None:  # noqa: ANN401
        if "max_examples" in options:
            options["max_examples"] = min(EXAMPLES, options["max_examples"])
        init(self, *given, **options)

    hypothesis.settings.__init__ = limited  # type: ignore[method-assign]


def run_pytest(arguments: Sequence[str], plugin: object) -> int:
    """Run pytest silently in this process, without looking for smaller examples."""
    hypothesis.settings.register_profile(
        "mutants",
        phases=[hypothesis.Phase.explicit, hypothesis.Phase.generate],
        database=None,
        derandomize=True,
        max_examples=EXAMPLES,
        deadline=None,
    )
    hypothesis.settings.load_profile("mutants")
    options = ["-q", "-p", "no:cacheprovider", "-p", "no:xdist"]
    with Path(os.devnull).open("w") as silence:
        os.dup2(silence.fileno(), 1)
        os.dup2(silence.fileno(), 2)
        return int(pytest.main([*options, *arguments], plugins=[plugin]))


def record(file: Path) -> None:
    """Run all pure tests, and write what they run of the engine to a file."""
    tests = [
        str(path)
        for folder in PURE_TESTS
        for path in sorted((ROOT / folder).glob("test_*.py"))
        if path.name not in LEFT_OUT
    ]
    recorder = Recorder()
    run_pytest([*tests, f"--basetemp={file.parent / 'tests'}"], recorder)
    for test in recorder.failed:
        recorder.functions.pop(test, None)
    found = (recorder.failed, recorder.seconds, recorder.functions)
    file.write_text(json.dumps(found), encoding="utf-8")


def try_out(changed: Mutant, tests: Sequence[str], seconds: dict[str, float], home: str) -> None:
    """End the process with 0 if no test notices a change, else with 1."""
    sys.meta_path.insert(0, Importer(changed))
    quick, total = 0, 0.0
    while quick < len(tests) and total < FIRST:
        total += seconds[tests[quick]]
        quick += 1
    for part in (tests[:quick], tests[quick:]):
        files = sorted({test.partition("::")[0] for test in part})
        if files and run_pytest(["-x", *files, f"--basetemp={home}"], Selection(part)):
            os._exit(1)
    os._exit(0)


def covering(
    changed: Mutant, ran: Sequence[tuple[int, str]], seconds: dict[str, float]
) -> list[str]:
    """Return the tests that execute the function of a change, the fastest first, within a budget.

    Args:
        changed: the change.
        ran: the first lines of the functions of the file that were executed, each with a test.
        seconds: how long each test takes.
    """
    first, last = changed.lines
    found = {test for line, test in ran if first <= line <= last}
    if changed.lines == WHOLE_FILE:
        found = set(seconds)  # what runs at import may be used anywhere
    tests = sorted(found, key=seconds.__getitem__)
    times = accumulate(seconds[test] for test in tests)
    return [test for test, total in zip(tests, times, strict=True) if total <= BUDGET]


def survivors(
    changes: Sequence[Mutant], tests: Sequence[Sequence[str]], seconds: dict[str, float], jobs: int
) -> Iterator[Mutant]:
    """Yield the changes that no test notices, trying some at a time."""
    fork = get_context("fork")
    running: dict[int, tuple[ForkProcess, Mutant, float]] = {}
    left = list(zip(changes, tests, strict=True))
    with TemporaryDirectory() as home:
        while left or running:
            while left and len(running) < jobs:
                changed, covering = left.pop()
                arguments = (changed, covering, seconds, f"{home}/{len(left)}")
                process = fork.Process(target=try_out, args=arguments)
                process.start()
                running[process.sentinel] = (process, changed, time.monotonic() + MOST)
            ready = wait(list(running), timeout=5)
            for sentinel, (process, changed, deadline) in list(running.items()):
                if sentinel in ready or time.monotonic() > deadline:
                    process.kill()
                    process.join()
                    del running[sentinel]
                    if process.exitcode == 0:
                        yield changed
            done = len(changes) - len(left) - len(running)
            print(f"\r{done}/{len(changes)}", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)


def main() -> None:
    """Draw the places, try each change, and print those that no test notices."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("file", nargs="*", type=Path, help="of the engine; all of it, if none")
    parser.add_argument("--places", type=int, default=500)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=2)
    chosen = parser.parse_args()
    os.chdir(ROOT)
    limit_examples()
    places = [
        Place(file, number)
        for file in sorted(map(Path.absolute, chosen.file) if chosen.file else ENGINE.rglob("*.py"))
        for number, _node in enumerate(candidates(ast.parse(file.read_text(encoding="utf-8"))))
    ]
    count = min(chosen.places, len(places))
    drawn = random.Random(chosen.seed).sample(places, count)  # noqa: S311 - to be repeated
    changes = [mutant(place) for place in drawn]
    with TemporaryDirectory() as home:
        recorded = Path(home) / "recorded.json"
        process = get_context("fork").Process(target=record, args=(recorded,))
        process.start()
        process.join()
        failed, seconds, functions = json.loads(recorded.read_text(encoding="utf-8"))
    print(f"{len(functions)} tests; left out, as they fail: {', '.join(failed)}", file=sys.stderr)
    by_file: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for test, found in functions.items():
        for file, line in found:
            by_file[file].append((line, test))
    tests = [covering(changed, by_file[str(changed.file)], seconds) for changed in changes]
    found = list(survivors(changes, tests, seconds, chosen.jobs))
    for one in sorted(found, key=lambda one: (one.file, one.line)):
        print(f"{one.file.relative_to(ROOT)}:{one.line}: `{one.before}` -> `{one.after}`")
    print(f"{len(found)} of {count} changes survive ({len(places)} places, seed {chosen.seed})")


if __name__ == "__main__":
    with suppress(KeyboardInterrupt):
        main()
