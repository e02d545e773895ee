"""Compile a table of a mapping for the header of a file, to read records fast."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import lru_cache, partial
from inspect import signature
from typing import Any, get_args

from pydantic import ValidationError

from household_graph.imports.cleaning.addresses import address, country
from household_graph.imports.cleaning.cells import (
    age,
    birth_date,
    charge,
    choice,
    code,
    day,
    email,
    months,
    people,
    phone,
    phone_or_code,
    share,
    truth,
)
from household_graph.imports.cleaning.names import PARTS_OF_NAMES, names
from household_graph.imports.cleaning.text import CleaningError, Conventions, tidied, value_in
from household_graph.imports.mapping.headers import columns_found, named_sources
from household_graph.imports.mapping.mapping import (
    AccountColumns,
    Columns,
    DeviceColumns,
    ExportMapping,
    ImpliedPerson,
    PersonColumns,
    RelationshipColumns,
    ValueSource,
)
from household_graph.imports.records import (
    AGE_OF_MAJORITY,
    LeftOutCell,
    NormalizedRecord,
    PersonFields,
    PlaceFields,
    ProductFields,
    RawRecord,
    RecordFields,
    RejectedRecord,
    RelationshipFields,
    SkippedRecord,
)
from household_graph.model.declaration.properties import text_problem

Values = Mapping[str, str]


_KEYS = (
    *("key", "other", "household", "account", "value"),
    *("parent", "billing_account", "bundled_in"),
)
_CLEANERS: Mapping[Any, Callable[..., Any]] = {
    **dict.fromkeys(_KEYS, code),
    # These are cleaned together with others.
    **dict.fromkeys((*PARTS_OF_NAMES, "street", "postal_code", "city"), lambda text: text),
    "birth_date": birth_date,
    "age": age,
    "email": email,
    "share": share,
    "phone": phone,
    "number": phone_or_code,
    "country": country,
    str: lambda text: text or None,
    bool: truth,
    int: months,
    float: charge,
    date: day,
}
"""What cleans the column of a field: by the name of the field, or else by its type."""


def _cleaner_of(part: Columns, name: str) -> Callable[..., Any]:
    if name in _CLEANERS:
        is_phone = name == "value" and isinstance(part, DeviceColumns) and part.value_is == "phone"
        return phone if is_phone else _CLEANERS[name]
    kind, _none = get_args(part.record.model_fields[name].annotation)
    if kind in _CLEANERS:
        return _CLEANERS[kind]
    return partial(choice, values={str(word): str(word) for word in get_args(kind) or kind})


_MEDIA = {"email": "other_emails", "phone": "other_phones"}
"""Fields of contact media, each with that of those that come from further columns."""

_OPTIONAL = frozenset({*_MEDIA, "description", "price"})
"""Fields that a record does without, where the mapping does not say otherwise."""


def _is_optional(part: Columns, name: str, source: ValueSource) -> bool:
    """Return whether a value that cannot be read is left out, and does not reject its record."""
    if source.on_error is not None:
        return source.on_error == "leave-out"
    if isinstance(part, AccountColumns):
        return name != "state"
    return name in _OPTIONAL or (name == "name" and not isinstance(part, PersonColumns))


class _Cell:
    """The cell, or cells, of a record that a mapping takes a value from.

    Where one that is optional cannot be read, it is added to those that are `left_out`.
    """

    def __init__(
        self,
        source: ValueSource,
        columns: tuple[str, ...],
        clean: Callable[..., Any],
        left_out: list[LeftOutCell] | None = None,
        holds: Callable[[Values], bool] | None = None,
    ) -> None:
        self._source, self._columns, self._clean = source, columns, clean
        self._left_out, self._holds = left_out, holds
        self.column = ", ".join(columns)

    def text(self, values: Values) -> str:
        """Return the text, or what the mapping says that it means."""
        source = self._source
        if self._holds and not self._holds(values):
            return ""
        if source.text is not None:
            return source.text
        written = [text for name in self._columns if (text := values.get(name, "").strip())]
        found = source.join.join(written) if source.join is not None else (written or [""])[0]
        if source.values:
            found = choice(found, source.values) or ""
        return found or source.default or ""

    def read(self, values: Values) -> Any:  # noqa: ANN401 - whatever it cleans to
        """Return the cleaned value."""
        try:
            return self._cleaned(values)
        except CleaningError as error:
            located = self.located(error, values)
            if self._left_out is None:
                raise located from None
            raw = (text for name in self._columns if (text := values.get(name, "").strip()))
            self._left_out.append(LeftOutCell(located.column, " ".join(raw), located.reason))
            return None

    def _cleaned(self, values: Values) -> Any:  # noqa: ANN401 - as `read`
        return self._clean(self.text(values))

    def located(self, error: CleaningError, values: Values) -> CleaningError:
        """Name the column that the text comes from in an error.

        That is all columns, if none has a text, or several are joined.
        """
        written = [name for name in self._columns if values.get(name, "").strip()]
        is_one = written and self._source.join is None
        error.column = written[0] if is_one else self.column
        return error


class _PhoneCell(_Cell):
    """A cell with a phone number, which is read by what its record says of its country."""

    def _cleaned(self, values: Values) -> Any:  # noqa: ANN401 - as `read`
        return self._clean(self.text(values), values)


_ABSENT = _Cell(ValueSource(text="-"), (), lambda _text: "")


def _first_of(*readers: Callable[[Values], Any]) -> Callable[[Values], Any]:
    """Return what reads the first value that is there."""
    return lambda values: next((one for read in readers if (one := read(values)) is not None), None)


def _read(cells: Mapping[str, _Cell], values: Values) -> dict[str, Any]:
    return {name: cell.read(values) for name, cell in cells.items()}


class CompiledTable:
    """Reads the records of one file.

    Attributes:
        left_out: the cells that the record read last does without.
    """

    def __init__(self, mapping: ExportMapping, name: str, header: Sequence[str]) -> None:
        """Find the columns of the table of a mapping in the header of a file."""
        self._name, self._header, self._conventions = name, header, mapping.conventions
        self.left_out: list[LeftOutCell] = []
        self._table = table = mapping.tables[name]
        place = self._cells(table.place) if table.place else {}
        self._place = [place.get(name, _ABSENT) for name in ("street", "postal_code", "city")]
        self._country = place.get("country", _ABSENT)
        self._is_taken = self._condition(table.only_when)
        self._is_skipped = self._condition(table.skip_when) if table.skip_when else None
        self._is_deleted = self._condition(table.deleted_when) if table.deleted_when else None
        self._fields = self._cells(table)
        self._key, self._parent = self._fields.pop("key"), self._fields.pop("parent", _ABSENT)
        self._is_place_of_devices = table.place_of == "devices"
        self._person = self._person_reader(table.person) if table.person else None
        self._roles = [(one, self._condition(one.when)) for one in table.roles]
        self._others = [self._others_reader(one) for one in table.others]
        self._terms, self._products = self._reader(table.terms), self._all_reader(table.products)
        self._relationship = self._relationship_reader(table.relationship)

    def read(self, raw: RawRecord) -> NormalizedRecord | RejectedRecord | SkippedRecord:
        """Return a record cleaned, rejected or skipped."""
        self.left_out.clear()
        try:
            if self._is_deleted and self._is_deleted(raw.values):
                return SkippedRecord(self._own_key(raw.values), is_deleted=True)
            is_skipped = self._is_skipped and self._is_skipped(raw.values)
            if is_skipped or not self._is_taken(raw.values):
                return SkippedRecord(self._own_key(raw.values))
            return self._normalized(raw.values)
        except CleaningError as error:
            rejected = raw.rejected(error.column, error.reason, error.hint)
        except ValidationError as error:
            found = error.errors(include_url=False)[0]
            field = ".".join(map(str, found["loc"]))
            rejected = raw.rejected(field, str(found["msg"]), "check what the mapping makes of it")
        return replace(rejected, key=self._own_key(raw.values))

    def columns_of(self, fields: Collection[str]) -> str:
        """Return the columns of the file that fields come from, such as `products.valid_to`."""
        stated = (source for name, source in named_sources(self._table) if name in fields)
        columns = (one for source in stated for one in source.columns)
        return ", ".join(columns_found(self._header, columns))

    def _own_key(self, values: Values) -> str | None:
        """Return the key of a record, whatever else is wrong with it; None if that is."""
        try:
            own = self._key.read(values)
        except CleaningError:
            return None
        return None if own is None else f"{self._name}/{own}"

    def _normalized(self, values: Values) -> NormalizedRecord:
        if (own := self._key.read(values)) is None:
            raise CleaningError("the key is empty", hint="fill it in", column=self._key.column)
        key = f"{self._name}/{own}"
        person = self._person(key, values) if self._person else None
        roles = [one for one, holds in self._roles if person and holds(values)]
        fields, place = _read(self._fields, values), self._place_in(values)
        products: tuple[ProductFields, ...] = self._products(values)
        if parent := self._parent.read(values):
            fields |= {"household": parent, "account": parent, "organization_name": None}
        if self._is_place_of_devices and place:
            products = tuple(_at_place(one, place) for one in products)
        return NormalizedRecord(
            key=key,
            person=person,
            **fields,
            roles=tuple(one.role.value for one in roles if not one.of_age),
            roles_of_age=tuple(one.role.value for one in roles if one.of_age),
            others=tuple(other for read in self._others for other in read(key, values)),
            relationship=self._relationship(values) if person else None,
            place=None if self._is_place_of_devices else place,
            terms=self._terms(values),
            products=products,
        )

    def _place_in(self, values: Values) -> PlaceFields | None:
        street, code, city = (cell.read(values) for cell in self._place)
        if not (street or code or city):
            return None
        nation = self._country.read(values)
        try:
            return address(street, code, city, nation, self._conventions)
        except CleaningError as error:
            of_street, of_code, _of_city = self._place
            raise (of_code if of_code.column else of_street).located(error, values) from None

    def _cell(self, source: ValueSource, clean: Callable[..., Any], *, is_optional: bool) -> _Cell:
        left_out = self.left_out if is_optional else None
        found = columns_found(self._header, source.columns)
        holds = self._condition(source.when) if source.when else None
        clean = phone if source.is_phone else clean
        if clean in (phone, phone_or_code):
            return _PhoneCell(source, found, partial(self._phone_in, clean), left_out, holds)
        if "conventions" in signature(clean).parameters:
            clean = partial(clean, conventions=self._conventions)
        return _Cell(source, found, clean, left_out, holds)

    def _phone_in(
        self, read: Callable[[str, Conventions], str | None], text: str, values: Values
    ) -> str | None:
        """Read a phone number of the country that the record names, or else of the mapping's."""
        is_national = not text.strip().startswith("+")
        nation = self._country.read(values) if is_national and text else None
        return read(text, replace(self._conventions, country=nation or self._conventions.country))

    def _cells(self, part: Columns) -> dict[str, _Cell]:
        """Return the cells of the columns that a part of the mapping names."""
        return {
            name: self._cell(
                source, _cleaner_of(part, name), is_optional=_is_optional(part, name, source)
            )
            for name in type(part).model_fields
            if isinstance(source := getattr(part, name), ValueSource)
        }

    def _reader(self, part: Columns | None) -> Callable[[Values], Any]:
        """Return what reads a part of a record; it returns None if there is none.

        That is so if its condition does not hold, its key or value is empty, or nothing is stated.
        """
        fields = {n: getattr(part, n, None) for n in part.record.model_fields} if part else {}
        needed = fields.keys() & {"key", "value", "other"}
        if part is None or None in map(fields.get, needed):
            return lambda _values: None
        holds = self._condition(getattr(part, "when", {}))
        # Most services are the same in all records.
        record = part.record if needed else lru_cache(maxsize=1000)(part.record)
        fixed: dict[str, Any] = {n: one for n, one in fields.items() if isinstance(one, str | int)}
        cells: dict[str, Callable[[Values], Any]] = {
            name: cell.read for name, cell in self._cells(part).items()
        }
        if number := cells.pop("number", None):
            cells["value"] = _first_of(number, cells["value"])
        parts = {
            name: self._all_reader(one) if isinstance(one, tuple) else self._reader(one)
            for name, one in fields.items()
            if isinstance(one, tuple | Columns)
        }
        parts["characteristics"] = self._characteristics_reader(part)
        readers = {**{name: cells[name] for name in needed}, **cells, **parts}.items()

        def read(values: Values) -> RecordFields | None:
            if not holds(values):
                return None
            found = fixed.copy()
            for name, reader in readers:
                if (value := reader(values)) is not None:
                    found[name] = value
                elif name in needed:
                    return None
            return record(**found) if found else None

        return read

    def _characteristics_reader(self, part: Columns) -> Callable[[Values], tuple[str, ...] | None]:
        """Return what reads the characteristics of a part of a record; None: it has none."""
        sources: Mapping[str, ValueSource] = getattr(part, "characteristics", {})
        cells = {
            name: self._cell(source, partial(_characteristic, name), is_optional=True)
            for name, source in sources.items()
        }
        return lambda values: tuple(filter(None, _read(cells, values).values())) or None

    def _all_reader(self, parts: Iterable[Columns]) -> Callable[[Values], tuple[Any, ...]]:
        """Return what reads those of some parts that a record has."""
        readers = [self._reader(part) for part in parts]
        return lambda values: tuple([part for one in readers if (part := one(values)) is not None])

    def _others_reader(self, one: ImpliedPerson) -> Callable[[str, Values], list[PersonFields]]:
        """Return what reads the people of one kind whom the record with a key implies."""
        holds = self._condition(one.when)
        count = self._cell(one.count, people, is_optional=True) if one.count else None
        stated = {"description": one.description, "minor": one.minor}

        def read(key: str, values: Values) -> list[PersonFields]:
            if not holds(values):
                return []
            ids = [one.id]
            if count:
                ids = [f"{one.id}-{place + 1}" for place in range(count.read(values) or 0)]
            return [PersonFields(key=f"{key}#{own}", **stated) for own in ids]

        return read

    def _relationship_reader(
        self, part: RelationshipColumns | None
    ) -> Callable[[Values], RelationshipFields | None]:
        """Return what reads a relationship; the key of the other person gets its table."""
        reader = self._reader(part)
        table = (part and part.other.table) or self._name

        def read(values: Values) -> RelationshipFields | None:
            found: RelationshipFields | None = reader(values)
            if found is None or found.kind is None:
                return None
            return found.model_copy(update={"other": f"{table}/{found.other}"})

        return read

    def _person_reader(self, person: PersonColumns) -> Callable[[str, Values], PersonFields | None]:
        """Return what reads the person of the record with a key."""
        cells = self._cells(person)
        own_key, table = cells.pop("key", None), (person.key and person.key.table) or self._name
        parts = {name: cells.pop(name, _ABSENT) for name in PARTS_OF_NAMES}
        further = self._characteristics_reader(person)
        media = {name: self._each_cell(person, name) for name in _MEDIA if cells.pop(name, None)}

        def read(key: str, values: Values) -> PersonFields | None:
            if own_key:
                found = own_key.read(values)
                if found is None:
                    return None
                key = f"{table}/{found}"
            written = [cell.read(values) for cell in parts.values()]
            try:
                given, family = names(*written)
            except CleaningError as error:
                raise parts[error.column].located(error, values) from None
            stated = _read(cells, values) | {"characteristics": further(values)}
            for name, ways in media.items():
                read_well = dict.fromkeys(filter(None, (cell.read(values) for cell in ways)))
                first, *others = read_well or (None,)
                stated |= {name: first, _MEDIA[name]: tuple(others) or None}
            years = stated.pop("age", None)
            if years is not None and not stated.get("birth_date"):
                stated.setdefault("minor", years < AGE_OF_MAJORITY)
            return PersonFields(key=key, given_name=given, family_name=family, **stated)

        return read

    def _each_cell(self, part: Columns, name: str) -> list[_Cell]:
        """Return the cell of each column that a field names, where they are not joined."""
        source: ValueSource = getattr(part, name)
        is_optional, clean = _is_optional(part, name, source), _cleaner_of(part, name)
        columns = columns_found(self._header, source.columns)
        alone = (
            [source]
            if source.join is not None or not columns
            else [source.model_copy(update={"columns": (column,)}) for column in columns]
        )
        return [self._cell(one, clean, is_optional=is_optional) for one in alone]

    def _condition(self, expected: Mapping[str, tuple[str, ...]]) -> Callable[[Values], bool]:
        """Return whether a record has one of the expected values, in each of some columns."""
        tests = [self._test(column, words) for column, words in expected.items()]
        return lambda values: all(test(values) for test in tests)

    def _test(self, column: str, expected: tuple[str, ...]) -> Callable[[Values], bool]:
        """Test one column; where only yes or no is expected, another value is an error."""
        found = columns_found(self._header, [column])
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


def _at_place(product: ProductFields, place: PlaceFields) -> ProductFields:
    """Return a product with its devices at a place."""
    device, *devices = (
        one and one.model_copy(update={"place": place})
        for one in (product.device, *product.devices)
    )
    return product.model_copy(update={"device": device, "devices": tuple(devices)})


def _characteristic(name: str, text: str) -> str | None:
    """Return a characteristic, `name: value`; None if the value is empty."""
    value = value_in(tidied(text))
    if value is None:
        return None
    if problem := text_problem(found := f"{name}: {value}"):
        raise CleaningError(f"it {problem}", hint="keep it elsewhere, or leave it out")
    return found


def _truth_or_none(written: str) -> bool | None:
    try:
        return truth(written)
    except CleaningError:
        return None
