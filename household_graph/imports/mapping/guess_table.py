"""Guess what the columns of one table mean, by their names and their values."""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from rapidfuzz import fuzz
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap

from household_graph.imports.cleaning.cells import truth
from household_graph.imports.cleaning.names import PARTS_OF_NAMES
from household_graph.imports.cleaning.text import CleaningError
from household_graph.imports.sources import Sample

_NAMES = frozenset(PARTS_OF_NAMES)
_SIMILAR = 88  # out of 100; below that a guess misleads
_MOST = 0.7  # of the values of a column: others may be wrong
_SHORT = 4  # letters; of names as short as that only equal ones are similar
_FEW = 12  # values that are one of some words
_NAMESPACE = re.compile(r"^[A-Za-z]\w*?__(?=\w)|__c$")
_MEDIA = {
    "email": re.compile(r"^[^@\s]+@[^@\s]+\.[^@\s]+$"),
    "phone": re.compile(r"(?:\d\D{0,3}){6}"),
}
_WORD = re.compile(r"[a-z]+|[A-Z]+(?![a-z])|[A-Z][a-z]*")
_NO_SERVICE = re.compile(r"no\b.*service", re.IGNORECASE)
_ENDED = {"status": "terminated", "state": "closed"}
_WORDED = frozenset({*_ENDED, "organization_type"})
_MEANINGS = {"active": "active", "suspended": "suspended"}
_OF_PRODUCTS = {"cancelled": "cancelled", "pending": "pendingActive"}


@cache
def words() -> Mapping[str, Any]:
    """Return the names of columns, and values, that are known; see the file."""
    path = Path(__file__).with_name("header_words.yaml")
    found: Mapping[str, Any] = YAML(typ="safe").load(path)
    return found


