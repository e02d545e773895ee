"""Guess a mapping, to be edited, from the headers and the values of an export."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from importlib.resources import files
from io import StringIO
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap

from household_graph.imports.cleaning.addresses import country
from household_graph.imports.cleaning.text import CleaningError, Conventions
from household_graph.imports.mapping.guess_table import GuessedTable, bare, words
from household_graph.imports.sources import Sample

_DAY = re.compile(r"(\d{1,2})[./-](\d{1,2})[./-](?:\d{4}|\d{2})(?:[ T].*)?")
_ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}(?:[ T].*)?")
_AMOUNT = re.compile(r"^\D{0,4}\d+([.,])\d{1,2}\D{0,4}$")
_MONTHS = 12
_SURE = 0.8  # of the dates that prove an order have that one: others may be wrong
_MOST = 0.5  # of the values of a column are keys of another table, if it refers to that
_NO_CONVENTIONS = Conventions("GB", "ymd", ".")  # no name of a country depends on them
_MONTH_FIRST = frozenset({"US", "PH"})


def guess_mapping(samples: Sequence[Sample]) -> str:
    """Return the text of a mapping: each guess has a comment with the values it comes from.

    What cannot be guessed, such as the country of an export without one, is left empty with a
    comment; reading the mapping fails until it is filled in. Where dates may be of two orders,
    that of the country is proposed, and the comment says so.
    """
    tables = [GuessedTable(sample) for sample in samples]
    mapping = CommentedMap(source="export", description="A guessed mapping: edit it.")
    for name, value, comment in _head(samples, tables):
        mapping[name] = value
        mapping.yaml_add_eol_comment(comment, name)
    names = {one.name: _table_name(one.name, place) for place, one in enumerate(tables, start=1)}
    people = next((one for one in tables if one.is_of_people), None) or _richest(tables)
    for table in tables:
        _refer(table, people, names)
    used = [one for one in tables if one.says_something] or tables
    if skipped := [one.content["files"][0] for one in tables if one not in used]:
        mapping["skip_files"] = skipped
        comment = "they say nothing of people, accounts or products"
        mapping.yaml_add_eol_comment(comment, "skip_files")
    mapping["tables"] = CommentedMap((names[one.name], _related(one, people, used)) for one in used)
    text = StringIO()
    yaml = YAML(typ="rt")
    yaml.width = 1000
    yaml.dump(mapping, text)
    return text.getvalue()


def _head(
    samples: Sequence[Sample], tables: Sequence[GuessedTable]
) -> Iterator[tuple[str, str | None, str]]:
    nation, why = _country(tables)
    yield "country", nation, why or "fill in: two letters, such as GB"
    zone = _zone_of(nation)
    yield "time_zone", zone, "of most of the country" if zone else "fill in: such as Europe/London"
    order = _date_order(samples)
    if order:
        yield "date_order", order, "as values prove"
    elif nation:
        usual = "mdy" if nation in _MONTH_FIRST else "dmy"
        yield "date_order", usual, "as is usual there, for no value proves it: dmy, mdy or ymd"
    else:
        yield "date_order", None, "fill in: dmy, mdy or ymd; no value proves it"
    rows = (record.values() for _name, _header, records in samples for record in records)
    amounts = Counter(found[1] for row in rows for text in row if (found := _AMOUNT.search(text)))
    yield "decimal", "," if amounts[","] > amounts["."] else ".", "the decimal mark of amounts"


def _country(tables: Sequence[GuessedTable]) -> tuple[str | None, str | None]:
    """Return the country that most records name, and what it is concluded from."""
    for table in tables:
        column = table.content.get("place", {}).get("country")
        for text in table.texts(column) if column else ():
            try:
                if found := country(text, _NO_CONVENTIONS):
                    return found, f"of the column {column}"
            except CleaningError:
                continue
    return None, None


def _zone_of(nation: str | None) -> str | None:
    """Return the time zone of a country, or of most of it; None where there are several."""
    text = files("tzdata").joinpath("zoneinfo/zone.tab").read_text(encoding="utf-8")
    rows = [line.split("\t") for line in text.splitlines() if line.startswith(f"{nation}\t")]
    return rows[0][2] if rows and (len(rows) == 1 or "most" in rows[0][-1]) else None


def _date_order(samples: Sequence[Sample]) -> str | None:
    """Return the order of most dates; None: no value proves it, or some contradict others."""
    found = Counter[str]()
    for _name, _header, records in samples:
        for text in (text.strip() for record in records for text in record.values()):
            if _ISO_DAY.fullmatch(text):
                found["ymd"] += 1
            elif parts := _DAY.fullmatch(text):
                first, second = (int(part) > _MONTHS for part in parts.groups())
                found["dmy" if first else "mdy" if second else ""] += 1
    either = found.pop("", 0)
    if found["ymd"] > either + found["dmy"] + found["mdy"]:
        return "ymd"
    del found["ymd"]
    [(order, count)] = found.most_common(1) or [("", 0)]
    return order if count and count >= _SURE * found.total() else None


def _related(
    table: GuessedTable, people: GuessedTable | None, tables: Sequence[GuessedTable]
) -> CommentedMap:
    """Return a table in the order of a mapping, with roles, and the keys that others have."""
    stated = table.content
    members = _members(people, tables)
    if table in members:
        stated["account"] = stated["household"]
        if primary := stated.pop("primary", None):  # else nobody says who is of age
            stated["roles"] = _roles(primary)
    _place_by_account(table, tables)
    if "person" in stated and (table is people or table.is_of_people) and not members:
        stated.setdefault("account", stated.get("household", _key_of(table)))
        stated["roles"] = _roles(stated.pop("primary", None))
    stated.pop("primary", None)
    table.keep_the_rest()
    found = CommentedMap(files=stated.pop("files"), key=_key_of(table))
    if found["key"] is None:
        found.yaml_add_eol_comment("fill in: no column has a unique value in every record", "key")
    for name, part in stated.items():
        found[name] = part
        if name in stated.ca.items:
            found.ca.items[name] = stated.ca.items[name]
    if table.left:
        comment = f"not mapped: {', '.join(table.left)}"
        found.yaml_set_comment_before_after_key("key", before=comment, indent=4)
    return found


def _members(people: GuessedTable | None, tables: Sequence[GuessedTable]) -> list[GuessedTable]:
    """Return the tables that say in which household people are, if theirs does not."""
    if people is None or not {"household", "account"}.isdisjoint(people.content):
        return []
    return [
        one
        for one in tables
        if "household" in one.content and "key" in one.content.get("person", {})
    ]


def _key_of(table: GuessedTable) -> Any:  # noqa: ANN401 - a name, a mapping, or None
    """Return the key of the records: a column, or the parts of the names where there is none."""
    if table.key:
        return {"column": table.key, "is_phone": True} if table.is_of_lines else table.key
    person = table.content.get("person", {})
    parts = [person[name] for name in ("given_name", "family_name", "full_name") if name in person]
    return {"columns": parts, "join": " "} if parts else None


def _richest(tables: Sequence[GuessedTable]) -> GuessedTable | None:
    """Return the table of customers whose people have no name: the one that implies most."""
    customers = [one for one in tables if {"person", "others", "terms"} & one.content.keys()]
    return max(customers, key=lambda one: len(one.content), default=None)


def _refer(table: GuessedTable, people: GuessedTable | None, names: Mapping[str, str]) -> None:
    """Let the records of a table name the people of another, by their key."""
    if people is None or table.is_of_people:
        return
    if table is people:
        table.content.setdefault("person", CommentedMap())
        return
    column = table.key if _refers(table, table.key, people) else table.best(words()["contact"])
    if column and people.key and _refers(table, column, people):
        person = table.content.setdefault("person", CommentedMap())
        person["key"] = {"column": column, "table": names[people.name]}
        if column in table.left:
            table.left.remove(column)
        elif "household" not in people.content:
            table.content.setdefault("account", column)
        for product in table.content.get("products", ()):
            product.setdefault("consumers", "person")


def _refers(table: GuessedTable, column: str | None, other: GuessedTable) -> bool:
    """Return whether the values of a column are keys of another table, or it is named as that."""
    if not column or not other.key:
        return False
    values, keys = set(table.texts(column)), set(other.texts(other.key))
    return len(values & keys) >= _MOST * len(values) > 0 or (
        not values and bare(column) == bare(other.key)
    )


def _place_by_account(table: GuessedTable, tables: Sequence[GuessedTable]) -> None:
    """Take the key of a table of accounts for that of the household, and of who is on them."""
    stated = table.content
    is_account = (
        not table.is_of_people
        and "person" not in stated
        and ({"organization_type", "organization_name"} & stated.keys() or "terms" in stated)
    )
    if is_account and table.key:
        stated.setdefault("household", table.key)
        stated.setdefault("account", table.key)
        name = table.best(["name"])
        if name and "organization_name" not in stated:
            table.left.remove(name)
            stated["organization_name"] = name
    elif any(one is not table for one in tables):
        for held, wanted in (("account", "household"), ("household", "account")):
            if held in stated:
                stated.setdefault(wanted, stated[held])


def _roles(primary: str | None) -> list[dict[str, Any]]:
    """Return who is the customer: whom a column calls so, or all who are of age."""
    liable = [
        {"role": role, **({"when": {primary: "yes"}} if primary else {"of_age": True})}
        for role in ("Customer", "BillPayer")
    ]
    return [*liable, {"role": "User"}]


def _table_name(name: str, place: int) -> str:
    letters = re.sub(r"[^a-z0-9]", "", name.rpartition("/")[2].partition(".")[0].casefold())
    return letters if letters[:1].isalpha() else f"table{place}"
