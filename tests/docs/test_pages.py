"""The documentation tells the truth: what it shows is run, and what is generated is up to date."""

import re
from pathlib import Path

import pytest

from household_graph import HouseholdGraph
from household_graph.cli.exit_codes import ExitCode
from household_graph.local_neo4j import LocalServer
from scripts.make_docs import ASKING, IMPORTING, ROOT, TESTING, commands, shell
from tests.cli.commands import household_graph
from tests.cli.imports import forget_imports

README = (ROOT / "README.md").read_text(encoding="utf-8")
PYTHON = [
    block
    for page in (README, *(path.read_text(encoding="utf-8") for path in (ASKING, TESTING)))
    for block in re.findall(r"(?<=```python\n).*?(?=```)", page, re.DOTALL)
]


@pytest.mark.parametrize("block", PYTHON)
def test_python_in_the_pages_runs(block: str, graph: HouseholdGraph) -> None:
    """Each Python block of the pages runs, and what it asserts holds."""
    assert graph.connection
    exec(compile(block, "a page", "exec"), {})  # noqa: S102 - our own page


def test_the_page_for_python_runs_from_top_to_bottom(graph: HouseholdGraph) -> None:
    """Its blocks are one script, and what they assert holds."""
    page = (ROOT / "docs" / "python.md").read_text(encoding="utf-8")
    script = "\n".join(re.findall(r"(?<=```python\n).*?(?=```)", page, re.DOTALL))
    try:
        exec(compile(script, "docs/python.md", "exec"), {})  # noqa: S102 - our own page
    finally:
        graph.connection.driver.execute_query(
            "MATCH (n) WHERE n.id = $id OR n.id STARTS WITH $id + '/' DETACH DELETE n",
            id="python-house",
        )


def test_the_scenarios_of_the_page_pass(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The file that the page on testing shows can be run as it stands."""
    page = TESTING.read_text(encoding="utf-8")
    [file] = re.findall(r"(?<=```yaml\n).*?(?=```)", page, re.DOTALL)
    (tmp_path / "seed").symlink_to(ROOT / "seed")
    (tmp_path / "shown.yaml").write_text(file, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    outcome = household_graph("test", "shown.yaml")
    assert (outcome.code, outcome.err) == (ExitCode.DONE, "3 cases, all as expected\n")


def test_the_tutorial_of_imports_can_be_typed_as_it_stands(
    graph: HouseholdGraph, server: LocalServer, tmp_path: Path
) -> None:
    """Every command of the page ends well, one after the other; imports, with some rejected."""
    (tmp_path / "seed").symlink_to(ROOT / "seed")
    where = {
        "NEO4J_URI": server.bolt_uri,
        "NEO4J_USERNAME": server.username,
        "NEO4J_PASSWORD": server.password,
        "HOUSEHOLD_GRAPH_HOME": str(tmp_path / "home"),
    }
    typed = commands(IMPORTING.read_text(encoding="utf-8"))
    assert len(typed) > 10
    try:
        for command in typed:
            done = shell(command, tmp_path, **where)
            imports = any(verb in command for verb in ("import run", "import bulk", "import plan"))
            is_clean = "mapping.yaml" in command  # a guess makes no child a Customer
            wanted = ExitCode.REJECTED if imports and not is_clean else ExitCode.DONE
            assert done.returncode == wanted, (command, done.stderr)
    finally:
        forget_imports(graph)


def test_the_tutorial_of_questions_can_be_typed_as_it_stands(
    graph: HouseholdGraph, server: LocalServer, tmp_path: Path
) -> None:
    """The shell blocks of the page run as one script, and print the CSV that it shows."""
    assert graph.connection
    where = {
        "NEO4J_URI": server.bolt_uri,
        "NEO4J_USERNAME": server.username,
        "NEO4J_PASSWORD": server.password,
        "HOME": str(tmp_path),
    }
    page = ASKING.read_text(encoding="utf-8")
    done = shell("\n".join(["set -e", *commands(page)]), tmp_path, **where)
    assert done.returncode == ExitCode.DONE, done.stderr
    [csv] = re.findall(r"(?<=```text\n).*?(?=```)", page, re.DOTALL)
    assert csv in done.stdout
    assert (tmp_path / "own-devices.html").stat().st_size > 1_000_000
    assert (tmp_path / "library.zip").is_file()


def test_exit_codes_in_the_readme_are_those_there_are() -> None:
    """The table of exit codes lists each code once."""
    table = README.partition("## Exit codes")[2].partition("##")[0]
    assert [int(code) for code in re.findall(r"^\| (\d+) \|", table, re.MULTILINE)] == list(
        ExitCode
    )


@pytest.mark.parametrize(
    "page", sorted(ROOT.glob("*.md")) + sorted((ROOT / "docs").rglob("*.md")), ids=lambda p: p.name
)
def test_links_between_pages_lead_somewhere(page: Path) -> None:
    """A relative link points at a file that is there."""
    for target in re.findall(
        r"\]\((?!https?:|#|mailto:)([^)#]+)", page.read_text(encoding="utf-8")
    ):
        assert (page.parent / target).exists(), target


def test_make_targets_in_the_pages_exist() -> None:
    """Every `make …` that a page mentions is a target."""
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    contributing = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    for target in re.findall(r"(?m)(?:`|^)make ([a-z]+)", README + contributing):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target


def test_the_neo4j_version_is_one() -> None:
    """docker-compose.yml and the locked jars name the same Neo4j."""
    compose = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
    lock = (ROOT / "household_graph/local_neo4j/jars.lock").read_text(encoding="utf-8")
    version = re.search(r"^org\.neo4j:neo4j:([^\s:]+)", lock, re.MULTILINE)
    assert version
    assert f"neo4j:{version[1]}-community" in compose
