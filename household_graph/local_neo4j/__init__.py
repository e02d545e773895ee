"""A local Neo4j Community, installed and run for the user: no Docker, no system Java.

It knows nothing of what the database holds. Importing this is cheap; the driver, jgo and the Java
runtime are imported when they are used.

Whatever needs a home raises LocalServerError if an environment variable has an invalid value, or if
the home cannot be written, or belongs to another user or program. Docstrings name the other errors.
"""

from household_graph.local_neo4j.server import (
    LocalServer,
    LocalStatus,
    ensure_running,
    reset,
    status,
    stop,
)

__all__ = [
    "LocalServer",
    "LocalStatus",
    "ensure_running",
    "reset",
    "status",
    "stop",
]
