"""What a property is: its type, and what its values may be."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from functools import partial
from math import isfinite
from typing import Literal

from household_graph.errors import InvalidTimeError
from household_graph.model.ids import is_unicode
from household_graph.model.instants import require_year

LONGEST_TEXT = 2_000
"""Characters of a text of a node; more do not fit into an index, and name nothing."""
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


_TYPES: Mapping[PropertyType, tuple[type | tuple[type, ...], str]] = {
    PropertyType.STRING: (str, "text that is not empty"),
    PropertyType.INTEGER: (int, "a whole number"),
    PropertyType.FLOAT: ((int, float), "a number"),
    PropertyType.BOOLEAN: (bool, "true or false"),
    PropertyType.DATE: (date, "a date"),
    PropertyType.INSTANT: (datetime, "a time with an offset"),
    PropertyType.STRINGS: (tuple, "texts that are not empty"),
}
"""In Python, and in words that follow "use"."""
_REQUIREMENTS = {
    CLOCK_PATTERN: "a time of day such as 21:00, from 00:00 to 23:59",
    MAXIMUM_AGE_PATTERN: "a number of years, or own-age",
}
IndexKind = Literal["unique", "index", "full-text"]
Vocabulary = type[StrEnum]


@dataclass(frozen=True, slots=True)
class Property:
    """A property of nodes or relationships, with its meaning in one line.

    Texts, and those of a list, are one of the words, match the whole pattern, and pass the test
    `accepts`; numbers are within both bounds. A node cannot be read without a `required` one. The
    default is what a household document means that leaves it out; none has an undocumented one.
    Entities are found by the `searched` ones, in the full-text index.
    """

    name: str
    meaning: str
    type: PropertyType
    words: Vocabulary | None = None
    pattern: str | None = None
    minimum: float | None = None
    maximum: float | None = None
    accepts: Callable[[str], bool] | None = None
    required: bool = False
    default: str | int | None = None
    index: IndexKind | None = None
    searched: bool = False
    documented: bool = True

    def allows(self, value: object) -> bool:
        """Return whether the property can have a value."""
        return self.problem_with(value) is None

    def problem_with(self, value: object) -> str | None:
        """Return what is wrong with a value, such as `is empty`; None if nothing is."""
        if not self._is_of_type(value):
            return f"cannot be `{_shown(value)}`"
        if self.documented and (problem := _value_problem(value)):
            return problem
        values = value if isinstance(value, tuple) else (value,)
        return None if all(map(self._is_within, values)) else f"cannot be `{_shown(value)}`"

    def _is_of_type(self, value: object) -> bool:
        if isinstance(value, bool) is not (self.type is PropertyType.BOOLEAN):
            return False
        if isinstance(value, datetime) is not (self.type is PropertyType.INSTANT):
            return False
        return isinstance(value, _TYPES[self.type][0])

    def _is_within(self, value: object) -> bool:
        """Return whether a number, or a text, is within what is declared."""
        if isinstance(value, str):
            if self.words is not None:
                return value in self.words._value2member_map_
            fits = self.pattern is None or re.fullmatch(self.pattern, value)
            return bool(fits) and (self.accepts is None or self.accepts(value))
        if isinstance(value, int | float):
            least, most = self.minimum, self.maximum
            within = (least is None or value >= least) and (most is None or value <= most)
            return within and isfinite(value)
        return isinstance(value, bool | date)

    @property
    def requirement(self) -> str:
        """What a value has to be, in words that follow "use"."""
        if self.words is not None:
            one = "words of" if self.type is PropertyType.STRINGS else "one of"
            return f"{one} {', '.join(self.words)}"
        kind = _TYPES[self.type][1]
        if self.minimum is not None and self.maximum is not None:
            return f"{kind} from {self.minimum:g} to {self.maximum:g}"
        if self.minimum is not None:
            return f"{kind}, {self.minimum:g} or more"
        return _REQUIREMENTS.get(self.pattern or "", kind)


def _value_problem(value: object) -> str | None:
    """Return why no household document could hold a value of any property; None if one could."""
    for one in value if isinstance(value, tuple) else (value,):
        if isinstance(one, str) and (problem := text_problem(one)):
            return problem
        if isinstance(one, date):
            try:
                require_year(one)
            except InvalidTimeError as error:
                return f"cannot be `{one}`, for {error.message}"
        if isinstance(one, int) and not -(2**63) <= one < 2**63:
            return "is too large a number"
    return None


def as_sentence(meaning: str) -> str:
    """Return a declared meaning as a description."""
    return f"{meaning[0].upper()}{meaning[1:]}."


def text_problem(text: str) -> str | None:
    """Return what is wrong with a text, such as `is empty`; None if nothing is."""
    if not text:
        return "is empty"
    if not is_unicode(text):
        return "holds half a character (a lone surrogate)"
    if len(text) > LONGEST_TEXT:
        return f"has {len(text)} characters, and may have {LONGEST_TEXT}"
    return None


def _shown(value: object) -> str:
    return " ".join(map(str, value)) if isinstance(value, tuple) else str(value)


text = partial(Property, type=PropertyType.STRING)
word = partial(text, required=True)
texts = partial(Property, type=PropertyType.STRINGS)
count = partial(Property, type=PropertyType.INTEGER, minimum=0)
amount = partial(Property, type=PropertyType.FLOAT, minimum=0)
truth = partial(Property, type=PropertyType.BOOLEAN)
day = partial(Property, type=PropertyType.DATE)
instant = partial(Property, type=PropertyType.INSTANT, documented=False)


def undocumented(*properties: Property) -> tuple[Property, ...]:
    """Return properties that household documents do not carry."""
    return tuple(replace(one, documented=False) for one in properties)


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
NARROWED = (
    texts(
        "only_for",
        "ids of products, services or devices for which alone it holds; absent: for all",
    ),
)
SHARED = (amount("share", "the part, in per cent, 0 to 100", maximum=100),)
