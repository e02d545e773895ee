"""Files that commands write for people: the path is told, and where it cannot be written."""

from pathlib import Path

from household_graph.cli.output import write
from household_graph.errors import BadInputError


def write_picture(path: Path, content: str) -> None:
    """Write a picture over an earlier one, and print its path.

    Raises:
        BadInputError: if it cannot be written.
    """
    try:
        path.write_text(content, encoding="utf-8")
    except OSError as error:
        raise BadInputError(
            f"`{path}` cannot be written: {error.strerror}", hint="name another file with --to"
        ) from error
    write(f"{path}\n")
