"""Make the generated pages and pictures; tests compare what is committed with what this makes.

    make docs

A database with the seed households in it is used: the local one, or that of NEO4J_URI.
"""

import io
import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.text import Text

from household_graph.cli.documents import QUESTIONS
from household_graph.queries.catalogue import LibraryQuery, library_queries
from household_graph.store.graph_schema import schema_page
from scripts.async_groups import groups_stub
from scripts.document_pages import json_schema_text, with_field_tables
from scripts.neomodel_classes import classes_module
from scripts.notebook import executed
from scripts.query_reference import reference_pages

__all__ = ["commands", "demo_svg", "pages", "printed", "readme", "shell"]

ROOT = Path(__file__).resolve().parent.parent
DOCUMENTS = ROOT / "docs/household-documents.md"
IMPORTING = ROOT / "docs/importing.md"
ASKING = ROOT / "docs/questions.md"
TESTING = ROOT / "docs/testing.md"
NOTEBOOK = ROOT / "docs/notebook.ipynb"
QUESTIONS_FOLDER = ROOT / "docs/questions"
ANSWERS = ROOT / "tests/graph/queries/golden/questions"
_CONSOLE_BLOCK = re.compile(r"(?<=```console\n).*?(?=```)", re.DOTALL)
_SHELL_BLOCK = re.compile(r"(?<=```sh\n).*?(?=```)", re.DOTALL)
_EXPLAINED = "--explain bakers/emma bakers/sports --device bakers/phone-emma --at 2026-11-22T21:30"
_WIDTH = 110  # columns
_FIXED_ID = "demo"  # Rich derives ids in the picture from it, so that it does not change


def main() -> None:
    """Write every page that differs."""
    printed("household-graph --local load seed/*.yaml")
    for path, text in pages().items():
        if not path.is_file() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")
            sys.stderr.write(f"wrote {path.relative_to(ROOT)}\n")


def pages() -> Mapping[Path, str]:
    """Return what each generated page should be."""
    return {
        ROOT / "README.md": readme((ROOT / "README.md").read_text(encoding="utf-8")),
        ROOT / "docs/demo.svg": demo_svg(),
        ROOT / "docs/bakers.svg": picture_svg(),
        ROOT / "docs/schema.md": schema_page(),
        ROOT / "household_graph/store/neomodel_classes.py": classes_module(),
        ROOT / "household_graph/api/async_groups.pyi": groups_stub(),
        ROOT / "docs/household.schema.json": json_schema_text(),
        IMPORTING: readme(IMPORTING.read_text(encoding="utf-8")),
        NOTEBOOK: executed(NOTEBOOK),
        ASKING: readme(ASKING.read_text(encoding="utf-8")),
        TESTING: readme(TESTING.read_text(encoding="utf-8")),
        DOCUMENTS: with_field_tables(DOCUMENTS.read_text(encoding="utf-8")),
        **{QUESTIONS_FOLDER / name: page for name, page in _questions().items()},
    }


def readme(text: str) -> str:
    """Return a page with the output of every command in its console blocks as it is now."""
    return _CONSOLE_BLOCK.sub(lambda block: _answered(block.group()), text)


def commands(text: str) -> tuple[str, ...]:
    """Return the commands of the shell blocks of a page, one a line, in their order."""
    return tuple(line for block in _SHELL_BLOCK.findall(text) for line in block.splitlines())


def _questions() -> dict[str, str]:
    """Return the reference pages of the shipped questions, with the answers that tests hold."""
    shipped = [one for one in library_queries().values() if not one.own]
    return reference_pages(shipped, {one.name: _answer_of(one) for one in shipped})


def _answer_of(question: LibraryQuery) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads((ANSWERS / f"{question.name}.json").read_text("utf-8"))
    return found


def demo_svg() -> str:
    """Return the picture of the demo, from its first question up to its last, which is long."""
    shown = printed("household-graph demo", FORCE_COLOR="1", TERM="xterm-256color")
    start, end = (shown.index(question) for question in (QUESTIONS[0][0], QUESTIONS[-1][0]))
    console = Console(record=True, file=io.StringIO(), width=_WIDTH)
    console.print(Text.from_ansi(shown[start:end]))
    return console.export_svg(title="household-graph demo", unique_id=_FIXED_ID) + "\n"


def picture_svg() -> str:
    """Return the picture of a decision in the README."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "bakers.svg"
        printed(f"household-graph picture bakers {_EXPLAINED} --to {path}")
        return path.read_text(encoding="utf-8")


def _answered(block: str) -> str:
    commands = [line for line in block.splitlines() if line.startswith("$ ")]
    return "".join(f"{command}\n{printed(command[2:])}" for command in commands)


def printed(command: str, **variables: str) -> str:
    """Return what a command line prints on stdout, trailing blanks off.

    Raises:
        SystemExit: it failed and printed nothing, as where the seed households are not there.
    """
    done = shell(command, ROOT, **variables)
    if done.returncode and not done.stdout:
        raise SystemExit(f"`{command}` ends in {done.returncode}: {done.stderr}")
    return "".join(f"{line.rstrip()}\n" for line in done.stdout.splitlines())


def shell(command: str, folder: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run a command line.

    Args:
        command: as a page has it.
        folder: in which it is run.
        variables: of its environment, besides those of this process.
    """
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    colour = {} if "FORCE_COLOR" in variables else {"NO_COLOR": "1"}
    environment = {**os.environ, **colour, "PATH": path, "COLUMNS": str(_WIDTH), **variables}
    return subprocess.run(  # noqa: S602 - our own pages
        command,
        shell=True,
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


if __name__ == "__main__":
    main()