class GuessedTable:
    """The guess of a table: a mapping, and the columns that it does not use.

    Attributes:
        name: the name of the file.
        key: the column that is the key; None if no column can be.
        content: what it is in the mapping, without what tables say of each other.
        left: the columns that nothing is made of.
    """

    def __init__(self, sample: Sample) -> None:
        """Guess from a name, the header and the first records."""
        self.name, header, self._records = sample
        self.content = CommentedMap(files=[self.name.rpartition("/")[2]])
        self.left = list(header)
        self._media = {kind: self._columns_of(kind) for kind in _MEDIA}
        self.key = self.best(words()["key"])
        if self.key:
            self.left.remove(self.key)
        self._product: dict[str, str] = {}
        for part, names in words()["fields"].items():
            for field, known in names.items() if isinstance(names, dict) else [(part, names)]:
                if (column := self.best(known)) and self._fits(field, column):
                    self.left.remove(column)
                    self._put(part, field, column)
        self._add_media()
        if self.key is None and "given_name" not in self.content.get("person", {}):
            self.key = self._unique()
            self.left = [one for one in self.left if one != self.key]
        self._add_others()
        self._add_products()

    @property
    def is_of_people(self) -> bool:
        """Whether its records name people."""
        return not _NAMES.isdisjoint(self.content.get("person", ()))

    @property
    def is_of_lines(self) -> bool:
        """Whether the key of its records is a phone number."""
        return self.key in self._media["phone"]

    @property
    def says_something(self) -> bool:
        """Whether it says anything of people, accounts or products: it is no lookup table."""
        said = {"person", "terms", "products", "others", "organization_name"}
        place = {*self.content.get("place", ())}
        return not said.isdisjoint(self.content) or {"street", "city"} <= place

    def texts(self, column: str) -> list[str]:
        """Return the values of a column in the first records, each once."""
        found = (one.get(column, "").strip() for one in self._records)
        return list({one.casefold(): one for one in found if one}.values())

    def best(self, names: Iterable[str]) -> str | None:
        """Return the column whose name is most similar to one of some words, if similar enough."""
        scores = [
            (_similarity(bare(column), bare(name)), column)
            for column in self.left
            for name in names
        ]
        score, column = max(scores, key=lambda one: one[0], default=(0, ""))
        return column if score >= _SIMILAR else None

    def _fits(self, field: str, column: str) -> bool:
        """Return whether the values of a column may be those of a field."""
        found = self.texts(column)
        if field in {"birth_date", "valid_from", "valid_to"}:
            return all(map(re.compile(r".*\d").match, found))
        if field == "age":
            return all(one.isdecimal() for one in found)
        if field == "organization_type":
            return _are_most(_meaning("kinds", one) for one in found)
        return True

    def _put(self, part: str, field: str, column: str) -> None:
        if part == "product":
            self._product[field] = column
        elif part == "deleted_when":
            self.content[part] = {column: "yes"}
        else:
            into = self.content if part == field else self.content.setdefault(part, CommentedMap())
            into[field] = self._source(field, column)
            into.yaml_add_eol_comment(self._comment(field, column), field)

    def _source(self, field: str, column: str) -> Any:  # noqa: ANN401 - a name, or a mapping
        """Return a column, with what its values mean where they are words that have to be known."""
        if field not in _WORDED:
            return column
        meanings = {one: self._means(field, one, column) for one in self.texts(column)[:_FEW]}
        known = {one: means for one, means in meanings.items() if means}
        return {"column": column, "values": known} if known else column

    def _comment(self, field: str, column: str) -> str:
        """Return a comment with two values of a column, or those whose meaning is not known."""
        texts = self.texts(column)
        if field in _WORDED:
            unknown = [one for one in texts if not self._means(field, one, column)]
            if unknown:
                return f"fill in what these mean: {', '.join(unknown[:_FEW])}"
        shown = " / ".join(re.sub(r"\s+", " ", one)[:30] for one in texts[:2])
        return f"such as {shown}" if shown else "always empty in the first records"

    def _means(self, field: str, value: str, column: str) -> str | None:
        if field == "organization_type":
            return _meaning("kinds", value)
        answer = _answer(value)
        if answer is not None:  # of a column such as Churn
            return _ENDED[field] if answer is ("churn" in bare(column)) else "active"
        found = _meaning("states", value) or ""
        more = _OF_PRODUCTS if field == "status" else {"cancelled": "closed"}
        return {**_MEANINGS, "ended": _ENDED[field], **more}.get(found)

    def _columns_of(self, kind: str) -> list[str]:
        """Return the columns with e-mail addresses or phone numbers, in their order."""
        known, pattern, found = [bare(one) for one in words()[kind]], _MEDIA[kind], []
        for column in self.left:
            plain = re.sub(r"\d", "", bare(column))
            is_named = max(_similarity(plain, name) for name in known) >= _SIMILAR
            texts = self.texts(column)
            is_seen = bool(texts) and _are_most(map(pattern.search, texts))
            if (is_named and (is_seen or not texts)) or (is_seen and kind == "email"):
                found.append(column)
        return found

    def _add_media(self) -> None:
        for kind, columns in self._media.items():
            if columns and ("person" in self.content or columns != [self.key]):
                person = self.content.setdefault("person", CommentedMap())
                person[kind] = columns if columns[1:] else columns[0]
                self.left = [one for one in self.left if one not in columns]

    def _add_others(self) -> None:
        """Add the people whom columns with yes and no, or with a number, imply."""
        others: dict[str, dict[str, Any]] = {}
        for own_id, names in map(dict.values, words()["others"]):
            column = None if own_id in others else self.best(names)
            texts = self.texts(column) if column else []
            if _are_most(one.isdecimal() for one in texts):
                how: dict[str, Any] = {"count": column}
            elif _are_most(_answer(one) is not None for one in texts):
                how = {"when": {column: "yes"}}
            else:
                continue
            self.left = [one for one in self.left if one != column]
            others[own_id] = {"id": own_id, **how, "minor": own_id == "dependent"}
        if others:
            self.content["others"] = list(others.values())

    def _add_products(self) -> None:
        """Add the product that a record names, and those that columns of yes and no do."""
        columns, products = self._product, list[Mapping[str, Any]]()
        if "name" in columns and "organization_type" not in self.content:
            products.append(self._named_product(columns))
        else:
            self.left += columns.values()
            if "status" in columns:
                self.left.remove(columns["status"])
                self._put("terms", "state", columns["status"])
        if "organization_type" in self.content and (name := self.best(["name"])):
            self.left.remove(name)
            self._put("organization_name", "organization_name", name)
        for column in list(self.left):
            if product := self._product_of_column(column):
                self.left.remove(column)
                products.append(product)
        self._name_kinds(products)
        if products:
            self.content["products"] = products

    def _name_kinds(self, products: Sequence[Mapping[str, Any]]) -> None:
        """Name products by columns such as `Internet Type`, beside that which says yes or no."""
        by_category = {_category(one): one for one in reversed(products) if "when" in one}
        for column in list(self.left):
            one = by_category.get(_category_of(column) or "")
            if isinstance(one, dict) and bare(column).endswith("type") and "text" in one["name"]:
                self.left.remove(column)
                one["name"] = {"column": column, "default": one["name"]["text"]}

    def keep_the_rest(self) -> None:
        """Keep what is left as characteristics: of the person, else of the account."""
        part = "person" if self.is_of_people or "terms" not in self.content else "terms"
        if part in self.content and (kept := [one for one in self.left if self.texts(one)]):
            self.content[part]["characteristics"] = kept
            self.left = [one for one in self.left if one not in kept]

    def _named_product(self, columns: Mapping[str, str]) -> CommentedMap:
        key = {"text": "product"} if self.is_of_people or self.is_of_lines else self.key
        product = CommentedMap(key=key, name=self._alternatives("name", columns["name"]))
        for field in ("status", "price", "valid_from", "valid_to"):
            if column := columns.get(field):
                product[field] = self._alternatives(field, self._source(field, column))
                product.yaml_add_eol_comment(self._comment(field, column), field)
        service = {"id": "service", "name": columns["name"]}
        if "category" in columns:
            service["category"] = columns["category"]
        product["services"] = [service]
        device = {"id": "device", "name": columns["name"]}
        if self.is_of_lines:
            product["device"] = {**device, "value": self.key, "value_is": "phone"}
        elif "serial" in columns:
            product["device"] = {**device, "value": columns["serial"]}
        return product

    def _alternatives(self, field: str, source: Any) -> Any:  # noqa: ANN401 - a name, or a mapping
        """Return a column with others that may say the same, where it is empty."""
        others = []
        while isinstance(source, str) and (more := self.best(words()["fields"]["product"][field])):
            self.left.remove(more)
            others.append(more)
        return [source, *others] if others else source

    def _product_of_column(self, column: str) -> dict[str, Any] | None:
        """Return the product that a column of yes and no, or of kinds of a service, stands for."""
        category = _category_of(column)
        texts = [one for one in self.texts(column) if not _NO_SERVICE.fullmatch(one)]
        answers = [_answer(one) for one in texts]
        if not category or not 0 < len(texts) <= _FEW or {True, False}.isdisjoint(answers):
            return None
        some = [one for one, answer in zip(texts, answers, strict=True) if answer is not False]
        is_question = _are_most(answer is not None for answer in answers)
        name = " ".join(_WORD.findall(column)).capitalize()
        key = name.casefold().replace(" ", "-")
        service = {"id": "service", "name": {"text": name}, "category": {"text": category}}
        return {
            "key": {"text": key},
            "when": {column: "yes" if is_question else some},
            "name": {"text": name} if is_question else column,
            "services": [service],
        }

    def _unique(self) -> str | None:
        """Return the first column in which every record has a unique value."""
        for column in self.left:
            found = [one.get(column, "") for one in self._records]
            if found and all(found) and len(set(found)) == len(found):
                return column
        return None


