"""The harness: hostile command lines, files, URIs and environments, each run and judged.

What is asked of every run: it ends, in one of the documented exit codes; nobody sees a traceback,
an unexpected error, a raw control character or a secret; whoever acts as a party reads no id of
another household that they did not write; what is refused leaves nothing in the graph; and what
was accepted can be exported.
"""

import os
import random
import re
import resource
import socket
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from household_graph import HouseholdGraph
from household_graph.cli.exit_codes import ExitCode
from household_graph.installation import shipped
from tests.cli.commands import Outcome, household_graph
from tests.cli.fresh import Home, home
from tests.fuzz.targets import Text, command_line, texts
from tests.fuzz.texts import hostile_bytes, hostile_text

__all__ = ["Fuzz", "Violation"]

SECRET = "canary-7f3a"  # noqa: S105 - it is to be seen nowhere
HOUSEHOLD, NEIGHBOUR = "fuzzed-home", "fuzzed-hone"
DEADLINE = 30.0  # seconds; the slowest take one
_MEMORY = 12 << 30  # bytes of addresses; Java reserves most of six. What reads without end fails

# C0 but for tab and line feed, DEL, C1, what turns the direction of text, half characters.
UNEXPECTED = re.compile(r"error: unexpected \w+: ")
"""As the command line says of an error that is not of its own tree."""
RAW = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)
REFUSED = frozenset({ExitCode.BAD_INPUT, ExitCode.DATABASE_UNAVAILABLE, ExitCode.DENIED})
VARIABLES = (
    *("NEO4J_URI", "NEO4J_USERNAME", "NEO4J_PASSWORD", "NEO4J_DATABASE"),
    *("HOUSEHOLD_GRAPH_BOLT_PORT", "HOUSEHOLD_GRAPH_HTTP_PORT", "HOUSEHOLD_GRAPH_HOME"),
    *("HOUSEHOLD_GRAPH_HEAP", "HOUSEHOLD_GRAPH_PAGE_CACHE", "HOUSEHOLD_GRAPH_JARS"),
    *("HOUSEHOLD_GRAPH_JAVA_OPTIONS", "HOUSEHOLD_GRAPH_QUERIES", "HOUSEHOLD_GRAPH_START_TIMEOUT"),
    *(
        "HOUSEHOLD_GRAPH_OFFERINGS",
        "HOUSEHOLD_GRAPH_DEBUG",
        "COLUMNS",
        "TERM",
        "LANG",
        "LC_ALL",
        "TZ",
        "USER",
        "NO_COLOR",
    ),
)
QUESTIONS = {
    "jsonl": b'{"party": "@/katie", "target": "@/live-tv", "device": "@/tablet-katie"}\n'
    b'{"party": "@/dad", "target": "@/movies", "action": "choose", "at": "2026-11-22T20:00"}\n',
    "csv": b"party,target,action,device,at\n@/katie,@/live-tv,use,@/tablet-katie,\n"
    b'"@/dad",@/movies,use,,2026-11-22\n',
}
EXPORTS = {
    "contacts.csv": b"id,household,primary,given_name,family_name,birth_date,email\n"
    b'c-1,h-1,yes,Ann,"Lee, jr",1980-01-02,ann@lee.example\nc-2,h-1,,Bo,Lee,2012-03-04,\n',
    "contacts.jsonl": b'{"id": "c-1", "household": "h-1", "primary": "yes", "given_name": "Ann"}\n'
    b'{"id": "c-2", "household": "h-2", "primary": true, "family_name": {"a": 1}}\n',
}


@dataclass(frozen=True)
class Violation:
    """A run that was not as it has to be: what was run, and what is wrong with it."""

    run: str
    problem: str

    def __str__(self) -> str:
        """Return both, cut."""
        return f"{self.problem}\n    {self.run[:1500]}"


