"""Rows of a household as a document, and a document as YAML text.

The text has one form only, so that equal documents are equal bytes. Entries are blocks, references
stand in a row, and a link that says more is a mapping on a line:

    - id: mum
      member_of: [bakers]
      responsible_for:
        - {to: katie, valid_to: 2031-05-14}
"""

import json
import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from enum import Enum
from typing import Any, cast

from pydantic import BaseModel, ValidationError

from household_graph.documents.document import SKIP_RULES, HouseholdDocument
from household_graph.documents.models import (
    DatedLink,
    DocumentModel,
    Entry,
    Link,
    OrganizationEntry,
    Timed,
)
from household_graph.documents.to_rows import derived_id, local, sections_of, to_rows
from household_graph.errors import DocumentError
from household_graph.model.enums import Audience
from household_graph.model.instants import from_datetime, from_local, to_local, zone_named
from household_graph.model.printable import escape_unprintable
from household_graph.model.rows import NodeRow, RelationshipRow, RowIndex, Rows, Value

SCHEMA_FILE = "household.schema.json"
"""Where editors look for the JSON Schema by default: beside the document."""

_FIRST = ("to", "id")
_LAST = ("consumer_of", "chooser_of", "admin_of", "valid_from", "valid_to")
_PLAIN = re.compile(r"[^\W\d_][\w .@+&'/-]*(?<! )")
_RESERVED = {"null", "true", "false", "yes", "no", "on", "off", "y", "n"}
_BEYOND = "\\U{:08x}"  # YAML knows no pairs of surrogates
_WHOLE = 10**15  # beyond this a float is no longer exact as a whole number


def dump(document: HouseholdDocument, *, schema: str = SCHEMA_FILE) -> str:
    """Return a document as canonical YAML: equal households give equal text, byte for byte.

    Sections are in the order of the model, entries in the order of ids. Defaults are left out, and
    so are ids that can be derived; the `valid_from` on top is the most common one. Above it stands
    where an editor finds the JSON Schema, seen from the file.
    """
    document = from_rows(to_rows(document))
    lines = [f"# yaml-language-server: $schema={schema}"]
    for name, value in _stated(document):
        if isinstance(value, DocumentModel):
            lines += [f"{name}:", *(f"  {line}" for line in _block(value))]
        elif isinstance(value, tuple):
            lines += ["", f"{name}:"]
            for entry in value:
                first, *rest = _block(entry)
                lines += [f"  - {first}", *(f"    {line}" for line in rest)]
        else:
            lines.append(f"{name}: {_scalar(value)}")
    return "\n".join(lines) + "\n"


def fields_in_order(model: type[DocumentModel]) -> list[str]:
    """Return the fields of a model in the order they are written in."""
    names = list(model.model_fields)
    first = [name for name in _FIRST if name in names]
    last = [name for name in _LAST if name in names and model is not HouseholdDocument]
    return [*first, *(name for name in names if name not in (*first, *last)), *last]


def _stated(model: DocumentModel) -> Iterator[tuple[str, object]]:
    """Yield what is not its default; a stated `valid_from: null` is not."""
    for name in fields_in_order(type(model)):
        value = getattr(model, name)
        open_start = name == "valid_from" and name in model.model_fields_set
        if value != type(model).model_fields[name].default or open_start:
            yield name, value


def _block(model: DocumentModel) -> Iterator[str]:
    for name, value in _stated(model):
        if not isinstance(value, tuple):
            yield f"{name}: {_scalar(value)}"
            continue
        items = [_flow(item) for item in value]
        if any(item.startswith("{") for item in items):
            yield f"{name}:"
            yield from (f"  - {item}" for item in items)
        else:
            yield f"{name}: [{', '.join(items)}]"


def _flow(value: object) -> str:
    """Return a value on one line; a link that only refers is its reference."""
    if isinstance(value, tuple):
        return f"[{', '.join(_flow(item) for item in value)}]"
    if not isinstance(value, DocumentModel):
        return _scalar(value)
    stated = dict(_stated(value))
    if list(stated) == ["to"]:
        return _scalar(stated["to"])
    return f"{{{', '.join(f'{name}: {_flow(item)}' for name, item in stated.items())}}}"


def _scalar(value: object) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return str(int(value)) if abs(value) < _WHOLE and value == int(value) else repr(value)
    if isinstance(value, date) and not isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, datetime):
        return _text(value.isoformat())
    return _text(str(value.value) if isinstance(value, Enum) else str(value))


def _text(value: str) -> str:
    """Return text as it is where that is plain, or in double quotes, as in JSON."""
    if _PLAIN.fullmatch(value) and value.lower() not in _RESERVED:
        return value
    return escape_unprintable(json.dumps(value, ensure_ascii=False), beyond=_BEYOND)


