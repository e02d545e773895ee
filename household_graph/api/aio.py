"""The same questions and changes for servers that await: each runs in a thread of a pool.

The driver of Neo4j is safe for threads, and what takes time is the server and the way to it; so
nothing has to be written, or decided, a second time.
"""

from asyncio import get_running_loop, to_thread
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from functools import partial, wraps
from typing import Any, Concatenate, ParamSpec, Self, TypeVar

from household_graph.api.household_graph import HouseholdGraph, connect

_GROUPS = (
    "roles",
    "policies",
    "devices",
    "identities",
    "events",
    "documents",
    "imports",
    "changes",
)
_P = ParamSpec("_P")
_R = TypeVar("_R")
_Method = Callable[Concatenate[HouseholdGraph, _P], _R]
_AsyncMethod = Callable[
    Concatenate["AsyncHouseholdGraph", _P],
    Coroutine[Any, Any, _R],
]


def _awaited(method: _Method[_P, _R]) -> _AsyncMethod[_P, _R]:
    """Return a method that does the same in a thread, to be awaited."""

    @wraps(method)
    async def ask(self: "AsyncHouseholdGraph", /, *args: _P.args, **kwargs: _P.kwargs) -> _R:
        return await self.run(partial(method, self.graph, *args, **kwargs))

    return ask


class AsyncGroup:
    """A group of changes, such as `roles`: the methods of the group, each to be awaited."""

    def __init__(self, graph: "AsyncHouseholdGraph", name: str) -> None:
        """Call the group of that name of a graph."""
        self._graph, self._name = graph, name

    def __getattr__(self, method: str) -> Callable[..., Coroutine[Any, Any, Any]]:
        """Return a method of the group, to be awaited."""
        if method.startswith("_"):
            raise AttributeError(method)
        called = getattr(getattr(self._graph.graph, self._name), method)

        @wraps(called)
        async def call(*args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - those of the method
            return await self._graph.run(partial(called, *args, **kwargs))

        return call

    async def __call__(self, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401
        """Call the group itself, such as `devices`."""
        return await self._graph.run(
            partial(getattr(self._graph.graph, self._name), *args, **kwargs)
        )


class AsyncHouseholdGraph:
    """A `HouseholdGraph` to be awaited; use it with `async with`, or `close` it.

    Who stops waiting for an answer does not stop the question: the server ends it on its own.

    Attributes:
        graph: the one that is asked.
    """

    def __init__(self, graph: HouseholdGraph, threads: ThreadPoolExecutor) -> None:
        """Take over a graph, and threads to ask it in."""
        self.graph = graph
        self._threads = threads
        for name in _GROUPS:
            setattr(self, name, AsyncGroup(self, name))

    check = _awaited(HouseholdGraph.check)
    check_many = _awaited(HouseholdGraph.check_many)
    services = _awaited(HouseholdGraph.services)
    who = _awaited(HouseholdGraph.who)
    matrix = _awaited(HouseholdGraph.matrix)
    timeline = _awaited(HouseholdGraph.timeline)
    timelines = _awaited(HouseholdGraph.timelines)
    snapshot = _awaited(HouseholdGraph.snapshot)

    roles: AsyncGroup
    policies: AsyncGroup
    devices: AsyncGroup
    identities: AsyncGroup
    events: AsyncGroup
    documents: AsyncGroup
    imports: AsyncGroup
    changes: AsyncGroup

    async def run(self, work: Callable[[], _R]) -> _R:
        """Do anything else in one of its threads, such as `lambda: graph.graph.past(…)`."""
        return await get_running_loop().run_in_executor(self._threads, work)

    async def close(self) -> None:
        """Give the connection back, once all that was asked is answered; others may go on."""
        await to_thread(self._threads.shutdown)
        await to_thread(self.graph.close)

    async def __aenter__(self) -> Self:
        """Return itself."""
        return self

    async def __aexit__(self, *_error: object) -> None:
        """Close the connection."""
        await self.close()


async def connect_async(
    uri: str | None = None,
    *,
    username: str | None = None,
    password: str | None = None,
    database: str | None = None,
    timeout: float | None = None,  # noqa: ASYNC109 - of each question, in its thread
    threads: int = 16,
) -> AsyncHouseholdGraph:
    """Return the graph of a server, as `connect` does, for questions that are awaited.

    Args:
        uri: of the server; this and the next four are those of `connect`.
        username: to log in with.
        password: with what.
        database: which database.
        timeout: seconds that one question may take.
        threads: how many questions are asked at a time; others wait for their turn.

    Raises:
        DatabaseUnavailableError: if the server does not answer, or refuses the login.
        LocalServerError: if the local server cannot be installed or started.
    """
    pool = ThreadPoolExecutor(threads, thread_name_prefix="household-graph")
    opened = partial(
        connect, uri, username=username, password=password, database=database, timeout=timeout
    )
    try:
        return AsyncHouseholdGraph(await get_running_loop().run_in_executor(pool, opened), pool)
    except BaseException:
        pool.shutdown(wait=False)
        raise
