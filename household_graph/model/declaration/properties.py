"""What a property is: its type, and what its values may be."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from math import isfinite
from typing import Literal

__all__ = [
    "CLOCK_PATTERN",
    "DATED",
    "MAXIMUM_AGE_PATTERN",
    "SHARED",
    "VALIDITY",
    "IndexKind",
    "Property",
    "PropertyType",
    "amount",
    "count",
    "instant",
    "text",
    "texts",
    "truth",
    "word",
]

CLOCK_PATTERN = r"([01][0-9]|2[0-3]):[0-5][0-9]"
MAXIMUM_AGE_PATTERN = r"own-age|[0-9]{1,3}"


class PropertyType(StrEnum):
    """The Cypher type of a property."""

    STRING = "STRING"
    INTEGER = "INTEGER"
    FLOAT = "FLOAT"
    BOOLEAN = "BOOLEAN"
    DATE = "DATE"
    INSTANT = "ZONED DATETIME"
    STRINGS = "LIST<STRING>"


_PYTHON: Mapping[PropertyType, type | tuple[type, ...]] = {
    PropertyType.STRING: str,
    PropertyType.INTEGER: int,
    PropertyType.FLOAT: (int, float),
    PropertyType.BOOLEAN: bool,
    PropertyType.DATE: date,
    PropertyType.INSTANT: datetime,
    PropertyType.STRINGS: tuple,
}
_KINDS: Mapping[PropertyType, str] = {
    PropertyType.STRING: "text that is not empty",
    PropertyType.INTEGER: "a whole number",
    PropertyType.FLOAT: "a number",
    PropertyType.BOOLEAN: "true or false",
    PropertyType.DATE: "a date",
    PropertyType.INSTANT: "a time with an offset",
    PropertyType.STRINGS: "texts that are not empty",
}
_REQUIREMENTS = {
    CLOCK_PATTERN: "a time of day such as 21:00, from 00:00 to 23:59",
    MAXIMUM_AGE_PATTERN: "a number of years, or own-age",
}
IndexKind = Literal["unique", "index"]
Vocabulary = type[StrEnum]


@dataclass(frozen=True, slots=True)
class Property:
    """A property of nodes or relationships.

    Attributes:
        name: as in the graph.
        type: its Cypher type.
        meaning: one line, for the schema page and the classes.
        words: the words it can be, or of which a list consists; None: any.
        pattern: a regular expression that the whole text matches; None: any text.
        minimum: the least number it can be.
        maximum: the greatest number it can be.
        accepts: one more test of a value of the right type; None: none.
        required: whether a node cannot be read without it.
        index: the constraint or index on it; None: none.
        documented: whether household documents carry it.
    """

    name: str
    type: PropertyType
    meaning: str
    words: Vocabulary | None = None
    pattern: str | None = None
    minimum: float | None = None
    maximum: float | None = None
    accepts: Callable[[str], bool] | None = None
    required: bool = False
    index: IndexKind | None = None
    documented: bool = True

    def allows(self, value: object) -> bool:
        """Return whether the property can have a value: of its type, and within its bounds."""
        if isinstance(value, bool) is not (self.type is PropertyType.BOOLEAN):
            return False
        if isinstance(value, datetime) is not (self.type is PropertyType.INSTANT):
            return False
        if not isinstance(value, _PYTHON[self.type]):
            return False
        if isinstance(value, str):
            return self._allows_text(value)
        if isinstance(value, tuple):
            return all(isinstance(one, str) and self._allows_text(one) for one in value)
        return not isinstance(value, int | float) or self._allows_number(value)

    @property
    def requirement(self) -> str:
        """What a value has to be, in words that follow "use"."""
        if self.words is not None:
            one = "words of" if self.type is PropertyType.STRINGS else "one of"
            return f"{one} {', '.join(self.words)}"
        if self.minimum is not None and self.maximum is not None:
            return f"{_KINDS[self.type]} from {self.minimum:g} to {self.maximum:g}"
        if self.minimum is not None:
            return f"{_KINDS[self.type]}, {self.minimum:g} or more"
        return _REQUIREMENTS.get(self.pattern or "", _KINDS[self.type])

    def _allows_text(self, text: str) -> bool:
        if not text or any("\ud800" <= letter <= "\udfff" for letter in text):
            return False  # a lone surrogate cannot be encoded
        if self.words is not None:
            return text in self.words._value2member_map_
        if self.pattern is not None and not re.fullmatch(self.pattern, text):
            return False
        return self.accepts is None or self.accepts(text)

    def _allows_number(self, number: float) -> bool:
        least, most = self.minimum, self.maximum
        within = (least is None or number >= least) and (most is None or number <= most)
        return within and isfinite(number)


def text(
    name: str,
    meaning: str,
    *,
    documented: bool = True,
    index: IndexKind | None = None,
    pattern: str | None = None,
) -> Property:
    """Declare text; without a pattern, any that is not empty."""
    return Property(
        name, PropertyType.STRING, meaning, documented=documented, index=index, pattern=pattern
    )


def texts(
    name: str, meaning: str, words: Vocabulary | None = None, *, documented: bool = True
) -> Property:
    """Declare a list of texts, or of words."""
    return Property(name, PropertyType.STRINGS, meaning, words, documented=documented)


def word(name: str, words: Vocabulary, meaning: str, *, required: bool = True) -> Property:
    """Declare one word of a vocabulary."""
    return Property(name, PropertyType.STRING, meaning, words, required=required)


def count(
    name: str, meaning: str, *, least: int = 0, most: int | None = None, documented: bool = True
) -> Property:
    """Declare a whole number."""
    return Property(
        name,
        PropertyType.INTEGER,
        meaning,
        minimum=least,
        maximum=most,
        documented=documented,
    )


def amount(name: str, meaning: str) -> Property:
    """Declare a number that is not negative, such as an amount of money."""
    return Property(name, PropertyType.FLOAT, meaning, minimum=0)


def truth(name: str, meaning: str, *, documented: bool = True) -> Property:
    """Declare a truth value."""
    return Property(name, PropertyType.BOOLEAN, meaning, documented=documented)


def instant(name: str, meaning: str) -> Property:
    """Declare an instant; documents say validities in their own way."""
    return Property(name, PropertyType.INSTANT, meaning, documented=False)


VALIDITY = (
    instant("valid_from", "the first instant at which it holds; absent: it always did"),
    instant("valid_to", "the first instant at which it holds no longer; absent: it goes on"),
)
DATED = (
    *VALIDITY,
    count(
        "period", "1 for the first time the two are related so, 2 for the next", documented=False
    ),
)
SHARED = (
    Property(
        "share", PropertyType.FLOAT, "the part, in per cent, 0 to 100", minimum=0, maximum=100
    ),
)
