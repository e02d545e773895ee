#!/usr/bin/env python3
"""Make `household_graph/local_neo4j/jars.lock` anew: resolve, fetch and hash every jar.

Run it with the project's Python after changing a version in ROOTS; it takes a few minutes and a
network. Jars are fetched into a directory of its own that is thrown away, so that nothing but
what the repository serves today decides the list.
"""

import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

from jgo.maven import MavenContext

from household_graph.local_neo4j.jars import LockedJar, file_sha256, write_jar_list

if TYPE_CHECKING:
    from jgo.maven import Dependency

ROOTS = (
    "org.neo4j:neo4j:2026.08.1",
    "org.neo4j.app:neo4j-server:2026.08.1",
    "org.neo4j.client:neo4j-browser:5.24.0",
)
THREADS = 8


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


def main() -> None:
    """Resolve the roots and all they need at run time, and write the list."""
    with tempfile.TemporaryDirectory() as scratch, ThreadPoolExecutor(THREADS) as pool:
        context = MavenContext(repo_cache=Path(scratch), timeout=60)
        roots = [context.create_dependency(root) for root in ROOTS]
        inputs, transitive = context.resolver.resolve(roots)
        write_jar_list(pool.map(lock, [*inputs, *transitive]))


if __name__ == "__main__":
    main()
