"""Fetching jars, without a network: what would be fetched is made up."""

import hashlib
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event
from types import SimpleNamespace

import pytest

from household_graph.errors import LocalServerError
from household_graph.local_neo4j import jars
from household_graph.local_neo4j.home import Home, locate
from household_graph.local_neo4j.jars import LockedJar, read_jar_list
from household_graph.local_neo4j.terminal import Progress, silent
from scripts.lock_jars import write_jar_list


def made_up(name: str, content: str | None = None) -> LockedJar:
    sha256 = hashlib.sha256((content or name).encode()).hexdigest()
    return LockedJar("org.neo4j", name, "1.0", "", sha256)


ALL = tuple(made_up(name) for name in ("neo4j", "bolt", "cypher", "kernel"))


@dataclass
class Repository:
    """Stands in for the network: a jar's content is its name."""

    served: list[str] = field(default_factory=list)
    failures: int = 0

    def resolve(self, jar: LockedJar, directory: Path, _cancelled: Event) -> Path:
        """Serve a jar; from the third on, fail as often as was asked for."""
        if self.failures and len(self.served) >= 2:
            self.failures -= 1
            raise RuntimeError("no")
        self.served.append(jar.artifact)
        directory.mkdir()
        (directory / "x.jar").write_text(jar.artifact)
        return directory / "x.jar"


@pytest.fixture
def repository(monkeypatch: pytest.MonkeyPatch) -> Repository:
    fake = Repository()
    monkeypatch.setattr(jars, "_resolve", fake.resolve)
    monkeypatch.setattr(jars, "PAUSES", (0.0,))
    monkeypatch.setattr(jars, "THREADS", 1)
    return fake


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    monkeypatch.setenv("HOUSEHOLD_GRAPH_JARS", str(tmp_path / "jars"))
    monkeypatch.setattr(jars, "read_jar_list", lambda: ALL)
    place = locate(tmp_path / "home")
    place.make()
    place.scratch.mkdir()
    return place


def install(place: Home, progress: Progress = silent) -> None:
    jars.install_jars(place.jar_list, place.jars, place.scratch, progress)


def names(place: Home) -> list[str]:
    return sorted(path.read_text() for path in place.jars.rglob("*.jar"))


def test_every_jar_is_fetched_once(place: Home, repository: Repository) -> None:
    """The first call fetches all jars into their places, the second fetches nothing."""
    install(place)
    install(place)
    assert names(place) == sorted(repository.served) == ["bolt", "cypher", "kernel", "neo4j"]
    assert all((place.jars / jar.relative_path).exists() for jar in ALL)


def test_interrupted_fetch_goes_on(place: Home, repository: Repository) -> None:
    """After a failure half-way the next call fetches only what is not there yet."""
    repository.failures = 1
    with pytest.raises(LocalServerError):
        install(place)
    kept = len(names(place))
    assert kept >= 2
    repository.served.clear()
    install(place)
    assert len(repository.served) == len(ALL) - kept
    assert len(names(place)) == len(ALL)


def test_ctrl_c_leaves_whole_jars_only(place: Home, repository: Repository) -> None:
    """Ctrl-C while fetching ends it at once, and what is there then is right."""

    @contextmanager
    def interrupted(_text: str, _steps: int | None) -> Iterator[Callable[[], None]]:
        def press() -> None:
            raise KeyboardInterrupt

        yield press

    with pytest.raises(KeyboardInterrupt):
        install(place, interrupted)
    assert set(names(place)) <= {jar.artifact for jar in ALL}
    install(place)
    assert len(names(place)) == len(repository.served) == len(ALL)


