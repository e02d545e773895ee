"""Compile a table of a mapping for the header of a file: find the table, and read records fast."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from fnmatch import fnmatch
from functools import lru_cache, partial
from inspect import signature
from pathlib import PurePath
from typing import Any

from pydantic import ValidationError

from household_graph.documents.models import DocumentModel
from household_graph.errors import DocumentError
from household_graph.imports.cleaning.addresses import address
from household_graph.imports.cleaning.cells import choice, code, phone, truth
from household_graph.imports.cleaning.names import names
from household_graph.imports.cleaning.text import CleaningError
from household_graph.imports.mapping.mapping import (
    Cleaned,
    DeviceColumns,
    ExportMapping,
    PersonColumns,
    ProductColumns,
    ServiceColumns,
    TableMapping,
    ValueSource,
)
from household_graph.imports.records import (
    AccountFields,
    DeviceFields,
    NormalizedRecord,
    PersonFields,
    PlaceFields,
    ProductFields,
    RawRecord,
    RejectedRecord,
    ServiceFields,
)
from household_graph.model.ids import nearest

Values = Mapping[str, str]


def folded(name: str) -> str:
    """Return the name of a column without case, blanks, `_` and `-`."""
    return re.sub(r"[\s_-]+", "", name).casefold()


def table_for(mapping: ExportMapping, header: Sequence[str], file: str) -> str:
    """Return the name of the table that a file is.

    If its name matches none, it is the table most of whose columns it has.

    Raises:
        DocumentError: if it has the key of no table, or fits two equally well.
    """
    name, tables = PurePath(file).name.casefold(), mapping.tables
    matching = [
        key
        for key, table in tables.items()
        if any(fnmatch(name, pattern.casefold()) for pattern in table.files)
    ]
    candidates = matching or [key for key, table in tables.items() if not table.files] or tables
    fits = {
        key: len(_found(header, _columns(tables[key])))
        for key in candidates
        if _found(header, tables[key].key.columns)
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


def unused_columns(table: TableMapping, header: Sequence[str]) -> tuple[str, ...]:
    """Return the columns of a file that are not imported."""
    used = _found(header, _columns(table))
    return tuple(name for name in header if name not in used)


def _found(header: Iterable[str], columns: Iterable[str]) -> tuple[str, ...]:
    """Return those of some columns that a file has, each once, in its own spelling."""
    spelt = {folded(name): name for name in header}
    wanted = dict.fromkeys(map(folded, columns))
    return tuple(spelt[name] for name in wanted if name in spelt)


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


class _Cell:
    """The cell, or cells, of a record that a mapping takes a value from."""

    def __init__(
        self, source: ValueSource | None, columns: tuple[str, ...], clean: Callable[..., Any]
    ) -> None:
        self._source, self._columns, self._clean = source, columns, clean
        self.column = ", ".join(columns)

    def text(self, values: Values) -> str:
        """Return the text, or what the mapping says that it means."""
        source = self._source
        if source is None:
            return ""
        if source.text is not None:
            return source.text
        written = [text for name in self._columns if (text := values.get(name, "").strip())]
        found = source.join.join(written) if source.join is not None else (written or [""])[0]
        if source.values:
            found = self.apply(values, choice, found, source.values) or ""
        return found or source.default or ""

    def read(self, values: Values) -> Any:  # noqa: ANN401 - whatever it cleans to
        """Return the cleaned value."""
        return self.apply(values, self._clean, self.text(values))

    def apply(self, values: Values, clean: Callable[..., Any], *arguments: object) -> Any:  # noqa: ANN401
        """Call a cleaning function; its error gets the column that the text comes from.

        That is all columns, if none has a text, or several are joined.
        """
        try:
            return clean(*arguments)
        except CleaningError as error:
            is_joined = self._source is not None and self._source.join is not None
            written = [name for name in self._columns if values.get(name, "").strip()]
            error.column = self.column if is_joined or not written else written[0]
            raise


_ABSENT = _Cell(None, (), lambda text: text)


def _read(cells: Mapping[str, _Cell], values: Values) -> dict[str, Any]:
    return {name: cell.read(values) for name, cell in cells.items()}


class CompiledTable:
    """Reads the records of one file."""

    def __init__(self, mapping: ExportMapping, name: str, header: Sequence[str]) -> None:
        """Find the columns of the table of a mapping in the header of a file."""
        self._name, self._header, self._conventions = name, header, mapping.conventions
        table = mapping.tables[name]
        self._is_skipped = self._condition(table.skip_when) if table.skip_when else None
        self._fields = self._cells(table)
        self._key = self._fields.pop("key")
        self._person = self._person_reader(table.person) if table.person else None
        self._roles = [(one.role.value, self._condition(one.when)) for one in table.roles]
        self._others = [(one, self._condition(one.when)) for one in table.others]
        place = self._cells(table.place) if table.place else {}
        self._address = [place.get(name, _ABSENT) for name in ("street", "postal_code", "city")]
        self._country = place.get("country", _ABSENT)
        self._terms = self._cells(table.terms) if table.terms else {}
        self._products = [self._product_reader(one) for one in table.products]

    def read(self, raw: RawRecord) -> NormalizedRecord | RejectedRecord | None:
        """Return a record cleaned, or rejected; None if the mapping skips it."""
        try:
            if self._is_skipped and self._is_skipped(raw.values):
                return None
            return self._normalized(raw.values)
        except CleaningError as error:
            return raw.rejected(error.column, error.reason, error.hint)
        except ValidationError as error:
            found = error.errors(include_url=False)[0]
            field = ".".join(map(str, found["loc"]))
            return raw.rejected(field, str(found["msg"]), "check what the mapping makes of it")

    def _normalized(self, values: Values) -> NormalizedRecord:
        if (own := self._key.read(values)) is None:
            raise CleaningError("the key is empty", hint="fill it in", column=self._key.column)
        key = f"{self._name}/{own}"
        person = self._person(key, values) if self._person else None
        return NormalizedRecord(
            key=key,
            person=person,
            **_read(self._fields, values),
            roles=tuple(role for role, holds in self._roles if person and holds(values)),
            others=tuple(
                PersonFields(key=f"{key}#{one.id}", description=one.description, minor=one.minor)
                for one, holds in self._others
                if holds(values)
            ),
            place=self._place_in(values),
            terms=self._terms_in(values),
            products=tuple(
                found for product in self._products if (found := product(values)) is not None
            ),
        )

    def _place_in(self, values: Values) -> PlaceFields | None:
        texts = [cell.read(values) for cell in self._address]
        if not any(texts):
            return None
        nation = self._country.read(values)
        street, postal_code, _city = self._address
        named = postal_code if postal_code.column else street
        place: PlaceFields | None = named.apply(values, address, *texts, nation, self._conventions)
        return place

    def _terms_in(self, values: Values) -> AccountFields | None:
        terms = _read(self._terms, values)
        stated = {name: value for name, value in terms.items() if value is not None}
        return AccountFields(**stated) if stated else None

    def _cell(self, source: ValueSource | None, clean: Callable[..., Any]) -> _Cell:
        clean = phone if source and source.is_phone else clean
        if "conventions" in signature(clean).parameters:
            clean = partial(clean, conventions=self._conventions)
        return _Cell(source, _found(self._header, source.columns if source else ()), clean)

    def _cells(self, part: DocumentModel) -> dict[str, _Cell]:
        """Return the cells of the marked fields that a part of the mapping has."""
        return {
            name: self._cell(source, mark.clean)
            for name, field in type(part).model_fields.items()
            for mark in field.metadata
            if isinstance(mark, Cleaned) and (source := getattr(part, name)) is not None
        }

    def _condition(self, expected: Mapping[str, tuple[str, ...]]) -> Callable[[Values], bool]:
        """Return whether a record has one of the expected values, in each of some columns."""
        tests = [self._test(column, words) for column, words in expected.items()]
        return lambda values: all(test(values) for test in tests)

    def _test(self, column: str, expected: tuple[str, ...]) -> Callable[[Values], bool]:
        """Test one column; where only yes or no is expected, another value is an error."""
        found = _found(self._header, [column])
        words = {value.casefold() for value in expected}
        answers = [_truth_or_none(value) for value in expected]
        truths, is_question = set(answers) - {None}, None not in answers

        def holds(values: Values) -> bool:
            if not found:
                return False
            written = values.get(found[0], "").strip()
            if written.casefold() in words:
                return True
            try:
                return bool(truths) and truth(written) in truths
            except CleaningError as error:
                error.column = found[0]
                if is_question:
                    raise
                return False

        return holds

    def _person_reader(self, person: PersonColumns) -> Callable[[str, Values], PersonFields | None]:
        """Return what reads the person of the record with a key."""
        cells = self._cells(person)
        own_key = cells.pop("key", _ABSENT)
        parts = [cells.pop(name, _ABSENT) for name in ("given_name", "family_name", "full_name")]
        table = person.key and (person.key.table or self._name)

        def read(key: str, values: Values) -> PersonFields | None:
            if table:
                found = own_key.read(values)
                if found is None:
                    return None
                key = f"{table}/{found}"
            given, family, full = (cell.read(values) for cell in parts)
            try:
                first, last = names(full, given, family)
            except CleaningError:
                for cell in parts:  # one of them is wrong by itself
                    cell.apply(values, names, cell.read(values))
                raise
            return PersonFields(key=key, given_name=first, family_name=last, **_read(cells, values))

        return read

    def _product_reader(self, product: ProductColumns) -> Callable[[Values], ProductFields | None]:
        """Return what reads a product of a record; it returns None if there is none."""
        cells, holds = self._cells(product), self._condition(product.when)
        own_key = cells.pop("key")
        services = [self._service_reader(one) for one in product.services]
        device = self._device_reader(product.device) if product.device else None

        def read(values: Values) -> ProductFields | None:
            key = own_key.read(values) if holds(values) else None
            if key is None:
                return None
            return ProductFields(
                key=key,
                **_read(cells, values),
                consumers=product.consumers,
                services=tuple(service(values) for service in services),
                device=device(values) if device else None,
            )

        return read

    def _service_reader(self, service: ServiceColumns) -> Callable[[Values], ServiceFields]:
        cells = self._cells(service)

        @lru_cache(maxsize=1000)  # most are the same in all records
        def fields(name: str | None = None, category: str | None = None) -> ServiceFields:
            age = service.minimum_age
            return ServiceFields(id=service.id, name=name, category=category, minimum_age=age)

        return lambda values: fields(**_read(cells, values))

    def _device_reader(self, device: DeviceColumns) -> Callable[[Values], DeviceFields | None]:
        cells = self._cells(device)
        number = self._cell(device.value, phone if device.value_is == "phone" else code)

        def read(values: Values) -> DeviceFields | None:
            value = number.read(values)
            return value and DeviceFields(id=device.id, value=value, **_read(cells, values))

        return read


def _truth_or_none(written: str) -> bool | None:
    try:
        return truth(written)
    except CleaningError:
        return None
