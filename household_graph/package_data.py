"""Folders that are shipped with the package: the Cypher files and the seed households."""

from pathlib import Path

from household_graph.errors import HouseholdGraphError

_PACKAGE = Path(__file__).resolve().parent


def shipped(name: str) -> Path:
    """Return a folder that is shipped with the package: `cypher` or `seed`.

    It is inside an installed package, and beside the package in a checkout.

    Raises:
        HouseholdGraphError: if there is no such folder in either place.
    """
    for home in (_PACKAGE, _PACKAGE.parent):
        folder = home / name
        if folder.is_dir():
            return folder
    raise HouseholdGraphError(
        f"the folder `{name}` is missing from this installation",
        hint="install household-graph again",
    )
