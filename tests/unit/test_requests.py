"""What can be asked for: every command that changes something, by a method known by name."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from household_graph.api.change_api import GROUPS
from household_graph.changes.request_plan import check_method
from household_graph.cli.change_command import METHODS
from household_graph.cli.commands import COMMANDS, load
from household_graph.errors import BadInputError
from household_graph.model.enums import ActorKind
from household_graph.model.recorded_request import (
    RecordedRequest,
    arguments_of,
    arguments_to_text,
)

NOW = datetime(2026, 11, 30, tzinfo=UTC)


def test_every_command_that_changes_something_can_be_asked_for() -> None:
    """A new group of changes has to be named among those of requests."""
    for name in COMMANDS:
        load(name)
    for command, (method, arguments) in METHODS.items():
        dated = () if command in {"undo", "load"} else ("at",)
        check_method(GROUPS, method, dict.fromkeys((*arguments, *dated, "consents")))
    with pytest.raises(BadInputError, match="no argument `at`"):
        check_method(GROUPS, "changes.undo", {"change": "bakers/change-2", "at": None})


def stored(arguments: str) -> RecordedRequest:
    return RecordedRequest(
        *("h/request-1", "h", "events.leave", arguments, "somebody leaves"),
        *(("h/ann",), ActorKind.PARTY, NOW, NOW),
    )


VALUES = st.recursive(
    st.text() | st.booleans() | st.integers() | st.dates() | st.datetimes(),
    lambda inner: st.lists(inner, max_size=3),
    max_leaves=5,
)


@given(st.dictionaries(st.text(), VALUES, max_size=5))
def test_arguments_are_read_back(arguments: dict[str, object]) -> None:
    """Texts, numbers, days, times and lists of them come back as they were; always alike."""
    text = arguments_to_text(arguments)
    assert arguments_of(stored(text)) == arguments
    assert arguments_to_text(arguments_of(stored(text))) == text


def test_a_mapping_is_read_back_as_pairs() -> None:
    """Who is the same person in two households is stored as pairs, which the method takes too."""
    text = arguments_to_text({"same": {"b/katie": "a/katie"}, "born": date(2013, 5, 14)})
    assert text == '{"born":{"date":"2013-05-14"},"same":[["b/katie","a/katie"]]}'


@pytest.mark.parametrize(
    "text", ["", "[]", "1", "{", '{"a":{}}', '{"a":{"code":"x"}}', '{"a":{"time":"x"}}']
)
def test_what_was_tampered_with_is_refused(text: str) -> None:
    """Nothing but what this project writes is read."""
    with pytest.raises(BadInputError, match="cannot be read"):
        arguments_of(stored(text))
