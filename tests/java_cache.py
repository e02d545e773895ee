"""An ahead-of-time cache of Java classes, with which a server of the tests starts in half the time.

    python -m tests.java_cache

starts a server, does with it what tests begin with, stops it and leaves the cache in `CACHE`. Java
ignores a cache that is not there yet, or was made for other jars.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from household_graph import connect
from household_graph.documents.load import load_documents
from household_graph.local_neo4j import ensure_running, stop
from household_graph.local_neo4j.settings import read_settings
from household_graph.model.actor import Actor
from tests.scenarios.scenarios import seed

# Servers of tests are gone before Java's second compiler pays off: it doubles their start.
JAVA_OPTIONS = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"
ROOT = Path(__file__).parents[1]
CACHE = ROOT / ".pytest_cache" / "neo4j.aot"


def java_options() -> str:
    """Return the options of a server that uses the cache; they cannot hold a path with a space."""
    return JAVA_OPTIONS if " " in str(CACHE) else f"{JAVA_OPTIONS} -XX:AOTCache={CACHE}"


def begin_recording() -> None:
    """Record the cache in a process of its own, unless there is one."""
    if not CACHE.exists() and " " not in str(CACHE):
        jars = {"HOUSEHOLD_GRAPH_JARS": str(read_settings().jars_directory)}
        subprocess.Popen(
            [sys.executable, "-m", "tests.java_cache"],
            cwd=ROOT,
            env=os.environ | jars,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )


def record() -> None:
    """Record the cache."""
    CACHE.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=CACHE.parent) as folder:
        made = Path(folder, "made")
        os.environ["HOUSEHOLD_GRAPH_HOME"] = str(Path(folder, "home"))
        os.environ["HOUSEHOLD_GRAPH_JAVA_OPTIONS"] = f"{JAVA_OPTIONS} -XX:AOTCacheOutput={made}"
        ensure_running()
        with connect(local=True) as graph:
            graph.apply_schema()
            load_documents(graph.store, [seed("bakers")], actor=Actor.operator("tests"))
            graph.services("bakers/tom")
        stop()
        made.rename(CACHE)


if __name__ == "__main__":
    record()
