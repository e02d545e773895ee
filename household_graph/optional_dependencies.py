"""Optional dependencies: the extras of pyproject.toml."""

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module
from importlib.abc import MetaPathFinder

from household_graph.errors import BadInputError

FRAMES = ("numpy", "pandas", "pyarrow")
"""Modules that the driver imports if they are installed, to support parameters of their types.

No command has such parameters, and the import takes seconds; see `require_extra`."""


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