def from_rows(rows: Rows) -> HouseholdDocument:
    """Return the document of a household's rows, with its values checked, but not the rules.

    What never held (it ended when it began) is left out, and so is an involvement role without a
    player, or on what never held: no document can state them.

    Raises:
        DocumentError: if the rows lack something that a document needs, such as a time zone.
    """
    index = RowIndex(rows)
    if rows.household not in index.nodes:
        raise DocumentError(f"there is no organization `{rows.household}` among its rows")
    try:
        data = _DocumentData(index).document()
        return HouseholdDocument.model_validate(data, context=SKIP_RULES)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(str(step) for step in first["loc"])
        message = f"`{rows.household}` cannot be written as a document: {place}: {first['msg']}"
        raise DocumentError(message) from error


class _DocumentData:
    """Builds the plain data of one document."""

    def __init__(self, index: RowIndex) -> None:
        self.index = index
        self.household = index.household
        self.zone = zone_named(str(index.nodes[self.household].properties.get("time_zone")))
        self.usual_start = index.most_common_start()

    def document(self) -> dict[str, Any]:
        own = self.index.nodes[self.household]
        data: dict[str, Any] = {"organization": self.entry(OrganizationEntry, own)}
        if self.usual_start is not None:
            data["valid_from"] = self.moment(self.usual_start)
        for section, model in list(sections_of(HouseholdDocument).items())[1:]:
            nodes = self.index.labelled(model.label)
            data[section] = [self.entry(model, one) for one in nodes if one is not own]
        return data

    def entry(self, model: type[Entry], node: NodeRow, owner: str = "") -> dict[str, Any]:
        """Return the data of one entry; an id that would be derived alike is left out."""
        label = min(node.labels - {model.label}, default="") if model.label_field or owner else ""
        data: dict[str, Any] = {"id": local(self.household, node.id)}
        if model.label_field:
            data[model.label_field] = label
        stated = {n: v for n, v in node.properties.items() if n in model.properties}
        linked = {n: self.linked(one, node, stated.get(n)) for n, one in model.links.items()}
        data |= {n: value for n, value in (stated | linked).items() if value is not None}
        if issubclass(model, Timed):
            data |= self.validity(node.properties)
        if data["id"] == derived_id(self.household, model, data, owner, label):
            del data["id"]
        return data

    def linked(self, link: Link, node: NodeRow, stated: Value | None) -> Any:  # noqa: ANN401
        """Return the data of a field that is a link, or a property too; None if it has no value."""
        if link.owned:
            model = cast("type[Entry]", link.item)
            owned = [*self.owned(model, link, node)]
            return owned if owned or link.labels == (model.label,) else None
        if not link.type:
            return stated and local(self.household, str(stated))
        if stated not in (None, Audience.PARTIES):
            return stated
        found = [*self.references(link, node)]
        return found if link.is_list or stated else next(iter(found), None)

    def owned(self, model: type[Entry], link: Link, node: NodeRow) -> Iterator[dict[str, Any]]:
        """Yield the data of the entries that are written inside one."""
        for one in self.index.ends(link.type or "", node.id):
            if link.labels[0] in self.index.nodes[one].labels:
                yield self.entry(model, self.index.nodes[one], local(self.household, node.id))

    def references(self, link: Link, node: NodeRow) -> Iterator[str | dict[str, Any]]:
        """Yield the links of a field: references, or mappings where they can say more."""
        found = self.index.incoming if link.incoming else self.index.outgoing
        for row in found(link.type or "", node.id):
            other = local(self.household, row.start if link.incoming else row.end)
            yield {"to": other, **self.more(link.item, row)} if link.item else other

    def more(self, item: type[BaseModel], row: RelationshipRow) -> dict[str, Any]:
        """Return what a link says beside what it leads to."""
        if not issubclass(item, DatedLink):
            return dict(row.properties)
        only_for: Any = row.properties.get("only_for", ())
        names = [local(self.household, one) for one in only_for]
        return self.validity(row.properties) | ({"only_for": names} if names else {})

    def validity(self, properties: Mapping[str, Value]) -> dict[str, Any]:
        """Return what has to be stated: a beginning that is not the usual one, and an end."""
        start, end = properties.get("valid_from"), properties.get("valid_to")
        stated: dict[str, Any] = {}
        if start != self.usual_start:
            stated["valid_from"] = self.moment(start)
        if end is not None:
            stated["valid_to"] = self.moment(end)
        return stated

    def moment(self, value: Value | None) -> Any:  # noqa: ANN401 - a date, a datetime or None
        """Return an instant as a date, if it is the first of one, or as a local time."""
        if not isinstance(value, datetime):
            return value
        instant = from_datetime(value)
        moment = to_local(instant, self.zone)
        return moment.date() if from_local(moment.date(), self.zone) == instant else moment
