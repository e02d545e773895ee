"""Whose folder a home is, who may look into it, and that nothing else is ever touched."""

import json
import os
import socket
import stat
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psutil
import pytest

from household_graph.errors import LocalServerError
from household_graph.local_neo4j import ensure_running, reset, status, stop
from household_graph.local_neo4j import java as processes
from household_graph.local_neo4j import server as servers
from household_graph.local_neo4j.disk import check_space
from household_graph.local_neo4j.home import HOST, MARK, Home, State, locate, write_state
from household_graph.local_neo4j.java import (
    SERVER,
    StartFailure,
    find,
    find_cause,
    listens,
    write_class_path,
    write_config,
)
from household_graph.local_neo4j.maintenance import repair
from household_graph.local_neo4j.server import Answer, LocalServer, ask
from household_graph.local_neo4j.settings import read_settings

COMMANDS: dict[str, Callable[[Path], object]] = {
    "start": ensure_running,
    "stop": stop,
    "status": status,
    "reset": reset,
    "repair": repair,
}


def tree(folder: Path) -> dict[str, tuple[int, bytes | None]]:
    """Return all that is in a folder, links not followed, with modes and contents."""
    return {
        str(path.relative_to(folder)): (
            path.lstat().st_mode,
            path.read_bytes() if path.is_file() and not path.is_symlink() else None,
        )
        for path in [folder, *folder.rglob("*")]
    }


def old_home(root: Path) -> Home:
    """Make a home as version 0.1.0 left it, open to others."""
    (root / "neo4j-2026.08.1" / "conf").mkdir(parents=True)
    (root / "data" / "databases").mkdir(parents=True)
    (root / "tmp").mkdir()
    (root / "password").write_text("secret")
    (root / "server.json").write_text('{"bolt_port": 1, "http_port": 2}')
    root.chmod(0o755)
    return locate(root)


@pytest.mark.parametrize("command", COMMANDS.values(), ids=COMMANDS)
@pytest.mark.parametrize("name", ["tmp", "data", "deleted", "importing", "help", "notes.txt"])
def test_a_folder_of_somebody_is_refused_and_not_touched(
    command: Callable[[Path], object], name: str, tmp_path: Path
) -> None:
    """Whatever its folders are called: without the mark nothing in them is ours."""
    (tmp_path / name / "mine").mkdir(parents=True)
    before = tree(tmp_path)
    with pytest.raises(LocalServerError, match=f"`{name}` is in it") as caught:
        command(tmp_path)
    assert "HOUSEHOLD_GRAPH_HOME" in (caught.value.hint or "")
    assert tree(tmp_path) == before


def test_a_home_of_0_1_0_beside_other_things_is_refused(tmp_path: Path) -> None:
    """Whose `tmp` is whose cannot be told there; what does not belong is named."""
    old_home(tmp_path)
    (tmp_path / "thesis.tex").touch()
    before = tree(tmp_path)
    with pytest.raises(LocalServerError, match=r"`thesis\.tex` is in it"):
        locate(tmp_path).make()
    assert tree(tmp_path) == before


def test_an_empty_folder_is_taken(tmp_path: Path) -> None:
    """It gets the mark, and is closed to others, however open it was made."""
    tmp_path.chmod(0o777)
    locate(tmp_path).make()
    assert stat.S_IMODE(tmp_path.stat().st_mode) == 0o700
    assert [path.name for path in tmp_path.iterdir()] == [MARK]
    assert locate(tmp_path).is_made()


def test_a_new_folder_is_for_its_owner_only(tmp_path: Path) -> None:
    """Whatever the umask is."""
    umask = os.umask(0)
    try:
        locate(tmp_path / "a" / "home").make()
    finally:
        os.umask(umask)
    assert stat.S_IMODE((tmp_path / "a" / "home").stat().st_mode) == 0o700


