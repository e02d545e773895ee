"""Files into the local database by Neo4j's own offline importer, while the server is stopped.

The importer fills a database beside the one in use, and only when that is whole does it take the
other's place: whatever happens before, the database in use stays as it was.
"""

import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

from household_graph.errors import BadInputError, LocalServerError
from household_graph.graph.local.home import Home, locate
from household_graph.graph.local.java import ADMIN_TOOL, java_command, java_environment
from household_graph.graph.local.login import DATABASE, last_words
from household_graph.graph.local.progress import Progress, on_stderr
from household_graph.graph.local.server import LocalServer, ensure_running, stopped

__all__ = ["import_into_local"]

_INCOMING = "incoming"
_REPLACED = "replaced"