class Fuzz:
    """Hostile runs, one after another, on a graph with two households of its own.

    Attributes:
        done: how many runs there were, by kind.
        violations: what was found.
    """

    def __init__(self, graph: HouseholdGraph, seed: int, folder: Path) -> None:
        """Begin; nothing is run yet.

        Args:
            graph: where to.
            seed: the same one makes the same inputs.
            folder: an empty one, below which runs may leave files.
        """
        self.graph = graph
        self.seed = seed
        self.folder = folder
        self.done: dict[str, int] = {}
        self.violations: list[Violation] = []
        self._chance = random.Random(seed)  # noqa: S311 - inputs, no secrets
        self._texts = texts()
        self._home: Home | None = None
        self._wrote = 0
        document = (shipped("seed") / "bakers.yaml").read_text(encoding="utf-8")
        self._document = re.sub(r"\bbakers\b(?!\.example)", HOUSEHOLD, document).encode()

    def run(self, count: int, *, seconds: float | None = None) -> None:
        """Run that many inputs; every text of every command once before any comes again.

        Args:
            count: how many.
            seconds: after which no further one is begun.
        """
        until = None if seconds is None else time.monotonic() + seconds
        kinds = self._kinds(count)
        with ExitStack() as stack:
            stack.enter_context(_surroundings(self.graph, self.folder))
            homes = stack.enter_context(ExitStack())
            stack.enter_context(home(self.graph, NEIGHBOUR))
            for kind, one in kinds:
                if until is not None and time.monotonic() > until:
                    return
                if self._home is None or self._wrote >= 10:
                    homes.close()
                    self._home, self._wrote = homes.enter_context(home(self.graph, HOUSEHOLD)), 0
                    self._files()
                self.done[kind] = self.done.get(kind, 0) + 1
                one()
            homes.close()
            self._home = None

    def _kinds(self, count: int) -> Iterator[tuple[str, Callable[[], None]]]:
        """Yield what is run, and of what kind it is."""
        others = (
            *[("batch", self._batch)] * 4,
            *[("document", self._load)] * 2,
            *[("export", self._import)] * 2,
            *[("settings", self._settings)] * 2,
            *[("variable", self._variable)] * 3,
            *[("uri", self._uri)] * 2,
            ("answers", self._answers),
            ("question", self._question),
        )
        left: list[Text] = []
        for _number in range(count):
            if self._chance.random() < 0.3:
                yield self._chance.choice(others)
                continue
            if not left:
                left = self._chance.sample(self._texts, len(self._texts))
            target = left.pop()
            if target.command == ("import", "bulk") and self._chance.random() < 0.8:
                target = self._chance.choice(self._texts)  # it starts processes: fewer of it
            yield "text", lambda target=target: self._text(target)  # type: ignore[misc]

    def _text(self, target: Text) -> None:
        """Give one text of a command, and now and then another one of the same."""
        chance = self._chance
        base = self._there(target.known)
        beside = [one for one in self._texts if one.command == target.command and one != target]
        more = {one: self._there(one.known) for one in beside if one.name in _NEEDED}
        if self._chance.random() < 0.3:
            more |= {one: self._there(one.known) for one in beside if one.option == "--as"}
        for one in chance.sample(beside, min(len(beside), chance.choice((0, 0, 1, 2)))):
            good = self._there(one.known)
            more[one] = hostile_text(chance, good) if chance.random() < 0.3 else good
        line = [
            self._there(word) for word in command_line(target, hostile_text(chance, base), more)
        ]
        self._judged(line, actor=any(word.startswith("--as=") for word in line))

    def _batch(self) -> None:
        kind = self._chance.choice(sorted(QUESTIONS))
        output = self._chance.choice(("json", "jsonl", "csv", "yaml", "table"))
        text = self._damaged([QUESTIONS[kind].replace(b"@", HOUSEHOLD.encode())])
        self._judged(["check", "--batch", "-", "-o", output], text)

    def _load(self) -> None:
        self._judged(["load", "-", "-o", "json"], self._damaged([self._document]))

    def _import(self) -> None:
        name = self._chance.choice(sorted(EXPORTS))
        path = self.folder / "given" / f"{self._chance.choice(('a', 'b'))}-{name}"
        path.write_bytes(self._damaged([EXPORTS[name]]))
        verb = self._chance.choice(("plan", "plan", "run"))
        self._judged(
            ["import", verb, str(path), "-p", "contacts-with-household", "-o", "json"],
            source=path.read_bytes(),
        )

    def _settings(self) -> None:
        """Files that say how: a mapping, parameters, decisions."""
        chance = self._chance
        path = self.folder / "given" / "settings.yaml"
        line, good = chance.choice(
            (
                (
                    ["import", "plan", "contacts.csv", "--mapping", str(path)],
                    self._read("mapping.yaml"),
                ),
                (
                    ["query", "run", "services-for-party", "--params", str(path)],
                    b"party: x/y\nat: 2026-11-22T20:00Z\n",
                ),
                (["import", "review", "--from", str(path)], b"left,right,decision\na,b,yes\n"),
                (["onboard", "--from", str(path), "--dry-run"], self._document),
            )
        )
        path.write_bytes(self._damaged([good]))
        self._judged(line, source=path.read_bytes())

    def _answers(self) -> None:
        self._judged(
            ["onboard", "--dry-run"], self._damaged([b"new-home\nNew\n\n\nann\nAnn\n\n\n\n\n\n\n"])
        )

    def _question(self) -> None:
        """A question of one's own: a file in a folder of questions."""
        folder = self.folder / "questions"
        folder.mkdir(exist_ok=True)
        good = (shipped("cypher") / "questions" / "minors" / "coming-of-age.cypher").read_bytes()
        text = self._damaged([good])
        (folder / "mine.cypher").write_bytes(text)
        line = self._chance.choice(
            (
                ["query", "list"],
                ["query", "show", "mine"],
                ["query", "check", "mine"],
                ["query", "run", "mine"],
            )
        )
        self._judged(line, variables={"HOUSEHOLD_GRAPH_QUERIES": str(folder)}, source=text)

    def _variable(self) -> None:
        """A hostile environment; the database is the same, unless it says which."""
        chance = self._chance
        name = chance.choice(VARIABLES)
        value = hostile_text(chance, os.environ.get(name, "")).replace("\0", "")
        if name.rpartition("_")[2] in {"HOME", "JARS", "QUERIES"}:
            value = f"{self.folder}/{value.replace('..', '')}"
        if name == "NEO4J_PASSWORD":
            value += SECRET
        line = chance.choice(
            (
                *(["check", "@/katie", "@/live-tv"], ["tree", "@"], ["query", "list"]),
                *(["product", "offerings"], ["db", "status"]),
            )
        )
        self._judged(line, variables={name: value}, real=name.startswith("NEO4J_"))

    def _uri(self) -> None:
        chance = self._chance
        login = chance.choice(("", f"neo4j:{SECRET}@", f":{SECRET}@", f"{SECRET}@"))
        host = chance.choice(
            (
                "127.0.0.1:1",
                "localhost:1",
                "[::1]:1",
                "",
                "127.0.0.1:99999999",
                "127.0.0.1:x",
                "[::1",
                "a b",
            )
        )
        scheme = chance.choice(
            ("bolt", "neo4j", "bolt+s", "http", "", "BOLT", "file", "neo4j+ssc", "bolt+unix")
        )
        rest = chance.choice(
            ("", "/", f"/?password={SECRET}", "?policy=x", f"#{SECRET}", "/\x1b[31m")
        )
        uri = f"{scheme}://{login}{host}{rest}"
        if chance.random() < 0.3:
            uri = hostile_text(chance, uri)
        before, _, after = uri.partition(SECRET)
        if not ({"?", "#"} & {*before} or "@" in after):
            uri = uri.replace(SECRET, "host")  # what is cut before the @ is a host, and no secret
        variables = {"NEO4J_URI": uri or "x", "NEO4J_PASSWORD": SECRET}
        line = chance.choice(
            (
                ["check", "@/katie", "@/live-tv"],
                ["import", "bulk", "contacts.csv", "-p", "contacts-with-household", "--run"],
                ["db", "status"],
            )
        )
        self._judged(line, variables=variables, real=True)

    def _judged(
        self,
        line: list[str],
        stdin: bytes = b"",
        *,
        variables: Mapping[str, str] | None = None,
        real: bool = False,
        actor: bool = False,
        source: bytes = b"",
    ) -> None:
        """Run a command line and keep what is wrong with what came of it."""
        line = [self._there(word) for word in line]
        before, began = self._counted(), time.monotonic()
        shown = f"{variables or ''} {line} {(stdin or source)[:600]!r}"
        with _environment(variables or {}, real=real):
            try:
                outcome = household_graph(*line, stdin=stdin)
            except BaseException as error:  # noqa: BLE001 - whatever it is, it is one
                self.violations.append(Violation(shown, f"raised {type(error).__name__}: {error}"))
                return
        took = time.monotonic() - began
        after = self._counted()
        for problem in self._problems(outcome, " ".join(line), actor=actor):
            said = f"{problem} [{outcome.code}]: {outcome.err[-300:]!r}"
            self.violations.append(Violation(shown, said))
        if took > DEADLINE:
            self.violations.append(Violation(shown, f"took {took:.0f} s"))
        if after != before:
            if outcome.code in REFUSED or "--dry-run" in line:
                self.violations.append(Violation(shown, f"wrote and ended in {outcome.code}"))
            self._written(shown)

    def _problems(self, outcome: Outcome, line: str, *, actor: bool) -> Iterator[str]:
        said = outcome.out + outcome.err
        if outcome.code not in set(ExitCode):
            yield "an exit code of no meaning"
        if "Traceback" in said or UNEXPECTED.search(outcome.err):
            yield "a traceback"
        if found := RAW.search(said):
            where = "stdout" if RAW.search(outcome.out) else "stderr"
            yield f"a raw {found.group()!r} on {where}"
        if SECRET in said or (self._password and self._password in said):
            yield "a secret"
        if actor and NEIGHBOUR in said and NEIGHBOUR not in line:
            yield "an id of another household"

    def _written(self, shown: str) -> None:
        """What was accepted has to be there to be exported and drawn."""
        self._wrote += 1
        for line in (["export", HOUSEHOLD], ["tree", HOUSEHOLD]):
            outcome = household_graph(*line)
            if outcome.code and "unknown" in outcome.err:  # taken back, or merged into another
                self._wrote = 10
                return
            if outcome.code:
                said = f"{' '.join(line)} fails after it: {outcome.err[-300:]!r}"
                self.violations.append(Violation(shown, said))
                self._wrote = 10
                return

    def _counted(self) -> tuple[int, ...]:
        """Return how much there is in the graph: numbers the server has at hand."""
        [record] = self.graph.connection.driver.execute_query(
            "CALL () { MATCH (n) RETURN count(n) AS nodes } "
            "CALL () { MATCH ()-->() RETURN count(*) AS links } RETURN nodes, links"
        ).records
        return int(record["nodes"]), int(record["links"])

    @property
    def _password(self) -> str:
        return os.environ.get("NEO4J_PASSWORD", "")

    def _damaged(self, good: list[bytes]) -> bytes:
        return hostile_bytes(self._chance, good)

    def _there(self, text: str) -> str:
        return re.sub(r"(?<![\w.])@(?=$|[/-])", HOUSEHOLD, text)

    def _read(self, name: str) -> bytes:
        return Path(name).read_bytes()

    def _files(self) -> None:
        """Write the files that texts name, in the folder that runs are in."""
        Path("household.yaml").write_bytes(self._document)
        for name, content in EXPORTS.items():
            Path(name).write_bytes(content)
        for kind, content in QUESTIONS.items():
            Path(f"questions.{kind}").write_bytes(content.replace(b"@", HOUSEHOLD.encode()))
        Path("parameters.yaml").write_text(f"party: {HOUSEHOLD}/katie\n", encoding="utf-8")
        mapping = household_graph(
            "import", "mapping", "contacts.csv", "-p", "contacts-with-household"
        )
        Path("mapping.yaml").write_text(mapping.out, encoding="utf-8")


