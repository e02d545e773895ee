"""The password of the local server: made here, told to Neo4j before its first start."""

import secrets
import subprocess

from household_graph.errors import LocalServerError
from household_graph.graph.local.home import Home, write_private
from household_graph.graph.local.java import ADMIN_TOOL, java_command, java_environment

__all__ = ["USERNAME", "read_password", "set_initial_password"]

USERNAME = "neo4j"
BYTES = 16  # 128 bits, written as 32 hexadecimal digits: no quoting needed anywhere


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
            hint="put it back, or start over with `household-graph db reset`",
        ) from error


def set_initial_password(home: Home) -> None:
    """Make a password if there is none, and hand it to a database that never ran.

    Raises:
        LocalServerError: the admin tool failed, with the end of what it said as the hint; or a
            database that ran before has lost its password file.
    """
    if (home.data / "databases").exists():
        read_password(home)
        return
    if not home.password_file.exists():
        write_private(home.password_file, secrets.token_hex(BYTES))
    # The tool reads the file itself: a password among the arguments shows in every process list.
    arguments = ("dbms", "set-initial-password", f"@{home.password_file}")
    done = subprocess.run(  # noqa: S603 - our own Java with our own arguments
        java_command(home, ADMIN_TOOL, *arguments),
        env=java_environment(home),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
    )
    if done.returncode != 0:
        raise LocalServerError(
            "the initial password cannot be set", hint=(done.stderr or done.stdout)[-2000:].strip()
        )
