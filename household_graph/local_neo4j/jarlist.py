"""The locked list of jars that a local Neo4j is made of: `jars.lock`, read and written.

One line a jar: `group:artifact:version[:classifier]`, two spaces, its SHA-256. Lines that start
with `#` are comments. `scripts/lock_jars.py` makes the file.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

LOCK_FILE = Path(__file__).with_name("jars.lock")
NEO4J = ("org.neo4j", "neo4j")
HEADER = """\
# What a local Neo4j runs from. Made by `scripts/lock_jars.py`; do not edit by hand.
# group:artifact:version[:classifier]  sha256
"""


@dataclass(frozen=True, order=True, slots=True)
class LockedJar:
    """One jar: where it is found and what it must hash to."""

    group: str
    artifact: str
    version: str
    classifier: str
    sha256: str

    @classmethod
    def parse(cls, line: str) -> "LockedJar":
        """Read one line of the list; a line of another shape is a ValueError."""
        coordinate, sha256 = line.split()
        group, artifact, version, *rest = coordinate.split(":")
        return cls(group, artifact, version, ":".join(rest), sha256)

    @property
    def coordinate(self) -> str:
        """The name in the list: `group:artifact:version[:classifier]`."""
        parts = (self.group, self.artifact, self.version, self.classifier)
        return ":".join(part for part in parts if part)

    @property
    def relative_path(self) -> Path:
        """Where the jar lies below the directory of all jars; no two jars share one."""
        name = "-".join(part for part in (self.artifact, self.version, self.classifier) if part)
        return Path(self.group, f"{name}.jar")


@dataclass(frozen=True, slots=True)
class JarList:
    """All the jars, in the order of the class path."""

    jars: tuple[LockedJar, ...]

    @property
    def neo4j_version(self) -> str:
        """The version of Neo4j that the list installs."""
        return next(jar.version for jar in self.jars if (jar.group, jar.artifact) == NEO4J)


def read_jar_list(path: Path = LOCK_FILE) -> JarList:
    """Read the list."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return JarList(tuple(LockedJar.parse(line) for line in lines if not line.startswith("#")))


def write_jar_list(jars: Iterable[LockedJar], path: Path = LOCK_FILE) -> None:
    """Write the list sorted, so that a new list differs only where the jars do."""
    lines = [f"{jar.coordinate}  {jar.sha256}\n" for jar in sorted(jars)]
    path.write_text(HEADER + "".join(lines), encoding="utf-8", newline="\n")


def file_sha256(path: Path) -> str:
    """The SHA-256 of a file as lower-case hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
