"""What values of properties can be, whoever writes them.

What decides has to be readable, and what is written has to fit into a document again.
`household_graph.graph.edit_checks` holds every edit to it, the doctor what is in the graph.
"""

import re
from collections.abc import Callable, Mapping
from datetime import date
from enum import StrEnum

from household_graph.errors import InvalidTimeError
from household_graph.model.instants import require_year, zone_named
from household_graph.model.rows import Value
from household_graph.model.vocabulary import (
    AccountState,
    AdministrativeState,
    Audience,
    OperationalState,
    PartyStatus,
    PolicyKind,
    ProductStatus,
    ServiceState,
    Weekday,
)

__all__ = [
    "CLOCK",
    "LONGEST_ID",
    "LONGEST_TEXT",
    "MAXIMUM_AGE",
    "OF_HOUSEHOLD",
    "VALUES",
    "is_unicode",
    "problem_in",
    "text_problem",
]

LONGEST_ID = 1_000
"""Characters of an id, the household's in front; more do not fit into an index."""
LONGEST_TEXT = 2_000
"""Characters of a text of a node; more do not fit into an index, and name nothing."""
CLOCK = r"([01][0-9]|2[0-3]):[0-5][0-9]"
"""A time of day."""
MAXIMUM_AGE = r"own-age|[0-9]{1,3}"
"""The highest rating that a classification allows."""

_Test = Callable[[object], bool]
_IMPORTED = "SourceRecord"


def is_unicode(text: str) -> bool:
    """Return whether a text has no half characters (lone surrogates): nothing can hold those."""
    return text.isascii() or not any("\ud800" <= letter <= "\udfff" for letter in text)


def text_problem(text: str) -> str | None:
    """Return what is wrong with a text, such as `is empty`; None if nothing is."""
    if not text:
        return "is empty"
    if not is_unicode(text):
        return "holds half a character (a lone surrogate)"
    if len(text) > LONGEST_TEXT:
        return f"has {len(text)} characters, and may have {LONGEST_TEXT}"
    return None


def problem_in(labels: frozenset[str], name: str, value: Value) -> str | None:
    """Return what is wrong with the value of a property, such as `is empty`; None if nothing is.

    Args:
        labels: of the node; none for a relationship.
        name: of the property.
        value: as rows have it.
    """
    if _IMPORTED in labels:  # what a legacy system says is kept as it is
        return None
    for one in value if isinstance(value, tuple) else (value,):
        if wrong := _wrong(one):
            return wrong
    tests = [VALUES[label][name] for label in labels if name in VALUES.get(label, {})]
    return None if all(test(value) for test in tests) else f"cannot be `{_shown(value)}`"


def _wrong(value: object) -> str | None:
    if isinstance(value, str):
        return text_problem(value)
    if isinstance(value, date):
        try:
            require_year(value)
        except InvalidTimeError as error:
            return f"cannot be `{value}`, for {error.message}"
    if isinstance(value, int) and not -(2**63) <= value < 2**63:
        return "is too large a number"
    return None


def _shown(value: Value) -> str:
    return " ".join(map(str, value)) if isinstance(value, tuple) else str(value)


def _one_of(words: type[StrEnum]) -> _Test:
    known = frozenset(words)
    return lambda value: isinstance(value, str) and value in known


def _number(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _words(value: object) -> bool:
    return isinstance(value, tuple) and all(isinstance(word, str) for word in value)


def _matches(pattern: str) -> _Test:
    return lambda value: isinstance(value, str) and re.fullmatch(pattern, value) is not None


def _zone(value: object) -> bool:
    try:
        return isinstance(value, str) and bool(zone_named(value))
    except InvalidTimeError:
        return False


OF_HOUSEHOLD: Mapping[str, _Test] = {"time_zone": _zone, "age_of_majority": _number}
"""What the organization that is the household itself needs besides."""

VALUES: Mapping[str, Mapping[str, _Test]] = {
    "Individual": {
        "birth_date": lambda value: type(value) is date,
        "minor": lambda value: isinstance(value, bool),
        "status": _one_of(PartyStatus),
    },
    "Organization": {"status": _one_of(PartyStatus)},
    "CustomerAccount": {"state": _one_of(AccountState)},
    "BillingAccount": {"state": _one_of(AccountState)},
    "Product": {"status": _one_of(ProductStatus)},
    "Service": {
        "category": lambda value: isinstance(value, str),
        "minimum_age": _number,
        "state": _one_of(ServiceState),
    },
    "Resource": {
        "administrative_state": _one_of(AdministrativeState),
        "operational_state": _one_of(OperationalState),
    },
    "Policy": {
        "kind": _one_of(PolicyKind),
        "audience": _one_of(Audience),
        "categories": _words,
        "weekdays": lambda value: _words(value) and frozenset(Weekday).issuperset(value),  # type: ignore[arg-type]
        "start_time": _matches(CLOCK),
        "end_time": _matches(CLOCK),
        "maximum_age": _matches(MAXIMUM_AGE),
        "blocked_categories": _words,
    },
}
"""For each label the properties that decide something, and what their values have to be like."""
