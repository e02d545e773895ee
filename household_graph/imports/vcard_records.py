"""Contacts in vCard, of any version: a card is a record, its properties are the columns."""

import binascii
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, TextIO

from household_graph.files import LONGEST_LINE, lines_of
from household_graph.imports.byte_streams import LineReader, Parsed, Problem

if TYPE_CHECKING:
    from vobject.base import ContentLine

BEGIN = "BEGIN:VCARD"
"""The first line of a card, in any case."""

_END = "END:VCARD"
_HINT = "correct the card, or export it again"
_NAMES = ("family", "given", "additional", "prefix", "suffix")
_ADDRESS = ("street", "city", "region", "code", "country")
_TEXTS = ("UID", "FN", "BDAY", "ORG", "NOTE", "CATEGORIES")
_MOBILE = {"CELL", "MOBILE", "IPHONE"}
_OF_TWO = ("EMAIL", "TEL")


@dataclass(frozen=True, slots=True)
class VCardTable:
    """Cards, with the same columns in every file.

    `N` and `ADR` have a column for each part. The home address is taken, or else the preferred or
    first one; `TEL.cell` is a mobile phone; `EMAIL.2` and `TEL.2` are the second of their kind.
    """

    columns: tuple[str, ...] = (
        *_TEXTS,
        *(f"N.{one}" for one in _NAMES),
        *(f"ADR.{one}" for one in _ADDRESS),
        *("EMAIL", "EMAIL.2", "TEL.cell", "TEL", "TEL.2"),
    )

    @property
    def cut(self) -> Callable[[TextIO], Iterator[str]]:
        """What its file is cut into."""
        return lines_of

    def parsed(self, lines: LineReader) -> Iterator[Parsed]:
        """Yield the records of a file, of which nothing is read yet."""
        first, text, length = 0, list[str](), 0
        for line in lines:
            bare = line.text.strip().upper()
            if bare == BEGIN:
                if first:
                    yield Parsed(first, "".join(text), ("the card does not end", _HINT))
                first, text, length = line.number, [], 0
            if not first:
                if bare:
                    yield Parsed(line.number, line.text, ("it is outside of every card", _HINT))
                continue
            length += len(line.text)
            if length <= LONGEST_LINE:
                text.append(line.text)
            if bare == _END:
                whole = "".join(text)
                too_long = ("the card is too long", "export it without pictures")
                found = self._values(whole) if length <= LONGEST_LINE else too_long
                yield Parsed(first, whole, found)
                first = 0
        if first:
            yield Parsed(first, "".join(text), ("the card does not end", _HINT))

    def _values(self, text: str) -> dict[str, str] | Problem:
        """Return the values of a card by column, or what is wrong with it."""
        from vobject import readOne  # noqa: PLC0415 - seldom needed
        from vobject.base import VObjectError  # noqa: PLC0415 - likewise

        try:
            card = readOne(text, allowQP=True)
            found = dict(_values(card.contents if card else {}))
        except (VObjectError, ValueError, LookupError, AttributeError, TypeError, binascii.Error):
            return "it is no vCard that can be read", _HINT
        return {name: found.get(name, "") for name in self.columns}


def _values(properties: "dict[str, list[ContentLine]]") -> Iterator[tuple[str, str]]:
    for name in _TEXTS:
        for one in properties.get(name.lower(), [])[:1]:
            yield name, _text(one.value)
    for name, parts in (("n", _NAMES), ("adr", _ADDRESS)):
        ranked = sorted(properties.get(name, []), key=_rank)
        for part in parts if ranked else ():
            yield f"{name.upper()}.{part}", _text(getattr(ranked[0].value, part))
    numbers = sorted(properties.get("tel", []), key=_rank)
    mobile = next((one for one in numbers if _types(one) & _MOBILE), None)
    if mobile:
        yield "TEL.cell", _number(mobile)
    for name, ranked in (
        ("TEL", [one for one in numbers if one is not mobile]),
        ("EMAIL", sorted(properties.get("email", []), key=_rank)),
    ):
        for column, one in zip((name, f"{name}.2"), ranked, strict=False):
            yield column, _number(one)


def _types(line: "ContentLine") -> set[str]:
    """Return the types of a property, as all versions write them, in capitals."""
    written = (*line.params.get("TYPE", []), *line.singletonparams)
    return {part.upper() for one in written for part in one.split(",")}


def _rank(line: "ContentLine") -> tuple[bool, bool]:
    types = _types(line)
    is_preferred = "PREF" in types or "PREF" in line.params
    return "HOME" not in types, not is_preferred


def _number(line: "ContentLine") -> str:
    """Return a number or an address, without the scheme that it has in version 4."""
    return _text(line.value).removeprefix("tel:").removeprefix("mailto:")


def _text(value: object) -> str:
    if isinstance(value, str):
        return value
    parts: Iterable[object] = value if isinstance(value, list | tuple) else [value]
    return ", ".join(filter(None, map(str, parts)))
