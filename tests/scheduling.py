"""Which process runs which file of tests: few of them start the same server."""

from xdist.scheduler import LoadFileScheduling
from xdist.workermanage import WorkerController

from tests.java_cache import CACHE

EMPTY, SCENARIOS = "an empty server", "the households of the scenarios"
OWN, PURE = "a server of its own", "no server"
SERVERS = {
    "graph": EMPTY,
    **dict.fromkeys(("answers", "browser", "cli", "docs", "fuzz"), SCENARIOS),
    **dict.fromkeys(("local_neo4j", "scenarios"), SCENARIOS),
    **dict.fromkeys(("packaging", "soak"), OWN),
}
"""What most tests of a folder ask; those of others ask no server."""

LONG = frozenset(
    {
        *("test_generated.py", "test_pages.py", "test_questions_agree.py", "test_partition.py"),
        *("test_local_repair.py", "test_sequences.py", "test_soak.py", "test_import_killed.py"),
        *("test_imports_bulk_graph.py", "test_population.py", "test_fuzz.py", "test_wheel.py"),
    }
)
"""Files that take long, and come first, so that none of them is left over at the end."""


class ServerScheduling(LoadFileScheduling):  # type: ignore[misc] # it comes without types
    """Hands out whole files: to one half of the processes first what asks the empty server.

    To the other half first what asks the households of the scenarios. A server that starts,
    installs the schema and plans its queries takes half a minute; less once there is a cache of
    Java classes, until when tests go first that need none.
    """

    def _assign_work_unit(self, node: WorkerController) -> None:
        first, last = (EMPTY, SCENARIOS) if self.nodes.index(node) % 2 else (SCENARIOS, EMPTY)
        order = (first, OWN, PURE, last) if CACHE.exists() else (PURE, first, OWN, last)
        file = min(self.workqueue, key=lambda file: order.index(server_of(file)))
        self.workqueue.move_to_end(file, last=False)
        super()._assign_work_unit(node)


def server_of(file: str) -> str:
    """Return what a file of tests asks, by its folder."""
    return SERVERS.get(file.split("/")[1], PURE)
