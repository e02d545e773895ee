"""A local Neo4j whose disk was full, or whose transaction log is torn, and how it comes back."""

import os
import subprocess
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import neo4j
import psutil
import pytest

from household_graph.errors import DatabaseUnavailableError, HouseholdGraphError, LocalServerError
from household_graph.local_neo4j import LocalServer, ensure_running, stop
from household_graph.local_neo4j.home import Home, locate
from household_graph.local_neo4j.maintenance import repair
from household_graph.local_neo4j.terminal import silent

pytestmark = pytest.mark.timeout(900)  # half a dozen starts, and Neo4j's own checks

SMALL, LARGE = "18m", "90m"


def run(server: LocalServer, query: str) -> int:
    """Run a query and return the one number that it gives."""
    login = (server.username, server.password)
    with neo4j.GraphDatabase.driver(
        server.bolt_uri, auth=login, max_transaction_retry_time=0
    ) as driver:
        (record,) = driver.execute_query(query).records
        return int(record[0])


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    """A home of its own."""
    place = locate(tmp_path / "home")
    try:
        yield place
    finally:
        stop(place.root)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk that is soon full; where none can be mounted the test is left out."""
    disk = tmp_path / "disk"
    disk.mkdir()
    if mount(disk, f"size={SMALL},mode=700"):
        pytest.skip("a small disk cannot be mounted here")
    try:
        yield disk
    finally:
        stop(disk / "home")
        subprocess.run(["umount", "--lazy", str(disk)], check=False)  # noqa: S603, S607


def mount(disk: Path, options: str) -> int:
    command = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(disk)]
    try:
        return subprocess.run(command, check=False, capture_output=True).returncode  # noqa: S603
    except OSError:
        return 1


def tear(place: Home, server: LocalServer) -> None:
    """Leave half of the last transaction at the end of the log, and what is no transaction."""
    process = psutil.Process(server.pid)
    process.kill()
    process.wait()
    log = place.data / "transactions" / "neo4j" / "neostore.transaction.db.0"
    with log.open("r+b") as file:
        file.seek(-7, os.SEEK_END)
        file.truncate()
        file.write(b"\x7f" * 512)


def contents(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_a_torn_log_is_named_and_repaired(home: Home) -> None:
    """The cause is told with the command that helps; that copies, drops the torn end and checks.

    All before the torn transaction is there again, and a dry run changes nothing.
    """
    server = ensure_running(home.root, silent)
    for _ in range(5):
        run(server, "UNWIND range(1, 100) AS n CREATE (:Kept) RETURN count(*)")
    tear(home, server)
    for _ in range(2):  # the second time the server is found as it is, and not waited for
        with pytest.raises(DatabaseUnavailableError, match="transaction log is torn") as caught:
            ensure_running(home.root, silent)
        assert "db repair" in (caught.value.hint or "")
        assert "reset" not in (caught.value.hint or "")
    stop(home.root)
    torn = contents(home.data)
    would = repair(home.root, silent, dry_run=True)
    assert (would.needed, would.copy is not None) == (True, True)
    assert contents(home.data) == torn
    done = repair(home.root, silent)
    assert done.needed
    assert done.copy
    assert {name: done.copy.joinpath("data", name).read_bytes() for name in torn} == torn
    assert done.recovered_to
    assert done.log
    assert "Consistency check" in done.log.read_text()
    assert run(ensure_running(home.root, silent), "MATCH (n:Kept) RETURN count(n)") == 400
    assert "fail_on_corrupted" not in (home.conf / "neo4j.conf").read_text()
    assert not repair(home.root, silent).needed
    assert len(list((home.root / "copies").iterdir())) == 1


def test_there_is_nothing_to_repair_where_there_is_no_database(tmp_path: Path) -> None:
    """Neither is one made."""
    with pytest.raises(LocalServerError, match="there is no local database"):
        repair(tmp_path / "home", silent)
    assert not (tmp_path / "home").exists()


def test_a_full_disk_is_named_and_nothing_is_lost_by_it(
    small_disk: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The disk is full: it is said. There is room again: the server is started again.

    Where the end of its log is torn by then, a repair brings it back, with all that was
    acknowledged.
    """
    place = locate(small_disk / "home")
    server = ensure_running(place.root, silent)
    assert "MB free, which is little" in capsys.readouterr().err
    acknowledged = fill(server)
    with pytest.raises(DatabaseUnavailableError, match="the disk is full") as caught:
        ensure_running(place.root, silent)
    assert "make room" in (caught.value.hint or "")
    assert psutil.pid_exists(server.pid)
    assert mount(small_disk, f"remount,size={LARGE}") == 0
    try:
        again = ensure_running(place.root, silent)
    except HouseholdGraphError as error:
        assert "db repair" in (error.hint or ""), error  # noqa: PT017 - either is right
        assert repair(place.root, silent).needed
        again = ensure_running(place.root, silent)
    assert again.pid != server.pid
    found = run(again, "MATCH (n:Kept) RETURN count(n)")
    assert found in {acknowledged, acknowledged + 500}  # that one was on its way
    run(again, "CREATE (n:Kept) RETURN count(n)")


def fill(server: LocalServer) -> int:
    """Write until the disk is full, and return how much was acknowledged."""
    query = f"UNWIND range(1, 500) AS n CREATE (:Kept {{text: '{'x' * 400}' + n}}) RETURN count(*)"
    for written in count(0, 500):
        try:
            run(server, query)
        except neo4j.exceptions.Neo4jError:
            return written
    raise AssertionError
