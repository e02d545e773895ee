"""The encoding of an export: found out from all of its bytes.

One line that is in another encoding than the file changes nothing: it is named, as a record that
cannot be read. The guess between encodings of one byte a character is charset-normalizer's.
"""

import codecs
import re
import unicodedata
from collections.abc import Iterator
from typing import IO, NamedTuple

from household_graph.errors import DocumentError
from household_graph.files import LONGEST_LINE

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # begins as that of UTF-16 does
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_BLOCK, _START = 1 << 20, 1 << 16  # bytes
_MOST_SAMPLED = 1 << 16  # bytes of lines that are not UTF-8, from which the guess is made
# A tab, line ends, a form feed, the end of a text of DOS, an escape, and separators are of a text.
_CONTROL = frozenset(range(1, 32)) - {0x09, 0x0A, 0x0C, 0x0D, 0x1A, 0x1B, *range(0x1C, 0x20)}
_USUAL = "cp1252"
_CANDIDATES = [
    *(_USUAL, "cp1250", "cp1251", "cp1253", "cp1254", "cp1255", "cp1256"),
    *("iso8859_2", "iso8859_7", "koi8_r", "cp866", "cp850", "mac_roman"),
    *("cp932", "euc_jp", "gb18030", "big5", "cp949"),
]
_CLEARLY = 0.02  # how much less disorder there is in a text read by another encoding than the usual


class Encoding(NamedTuple):
    """Python's name of an encoding, and whether some lines of the file are UTF-8 all the same."""

    name: str
    has_utf_8: bool = False


class _Neighbour(NamedTuple):
    """An encoding that is taken for others, and how it is told.

    All letters beyond ASCII are then of its alphabet, and so many of them its own; `is_apart`: no
    word has Latin letters beside them.
    """

    name: str
    taken_for: tuple[str, ...]
    alphabet: str
    own: str
    least: int
    is_apart: bool = False


_HEBREW = "אבגדהוזחטיךכלםמןנסעףפץצקרשת"
_NEIGHBOURS = (
    _Neighbour("cp1254", (_USUAL,), "âçîöûüÂÇÎÖÛÜğışĞİŞ", "ğışĞİŞ", least=2),
    _Neighbour("cp1255", (_USUAL, "cp1250", "cp1251"), _HEBREW, _HEBREW, least=4, is_apart=True),
)
# Behind a byte that is not ASCII a bar may be the second half of a letter of East Asia.
_DELIMITERS = re.compile(rb"[\t;\x1f\"]|(?<![\x80-\xff])\|")
_BESIDE_LATIN = re.compile(rb"[A-Za-z][\x80-\xff]|[\x80-\xff][A-Za-z]")


def stated_encoding(name: str) -> Encoding:
    """Return the encoding of a name; a `DocumentError` if there is none."""
    try:
        return Encoding(codecs.lookup(name).name)
    except LookupError as error:
        hint = "such as utf-8, cp1252, latin-1, utf-16"
        raise DocumentError(f"there is no encoding `{name}`", hint=hint) from error


def detected_encoding(content: IO[bytes], name: str) -> Encoding:
    """Return the encoding of an open file, which is read to its end.

    A mark at its start decides, or zeros between the letters, which are of UTF-16. Otherwise it is
    UTF-8 if at least half of the lines that are not plain ASCII are. Else it is cp1252, unless a
    text of another encoding is clearly likelier.

    Raises:
        DocumentError: if it is no text.
    """
    start = content.read(_START)
    for mark, encoding in _MARKS:
        if start.startswith(mark):
            return Encoding(encoding)
    if start.count(0) > 1:
        for encoding in ("utf-16-le", "utf-16-be"):
            if _is_text(start, encoding):
                return Encoding(encoding)
        hint = "export it as CSV; if it is UTF-16 without a mark, add --encoding utf-16-le"
        raise DocumentError(f"`{name}` is no text file", hint=hint)
    if _CONTROL.intersection(start):
        raise DocumentError(f"`{name}` is no text file", hint="export it as CSV")
    return _encoding_of(_foreign_lines(start, content))


