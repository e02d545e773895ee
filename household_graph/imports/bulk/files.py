"""The files for the importer, and the one command that imports them."""

import shlex
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from household_graph.errors import BadInputError
from household_graph.imports.bulk.cells import ARRAY_DELIMITER
from household_graph.imports.bulk.lines import Lines

if TYPE_CHECKING:
    from household_graph.imports.bulk.layouts import Layout


@dataclass(frozen=True, slots=True)
class BulkFiles:
    """Files for `neo4j-admin database import full`.

    Attributes:
        folder: where they lie.
        sources: what the importer is told of each, such as `--nodes=Entity:Place=/…/places.csv`.
        multiline: the files in which a text has a line break, which the importer must be told.
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
            *("neo4j-admin", "database", "import", "full", "neo4j"),
            *self.options,
            "--overwrite-destination=true",
        ]

    @property
    def command_text(self) -> str:
        """The same as one writes it in a shell, an option a line."""
        name, options = self.command[:5], self.command[5:]
        return " \\\n  ".join([shlex.join(name), *map(shlex.quote, options)])


class Files:
    """The files while they are written, each begun when its first line comes."""

    def __init__(self, folder: Path) -> None:
        """Write into a folder, which is made; what stands there under their names is replaced.

        Raises:
            BadInputError: if the importer could not be told of the folder, or it cannot be made.
        """
        self._folder = folder.absolute()
        if "," in str(self._folder):
            raise BadInputError(
                f"the importer takes no path with a comma: `{self._folder}`",
                hint="choose a folder without one",
            )
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise BadInputError(
                f"`{self._folder}` cannot be written to: {error.strerror}",
                hint="choose another folder",
            ) from error
        self._open: dict[Layout, TextIO] = {}
        self._multiline: set[Layout] = set()
        self._households = 0

    def write(self, lines: Lines) -> None:
        """Write lines to the files that they belong to."""
        for layout, text in lines.texts.items():
            file = self._open.get(layout)
            if file is None:
                path = self._folder / layout.name
                file = self._open[layout] = path.open("w", encoding="utf-8", newline="\n")
                file.write(layout.header + "\n")
            file.write(text)
        self._multiline |= lines.multiline
        self._households += lines.households

    def close(self) -> None:
        """Finish all files."""
        for file in self._open.values():
            file.close()

    @property
    def written(self) -> BulkFiles:
        """What was written: the files of nodes first."""
        layouts = sorted(self._open, key=lambda layout: layout.name)
        return BulkFiles(
            self._folder,
            tuple(f"{layout.option}={self._folder / layout.name}" for layout in layouts),
            tuple(self._folder / one.name for one in layouts if one in self._multiline),
            self._households,
        )
