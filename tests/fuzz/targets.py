"""What is fuzzed: every text of every command, found by asking the commands themselves."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from household_graph.cli.commands import COMMANDS, load

__all__ = ["Text", "command_line", "texts"]

_KNOWN = {
    "party": "@/katie",
    "whose": "@/katie",
    "entity_id": "@/katie",
    "target": "@/live-tv",
    "household": "@",
    "households": "@",
    "into": "@",
    "new": "@-two",
    "move": "@/dad",
    "role": "consumer",
    "identity": "@/dad-at-cloud",
    "username": "somebody",
    "realm": "tv",
    "device": "@/tablet-katie",
    "local_id": "a-new-one",
    "resource_type": "tablet",
    "policy": "@/bedtime",
    "place": "home",
    "change": "@/change-1",
    "run_id": "contacts-1",
    "name": "services-for-party",
    "names": "services-for-party",
    "paths": "contacts.csv",
    "files": "household.yaml",
    "giver": "@/mum",
    "taker": "@/dad",
    "from_": "@/mum",
    "to": "@/dad",
    "at": "2026-11-22T20:00",
    "since": "2026-01-01",
    "until": "2027-01-01",
    "output": "json",
    "as_party": "@/mum",
    "operator": "anna",
    "consents": "@/dad",
    "timeout": "20",
    "parameter": "party=@/katie",
    "profile": "contacts-with-household",
    "mapping": "mapping.yaml",
    "batch": "questions.jsonl",
    "params": "parameters.yaml",
}
"""Texts that would do, by the names of parameters, with `@` for a household; for any other: x."""


@dataclass(frozen=True)
class Text:
    """One text that a command takes.

    Attributes:
        command: the words of the command.
        option: such as `--at`; None for an argument.
        name: of the parameter.
    """

    command: tuple[str, ...]
    option: str | None
    name: str

    @property
    def known(self) -> str:
        """A text that would do."""
        return _KNOWN.get(self.name, "x")


def texts() -> list[Text]:
    """Return every text of every command: its arguments, and options that are no flags."""
    return [one for name in COMMANDS for one in _texts(load(name), (name,))]


def command_line(target: Text, text: str, more: dict[Text, str]) -> list[str]:
    """Return a command line in which a target has a text, and all that is needed beside.

    Args:
        target: what the text is for.
        text: for it.
        more: other texts of the same command.
    """
    said = {target: text, **more}
    options, arguments = [], []
    for one, parameter in _parameters(_command(target.command), target.command):
        if one not in said and not parameter.required:
            continue
        value = said.get(one, one.known)
        count = max(1, parameter.nargs)
        if one.option is None:
            arguments += [value] * count
        elif count == 1:
            options.append(f"{one.option}={value}")
        else:
            options += [one.option, *[value] * count]
    return [*target.command, *options, "--", *arguments]


def _command(words: tuple[str, ...]) -> Any:  # noqa: ANN401 - a command of Typer
    found: Any = load(words[0])
    for word in words[1:]:
        found = found.commands[word]
    return found


def _texts(command: Any, words: tuple[str, ...]) -> Iterator[Text]:  # noqa: ANN401 - as above
    for name, inner in getattr(command, "commands", {}).items():
        yield from _texts(inner, (*words, name))
    if not hasattr(command, "commands"):
        yield from (one for one, _parameter in _parameters(command, words))


def _parameters(command: Any, words: tuple[str, ...]) -> Iterator[tuple[Text, Any]]:  # noqa: ANN401
    for parameter in command.params:
        if parameter.param_type_name == "argument":
            yield Text(words, None, parameter.name), parameter
        elif not parameter.is_flag:
            yield Text(words, max(parameter.opts, key=len), parameter.name), parameter
