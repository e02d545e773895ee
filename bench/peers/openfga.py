"""OpenFGA on SQLite or PostgreSQL, over its HTTP API."""

import sqlite3
import subprocess
import tempfile
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from itertools import chain
from pathlib import Path
from typing import Any, Self

from bench.peers import postgres
from bench.peers.engine import Ask, World, parts
from bench.peers.http import Client
from bench.peers.openfga_model import model
from bench.peers.processes import free_port, running
from bench.peers.programs import go_version
from bench.peers.tuples import Ref, Tuple, tuples_of

__all__ = ["OpenFga"]

_WRITTEN, _CHECKED = 1000, 1000  # in one request; the server is told so


class OpenFga:
    """One OpenFGA server with a store of its own."""

    kind = "server"

    def __init__(self, program: Path, store: str) -> None:
        """Take the program, and `sqlite` or `postgres`."""
        self.name = f"OpenFGA, {store}"
        self._program, self._store, self._stack = program, store, ExitStack()

    @property
    def version(self) -> str:
        """Its module's version, and that of its store."""
        store = postgres.version() if self._store == "postgres" else sqlite3.sqlite_version
        return f"{go_version(self._program)}, {self._store} {store}, HTTP"

    def __enter__(self) -> Self:
        """Make its tables and start it."""
        with ExitStack() as stack:
            home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="peers-openfga-")))
            self._file = home / "openfga.db"
            uri = f"file:{self._file}"
            if self._store == "postgres":
                uri = stack.enter_context(postgres.postgres())
            data = ["--datastore-engine", self._store, "--datastore-uri", uri]
            subprocess.run(  # noqa: S603 - our own command
                [self._program, "migrate", *data], check=True, capture_output=True
            )
            port = free_port()
            stack.enter_context(running(self._command(port, data), home / "log"))
            self._client = Client(port)
            self._client.wait("/healthz")
            self._stack = stack.pop_all()
        return self

    def _command(self, port: int, data: list[str]) -> list[str]:
        listen = [f"--http-addr=127.0.0.1:{port}", f"--grpc-addr=127.0.0.1:{free_port()}"]
        limits = [f"--max-tuples-per-write={_WRITTEN}", f"--max-checks-per-batch-check={_CHECKED}"]
        patient = ["--request-timeout=60s", "--http-upstream-timeout=70s"]  # not a batch half done
        quiet = ["--metrics-enabled=false", "--playground-enabled=false", "--log-level=error"]
        return [str(self._program), "run", *data, *listen, *limits, *patient, *quiet]

    def __exit__(self, *_error: object) -> None:
        """Stop it and remove its store."""
        self._stack.close()

    def prepare(self, world: World) -> None:
        """Write the model and all tuples, and let SQLite count them."""
        made = self._client.post("/stores", {"name": "households"})
        self._path = f"/stores/{made['id']}"
        said = self._client.post(f"{self._path}/authorization-models", model())
        self._model = said["authorization_model_id"]
        every = chain.from_iterable(map(tuples_of, world.facts.values()))
        for part in parts(every, _WRITTEN):
            self._post("write", {"writes": {"tuple_keys": [_key(one) for one in part]}})
        if self._store == "sqlite":
            with sqlite3.connect(self._file, timeout=60) as connection:
                connection.execute("ANALYZE")
            connection.close()

    def _post(self, what: str, body: dict[str, Any]) -> Any:  # noqa: ANN401 - JSON
        asked = body | {"authorization_model_id": self._model}
        return self._client.post(f"{self._path}/{what}", asked)

    def check(self, ask: Ask) -> bool:
        """Check."""
        return bool(self._post("check", _check(ask)).get("allowed", False))

    def check_batch(self, asks: Sequence[Ask]) -> list[bool]:
        """BatchCheck."""
        found: list[bool] = []
        for part in parts(asks, _CHECKED):
            checks = [{**_check(ask), "correlation_id": str(n)} for n, ask in enumerate(part)]
            said = self._post("batch-check", {"checks": checks})["result"]
            found += [bool(said[str(n)]["allowed"]) for n in range(len(part))]
        return found

    def services(self, ask: Ask) -> set[str]:
        """ListObjects; no rating can be handed in, as it is another for each service."""
        asked = {"type": "service", "relation": "use", "user": f"person:{ask.party}"}
        context = ask.context | {"rating": 0}
        return _ids(self._post("list-objects", {**asked, "context": context})["objects"])

    def who(self, ask: Ask) -> set[str]:
        """ListUsers."""
        asked = {
            "object": {"type": "service", "id": ask.target},
            "relation": "use",
            "user_filters": [{"type": "person"}],
            "context": ask.context,
        }
        return {user["object"]["id"] for user in self._post("list-users", asked)["users"]}


def _check(ask: Ask) -> dict[str, Any]:
    key = {"user": f"person:{ask.party}", "relation": "use", "object": f"service:{ask.target}"}
    return {"tuple_key": key, "context": ask.context}


def _key(one: Tuple) -> dict[str, Any]:
    condition = {"name": one.condition, "context": one.context}
    return {
        "user": _name(one.subject),
        "relation": one.relation,
        "object": _name(one.object),
        **({"condition": condition} if one.condition else {}),
    }


def _name(ref: Ref) -> str:
    return f"{ref.type}:{ref.id}" + (f"#{ref.relation}" if ref.relation else "")


def _ids(names: Iterable[str]) -> set[str]:
    return {name.partition(":")[2] for name in names}
