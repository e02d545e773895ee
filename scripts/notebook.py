"""A notebook with the outputs that it has now."""

import os
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient

__all__ = ["executed"]

_WIDTH = 110  # columns


def executed(path: Path) -> str:
    """Return the text of a notebook after running it in a new kernel, in the folder it is in.

    Times of running and numbers of runs are left out, so that the same outputs are the same text.

    Raises:
        CellExecutionError: if a cell fails.
    """
    notebook = nbformat.read(path, as_version=4)
    client = NotebookClient(
        notebook,
        resources={"metadata": {"path": str(path.parent)}},
        coalesce_streams=True,  # else what is printed comes in as many parts as time lets it
    )
    client.execute(env={**os.environ, "COLUMNS": str(_WIDTH), "NO_COLOR": "1"})
    notebook.metadata.pop("language_info", None)
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)
        if cell.cell_type == "code":
            cell.execution_count = None
            cell.outputs = [_lasting(output) for output in cell.outputs]
    return f"{nbformat.writes(notebook)}\n"


def _lasting(output: Any) -> Any:  # noqa: ANN401 - nbformat has no types
    if "execution_count" in output:
        output.execution_count = None
    return output
