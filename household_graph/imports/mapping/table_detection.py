"""Detect which table of a mapping a file is: by its name, or by its columns."""

import re
from collections.abc import Iterable, Iterator, Sequence
from fnmatch import fnmatch
from pathlib import PurePath

from household_graph.documents.models import DocumentModel
from household_graph.errors import DocumentError
from household_graph.imports.mapping.mapping import ExportMapping, TableMapping, ValueSource
from household_graph.model.ids import nearest


def folded(name: str) -> str:
    """Return the name of a column without case, blanks, `_` and `-`."""
    return re.sub(r"[\s_-]+", "", name).casefold()


class Headers:
    """The columns of a file, found regardless of how their names are spelt."""

    def __init__(self, header: Iterable[str]) -> None:
        """Index the columns by name."""
        self._by_name = {folded(name): name for name in header}

    def found(self, names: Iterable[str]) -> tuple[str, ...]:
        """Return those of some columns that the file has, in its own spelling."""
        return tuple(self._by_name[folded(name)] for name in names if folded(name) in self._by_name)


def table_for(mapping: ExportMapping, header: Sequence[str], file: str) -> str:
    """Return the name of the table that a file is.

    If its name matches none, it is the table most of whose columns it has.

    Raises:
        DocumentError: if it has the key of no table, or fits two equally well.
    """
    headers, name = Headers(header), PurePath(file).name.casefold()
    tables = mapping.tables
    matching = [
        key
        for key, table in tables.items()
        if any(fnmatch(name, pattern.casefold()) for pattern in table.files)
    ]
    open_to_all = [key for key, table in tables.items() if not table.files]
    candidates = matching or open_to_all or list(tables)
    fits = {
        key: len(set(headers.found(_columns(tables[key]))))
        for key in candidates
        if headers.found(tables[key].key.columns)
    }
    if not fits:
        raise _no_key(mapping, header, file, matching)
    best = [key for key, fit in fits.items() if fit == max(fits.values())]
    if len(best) > 1:
        raise DocumentError(
            f"`{file}` may be any of {', '.join(f'`{key}`' for key in best)}",
            hint="name the `files` of each table in the mapping",
        )
    return best[0]


def unused_columns(table: TableMapping, header: Iterable[str]) -> tuple[str, ...]:
    """Return the columns of a file that are not imported."""
    columns = tuple(header)
    used = set(Headers(columns).found(_columns(table)))
    return tuple(name for name in columns if name not in used)


def _columns(value: object, *, is_when: bool = False) -> Iterator[str]:
    """Yield the names of all columns that a part of a mapping uses."""
    if isinstance(value, ValueSource):
        yield from value.columns
    elif isinstance(value, DocumentModel):
        for name in type(value).model_fields:
            yield from _columns(getattr(value, name), is_when=name.endswith("when"))
    elif isinstance(value, tuple):
        for one in value:
            yield from _columns(one)
    elif isinstance(value, dict) and is_when:
        yield from value


def _no_key(
    mapping: ExportMapping, header: Sequence[str], file: str, matching: Sequence[str]
) -> DocumentError:
    needed = [
        column for name in matching or mapping.tables for column in mapping.tables[name].key.columns
    ]
    listed = ", ".join(f"`{column}`" for column in dict.fromkeys(needed))
    near = nearest(needed[0], header) if needed else []
    return DocumentError(
        f"`{file}` has no column for the key: {listed}",
        hint=f"is it `{near[0]}`? name it in the mapping"
        if near
        else "use another profile, or a mapping: `household-graph import mapping` guesses one",
    )
