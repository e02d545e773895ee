"""One object for what is equal: many households take less memory, and are sooner found there."""

from collections.abc import Hashable, Mapping
from typing import Any, TypeVar

_Value = TypeVar("_Value", bound=Hashable)


class Alike:
    """What there is so far, each once."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self._found: dict[Hashable, Any] = {}

    def one(self, value: _Value) -> _Value:
        """Return the first of those that are equal to a value."""
        found: _Value = self._found.setdefault((type(value), value), value)
        return found

    def places(self, places: Mapping[str, int]) -> Mapping[str, int]:
        """Return the first mapping of the same names, in the same order, to the same places."""
        found: Mapping[str, int] = self._found.setdefault((dict, *places.items()), places)
        return found
