"""Guess a mapping, to be edited, from the headers and the values of an export."""

import re
from collections.abc import Iterable, Mapping, Sequence
from io import StringIO
from pathlib import Path
from typing import Any

from rapidfuzz import fuzz
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap

from household_graph.imports.mapping.headers import folded
from household_graph.imports.sources import Sample

_HEAD = {
    "country": (None, "fill in: two letters, such as GB"),
    "time_zone": (None, "fill in: such as Europe/London"),
    "date_order": (None, "dmy, mdy or ymd; filled in only where a value proves it"),
    "decimal": (".", "or a comma"),
}
_SIMILAR = 88  # out of 100; below that a guess misleads
_DAY = re.compile(r"(\d{1,2})[./-](\d{1,2})[./-](?:\d{2,4})")
_MONTHS = 12


def guess_mapping(samples: Sequence[Sample]) -> str:
    """Return the text of a mapping: each guess has a comment with the values it comes from.

    What cannot be guessed, such as the country, is left empty with a comment; reading the mapping
    fails until it is filled in.
    """
    words = YAML(typ="safe").load(Path(__file__).with_name("header_words.yaml"))
    mapping = CommentedMap(source="export", description="A guessed mapping: edit it.")
    for name, (value, comment) in _HEAD.items():
        mapping[name] = value
        mapping.yaml_add_eol_comment(comment, name)
    mapping["date_order"] = _date_order(samples)
    mapping["tables"] = CommentedMap(
        (_table_name(name, place), _table(words, name, header, values))
        for place, (name, header, values) in enumerate(samples, start=1)
    )
    text = StringIO()
    yaml = YAML(typ="rt")
    yaml.width = 1000
    yaml.dump(mapping, text)
    return text.getvalue()


def _table(
    words: Mapping[str, Any], name: str, header: Sequence[str], values: Sequence[Mapping[str, str]]
) -> CommentedMap:
    table = CommentedMap(files=[name.rpartition("/")[2]])
    key = table["key"] = _best(header, words["key"]) or _unique(header, values)
    if key is None:
        table.yaml_add_eol_comment("fill in: no column has a unique value in every record", "key")
    left = [one for one in header if one != key]
    for part, names in list(words.items())[1:]:
        for field, known in names.items() if isinstance(names, dict) else [(part, names)]:
            if column := _best(left, known):
                left.remove(column)
                into = table if part == field else table.setdefault(part, CommentedMap())
                into[field] = column
                if into is not table:
                    into.yaml_add_eol_comment(_examples(values, column), field)
    product, primary = table.pop("product", {}), table.pop("primary", None)
    if "person" in table:
        table.setdefault("account", table.get("household", key))
        table["roles"] = _roles(primary)
    if "name" in product:
        service = {"id": "service", "name": product["name"]}
        table["products"] = [{"key": {"text": "product"}, **product, "services": [service]}]
    if left:
        comment = f"not mapped: {', '.join(left)}"
        table.yaml_set_comment_before_after_key("key", before=comment, indent=4)
    return table


def _roles(primary: str | None) -> list[dict[str, Any]]:
    """Return who is the customer: whom a column calls so, or all who are of age."""
    of_customer = {"when": {primary: "yes"}} if primary else {"of_age": True}
    liable = [{"role": role, **of_customer} for role in ("Customer", "BillPayer")]
    return [*liable, {"role": "User"}]


def _best(header: Iterable[str], words: Iterable[str]) -> str | None:
    """Return the column whose name is most similar to one of some words, if similar enough."""
    scores = [
        (fuzz.ratio(folded(column), folded(word)), column) for column in header for word in words
    ]
    score, column = max(scores, key=lambda one: one[0], default=(0, ""))
    return column if score >= _SIMILAR else None


def _unique(header: Iterable[str], values: Sequence[Mapping[str, str]]) -> str | None:
    """Return the first column in which every record has a unique value."""
    for column in header:
        found = [one.get(column, "") for one in values]
        if found and all(found) and len(set(found)) == len(found):
            return column
    return None


def _examples(values: Sequence[Mapping[str, str]], column: str) -> str:
    found = list(dict.fromkeys(one.get(column, "") for one in values if one.get(column)))[:2]
    shown = " / ".join(re.sub(r"\s+", " ", one)[:30] for one in found)
    return f"such as {shown}" if shown else "always empty in the first records"


def _date_order(samples: Sequence[Sample]) -> str | None:
    """Return the order of dates, if a day above 12 proves it and none contradicts it."""
    orders = set()
    for _name, _header, records in samples:
        for text in (text for record in records for text in record.values()):
            if found := _DAY.fullmatch(text.strip()):
                first, second = (int(part) > _MONTHS for part in found.groups())
                orders |= {"dmy"} if first and not second else set()
                orders |= {"mdy"} if second and not first else set()
    return orders.pop() if len(orders) == 1 else None


def _table_name(name: str, place: int) -> str:
    letters = re.sub(r"[^a-z0-9]", "", name.rpartition("/")[2].partition(".")[0].casefold())
    return letters if letters[:1].isalpha() else f"table{place}"
