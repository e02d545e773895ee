"""Compile a table of a mapping for the header of a file, to read its records fast."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from pydantic import ValidationError

from household_graph.documents.models import DocumentModel
from household_graph.imports.cleaning import (
    CleaningError,
    Conventions,
    address,
    charge,
    choice,
    code,
    country,
    day,
    email,
    months,
    names,
    phone,
    truth,
)
from household_graph.imports.mapping.mapping import (
    AccountColumns,
    DeviceColumns,
    ExportMapping,
    PersonColumns,
    ProductColumns,
    ServiceColumns,
    ValueSource,
)
from household_graph.imports.mapping.table_detection import Headers
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
from household_graph.model.enums import AccountState, PartyStatus, ProductStatus

Values = Mapping[str, str]
Clean = Callable[[str], object]
Condition = Callable[[Values], bool]


class _CellError(Exception):
    """A cell that cannot be understood, with its column."""

    def __init__(self, column: str, error: CleaningError) -> None:
        super().__init__(error.reason)
        self.column, self.reason, self.hint = column, error.reason, error.hint


class _Cell:
    """The cell, or cells, of a record that a mapping takes a value from."""

    def __init__(self, source: ValueSource | None, headers: Headers) -> None:
        self._source = source
        self._columns = headers.found(source.columns) if source else ()
        self.column = ", ".join(self._columns)
        self.is_phone = bool(source and source.is_phone)

    def text(self, values: Values) -> str:
        """Return the text, or what the mapping says that it means.

        Raises:
            _CellError: if the mapping does not list it.
        """
        source = self._source
        if source is None:
            return ""
        if source.text is not None:
            return source.text
        written = [text for name in self._columns if (text := values.get(name, "").strip())]
        found = source.join.join(written) if source.join is not None else (written or [""])[0]
        if meanings := source.values:
            found = self.clean(values, lambda text: choice(text, meanings), found) or ""
        return found or source.default or ""

    def clean(self, values: Values, clean: Callable[[str], Any], text: str | None = None) -> Any:  # noqa: ANN401 - whatever it cleans to
        """Return the cleaned value.

        Raises:
            _CellError: if it cannot be understood.
        """
        try:
            return clean(self.text(values) if text is None else text)
        except CleaningError as error:
            raise _CellError(self._written_in(values), error) from error

    def _written_in(self, values: Values) -> str:
        """Return the column that the text comes from; all, if none or several together."""
        is_joined = self._source is not None and self._source.join is not None
        written = [name for name in self._columns if values.get(name, "").strip()]
        return self.column if is_joined or not written else written[0]


class _Fields:
    """The fields of a part of a record, each with its cell and its cleaning."""

    def __init__(
        self, part: DocumentModel, headers: Headers, cleaning: Mapping[str, Clean]
    ) -> None:
        self._cells = [
            (name, _Cell(getattr(part, name), headers), clean) for name, clean in cleaning.items()
        ]

    def read(self, values: Values) -> dict[str, Any]:
        return {name: cell.clean(values, clean) for name, cell, clean in self._cells}


def _condition(expected: Mapping[str, tuple[str, ...]], headers: Headers) -> Condition:
    """Return whether a record has one of the expected values, in each of some columns.

    If only yes or no is expected, a value that is neither is an error of its record.
    """
    tests = [_test(column, values, headers) for column, values in expected.items()]
    return lambda values: all(test(values) for test in tests)


def _test(column: str, expected: tuple[str, ...], headers: Headers) -> Condition:
    found = headers.found([column])
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
            if is_question:
                raise _CellError(found[0], error) from error
            return False

    return holds


def _truth_or_none(written: str) -> bool | None:
    try:
        return truth(written)
    except CleaningError:
        return None


def _text(text: str) -> str | None:
    return text or None


def _one_of(*values: str) -> Clean:
    known = {str(value): str(value) for value in values}
    return lambda text: choice(text, known)


_ORGANIZATION_TYPE = _one_of("household", "business")


class _Cleaning:
    """How each field of a record is cleaned."""

    def __init__(self, conventions: Conventions) -> None:
        today = datetime.now(UTC).date()
        self.conventions = conventions
        self.phone: Clean = lambda text: phone(text, conventions)
        self.country: Clean = lambda text: country(text, conventions)
        birth_date: Clean = lambda text: day(text, conventions, latest=today)  # noqa: E731 - a table
        date: Clean = lambda text: day(text, conventions)  # noqa: E731
        amount: Clean = lambda text: charge(text, conventions)  # noqa: E731
        self.fields: Mapping[type[DocumentModel], Mapping[str, Clean]] = {
            PersonColumns: {
                "birth_date": birth_date,
                "minor": truth,
                "email": email,
                "phone": self.phone,
                "description": _text,
                "status": _one_of(*PartyStatus),
            },
            AccountColumns: {
                "name": _text,
                "state": _one_of(*AccountState),
                "payment_status": _text,
                "payment_method": _text,
                "paperless_billing": truth,
                "contract_term": _text,
                "tenure_months": months,
                "monthly_charge": amount,
                "total_charged": amount,
            },
            ProductColumns: {
                "name": _text,
                "status": _one_of(*ProductStatus),
                "price": amount,
                "valid_from": date,
                "valid_to": date,
            },
            DeviceColumns: {"name": _text, "resource_type": _text},
        }


class CompiledTable:
    """Reads the records of one file."""

    def __init__(self, mapping: ExportMapping, name: str, header: Sequence[str]) -> None:
        """Find the columns of a table in a file.

        Args:
            mapping: the mapping.
            name: the name of the table in it that the file is.
            header: the columns of the file.
        """
        self._name, table, headers = name, mapping.tables[name], Headers(header)
        self._cleaning = cleaning = _Cleaning(mapping.conventions)
        self._is_skipped = _condition(table.skip_when, headers) if table.skip_when else None
        self._key, self._household, self._account, self._type, self._called = (
            _Cell(source, headers)
            for source in (
                *(table.key, table.household, table.account),
                *(table.organization_type, table.organization_name),
            )
        )
        self._person = _person(table.person, name, headers, cleaning) if table.person else None
        self._roles = [(one.role.value, _condition(one.when, headers)) for one in table.roles]
        self._others = [(one, _condition(one.when, headers)) for one in table.others]
        self._place = {
            field: _Cell(getattr(table.place, field, None), headers)
            for field in ("street", "postal_code", "city", "country")
        }
        self._terms = table.terms and _Fields(table.terms, headers, cleaning.fields[AccountColumns])
        self._products = [_product(one, headers, cleaning) for one in table.products]

    def read(self, raw: RawRecord) -> NormalizedRecord | RejectedRecord | None:
        """Return a record cleaned, or rejected; None if the mapping skips it."""
        try:
            if self._is_skipped and self._is_skipped(raw.values):
                return None
            return self._normalized(raw.values)
        except _CellError as error:
            return raw.rejected(error.column, error.reason, error.hint)
        except ValidationError as error:
            found = error.errors(include_url=False)[0]
            field = ".".join(map(str, found["loc"]))
            return raw.rejected(field, str(found["msg"]), "check what the mapping makes of it")

    def _normalized(self, values: Values) -> NormalizedRecord:
        own = self._key_in(self._key, values)
        if own is None:
            raise _CellError(self._key.column, CleaningError("the key is empty", hint="fill it in"))
        key = f"{self._name}/{own}"
        person = self._person(key, values) if self._person else None
        return NormalizedRecord(
            key=key,
            household=self._key_in(self._household, values),
            account=self._key_in(self._account, values),
            organization_type=self._type.clean(values, _ORGANIZATION_TYPE),
            organization_name=self._called.text(values) or None,
            person=person,
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

    def _key_in(self, cell: _Cell, values: Values) -> str | None:
        key: str | None = cell.clean(values, self._cleaning.phone if cell.is_phone else code)
        return key

    def _place_in(self, values: Values) -> PlaceFields | None:
        cells = self._place
        street, postal_code, city = (
            cells[field].text(values) for field in ("street", "postal_code", "city")
        )
        if not (street or postal_code or city):
            return None
        nation = cells["country"].clean(values, self._cleaning.country)
        named = cells["postal_code"] if cells["postal_code"].column else cells["street"]

        def cleaned(_text: str) -> PlaceFields | None:
            return address(street, postal_code, city, nation, self._cleaning.conventions)

        place: PlaceFields | None = named.clean(values, cleaned, text="")
        return place

    def _terms_in(self, values: Values) -> AccountFields | None:
        found = self._terms.read(values) if self._terms else {}
        stated = {name: value for name, value in found.items() if value is not None}
        return AccountFields.model_validate(stated) if stated else None


def _person(
    person: PersonColumns, table: str, headers: Headers, cleaning: _Cleaning
) -> Callable[[str, Values], PersonFields | None]:
    """Return what reads the person of a record with a key."""
    fields = _Fields(person, headers, cleaning.fields[PersonColumns])
    own_key = _Cell(person.key, headers)
    parts = [
        _Cell(source, headers)
        for source in (person.given_name, person.family_name, person.full_name)
    ]
    key_table = person.key.table or table if person.key else None

    def read(key: str, values: Values) -> PersonFields | None:
        if key_table:
            found = own_key.clean(values, cleaning.phone if own_key.is_phone else code)
            if found is None:
                return None
            key = f"{key_table}/{found}"
        given, family = _names(parts, values)
        return PersonFields(key=key, given_name=given, family_name=family, **fields.read(values))

    return read


def _names(parts: Sequence[_Cell], values: Values) -> tuple[str | None, str | None]:
    given, family, full = (cell.text(values) for cell in parts)
    try:
        return names(full, given, family)
    except CleaningError:
        for cell in parts:  # one of them is wrong by itself
            cell.clean(values, names)
        raise


def _product(
    product: ProductColumns, headers: Headers, cleaning: _Cleaning
) -> Callable[[Values], ProductFields | None]:
    """Return what reads a product of a record; it returns None if there is none."""
    fields = _Fields(product, headers, cleaning.fields[ProductColumns])
    own_key, holds = _Cell(product.key, headers), _condition(product.when, headers)
    services = [_service(one, headers) for one in product.services]
    device = _device(product.device, headers, cleaning) if product.device else None

    def read(values: Values) -> ProductFields | None:
        key = own_key.clean(values, code) if holds(values) else None
        if key is None:
            return None
        return ProductFields(
            key=key,
            **fields.read(values),
            consumers=product.consumers,
            services=tuple(service(values) for service in services),
            device=device(values) if device else None,
        )

    return read


def _service(service: ServiceColumns, headers: Headers) -> Callable[[Values], ServiceFields]:
    name, category = _Cell(service.name, headers), _Cell(service.category, headers)

    @lru_cache(maxsize=1000)  # most are the same in all records
    def fields(name: str, category: str) -> ServiceFields:
        return ServiceFields(
            id=service.id,
            name=name or None,
            category=category or None,
            minimum_age=service.minimum_age,
        )

    return lambda values: fields(name.text(values), category.text(values))


def _device(
    device: DeviceColumns, headers: Headers, cleaning: _Cleaning
) -> Callable[[Values], DeviceFields | None]:
    number, fields = (
        _Cell(device.value, headers),
        _Fields(device, headers, cleaning.fields[DeviceColumns]),
    )
    clean = cleaning.phone if device.value_is == "phone" else code

    def read(values: Values) -> DeviceFields | None:
        value = number.clean(values, clean)
        return value and DeviceFields(id=device.id, value=value, **fields.read(values))

    return read
