"""A table of a mapping made ready for the header of a file, to read a million records by it."""

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime

from pydantic import ValidationError

from household_graph.documents.models import DocumentModel
from household_graph.imports.cleaning import (
    CleaningError,
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
from household_graph.imports.mapping.cells import Cell, CellError, Values, condition
from household_graph.imports.mapping.columns import Column
from household_graph.imports.mapping.document import Mapping
from household_graph.imports.mapping.headers import Headers
from household_graph.imports.mapping.products import compile_product
from household_graph.imports.records import RawRecord, Rejected
from household_graph.imports.statements import AccountSaid, PersonSaid, PlaceSaid, Statement
from household_graph.model.enums import AccountState, PartyStatus

_TYPES = {one: one for one in ("household", "business")}
_ACCOUNT_STATES = {one.value: one.value for one in AccountState}
_PERSON_STATES = {one.value: one.value for one in PartyStatus}


def compile_table(mapping: Mapping, table: str, header: Sequence[str]) -> "CompiledTable":
    """Return what reads the records of a file.

    Args:
        mapping: the mapping.
        table: the name of the table in it that the file is.
        header: the columns of the file.
    """
    return CompiledTable(mapping, table, Headers(header))


class CompiledTable:
    """Reads the records of one file."""

    def __init__(self, mapping: Mapping, name: str, headers: Headers) -> None:
        """Find the columns of a table in a file."""
        self._name, table, self._headers = name, mapping.tables[name], headers
        self._conventions, self._today = mapping.conventions, datetime.now(UTC).date()
        self._skipped = condition(table.skip_when, headers) if table.skip_when else None
        self._keys = {
            what: self._cell(getattr(table, what)) for what in ("key", "household", "account")
        }
        self._type, self._called = (
            self._cell(table.organization_type),
            self._cell(table.organization_name),
        )
        self._person = self._cells(table.person)
        self._person_key = table.person.key if table.person else None
        self._roles = [(one.role.value, condition(one.when, headers)) for one in table.roles]
        self._others = [(one, condition(one.when, headers)) for one in table.others]
        self._place, self._terms = self._cells(table.place), self._cells(table.terms)
        self._products = [
            compile_product(one, headers, mapping.conventions) for one in table.products
        ]

    def statement(self, raw: RawRecord) -> Statement | Rejected | None:
        """Return what a record says, why it is rejected, or None if it is to be left out."""
        try:
            if self._skipped and self._skipped(raw.values):
                return None
            return self._statement(raw.values)
        except CellError as error:
            return _rejected(raw, error.column, error.reason, error.hint)
        except ValidationError as error:
            found = error.errors(include_url=False)[0]
            field = ".".join(map(str, found["loc"]))
            return _rejected(raw, field, str(found["msg"]), "see what the mapping makes of it")

    def _statement(self, values: Values) -> Statement:
        own = self._key("key", values)
        if own is None:
            cell = self._keys["key"]
            raise CellError(cell.name, CleaningError("the key is empty", hint="fill it in"))
        key = f"{self._name}/{own}"
        person = self._person_said(key, values)
        return Statement(
            key=key,
            household=self._key("household", values),
            account=self._key("account", values),
            organization_type=self._type.clean(values, lambda text: choice(text, _TYPES)),
            organization_name=self._called.text(values) or None,
            person=person,
            roles=tuple(one for one, when in self._roles if person and when(values)),
            others=tuple(
                PersonSaid(key=f"{key}#{one.id}", description=one.description, minor=one.minor)
                for one, when in self._others
                if when(values)
            ),
            place=self._place_said(values),
            terms=self._terms_said(values),
            products=tuple(
                said for product in self._products if (said := product(values)) is not None
            ),
        )

    def _key(self, what: str, values: Values) -> str | None:
        return self._key_in(self._keys[what], values)

    def _key_in(self, cell: Cell, values: Values) -> str | None:
        return cell.clean(values, self._phone if cell.is_phone else code)

    def _person_said(self, key: str, values: Values) -> PersonSaid | None:
        cells = self._person
        if not cells:
            return None
        if self._person_key:
            found = self._key_in(cells["key"], values)
            if found is None:
                return None
            key = f"{self._person_key.table or self._name}/{found}"
        given, family = self._names(cells, values)
        return PersonSaid(
            key=key,
            given_name=given,
            family_name=family,
            birth_date=cells["birth_date"].clean(values, self._birth_date),
            minor=cells["minor"].clean(values, truth),
            email=cells["email"].clean(values, email),
            phone=cells["phone"].clean(values, self._phone),
            description=cells["description"].text(values) or None,
            status=cells["status"].clean(values, lambda text: choice(text, _PERSON_STATES)),
        )

    def _names(self, cells: dict[str, Cell], values: Values) -> tuple[str | None, str | None]:
        parts = [cells[name] for name in ("given_name", "family_name", "full_name")]
        given, family, full = (cell.text(values) for cell in parts)
        try:
            return names(full, given, family)
        except CleaningError:
            for cell in parts:  # one of them is wrong by itself
                cell.clean(values, names)
            raise

    def _birth_date(self, text: str) -> date | None:
        return day(text, self._conventions, latest=self._today)

    def _phone(self, text: str) -> str | None:
        return phone(text, self._conventions)

    def _place_said(self, values: Values) -> PlaceSaid | None:
        cells = self._place
        if not cells:
            return None
        street, postal_code, city = (
            cells[one].text(values) for one in ("street", "postal_code", "city")
        )
        if not (street or postal_code or city):
            return None
        nation = cells["country"].clean(values, lambda text: country(text, self._conventions))

        def cleaned(_text: str) -> PlaceSaid | None:
            return address(street, postal_code, city, nation, self._conventions)

        shown = cells["postal_code"] if cells["postal_code"].name else cells["street"]
        return shown.clean(values, cleaned, text="")

    def _terms_said(self, values: Values) -> AccountSaid | None:
        cells = self._terms
        if not cells:
            return None
        found = {name: cells[name].clean(values, self._cleaning(name)) for name in cells}
        said = {name: value for name, value in found.items() if value is not None}
        return AccountSaid.model_validate(said) if said else None

    def _cleaning(self, name: str) -> Callable[[str], object]:
        if name == "paperless_billing":
            return truth
        if name == "tenure_months":
            return months
        if name in {"monthly_charge", "total_charged"}:
            return lambda text: charge(text, self._conventions)
        if name == "state":
            return lambda text: choice(text, _ACCOUNT_STATES)
        return lambda text: text or None

    def _cell(self, column: Column | None) -> Cell:
        return Cell(column, self._headers)

    def _cells(self, part: DocumentModel | None) -> dict[str, Cell]:
        if part is None:
            return {}
        return {name: self._cell(getattr(part, name)) for name in type(part).model_fields}


def _rejected(raw: RawRecord, column: str, reason: str, hint: str) -> Rejected:
    return Rejected(raw.file, raw.line, raw.text, column, reason, hint, raw.values)