_NEEDED: frozenset[str] = frozenset({"profile"})


@contextmanager
def _surroundings(graph: HouseholdGraph, folder: Path) -> Iterator[None]:
    """Run in a folder deep down, on one connection, and with nobody beyond loopback to talk to."""
    deep = folder / "a" / "b" / "c" / "d"
    deep.mkdir(parents=True, exist_ok=True)
    (folder / "given").mkdir(exist_ok=True)
    back, look_up = Path.cwd(), socket.getaddrinfo
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, hard))
    os.chdir(deep)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("household_graph.api.household_graph.connect", _Kept(graph))
        patch.setattr("webbrowser.open", lambda _url: False)
        patch.setattr(
            socket, "getaddrinfo", lambda host, *a, **k: _on_loopback(look_up, host, *a, **k)
        )
        try:
            yield
        finally:
            os.chdir(back)
            resource.setrlimit(resource.RLIMIT_AS, (soft, hard))


class _Kept:
    """Stands for `connect`: gives the one graph, and leaves it open."""

    real = False
    connect = staticmethod(__import__("household_graph").connect)

    def __init__(self, graph: HouseholdGraph) -> None:
        self._graph = graph

    @contextmanager
    def __call__(self, *arguments: Any, **named: Any) -> Iterator[HouseholdGraph]:  # noqa: ANN401
        if _Kept.real:
            with _Kept.connect(*arguments, **named) as graph:
                yield graph
        else:
            yield self._graph


def _on_loopback(look_up: Callable[..., Any], host: object, *more: Any, **named: Any) -> Any:  # noqa: ANN401
    if host in {"localhost", "127.0.0.1", "::1", b"localhost", b"127.0.0.1", b"::1"}:
        return look_up(host, *more, **named)
    raise socket.gaierror(socket.EAI_NONAME, "no such host, for a fuzz")


def _fits(text: str) -> bool:
    """Return whether a variable can hold a text: bytes of any kind, but no other half letters."""
    try:
        return bool(text.encode(errors="surrogateescape")) or not text
    except UnicodeEncodeError:
        return False


@contextmanager
def _environment(variables: Mapping[str, str], *, real: bool) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        for name, value in variables.items():
            said = value.replace("\0", "").encode(
                errors="surrogateescape" if _fits(value) else "replace"
            )
            patch.setenv(name, os.fsdecode(said))
        patch.setattr(_Kept, "real", real)
        yield