def _is_text(start: bytes, encoding: str) -> bool:
    """Return whether bytes may be the start of a text: letters, most of them common ones."""
    try:
        text = codecs.getincrementaldecoder(encoding)().decode(start)
    except UnicodeDecodeError:
        return False
    if any(ord(one) in _CONTROL or unicodedata.category(one) in ("Cn", "Co") for one in text):
        return False
    signs = sum(one in ",;|\t\r\n\x1f " for one in text)
    return signs * 50 > len(text)


def _encoding_of(lines: Iterator[bytes]) -> Encoding:
    sample, size, of_utf_8, others = list[bytes](), 0, 0, 0
    for line in lines:
        if _decodes(line, "utf-8"):
            of_utf_8 += 1
        else:
            others += 1
            if size < _MOST_SAMPLED:
                sample.append(line[:_MOST_SAMPLED])
                size += len(line)
    if of_utf_8 >= others:
        return Encoding("utf-8")
    return Encoding(_likeliest(sample), has_utf_8=of_utf_8 > 0)


def _foreign_lines(block: bytes, content: IO[bytes]) -> Iterator[bytes]:
    """Yield the lines that are not ASCII alone; a very long one in several parts."""
    rest = b""
    while block:
        *lines, rest = re.split(rb"[\r\n]", rest + block)
        yield from (line for line in lines if not line.isascii())
        if len(rest) > LONGEST_LINE:
            yield from () if rest.isascii() else (rest,)
            rest = b""
        block = content.read(_BLOCK)
    if not rest.isascii():
        yield rest


def _decodes(line: bytes, encoding: str) -> bool:
    try:
        line.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def _likeliest(sample: list[bytes]) -> str:
    """Return the encoding of lines that are not UTF-8; a few may be of another one."""
    from charset_normalizer import from_bytes  # noqa: PLC0415 - only such files need it

    usual = [line for line in sample if _decodes(line, _USUAL)]
    found = from_bytes(_joined(sample), cp_isolation=_CANDIDATES).best()
    if len(usual) * 2 < len(sample):
        return _or_neighbour(found.encoding, sample) if found else _USUAL
    as_usual = from_bytes(_joined(usual), cp_isolation=[_USUAL]).best()
    is_usual = found is None or _USUAL in found.could_be_from_charset
    if found and not is_usual and (as_usual is None or found.chaos + _CLEARLY < as_usual.chaos):
        return _or_neighbour(found.encoding, sample)
    return _or_neighbour(_USUAL, sample)


def _joined(lines: list[bytes]) -> bytes:
    """Return lines as one text, which is judged alike whatever its delimiter is."""
    return _DELIMITERS.sub(b",", b"\n".join(lines))


def _or_neighbour(guess: str, sample: list[bytes]) -> str:
    """Return the guess, or the encoding that is taken for it, if the letters tell so."""
    used = set(b"".join(sample)) - set(range(0x80))
    for one in _NEIGHBOURS:
        alphabet, own = (set(letters.encode(one.name)) for letters in (one.alphabet, one.own))
        if guess in one.taken_for and used <= alphabet and len(used & own) >= one.least:
            is_mixed = any(map(_BESIDE_LATIN.search, sample))
            return guess if one.is_apart and is_mixed else one.name
    return guess


def problem_in(text: str, encoding: Encoding) -> tuple[str, str] | None:
    """Return what is wrong with the characters of a record, and what to do."""
    if "\0" in text:
        return "it holds a zero byte", "export it again as text"
    if text.isascii():
        return None
    if byte := next((one for one in text if "\udc80" <= one <= "\udcff"), None):
        odd = f"the byte 0x{ord(byte) - 0xDC00:02X} is not {encoding.name}"
        return odd, "correct the line, or name the encoding of the file: --encoding"
    if encoding.name.startswith(("utf-16", "utf-32")):
        return _BROKEN if "\ufffd" in text else None
    if encoding.has_utf_8 and _decodes(text.encode(encoding.name), "utf-8"):
        hint = "save the file in one encoding, best UTF-8"
        return f"it is UTF-8 in a file of {encoding.name}", hint
    return None


_BROKEN = "it holds a character that cannot be read", "correct the line, or export it again"
