"""Which table of a mapping a file is: by its name, or by its columns."""

from collections.abc import Iterable, Sequence
from fnmatch import fnmatch
from pathlib import PurePath

from household_graph.errors import DocumentError
from household_graph.imports.mapping.document import Mapping, Table
from household_graph.imports.mapping.headers import Headers, columns_named
from household_graph.model.ids import nearest


def table_for(mapping: Mapping, header: Sequence[str], file: str) -> str:
    """Return the name of the table that a file is.

    Where its name fits none, it is the table most of whose columns it has.

    Raises:
        DocumentError: if it has the key of none of them, or of two alike.
    """
    headers = Headers(header)
    called = [
        name
        for name, table in mapping.tables.items()
        if any(fnmatch(PurePath(file).name.casefold(), one.casefold()) for one in table.files)
    ]
    open_to_all = [name for name, table in mapping.tables.items() if not table.files]
    keyed = [
        name
        for name in called or open_to_all or list(mapping.tables)
        if headers.found(mapping.tables[name].key.columns)
    ]
    if not keyed:
        raise _no_key(mapping, header, file, called)
    fits = {name: _fit(mapping.tables[name], headers) for name in keyed}
    best = [name for name in keyed if fits[name] == max(fits.values())]
    if len(best) > 1:
        raise DocumentError(
            f"`{file}` may be any of {', '.join(f'`{name}`' for name in best)}",
            hint="name the `files` of each table in the mapping",
        )
    return best[0]


def unused_columns(table: Table, header: Iterable[str]) -> tuple[str, ...]:
    """Return the columns of a file that are not imported."""
    columns = tuple(header)
    used = set(Headers(columns).found(columns_named(table)))
    return tuple(name for name in columns if name not in used)


def _fit(table: Table, headers: Headers) -> int:
    return len(set(headers.found(columns_named(table))))


def _no_key(
    mapping: Mapping, header: Sequence[str], file: str, called: Sequence[str]
) -> DocumentError:
    wanted = [
        column for name in called or mapping.tables for column in mapping.tables[name].key.columns
    ]
    listed = ", ".join(f"`{column}`" for column in dict.fromkeys(wanted))
    near = nearest(wanted[0], header) if wanted else []
    return DocumentError(
        f"`{file}` has no column for the key: {listed}",
        hint=f"is it `{near[0]}`? say so in the mapping"
        if near
        else "use another profile, or a mapping: `household-graph import mapping` guesses one",
    )
