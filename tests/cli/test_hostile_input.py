"""What commands have been given by mistake or in malice: each is refused, and told why.

`tests/fuzz` looks for more of the kind; what it finds comes here.
"""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from neo4j.exceptions import Neo4jError

from household_graph import HouseholdGraph
from household_graph.cli.exit_codes import ExitCode
from household_graph.errors import DatabaseUnavailableError
from household_graph.store.connection import database_errors
from tests.cli.commands import household_graph
from tests.cli.fresh import Home, home

NINES = "9" * 400
UNWRITABLE = {
    "device add @ box --type=": "resource type of `@/box` is empty",
    "device add @ box --type tv --name=": "name of `@/box` is empty",
    "event join @/x --given-name=": "given name of `@/x` is empty",
    "identity add @/dad  --realm tv": "username of",
    "identity add @/dad dad --realm=": "realm of",
    "policy set @ bedtime --name=": "name of",
    "policy set @ bedtime --category=": "categories of",
    "policy set @ adults --kind classification --audience minors --governs @/movies "
    "--maximum-age 1234": "cannot read the age `1234`",
    f"device add @ box --type {'x' * 2001}": "has 2001 characters",
    f"device add @ {'x' * 1001} --type tv": "characters",
    "role grant @/katie consumer @/sports-channel --until 9999-12-31": "out of range",
    "role grant @/katie consumer @/sports-channel --until 0001-01-01T00:00+14:00": "out of range",
}


@pytest.fixture(scope="module")
def hostile(graph: HouseholdGraph) -> Iterator[Home]:
    """A household that nobody else changes."""
    with home(graph, "hostile-home") as there:
        yield there


@pytest.mark.parametrize("line", UNWRITABLE)
def test_what_no_document_can_hold_is_not_written(line: str, hostile: Home) -> None:
    """Empty, too long, far-off and unreadable values are refused, whatever command gives them."""
    before = hostile.revision()
    done = hostile.run(line) if "  " not in line else hostile.run(*_with_empty(line))
    assert done.code == ExitCode.BAD_INPUT, done
    assert UNWRITABLE[line].replace("@", hostile.household) in done.err
    assert hostile.revision() == before


def _with_empty(line: str) -> tuple[str, ...]:
    """Return the words of a line in which two blanks stand around an empty one."""
    first, last = line.split("  ")
    return first, "", *last.split()


NUMBERS = (
    f"query run services-for-party -p party=bakers/katie --limit {NINES}",
    "query run services-for-party -p party=bakers/katie --timeout 1e400",
    "query run services-for-party -p party=bakers/katie --timeout nan",
    f"query run coming-of-age -p days={NINES}",
    f"history bakers --limit {NINES}",
    f"picture bakers --limit {NINES}",
    "role grant bakers/katie bill-payer bakers/account --pays bakers/bill --share nan",
    "import plan nowhere.csv --merge-from nan",
    f"import review --accept {NINES}",
    "policy set bakers adults --kind classification --maximum-age " + "9" * 5_000,
    "matrix --all --to decided --workers 100000",
    "query run services-for-party -p party=bakers/katie -p at=0001-01-01T00:00+14:00",
    "query run services-for-party -p party=bakers/katie -p at=9999-12-31T23:59-14:00",
    "check bakers/katie bakers/movies --at 9999-12-31",
    "services bakers/katie --at 0001-01-01T00:00+14:00",
    "services bakers/katie --as-of 9999-12-31T23:59-14:00",
    "history bakers --since 0001-01-01",
)


@pytest.mark.parametrize("line", NUMBERS, ids=[line[:60] for line in NUMBERS])
def test_numbers_and_times_without_bounds_are_refused(line: str, graph: HouseholdGraph) -> None:
    """Each is said to be too large, too far off, or no number at all."""
    assert graph.connection
    done = household_graph(*line.split())
    assert (done.code, done.out) == (ExitCode.BAD_INPUT, ""), done
    assert "Traceback" not in done.err
    assert "unexpected" not in done.err