def test_hiccup_of_the_network_is_tried_again(
    place: Home, repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A jar that fails once and comes the second time is no failure."""
    monkeypatch.setattr(jars, "PAUSES", (0.0, 0.0))
    repository.failures = 1
    install(place)
    assert len(names(place)) == len(ALL)


def test_wrong_jar_is_named_and_removed(
    place: Home, repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A jar that is not what the list says is an error that names it, and no file stays."""
    bad = made_up("neo4j", "something else")
    monkeypatch.setattr(jars, "read_jar_list", lambda: (bad,))
    with pytest.raises(LocalServerError, match=r"`org\.neo4j:neo4j:1\.0` arrived with a wrong SHA"):
        install(place)
    assert repository.served == ["neo4j"]
    assert names(place) == []


def test_a_jar_that_was_changed_is_never_run(
    place: Home, repository: Repository, capsys: pytest.CaptureFixture[str]
) -> None:
    """Every start hashes the jars: one of the same size and time is fetched anew, with a note."""
    install(place)
    changed = place.jars / ALL[2].relative_path
    before = changed.stat()
    changed.write_text(ALL[2].artifact[::-1])
    os.utime(changed, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert changed.stat().st_size == before.st_size
    install(locate(place.root))
    assert repository.served[4:] == [ALL[2].artifact]
    assert changed.read_text() == ALL[2].artifact
    assert f"`{ALL[2].coordinate}` has a wrong SHA-256" in capsys.readouterr().err


def test_nothing_else_in_the_directory_of_jars_is_touched(
    place: Home, repository: Repository
) -> None:
    """The directory may hold what is somebody's own, under whatever name."""
    for name in ("incoming/mine", "complete-mine", "tmp/mine"):
        (place.jars / name).mkdir(parents=True)
    install(place)
    assert len(repository.served) == len(ALL)
    assert {"incoming/mine", "complete-mine", "tmp/mine"} <= {
        path.relative_to(place.jars).as_posix() for path in place.jars.rglob("*")
    }
    assert not list(place.jars.rglob("*.part"))


def test_jars_that_cannot_have_room_are_not_fetched(
    place: Home, repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A disk with too little room is named before anything is fetched."""
    full = SimpleNamespace(free=0)
    monkeypatch.setattr("shutil.disk_usage", lambda _path: full)
    with pytest.raises(LocalServerError, match=r"installing Neo4j takes 3\.1 MB or more, and"):
        install(place)
    assert repository.served == []


def test_lost_and_damaged_jars_are_fetched_again(place: Home, repository: Repository) -> None:
    """A jar that is gone is noticed, and so is one that is damaged."""
    install(place)
    (place.jars / ALL[0].relative_path).unlink()
    (place.jars / ALL[1].relative_path).write_text("damaged")
    install(place)
    assert repository.served[4:] == ["neo4j", "bolt"]
    assert len(names(place)) == len(ALL)


def test_new_list_is_checked_anew(
    place: Home, repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another list fetches what it adds."""
    install(place)
    longer = (*ALL, made_up("dbms"))
    monkeypatch.setattr(jars, "read_jar_list", lambda: longer)
    install(locate(place.root))
    assert repository.served[4:] == ["dbms"]


def test_no_network_names_jar_and_says_what_to_do(
    place: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without a network the error names a jar and the hint says that one is needed."""
    monkeypatch.setattr(jars, "PAUSES", (0.0,))
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")  # nothing listens there
    with pytest.raises(LocalServerError, match=r"cannot fetch `org\.neo4j:") as caught:
        install(place)
    assert "network" in (caught.value.hint or "")


@pytest.mark.usefixtures("repository")
def test_jars_directory_that_cannot_be_written(
    place: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A jars directory that cannot be made is named, with the variable that moves it."""
    (tmp_path / "file").touch()
    monkeypatch.setenv("HOUSEHOLD_GRAPH_JARS", str(tmp_path / "file" / "jars"))
    with pytest.raises(LocalServerError, match=r"cannot write `.*file.*`: ") as caught:
        install(locate(place.root))
    assert "HOUSEHOLD_GRAPH_JARS" in (caught.value.hint or "")


def test_list_is_read_as_it_was_written(tmp_path: Path) -> None:
    """Coordinates, classifiers and sums survive writing and reading, in sorted order."""
    native = LockedJar("io.netty", "transport", "4.2", "linux-x86_64", "ab" * 32)
    write_jar_list([*ALL, native], tmp_path / "list")
    assert read_jar_list(tmp_path / "list") == tuple(sorted([*ALL, native]))


def test_shipped_list_is_whole() -> None:
    """The shipped list has server and Browser, no two jars in one place, and a sum for each."""
    shipped = read_jar_list()
    artifacts = {jar.artifact for jar in shipped}
    assert {"neo4j", "neo4j-server", "neo4j-browser"} <= artifacts
    assert locate(None).neo4j_version == "2026.08.1"
    assert len({jar.relative_path for jar in shipped}) == len(shipped) > 230
    assert {len(jar.sha256) for jar in shipped} == {64}


def test_progress_off_a_terminal_is_one_line() -> None:
    """Where stderr is no terminal a long step says one line there, and nothing on stdout."""
    code = (
        "from household_graph.local_neo4j.terminal import on_stderr\n"
        "with on_stderr('fetching [x] jars', 3) as advance:\n"
        "    advance()\n"
    )
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603
    assert (done.stdout, done.stderr) == ("", "fetching [x] jars\n")
