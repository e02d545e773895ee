"""The `neo4j.conf` of a local server."""

from household_graph.graph.local.home import Home
from household_graph.graph.local.state import HOST, State

__all__ = ["write_config"]


def write_config(home: Home, ports: State) -> None:
    """Write `neo4j.conf` anew; it is not a place for settings of one's own.

    Directories are left out: Neo4j's defaults lie below its home, and a file without paths has
    no trouble with the characters in them.
    """
    settings = {
        "server.bolt.listen_address": f"{HOST}:{ports.bolt_port}",
        "server.bolt.advertised_address": f"{HOST}:{ports.bolt_port}",
        "server.http.listen_address": f"{HOST}:{ports.http_port}",
        "server.http.advertised_address": f"{HOST}:{ports.http_port}",
        "server.https.enabled": "false",
        "server.memory.pagecache.size": home.settings.page_cache,
        "dbms.security.auth_enabled": "true",
        # Nothing leaves this machine: no usage reports, no broadcasts on the network.
        "dbms.usage_report.enabled": "false",
        "server.fleet_discovery.enabled": "false",
        "dbms.fleet_manager.enabled": "false",
        # Queries hold people's names; they do not belong in a log.
        "db.logs.query.enabled": "OFF",
        # An empty database takes 541 MB otherwise, and 3 MB so.
        "db.tx_log.preallocate": "false",
        # Without it file URLs of LOAD CSV are read from the root of the file system.
        "server.directories.import": "import",
        # A stop takes ten seconds otherwise.
        "internal.server.bolt.thread_pool_shutdown_wait_time": "100ms",
    }
    lines = [f"{name}={value}\n" for name, value in settings.items()]
    (home.conf / "neo4j.conf").write_text("".join(lines), encoding="utf-8")
