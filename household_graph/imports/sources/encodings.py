"""Detect the encoding of a file by its first bytes, or by the whole of it."""

import codecs
from typing import IO

from household_graph.errors import DocumentError

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_BLOCK = 1 << 20
_SAMPLE = 1 << 16
_CONTROL = frozenset(range(32)) - {0x09, 0x0A, 0x0C, 0x0D, 0x1A, 0x1B}
_NOT_IN_CP1252 = {n for n in range(0x80, 0xA0) if not bytes([n]).decode("cp1252", "ignore")}


def detect_encoding(content: IO[bytes], name: str) -> str:
    """Return the encoding of a file; one that may be UTF-8 is read to its end.

    A file that is not UTF-8 and has no zero bytes is read as cp1252, which has all printable
    characters of Latin-1; a byte that cp1252 lacks makes it Latin-1.

    Args:
        content: the file, from its beginning.
        name: its name in messages.

    Raises:
        DocumentError: if it is not text.
    """
    start = content.read(_SAMPLE)
    for mark, encoding in _MARKS:
        if start.startswith(mark):
            return encoding
    if wide := _utf_16(start):
        return wide
    if _CONTROL.intersection(start) - {0} or start.count(0) > 1:
        raise DocumentError(f"`{name}` is no text file", hint="export it as CSV")
    decoder, others, block = codecs.getincrementaldecoder("utf-8")(), set[int](), start
    is_utf_8 = True
    while block:
        others.update(block)
        if is_utf_8:
            try:
                decoder.decode(block)
            except UnicodeDecodeError:
                is_utf_8 = False
        block = content.read(_BLOCK)
    if is_utf_8:
        return "utf-8"
    return "latin-1" if others & _NOT_IN_CP1252 else "cp1252"


def known_encoding(name: str) -> str:
    """Return Python's name of an encoding that the user named.

    Raises:
        DocumentError: if Python does not know it.
    """
    try:
        return codecs.lookup(name).name
    except LookupError as error:
        raise DocumentError(
            f"there is no encoding `{name}`", hint="such as utf-8, cp1252, latin-1, utf-16"
        ) from error


def _utf_16(start: bytes) -> str | None:
    """Detect UTF-16 without a mark: every other byte of plain letters is zero."""
    even, odd = start[0::2], start[1::2]
    if odd and odd.count(0) > len(odd) // 2 and even.count(0) == 0:
        return "utf-16-le"
    if even and even.count(0) > len(even) // 2 and odd.count(0) == 0:
        return "utf-16-be"
    return None