def bare(name: str) -> str:
    """Return the name of a column without namespace, case, accents, blanks and signs."""
    text = unicodedata.normalize("NFKD", _NAMESPACE.sub("", name).casefold())
    return "".join(filter(str.isalnum, text))


def _similarity(column: str, known: str) -> float:
    if min(len(column), len(known)) <= _SHORT:
        return 100.0 if column == known else 0.0
    return fuzz.ratio(column, known)


def _answer(text: str) -> bool | None:
    try:
        return truth(text)
    except CleaningError:
        return None


def _category(product: Mapping[str, Any]) -> str:
    """Return the category of the service of a product that is guessed of a column."""
    [service] = product["services"]
    return str(service["category"]["text"])


def _are_most(found: Iterable[object]) -> bool:
    """Return whether most of some findings, and at least one, are true."""
    facts = [bool(one) for one in found]
    return sum(facts) >= _MOST * len(facts) > 0


def _meaning(kind: str, value: str) -> str | None:
    plain = value.strip().casefold()
    return next((means for means, known in words()[kind].items() if plain in known), None)


def _category_of(column: str) -> str | None:
    """Return the category of the service that a column names; its last word counts most."""
    parts: Sequence[str] = _WORD.findall(column)
    known = words()["services"]
    return next((known[one.casefold()] for one in reversed(parts) if one.casefold() in known), None)
