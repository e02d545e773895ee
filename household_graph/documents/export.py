"""A document as YAML text, in one form only, so that equal documents are equal bytes.

Entries are blocks, references stand in a row, and a link that says more is a mapping on a line:

    - id: mum
      member_of: [bakers]
      responsible_for:
        - {to: katie, valid_to: 2031-05-14}
"""

import json
import re
from collections.abc import Iterator
from datetime import date, datetime
from enum import Enum

from household_graph.documents.document import HouseholdDocument
from household_graph.documents.models import DocumentModel
from household_graph.documents.row_mapping import from_rows, to_rows
from household_graph.model.printable import escape_unprintable

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
    so are ids that can be derived; the `valid_from` on top is the most common one.

    Args:
        document: the document.
        schema: where an editor finds the JSON Schema, seen from the file; it is named on top.
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
    """Yield the lines of an entry."""
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
