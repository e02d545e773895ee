"""SpiceDB on PostgreSQL, or in memory without it, over its HTTP gateway."""

import subprocess
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from itertools import chain
from pathlib import Path
from typing import Any, Self

from bench.peers import postgres
from bench.peers.engine import Ask, World, parts
from bench.peers.http import Client
from bench.peers.processes import free_port, running
from bench.peers.programs import go_version
from bench.peers.spicedb_model import SCHEMA
from bench.peers.tuples import Ref, Tuple, tuples_of

__all__ = ["SpiceDb"]

_KEY = "loopback"  # of a server that lives for one run
_WRITTEN, _CHECKED = 1000, 1000  # in one request
_YES = "PERMISSIONSHIP_HAS_PERMISSION"
_LOOKED_UP = "LOOKUP_PERMISSIONSHIP_HAS_PERMISSION"


class SpiceDb:
    """One SpiceDB server."""

    kind = "server"

    def __init__(self, program: Path, store: str) -> None:
        """Take the program, and `postgres` or `memory`."""
        self.name = f"SpiceDB, {store}"
        self._program, self._store, self._stack = program, store, ExitStack()

    @property
    def version(self) -> str:
        """Its module's version, and that of its store."""
        store = f"postgres {postgres.version()}" if self._store == "postgres" else self._store
        return f"{go_version(self._program)}, {store}, HTTP gateway"

    def __enter__(self) -> Self:
        """Make its tables and start it."""
        with ExitStack() as stack:
            home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="peers-spicedb-")))
            data = ["--datastore-engine=memory"]
            if self._store == "postgres":
                uri = stack.enter_context(postgres.postgres())
                data = ["--datastore-engine=postgres", f"--datastore-conn-uri={uri}"]
                subprocess.run(  # noqa: S603 - our own command
                    [self._program, "datastore", "migrate", "head", *data],
                    check=True,
                    capture_output=True,
                )
            port = free_port()
            stack.enter_context(running(self._command(port, data), home / "log"))
            self._client = Client(port, _KEY)
            self._client.wait("/openapi.json")
            self._stack = stack.pop_all()
        return self

    def _command(self, port: int, data: list[str]) -> list[str]:
        listen = [
            *("--http-enabled", f"--http-addr=127.0.0.1:{port}"),
            f"--grpc-addr=127.0.0.1:{free_port()}",
            "--metrics-enabled=false",
        ]
        limits = [f"--write-relationships-max-updates-per-call={_WRITTEN}"]
        quiet = ["--log-level=error", "--telemetry-endpoint=", "--skip-release-check"]
        own = [f"--grpc-preshared-key={_KEY}"]
        return [str(self._program), "serve", *data, *listen, *limits, *quiet, *own]

    def __exit__(self, *_error: object) -> None:
        """Stop it and remove its store."""
        self._stack.close()

    def prepare(self, world: World) -> None:
        """Write the schema and all relationships."""
        self._client.post("/v1/schema/write", {"schema": SCHEMA})
        every = chain.from_iterable(map(tuples_of, world.facts.values()))
        for part in parts(every, _WRITTEN):
            updates = [
                {"operation": "OPERATION_CREATE", "relationship": _relationship(one)}
                for one in part
            ]
            said = self._client.post("/v1/relationships/write", {"updates": updates})
        self._fresh = {"consistency": {"atLeastAsFresh": said["writtenAt"]}}

    def _post(self, what: str, body: dict[str, Any]) -> Any:  # noqa: ANN401 - JSON
        return self._client.post(f"/v1/permissions/{what}", body | self._fresh)

    def check(self, ask: Ask) -> bool:
        """CheckPermission."""
        said = self._post("check", _check(ask))
        return bool(said["permissionship"] == _YES)

    def check_batch(self, asks: Sequence[Ask]) -> list[bool]:
        """CheckBulkPermissions."""
        found: list[bool] = []
        for part in parts(asks, _CHECKED):
            body = {"items": [_check(ask) for ask in part]}
            pairs = self._post("checkbulk", body)["pairs"]
            found += [pair["item"]["permissionship"] == _YES for pair in pairs]
        return found

    def services(self, ask: Ask) -> set[str]:
        """LookupResources; no rating can be handed in, as it is another for each service."""
        asked = {
            "resourceObjectType": "service",
            "permission": "use",
            "subject": {"object": _object(Ref("person", ask.party))},
            "context": ask.context | {"rating": 0},
        }
        said = self._post("resources", asked)
        return {one["resourceObjectId"] for one in _results(said)}

    def who(self, ask: Ask) -> set[str]:
        """LookupSubjects."""
        asked = {
            "resource": _object(Ref("service", ask.target)),
            "permission": "use",
            "subjectObjectType": "person",
            "context": ask.context,
        }
        said = self._post("subjects", asked)
        return {one["subject"]["subjectObjectId"] for one in _results(said)}


def _results(said: Any) -> list[dict[str, Any]]:  # noqa: ANN401 - JSON
    """Return the results of a stream that hold without a condition left open."""
    answers = said if isinstance(said, list) else [said]
    every = [answer["result"] for answer in answers]
    return [one for one in every if one.get("permissionship", _sure(one)) == _LOOKED_UP]


def _sure(result: dict[str, Any]) -> str:
    return str(result.get("subject", {}).get("permissionship", ""))


def _check(ask: Ask) -> dict[str, Any]:
    return {
        "resource": _object(Ref("service", ask.target)),
        "permission": "use",
        "subject": {"object": _object(Ref("person", ask.party))},
        "context": ask.context,
    }


def _relationship(one: Tuple) -> dict[str, Any]:
    caveat = {"caveatName": one.condition, "context": one.context}
    relation = {"optionalRelation": one.subject.relation} if one.subject.relation else {}
    return {
        "resource": _object(one.object),
        "relation": one.relation,
        "subject": {"object": _object(one.subject), **relation},
        **({"optionalCaveat": caveat} if one.condition else {}),
    }


def _object(ref: Ref) -> dict[str, str]:
    return {"objectType": ref.type, "objectId": ref.id}
