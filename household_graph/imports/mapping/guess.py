"""Guess a mapping, to be edited, from the headers and the values of an export."""

import re
from collections.abc import Iterable, Mapping, Sequence
from io import StringIO

from rapidfuzz import fuzz
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap

from household_graph.imports.mapping.table_detection import folded

Sample = tuple[str, tuple[str, ...], list[Mapping[str, str]]]
"""The name of a file, its columns, and the values of its first records."""

_WORDS: Mapping[tuple[str, ...], tuple[str, ...]] = {
    ("person", "given_name"): ("first name", "given name", "forename", "fst name"),
    ("person", "family_name"): ("last name", "family name", "surname"),
    ("person", "full_name"): ("customer name", "full name", "name", "subscriber"),
    ("person", "birth_date"): ("birth date", "date of birth", "dob", "birthday", "birth dt"),
    ("person", "email"): ("email", "email address", "e mail"),
    ("person", "phone"): ("phone", "phone number", "mobile", "msisdn", "cell"),
    ("place", "street"): ("street", "address", "address line 1", "addr"),
    ("place", "postal_code"): ("postcode", "postal code", "zip", "zip code"),
    ("place", "city"): ("city", "town"),
    ("place", "country"): ("country",),
    ("household",): ("household", "household id", "household key"),
    ("account",): ("account", "account id", "account number", "accountid"),
    ("terms", "state"): ("account status", "customer status"),
    ("terms", "contract_term"): ("contract", "contract term"),
    ("terms", "payment_method"): ("payment method",),
    ("terms", "monthly_charge"): ("monthly charges", "monthly charge", "monthly fee"),
    ("terms", "total_charged"): ("total charges", "total charged"),
    ("product", "name"): ("plan", "product", "product name", "tariff"),
    ("product", "price"): ("price", "monthly price"),
    ("product", "valid_from"): ("start date", "activation date", "install date"),
    ("product", "valid_to"): ("end date", "deactivation date"),
}
_KEYS = ("id", "customer id", "row id", "contact id", "key", "phone number", "msisdn")
_SIMILAR = 88  # out of 100; below that a guess misleads
_DAY = re.compile(r"(\d{1,2})[./-](\d{1,2})[./-](\d{2,4})")


def guess_mapping(samples: Sequence[Sample]) -> str:
    """Return the text of a mapping: each guess has a comment with the values it comes from.

    What cannot be guessed, such as the country, is left empty with a comment; reading the mapping
    fails until it is filled in.
    """
    mapping = CommentedMap(source="export", description="A guessed mapping: edit it.")
    mapping["country"] = None
    mapping.yaml_add_eol_comment("fill in: two letters, such as GB", "country")
    mapping["time_zone"] = None
    mapping.yaml_add_eol_comment("fill in: such as Europe/London", "time_zone")
    mapping["date_order"] = _date_order(samples)
    mapping.yaml_add_eol_comment(
        "dmy, mdy or ymd; filled in only where a value proves it", "date_order"
    )
    mapping["decimal"] = "."
    mapping.yaml_add_eol_comment("or a comma", "decimal")
    mapping["tables"] = CommentedMap(
        (_table_name(name, place), _table(name, header, values))
        for place, (name, header, values) in enumerate(samples, start=1)
    )
    text = StringIO()
    yaml = YAML(typ="rt")
    yaml.width = 1000
    yaml.dump(mapping, text)
    return text.getvalue()


def _table(name: str, header: Sequence[str], values: Sequence[Mapping[str, str]]) -> CommentedMap:
    table = CommentedMap(files=[name.rpartition("/")[2]])
    key = _best(header, _KEYS) or _unique(header, values)
    table["key"] = key
    if key is None:
        table.yaml_add_eol_comment("fill in: no column has a unique value in every record", "key")
    used, product = {key}, CommentedMap()
    for place, words in _WORDS.items():
        column = _best([one for one in header if one not in used], words)
        if column is None:
            continue
        used.add(column)
        if place[0] == "product":
            product[place[1]] = column
        elif len(place) == 1:
            table[place[0]] = column
        else:
            table.setdefault(place[0], CommentedMap())[place[1]] = column
            table[place[0]].yaml_add_eol_comment(_examples(values, column), place[1])
    if "person" in table:
        table["roles"] = [{"role": role} for role in ("Customer", "BillPayer", "User")]
        if "account" not in table:
            table["account"] = key
    if "name" in product:
        service = {"id": "service", "name": product["name"]}
        table["products"] = [{"key": {"text": "product"}, **product, "services": [service]}]
    left = [one for one in header if one not in used]
    if left:
        table.yaml_set_comment_before_after_key(
            "key", before=f"not mapped: {', '.join(left)}", indent=4
        )
    return table


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
    orders = {
        order
        for _name, _header, values in samples
        for record in values
        for text in record.values()
        if (found := _DAY.fullmatch(text.strip())) and (order := _order(found))
    }
    return orders.pop() if len(orders) == 1 else None


def _order(found: re.Match[str]) -> str | None:
    first, second = int(found[1]), int(found[2])
    months = 12
    if first > months >= second:
        return "dmy"
    return "mdy" if second > months >= first else None


def _table_name(name: str, place: int) -> str:
    letters = re.sub(r"[^a-z0-9]", "", name.rpartition("/")[2].partition(".")[0].casefold())
    return letters if letters[:1].isalpha() else f"table{place}"
