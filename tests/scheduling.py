"""Which process runs which file of tests: few start the same server, or plan the same queries."""

from pathlib import PurePosixPath

from xdist.scheduler import LoadFileScheduling
from xdist.workermanage import WorkerController

from tests.java_cache import CACHE

LIBRARY, GRAPH = "the library on an empty server", "an empty server"
SCENARIOS, OWN, PURE = "the scenarios", "a server of its own", "no server"
FIRST = (SCENARIOS, LIBRARY, OWN, GRAPH)
"""What the processes begin with, in turn."""
SAME_SERVER = {LIBRARY: GRAPH, GRAPH: LIBRARY}
NEEDS = {
    "tests/graph/queries": LIBRARY,
    "tests/graph": GRAPH,
    **dict.fromkeys(("tests/answers", "tests/browser", "tests/cli", "tests/docs"), SCENARIOS),
    **dict.fromkeys(("tests/fuzz", "tests/scenarios"), SCENARIOS),
    **dict.fromkeys(("tests/local_neo4j", "tests/packaging", "tests/soak"), OWN),
}
"""What most tests of a folder need; those of others need no server."""

LONG = frozenset(
    {
        *("test_generated.py", "test_pages.py", "test_questions_agree.py", "test_partition.py"),
        *("test_local_repair.py", "test_sequences.py", "test_soak.py", "test_import_killed.py"),
        *("test_imports_bulk_graph.py", "test_population.py", "test_fuzz.py", "test_wheel.py"),
    }
)
"""Files that take long, and come first, so that none of them is left over at the end."""


class ServerScheduling(LoadFileScheduling):  # type: ignore[misc] # it comes without types
    """Hands out whole files, to each process those of its own group first.

    The third begins with tests that start servers of their own, and often wait for them. A server
    that starts, installs the schema and plans its queries takes half a minute; less once there is
    a cache of Java classes, until when tests go first that need none.
    """

    def _assign_work_unit(self, node: WorkerController) -> None:
        first = FIRST[self.nodes.index(node) % len(FIRST)]
        order = [first, PURE] if CACHE.exists() else [PURE, first]
        order += [SAME_SERVER.get(first, OWN), OWN, *FIRST]
        file = min(self.workqueue, key=lambda file: order.index(need_of(file)))
        self.workqueue.move_to_end(file, last=False)
        super()._assign_work_unit(node)


def need_of(file: str) -> str:
    """Return what a file of tests needs, by its folder."""
    folders = map(str, PurePosixPath(file).parents)
    return next((NEEDS[folder] for folder in folders if folder in NEEDS), PURE)
