"""The Java process of a local server: made, found again, ended; never another user's."""

import os
import subprocess
from pathlib import Path

import psutil

from household_graph.errors import LocalServerError
from household_graph.local_neo4j.home import Home, private
from household_graph.local_neo4j.launch import (
    OURS_ONLY,
    SERVER,
    java_command,
    java_environment,
)
from household_graph.local_neo4j.state import State, read_state

# Seconds by which a process's beginning may seem to move: it is reckoned from the system's, which
# is rounded and follows the clock as that is set right.
CLOCK_SLACK = 2.0
REPAIR_HEAP = "3g"
PATIENCE = 60.0  # seconds for a checkpoint before the process is killed; recovery is safe, if slow


def spawn(home: Home, *, cut_torn_log: bool = False) -> psutil.Process:
    """Start the server in a session of its own, so that no Ctrl-C of ours reaches it.

    Args:
        home: whose server.
        cut_torn_log: whether the end of its transaction log is torn; lengths read from there may
            be up to 2 GB, for which there has to be memory before they are found to be wrong.
    """
    # In console mode Neo4j says on stdout why it fails to start.
    arguments = (f"--home-dir={home.root}", f"--config-dir={home.conf}", "--console-mode")
    if home.log_file.exists():
        home.log_file.replace(home.log_file.with_suffix(".previous.log"))
    with private(home.log_file) as log:
        child = subprocess.Popen(  # noqa: S603 - our own Java with our own arguments
            java_command(home, SERVER, *arguments, heap=REPAIR_HEAP if cut_torn_log else None),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            cwd=home.logs,
            env=java_environment(home),
            start_new_session=True,
            umask=OURS_ONLY if os.name == "posix" else -1,
            creationflags=getattr(subprocess, "DETACHED_PROCESS", 0),  # the same on Windows
        )
    # Outliving us is its job; without this Python warns that it does.
    child.returncode = 0
    return psutil.Process(child.pid)


def find(root: Path, state: State) -> psutil.Process | None:
    """Find the running server of a home that the state tells of, if it is a process of ours."""
    return _recorded(state) or find_unrecorded(root)


def _recorded(state: State) -> psutil.Process | None:
    if state.pid is None or state.created is None:
        return None
    try:
        process = psutil.Process(state.pid)
        same = abs(process.create_time() - state.created) < CLOCK_SLACK
    except psutil.Error:
        return None
    return process if same and _is_ours(process) and is_alive(process) else None


def find_unrecorded(root: Path) -> psutil.Process | None:
    """Find a server of this home by its command line, among the processes of this user.

    One is there without a record when a command was interrupted between start and note, or when
    the clock was set so far that the process seems to have begun at another time.
    """
    for process in psutil.process_iter(["cmdline"]):
        command = process.info["cmdline"] or []
        ours = SERVER in command and f"--home-dir={root}" in command
        if ours and _is_ours(process) and is_alive(process):
            return process
    return None


def _is_ours(process: psutil.Process) -> bool:
    """Return whether this user runs it: anybody may run something under the same command line."""
    try:
        if os.name == "posix":
            return set(process.uids()) == {os.geteuid()}
        return process.username() == psutil.Process().username()
    except psutil.Error:
        return False


def listens(process: psutil.Process, port: int) -> bool:
    """Return whether it is this process that listens on a port, and not somebody else there."""
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
    state = read_state(home)
    process = find(home.root, state) if state else find_unrecorded(home.root)
    if process is None:
        return False
    end(process)
    return True


def is_alive(process: psutil.Process) -> bool:
    """Whether it still runs; one that ended but was not yet reaped does not."""
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def end(process: psutil.Process) -> None:
    """Ask the process to end, wait, and kill it if it does not.

    Raises:
        LocalServerError: the operating system does not let us.
    """
    try:
        _end(process)
    except psutil.NoSuchProcess:
        pass
    except psutil.Error as error:
        raise LocalServerError(
            f"Neo4j (pid `{process.pid}`) cannot be ended: {type(error).__name__}",
            hint="end it as the user who started it",
        ) from error


def _end(process: psutil.Process) -> None:
    process.terminate()
    try:
        process.wait(PATIENCE)
    except psutil.TimeoutExpired:
        process.kill()
        process.wait(PATIENCE)
