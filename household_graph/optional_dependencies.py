"""What is installed only by those who want it: the extras of pyproject.toml."""

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module
from importlib.abc import MetaPathFinder

from household_graph.errors import BadInputError

FRAMES = ("numpy", "pandas", "pyarrow")
"""What the driver imports wherever it is installed, for parameters of their types alone.

No command has such parameters, and it takes seconds; `require_extra` is how one comes by them."""


def require_extra(extra: str, module: str) -> None:
    """Hold an import that is about to be made to what is installed, `without` or not.

    Args:
        extra: the name of the extra that brings the module.
        module: the name of the module.

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
    """Let modules that are not imported yet be as if they were not installed.

    Args:
        names: of the modules, as `*FRAMES` around whatever imports the driver.
    """
    absent = _Absent(names)
    sys.meta_path.insert(0, absent)
    try:
        yield
    finally:
        sys.meta_path.remove(absent)


class _Absent(MetaPathFinder):
    """Finds nothing, and lets nobody else look for it."""

    def __init__(self, names: Sequence[str]) -> None:
        self.names = names

    def find_spec(self, fullname: str, *_others: object) -> None:
        """Raise ModuleNotFoundError for the modules that are to be absent."""
        if fullname in self.names:
            raise ModuleNotFoundError(f"No module named {fullname!r}", name=fullname)
