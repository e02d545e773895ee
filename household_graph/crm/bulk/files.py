"""What was written for the importer, and the command that imports it."""

import shlex
from dataclasses import dataclass
from pathlib import Path

from household_graph.crm.bulk.cells import ARRAY_DELIMITER

__all__ = ["BulkFiles"]


@dataclass(frozen=True, slots=True)
class BulkFiles:
    """Files for `neo4j-admin database import full`.

    Attributes:
        folder: where they lie.
        sources: what the importer is told of each, such as `--nodes=Entity:Place=/…/places.csv`.
        multiline: the files in which a text has a line break.
        households: how many households they hold.
    """

    folder: Path
    sources: tuple[str, ...]
    multiline: tuple[Path, ...]
    households: int

    @property
    def options(self) -> list[str]:
        """The options of the importer, without the name of the database."""
        spanning = ",".join(str(path) for path in self.multiline)
        return [
            *self.sources,
            f"--array-delimiter=U+{ord(ARRAY_DELIMITER):04X}",
            "--path-pattern-style=none",  # else a path is taken for a regular expression
            *(["--multiline-fields-format=v2", f"--multiline-fields={spanning}"] * bool(spanning)),
        ]

    @property
    def command(self) -> list[str]:
        """The whole command for a Neo4j of one's own, whose database must not be running."""
        return [
            *("neo4j-admin", "database", "import", "full"),
            *self.options,
            "--overwrite-destination=true",
            "neo4j",
        ]

    @property
    def command_text(self) -> str:
        """The same as one writes it in a shell, an option a line."""
        name, options = self.command[:4], self.command[4:]
        return " \\\n  ".join([shlex.join(name), *map(shlex.quote, options)])
