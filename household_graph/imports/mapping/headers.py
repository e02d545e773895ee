"""Names of columns, told from each other without regard to how they are spelt."""

import re
from collections.abc import Iterable, Iterator

from household_graph.documents.models import DocumentModel
from household_graph.imports.mapping.columns import Column


def folded(name: str) -> str:
    """Return a name without case, blanks, `_` and `-`."""
    return re.sub(r"[\s_-]+", "", name).casefold()


class Headers:
    """The columns of a file."""

    def __init__(self, header: Iterable[str]) -> None:
        """Know the columns by their names."""
        self._by_name = {folded(name): name for name in header}

    def found(self, names: Iterable[str]) -> tuple[str, ...]:
        """Return those of some columns that the file has, as it writes them."""
        return tuple(self._by_name[folded(name)] for name in names if folded(name) in self._by_name)


def columns_named(part: DocumentModel) -> Iterator[str]:
    """Yield the names of all columns that a part of a mapping speaks of."""
    for name in type(part).model_fields:
        yield from _named(getattr(part, name), is_when=name.endswith("when"))


def _named(value: object, *, is_when: bool = False) -> Iterator[str]:
    if isinstance(value, Column):
        yield from value.columns
    elif isinstance(value, DocumentModel):
        yield from columns_named(value)
    elif isinstance(value, tuple):
        for one in value:
            yield from _named(one)
    elif isinstance(value, dict) and is_when:
        yield from value