def test_a_home_of_0_1_0_is_taken_over_once(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """It is closed to others, gets the mark and keeps its data; a note on stderr says so once."""
    place = old_home(tmp_path)
    place.make()
    assert stat.S_IMODE(tmp_path.stat().st_mode) == 0o700
    assert "was open to other users" in capsys.readouterr().err
    place.make()
    assert capsys.readouterr().err == ""
    assert place.has_database
    assert place.password_file.read_text() == "secret"


def test_looking_at_a_home_of_0_1_0_changes_nothing(tmp_path: Path) -> None:
    """`status` takes nothing over."""
    old_home(tmp_path)
    before = tree(tmp_path)
    assert not status(tmp_path).running
    assert tree(tmp_path) == before


@pytest.mark.parametrize("name", ["imports", "lock"])
def test_in_the_default_place_what_0_1_0_left_is_known(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Reports of imports into a named server, or an interrupted start; elsewhere they are not."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    root = tmp_path / "household-graph"
    (root / name).mkdir(parents=True)
    with pytest.raises(LocalServerError, match=f"`{name}` is in it"):
        locate(root).is_made()
    monkeypatch.delenv("HOUSEHOLD_GRAPH_HOME")
    assert locate(None).root == root
    assert locate(None).is_made()
    (root / "thesis.tex").touch()
    with pytest.raises(LocalServerError, match=r"`thesis\.tex` is in it"):
        locate(None).is_made()


@pytest.mark.parametrize("name", ["tmp", "data", "deleted", "importing", "imports", "neo4j-1"])
def test_a_link_in_a_home_is_not_followed(name: str, tmp_path: Path) -> None:
    """What it leads to is left alone by every command."""
    home, outside = tmp_path / "home", tmp_path / "outside"
    locate(home).make()
    (outside / "mine").mkdir(parents=True)
    (home / name).symlink_to(outside)
    before = tree(tmp_path)
    for command in COMMANDS.values():
        with pytest.raises(LocalServerError, match=f"`.*/{name}` is a link"):
            command(home)
    assert tree(tmp_path) == before


def test_a_home_that_is_a_link_is_what_it_leads_to(tmp_path: Path) -> None:
    """So a link to somebody's folder is refused like the folder itself."""
    (tmp_path / "outside" / "tmp" / "mine").mkdir(parents=True)
    (tmp_path / "home").symlink_to(tmp_path / "outside")
    before = tree(tmp_path)
    for command in COMMANDS.values():
        with pytest.raises(LocalServerError, match="`tmp` is in it"):
            command(tmp_path / "home")
    assert tree(tmp_path) == before


def test_a_home_that_others_can_look_into_is_refused(tmp_path: Path) -> None:
    """It may have been read already; the hint says how to close it."""
    locate(tmp_path).make()
    for mode in (0o755, 0o710, 0o701):
        tmp_path.chmod(mode)
        for command in COMMANDS.values():
            with pytest.raises(LocalServerError, match="others can look into") as caught:
                command(tmp_path)
            assert f"chmod 700 {tmp_path}" in (caught.value.hint or "")
    tmp_path.chmod(0o700)
    assert not status(tmp_path).running


def test_a_home_of_another_user_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also an empty one: what one would write there would be theirs."""
    owner = tmp_path.stat().st_uid
    monkeypatch.setattr(os, "geteuid", lambda: owner + 1)
    for command in (ensure_running, stop, status, reset):
        with pytest.raises(LocalServerError, match=f"another user \\(uid `{owner}`\\)"):
            command(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_home_where_nothing_has_an_owner(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Windows has neither uids nor modes: a home is taken there as it is."""
    monkeypatch.delattr(os, "geteuid")
    locate(tmp_path).make()
    tmp_path.chmod(0o755)
    assert not status(tmp_path).running
    assert locate(tmp_path).is_made()


def test_files_of_a_start_are_for_their_owner_only(tmp_path: Path) -> None:
    """The settings and the class path too, also where 0.1.0 left them open."""
    place = old_home(tmp_path)
    place.make()
    place.class_path_file.write_text("old")
    umask = os.umask(0)
    try:
        write_config(place, State(1, 2))
        write_class_path(place)
    finally:
        os.umask(umask)
    for path in (place.conf / "neo4j.conf", place.class_path_file):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_only_one_start_may_cut_the_log(tmp_path: Path) -> None:
    """The setting is there when a repair asks for it, and gone with the next start."""
    place = old_home(tmp_path)
    for cut, found in ((False, 0), (True, 1), (False, 0)):
        write_config(place, State(1, 2), cut_torn_log=cut)
        text = (place.conf / "neo4j.conf").read_text()
        assert text.count("internal.dbms.tx_log.fail_on_corrupted_log_files=false\n") == found


def test_space_is_checked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Too little is refused with what is needed and what there is; little is said; else silence."""
    with pytest.raises(LocalServerError, match=r"cleaning takes 1,099,511,627,776 MB or more, and"):
        check_space(tmp_path / "not there yet", 2**60, "cleaning")
    free = psutil.disk_usage(str(tmp_path)).free
    check_space(tmp_path, free - 100 * 2**20, "cleaning")
    assert "MB free, which is little" in capsys.readouterr().err
    check_space(tmp_path, 1, "cleaning")
    assert capsys.readouterr().err == ""


def impostor(root: Path) -> "subprocess.Popen[bytes]":
    """A program that listens, under the command line of the server of a home."""
    script = (
        "import socket; s = socket.socket(); s.bind(('127.0.0.1', 0)); s.listen()\n"
        "print(s.getsockname()[1], flush=True)\n"
        "while True: s.accept()[0].recv(1000) and print('told', flush=True)\n"
    )
    command = [sys.executable, "-c", script, SERVER, f"--home-dir={root}"]
    return subprocess.Popen(command, stdout=subprocess.PIPE)  # noqa: S603 - ourselves


def test_the_password_goes_to_no_process_of_another_user(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not even to one under the right command line, or under the recorded pid, at the old port."""
    home = tmp_path / "home"
    place = locate(home)
    place.make()
    place.password_file.write_text("secret")
    with impostor(home) as other:
        try:
            assert other.stdout
            port = int(other.stdout.readline())
            process = psutil.Process(other.pid)
            state = State(port, 2, other.pid, process.create_time())
            assert find(home, state) == find(home, None) == process  # as it is our own
            monkeypatch.setattr(processes, "_is_ours", lambda found: found.pid != other.pid)
            assert find(home, state) is find(home, None) is None
            for record in (state, State(port, 2)):
                write_state(place, record)
                looked = status(home)
                assert (looked.running, looked.answering) == (False, False)
                assert not stop(home)
            assert process.is_running()
        finally:
            other.kill()
        assert other.stdout.read() == b""


def test_a_process_is_ours_by_its_user(monkeypatch: pytest.MonkeyPatch) -> None:
    """All of its user ids are ours: real, effective and saved."""
    me = psutil.Process()
    assert processes._is_ours(me)
    monkeypatch.setattr(os, "geteuid", lambda: me.uids().effective + 1)
    assert not processes._is_ours(me)


def test_the_password_goes_to_no_port_of_another_process(tmp_path: Path) -> None:
    """While the server comes up somebody else may listen where it is going to."""
    with socket.socket() as other, impostor(tmp_path) as ours:
        try:
            assert ours.stdout
            own_port = int(ours.stdout.readline())
            other.bind((HOST, 0))
            other.listen()
            other.settimeout(0.2)
            process, port = psutil.Process(ours.pid), other.getsockname()[1]
            assert listens(process, own_port)
            assert not listens(process, port)
            server = LocalServer(
                f"bolt://{HOST}:{port}", "", "neo4j", "secret", tmp_path / "password", ours.pid
            )
            assert ask(server, process) is Answer.COMING
            with pytest.raises(TimeoutError):
                other.accept()
        finally:
            ours.kill()


def test_nothing_is_made_where_nobody_sees_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Off a terminal, or in CI, a database is made only for who says that it is meant."""
    place = locate(tmp_path)
    for seen, ci, wanted in (
        *((True, "", True), (True, "1", False)),
        *((False, "", False), (False, "1", False)),
    ):
        monkeypatch.setattr(servers, "is_interactive", lambda seen=seen: seen)
        monkeypatch.setenv("CI", ci)
        assert servers.may_create(place) is wanted
        monkeypatch.setenv("HOUSEHOLD_GRAPH_LOCAL", "1")
        assert servers.may_create(locate(tmp_path))
        monkeypatch.delenv("HOUSEHOLD_GRAPH_LOCAL")
    with pytest.raises(LocalServerError, match="there is no local database") as caught:
        ensure_running(tmp_path / "new", create=False)
    assert all(
        way in (caught.value.hint or "")
        for way in ("NEO4J_URI", "db start", "--local", "HOUSEHOLD_GRAPH_LOCAL=1", "local=True")
    )
    assert list(tmp_path.iterdir()) == []


def test_causes_are_those_of_this_start(tmp_path: Path) -> None:
    """What the server before wrote as it ended, a moment ago, is no cause of this one."""
    place = locate(tmp_path)
    place.make()
    place.logs.mkdir()
    begun = datetime(2026, 11, 30, 2, 10, tzinfo=UTC)

    def logged(*entries: tuple[float, str]) -> StartFailure | None:
        lines = [
            json.dumps(
                {
                    "time": (begun + timedelta(seconds=seconds)).strftime("%Y-%m-%d %H:%M:%S.%f%z"),
                    "level": "ERROR",
                    "message": "it failed",
                    "stacktrace": f"Caused by: {text}",
                }
            )
            for seconds, text in entries
        ]
        whole = "\n".join([*lines, '{"time":"2026-11-30 02:1'])  # as a full disk cuts it off
        (place.logs / "debug.log").write_text(whole, encoding="utf-8")
        return find_cause(place, begun.timestamp())

    assert logged((-0.2, "No space left on device")) is None
    full = logged((4, "java.io.IOException: No space left on device"))
    assert full
    assert (full.text, full.torn_log) == ("the disk is full", False)
    torn = logged(
        (-0.2, "No space left on device"),
        (4, "Error reading transaction logs, recovery not possible"),
    )
    assert torn
    assert torn.torn_log
    used = logged((4, "org.neo4j.io.locker.FileLockException: Lock file has been locked"))
    assert used
    assert "another Neo4j" in used.text


@pytest.mark.parametrize("variable", ["HOUSEHOLD_GRAPH_HOME", "HOUSEHOLD_GRAPH_JARS"])
def test_a_name_that_is_too_long_is_refused(variable: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder that no file system can hold is an error that says so."""
    monkeypatch.setenv(variable, "/tmp/" + "x" * 300)  # noqa: S108 - never made
    with pytest.raises(LocalServerError, match="cannot be a folder"):
        read_settings()
