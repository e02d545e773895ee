"""What is installed: the version, folders that are shipped, and the extras of pyproject.toml."""

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from importlib import import_module
from importlib.abc import MetaPathFinder
from importlib.metadata import version
from pathlib import Path

from household_graph.errors import BadInputError, HouseholdGraphError

FRAMES = ("numpy", "pandas", "pyarrow")
"""Modules that the driver imports if they are installed, to support parameters of their types.

No command has such parameters, and the import takes seconds; see `require_extra`."""

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


def require_extra(extra: str, module: str) -> None:
    """Import a module that an extra brings, even inside `without`.

    Raises:
        BadInputError: if the module is not installed; the hint says how to get it.
    """
    hidden = [finder for finder in sys.meta_path if isinstance(finder, _Absent)]
    sys.meta_path[:] = [finder for finder in sys.meta_path if finder not in hidden]
    try:
        import_module(module)
    except ModuleNotFoundError as error:
        raise BadInputError(
            f"`{module}` is not installed, and this needs it",
            hint=f"pip install 'household-graph[{extra}]'",
        ) from error
    finally:
        sys.meta_path[:0] = hidden


@contextmanager
def without(*names: str) -> Iterator[None]:
    """Hide modules that are not imported yet, such as `*FRAMES` around an import of the driver."""
    absent = _Absent(names)
    sys.meta_path.insert(0, absent)
    try:
        yield
    finally:
        sys.meta_path.remove(absent)


class _Absent(MetaPathFinder):
    """An import finder that reports modules as not installed."""

    def __init__(self, names: Sequence[str]) -> None:
        self.names = names

    def find_spec(self, fullname: str, *_others: object) -> None:
        """Raise ModuleNotFoundError for the hidden modules."""
        if fullname in self.names:
            raise ModuleNotFoundError(f"No module named {fullname!r}", name=fullname)
