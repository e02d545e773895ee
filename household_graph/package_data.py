"""What is shipped with the package: its version, the Cypher files and the seed households."""

from functools import cache
from importlib.metadata import version
from pathlib import Path

from household_graph.errors import HouseholdGraphError

_PACKAGE = Path(__file__).resolve().parent


@cache
def package_version() -> str:
    """Return the version of this package, such as `0.1.0`."""
    return version("household-graph")


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