def test_bytes_that_are_no_text_are_refused(
    graph: HouseholdGraph, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An argument or a variable in another encoding is named, and not repeated."""
    assert graph.connection
    done = household_graph("check", "bakers/\udcff", "bakers/movies")
    assert (done.code, done.out) == (ExitCode.BAD_INPUT, "")
    assert "argument 2 is not UTF-8" in done.err
    monkeypatch.setenv("NEO4J_PASSWORD", "secret\udcff")
    done = household_graph("check", "bakers/katie", "bakers/movies")
    assert done.code == ExitCode.BAD_INPUT
    assert "`NEO4J_PASSWORD` is not UTF-8" in done.err
    assert "secret" not in done.err


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ('{"party": "bakers/\\ud800", "target": "bakers/movies"}', "half a character"),
        ("[" * 200_000, "not JSON"),
        ('{"party": ' * 100_000, "not JSON"),
        ('{"party": ' + "9" * 5_000 + "}", "not JSON"),
    ],
)
def test_a_line_of_a_batch_fails_alone(wrong: str, said: str, graph: HouseholdGraph) -> None:
    """What cannot be read is an error of its line, and the others are answered."""
    assert graph.connection
    good = '{"party": "bakers/katie", "target": "bakers/live-tv"}'
    text = f"{good}\n{wrong}\n{good}\n"
    done = household_graph("check", "--batch", "-", "-o", "jsonl", stdin=text)
    answers = [json.loads(line) for line in done.out.splitlines()]
    assert done.code == ExitCode.BAD_INPUT
    assert [one.get("allowed") for one in answers] == [True, None, True]
    assert said in answers[1]["error"]


@pytest.mark.parametrize("arguments", [("check", "--batch"), ("load",), ("import", "plan")])
def test_what_never_ends_is_not_read(arguments: tuple[str, ...], graph: HouseholdGraph) -> None:
    """A device, or a text without line ends, is told and not taken into memory."""
    assert graph.connection
    profile = AS_CONTACTS if "import" in arguments else ()
    done = household_graph(*arguments, "/dev/zero", *profile)
    assert (done.code, done.out) == (ExitCode.BAD_INPUT, ""), done
    assert "/dev/zero" in done.err


IMPORT = ("import", "plan")
AS_CONTACTS = ("-p", "contacts-with-household")
HEADER = "id,household,primary\n"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("open.csv", f"{HEADER}1,2,yes\n" + '1,"open,yes\n' + "2,b,yes,no,more\n" * 100_000),
        ("header.csv", 'id,"household,primary\n' + "1,2,yes\n" * 100_000),
        ("field.csv", f'{HEADER}1,"{"x" * 3_000_000}'),
        ("names.csv", f'"{"x" * 200_000}",b\n1,2\n'),
        ("endless.csv", f"{HEADER}{'1,2,yes,' * 400_000}"),
        ("endless.jsonl", '{"id": "' + "1" * 3_000_000),
    ],
)
def test_an_export_that_is_none_is_refused_early(
    name: str, content: str, graph: HouseholdGraph, tmp_path: Path
) -> None:
    """After an open quote, or without line ends, most is no record: the file is refused."""
    assert graph.connection
    path = tmp_path / name
    path.write_text(content, encoding="utf-8")
    done = household_graph(*IMPORT, str(path), *AS_CONTACTS)
    assert (done.code, done.out) == (ExitCode.BAD_INPUT, ""), done
    assert name in done.err
    assert "hint: " in done.err


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("contacts.csv", f'3,"{"x" * 140_000}",yes'),
        ("contacts.jsonl", '{"id": ' + "9" * 140_000 + "}"),
        ("contacts.jsonl", '{"id": "3", "household": ' + '{"a":' * 5_000 + "1" + "}" * 5_001),
    ],
)
def test_a_record_that_cannot_be_read_is_rejected_alone(
    name: str, wrong: str, graph: HouseholdGraph, tmp_path: Path
) -> None:
    """A field, a number or a nesting without bounds is a reject; the records around it are read."""
    assert graph.connection
    good = '{"id": "1", "household": "1", "primary": "yes"}\n', '{"id": "2", "primary": "yes"}\n'
    first, last = good if name.endswith("l") else (f"{HEADER}1,1,yes\n", "2,2,yes\n")
    path = tmp_path / name
    path.write_text(f"{first}{wrong}\n{last}", encoding="utf-8")
    done = household_graph(*IMPORT, str(path), *AS_CONTACTS, "-o", "json")
    assert done.code == ExitCode.REJECTED, done
    assert json.loads(done.out)["rejected"] == 1
    assert json.loads(done.out)["read"] == 3


def test_a_past_whose_records_are_gone_is_not_made_up(graph: HouseholdGraph) -> None:
    """Where somebody has deleted a Change, what was known before it is an error, and no answer."""
    with home(graph, "forgotten-home") as there:
        there.done("device add @ box --type tv")
        there.done("device move @/box --to @/dad")
        asked = ("services", "forgotten-home/dad", "--recorded")
        assert "was not known yet" in household_graph(*asked, "2020-01-01").err
        for change in ("change-2", "change-1"):
            graph.connection.driver.execute_query(
                "MATCH (n:Change {id: $id}) DETACH DELETE n", id=f"forgotten-home/{change}"
            )
            done = household_graph(*asked, "2020-01-01")
            assert (done.code, done.out) == (ExitCode.BAD_INPUT, ""), done
            assert "some are missing" in done.err or "was not known yet" in done.err
        assert "some are missing" in done.err


def test_a_database_that_cannot_write_is_no_refusal() -> None:
    """What a full disk makes Neo4j say ends as a database that is not available, and names it."""
    error = Neo4jError._hydrate_neo4j(
        code="Neo.DatabaseError.Transaction.TransactionLogError", message="Could not append"
    )
    with pytest.raises(DatabaseUnavailableError, match="may be full"), database_errors():
        raise error


LONG_NAMES = (
    "import bulk seed/crm/contacts.csv -p contacts-with-household --to={}",
    "import plan {} -p contacts-with-household",
    "import mapping guess {}",
    "load {}",
    "picture bakers --to={}.svg",
    "query run services-for-party --file {}",
    "matrix --all --to={}",
    "onboard --from {}",
    "check --batch {}",
)


@pytest.mark.parametrize("line", LONG_NAMES)
def test_a_name_that_no_file_system_takes_is_refused(line: str, graph: HouseholdGraph) -> None:
    """The message says what is wrong with it."""
    assert graph.connection
    done = household_graph(*line.format(NINES).split())
    assert (done.code, done.out) == (ExitCode.BAD_INPUT, ""), done
    assert "unexpected" not in done.err


@pytest.mark.parametrize("value", ["\N{SUPERSCRIPT TWO}", "9" * 5_000, "0", "-3", "wide"])
def test_a_width_that_is_none_is_not_used(value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The size of the terminal decides, as where the variable is not set."""
    monkeypatch.setenv("COLUMNS", value)
    monkeypatch.setenv("LINES", value)
    done = household_graph("query", "list", "-o", "table")
    assert done.code == ExitCode.DONE, done.err
