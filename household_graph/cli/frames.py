"""What frames are made of takes seconds to import, and no command needs it to ask the graph."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

__all__ = ["without_frames"]


@contextmanager
def without_frames() -> Iterator[None]:
    """Keep the driver from importing numpy, pandas and pyarrow, wherever they are installed.

    It does so for parameters of their types alone, which no command has. Whatever is imported
    afterwards gets them as always.
    """
    modules: dict[str, Any] = sys.modules  # None there: not to be imported
    absent = [name for name in ("numpy", "pandas", "pyarrow") if name not in modules]
    modules.update(dict.fromkeys(absent))
    try:
        yield
    finally:
        for name in absent:
            del modules[name]
