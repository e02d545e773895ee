"""The same questions and changes for servers that await: each runs in a thread of a pool.

The driver of Neo4j is safe for threads, and what takes time is the server and the way to it; so
nothing has to be written, or decided, a second time.
"""

from asyncio import get_running_loop, to_thread
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from functools import partial, wraps
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, Self, TypeVar

from household_graph.api.household_graph import HouseholdGraph, connect

if TYPE_CHECKING:
    from household_graph.api.async_groups import AsyncGroups  # a stub, which `make docs` writes
else:
    AsyncGroups = object

_P = ParamSpec("_P")
_R = TypeVar("_R")
_Method = Callable[Concatenate[HouseholdGraph, _P], _R]
_AsyncMethod = Callable[Concatenate["AsyncHouseholdGraph", _P], Coroutine[Any, Any, _R]]


def _awaited(method: _Method[_P, _R]) -> _AsyncMethod[_P, _R]:
    """Return a method that does the same in a thread, to be awaited."""

    @wraps(method)
    async def ask(self: "AsyncHouseholdGraph", /, *args: _P.args, **kwargs: _P.kwargs) -> _R:
        return await self.run(partial(method, self.graph, *args, **kwargs))

    return ask


class AsyncGroup:
    """A group of changes, such as `roles`: its methods, or itself, are called in a thread."""

    def __init__(self, graph: "AsyncHouseholdGraph", group: object) -> None:
        """Call a group of the graph in its threads."""
        self._graph, self._group = graph, group

    def __getattr__(self, method: str) -> Callable[..., Coroutine[Any, Any, Any]]:
        """Return a method of the group, to be awaited."""
        return self._awaited(getattr(self._group, method))

    async def __call__(self, *args: Any, **named: Any) -> Any:  # noqa: ANN401
        """Call the group itself, such as `devices`."""
        return await self._awaited(self._group)(*args, **named)

    def _awaited(self, called: Any) -> Callable[..., Coroutine[Any, Any, Any]]:  # noqa: ANN401
        @wraps(called)
        async def call(*args: Any, **named: Any) -> Any:  # noqa: ANN401 - those of the method
            return await self._graph.run(partial(called, *args, **named))

        return call


class AsyncHouseholdGraph(AsyncGroups):
    """A `HouseholdGraph` to be awaited; use it with `async with`, or `close` it.

    Who stops waiting for an answer does not stop the question: the server ends it on its own.

    Attributes:
        graph: the one that is asked.
    """

    def __init__(self, graph: HouseholdGraph, threads: ThreadPoolExecutor) -> None:
        """Take over a graph, and threads to ask it in."""
        self.graph = graph
        self._threads = threads

    if not TYPE_CHECKING:  # the stub names the groups

        def __getattr__(self, name: str) -> AsyncGroup:
            """Return a group of changes, such as `roles`."""
            from household_graph.changes.service import ChangeGroup

            group = None if name.startswith("_") else getattr(self.graph, name)
            if isinstance(group, ChangeGroup):
                return AsyncGroup(self, group)
            raise AttributeError(name)

    check = _awaited(HouseholdGraph.check)
    check_many = _awaited(HouseholdGraph.check_many)
    services = _awaited(HouseholdGraph.services)
    actions = _awaited(HouseholdGraph.actions)
    who = _awaited(HouseholdGraph.who)
    matrix = _awaited(HouseholdGraph.matrix)
    timeline = _awaited(HouseholdGraph.timeline)
    timelines = _awaited(HouseholdGraph.timelines)
    snapshot = _awaited(HouseholdGraph.snapshot)
    find = _awaited(HouseholdGraph.find)

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
    """Return the graph of a server for questions that are awaited; arguments and errors: `connect`.

    So many questions as there are threads are asked at a time; others wait for their turn.
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
