"""Which table of a mapping a file is, and which columns of the two have no counterpart."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from household_graph.documents.models import DocumentModel
from household_graph.errors import DocumentError
from household_graph.imports.cleaning.names import PARTS_OF_NAMES
from household_graph.imports.mapping.mapping import ExportMapping, TableMapping, ValueSource
from household_graph.imports.sources import is_named
from household_graph.model.ids import nearest

_LEAST_KNOWN, _MOST = 2, 0.6  # values that a file has, and which part of those that are read


def folded(name: str) -> str:
    """Return the name of a column without case, blanks, `_` and `-`."""
    return re.sub(r"[\s_-]+", "", name).casefold()


def table_for(mapping: ExportMapping, header: Sequence[str], file: str) -> str:
    """Return the name of the table that a file is.

    If its name matches none, it is the table most of whose columns it has.

    Raises:
        DocumentError: if it has the key of no table, or fits two equally well.
    """
    tables = mapping.tables
    matching = [key for key, table in tables.items() if is_named(file, table.files)]
    candidates = matching or [key for key, table in tables.items() if not table.files] or tables
    fits = {
        key: len(columns_found(header, _columns(tables[key])))
        for key in candidates
        if columns_found(header, tables[key].key.columns)
    }
    if not fits:
        needed = [column for key in matching or tables for column in tables[key].key.columns]
        near = nearest(needed[0], header) if needed else []
        raise DocumentError(
            f"`{file}` has no column for the key: {_listed(needed)}",
            hint=f"is it `{near[0]}`? name it in the mapping"
            if near
            else "use another profile, or a mapping: `household-graph import mapping` guesses one",
        )
    best = [key for key, fit in fits.items() if fit == max(fits.values())]
    if len(best) > 1:
        hint = "name the `files` of each table in the mapping"
        raise DocumentError(f"`{file}` may be any of {_listed(best)}", hint=hint)
    return best[0]


def _listed(words: Iterable[str]) -> str:
    return ", ".join(f"`{word}`" for word in dict.fromkeys(words))


def fitting_profiles(
    profiles: Mapping[str, ExportMapping], files: Iterable[tuple[str, Sequence[str]]]
) -> list[str]:
    """Return the profiles that know an export by its headers, the one that reads most first.

    One knows it if each of the files, by name and header, is one of its tables, and has most of
    what that reads; a file may also be one that the profile skips.
    """
    headers = list(files)
    reads = {name: _values_read(mapping, headers) for name, mapping in profiles.items()}
    known = [(reading, name) for name, reading in reads.items() if reading]
    return [name for _reading, name in sorted(known, key=lambda one: (-one[0], one[1]))]


def _values_read(mapping: ExportMapping, files: Iterable[tuple[str, Sequence[str]]]) -> int:
    """Return how many columns of some files a mapping reads; 0 if it does not know them."""
    total = 0
    for name, header in files:
        if is_named(name, mapping.skip_files):
            continue
        try:
            table = mapping.tables[table_for(mapping, header, name)]
        except DocumentError:
            return 0
        wanted = set(_alternatives(table))
        found = [columns for columns in wanted if columns_found(header, columns)]
        if len(found) < max(_LEAST_KNOWN, _MOST * len(wanted)):
            return 0
        total += len(columns_found(header, _columns(table)))
    return total


def unused_columns(table: TableMapping, header: Sequence[str]) -> tuple[str, ...]:
    """Return the columns of a file that are not imported."""
    used = columns_found(header, _columns(table))
    return tuple(name for name in header if name not in used)


def missing_columns(table: TableMapping, headers: Iterable[Sequence[str]]) -> tuple[str, ...]:
    """Return the columns of a table that are in none of its files; alternatives stand together."""
    header = [name for one in headers for name in one]
    return tuple(
        " or ".join(columns)
        for columns in dict.fromkeys(_alternatives(table))
        if not columns_found(header, columns)
    )


def check_required(table: TableMapping, header: Sequence[str], file: str) -> None:
    """Refuse a file that lacks a required column, with a DocumentError that names it."""
    for source in _sources(table):
        if source.required and not columns_found(header, source.columns):
            near = nearest(source.columns[0], header)
            raise DocumentError(
                f"`{file}` lacks the column {_listed(source.columns)}, which the mapping requires",
                hint=f"is it `{near[0]}`? name it in the mapping" if near else None,
            )


def _sources(value: object) -> Iterator[ValueSource]:
    """Yield the sources of values within a part of a mapping."""
    return (source for _name, source in named_sources(value))


def named_sources(value: object, name: str = "") -> Iterator[tuple[str, ValueSource]]:
    """Yield the sources of values within a part of a mapping, by fields as `person.email`."""
    if isinstance(value, ValueSource):
        yield name, value
    elif isinstance(value, DocumentModel):
        for field in type(value).model_fields:
            yield from named_sources(getattr(value, field), f"{name}.{field}".lstrip("."))
    elif isinstance(value, tuple | dict):
        for one in value.values() if isinstance(value, dict) else value:
            yield from named_sources(one, name)


def _alternatives(table: TableMapping) -> Iterator[tuple[str, ...]]:
    """Yield the columns that a table uses: of one value all that it may come from.

    A full name and its parts stand for each other.
    """
    full, *parts = (getattr(table.person, name, None) for name in PARTS_OF_NAMES)
    of_parts = tuple(column for part in parts if part for column in part.columns)
    of_values = [
        source.columns
        + (of_parts if source is full else full.columns if full and source in parts else ())
        for source in _sources(table)
        if source.columns
    ]
    yield from of_values
    stated = {folded(name) for columns in of_values for name in columns}
    yield from ((name,) for name in _columns(table) if folded(name) not in stated)


def columns_found(header: Iterable[str], columns: Iterable[str]) -> tuple[str, ...]:
    """Return those of some columns that the header of a file has, each once, as spelt there."""
    spelt = {folded(name): name for name in header}
    wanted = dict.fromkeys(map(folded, columns))
    return tuple(spelt[name] for name in wanted if name in spelt)


def _columns(value: object, *, is_when: bool = False) -> Iterator[str]:
    """Yield the names of all columns that a part of a mapping uses."""
    if isinstance(value, ValueSource):
        yield from (*value.columns, *value.when)
    elif isinstance(value, DocumentModel):
        for name in type(value).model_fields:
            yield from _columns(getattr(value, name), is_when=name.endswith("when"))
    elif isinstance(value, tuple):
        for one in value:
            yield from _columns(one)
    elif isinstance(value, dict):
        for column, one in value.items():
            yield from (column,) if is_when else _columns(one)
