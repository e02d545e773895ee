#!/usr/bin/env python3
"""Write `household_graph/local_neo4j/jars.lock`: resolve, fetch and hash every jar.

Run it with the project's Python after changing a version in ROOTS; it takes a few minutes and a
network. Jars are fetched into a directory of its own that is thrown away, so that nothing but
what the repository serves today decides the list.
"""

import tempfile
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

from jgo.maven import MavenContext

from household_graph.local_neo4j.jars import LOCK_FILE, LockedJar, file_sha256

if TYPE_CHECKING:
    from jgo.maven import Dependency

ROOTS = (
    "org.neo4j:neo4j:2026.08.1",
    "org.neo4j.app:neo4j-server:2026.08.1",
    "org.neo4j.client:neo4j-browser:5.24.0",
)
THREADS = 8
HEADER = """\
# What a local Neo4j runs from. Made by `scripts/lock_jars.py`; do not edit by hand.
# group:artifact:version[:classifier]  sha256
"""


def lock(dependency: "Dependency") -> LockedJar:
    """Fetch one jar and note what it hashes to."""
    sha256 = file_sha256(dependency.artifact.resolve())
    return LockedJar(
        dependency.groupId,
        dependency.artifactId,
        dependency.version,
        dependency.classifier,
        sha256,
    )


def write_jar_list(jars: Iterable[LockedJar], path: Path = LOCK_FILE) -> None:
    """Write the list sorted, so that a new list differs only where the jars do."""
    lines = [f"{jar.coordinate}  {jar.sha256}\n" for jar in sorted(jars)]
    path.write_text(HEADER + "".join(lines), encoding="utf-8", newline="\n")


def main() -> None:
    """Resolve the roots and all they need at run time, and write the list."""
    with tempfile.TemporaryDirectory() as scratch, ThreadPoolExecutor(THREADS) as pool:
        context = MavenContext(repo_cache=Path(scratch), timeout=60)
        roots = [context.create_dependency(root) for root in ROOTS]
        inputs, transitive = context.resolver.resolve(roots)
        write_jar_list(pool.map(lock, [*inputs, *transitive]))


if __name__ == "__main__":
    main()
